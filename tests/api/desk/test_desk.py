"""A request from the mayor's first word to an interaction of the graph, and all that is refused on the way."""

from __future__ import annotations

import csv
import re
import threading
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.accounts.visitor import Form
from ancrage.api.desk import request_pages
from ancrage.api.desk.asked import Checked
from ancrage.api.desk.letters import INVENTED
from ancrage.api.desk.running import Desk
from ancrage.loaders.desk import examples
from ancrage.loaders.desk.acts import Acts, Agreement
from ancrage.loaders.desk.candidates import Candidate
from ancrage.loaders.desk.ledger import Need
from ancrage.loaders.desk.publication import GRAPH
from ancrage.loaders.desk.states import MatchState
from ancrage.loaders.operations.accounts import digest
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Conflict, Draft
from anyio import to_thread
from fastapi.testclient import TestClient

from ...pages import plain
from .conftest import SECRET, Person

People = Callable[[str], Person]
UNIVERSITY = "organization/0383546Y"


def last(desk: Desk) -> str:
    """The number of the last need."""
    return next(reversed(desk.ledger.read().needs)).rpartition("/")[2]


def accept(people: People, desk: Desk, where: str = "Grenoble", **more: str) -> str:
    """File a request and accept it; give its number."""
    people("visitor").file(where=where)
    ana, number = people("ana"), last(desk)
    ana.get(f"/guichet/demandes/{number}")
    told = {"title": "Diagnostic du centre-bourg", "structure": "Commune", "siren": "", "about": ""}
    told["type"] = "interaction-type/territorial-diagnosis"
    answer = ana.post(f"/guichet/demandes/{number}/acceptation", **{**told, **more})
    assert answer.status_code == 303, answer.text
    return number


def propose(desk: Desk, number: str) -> None:
    """Propose the fixture's university, which rules do not name."""
    need = desk.ledger.read().needs[f"need/{number}"]
    desk.acts.propose(need, "ana", Candidate(UNIVERSITY, "Université", provider=UNIVERSITY))
    desk.ledger.read()


def day(ahead: int) -> str:
    """The date so many days ahead."""
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


def move(people: People, number: str, to: str, who: str = "ana", **more: str) -> int:
    someone = people(who)
    someone.get(f"/guichet/demandes/{number}")
    path = f"/guichet/demandes/{number}/etat"
    return someone.post(path, candidate=UNIVERSITY, to=to, why="", email="", **more).status_code


@pytest.mark.long
def test_a_request_is_filed_in_three_steps_without_a_script_and_followed(person: People, desk: Desk) -> None:
    mayor = person("visitor")
    address = mayor.file()
    page = mayor.get(address)
    assert "À lire par le guichet" in page.text and "centre-bourg" in page.text
    assert page.headers["cache-control"] == "no-store" and page.headers["x-robots-tag"] == "noindex"
    assert "<script" not in page.text
    assert Person(mayor.service, "visitor").get(address[:-1] + "x").status_code == 404


def test_a_draft_is_taken_up_again_by_its_address_alone(service: TestClient, desk: Desk) -> None:
    mayor = Person(service, "visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Des étudiants pour repenser l’école", type="", about="")
    address = sent.headers["location"].removesuffix("/2")
    other = Person(service, "visitor")  # another day, another computer
    assert other.get(address).headers["location"] == f"{address}/2"
    assert "repenser l’école" in other.get(f"{address}/1").text
    assert other.get(f"{address}/3").headers["location"] == f"{address}/2"  # no step is jumped over
    number = last(desk)
    assert desk.ledger.needs[f"need/{number}"].state.value == "draft"
    ana = Person(service, "ana")
    assert ana.get(f"/guichet/demandes/{number}").status_code == 404  # nobody reads a draft


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("words", "court", "20 caractères au moins"),
        ("words", "x" * 3001, "3000 caractères au plus"),
        ("type", "interaction-type/forged", "recherché ou proposé"),
        ("about", "<script>", "dans la liste"),
    ],
)
def test_a_refused_form_tells_why_beside_the_field_and_keeps_what_was_typed(
    person: People, desk: Desk, field: str, value: str, told: str
) -> None:
    mayor, before = person("visitor"), len(desk.ledger.read().needs)
    mayor.get("/demandes/nouvelle")
    right = {"words": "Un texte assez long pour être lu", "type": "", "about": ""}
    answer = mayor.post("/demandes/nouvelle", **{**right, field: value})
    assert answer.status_code == 422
    assert told in answer.text.replace("\u202f", "").replace("\xa0", " ")
    assert f'id="e-{field}"' in answer.text and 'aria-invalid="true"' in answer.text
    assert (
        "x" * 3001 if len(value) > 3000 else "texte assez long" if field != "words" else value
    ) in answer.text
    assert "<script>" not in answer.text
    assert len(desk.ledger.read().needs) == before


def test_places_people_and_numbers_that_are_none_are_told(person: People) -> None:
    mayor = person("visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Un texte assez long pour être lu", type="", about="")
    address = sent.headers["location"].removesuffix("/2")
    mayor.get(f"{address}/2")
    wrong = mayor.post(f"{address}/2", where="Grenobl", when="", mode="")
    assert wrong.status_code == 422 and "Grenoble" in wrong.text
    mayor.post(f"{address}/2", where="Grenoble", when="", mode="")
    mayor.get(f"{address}/3")
    wrong = mayor.post(f"{address}/3", structure="M", siren="123456789", name="", email="a@b", agreed="")
    assert wrong.status_code == 422
    assert set(re.findall(r'id="e-(\w+)"', wrong.text)) == {"structure", "siren", "name", "email", "agreed"}


@pytest.mark.parametrize(
    "email",
    [
        "a@b.fr\nBcc: c@d.fr",
        "a@b.fr, c@d.fr",
        "a@b.fr;c@d.fr",
        "a(x)@b.fr",
        '"a"@b.fr',
        "a\\@b.fr",
        "a\0@b.fr",
    ],
)
def test_an_address_that_a_mail_would_read_as_two_or_another_is_none(email: str) -> None:
    checked = Checked()
    checked.email(Form({"email": email}), "email", required=True)
    assert list(checked.errors) == ["email"]


