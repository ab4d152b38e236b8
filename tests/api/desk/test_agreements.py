"""An agreement from a post to its end, by its host, its institution and the desk; in the town of the desk's tests."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.desk.running import Desk
from ancrage.api.internships import agreement_pages
from ancrage.api.internships.agreement_form import checked_terms
from ancrage.api.internships.running import INTERNSHIPS, InternshipDesk
from ancrage.graph.internships.posts import Post
from ancrage.loaders.desk.publication import GRAPH as DESK_GRAPH
from ancrage.loaders.internships.agreements.publication import GRAPH
from ancrage.loaders.internships.agreements.states import State
from anyio import to_thread
from fastapi.testclient import TestClient

from ...pages import plain
from .conftest import Person, until
from .test_desk import UNIVERSITY, accept, move, propose

People = Callable[[str], Person]
ANC = "https://w3id.org/ancrage/def/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ROOT = "/stages/conventions"
FORM = {
    "subject": "Diagnostic des haies",
    "tasks": "Relever les haies, et en faire une carte",
    "programme": "Master Bois",
    "students": "5",
    "where": "La Mure",
    "mode": "attendance-mode/hybrid",
    "start": "2026-01-12",
    "end": "2026-03-13",
    "days": "5",
    "hours": "35",
    "allowance": "true",
    "amount": "650",
    "mission_costs": "true",
    "housing": "true",
    "transport": "",
    "relay": "Grenoble",
    "kind": "required",
    "origin": "desk",
    "skills": "Reconnaître trente arbustes",
    "interruptions": "semaine de cours en février",
    "benefits": "titres-restaurant",
}


@pytest.fixture(scope="module")
def internships(service: TestClient) -> InternshipDesk:
    return INTERNSHIPS.open(service.app, open_devices(service.app))  # type: ignore[arg-type]


def posted(internships: InternshipDesk, **told: object) -> str:
    """File a post of Pia's organisation; give the last word of its address."""
    post = Post(**{  # type: ignore[arg-type]
        "id": "", "title": "Des haies", "type": "interaction-type/internship", "host": "La ferme",
        "host_path": "organization/other", "place": "territory/commune/38269", "place_name": "La Mure", "seats": 8,
        "housing": True, **told,
    })  # fmt: skip
    return internships.acts.file("pia", post).rpartition("/")[2]


def opened(person: People, internships: InternshipDesk, who: str = "paul", **values: str) -> str:
    """Open an agreement on a post of its own; give its address."""
    address = f"{ROOT}/nouvelle/{posted(internships)}"
    assert 'value="La Mure (Isère, 38269)"' in person(who).get(address).text
    sent = person(who).post(address, **{**FORM, **values})
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def do(person: People, who: str, address: str, act: str, **values: str) -> int:
    person(who).get(address)
    return person(who).post(f"{address}/{act}", **values).status_code


def state(internships: InternshipDesk, address: str) -> State:
    return internships.agreements.read().all[f"agreement/{address.rpartition('/')[2]}"].state


def test_who_comes_second_for_the_last_places_is_told(
    service: TestClient, internships: InternshipDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{ROOT}/nouvelle/{posted(internships)}"
    people = [Person(service, "paul") for _ in range(2)]
    for one in people:
        one.get(address)
    together = Barrier(2)

    async def checked(*told: Any) -> Any:
        made = await checked_terms(*told)
        await to_thread.run_sync(together.wait, 20)  # both have counted before one writes
        return made

    monkeypatch.setattr(agreement_pages, "checked_terms", checked)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: one.post(address, **FORM), people))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    [refused] = [answer for answer in answers if answer.status_code == 422]
    assert "Il reste 3 places" in plain(refused.text)


