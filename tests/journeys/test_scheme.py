"""L’agente d’une commune d’Ardèche trouve un dispositif comme VILLAB, et demande la même chose pour elle.

Depuis l’accueil elle ouvre les dispositifs, lit les éditions de celui d’Ardèche (où, quelles disciplines, combien de stagiaires,
avec qui, ce qui en est sorti), va voir le territoire d’une édition, revient, et dépose sa demande au guichet : le type y est
déjà choisi. Dix clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(illustrated: str) -> str:
    """The address of a site that has all that the demonstration invents."""
    return illustrated


def test_a_scheme_leads_to_a_request(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Dispositifs", within=".sous-menu")
    walk.click("VILLAB", within="main")
    for told in (
        "Sciences humaines et humanités",
        "[Exemple] Trois scénarios pour une friche",
        "Université Savoie Mont Blanc",
    ):
        assert walk.reads(told, "#editions")
    rows = walk.page.locator("#editions tbody tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["2025", "2024", "2023", "2022"]
    assert walk.reads("Exemples illustratifs", "#editions")  # the source by its title
    assert walk.reads("le porte", "#organisations")
    walk.click("CC du Bassin d'Aubenas", within="#editions")
    assert walk.reads("CC du Bassin d'Aubenas", "h1")
    walk.page.go_back()
    walk.click("Demander au guichet la même chose chez vous", within="main")
    assert (
        walk.page.get_by_label("Ce que vous cherchez").locator("option:checked").inner_text()
        == "Expérimentation en living lab"
    )
    walk.write("Votre besoin, avec vos mots", "Des étudiants pour penser l’avenir de notre place")
    walk.click("Continuer", "button")
    walk.write("Où ?", "Aubenas")
    walk.click("Continuer", "button")
    walk.write("Votre structure", "Mairie d’Aubenas")
    walk.write("À qui répondre", "Accueil de la mairie")
    walk.write("Adresse électronique", "mairie@example.org")
    walk.click("J’accepte que le guichet garde", "checkbox")
    walk.click("Envoyer la demande", "button")
    assert walk.reads("Votre demande est enregistrée")
    walk.ends(10)
