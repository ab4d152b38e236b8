"""Posts and wishes of internships, from the forms to the page; beside the desk's tests, whose town they share."""

from __future__ import annotations

import re
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.internships.running import INTERNSHIPS, InternshipDesk
from ancrage.graph.internships.posts import Post
from ancrage.graph.pool.errors import QueryTimeout
from ancrage.loaders.internships.examples import add_examples
from ancrage.loaders.internships.publication import GRAPH
from ancrage.ontology.vocabulary import prologue
from fastapi.testclient import TestClient

from ...pages import plain
from .conftest import Person, until

People = Callable[[str], Person]
EXAMPLES = Path(__file__).parents[3] / "examples" / "stages.toml"
POST = {
    "title": "Diagnostic de la forêt",
    "host": "Mairie",
    "siren": "",
    "type": "interaction-type/internship",
    "about": "fap/F",
    "where": "Grenoble",
    "mode": "attendance-mode/in-person",
    "start": "2098-01-10",
    "end": "2098-03-10",
    "seats": "2",
    "relay": "",
    "housing": "true",
}
WISH = {
    "programme": "Master Bois",
    "type": "interaction-type/internship",
    "mode": "",
    "start": "",
    "end": "",
    "seats": "3",
    "reach": "20",
    "reach_hybrid": "40",
    "drives": "true",
}


@pytest.fixture(scope="module")
def internships(service: TestClient) -> InternshipDesk:
    return INTERNSHIPS.open(service.app, open_devices(service.app))  # type: ignore[arg-type]


def send(people: People, kind: str, who: str = "ana", **values: str) -> tuple[int, str]:
    someone = people(who)
    someone.get(f"/stages/nouveau/{kind}")
    answer = someone.post(f"/stages/nouveau/{kind}", **values)
    return answer.status_code, answer.text


def test_without_posts_the_page_says_so_and_gives_the_starting_figure_with_its_source(person: People) -> None:
    page = person("visitor").get("/stages").text
    assert not re.search(r"\d %", page)  # a figure and its sign stay on one line
    assert "Aucun stage réel n’est encore connu" in page and "Aucun poste réel" in page
    assert "78 %" in plain(page) and "juin 2019" in page


@pytest.mark.long
def test_a_post_and_a_wish_are_filed_shown_published_and_taken_back_by_who_may(
    person: People, internships: InternshipDesk, service: TestClient
) -> None:
    assert send(person, "poste", **POST)[0] == 303
    assert send(person, "voeu", who="paul", **WISH)[0] == 303
    page = person("visitor").get("/stages").text
    assert "Diagnostic de la forêt" in page and "Master Bois" in page and "20 km chaque jour" in page
    assert "/stages/fin/" not in page and "Commune densément peuplée" in page
    [post] = internships.ledger.read().posts.values()
    [wish] = internships.ledger.wishes.values()
    assert (post.told.seats, post.told.housing, post.told.place) == (2, True, "territory/commune/38185")
    assert wish.told.institution_path == "organization/0383546Y" and wish.told.subjects == ("fap/F",)
    assert "Diagnostic" not in person("visitor").get("/stages?density=4").text
    assert "Diagnostic" in person("visitor").get("/stages?density=1&housing=true").text
    assert "Diagnostic" in person("visitor").get("/stages?rurality=out-of-scope").text
    assert "Diagnostic" not in person("visitor").get("/stages?rurality=small-centres-mixed").text
    placed = person("visitor").get("/stages/affectation").text
    for words in (
        "Commune densément peuplée",
        "Commune urbaine, hors",
    ):  # one post of two seats, and the wish
        row = re.search(rf'scope="row">{words}.*?</tr>', placed.replace("\xa0", " "), re.DOTALL)
        assert row and re.findall(r'nombre">(\d+)', row[0])[:2] == ["1", "2"]
    for km in ("²", "-3"):  # « ² » is a digit to Python, and no number
        assert "Diagnostic" in person("visitor").get(f"/stages?km={km}").text
    name = post.id.rpartition("/")[2]
    asked = (
        prologue()
        + f"""SELECT ?class ?title {{ GRAPH <{GRAPH}> {{ ?one a ?class ; rdfs:label ?title ; dcterms:created ?day }}
        VALUES ?class {{ anc:Request anc:Offer }} }}"""
    )
    told = until(service, asked, lambda rows: "Request" in rows and "Offer" in rows)
    assert "Diagnostic de la forêt" in told and "Master Bois" in told
    assert person("visitor").get("/stages").text.count("Diagnostic de la forêt") == page.count(
        "Diagnostic de la forêt"
    )
    for who, status in (("visitor", 403), ("pia", 403), ("ana", 303)):
        person(who).get("/stages" if who == "ana" else "/demandes/nouvelle")
        assert person(who).post(f"/stages/fin/poste/{name}").status_code == status
    assert "Diagnostic de la forêt" not in person("visitor").get("/stages").text
    assert "Master Bois" in until(service, asked, lambda rows: "Request" not in rows)


