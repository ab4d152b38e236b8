"""Un chargé d’études compare deux territoires sur la carte et garde son adresse.

Depuis l’accueil : les cartes, un autre chiffre, puis le tableau de la même carte en CSV. Trois clics permis.
"""

import csv
import io

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_a_figure_is_mapped_and_its_table_taken(walk: Walk) -> None:
    walk.click("Cartes", within=".menu")
    walk.page.locator("#c-indicator").select_option("programmes")
    walk.click("Dessiner", "button", within="main form")
    assert "indicator=programmes" in walk.page.url
    rows = list(csv.DictReader(io.StringIO(walk.file("CSV").decode("utf-8-sig"))))
    assert rows and {"code", "territory"} <= set(rows[0])
    walk.ends(3)
