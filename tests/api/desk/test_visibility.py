"""Every route and every role: who may come in is what the table says, and nothing private comes out where it may not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from ancrage.api.desk.running import Desk
from ancrage.loaders.desk.candidates import Candidate
from ancrage.loaders.desk.states import MatchState
from ancrage.loaders.operations.accounts import digest
from ancrage.loaders.operations.roles import Act, Role, may
from fastapi.testclient import TestClient

from .conftest import PEOPLE, Person

People = Callable[[str], Person]
ACTS: dict[tuple[str, str], Act | None] = {
    ("GET", "/connexion"): None,
    ("GET", "/connexion/fournisseur"): None,
    ("GET", "/connexion/retour"): None,
    ("GET", "/compte"): Act.ANSWER,
    ("GET", "/demandes"): Act.READ_RATES,
    ("GET", "/api/v1/desk/rates"): Act.READ_RATES,
    ("GET", "/demandes/nouvelle"): Act.ASK,
    ("GET", "/demandes/suivi/{token}"): None,
    ("GET", "/demandes/suivi/{token}/{number}"): None,
    ("GET", "/guichet"): Act.ANSWER,
    ("GET", "/api/v1/desk/board"): Act.READ_BOARD,
    ("GET", "/guichet/envois"): Act.WRITE,
    ("GET", "/guichet/demandes/{name}"): Act.MODERATE,
    ("GET", "/offres"): None,
    ("GET", "/offres/nouvelle"): Act.OFFER,
    ("GET", "/agenda/annonces"): Act.OFFER,
    ("GET", "/agenda/annonces/nouvelle"): Act.OFFER,
    ("POST", "/agenda/annonces/nouvelle"): Act.OFFER,
    ("GET", "/agenda/annonces/{announcement}"): Act.OFFER,
    ("POST", "/agenda/annonces/{announcement}"): Act.OFFER,
    ("GET", "/agenda/relais/{event:path}"): Act.RELAY,
    ("POST", "/agenda/relais/{event:path}"): Act.RELAY,
    ("GET", "/classeurs"): Act.OFFER,
    ("POST", "/classeurs"): Act.OFFER,
    ("GET", "/classeurs/{submission}"): Act.OFFER,
    ("GET", "/classeurs/{submission}/annote.xlsx"): Act.OFFER,
    ("POST", "/classeurs/{submission}/{act}"): Act.OFFER,
    ("GET", "/stages"): None,
    ("GET", "/stages/affectation"): None,
    ("GET", "/stages/nouveau/{kind}"): Act.OFFER,
    ("POST", "/stages/nouveau/{kind}"): Act.OFFER,
    ("POST", "/stages/fin/{kind}/{name}"): Act.OFFER,
    ("GET", "/stages/conventions"): Act.OFFER,
    ("GET", "/stages/conventions/nouvelle/{post}"): Act.OFFER,
    ("POST", "/stages/conventions/nouvelle/{post}"): Act.OFFER,
    ("GET", "/stages/conventions/{agreement}"): Act.OFFER,
    ("GET", "/stages/conventions/{agreement}/termes"): Act.OFFER,
    ("POST", "/stages/conventions/{agreement}/{act}"): Act.OFFER,
    ("POST", "/connexion"): None,
    ("POST", "/connexion/acces"): None,
    ("POST", "/connexion/acces/debut"): None,
    ("POST", "/deconnexion"): None,
    ("POST", "/compte/identite"): Act.ANSWER,
    ("POST", "/compte/acces"): Act.ANSWER,
    ("POST", "/compte/acces/debut"): Act.ANSWER,
    ("POST", "/compte/acces/{id}/fin"): Act.ANSWER,
    ("POST", "/compte/mot-de-passe"): Act.ANSWER,
    ("POST", "/compte/cles"): Act.ANSWER,
    ("POST", "/compte/cles/{id}/fin"): Act.ANSWER,
    ("POST", "/demandes/nouvelle"): Act.ASK,
    ("POST", "/demandes/suivi/{token}/{number}"): None,
    ("POST", "/demandes/suivi/{token}/retrait/oui"): None,
    ("POST", "/demandes/suivi/{token}/avis/oui"): None,
    ("POST", "/guichet/envois/{act}"): Act.WRITE,
    ("POST", "/guichet/demandes/{name}/{act}"): Act.MODERATE,
    ("POST", "/offres/nouvelle"): Act.OFFER,
    ("POST", "/offres/{name}/{act}"): Act.OFFER,
}
"""What each route of the devices asks for; None: nothing, or the secret of a private address."""
ROLES = {"visitor": Role.VISITOR, **{name: role for name, (role, _) in PEOPLE.items()}}
ROOMS = ("desk", "accounts", "internships", "event_relays", "announcements", "submissions")
REFUSALS = (303, 401, 403, 404)


def routes(app: Any) -> set[tuple[str, str]]:
    """The routes of the rooms of the devices."""
    found = set()
    for route in _every(app.routes):
        module = getattr(getattr(route, "endpoint", None), "__module__", "")
        if module.startswith(tuple(f"ancrage.api.{room}" for room in ROOMS)):
            found |= {(method, route.path) for method in route.methods if method != "HEAD"}
    return found


def _every(found: Any) -> list[Any]:
    """Routes, those of included routers too."""
    made = []
    for route in found:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        made += _every(inner) if inner else [route]
    return made


@pytest.mark.long
def test_every_route_says_what_it_asks_for(service: TestClient) -> None:
    assert routes(service.app) == set(ACTS)


@pytest.fixture(scope="module")
def hidden(person: People, desk: Desk) -> str:
    """A request that nobody has accepted; its number."""
    person("visitor").file("Un tracas zzcanari à étudier avec des étudiants")
    return next(reversed(desk.ledger.read().needs)).rpartition("/")[2]


@pytest.mark.long
@pytest.mark.parametrize(("route", "name"), [*product(ACTS, ROLES)], ids=str)
def test_who_may_come_in_is_what_the_table_says(
    route: tuple[str, str], name: str, person: People, hidden: str
) -> None:
    method, path = route
    act = ACTS[route]
    path = path.replace("{name}", hidden).replace("{act}", "note" if "demandes" in path else "ecriture")
    elsewhere = path.startswith(("/connexion/", "/compte/acces")) or path == "/compte/identite"
    if "{" in path or elsewhere or path.endswith(("/deconnexion", "/mot-de-passe")):
        return  # private addresses, one's own account, a provider that this site has not: their own tests
    path = (
        path.replace("{kind}", "poste")
        .replace("{name}", hidden)
        .replace("{act}", "note" if "demandes" in path else "ecriture")
    )
    if "{" in path or path.endswith(("/deconnexion", "/mot-de-passe")):
        return  # private addresses and one's own account: their own tests
    someone = person(name)
    someone.get("/demandes/nouvelle")
    answer = (
        someone.get(path, headers={"Accept": "text/html, */*;q=0.5"})
        if method == "GET"
        else someone.post(path, note="Une note")
    )
    allowed = act is None or may(ROLES[name], act)
    if method == "GET":
        assert (answer.status_code == 200) == allowed, answer.status_code
    elif not allowed:
        assert answer.status_code in REFUSALS
    if not may(ROLES[name], Act.MODERATE):
        assert "zzcanari" not in answer.text
    for private in ("zoe.canari@example.org", "Zoé Canari", "0600000000"):
        assert private not in answer.text


def test_the_graph_and_its_files_say_nothing_of_what_is_private(
    service: TestClient, person: People, hidden: str, desk: Desk
) -> None:
    desk.publication.tell()
    every = "SELECT ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(CONTAINS(LCASE(STR(?o)), 'canari')) }"
    assert (
        service.get("/sparql", params={"query": every}, headers={"Accept": "text/csv"}).text.strip()
        == "s,p,o"
    )
    for path in ("/demandes", "/recherche?q=tracas", "/api/v1/desk/rates", "/offres", "/sources"):
        assert "zzcanari" not in person("visitor").get(path).text


def test_a_key_opens_the_board_to_programs_and_nothing_else(
    service: TestClient, desk: Desk, hidden: str
) -> None:
    secret = desk.devices.accounts.add_key("rene", "tableur", ["board"], 5)
    key = {"Authorization": f"Bearer {secret}"}
    board = service.get("/api/v1/desk/board", headers=key)
    assert board.status_code == 200 and hidden not in board.text
    assert service.get("/api/v1/desk/board").status_code == 401
    for path in ("/guichet", "/guichet/envois", f"/guichet/demandes/{hidden}", "/compte"):
        assert service.get(path, headers=key, follow_redirects=False).status_code in REFUSALS
    other = desk.devices.accounts.add_key("ana", "taux", ["rates"], 5)
    refused = service.get("/api/v1/desk/board", headers={"Authorization": f"Bearer {other}"})
    assert refused.status_code == 403


def test_the_board_tells_programs_no_candidate_that_nobody_solicited(service: TestClient, desk: Desk) -> None:
    number = Person(service, "visitor").file("Un tracas à étudier avec des étudiants").rpartition("/")[2]
    need = desk.ledger.read().of_token(digest(number))
    assert need is not None
    public = {
        "title": "Une étude",
        "type": "interaction-type/territorial-diagnosis",
        "structure": "Mairie",
        "siren": "",
        "about": [],
    }
    desk.acts.accept(need, "ana", public)
    university = "organization/0383546Y"
    made = Candidate(university, "Université pressentie", provider=university)
    desk.acts.propose(desk.ledger.read().needs[need.id], "ana", made)
    key = {"Authorization": f"Bearer {desk.devices.accounts.add_key('rene', 'tableur', ['board'], 5)}"}
    told = service.get("/api/v1/desk/board", headers=key).text
    assert need.id in told and "pressentie" not in told
    assert "pressentie" in Person(service, "ana").get("/api/v1/desk/board").text
    desk.acts.move(desk.ledger.read().needs[need.id], "ana", university, MatchState.WAITING)
    assert "pressentie" in service.get("/api/v1/desk/board", headers=key).text
