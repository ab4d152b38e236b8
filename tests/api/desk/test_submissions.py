"""A partner hands in a workbook, reads what is wrong cell by cell, hands it in again; the desk publishes it."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.submissions.pages import LARGEST, ROOT
from ancrage.api.submissions.running import SUBMISSIONS
from ancrage.loaders.announcements.publication import NAME as ANNOUNCEMENTS
from ancrage.loaders.desk.publication import NAME as DESK
from ancrage.loaders.internships.agreements.publication import NAME as AGREEMENTS
from ancrage.loaders.internships.publication import NAME as INTERNSHIPS
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.read.about import RESERVED
from ancrage.loaders.relays.publication import NAME as RELAYS
from ancrage.loaders.submissions.folder import FOLDER, TERM, State, Submissions
from ancrage.loaders.submissions.process import settle
from ancrage.loaders.workbook.template import write_workbook
from fastapi.testclient import TestClient
from httpx2 import Response

from ...pages import plain
from .conftest import Person

People = Callable[[str], Person]
ABOUT = {"Nom court": "villab", "Titre en français": "VILLAB", "Qui publie": "CAUE d’essai"}


def workbook(*editions: tuple[int, str], **about: str) -> bytes:
    """Fill in the workbook of schemes and their editions as somebody would: the year and the territory of each edition."""
    empty, filled = io.BytesIO(), io.BytesIO()
    write_workbook(empty, ("schemes", "editions"), "fr")
    book = openpyxl.load_workbook(empty)
    for row in book["À propos"].iter_rows(min_row=2):
        row[1].value = {**ABOUT, **about}.get(str(row[0].value))
    rows: dict[str, list[tuple[str | int, ...]]] = {
        "Dispositifs": [("scheme/villab", "Atelier du bourg", "stage", "0383546Y", "38185", "déclaré")],
        "Éditions": [
            (f"edition/{year}", f"VILLAB {year}", "scheme/villab", year, place) for year, place in editions
        ],
    }
    for name, lines in rows.items():
        for number, line in enumerate(lines, 4):
            for column, value in enumerate(line, 1):
                book[name].cell(number, column).value = value
    book.save(filled)
    return filled.getvalue()


def hand_in(who: Person, content: bytes, name: str = "éditions.xlsx", **fields: str) -> Response:
    who.get(ROOT)
    assert who.page is not None
    form = {**who.fields(who.page.text), **fields}
    return who.client.post(ROOT, data=form, files={"file": (name, content)}, follow_redirects=False)


def settled(who: Person, address: str) -> str:
    """Open the page of a workbook until nothing is under way any more; give it."""
    end = time.monotonic() + 120
    while True:
        answer = who.get(address)
        assert answer.status_code == 200, answer.text
        if "refresh" not in answer.headers:
            return plain(answer.text)
        assert answer.headers["refresh"] == "3" and time.monotonic() < end, answer.text
        time.sleep(0.2)


@pytest.fixture
def submissions(service: TestClient) -> Submissions:
    return SUBMISSIONS.open(service.app, open_devices(service.app)).submissions  # type: ignore[arg-type]


@pytest.mark.long
def test_a_workbook_is_put_right_then_published(
    person: People, service: TestClient, submissions: Submissions
) -> None:
    paul, pia, ana = person("paul"), person("pia"), person("ana")
    wrong = hand_in(paul, workbook((2024, "38185"), (2025, "Privaz"))).headers["location"]
    page = settled(paul, wrong)
    assert "Rien n’est publié : à corriger." in page
    assert (
        "éditions.xlsx › Éditions, ligne 5, colonne « Territoires concernés » (E5), valeur « Privaz »" in page
    )
    assert str(submissions._root) not in page and "Détail" not in page
    copy = paul.get(f"{wrong}/annote.xlsx")
    cell = openpyxl.load_workbook(io.BytesIO(copy.content))["Éditions"]["E5"]
    assert cell.value == "Privaz" and cell.comment and "code de commune" in cell.comment.text
    copy = paul.client.get(f"{wrong}/annote.xlsx", params={"lang": "en"})
    assert "A territory is" in openpyxl.load_workbook(io.BytesIO(copy.content))["Éditions"]["E5"].comment.text
    assert pia.get(wrong).status_code == pia.get(f"{wrong}/annote.xlsx").status_code == 404
    assert "éditions.xlsx" not in pia.get(ROOT).text and "éditions.xlsx" in ana.get(ROOT).text

    right = hand_in(paul, workbook((2024, "38185"), (2025, "38269"))).headers["location"]
    page = settled(paul, right)
    assert "Dispositifs 1 · Éditions 2" in page and "CAUE d’essai" in page
    assert ">Publier</button>" not in page and "Atelier du bourg" not in service.get("/dispositifs").text
    assert paul.post(f"{right}/publication").status_code == 403
    assert ">Publier</button>" in settled(ana, right)
    assert ana.post(f"{right}/publication").headers["location"] == right
    assert "Remplace" not in settled(ana, right)
    assert "Atelier du bourg" in service.get("/dispositifs").text
    audit = (open_devices(service.app).data_dir / "audit.jsonl").read_text("utf-8")  # type: ignore[arg-type]
    assert '"publish/workbook"' in audit.splitlines()[-1] and right.strip("/") in audit.splitlines()[-1]

    again = hand_in(ana, workbook((2025, "38269"))).headers["location"]
    page = settled(ana, again)
    assert "Publier remplace en entier les données « villab »" in page and "Éditions 2" in page
    assert ana.post(f"{again}/retrait").headers["location"] == ROOT
    assert ana.get(again).status_code == 404 and "Atelier du bourg" in service.get("/dispositifs").text


def break_off(service: TestClient, address: str) -> None:
    """Kill the process that does a workbook, once it has begun."""
    checker = SUBMISSIONS.open(service.app, open_devices(service.app)).checker  # type: ignore[arg-type]
    for _ in range(600):
        if address.rpartition("/")[2] in checker.steps:
            break
        time.sleep(0.1)
    assert checker._process is not None
    checker._process.kill()


@pytest.mark.long
def test_what_breaks_off_is_said(person: People, service: TestClient, submissions: Submissions) -> None:
    paul, ana = person("paul"), person("ana")
    book = workbook((2024, "38185"), **{"Nom court": "autre"})
    address = hand_in(paul, book).headers["location"]
    break_off(service, address)
    page = settled(paul, address)
    assert "Le contrôle s’est interrompu." in page, page[page.index("<h1") :]

    address = hand_in(ana, book).headers["location"]
    settled(ana, address)
    while SUBMISSIONS.open(service.app, open_devices(service.app)).checker.steps:  # type: ignore[arg-type]
        time.sleep(0.1)
    ana.post(f"{address}/publication")
    break_off(service, address)
    page = settled(ana, address)
    assert "ces données sont peut-être publiées" in page and ">Publier</button>" in page
    assert "Rien n’est publié" not in page


def test_what_is_no_workbook_is_refused(person: People, submissions: Submissions) -> None:
    paul, before = person("paul"), len(submissions.all())
    for name in ("liste.pdf", "liste.csv", "xlsx"):
        answer = hand_in(paul, b"a", name)
        assert answer.status_code == 422 and "Choisissez un classeur" in plain(answer.text)
    answer = paul.client.post(ROOT, data=paul.fields(paul.page.text))  # type: ignore[union-attr]
    assert answer.status_code == 415
    assert hand_in(paul, b"a" * (LARGEST + (1 << 20))).status_code == 413
    assert hand_in(paul, b"a", form_key="x" * 32).status_code == 403
    assert hand_in(paul, b"a", once="").status_code == 400
    assert len(submissions.all()) == before
    assert person("visitor").get(ROOT).headers["location"].startswith("/connexion?after=")


def test_a_form_sent_twice_is_one_workbook_and_another_file_is_another(
    person: People, submissions: Submissions
) -> None:
    paul, before = person("paul"), len(submissions.all())
    paul.get(ROOT)
    form = paul.fields(paul.page.text)  # type: ignore[union-attr]
    for content in (b"not a workbook", b"not a workbook", b"neither"):
        paul.client.post(ROOT, data=form, files={"file": ("../../a\\b.xlsx", content)})
    assert [one.file for one in submissions.all()[: len(submissions.all()) - before]] == ["b.xlsx"] * 2


def test_a_workbook_goes_at_its_term_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    submissions = Submissions(tmp_path)
    one = submissions.add("a", "liste.xlsx", "paul", io.BytesIO(b"content"))
    assert submissions.path(one).read_bytes() == b"content"
    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0 and FOLDER.startswith(".")
    assert submissions.sweep() == 0
    submissions.keep(one.model_copy(update={"at": one.at - TERM - timedelta(days=1)}))
    assert submissions.sweep() == 1 and submissions.all() == [] and not [*(tmp_path / FOLDER).iterdir()]
    submissions.keep(one)
    assert submissions.get("a") is None, "what was taken back while it was checked stays away"


def test_why_a_workbook_is_refused_tells_nothing_of_the_data_folder(loaded: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(loaded, data, symlinks=True)
    submissions = Submissions(data)
    one = submissions.add("a", "liste.xlsx", "paul", io.BytesIO(workbook((2024, "38185"))))
    partner = data / "sources" / "partner"
    shutil.rmtree(partner.resolve())  # its files are gone, its link stays
    refused = settle(submissions, one, Pipeline(data))
    assert refused.state is State.REFUSED
    assert all("« partner »" in line["fr"] and "sources" in line["fr"] for line in refused.told)
    assert str(tmp_path) not in str(refused.told) and refused.told
    assert settle(submissions, one, Pipeline(tmp_path / "new")).state is State.REFUSED, (
        "what it names is not there"
    )


def test_no_partner_takes_the_graph_of_a_device() -> None:
    assert {DESK, INTERNSHIPS, AGREEMENTS, ANNOUNCEMENTS, RELAYS} <= set(RESERVED)
