"""Le chargé de médiation d’une université annonce une conférence, puis dit qu’elle est annulée.

Depuis l’accueil, il ouvre l’agenda et annonce un évènement ; le site lui demande de se connecter, et le ramène là où il était.
Il remplit la page et l’envoie : l’agenda public a sa conférence. La veille, il rouvre l’annonce et dit qu’elle est annulée.
Huit clics permis.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations

from ..api.desk.conftest import TABLES
from ..api.desk.test_event_relays import EVENTS
from ..tables import load_tables
from .walk import SECRET, Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(
    served: Callable[..., AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a site with an agenda, and the account of a university."""
    folder = load_tables(tmp_path_factory.mktemp("announcements"), {**TABLES, **EVENTS})
    store = Operations.open(folder)
    Accounts(store).add("mediation", Role.PARTNER, SECRET, "organization/0383546Y")
    store.close()
    with served(folder, read_ahead=False) as address:
        yield address


def calendar(walk: Walk, site: str, told: str) -> str:
    """Ask the public calendar until it tells something."""
    for _ in range(200):
        text = str(walk.page.request.get(f"{site}/agenda.ics?q=haies").text())
        if told in text:
            break
        time.sleep(0.1)
    return text


def test_a_university_announces_a_lecture_and_calls_it_off(walk: Walk, site: str) -> None:
    walk.click("Agenda", within=".menu")
    walk.click("Annoncer un évènement")
    walk.logs_in("mediation")
    walk.click("Annoncer un évènement", within="main")
    assert walk.reads("Au nom de : Université Grenoble Alpes")
    walk.write("Titre", "Les haies, et ceux qui y vivent")
    walk.page.get_by_label("Nature").select_option(label="Conférence grand public")
    walk.page.locator("#f-where").fill("La Mure")
    walk.page.get_by_label("Comment ?").select_option(label="Sur place")
    walk.write("Premier jour", "2027-05-04")
    walk.write("Heure de début", "18h30")
    walk.click("Annoncer", "button", within="main")
    assert walk.reads("4 mai 2027, 18:30, La Mure")
    assert "20270504T183000" in calendar(walk, site, "VEVENT")
    walk.click("Les haies, et ceux qui y vivent", within="main")
    walk.page.get_by_label("A-t-il lieu ?").select_option(label="Annulé")
    walk.click("Enregistrer", "button", within="main")
    assert walk.reads("Annulé")
    assert "[Annulé] Les haies" in calendar(walk, site, "CANCELLED")
    walk.ends(8)
