"""A small published directory with a source and an edit."""

from pathlib import Path

import pytest
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.request import Write
from ancrage.loaders.write.writer import Writer

TABLES = {
    "about": "key,value\nname,partner\ntitle,Essai\npublisher,Essai\nlicence,etalab-2.0\n",
    "territories": "id,kind,label_fr,code,vintage,part_of\nterritory/region/84,Region,Auvergne-Rhône-Alpes,84,2026,\n",
    "organizations": "id,kind,label_fr,uai,actor_type\n"
    "0383546Y,University,Université Grenoble Alpes,0383546Y,higher-education\n",
}
EDIT = f'INSERT DATA {{ GRAPH <{GRAPHS}notes> {{ <http://e.org/s> <http://e.org/p> "modifié" }} }}'


@pytest.fixture(scope="session")
def edited_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the source `partner`, an RDF file of an awkward graph name, and an edit. Not to be written."""
    folder = tmp_path_factory.mktemp("edited")
    tables = folder / "tables"
    tables.mkdir()
    for name, text in TABLES.items():
        (tables / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "blank.ttl").write_text(
        "<http://e.org/s> <http://e.org/p> [ <http://e.org/q> ( 1 [] ) ] .", encoding="utf-8"
    )
    pipeline = Pipeline(folder / "data")
    pipeline.load("exchange", [tables], publish=False)
    pipeline.load_rdf(folder / "blank.ttl", "http://e.org/graphe?é=1#x", publish=True)
    writer = Writer(folder / "data")
    try:
        with (folder / "edit.ru").open("w+b") as upload:
            upload.write(EDIT.encode())
            upload.seek(0)
            writer.write(Write(action="update"), upload)
    finally:
        writer.close()
    return folder / "data"