def test_homonyms_are_told_by_their_departement_and_found_again_by_that(person: People, desk: Desk) -> None:
    mayor = person("visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Une étude sur le commerce du bourg", type="", about="")
    address = sent.headers["location"].removesuffix("/2")
    both = "Saint-Priest (Rhône, 69290)", "Saint-Priest (Ardèche, 07288)"
    for typed, offered in (("Saint-Priest", both), ("saint priest (Isère)", both), ("07000", both[1:])):
        mayor.get(f"{address}/2")
        wrong = mayor.post(f"{address}/2", where=typed, when="", mode="")
        assert wrong.status_code == 422 and f'value="{typed}"' in wrong.text
        assert all(one in wrong.text for one in offered), typed
    for typed in ("Saint-Priest (Ardèche)", "saint-priest (07288)", both[1]):
        mayor.get(f"{address}/2")
        assert mayor.post(f"{address}/2", where=typed, when="", mode="").status_code == 303
        need = desk.ledger.read().needs[f"need/{last(desk)}"]
        assert (need.territory, need.place) == ("territory/commune/07288", "Saint-Priest")
    assert f'value="{both[1]}"' in mayor.get(f"{address}/2").text
    assert both[1] in mayor.get(f"{address}/3").text
    who = {"structure": "Mairie", "siren": "", "name": "Accueil", "email": "m@example.org", "agreed": "true"}
    assert mayor.post(f"{address}/3", **who).status_code == 303
    assert both[1] in mayor.get(address).text
    assert both[1] in person("ana").get(f"/guichet/demandes/{last(desk)}").text


def test_a_place_is_found_in_the_last_publication_while_the_next_is_read(
    person: People, service: TestClient
) -> None:
    mayor = person("visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Une étude sur le commerce du bourg", type="", about="")
    address = sent.headers["location"].removesuffix("/2")
    mayor.get(f"{address}/2")
    assert mayor.post(f"{address}/2", where="Grenoble", when="", mode="").status_code == 303
    state, over = service.app.state, threading.Event()  # type: ignore[attr-defined]
    state.places._last = "the one before", state.places._last[1]
    state.maps._thread.submit(over.wait, 30)  # as reading a large publication does
    mayor.get(f"{address}/2")
    assert mayor.post(f"{address}/2", where="38185", when="", mode="").status_code == 303
    assert not over.is_set() and state.places._last[0] == "the one before"
    threading.Timer(0.5, over.set).start()
    mayor.get(f"{address}/2")
    wrong = mayor.post(f"{address}/2", where="Grenobl", when="", mode="")  # may be new: waits for the next
    assert wrong.status_code == 422 and "Vouliez-vous dire Grenoble" in wrong.text and over.is_set()
    assert state.places._last[0] == state.maps.snapshot


def test_a_form_sent_twice_or_by_a_machine_counts_once_or_not(person: People, desk: Desk) -> None:
    mayor, before = person("visitor"), len(desk.ledger.read().needs)
    mayor.get("/demandes/nouvelle")
    told = {"words": "Un texte assez long pour être lu", "type": "", "about": ""}
    first, again = mayor.post("/demandes/nouvelle", **told), mayor.post("/demandes/nouvelle", **told)
    assert first.headers["location"] == again.headers["location"]
    assert len(desk.ledger.read().needs) == before + 1
    assert mayor.post("/demandes/nouvelle", **told, website="x").headers["location"] == "/demandes"
    assert mayor.post("/demandes/nouvelle", **told, form_key="0").status_code == 403
    answers = []
    for _ in range(22):
        mayor.get("/demandes/nouvelle")
        answers.append(mayor.post("/demandes/nouvelle", **told))
    statuses = [answer.status_code for answer in answers]
    assert statuses == sorted(statuses) and set(statuses) == {303, 429}
    assert answers[-1].headers["retry-after"].isdigit()


def test_from_a_request_to_an_interaction_of_the_graph(
    person: People, desk: Desk, service: TestClient
) -> None:
    number = accept(person, desk)
    propose(desk, number)
    for to in ("waiting", "taken", "helped"):
        assert move(person, number, to) == 303
    ana = person("ana")
    page = ana.get(f"/guichet/demandes/{number}").text
    assert "Aide proposée" in page
    wrong = ana.post(
        f"/guichet/demandes/{number}/accord", candidate=UNIVERSITY, agreement="x", start="32/13/2026"
    )
    assert wrong.status_code == 422
    told = {"candidate": UNIVERSITY, "agreement": "Diagnostic avec un master", "end": ""}
    for days in (-400, 800):
        slip = ana.post(f"/guichet/demandes/{number}/accord", **told, start=day(days))
        assert slip.status_code == 422 and "Écrivez une date du" in slip.text
    done = ana.post(f"/guichet/demandes/{number}/accord", **told, start=day(2))
    assert done.status_code == 303
    status = re.findall(r'role="status">([^<]*)', ana.get(done.headers["location"]).text)
    assert "C’est fait : l’accord est noté et devient public." in map(plain, status)
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    query = (
        f"SELECT ?l {{ GRAPH <{GRAPH}> {{ ?i a <https://w3id.org/ancrage/def/Interaction> ; {label} ?l }} }}"
    )
    end = time.monotonic() + 60
    while "Diagnostic avec un master" not in service.get("/sparql", params={"query": query}).text:
        assert time.monotonic() < end, desk.publication.failure
        time.sleep(0.2)


def asked(person: People, desk: Desk) -> tuple[Person, str, str]:
    """Have a request filed, accepted, and a candidate proposed; give who asked, where they follow it, its number."""
    mayor = person("visitor")
    address = mayor.file()
    need = desk.ledger.read().needs[f"need/{(number := last(desk))}"]
    public = {"title": "Un moulin", "structure": "Commune", "siren": "", "type": need.type, "about": []}
    desk.acts.accept(need, "ana", public)
    propose(desk, number)
    return mayor, address, number


def test_who_asked_reads_what_was_agreed(person: People, desk: Desk) -> None:
    mayor, address, number = asked(person, desk)

    def need() -> Need:
        return desk.ledger.read().needs[f"need/{number}"]

    for state in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.acts.move(need(), "ana", UNIVERSITY, state)
    assert "Accord" not in mayor.get(address).text
    desk.acts.agree(need(), "ana", UNIVERSITY, Agreement("Étude du moulin", "2026-12-01"))
    desk.ledger.read()
    assert "Accord : Étude du moulin, à partir du 1er décembre 2026" in plain(mayor.get(address).text)