@pytest.mark.parametrize(
    ("kind", "field", "value", "told"),
    [
        ("poste", "title", "abc", "5 caractères au moins"),
        ("poste", "type", "interaction-type/public-lecture", "recherché ou proposé"),
        ("poste", "where", "Isère", "Dites la commune"),
        ("poste", "end", "2098-01-01", "avant le début"),
        ("poste", "end", "2098-02-31", "Écrivez une seule date de fin"),
        ("poste", "seats", "-1", "un nombre entier"),
        ("poste", "siren", "123456789", "numéro SIREN"),
        ("voeu", "programme", "Master Rien", "Master Rien"),
        ("voeu", "reach_hybrid", "10", "au moins aussi grande"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    kind: str, field: str, value: str, told: str, person: People, internships: InternshipDesk
) -> None:
    before = len(internships.ledger.read().posts) + len(internships.ledger.wishes)
    right = POST if kind == "poste" else WISH
    status, page = send(person, kind, **{**right, field: value})
    assert status == 422 and f'id="e-{field}"' in page
    assert (told in plain(page) and f'value="{right["seats"]}"' in page) or field == "seats"
    assert len(internships.ledger.read().posts) + len(internships.ledger.wishes) == before


def test_a_partner_files_for_its_own_organisation_alone(person: People, internships: InternshipDesk) -> None:
    assert send(person, "poste", who="paul", **{**POST, "host": "Une autre", "siren": "200040715"})[0] == 303
    last = [*internships.ledger.read().posts.values()][-1]
    assert last.told.host_path == "organization/0383546Y" and "Grenoble Alpes" in last.told.host
    status, page = send(person, "voeu", who="pia", **WISH)
    assert status == 422 and 'id="e-programme"' in page


def test_a_form_names_who_files_while_a_publication_is_read(person: People, service: TestClient) -> None:
    named, over = "Au nom de : Université Grenoble Alpes", threading.Event()
    assert named in plain(person("paul").get("/stages/nouveau/poste").text)
    service.app.state.maps._thread.submit(over.wait, 30)  # type: ignore[attr-defined]  # as reading a large publication does
    for address in ("/stages/nouveau/poste", "/offres/nouvelle"):
        assert named in plain(person("paul").get(address).text) and not over.is_set()
    over.set()


def test_examples_are_apart_and_marked(person: People, internships: InternshipDesk) -> None:
    told = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    store = internships.devices.store
    assert add_examples(store, EXAMPLES) == 0  # a store that has real ones gets none
    internships.acts.file("demo", _example(told["posts"][0]))
    assert "[Exemple]" not in person("visitor").get("/stages").text
    apart = person("visitor").get("/stages?illustrative=true").text
    assert (
        "[Exemple] Diagnostic de la forêt communale" in apart
        and "Tout ce que montre cette page est inventé" in apart
    )
    assert all(one["title"].startswith("[Exemple]") for one in [*told["posts"], *told["wishes"]])


def _example(told: dict[str, object]) -> Post:
    kept = {name: value for name, value in told.items() if name not in ("start", "end", "subjects")}
    return Post(id="", evidence="illustrative", **kept)  # type: ignore[arg-type]


def test_who_could_go_where_is_shown_with_what_keeps_posts_empty_and_what_would_change_it(
    person: People,
) -> None:
    far = {**POST, "title": "Un poste à La Mure", "where": "La Mure", "housing": ""}
    assert (
        send(person, "poste", **far)[0] == 303
    )  # 31 km from Grenoble, whence students go 20 km, 40 in hybrid
    # more students than all the posts that other tests filed, here and in Grenoble, have places
    assert send(person, "voeu", **{**WISH, "seats": "300"})[0] == 303
    assert "à La Mure" in person("visitor").get("/stages?km=30").text
    page = plain(person("visitor").get("/stages/affectation").text)
    empty = page[page.index("Un poste à La Mure") :]
    assert (
        "Pourquoi ce poste reste vide" in empty
        and "Trop loin" in empty
        and "/methodes#deferred-acceptance" in page
    )
    then = person("visitor").get("/stages/affectation?hybrid=true").text
    assert re.search("aujourd’hui 0, alors [1-9]", then)
    for km in ("1e9", "9" * 5_000):
        assert person("visitor").get(f"/stages/affectation?km={km}").status_code == 400


def test_what_cannot_be_read_is_said_and_no_part_of_it_is_assessed(
    person: People, service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object, **__: object) -> None:
        raise QueryTimeout(30.0)

    monkeypatch.setattr(service.app.state.maps, "run", busy)  # type: ignore[attr-defined]
    for address in ("/stages/affectation?illustrative=true", "/stages"):
        page = person("visitor").get(address)
        assert "Cette partie a demandé trop de temps" in page.text and "LIMIT" not in page.text
        assert "Places pourvues" not in page.text


def test_what_is_typed_holds_no_sign_that_xml_cannot(person: People, internships: InternshipDesk) -> None:
    typed = "Relever\vles \x1bhaies\ufffe,\uffff et en\x00 faire une \x08carte 🌳"
    assert send(person, "poste", **{**POST, "title": typed})[0] == 303
    *_, post = internships.ledger.read().posts.values()
    assert post.told.title == "Relever\nles haies, et en faire une carte 🌳"


@pytest.mark.parametrize(("kind", "form"), [("voeu", WISH), ("poste", POST)])
def test_the_same_post_or_wish_twice_is_told_with_its_number_and_is_not_doubled(
    person: People, internships: InternshipDesk, kind: str, form: dict[str, str]
) -> None:
    """The same wish filed twice doubled the students."""
    filed = internships.ledger.wishes if kind == "voeu" else internships.ledger.posts
    seats = {**form, "seats": "7"}
    assert send(person, kind, **seats)[0] == 303
    internships.ledger.read()
    count, number = len(filed), next(reversed(filed)).rpartition("/")[2]
    status, page = send(person, kind, **seats)
    assert status == 409 and number in page and len(re.findall(r'id="e-', page)) == 1
    internships.ledger.read()
    assert len(filed) == count
    assert send(person, kind, **{**form, "seats": "8"})[0] == 303
    ana = person("ana")
    ana.get("/stages")
    assert ana.post(f"/stages/fin/{kind}/{number}").status_code == 303
    assert send(person, kind, **seats)[0] == 303
