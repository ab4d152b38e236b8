"""Une chargée de partenariats cherche pourquoi un poste reste vide, et ce qui le remplirait.

Depuis l’accueil elle ouvre les stages, exemples compris, puis l’affectation ; elle lit ce qui retient les étudiants du poste de
La Mure, essaie le logement, l’hybride, le relais et quelques kilomètres de plus, et donne l’adresse à une collègue, qui lit la
même chose. Huit clics permis.
"""

from typing import Any

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(illustrated: str) -> str:
    """The address of a site that has all that the demonstration invents."""
    return illustrated


def test_what_would_fill_a_post_is_shared(walk: Walk, visitor: Any) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Stages", within=".sous-menu")
    walk.click("exemples inventés", within="main")
    walk.click("Qui pourrait aller où", within="main")
    post = walk.page.locator("article").filter(has_text="[Exemple] Accueil et saisonnalité dans une station")
    assert "0 place pourvue sur 1" in " ".join(post.inner_text().split())
    assert "Pourquoi ce poste reste vide" in post.inner_text() and "Trop loin" in post.inner_text()
    for name in (
        "chaque poste offrait un logement",
        "les postes sur place devenaient hybrides",
        "chaque poste pouvait être tenu",
    ):
        walk.click(name, "checkbox", within="main")
    walk.write("les étudiants allaient plus loin", "50")
    walk.click("Voir la différence", "button", within="main")
    assert "1 place pourvue sur 1" in " ".join(post.inner_text().split())
    assert "aujourd’hui 0, alors 1" in post.inner_text()
    assert walk.reads("L’adresse de cette page suffit à la partager")
    with visitor(viewport={"width": 390, "height": 844}) as page:
        colleague = Walk(page, walk.page.url)
        assert colleague.reads("aujourd’hui 0, alors 1")
        assert page.get_by_label("les postes sur place devenaient hybrides").is_checked()
        assert colleague.refused == []
    walk.ends(8)