def test_a_structure_is_asked_no_more_and_reads_nothing_any_more(person: People, desk: Desk) -> None:
    mayor, address, number = asked(person, desk)
    path = f"/guichet/demandes/{number}"
    assert move(person, number, "waiting") == 303
    assert "Université" in mayor.get(address).text and person("paul").get(path).status_code == 200
    assert "Sollicitation annulée" not in person("paul").get(path).text  # the desk alone takes it back
    assert move(person, number, "recalled", "paul") == 403
    assert move(person, number, "recalled") == 303
    assert "Université" not in mayor.get(address).text and person("paul").get(path).status_code == 404
    page = plain(person("ana").get(path).text)
    assert "Sollicitation annulée" in page and "sollicité le" in page and "Ne plus proposer" not in page
    assert move(person, number, "waiting") == 303
    assert person("paul").get(path).status_code == 200


def test_the_desk_proposes_a_structure_that_no_rule_finds(person: People, desk: Desk) -> None:
    _, _, number = asked(person, desk)
    ana, path = person("ana"), f"/guichet/demandes/{number}"
    ana.get(path)
    assert ana.post(f"{path}/candidat-retrait", candidate=UNIVERSITY).status_code == 303
    for wrong, told in (("", "Dites laquelle"), ("Université de nulle part", "n’est pas")):
        ana.get(path)
        refused = ana.post(f"{path}/candidat-autre", organization=wrong)
        assert refused.status_code == 422 and told in plain(refused.text), wrong
        assert f'value="{wrong}"' in refused.text
    ana.get(path)
    assert ana.post(f"{path}/candidat-autre", organization="Université Grenoble Alpes").status_code == 303
    [match] = desk.ledger.read().needs[f"need/{number}"].matches.values()
    assert (match.candidate, match.provider, match.name) == (
        UNIVERSITY,
        UNIVERSITY,
        "Université Grenoble Alpes",
    )
    ana.get(path)
    again = ana.post(f"{path}/candidat-autre", organization="0383546Y")
    assert again.status_code == 422 and "est proposé déjà" in plain(again.text)
    assert move(person, number, "waiting") == 303 and person("paul").get(path).status_code == 200


def test_the_desk_corrects_where_and_says_what_came_of_an_agreement(person: People, desk: Desk) -> None:
    mayor, address, number = asked(person, desk)
    ana, path = person("ana"), f"/guichet/demandes/{number}"
    public = {"title": "Un moulin", "structure": "Commune", "siren": "", "about": ""}
    public["type"] = "interaction-type/territorial-diagnosis"
    assert 'name="where"' in ana.get(path).text
    refused = ana.post(f"{path}/correction", **public, where="Saint-Priest")
    assert refused.status_code == 422 and "Plusieurs s’appellent" in plain(refused.text)
    ana.get(path)
    assert ana.post(f"{path}/correction", **public, where="La Mure").status_code == 303
    assert "La Mure" in mayor.get(address).text and "au printemps" in mayor.get(address).text
    for to in ("waiting", "taken", "helped"):
        move(person, number, to)
    agreed = {"candidate": UNIVERSITY, "agreement": "Étude du moulin", "start": day(-9), "end": ""}
    ana.get(path)
    assert ana.post(f"{path}/accord", **agreed).status_code == 303
    assert "Dire ce qu’il en est advenu" in plain(ana.get(path).text)
    told = {"candidate": UNIVERSITY, "outcome": "dropped", "day": day(0), "dropped_for": ""}
    refused = ana.post(f"{path}/suite", **told)
    assert refused.status_code == 422 and "pour quelle raison" in plain(refused.text)
    ana.get(path)
    assert ana.post(f"{path}/suite", **{**told, "dropped_for": "calendar"}).status_code == 303
    assert ": calendrier." in plain(mayor.get(address).text) and "Corriger ce qu’il" in plain(
        ana.get(path).text
    )
    assert ana.post(f"{path}/suite", **{**told, "outcome": "realised"}).status_code == 303
    assert "Réalisé le" in plain(mayor.get(address).text)


def test_a_request_that_repeats_another_leaves_the_rates_and_the_list(person: People, desk: Desk) -> None:
    number, other = accept(person, desk), accept(person, desk)
    mayor = person("visitor")

    def counted() -> tuple[int, int]:
        page = plain(mayor.get("/demandes").text)
        found = re.search(r">(\d+) demandes? acceptées?</h2>", page)
        of_all = mayor.client.get("/api/v1/desk/rates?format=json").json()["rates"][0]["whole"]
        return int(found[1]) if found else 0, of_all

    listed, rated = counted()
    ana = person("ana")
    ana.get(f"/guichet/demandes/{other}")
    reason = f"Elle répète la n° {number}."
    assert ana.post(f"/guichet/demandes/{other}/refus", reason=reason).status_code == 303
    assert counted() == (listed - 1, rated - 1)
    assert "puis écartée" in mayor.get("/demandes").text
    ana.get(f"/guichet/demandes/{number}")
    assert ana.post(f"/guichet/demandes/{number}/retrait").status_code == 303
    assert counted() == (listed - 2, rated - 1)
    assert "puis retirée" in mayor.get("/demandes").text  # who gave up is counted, and the page says so


def test_the_other_language_of_what_a_form_shows_is_the_page_of_the_form(person: People, desk: Desk) -> None:
    """It led to an address that only takes forms: 405."""
    number, ana = accept(person, desk), person("ana")
    ana.get(f"/guichet/demandes/{number}")
    shown = ana.post(f"/guichet/demandes/{number}/contact").text
    assert 'id="contact"' in shown
    [other] = {*re.findall(r'href="([^"]*lang=en)" rel="alternate', shown)}
    assert other == f"/guichet/demandes/{number}?lang=en" and ana.get(other).status_code == 200


