"""La responsable d’une médiathèque déclare qu’elle relaie un évènement dans sa commune.

Depuis l’accueil, elle ouvre l’agenda puis une soirée annoncée à Grenoble, et dit qu’elle la relaie ; le site lui demande de se
connecter, et la ramène là où elle était. Elle écrit sa commune et valide. Cinq clics permis.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

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
    """The address of a site with an event, and the account of who relays."""
    folder = load_tables(tmp_path_factory.mktemp("relays"), {**TABLES, **EVENTS})
    store = Operations.open(folder)
    Accounts(store).add("mjc", Role.RELAY, SECRET, "organization/mjc")
    store.close()
    settings: dict[str, Any] = {"read_ahead": False}
    with served(folder, **settings) as address:
        yield address


def test_a_relay_says_that_it_relays_an_event(walk: Walk) -> None:
    walk.click("Agenda", within=".menu")
    walk.click("Nuit des étoiles", within=".agenda-liste")
    walk.click("Je relaie cet évènement")
    walk.logs_in("mjc")
    assert walk.reads("Relayer un évènement", "h1")
    walk.write("Commune où vous le relayez", "La Mure")
    walk.click("Je relaie cet évènement", "button")
    assert walk.reads("Votre structure relaie cet évènement à La Mure (Isère, 38269).")
    walk.ends(5)
