"""Une élue d’Annonay cherche ce qu’offre l’antenne numérique de sa ville, et ce que l’on perdrait sans elle.

Depuis l’accueil elle ouvre les antennes, puis celle d’Annonay : ses services, ses heures, les formations qu’on y suit et celles
enseignées près d’elle, l’accès avec et sans, à qui s’adresser. Elle va jusqu’à une formation, puis à l’essai d’une fermeture.
Huit clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(illustrated: str) -> str:
    """The address of a site that has all that the demonstration invents."""
    return illustrated


def test_a_branch_tells_what_it_offers_and_what_would_be_lost(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Antennes", within=".sous-menu")
    walk.click("[Exemple] Antenne numérique d'Annonay", within="main")
    for told in (
        "Salle de visioconférence",
        "lundi : 09:00–18:00",
        "vendredi : 09:00–12:00",
        "https://example.org/relais-ardeche",
    ):
        assert walk.reads(told, ".fiche"), told
    assert walk.reads("Exemples illustratifs", ".fiche")  # the source by its title
    assert walk.page.get_by_role("link", name="[Exemple] Structure relais d'Ardèche").count() >= 1
    lost = walk.page.locator("main table").first
    assert "CA Annonay Rhône Agglo" in lost.inner_text() and "simulé" in lost.inner_text()
    walk.unfold("Formations enseignées sur place dans ce rayon")
    near = walk.page.locator("main details[open] li").all_inner_texts()
    assert len(near) > 3 and any("Annonay" in one for one in near)
    walk.click("[Exemple] Licence professionnelle bois et construction", within="main")
    assert walk.reads("[Exemple] Licence professionnelle bois et construction", "h1")
    walk.page.go_back()
    walk.click("Et si elle fermait ?", within="main")
    assert walk.reads("Antennes numériques connues") and walk.reads("Des exemples inventés sont comptés ici.")
    walk.ends(8)
