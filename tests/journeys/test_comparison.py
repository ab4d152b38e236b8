"""Une directrice de filière met deux filières côte à côte.

Depuis l’accueil : les filières, puis la comparaison de deux, et qui est dans les deux. Deux clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_two_filieres_stand_side_by_side(walk: Walk) -> None:
    walk.click("Filières", within=".menu")
    walk.page.get_by_label("Comparer", exact=True).select_option("timber-construction")
    walk.page.get_by_label("avec", exact=True).select_option("organic-cosmetics")
    walk.click("Comparer deux filières", "button")
    assert walk.reads("Qui fait quoi, à quelle étape") and walk.reads("Qui est dans les deux")
    assert walk.reads("Laboratoire des matériaux bois", "#etapes")
    walk.ends(2)
