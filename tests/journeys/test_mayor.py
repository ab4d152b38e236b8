"""Le maire d’une petite commune demande de l’aide au guichet, sans compte.

Depuis l’accueil : dire le besoin avec ses mots, où et quand, à qui répondre ; il garde l’adresse privée qui lui est donnée
et y relit sa demande. Sept clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_a_request_is_filed_in_three_steps_and_read_again(walk: Walk) -> None:
    walk.click("Demandes et offres", within=".menu")
    walk.click("Déposer une demande")
    walk.write("Votre besoin, avec vos mots", "Que faire de l’ancienne école du village ?")
    walk.click("Continuer", "button")
    walk.write("Où ?", "Grenoble")
    walk.write("Quand ?", "au printemps")
    walk.click("Continuer", "button")
    walk.write("Votre structure", "Mairie")
    walk.write("À qui répondre", "Accueil de la mairie")
    walk.write("Adresse électronique", "mairie@example.org")
    walk.click("J’accepte que le guichet garde", "checkbox")
    walk.click("Envoyer la demande", "button")
    assert walk.reads("Votre demande est enregistrée")
    walk.click("/demandes/suivi/", within=".adresse-privee")
    assert walk.reads("Que faire de l’ancienne école du village ?")
    walk.ends(7)
