"""Une analyste pose une question toute faite et emporte la réponse.

Depuis l’accueil : les données, les questions, celle des membres d’une filière dans un territoire ; elle la pose et prend le CSV.
Cinq clics permis.
"""

import csv
import io

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_a_named_question_is_asked_and_its_answer_taken(walk: Walk) -> None:
    walk.click("Données", within=".menu")
    walk.click("Questions", within=".sous-menu")
    walk.write("Mots du titre ou du résumé", "interactions d’un territoire")
    walk.click("Chercher", "button", within="main form")
    names = walk.names(".cartes")
    assert names
    walk.click(names[0], within=".cartes")
    text = walk.file("CSV").decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text)))
    walk.ends(5)
