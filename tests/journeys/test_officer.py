"""Une chargée de mission de la métropole prépare une séance.

Depuis l’accueil, elle cherche trois partenaires de son territoire à inviter, puis ouvre la fiche de la rencontre avec
l’université, à emporter en deux pages. Sept clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_three_partners_and_the_sheet_of_a_meeting(walk: Walk) -> None:
    walk.search("Grenoble-Alpes-Métropole")
    walk.click("Grenoble-Alpes-Métropole", within=".resultats")
    walk.click("Liens", within=".onglets")
    partners = walk.names("#partenaires tbody")
    assert len(set(partners)) >= 3
    walk.click("Vue d’ensemble", within=".onglets")
    walk.click("Préparer une rencontre")
    walk.write("Qui rencontre-t-on ?", "Université Grenoble Alpes")
    walk.click("Chercher", "button", within="main form")
    walk.click("Université Grenoble Alpes", within="main .liste")
    assert walk.reads("Grenoble-Alpes-Métropole", "body") and walk.reads("Université Grenoble Alpes", "body")
    assert walk.page.locator("h2").count() >= 3
    assert any(name.startswith("PDF") or "PDF" in name for name in walk.names("body"))
    walk.ends(7)