def test_nobody_is_named_in_what_is_public_and_what_was_accepted_is_corrected(
    person: People, desk: Desk
) -> None:
    person("visitor").file()
    ana, number = person("ana"), last(desk)
    path = f"/guichet/demandes/{number}"
    right = {
        "title": "Diagnostic du centre-bourg",
        "structure": "Lycée Jean Moulin",
        "siren": "",
        "about": "",
    }
    right["type"] = "interaction-type/territorial-diagnosis"
    for name, value in (
        ("title", "Aider Mme Canari à écrire"),
        ("title", "Rencontre avec Zoé Canari"),
        ("title", "Écrire à zoe.canari@example.org"),
        ("title", "Appelez le 04 76 12 34 56."),
        ("structure", "Claire Canari"),
    ):
        ana.get(path)
        wrong = ana.post(f"{path}/acceptation", **{**right, name: value})
        assert wrong.status_code == 422 and f'value="{value}"' in wrong.text, value
        assert "retirez-en le nom" in wrong.text and re.findall(r'id="e-(\w+)"', wrong.text) == [name]
    ana.get(path)
    assert ana.post(f"{path}/acceptation", **right).status_code == 303
    assert 'value="Lycée Jean Moulin"' in ana.get(path).text
    assert "retirez-en" in ana.post(f"{path}/correction", **{**right, "structure": "M. Canari"}).text
    ana.get(path)
    better = {**right, "title": "Diagnostic de la place", "structure": "Commune"}
    assert ana.post(f"{path}/correction", **better).status_code == 303
    need = desk.ledger.read().needs[f"need/{number}"]
    assert (need.title, need.structure, need.public) == ("Diagnostic de la place", "Commune", True)
    ana.get("/offres/nouvelle")
    assert 'id="e-title"' in ana.post("/offres/nouvelle", title="Cours de Mme Canari").text
    ana.get("/stages/nouveau/poste")
    post = ana.post("/stages/nouveau/poste", title="Stage avec Jean Canari", host="Jeanne Canari").text
    assert post.count("retirez-en") == 4  # beside each field, and in what is told first


def test_what_was_decided_on_an_old_page_is_refused(person: People, desk: Desk) -> None:
    number = accept(person, desk)
    propose(desk, number)
    ana = person("ana")
    ana.get(f"/guichet/demandes/{number}")
    stale = ana.fields(ana.page.text if ana.page else "")
    assert move(person, number, "waiting") == 303
    forged = {**stale, "candidate": UNIVERSITY, "to": "helped", "why": "", "email": ""}
    answer = ana.client.post(f"/guichet/demandes/{number}/etat", data=forged, follow_redirects=False)
    assert answer.status_code == 422 and "entre-temps" in answer.text
    note = ana.client.post(
        f"/guichet/demandes/{number}/note",
        data={**stale, "note": "Rappelée ce matin."},
        follow_redirects=False,
    )
    assert note.status_code == 303  # it undoes nothing of what another did
    assert move(person, number, "helped") == 422  # it was not taken in charge
    assert desk.ledger.read().needs[f"need/{number}"].matches[UNIVERSITY].state is MatchState.WAITING


def test_what_was_typed_stays_on_every_page_that_refuses_it(person: People, desk: Desk) -> None:
    number = accept(person, desk)
    propose(desk, number)
    ana, path = person("ana"), f"/guichet/demandes/{number}"
    ana.get(path)
    old = {"version": "1"}
    refused = ana.post(
        f"{path}/etat", candidate=UNIVERSITY, to="waiting", why="", email="pas une adresse"
    ).text
    assert 'value="pas une adresse"' in refused and 'value="waiting" selected' in refused
    for state in (MatchState.WAITING, MatchState.TAKEN, MatchState.HELPED):
        desk.acts.move(desk.ledger.read().needs[f"need/{number}"], "ana", UNIVERSITY, state)
    told = {"candidate": UNIVERSITY, "agreement": "Étude du moulin", "start": "2027-01-05", "end": ""}
    ana.get(path)
    conflict = ana.post(f"{path}/accord", **told, **old).text
    assert "entre-temps" in conflict and "<details open>" in conflict
    assert 'value="Étude du moulin"' in conflict and 'value="2027-01-05"' in conflict
    long = ana.post(f"{path}/note", note="x" * 2001, public="true").text
    assert "x" * 2001 in long and re.search(r'name="public" value="true" checked', long)


def test_a_form_that_comes_too_late_or_too_often_gives_back_what_was_typed(
    service: TestClient, desk: Desk
) -> None:
    mayor, words = Person(service, "visitor"), "Un diagnostic du centre-bourg, avec des étudiants"
    mayor.get("/demandes/nouvelle")
    told = {"words": words, "type": "", "about": ""}
    own = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    form = {**mayor.fields(mayor.page.text if mayor.page else ""), **told}
    late = mayor.client.post("/demandes/nouvelle", data={**form, "form_key": "old"}, headers=own)
    assert late.status_code == 403 and words in late.text and late.headers["cache-control"] == "no-store"
    other = {**own, "Sec-Fetch-Site": "cross-site"}
    assert words not in mayor.client.post("/demandes/nouvelle", data=form, headers=other).text
    for number in range(21):
        often = mayor.client.post(
            "/demandes/nouvelle",
            data={**form, "once": f"{number:032}"},
            headers=own,
            follow_redirects=False,
        )
    assert often.status_code == 429 and words in often.text


