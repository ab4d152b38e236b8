"""La chargée du guichet fait avancer une demande.

Depuis l’accueil, elle ouvre les demandes et se connecte : son tableau de bord s’ouvre. Elle lit la demande d’une commune (un
exemple inventé), lui donne un titre et l’accepte : elle est en préparation. Cinq clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_a_request_is_read_and_accepted(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Se connecter", within="main")
    walk.logs_in("nadia")
    row = walk.page.locator("[aria-labelledby=t-liste] .tableau tbody tr").filter(has_text="Privas")
    assert row.locator(".etat").inner_text() == "À lire par le guichet"
    row.get_by_role("link").click()
    walk.clicks += 1
    assert walk.reads("quoi faire de l'ancienne halle")
    walk.write("Titre public", "[Exemple] Que faire d’une ancienne halle")
    walk.write("Nom public de la structure", "Mairie de Privas")
    walk.click("Accepter et chercher des candidats", "button")
    assert walk.reads("[Exemple] Que faire d’une ancienne halle", "h1")
    assert walk.reads("En préparation", ".etat")
    walk.ends(5)
