"""What forms let choose: filières, and the scientific domains that the graph has."""

from __future__ import annotations

import re
import time
from pathlib import Path

from ancrage.api.app import create_app
from ancrage.api.desk.running import DESK
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

from ...tables import load_tables
from .conftest import TABLES, Person

CONCEPTS = "id,kind,label_fr,label_en,scheme,notation\nfield/mesr/6,Discipline,Sciences humaines,Humanities,field/mesr,6\n"


def test_a_request_may_be_about_a_scientific_domain(tmp_path: Path) -> None:
    folder = load_tables(tmp_path, {**TABLES, "concepts": CONCEPTS})
    with TestClient(create_app(Settings(data_dir=folder, workers=1, read_ahead=False))) as service:
        mayor = Person(service, "visitor")
        for _ in range(300):  # no form waits until the graph is read
            page = mayor.get("/demandes/nouvelle").text
            if "field/mesr/6" in page:
                break
            time.sleep(0.1)
        assert re.search(
            r'<optgroup label="Domaines scientifiques">\s*<option value="field/mesr/6">Sciences humaines<',
            page,
        )
        assert '<optgroup label="Filières">' in page
        told = {"words": "Étudier les archives de la commune", "type": ""}
        assert mayor.post("/demandes/nouvelle", **told, about="field/mesr/99").status_code == 422
        mayor.get("/demandes/nouvelle")
        assert mayor.post("/demandes/nouvelle", **told, about="field/mesr/6").status_code == 303
        desk = DESK.open(service.app, service.app.state.devices)  # type: ignore[arg-type,attr-defined]
        assert [one.about for one in desk.ledger.read().needs.values()] == [("field/mesr/6",)]
