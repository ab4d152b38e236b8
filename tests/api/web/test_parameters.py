"""Addresses of before: a page asked with a parameter in French leads to the same page with the parameter of today."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.parameters import OLD, OLD_THERE, OLD_VALUES, renamed
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

from .test_page_language import PAGES

MACHINES = (
    "/api/",
    "/sparql",
    "/queries",
    "/reconcile",
    "/ogc",
    "/dumps",
    "/changes",
    "/prefixes",
    "/graphs",
)
PATHS = sorted({urlsplit(path).path for path in PAGES if not path.startswith(MACHINES)})
#: An address of before for each page that had parameters in French, with all that it knew.
KNEW = {
    "/recherche": "territoire=epci/200040715"
    "&filiere=timber-construction&domaine=x&famille=research&preuve=inferred&illustratif=oui",
    "/acteurs": "territoire=epci/200040715",
    "/ce-qui-manque/territoires": "niveau=commune",
    "/rencontre": "territoire=epci/200040715&acteur=&avec=",
    "/territoires/epci/200040715": "comparer=pairs",
    "/territoires/epci/200040715/liens": "comparer=region/84",
    "/territoires/epci/200040715/etablissements": "comparer=pairs",
    "/relais": "territoire=38185",
    "/agenda": "territoire=38185&modalite=hybrid&relais=x&nature=x"
    "&du=2026-01-01&au=2027-01-01&mois=2026-12&quand=a-venir&illustratif=oui",
    "/agenda.ics": "territoire=38185&mois=2026-12",
    "/filieres/timber-construction": "fonction=trains&etape=none&sorte=programme&preuve=documented"
    "&territoire=commune/38185&de=1990"
    "&a=2030&autour=&depuis=&vers=&manques=38185&illustratif=oui&etendue=pays",
    "/filieres/timber-construction/membres": "fonction=trains&de=1990&a=2030",
    "/filieres/timber-construction/chemin": "depuis=x&vers=y",
    "/filieres/timber-construction/dessin.json": "fonction=trains&illustratif=oui",
    "/indicateurs": "texte=population&theme=population&frequence=yearly&niveau=commune",
    "/indicateurs/population": "niveau=commune&dans=region/84&illustratif=1",
    "/indicateurs/population.csv": "niveau=commune&dans=region/84",
    "/cartes": "indicateur=population&niveau=commune&dans=region/84&methode=quantiles&tri=-valeur&par=&periode=&illustratif=oui",
    "/cartes.csv": "indicateur=population&niveau=commune&compare=population&par2=&periode2=",
    "/cartes/flux": "flux=entreprises&niveau=epci&dans=region/84&seuil=1&illustratif=oui",
    "/scenarios/nouveau": "genre=open-branch&territoire=38185&illustratif=oui",
    "/scenarios/essai": "h=open-branch+38185+x&territoire=38185&carte=jobs",
    "/connexion": "suite=/guichet?x=1",
    "/demandes": "par=type&illustratif=oui",
    "/stages": "densite=4&ruralite=x&logement=oui&illustratif=oui",
    "/stages/affectation": "logement=oui&hybride=oui&relais=oui&illustratif=oui",
}
CLOSED = {"/guichet": "etat=waiting", "/guichet/demandes/rien": "candidats=tous"}
"""The same of pages that want an account."""


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph."""
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1, read_ahead=False))) as made:
        yield made


def test_no_name_of_today_is_one_of_before() -> None:
    """Or an address would lead round and round."""
    assert not OLD.keys() & set(OLD.values())
    assert not {name for _, names in OLD_THERE for name in names} & set(OLD.values())
    assert OLD_VALUES.keys() <= OLD.keys()


def test_the_list_of_addresses_of_before_has_every_name_and_value() -> None:
    pairs = [pair for query in (KNEW | CLOSED).values() for pair in parse_qsl(query, keep_blank_values=True)]
    names = {name for name, _ in pairs}
    assert OLD.keys() - names == {"evenement", "ajouter"}  # of one event, and of a button: below
    assert {name for _, more in OLD_THERE for name in more} <= names


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS)
def test_every_page_leads_on_from_each_name_of_before(client: TestClient, path: str) -> None:
    for old, new in OLD.items():
        answer = client.get(f"{path}?x=1&{old}=a%2Fb+c&lang=en&x=2", follow_redirects=False)
        assert answer.status_code == 308, old
        assert answer.headers["location"] == f"?x=1&{new}=a%2Fb+c&lang=en&x=2"
        assert "content-security-policy" in answer.headers