def test_a_step_that_cannot_be_kept_keeps_what_was_typed(
    person: People, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mayor = person("visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Une étude sur le commerce du bourg", type="", about="")
    address = sent.headers["location"].removesuffix("/2")
    mayor.get(f"{address}/1")

    def changed(*_: object, **__: object) -> None:
        raise Conflict("need/x", 3)

    monkeypatch.setattr(Acts, "describe", changed)
    refused = mayor.post(f"{address}/1", words="Une étude sur les halles du bourg", type="", about="")
    assert (
        refused.status_code == 409 and "les halles du bourg" in refused.text and "entre-temps" in refused.text
    )


def test_a_partner_answers_for_its_own_organisation_alone(person: People, desk: Desk) -> None:
    number = accept(person, desk)
    propose(desk, number)
    assert person("paul").get(f"/guichet/demandes/{number}").status_code == 404  # not asked yet
    move(person, number, "waiting")
    assert person("pia").get(f"/guichet/demandes/{number}").status_code == 404
    assert "Diagnostic du centre-bourg" in person("paul").get("/guichet").text
    assert "Diagnostic du centre-bourg" not in person("pia").get("/guichet").text
    assert move(person, number, "taken", "paul") == 303
    assert move(person, number, "waiting", "paul") == 403  # what the desk alone does
    page = person("paul").get(f"/guichet/demandes/{number}").text
    assert "restent au guichet : demandez-les-lui" in plain(page)
    assert "avec des étudiants" not in page and "Canari" not in page


def test_a_candidate_proposed_by_mistake_is_taken_back_and_one_that_was_asked_is_not(
    person: People, desk: Desk
) -> None:
    number = accept(person, desk)
    propose(desk, number)
    ana, path = person("ana"), f"/guichet/demandes/{number}"
    assert "Ne plus proposer" in ana.get(path).text
    assert ana.post(f"{path}/candidat-retrait", candidate=UNIVERSITY).status_code == 303
    need = desk.ledger.read().needs[f"need/{number}"]
    assert not need.matches and need.state.value == "preparing"
    assert "Université" not in ana.get(path).text.partition("Qui pourrait répondre")[0]
    propose(desk, number)
    assert (
        desk.ledger.needs[f"need/{number}"].matches[UNIVERSITY].number == 2
    )  # what is published keeps its name
    move(person, number, "waiting")
    assert "Ne plus proposer" not in ana.get(path).text
    refused = ana.post(f"{path}/candidat-retrait", candidate=UNIVERSITY)
    assert refused.status_code == 422 and "a été sollicité" in refused.text
    need = desk.ledger.read().needs[f"need/{number}"]
    desk.acts.move(need, "ana", UNIVERSITY, MatchState.REFUSED, reason="drop-reason/other")
    assert number in ana.get("/guichet?format=csv").text  # by all: somebody else is to be found


def test_what_is_withdrawn_offers_no_form_that_is_refused(person: People, desk: Desk) -> None:
    mayor = person("visitor")
    address = mayor.file()
    ana, number = person("ana"), last(desk)
    path = f"/guichet/demandes/{number}"
    page = ana.get(path).text
    assert "<summary>Effacer les coordonnées</summary>" in page  # said twice, as it is for good
    told = {"title": "Diagnostic", "structure": "Commune", "siren": "", "about": ""}
    told["type"] = "interaction-type/territorial-diagnosis"
    assert ana.post(f"{path}/acceptation", **told).status_code == 303
    propose(desk, number)
    move(person, number, "waiting")
    mayor.get(address)
    assert mayor.post(f"{address}/retrait/oui").status_code == 303
    forms = re.findall(r'action="[^"]*/guichet/demandes/[^"]*/([a-z-]+)"', ana.get(path).text)
    assert forms == ["note"]


def test_a_draft_is_dropped_at_any_step_after_the_first(person: People, desk: Desk) -> None:
    mayor = person("visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post(
        "/demandes/nouvelle", words="Une toiture à refaire, avec des étudiants", type="", about=""
    )
    address = sent.headers["location"].removesuffix("/2")
    need = desk.ledger.read().of_token(digest(address.rpartition("/")[2]))
    assert need is not None and desk.devices.safe.read(need.sealed)
    assert f'action="{address}/retrait/oui"' in mayor.get(f"{address}/2").text
    assert mayor.post(f"{address}/retrait/oui").status_code == 303
    assert desk.devices.safe.read(need.sealed) == {}
    assert "La demande est retirée" in mayor.get(address).text
    assert need.number not in person("ana").get("/guichet?state=withdrawn").text


def test_the_desk_withdraws_a_request_for_who_lost_its_address(person: People, desk: Desk) -> None:
    mayor, ana = person("visitor"), person("ana")
    address = mayor.file()
    filed, accepted = last(desk), accept(person, desk)
    propose(desk, accepted)
    move(person, accepted, "waiting")
    for number in (filed, accepted):
        path = f"/guichet/demandes/{number}"
        assert "<summary>Retirer la demande et tout effacer</summary>" in ana.get(path).text  # said twice
        before = desk.ledger.read().needs[f"need/{number}"]
        noted = desk.devices.audit.path.read_text().count("delete/contact")
        person("rene").get("/compte")
        assert person("rene").post(f"{path}/retrait").status_code in (403, 404)
        assert ana.post(f"{path}/retrait").status_code == 303
        assert desk.devices.safe.read([before.contact, *before.sealed]) == {}
        assert desk.ledger.read().needs[f"need/{number}"].state.value == "withdrawn"
        assert desk.devices.audit.path.read_text().count("delete/contact") == noted + 1
        assert "tout effacer" not in ana.get(path).text
    assert "La demande est retirée" in mayor.get(address).text


def test_a_session_that_ended_says_so_and_gives_back_what_was_typed(person: People, desk: Desk) -> None:
    number = accept(person, desk)
    ana = Person(person("ana").service, "ana")
    path = f"/guichet/demandes/{number}"
    ana.get(path)
    ana.client.cookies.clear()
    note = "Rappeler la mairie & son <maire>"
    form = {
        **ana.fields(ana.page.text if ana.page else ""),
        "note": note,
        "password": "une phrase assez longue",
    }
    here = ana.client.post(f"{path}/note", data=form, headers={"sec-fetch-site": "same-origin"})
    assert here.status_code == 403 and "Votre session a pris fin" in here.text
    assert f'href="/connexion?after={path}"' in here.text and here.headers["cache-control"] == "no-store"
    assert "Rappeler la mairie &amp; son &lt;maire&gt;" in here.text and "une phrase assez" not in here.text
    elsewhere = ana.client.post(f"{path}/note", data=form, headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403 and "Rappeler" not in elsewhere.text
    offer = ana.client.post("/offres/nouvelle", data=form)
    assert offer.status_code == 403 and 'href="/connexion?after=/offres/nouvelle"' in offer.text


def test_when_is_read_by_the_desk_and_who_asks_and_so_is_why_it_is_declined(
    person: People, desk: Desk
) -> None:
    number = accept(person, desk)
    propose(desk, number)
    move(person, number, "waiting")
    path = f"/guichet/demandes/{number}"
    assert "au printemps" in person("ana").get(path).text
    for name in ("rene", "eve", "paul"):
        page = person(name).get(path)
        assert page.status_code == 200 and "au printemps" not in page.text, name
    mayor, ana = person("visitor"), person("ana")
    address = mayor.file()
    assert "au printemps" in mayor.get(f"{address}").text
    path = f"/guichet/demandes/{last(desk)}"
    ana.get(path)
    assert ana.post(f"{path}/refus", reason="Voyez Zoé Canari à la mairie").status_code == 303
    assert "Voyez Zoé Canari" in mayor.get(address).text and "Voyez Zoé Canari" in ana.get(path).text


def test_each_look_at_a_contact_is_noted_and_what_is_erased_is_gone(person: People, desk: Desk) -> None:
    address = person("visitor").file()
    ana, number = person("ana"), last(desk)
    assert "Mairie de Canari" not in ana.get(f"/guichet/demandes/{number}").text
    before = desk.devices.audit.path.read_text().count("read/contact")
    shown = ana.post(f"/guichet/demandes/{number}/contact")
    assert "zoe.canari@example.org" in shown.text and 'value="Mairie de Canari"' in shown.text
    assert "zoe.canari@example.org" not in ana.get(f"/guichet/demandes/{number}").text
    assert desk.devices.audit.path.read_text().count("read/contact") == before + 1
    mayor = person("visitor")
    mayor.get(address)
    assert mayor.post(f"{address}/retrait/oui").status_code == 303
    gone = mayor.get(address).text
    assert "sont effacés" in gone and "avec des étudiants" not in gone
    ana.get(f"/guichet/demandes/{number}")
    assert "canari" not in ana.post(f"/guichet/demandes/{number}/contact").text.lower()


def test_the_outbox_says_to_whom_a_message_goes_and_which_are_of_invented_requests(
    person: People, desk: Desk
) -> None:
    number = accept(person, desk)
    desk.outbox.write(UNIVERSITY, "", "candidate", "Une demande attend", f"Ceci {INVENTED['fr']}")
    desk.outbox.write(f"need/{number}/judgement", "", "judgement", "Qu’est-elle devenue ?", "Dites")
    need = desk.ledger.needs[f"need/{number}"]
    desk.outbox.write("0a1b", need.contact, "judgement", "Qu’est-elle devenue ?", "Dites")
    desk.outbox.write("0a1b", "gone", "judgement", "Qu’est-elle devenue ?", "Dites")
    articles = person("ana").get("/guichet/envois").text.split("<article")[1:5]
    gone, known, judgement, candidate = (one.partition("</article>")[0] for one in articles)
    assert "0a1b" not in "".join(articles) and "à une personne dont l’adresse n’est plus gardée" in gone
    assert "au demandeur de «" in known and "Diagnostic du centre-bourg" in known
    assert "au demandeur de «" in judgement and "Diagnostic du centre-bourg" in judgement
    assert "à Université Grenoble Alpes" in candidate
    assert "illustrative" in candidate and "illustrative" not in judgement


def test_page_file_and_api_give_the_same_rates(person: People, desk: Desk, service: TestClient) -> None:
    accept(person, desk)
    rates = service.get("/api/v1/desk/rates").json()["rates"]
    sheet = service.get("/api/v1/desk/rates?format=csv").text
    french = service.get("/api/v1/desk/rates?format=csv-fr").content.decode("utf-8-sig")
    assert french.startswith("Groupe;Taux;Partie;Tout;")
    page = re.sub(r"\s+", " ", person("visitor").get("/demandes").text.replace("\u202f", ""))
    assert len(rates) == 11 and any(one["whole"] for one in rates)
    for one in rates:
        assert f"all,{one['measure']}" not in sheet  # groups are named in words
        assert f",{one['measure']},{one['part']},{one['whole']}," in sheet
        assert not one["whole"] or f"{one['part']} / {one['whole']}" in page
    waiting = page[page.index("Rien à compter encore pour") :].partition("</p>")[0]
    assert waiting.count(",") == sum(not one["whole"] for one in rates) - 1 and "0 / 0" not in page
    english = person("visitor").get("/demandes?lang=en").text
    assert re.search(r"\d%", english) and not re.search(r"\s%", english)
    assert service.get("/api/v1/desk/rates?by=colour").status_code == 400


def test_rates_by_theme_and_by_relay_are_named_on_the_page_and_in_its_file(
    person: People, desk: Desk, service: TestClient
) -> None:
    timber = "value-chain/timber-construction"
    number = accept(person, desk, about=timber)
    desk.devices.accounts.add("relais", Role.RELAY, SECRET, "organization/a-relay")
    for node, name in (("organization/a-relay", "Un relais"), (UNIVERSITY, "Université")):
        read = desk.ledger.read().needs[f"need/{number}"]
        desk.acts.propose(read, "ana", Candidate(node, name, provider=node))
        desk.acts.move(desk.ledger.read().needs[f"need/{number}"], "ana", node, MatchState.WAITING)
    told = {by: service.get(f"/api/v1/desk/rates?by={by}").json()["rates"] for by in ("theme", "relay")}
    assert timber in {one["group"] for one in told["theme"]}
    assert {one["group"] for one in told["relay"]} == {"Un relais"}
    page = person("visitor")
    themes = page.get("/demandes?by=theme").text
    assert "<caption>Bois-construction" in themes and "<caption>Non précisé" in themes
    assert "<caption>Un relais" in page.get("/demandes?by=relay").text
    assert "Bois-construction" in service.get("/api/v1/desk/rates?by=theme&format=csv").text
    assert all(f"by={by}" in themes for by in ("theme", "relay"))


def test_the_pages_of_a_request_tell_its_filiere_and_its_structure(person: People, desk: Desk) -> None:
    number = accept(person, desk, about="value-chain/timber-construction", structure="Commune de Canari")
    mayor = person("visitor")
    assert mayor.last is not None
    for page in (
        mayor.get(mayor.last[0].removesuffix("/3")).text,
        person("ana").get(f"/guichet/demandes/{number}").text,
    ):
        assert "<dt>Filière ou domaine</dt><dd>Bois-construction</dd>" in page
        assert "<dt>Structure</dt><dd>Commune de Canari</dd>" in page


def test_rates_of_homonyms_are_apart_with_the_code_of_each(
    person: People, desk: Desk, service: TestClient
) -> None:
    """« Saint-Priest » of Rhône and of Ardèche made one group."""
    for where in ("69290", "07288"):
        accept(person, desk, where)
    rhone = "Saint-Priest (Rhône, 69290)"
    found = service.get("/api/v1/desk/rates?by=territory").json()["rates"]
    told_of = {one["group"]: one["label"] for one in found}
    assert told_of["territory/commune/69290"] == rhone and "territory/commune/07288" in told_of
    [row] = [
        one
        for one in csv.DictReader(service.get("/api/v1/desk/rates?by=territory&format=csv").text.splitlines())
        if one["group"] == rhone and one["measure"] == "sent"
    ]
    assert row["code"] == "69290"
    page = person("visitor").get("/demandes?by=territory").text
    assert f"<caption>{rhone}" in page and "<caption>Saint-Priest (Ardèche, 07288)" in page


def test_an_offer_is_filed_by_who_may_and_is_a_candidate(person: People, desk: Desk) -> None:
    ana = person("ana")
    assert ana.get("/offres/nouvelle").status_code == 200
    told = {"title": "Diagnostics par des étudiants", "type": "interaction-type/territorial-diagnosis", "about": "",
            "mode": "", "where": "Grenoble", "capacity": "2", "next": "", "email": "", "organization": "0383546Y"}  # fmt: skip
    wrong = ana.post("/offres/nouvelle", **{**told, "organization": "Personne", "capacity": "-1"})
    assert set(re.findall(r'id="e-(\w+)"', wrong.text)) == {"organization", "capacity"}
    assert ana.post("/offres/nouvelle", **told).status_code == 303
    ana.get("/offres/nouvelle")
    again = ana.post("/offres/nouvelle", **told)
    assert again.status_code == 409 and "Rien n’est doublé" in again.text
    ana.get("/offres/nouvelle")
    assert ana.post("/offres/nouvelle", **{**told, "capacity": "3"}).status_code == 303
    assert "Diagnostics par des étudiants" in person("visitor").get("/offres").text
    number = accept(person, desk)
    page = plain(ana.get(f"/guichet/demandes/{number}").text)
    assert "Offre au guichet : « Diagnostics par des étudiants »" in page and "Même type" in page
    [candidate] = re.findall(r'name="candidate" value="(organization/[^"]+)"', page)[:1]
    assert (
        ana.post(f"/guichet/demandes/{number}/candidat", candidate="organization/forged").status_code == 422
    )
    ana.get(f"/guichet/demandes/{number}")
    assert ana.post(f"/guichet/demandes/{number}/candidat", candidate=candidate).status_code == 303


def test_a_form_that_is_sent_again_leads_on_and_one_that_was_changed_is_another(
    service: TestClient, desk: Desk
) -> None:
    mayor = Person(service, "visitor")
    page = Person.fields(mayor.get("/demandes/nouvelle").text)
    told = {**page, "words": "Un texte assez long pour être lu", "type": "", "about": ""}
    sent = [mayor.client.post("/demandes/nouvelle", data=told, follow_redirects=False) for _ in range(2)]
    address = sent[0].headers["location"].removesuffix("/2")
    assert sent[1].headers["location"] == f"{address}/2"
    before = len(desk.ledger.read().needs)
    changed = {**told, "words": "Revenue en arrière, la mairie écrit autre chose"}
    assert mayor.client.post("/demandes/nouvelle", data=changed, follow_redirects=False).status_code == 303
    assert len(desk.ledger.read().needs) == before
    assert "Revenue en arrière" in mayor.get(f"{address}/1").text
    mayor.get(f"{address}/2")
    mayor.post(f"{address}/2", where="Grenoble", when="", mode="")
    who = {"structure": "Mairie", "siren": "", "name": "Accueil", "email": "m@example.org", "agreed": "true"}
    last_page = {**Person.fields(mayor.get(f"{address}/3").text), **who}
    for _ in range(2):  # the answer to the first was lost on the way
        answer = mayor.client.post(f"{address}/3", data=last_page, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"] == address
    cut = mayor.client.post(f"{address}/3", data={**last_page, "once": ""}, follow_redirects=False)
    assert cut.status_code == 400 and "incomplet" in cut.text
    late = mayor.client.post(f"{address}/3", data={**last_page, "name": "Autre"}, follow_redirects=False)
    assert late.status_code == 409 and "Rien n’est changé" in late.text


def test_what_no_form_can_hold_is_told_and_breaks_nothing(person: People, desk: Desk) -> None:
    number = accept(person, desk)
    propose(desk, number)
    for to in ("waiting", "taken", "helped"):
        assert move(person, number, to) == 303
    ana, path = person("ana"), f"/guichet/demandes/{number}"
    existing, near = "une seule date de début, qui existe, comme 2027-03-15", "entre 2000 et 2100"
    for start, sentence in (
        ("2026-02-30", existing),
        ("demain", existing),
        ("0001-01-01", near),
        ("30/02/2027", existing),
    ):
        ana.get(path)
        wrong = ana.post(f"{path}/accord", candidate=UNIVERSITY, agreement="Accord", start=start, end="")
        assert wrong.status_code == 422 and sentence in wrong.text, start
    ana.get(path)
    told = {"candidate": UNIVERSITY, "agreement": "Accord", "start": "20261201", "end": "1/3/2027"}
    assert ana.post(f"{path}/accord", **told).status_code == 303
    agreed = desk.ledger.read().needs[f"need/{number}"].matches[UNIVERSITY].agreed
    assert (agreed["start"], agreed["end"]) == ("2026-12-01", "2027-03-01")  # as the graph takes dates
    ana.get("/offres/nouvelle")
    for capacity in ("²", "-1", "1e3", "1001"):
        assert ana.post("/offres/nouvelle", title="Offre", capacity=capacity).status_code == 422
    for page in ("²", "0", "-1", "9" * 30):
        assert ana.get(f"/guichet?page={page}").status_code == 200
    mayor = Person(ana.service, "visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Un texte assez long pour être lu", type="", about="")
    step = sent.headers["location"]
    mayor.get(step)
    long = mayor.post(step, where="x" * 5000, when="", mode="")
    print(re.findall(r"id=.e-.*", long.text))
    assert long.status_code == 422 and "x" * 60 + "…" in long.text


def test_what_is_invented_is_shown_when_asked_and_alone(person: People, desk: Desk) -> None:
    """`/offres` mixed invented offers with real ones, and `/demandes` listed invented requests under « 0 demande »."""
    told = tomllib.loads((Path(__file__).parents[3] / "examples" / "desk.toml").read_text(encoding="utf-8"))
    asked, today = next(one for one in told["needs"] if "accepted" in one), datetime.now(UTC)
    desk.devices.store.append(
        [
            *examples._offer("offer/example-0", told["offers"][0], today),
            *examples._need("need/example-0", asked, today, "", ""),
        ]
    )
    accept(person, desk)
    desk.acts.offer("paul", {**told["offers"][0], "title": "Une offre réelle", "about": [], "next": ""})
    visitor = person("visitor")
    for path, real, invented in (
        ("/offres", "Une offre réelle", told["offers"][0]["title"]),
        ("/demandes", "Diagnostic du centre-bourg", asked["title"]),
    ):
        page, apart = (unescape(visitor.get(f"{path}{more}").text) for more in ("", "?illustrative=true"))
        assert f'href="{path}?illustrative=true"' in page and real in page and invented not in page
        assert "Tout ce que montre cette page est inventé" in apart
        assert invented in apart and real not in apart
    assert "1 demande acceptée" in re.sub(r"\s+", " ", apart)
    for act, words in (("fin", "C’est fait : l’offre est close."), ("x", "")):
        found = re.findall(r'class="avis" role="status">([^<]*)', visitor.get(f"/offres?done={act}").text)
        assert plain("".join(found)) == words
    listed = visitor.get("/offres?format=csv").text
    assert "Une offre réelle" in listed and told["offers"][0]["title"] not in listed
    ana, state = person("ana"), desk.ledger.read().needs["need/example-0"].state.value
    for more, there in (("", False), ("&illustrative=true", True)):
        board = ana.get(f"/guichet?state={state}&format=csv{more}").text
        assert ("example-0" in board) is there


def test_offers_are_a_hundred_a_page(person: People, desk: Desk) -> None:
    told = {
        "type": "interaction-type/internship",
        "about": [],
        "mode": "",
        "territory": "",
        "place": "",
        "capacity": 1,
        "next": "",
    }
    drafts = [
        Draft("ana", "offer-filed", f"offer/p{number}",
              {**told, "title": f"Zz {number:03}", "organization": UNIVERSITY, "name": "Université"})
        for number in range(120)
    ]  # fmt: skip
    desk.devices.store.append(drafts)
    reader = person("visitor")
    first, second = reader.get("/offres").text, reader.get("/offres?page=2").text
    assert first.count("<article") == 100
    assert "Zz 119" not in first and "Zz 119" in second
    assert 'href="/offres?page=2"' in first


def test_the_same_request_twice_is_told_with_its_number_and_is_not_doubled(
    person: People, desk: Desk
) -> None:
    """A structure that filed the same twice made two needs."""
    words, mayor = "Une étude du marché couvert de la commune", person("visitor")
    first = mayor.file(words, email="zoe@marche.example")
    number = last(desk)
    with pytest.raises(AssertionError, match=number) as told:
        mayor.file(f" {words.upper()}  ", email="Zoe@marche.example")
    assert "Vous avez déposé la même demande" in str(told.value)
    filed = [need for need in desk.ledger.read().needs.values() if need.filed]
    mayor.file(words, email="another@marche.example")
    mayor.file(words, where="La Mure", email="zoe@marche.example")
    mayor.file(words, when="à l’automne", email="zoe@marche.example")
    mayor.get(first)
    assert mayor.post(f"{first}/retrait/oui").status_code == 303  # who withdrew it may file it again
    mayor.file(words, email="zoe@marche.example")
    assert len([need for need in desk.ledger.read().needs.values() if need.filed]) == len(filed) + 4


def test_the_same_request_sent_twice_at_one_instant_counts_once(
    service: TestClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From two windows, so under two keys: both have looked at what was filed before either is written."""
    people = [Person(service, "visitor") for _ in range(2)]
    addresses = [one.draft("Un inventaire des sources de la commune") for one in people]
    filed = len([need for need in desk.ledger.read().needs.values() if need.filed])
    together, receipt = threading.Barrier(2), request_pages._receipt

    async def late(*told: Any) -> Any:
        written = await receipt(*told)
        await to_thread.run_sync(together.wait, 20)
        return written

    monkeypatch.setattr(request_pages, "_receipt", late)
    contact = {"structure": "Mairie", "siren": "", "name": "Zoé", "email": "zoe@sources.example", "phone": ""}
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda one, address: one.post(f"{address}/3", **contact, agreed="true"), people, addresses
            )
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert "Vous avez déposé la même demande" in next(one.text for one in answers if one.status_code == 409)
    assert len([need for need in desk.ledger.read().needs.values() if need.filed]) == filed + 1


@pytest.mark.parametrize("when", ["31/02/2027", "avant le 2027-02-30.", "du 01/03/2027 au 31.4.2027"])
def test_a_day_that_no_calendar_has_is_refused_on_its_field(person: People, when: str) -> None:
    mayor = person("visitor")
    mayor.get("/demandes/nouvelle")
    sent = mayor.post("/demandes/nouvelle", words="Une étude du marché couvert", type="", about="")
    step = sent.headers["location"]
    mayor.get(step)
    refused = mayor.post(step, where="Grenoble", when=when, mode="")
    assert refused.status_code == 422 and re.findall(r'id="e-(\w+)"', refused.text) == ["when"]
    mayor.get(step)
    fine = "le 29/02/2028, ou entre 2027-12-01 et 2027-12-31"
    assert mayor.post(step, where="Grenoble", when=fine, mode="").status_code == 303


def test_the_desk_reads_all_that_who_asked_tells_and_too_early_is_asked_again(
    person: People, desk: Desk
) -> None:
    """« Trop tôt » closed the question, and only « utile » was shown."""
    mayor, address, number = asked(person, desk)
    page = person("ana").get(f"/guichet/demandes/{number}").text
    assert re.search(r'name="to" required><option value="">À choisir</option>', page)
    for state in ("waiting", "silent"):
        assert move(person, number, state) == 303
    assert "Sans réponse" in mayor.get(address).text
    for outcome, words in (("too-early", "Il est trop tôt pour le dire"), ("partly", "En partie")):
        assert 'name="outcome"' in mayor.get(address).text
        said = {"contacted": "true", "useful": "false", "outcome": outcome}
        assert mayor.post(f"{address}/avis/oui", **said).status_code == 303
        told = plain(person("ana").get(f"/guichet/demandes/{number}").text)
        answers = (
            "Avez-vous été contacté ?",
            "Oui",
            "Cela vous a-t-il été utile ?",
            "Non",
            "sa réponse ?",
            words,
        )
        assert re.search(r"\s*(?:<br>)?[^<]*".join(map(re.escape, answers)), told)
    assert 'name="outcome"' not in mayor.get(address).text
