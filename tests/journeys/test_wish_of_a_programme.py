"""Le responsable d’un master dépose le vœu de sa formation : cinq étudiants, à trente kilomètres au plus.

Depuis l’accueil, il ouvre les stages, se connecte, écrit le vœu au nom de son université et le dépose ; une faute est dite à côté
du champ sans que rien ne soit perdu. Il voit ensuite qui pourrait aller où, et retire son vœu. Neuf clics permis.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations

from ..api.desk.conftest import TABLES
from ..tables import load_tables
from .walk import SECRET, Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(
    served: Callable[..., AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a site with a programme, and the account of who answers for it."""
    folder = load_tables(tmp_path_factory.mktemp("wishes"), TABLES)
    store = Operations.open(folder)
    Accounts(store).add("scolarite", Role.PARTNER, SECRET, "organization/0383546Y")
    store.close()
    with served(folder, read_ahead=False) as address:
        yield address


def test_a_programme_says_where_its_students_can_go(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Stages", within=".menu")
    walk.click("Se connecter pour déposer un poste ou un vœu", within="main")
    walk.logs_in("scolarite")
    walk.click("Déposer un vœu", within="main")
    assert walk.reads("Ce qu’une formation cherche pour ses étudiants")
    field = walk.page.locator("#f-programme")
    field.fill("Master Boys")
    walk.page.get_by_label("Type").select_option(label="Stage")
    walk.write("Étudiants", "5")
    walk.write("Kilomètres au plus, chaque jour", "30")
    walk.click("Déposer le vœu", "button", within="main")
    assert walk.reads("Aucune formation ne s’appelle « Master Boys ».", "[role=alert]")
    assert walk.page.get_by_label("Kilomètres au plus, chaque jour").input_value() == "30"
    walk.refused.clear()  # 422, which the page explains
    field.fill("Master Bois")
    walk.click("Déposer le vœu", "button", within="main")
    assert walk.reads("1 vœu de formation")
    assert walk.reads("Master Bois", "#voeux") and walk.reads("30 km chaque jour, sans voiture", "#voeux")
    walk.click("Qui pourrait aller où", within="main")
    assert walk.reads("Il faut au moins un poste et un vœu de formation pour chercher qui pourrait aller où.")
    walk.page.go_back()
    walk.click("Retirer", "button", within="#voeux")
    assert walk.reads("Aucun vœu réel n’est déposé pour l’instant.")
    walk.ends(9)
