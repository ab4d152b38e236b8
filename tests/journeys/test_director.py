"""Une directrice de filière cherche ce qui manque à la filière bois, dans la région puis dans son département.

Depuis l’accueil, elle ouvre la filière, lit à quelles étapes personne n’est connu et ce qui manque, puis voit toutes les
filières de l’Isère en un tableau. Six clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_the_gaps_of_a_filiere_then_those_of_a_territory(walk: Walk) -> None:
    walk.click("Filières", within=".menu")
    walk.click("Bois-construction", within="main")
    assert walk.reads("Maillons manquants")
    assert walk.reads("Première transformation", "#qui-fait-quoi")
    walk.search("Isère")
    walk.click("Isère", within=".resultats")
    walk.click("Économie et besoins", within=".onglets")
    assert walk.reads("Étapes sans membre connu", "#filieres thead")
    walk.click("Maillons manquants", within="#filieres")
    assert "maillons-manquants" in walk.page.url and walk.reads("Isère", "#maillons-manquants")
    walk.ends(6)
