"""Une élue d’Ardèche regarde ce que porte sa structure relais : son mandat, son territoire, et ce qu’on perdrait sans elle.

Depuis l’accueil elle ouvre les relais, puis la structure d’Ardèche : qui elle sert, ce qu’elle a relayé et entre qui, une de
ces interactions ; elle essaie la fermeture, et revient au guichet pour demander. Sept clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(illustrated: str) -> str:
    """The address of a site that has all that the demonstration invents."""
    return illustrated


def test_a_relay_tells_its_mandate_what_it_carried_and_what_would_be_lost(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Relais", within=".sous-menu")
    walk.click("[Exemple] Structure relais d'Ardèche", within="main")
    assert walk.reads("Mandat Ardèche", ".fiche")
    assert walk.reads("CC du Pays Beaume-Drobie", "[aria-labelledby=t-perte], section:has(#t-perte)")
    row = walk.page.locator("tr").filter(has_text="[Exemple] Essais de résistance d'une essence locale")
    assert "[Exemple] Scierie du haut Vivarais" in row.inner_text()
    walk.click("[Exemple] Essais de résistance d'une essence locale", within="main")
    assert walk.reads("[Exemple] Essais de résistance d'une essence locale", "h1")
    walk.page.go_back()
    walk.click("Et si ce relais fermait ?", within="main")
    assert walk.reads("interactions relayées") and walk.reads("simulé")
    walk.page.go_back()
    walk.click("Demander quelque chose au guichet", within="main")
    assert walk.reads("De quoi avez-vous besoin ?", "h1")
    walk.ends(7)