@pytest.mark.long
def test_from_a_post_to_the_graph_and_to_its_result(
    person: People, internships: InternshipDesk, service: TestClient
) -> None:
    address = opened(person, internships)
    page = plain(person("paul").get(address).text)
    assert "À signer par : qui accueille (La ferme), l’établissement (Université Grenoble Alpes)." in page
    assert "Prête à signer" in page and "signature-etablissement" in page and "signature-accueil" not in page
    for who, act, allowed in (
        ("paul", "signature-accueil", False),
        ("paul", "signature-etablissement", True),
        ("paul", "acceptation", False),
        ("pia", "signature-accueil", True),
        ("pia", "acceptation", False),
        ("paul", "acceptation", True),
        ("paul", "validation", False),
        ("ana", "validation", True),
    ):
        assert do(person, who, address, act) == (303 if allowed else 422), (who, act)
    assert state(internships, address) is State.VALIDATED
    assert "5" in until(service, f"SELECT ?n {{ GRAPH <{GRAPH}> {{ ?i <{ANC}headcount> ?n }} }}")
    for who in ("pia", "paul", "ana"):
        assert "Diagnostic des haies" in person(who).get(ROOT).text
    page = person("paul").get(address).text
    for told in (
        "Obligatoire dans la formation",
        "Trouvé par le guichet",
        "Reconnaître trente arbustes",
        "titres-restaurant",
    ):
        assert told in page
    for who, by, allowed in (
        ("pia", "student", False), ("pia", "host", True), ("pia", "host", False), ("paul", "student", True),
        ("ana", "institution", True), ("paul", "king", False),
    ):  # fmt: skip
        assert do(person, who, address, "evaluation", by=by) == (303 if allowed else 422), (who, by)
    assert "Dire qu’elle est rendue" not in person("ana").get(address).text
    assert do(person, "pia", address, "resultat", result="") == 422
    assert do(person, "pia", address, "resultat", result="completed") == 303
    assert "Mené à son terme" in person("paul").get(address).text


def test_an_amendment_from_its_form_to_the_graph(
    person: People, internships: InternshipDesk, service: TestClient
) -> None:
    address = opened(person, internships, subject="Une carte des mares")
    for who, act in (
        ("paul", "signature-etablissement"),
        ("pia", "signature-accueil"),
        ("paul", "acceptation"),
        ("ana", "validation"),
    ):
        assert do(person, who, address, act) == 303
    assert "Proposer un avenant" in person("pia").get(address).text
    page = person("pia").get(f"{address}/termes").text
    assert "Avenant à la convention" in page and 'value="Une carte des mares"' in page
    changed = {
        **FORM,
        "subject": "Une carte des mares",
        "hours": "28",
        "end": "2026-04-24",
        "service": "Service des eaux",
    }
    refused = person("pia").post(f"{address}/termes", **{**changed, "end": "2026-01-01"})
    assert refused.status_code == 422 and 'value="28"' in refused.text
    assert person("pia").post(f"{address}/termes", **changed).status_code == 303
    page = plain(person("paul").get(address).text)
    assert "Avenant 1 · Prête à signer" in page and "Signatures de l’avenant" in page
    assert "5 jours, 35 heures" in page and "5 jours, 28 heures" in page and "Service des eaux" in page
    assert "Avenant 1 · Prête à signer" in person("ana").get(ROOT).text
    query = f"SELECT ?e {{ GRAPH <{GRAPH}> {{ ?i <{LABEL}> 'Une carte des mares'@fr ; <{ANC}endDate> ?e }} }}"
    assert "2026-03-13" in until(service, query)
    for who, act in (
        ("pia", "signature-accueil"),
        ("paul", "signature-etablissement"),
        ("paul", "acceptation"),
        ("ana", "validation"),
    ):
        assert do(person, who, address, act) == 303, act
    page = person("pia").get(address).text
    assert "Avenant 1" in page and "Service des eaux" in page and "Signatures de l’avenant" not in page
    until(service, query, lambda told: "2026-04-24" in told)


def test_who_is_no_party_is_told_that_there_is_nothing(person: People, internships: InternshipDesk) -> None:
    address = opened(person, internships, who="ana", subject="Une affaire d’eux seuls")
    for who, status in (
        ("visitor", 303),
        ("rene", 404),
        ("eve", 404),
        ("paul", 200),
        ("pia", 200),
        ("ana", 200),
    ):
        for path in (address, f"{address}/termes"):
            answer = person(who).get(path)
            assert answer.status_code == status, who
            assert ("Une affaire d’eux seuls" in answer.text) == (status == 200)
    assert "Une affaire d’eux seuls" not in person("rene").get(ROOT).text
    person("rene").get("/demandes/nouvelle")
    assert person("rene").post(f"{address}/annulation", why="other", version="1").status_code == 404
    assert state(internships, address) is State.READY


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("end", "2026-01-11", "La fin vient avant le début."),
        ("end", "", "Écrivez une seule date de fin, qui existe"),
        ("hours", "49", "un nombre entier, de 1 à 48"),
        ("days", "7", "un nombre entier, de 1 à 6"),
        ("where", "Zzyzx", "n’est pas connu ici"),
        ("where", "Isère", "Dites la commune"),
        ("programme", "Master Rien", "Master Rien"),
        ("students", "9", "Il reste 8 places"),
        ("amount", "", "un nombre entier"),
        ("allowance", "", "Cochez la gratification"),
        ("mode", "attendance-mode/rien", "Choisissez un mode"),
        ("tasks", "Rien", "20 caractères au moins"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    field: str, value: str, told: str, person: People, internships: InternshipDesk
) -> None:
    before = len(internships.agreements.read().all)
    address = f"{ROOT}/nouvelle/{posted(internships)}"
    person("pia").get(address)
    answer = person("pia").post(address, **{**FORM, field: value})
    page = plain(answer.text)
    assert answer.status_code == 422 and told in page
    assert "Relever les haies" in page or field == "tasks"
    assert 'value="Diagnostic des haies"' in page and 'value="Grenoble"' in page
    assert len(internships.agreements.read().all) == before


