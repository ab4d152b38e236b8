"""Un chargé de partenariats cherche qui travaille sur le bois près d’une commune, avec ses mots.

Depuis l’accueil, il écrit « laboratoire bois Isère » : aucun nom ne contient tous ces mots, et la recherche propose ce qu’ils
veulent dire. Il ouvre un laboratoire et voit avec qui celui-ci travaille. Trois clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_a_laboratory_is_found_by_what_it_does_and_where(walk: Walk) -> None:
    walk.search("laboratoire bois Isère")
    assert walk.reads("Vous cherchiez peut-être")
    walk.click("Unités de recherche · Isère (département)", within="main")
    found = walk.names(".resultats")
    assert found
    walk.click(found[0], within=".resultats")
    assert walk.reads(found[0], "h1")
    walk.ends(3)
