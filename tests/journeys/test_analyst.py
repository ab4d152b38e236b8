"""Un analyste de l’observatoire emporte un tableau pour son tableur.

Depuis l’accueil, il ouvre le portrait de l’Isère, l’onglet des liens, et télécharge les couples de partenaires ; le fichier dit
ses colonnes, la preuve et les adresses de chacun. Cinq clics permis.
"""

import csv
import io

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_a_table_leaves_for_a_spreadsheet(walk: Walk) -> None:
    walk.search("Isère")
    walk.click("Isère", within=".resultats")
    walk.click("Liens", within=".onglets")
    walk.page.locator("#partenaires .menu-bloc summary").click()
    walk.clicks += 1
    text = walk.file("CSV : Qui travaille avec qui", "#partenaires .menu-bloc").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and {"partner", "partner_iri", "interactions", "evidence"} <= set(rows[0])
    assert all(row["partner_iri"].startswith("https://w3id.org/ancrage/id/") for row in rows)
    walk.ends(5)
