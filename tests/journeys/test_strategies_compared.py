"""Une directrice de la planification met deux stratégies côte à côte.

Depuis l’accueil elle ouvre les stratégies, en choisit deux, et lit les objectifs qu’elles partagent, ceux qu’aucune interaction
ne sert, et les interactions qui n’ont pas d’objectif ; elle ouvre une de celles-ci, puis emporte un tableau. Six clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(illustrated: str) -> str:
    """The address of a site that has all that the demonstration invents."""
    return illustrated


def test_two_strategies_are_compared(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Stratégies", within=".sous-menu")
    walk.page.get_by_label("Première").select_option(
        label="[Exemple] Schéma directeur de l'enseignement supérieur en Ardèche"
    )
    walk.page.get_by_label("Seconde").select_option(
        label="[Exemple] Projet de territoire de Valence Romans Agglo"
    )
    walk.click("Comparer", "button", within="main")
    for block in ("communs", "sans-interaction", "sans-objectif"):
        walk.page.locator(f"#{block} tbody tr").first.wait_for()
    shared = walk.page.locator("#communs tbody tr").first.inner_text()
    assert "même" in shared
    walk.click(walk.names("#sans-objectif tbody")[0], within="#sans-objectif tbody")
    assert walk.page.locator("h1").inner_text()
    walk.page.go_back()
    walk.page.locator("#communs .menu-bloc summary").click()
    walk.clicks += 1
    table = walk.file("CSV : Objectifs communs", "#communs .menu-bloc").decode("utf-8-sig")
    assert "Schéma" not in table.partition("\n")[0] and "indicateur" in table
    walk.ends(6)