@pytest.mark.long
@pytest.mark.parametrize(("path", "query"), (KNEW | CLOSED).items())
def test_an_address_that_somebody_kept_leads_to_the_page_of_today(
    example: TestClient, path: str, query: str
) -> None:
    first = example.get(f"{path}?{query}", follow_redirects=False, headers={"Accept": "text/html"})
    assert first.status_code == 308
    asked = first.headers["location"]
    assert not {pair[0] for pair in parse_qsl(asked[1:], keep_blank_values=True)} & OLD.keys()
    there = example.get(f"{path}{asked}", headers={"Accept": "text/html"})
    assert renamed(path, asked[1:]) == asked[1:] and there.status_code == 200, there.text[:300]


def test_values_that_were_codes_are_those_of_today() -> None:
    for name, values in OLD_VALUES.items():
        for old, new in values.items():
            assert renamed("/cartes", f"{name}={old}") == f"{OLD[name]}={new}"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/cartes", "a=1&suites=x&lang=fr&Niveau=epci&&=&niveaux"),
        ("/filieres/comparaison", "a=timber-construction&b=microelectronics"),
        ("/api/v1/search", "q=bois&territoire=38"),
        ("/queries/territory-units", "territoire=38"),
        ("/sparql", "query=ASK%7B%7D&niveau=x"),
        ("/reconcile", "par=x"),
        ("/ogc/collections/sites/items", "niveau=x"),
        ("/agenda", "theme=x"),
    ],
)
def test_what_is_no_name_of_before_stays_as_it_is(path: str, query: str) -> None:
    assert renamed(path, query) == query


def test_an_address_leads_nowhere_else(client: TestClient) -> None:
    """Only its query changes: neither two slashes nor what bytes it holds make it lead to another host."""
    answer = client.get("http://testserver//evil.example/?niveau=%0d%0aX:1", follow_redirects=False)
    assert answer.headers["location"] == "?level=%0d%0aX:1"
    assert client.head("/cartes?niveau=epci", follow_redirects=False).headers["location"] == "?level=epci"
    assert client.post("/connexion?suite=/compte", follow_redirects=False).status_code != 308


def test_one_event_and_a_button_too(client: TestClient) -> None:
    for query in ("evenement=interaction/x", "ajouter=1"):
        answer = client.get(f"/agenda.ics?{query}", follow_redirects=False)
        assert answer.headers["location"] == f"?{renamed('/agenda.ics', query)}"


ATTRIBUTE = re.compile(
    r"""\s(?:href|src|action|data-[a-z-]+)="(/[^"]*)"|<(?:input|select|textarea|button)\b[^>]*\bname="([^"]*)"""
)
MORE = (
    *(
        "/territoires/epci/200040715",
        "/territoires/epci/200040715/liens",
        "/territoires/epci/200040715/filieres",
    ),
    *(
        "/cartes?indicator=population&compare=programmes-by-family",
        "/cartes/flux",
        "/indicateurs/programmes-by-family",
    ),
    *(
        "/filieres/timber-construction?gaps=38185&illustrative=true",
        "/recherche?q=bois&illustrative=true",
        "/agenda?illustrative=true",
    ),
    *(
        "/scenarios/essai?h=open-branch+26113+x",
        "/stages?illustrative=true",
        "/demandes?illustrative=true",
        "/ce-qui-manque/territoires",
    ),
    *("/acteurs/0383546Y", "/relais?territory=rien", "/rencontre?q=grenoble"),
)


@pytest.mark.parametrize("path", [*(path for path in PAGES if not path.startswith(MACHINES)), *MORE])
def test_no_page_links_to_a_name_of_before(example: TestClient, path: str) -> None:
    page = example.get(path, headers={"Accept": "text/html"}).text
    for address, field in ATTRIBUTE.findall(page):
        whole = urlsplit(unescape(address))
        assert field not in OLD and renamed(whole.path, whole.query) == whole.query, address or field
