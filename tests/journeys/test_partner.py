"""L’informaticien d’une université partenaire prend la description de son établissement pour ses outils.

Depuis l’accueil : la recherche, la page de l’établissement, ses identifiants et fichiers, ses données liées en Turtle. Quatre
clics permis.
"""

import pytest
from rdflib import Graph, URIRef

from .walk import Walk

pytestmark = pytest.mark.browser
UGA = URIRef("https://w3id.org/ancrage/id/organization/0383546Y")


def test_the_description_of_an_actor_is_linked_data(walk: Walk) -> None:
    walk.search("Université Grenoble Alpes")
    walk.click("Université Grenoble Alpes", within=".resultats")
    walk.unfold("Voir ses identifiants, ses sources et ses fichiers")
    data = Graph().parse(data=walk.file("Turtle"), format="turtle")
    assert (UGA, None, None) in data
    walk.ends(4)
