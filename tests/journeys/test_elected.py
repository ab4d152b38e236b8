"""Une élue emporte le dossier de son intercommunalité à une séance.

Depuis l’accueil, elle cherche son territoire, lit ce qui en est dit d’abord, et ouvre le dossier à imprimer, dont le PDF est à un
clic. Quatre clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_the_dossier_of_a_territory_is_read_and_taken(walk: Walk) -> None:
    walk.search("Grenoble-Alpes-Métropole")
    walk.click("Grenoble-Alpes-Métropole", within=".resultats")
    assert walk.page.locator(".essentiel p").count() >= 1 and walk.page.locator(".reperes li").count() >= 2
    walk.click("Dossier à imprimer")
    assert walk.reads("Grenoble-Alpes-Métropole", "body")
    assert walk.file("PDF", "body").startswith(b"%PDF-")
    walk.ends(4)
