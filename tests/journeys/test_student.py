"""Une étudiante cherche un stage loin de la ville, avec un logement.

Depuis l’accueil, elle écrit « stage », suit ce que la recherche propose, et ne garde que les postes logés. Les postes de cette
épreuve sont des exemples inventés, marqués comme tels. Cinq clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_an_internship_with_a_room_is_found(walk: Walk) -> None:
    walk.search("stage bois")
    walk.click("Stages", within="main")
    walk.click("Voir la page avec des exemples inventés")
    assert walk.reads("Tout ce que montre cette page est inventé")
    before = walk.page.locator("#postes tbody tr").count()
    walk.click("Avec un logement", "checkbox")
    walk.click("Filtrer", "button", within="#postes")
    rows = walk.page.locator("#postes tbody tr")
    assert 0 < rows.count() < before
    assert walk.reads("Charpentes en bois local", "#postes") and walk.reads("logement", "#postes tbody")
    walk.ends(5)
