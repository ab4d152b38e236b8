"""Une ferme, une université et le guichet mènent une convention de stage d’un poste à son résultat.

La ferme dépose un poste. L’université y ouvre une convention et la signe ; la ferme la signe à son tour ; l’université
l’accepte, le guichet la valide ; la ferme dit enfin que le stage est allé à son terme. Chacun ne voit que ce qu’il
peut faire. Vingt-deux clics permis, connexions comprises.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations

from ..api.desk.conftest import TABLES
from ..tables import load_tables
from .walk import SECRET, Walk

pytestmark = pytest.mark.browser
FARM = "organizations", TABLES["organizations"] + "778899004,Company,Ferme des haies,,company\n"


@pytest.fixture(scope="module")
def site(
    served: Callable[..., AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a site where a farm, a university and the desk have their accounts."""
    folder = load_tables(tmp_path_factory.mktemp("agreements"), {**TABLES, **dict([FARM])})
    store = Operations.open(folder)
    accounts = Accounts(store)
    accounts.add("ferme", Role.PARTNER, SECRET, "organization/778899004")
    accounts.add("scolarite", Role.PARTNER, SECRET, "organization/0383546Y")
    accounts.add("nadia", Role.DESK, SECRET)
    store.close()
    with served(folder, read_ahead=False) as address:
        yield address


@pytest.fixture
def people(visitor: Any, site: str) -> Iterator[Callable[[str], Walk]]:
    """Who uses the site, each in a browser of its own, at the page of internships and logged in."""
    with ExitStack() as stack:  # a window of its own size is a context of its own: no cookie is shared
        pages = {
            name: stack.enter_context(visitor(viewport={"width": 1280 + place, "height": 900}))
            for place, name in enumerate(("ferme", "scolarite", "nadia"))
        }
        known: dict[str, Walk] = {}

        def give(name: str) -> Walk:
            if name not in known:
                known[name] = walk = Walk(pages[name], f"{site}/stages")
                walk.click("Se connecter pour déposer un poste ou un vœu", within="main")
                walk.logs_in(name)
            return known[name]

        yield give


def buttons(walk: Walk) -> list[str]:
    """Give the words of what may be done."""
    found: list[str] = walk.page.locator("#t-actes ~ .actions button").all_inner_texts()
    return found


def test_from_a_post_to_what_came_of_it(people: Callable[[str], Walk]) -> None:
    farm = people("ferme")
    farm.click("Déposer un poste", within="main")
    assert farm.reads("Au nom de : Ferme des haies")
    farm.write("Ce que fera le stagiaire ou l’alternant", "Relever les haies du plateau")
    farm.page.get_by_label("Type").select_option(label="Stage")
    farm.page.locator("#f-where").fill("La Mure")
    farm.page.get_by_label("Comment ?").select_option(label="Sur place")
    farm.write("Places", "2")
    farm.click("Un logement est proposé", "checkbox", within="main")
    farm.click("Déposer le poste", "button", within="main")
    assert farm.reads("Relever les haies du plateau", "#postes")

    university = people("scolarite")
    university.click("Ouvrir une convention Relever les haies du plateau", within="#postes")
    university.write("Ce que feront les stagiaires", "Relever les haies, et en faire une carte.")
    university.page.locator("#f-programme").fill("Master Bois")
    university.page.locator("#f-students").fill("2")
    university.write("Premier jour", "2026-01-12")
    university.write("Dernier jour", "2026-03-13")
    university.click("Une gratification est versée", "checkbox", within="main")
    university.page.locator("#f-amount").fill("660")
    university.click("Ouvrir la convention", "button", within="main")
    assert university.reads("Prête à signer")
    address = university.page.url
    university.click(buttons(university)[0], "button", within="main")
    assert university.reads("signée le")

    farm.click("Conventions", within="main")
    farm.click("Relever les haies du plateau", within="main")
    assert farm.page.url == address and len(buttons(farm)) == 1  # its own signature, and nobody else's
    farm.click(buttons(farm)[0], "button", within="main")
    assert buttons(farm) == []

    university.page.reload()
    university.click(buttons(university)[0], "button", within="main")  # accepts it
    desk = people("nadia")
    desk.click("Conventions", within="main")
    desk.click("Relever les haies du plateau", within="main")
    desk.click("Valider", "button", within="main")
    assert desk.reads("Validée")

    farm.page.reload()
    farm.page.get_by_label("Ce qu’il en est advenu").select_option(label="Mené à son terme")
    farm.click("Enregistrer", "button", within="main")
    assert farm.reads("Mené à son terme", "h1 + p")
    assert all(walk.refused == [] for walk in (farm, university, desk))
    assert farm.clicks + university.clicks + desk.clicks <= 22
