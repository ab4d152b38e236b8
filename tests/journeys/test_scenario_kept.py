"""La chargée du guichet essaie l’ouverture d’une antenne, garde le scénario, le partage, puis le supprime.

Depuis l’accueil elle se connecte, puis va de « Et si… ? » à un essai ; qui reçoit l’adresse du scénario gardé le lit sans compte,
et n’y trouve plus rien quand il est supprimé. Douze clics permis.
"""

from typing import Any

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser
TITLE = "Une antenne à La Mure"


def test_a_scenario_is_kept_shared_and_deleted(walk: Walk, visitor: Any, site: str) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Se connecter", within="main")
    walk.logs_in("nadia")
    walk.page.goto(f"{site}/scenarios")
    walk.click("Faire un essai")
    walk.click("Ouvrir une antenne numérique")
    walk.write("Territoire dont vous voulez", "Grenoble-Alpes-Métropole")
    walk.write("Dans quelle commune ?", "Grenoble")
    walk.write("Son nom", "Antenne du quai")
    walk.page.get_by_label("Tutorat").check()
    walk.click("Voir ce qui change", "button")
    walk.click("Garder ce scénario")
    walk.write("Titre", TITLE)
    walk.write("Nom dans l’adresse", "antenne-du-quai")
    walk.click("Garder et publier", "button")
    assert walk.reads("Scénario gardé dans un graphe à part")
    shared = walk.page.url
    with visitor(viewport={"width": 1100, "height": 900}) as page:  # cookies of its own
        other = Walk(page, shared)
        assert other.reads(TITLE, "h1")
        assert other.refused == []
        walk.click("Supprimer…", within="main")
        walk.click("Supprimer", "button", within="main")
        assert walk.reads("Et si… ?", "h1")
        assert not walk.reads(TITLE)
        assert page.goto(shared).status == 404
    walk.ends(12)