def test_two_people_do_not_overwrite_each_other(person: People, internships: InternshipDesk) -> None:
    address = opened(person, internships, hours="39")
    assert "39 heures par semaine" in person("pia").get(address).text  # a doubt, which refuses nothing
    person("pia").get(f"{address}/termes")
    assert do(person, "paul", f"{address}", "signature-etablissement") == 303
    late = person("pia").post(f"{address}/termes", **{**FORM, "subject": "Un autre sujet"})
    assert (
        late.status_code == 422
        and "changé ce dossier entre-temps" in late.text
        and "Un autre sujet" in late.text
    )
    person("pia").get(f"{address}/termes")
    assert person("pia").post(f"{address}/termes", **{**FORM, "subject": "Un autre sujet"}).status_code == 303
    assert state(internships, address) is State.READY and "Un autre sujet" in person("paul").get(address).text
    person("paul").get(address)
    once = person("paul").fields(person("paul").page.text)  # type: ignore[union-attr]
    assert [
        person("paul")
        .client.post(f"{address}/signature-etablissement", data=once, follow_redirects=False)
        .status_code
        for _ in range(2)
    ] == [303, 303]
    assert state(internships, address) is State.PARTLY_SIGNED
    assert do(person, "pia", address, "rien") == 404
    assert do(person, "pia", address, "annulation", why="") == 422
    assert do(person, "pia", address, "annulation", why="calendar") == 303
    assert "calendrier" in person("paul").get(address).text


def test_agreements_are_opened_on_real_internships_that_stand(
    person: People, internships: InternshipDesk
) -> None:
    right = posted(internships)
    for who, status in (("visitor", 303), ("rene", 403), ("pia", 200), ("ana", 200)):
        assert person(who).get(f"{ROOT}/nouvelle/{right}").status_code == status
        assert (f"{ROOT}/nouvelle/{right}" in person(who).get("/stages").text) == (status == 200)
    for told in (
        {"type": "interaction-type/apprenticeship"},
        {"evidence": "illustrative"},
        {"end": "2020-01-01"},
    ):
        assert person("ana").get(f"{ROOT}/nouvelle/{posted(internships, **told)}").status_code == 404
    person("pia").get(f"{ROOT}/nouvelle/{right}")
    assert person("pia").post(f"{ROOT}/nouvelle/{right}", **FORM).status_code == 303
    person("paul").get(f"{ROOT}/nouvelle/{right}")
    assert "Il reste 3 places" in person("paul").post(f"{ROOT}/nouvelle/{right}", **FORM).text


