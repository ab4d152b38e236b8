"""The lists that officers look at, as files: the same rows, filters and rights as the page, and no contact in them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.desk.running import Desk
from ancrage.graph.internships.posts import Post
from ancrage.loaders.internships.acts import Acts
from fastapi.testclient import TestClient
from httpx2 import Response

from .conftest import Person

People = Callable[[str], Person]
PRIVATE = ("Canari", "zoe.canari@example.org", "0600000000")
LISTS = ("/guichet", "/offres", "/stages", "/stages/conventions")


def rows(answer: Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return [*csv.DictReader(io.StringIO(answer.text))]


def sheets(answer: Response) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


@pytest.fixture(scope="module")
def filed(person: People, desk: Desk) -> str:
    """The number of a request whose text looks like a formula."""
    person("visitor").file("=HYPERLINK(1) pour un diagnostic du centre-bourg")
    return next(reversed(desk.ledger.read().needs)).rpartition("/")[2]


def test_the_board_is_a_file_of_what_it_shows_without_who_asks(person: People, filed: str) -> None:
    ana = person("ana")
    page = ana.get("/guichet?state=filed").text
    assert "/guichet?state=filed&amp;format=xlsx" in page
    answer = ana.get("/guichet?state=filed&format=csv")
    [row] = [one for one in rows(answer) if one["number"] == filed]
    assert row["request"].startswith("'=HYPERLINK")  # no spreadsheet computes it
    assert row["place"] == "Grenoble" and date.fromisoformat(row["filed"]) and row["days"] == "0"
    assert answer.headers["cache-control"] == "no-store"
    assert 'filename="guichet-demandes.csv"' in answer.headers["content-disposition"]
    assert row["structure"] == "" and "Déposée le" in page  # it has no public name yet
    french = ana.get("/guichet?state=filed&format=csv-fr").content.decode("utf-8-sig")
    assert french.splitlines()[0].startswith("Numéro;Demande;Type;Structure;Où;Déposée le;État")
    assert not rows(ana.get("/guichet?state=declined&format=csv"))  # the filter of the page
    book = sheets(ana.get("/guichet?state=filed&format=xlsx"))
    assert filed in book and "<f>" not in book and "Demandes du guichet" in book
    for told in (answer.text, book):
        assert not any(one in told for one in PRIVATE)
    assert ana.get("/guichet?format=csvw").json()["tableSchema"]["columns"][0]["name"] == "number"


def test_a_list_has_the_rights_of_its_page(person: People, filed: str) -> None:
    assert not [one for one in rows(person("paul").get("/guichet?format=csv")) if one["number"] == filed]
    for path, who, status in (
        ("/guichet", "visitor", 303),
        ("/stages/conventions", "visitor", 303),
        ("/offres", "visitor", 200),
        ("/stages", "visitor", 200),
    ):
        assert person(who).get(f"{path}?format=csv").status_code == status, path
    assert person("ana").get("/guichet?format=pdf").status_code == 406


def test_every_list_is_written_whole(person: People, service: TestClient, desk: Desk) -> None:
    ana, paul = person("ana"), person("paul")
    for number in range(101):
        told = {"organization": "organization/0383546Y", "name": "Université", "title": f"Offre {number:03}"}
        told |= {"type": "interaction-type/internship", "territory": "territory/commune/38185", "next": ""}
        desk.acts.offer("paul", {**told, "about": [], "place": "Grenoble", "mode": "", "capacity": "0"})
    assert "Offre 100" not in ana.get("/offres").text
    listed = rows(ana.get("/offres?format=csv"))
    assert [one["offer"] for one in listed][-1] == "Offre 100" and len(listed) == 101
    store = open_devices(service.app).store  # type: ignore[arg-type]
    post = Post(
        "", "Carte des haies", "interaction-type/internship", "Commune", "territory/commune/38269", "La Mure",
        "organization/0383546Y", seats=2, mode="attendance-mode/in-person", housing=True,
    )  # fmt: skip
    Acts(store).file("ana", post)
    assert "/stages?type=" in ana.get("/stages").text
    [row] = rows(ana.get("/stages?housing=true&format=csv"))
    assert (row["post"], row["seats"], row["place"], row["housing"]) == (
        "Carte des haies", "2", "La Mure", "true",
    )  # fmt: skip
    assert not rows(ana.get("/stages?mode=attendance-mode/remote&format=csv"))
    for path in LISTS:
        for form in ("csv", "csv-fr", "xlsx"):
            answer = paul.get(f"{path}?format={form}")
            assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store", path
            assert "attachment" in answer.headers["content-disposition"]
