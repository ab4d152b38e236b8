"""Un élu du Diois lit un « et si » que d’autres ont gardé : ce qu’il suppose, en mots, et ce qui changerait chez lui.

Depuis l’accueil il ouvre les scénarios, puis celui qui ouvre une antenne à Die ; il est marqué inventé, et ses exemples sont
comptés sans qu’il ait à le demander. Quatre clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(illustrated: str) -> str:
    """The address of a site that has all that the demonstration invents."""
    return illustrated


def test_a_kept_scenario_is_read_in_words(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Scénarios", within=".sous-menu")
    kept = walk.page.locator("article").filter(has_text="[Exemple] Une antenne à Die")
    told = " ".join(kept.inner_text().split())
    assert "simulé" in told and "illustratif" in told
    assert "La fermeture de l’antenne" in told.replace("'", "’") and "close-branch" not in told
    walk.click("[Exemple] Une antenne à Die, celle de Privas ferme", within="main")
    assert walk.reads("Des exemples inventés sont comptés ici.") and walk.reads(
        "Scénario gardé dans un graphe à part"
    )
    assert walk.reads("CC du Diois", "#t-ici-1, section:has(#t-ici-1)") and walk.reads(
        "Antennes numériques connues"
    )
    assert (
        walk.page.get_by_role("link", name="Sans les exemples inventés").count() == 0
    )  # it would make no sense
    walk.ends(4)