@pytest.mark.long
def test_who_asked_for_an_intern_without_an_account_has_an_agreement(
    person: People, internships: InternshipDesk, desk: Desk, service: TestClient
) -> None:
    """From what the desk had agreed to the graph, where one internship is one interaction; its state at the private address."""
    public = {
        "type": "interaction-type/internship",
        "title": "Un stage à la ferme",
        "structure": "Ferme zébrée",
    }
    number = accept(person, desk, **public)
    followed = person("visitor").last[0].rpartition("/")[0]  # type: ignore[index]
    opening, ana = f"{ROOT}/nouvelle/{number}-1", person("ana")
    propose(desk, number)
    for to in ("waiting", "taken", "helped"):
        assert move(person, number, to) == 303
    page = ana.get(f"/guichet/demandes/{number}").text
    assert opening not in page and ana.get(opening).status_code == 404, "nothing is agreed yet"
    ana.get(f"/guichet/demandes/{number}")
    told = {"agreement": "Des haies à la ferme", "start": "2026-01-12", "end": "2026-03-13"}
    assert ana.post(f"/guichet/demandes/{number}/accord", candidate=UNIVERSITY, **told).status_code == 303
    for who, status in (("visitor", 303), ("rene", 404), ("pia", 404), ("paul", 200), ("ana", 200)):
        assert person(who).get(opening).status_code == status, who
    for who in ("ana", "paul"):
        assert opening in person(who).get(f"/guichet/demandes/{number}").text, who
    page = person("paul").get(opening).text
    for typed in ("Des haies à la ferme", "Grenoble (Isère, 38185)", "2026-01-12", "2026-03-13"):
        assert f'value="{typed}"' in page
    assert '<option value="desk" selected>' in page and "chez Ferme zébrée" in page
    terms = {**FORM, "subject": told["agreement"], "where": "Grenoble (Isère, 38185)", "relay": ""}
    address = person("paul").post(opening, **terms).headers["location"]
    page = ana.get(f"/guichet/demandes/{number}").text
    assert address in page and opening not in page, "one that lives is the one to go on with"
    page = plain(person("visitor").get(followed).text)
    assert "Convention de stage : Prête à signer. Le guichet la prépare avec vous" in " ".join(page.split())
    led = f"SELECT ?i {{ GRAPH <{DESK_GRAPH}> {{ <https://w3id.org/ancrage/id/match/desk/{number}-1> <{ANC}ledTo> ?i }} }}"
    assert f"interaction/desk/{number}-1" in until(service, led)
    assert do(person, "paul", address, "termes", **terms) == 303
    for who, act in (
        ("paul", "signature-etablissement"), ("ana", "signature-accueil"), ("ana", "acceptation"), ("ana", "validation"),
    ):  # fmt: skip
        assert do(person, who, address, act) == 303, (who, act)
    page = plain(person("visitor").get(followed).text)
    assert "Convention de stage : Validée." in page and "la prépare avec vous" not in page
    name = address.rpartition("/")[2]
    until(
        service,
        led,
        lambda rows: rows.split()[1:] == [f"https://w3id.org/ancrage/id/interaction/agreements/{name}"],
    )
    every = f"SELECT ?i {{ ?i a <{ANC}Interaction> ; <{LABEL}> ?l FILTER(STR(?l) = 'Des haies à la ferme') }}"
    assert (
        len(service.get("/sparql", params={"query": every}, headers={"accept": "text/csv"}).text.split()) == 2
    )
    life = f"""SELECT ?s ?d {{ GRAPH <{DESK_GRAPH}> {{ ?e <{ANC}matchStatus> ?s ; <http://purl.org/dc/terms/date> ?d
        FILTER(CONTAINS(STR(?e), 'desk/{number}-1/')) }} }}"""
    assert "match-status/realised" not in until(service, life)
    host = f"SELECT ?n {{ <https://w3id.org/ancrage/id/organization/desk-{number}> <{LABEL}> ?n }}"
    assert "Ferme zébrée" in until(service, host)
    assert do(person, "ana", address, "resultat", result="absent") == 303
    until(service, led, lambda rows: len(rows.split()) == 1)
    dropped = f"match-status/dropped,{datetime.now(UTC).date().isoformat()}"
    assert dropped in until(service, life), "it stayed « convenue » where nobody came"
    assert "Abandonné le" in plain(ana.get(f"/guichet/demandes/{number}").text)
    assert do(person, "ana", address, "resultat", result="completed") == 303
    until(service, led, lambda rows: f"interaction/agreements/{name}" in rows)
    assert "match-status/realised,2026-03-13" in until(service, life), (
        "its last day, not the one that it was told on"
    )
    assert dropped not in until(service, life)
    assert do(person, "ana", address, "annulation", why="calendar") == 303
    until(service, led, lambda rows: len(rows.split()) == 1)
    assert dropped in until(service, life) and " · Annulée<" in plain(ana.get(address).text)
    assert " : calendrier" in plain(person("visitor").get(followed).text)
    gone = f"SELECT ?i {{ GRAPH <{DESK_GRAPH.replace('desk', 'agreements')}> {{ ?i a <{ANC}Interaction> }} }}"
    until(service, gone, lambda rows: f"agreements/{name}" not in rows)
