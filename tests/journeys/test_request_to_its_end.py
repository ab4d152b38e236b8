"""Une demande va de son dépôt à l’avis de qui l’a faite, par une offre dont les places sont comptées.

La chargée du guichet dépose une offre d’une demande par mois. Un maire dépose une demande, sans compte. Elle l’accepte, propose
l’offre, note la réponse jusqu’à l’aide, publie l’accord ; l’offre n’a plus de place ce mois-ci. Le maire donne son avis à
l’adresse privée qu’il a gardée. Vingt-deux clics permis, des deux.
"""

from typing import Any

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser
TYPE = "Diagnostic territorial"
OFFER = "Un diagnostic de centre-bourg par des étudiants"


def chosen(walk: Walk, label: str, text: str) -> None:
    walk.page.get_by_label(label).first.select_option(label=text)


def test_a_request_ends_with_what_its_author_says_of_it(walk: Walk, visitor: Any, site: str) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Se connecter", within="main")
    walk.logs_in("nadia")
    walk.click("Offres", within="main")
    walk.click("Déposer une offre")
    walk.write("Ce que vous proposez", OFFER)
    walk.write("Qui propose", "Université Grenoble Alpes")
    chosen(walk, "Type", TYPE)
    walk.write("Où ?", "Grenoble")
    walk.write("Demandes par mois au plus", "1")
    walk.click("Déposer l’offre", "button")
    offer = walk.page.locator("article").filter(has_text=OFFER)
    assert "0 sur 1 ce mois-ci" in offer.inner_text()
    with visitor(viewport={"width": 1100, "height": 900}) as page:  # cookies of its own
        mayor = Walk(page, site)
        mayor.click("Demandes et offres", within=".menu")
        mayor.click("Déposer une demande")
        mayor.asks(TYPE)
        mayor.click("/demandes/suivi/", within=".adresse-privee")
        walk.click("Demandes et offres", within=".menu")
        walk.click("Tableau de bord", within="main")
        walk.click("Un diagnostic de notre centre-bourg", within="main")
        walk.write("Titre public", "Diagnostic du centre-bourg")
        walk.write("Nom public de la structure", "Mairie d’un quartier")
        walk.click("Accepter et chercher des candidats", "button")
        candidate = walk.page.locator("article").filter(has_text=OFFER).first
        candidate.get_by_role("button", name="Proposer").click()
        for state in ("En attente de réponse", "En cours de prise en charge", "Aide proposée"):
            walk.page.get_by_label("Passer à").first.select_option(label=state)
            walk.click("Enregistrer", "button", within="main")
            assert walk.reads(state, "article .etat")
        walk.page.get_by_text("Dire l’accord conclu").click()
        walk.write("Début", "2026-12-15")
        walk.click("Publier l’accord", "button")
        assert walk.reads("Accord : ")
        mayor.page.reload()
        for question, said in (("contacté", "Oui"), ("utile", "Oui")):
            group = mayor.page.get_by_role("group").filter(has_text=question)
            group.get_by_label(said, exact=True).check()
        mayor.page.locator("[name=outcome]").first.check()
        mayor.click("Répondre", "button")
        assert mayor.reads("Merci : votre avis est compté.")
        assert mayor.refused == []
    walk.page.reload()
    assert walk.reads("Cela vous a-t-il été utile ? Oui")
    walk.click("Tableau de bord", within="main")
    walk.click("Offres", within="main")
    assert "1 sur 1 ce mois-ci" in offer.inner_text()
    walk.ends(22)
