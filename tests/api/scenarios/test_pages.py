"""« Et si… » from a form without scripts to an address that is shared, and to a scenario that is kept and deleted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.internships.posts import Post, Wish
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.internships.acts import Acts
from ancrage.loaders.operations import accounts as hashing
from ancrage.loaders.operations.roles import Role
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from ...pages import plain
from ..desk.conftest import SECRET, Person

FORM = "/scenarios/nouveau?kind=open-branch&territory=epci/200040715"
FILLED = f"{FORM}&add=1&place=Grenoble&label=Antenne+de+Grenoble&services=tutoring"
PEOPLE = {"ana": Role.DESK, "rene": Role.RELAY}


@pytest.fixture(scope="module")
def service(example_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("scenario-pages") / "data"
    shutil.copytree(example_data_dir, folder, ignore=shutil.ignore_patterns("*.draft"))
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(hashing, "_hasher", lambda: quick)
        hashing._nobody.cache_clear()
        with TestClient(create_app(Settings(data_dir=folder, workers=1))) as made:
            devices = open_devices(made.app)  # type: ignore[arg-type]
            for name, role in PEOPLE.items():
                devices.accounts.add(name, role, SECRET, None)
            yield made
    hashing._nobody.cache_clear()


@pytest.fixture(scope="module")
def visitor(service: TestClient) -> Person:
    return Person(service, "visitor")


@pytest.fixture(scope="module")
def trial(visitor: Person) -> str:
    """The address that a form leads to."""
    answer = visitor.get(FILLED)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_form_of_a_territory_asks_for_what_its_assumption_needs(visitor: Person) -> None:
    chosen = visitor.get("/scenarios/nouveau?territory=epci/200040715").text
    assert "kind=open-branch" in chosen and "kind=merge-epci" in chosen
    page = visitor.get(FORM).text
    assert re.search(r'name="place"[^>]* required', page)
    assert 'name="services" value="tutoring"' in page
    assert re.search(r'id="f-territory" name="territory" value="[^"]*Grenoble', page)
    merged = visitor.get("/scenarios/nouveau?kind=merge-epci&territory=epci/200040715").text
    assert re.search(r'<textarea[^>]*name="territories"[^>]*>[^<]*Grenoble', merged)


def test_the_address_holds_the_assumptions_and_shows_what_changes(visitor: Person, trial: str) -> None:
    assert "h=open-branch+38185+%27Antenne+de+Grenoble%27" in trial
    page = visitor.get(trial)
    assert page.status_code == 200, page.text
    assert "preuve-simulated" in page.text and page.headers["x-robots-tag"] == "noindex"
    text = unescape(page.text)
    row = text[text.index('href="/indicateurs/branches"') :].partition("</tr>")[0]
    cells = re.findall(r'<td class="nombre">([^<]*)', row)
    assert cells[:2] == ["inconnu", "1"]  # no source tells branches: before is not zero
    assert "chiffres connus restent les mêmes" in text
    assert page.text.count("data-carte") == 2  # before and after
    scales = re.findall(r'<ul class="carte-legende"[^>]*>(.*?)</ul>', page.text, re.DOTALL)
    assert len({re.sub(r"carte\d", "", one) for one in scales}) == len(scales) // 2  # one scale
    assert visitor.get(trial).text == page.text  # whoever has the address


def test_an_unknown_place_keeps_what_was_typed_and_offers_the_nearest(visitor: Person) -> None:
    page = visitor.get(FILLED.replace("place=Grenoble", "place=Grenobl"))
    assert page.status_code == 422
    assert 'value="Antenne de Grenoble"' in page.text and 'value="Grenobl"' in page.text
    assert re.search(r'value="tutoring" checked', page.text)
    near = unescape(re.search(r'<ul class="puces"><li><a href="([^"]+)">Grenoble</a>', page.text)[1])  # type: ignore[index]
    mended = visitor.get(f"{near}&add=1")
    assert mended.status_code == 303 and "open-branch+38185" in mended.headers["location"]
    assert visitor.get(FILLED.replace("200040715", "rien-ici")).status_code == 422
    empty = visitor.get(FILLED.replace("place=Grenoble", "place="))
    assert empty.status_code == 422 and "Remplissez ce champ" in empty.text


def test_a_second_assumption_joins_the_first_and_one_is_removed(visitor: Person, trial: str) -> None:
    query = trial.partition("?")[2]
    second = "kind=open-relay&add=1&place=38185&label=Relais&serves=38"
    answer = visitor.get(f"/scenarios/nouveau?{query}&{second}")
    assert answer.status_code == 303, answer.text
    both = answer.headers["location"]
    assert both.count("&h=") + both.count("?h=") == 2
    page = unescape(visitor.get(both).text)
    assert "Par l’hypothèse" in page
    removed = re.search(r'<a class="note" href="([^"]+)">\s*Retirer', page)
    assert removed and "open-relay" in removed[1] and "open-branch" not in removed[1]
    twice = visitor.get(f"/scenarios/nouveau?{both.partition('?')[2]}&{second}")
    assert twice.status_code == 422  # it is there already


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/scenarios/essai?h=close-branch+nowhere", 404),
        ("/scenarios/essai?h=oops", 400),
        ("/scenarios/essai?h=" + "x" * 601, 400),
        ("/scenarios/essai?" + "&".join(["h=x"] * 13), 400),
        ("/scenarios/essai?h=open-branch+38185+x&territory=rien-ici", 404),
        ("/scenarios/essai.doc?h=open-branch+38185+x", 404),
        ("/scenarios/nouveau?kind=open-door", 404),
        ("/scenarios/essai", 303),
        ("/scenarios/nothing", 404),
    ],
)
def test_what_makes_no_sense_is_a_page(visitor: Person, path: str, status: int) -> None:
    assert visitor.get(path).status_code == status


def test_the_file_of_a_trial_has_its_rows(visitor: Person, trial: str) -> None:
    file = visitor.get(trial.replace("/essai?", "/essai.csv?"))
    assert file.headers["content-type"].startswith("text/csv")
    assert any("branches,Antennes" in line for line in file.text.splitlines())


def test_who_may_write_keeps_a_scenario_and_deletes_it(service: TestClient, trial: str) -> None:
    query = trial.partition("?")[2]
    address = f"/scenarios/garder?{query}"
    stranger = Person(service, "visitor")
    assert stranger.get(address).headers["location"].startswith("/connexion?after=/scenarios/garder")
    assert Person(service, "rene").get(address).status_code == 403
    ana = Person(service, "ana")
    ana.get(address)
    for name, label in (
        ("essai", "Titre"),
        ("Élan", "Titre"),
        ("grenoble", ""),
        ("x", "L’idée de Mme Dupont"),
    ):
        refused = ana.post(address, name=name, label=label)
        assert refused.status_code == 422 and f'value="{name}"' in refused.text
    before = Snapshots(service.app.state.settings.data_dir).current()  # type: ignore[attr-defined]
    kept = ana.post(address, name="grenoble", label="Une antenne à Grenoble")
    assert kept.status_code == 303, kept.text
    assert Snapshots(service.app.state.settings.data_dir).current() != before  # type: ignore[attr-defined]
    assert ana.post(address, name="grenoble", label="Encore").status_code == 422  # never in place of another
    page = stranger.get(kept.headers["location"])
    assert page.status_code == 200 and "Une antenne à Grenoble" in page.text
    assert "Une antenne à Grenoble" in stranger.get("/scenarios").text
    assert stranger.get("/scenarios/grenoble/suppression").status_code == 303
    assert "Supprimer" in ana.get("/scenarios/grenoble/suppression").text
    forged = stranger.client.post("/scenarios/grenoble/suppression", data={}, follow_redirects=False)
    assert forged.status_code in (401, 403)
    assert ana.post("/scenarios/grenoble/suppression").headers["location"] == "/scenarios"
    assert stranger.get("/scenarios/grenoble").status_code == 404
    log = (Path(service.app.state.settings.data_dir) / "audit.jsonl").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert "create/scenario" in log and "delete/scenario" in log


def test_events_of_a_territory_are_followed_elsewhere(visitor: Person) -> None:
    form = "/scenarios/nouveau?kind=share-events&add=1&illustrative=true&places=Die"
    answer = visitor.get(f"{form}&mode=hybrid&area=38")
    assert answer.status_code == 303, answer.text
    text = plain(unescape(visitor.get(answer.headers["location"]).text))
    assert "Diois" in text and "des évènements tenus dans le territoire « Isère »" in text
    row = text[text.index("Évènements publics de l'année tenus dans le territoire, ou suivis") :].partition(
        "</tr>"
    )[0]
    before, after = re.findall(r'<td class="nombre">([^<]*)', row)[:2]
    assert before == "inconnu" and int(after) >= 1  # no agenda of the Drôme is read there
    nowhere = visitor.get(f"{form}&area=242600534")
    assert nowhere.status_code == 422
    assert "Le graphe ne connaît aucun évènement public de l’année tenu dans le territoire" in unescape(
        nowhere.text
    )


def test_what_can_be_followed_is_told_of_a_scenario_that_shares_it(visitor: Person, trial: str) -> None:
    assert "Évènements publics de l'année" not in unescape(visitor.get(trial).text)


def test_housing_shows_the_posts_that_students_could_go_to(service: TestClient, visitor: Person) -> None:
    trial = "/scenarios/essai?h=house-interns+epci/242600534"
    assert "Aucun poste de stage ou d’alternance n’est déposé" in unescape(visitor.get(trial).text)
    acts = Acts(open_devices(service.app).store)  # type: ignore[arg-type]
    post = Post(
        "",
        "Carte des chemins",
        "interaction-type/internship",
        "Mairie",
        "territory/commune/26113",
        "Die",
        seats=2,
    )
    wish = Wish(
        "",
        "BTS",
        "interaction-type/internship",
        "programme/1",
        places=("territory/commune/38185",),
        moves=True,
        seats=1,
    )
    for one in (post, replace(post, title="Ailleurs", place="territory/commune/07186"), wish):
        acts.file("ana", one)
    text = unescape(visitor.get(trial).text)
    section = text[text.index('id="t-logement-1"') :].partition("</section>")[0]
    assert "Stages et alternances" in section and "Ailleurs" not in section
    assert "<tr>" in section, section
    cells = [re.findall(r'<td\s+class="nombre">([^<]*)', row) for row in section.split("<tr>")[2:]]
    assert cells == [["2", "0", "1"], ["2", "0", "1"], ["0", "1"]]
    assert "Aucun chiffre ne compte de lits" in text
