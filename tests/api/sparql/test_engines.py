"""Which engine answered stands in a header; each has its own ETag, and a client's is known whichever it is of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.cli import main
from ancrage.api.web.settings import Settings
from ancrage.graph.columns.building import build
from ancrage.graph.columns.choice import LEAST
from ancrage.graph.columns.glance import COLUMNS
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient

G = "http://e.org/g"
COUNT = "SELECT (COUNT(?s) AS ?n) { ?s <http://e.org/p> ?o }"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("engines")
    lines = [f'<http://e.org/{n}> <http://e.org/p> "{n % 5}" .' for n in range(LEAST)]
    (work / "a.nt").write_text("\n".join([*lines, ""]), encoding="utf-8")
    quads = build_store([(work / "a.nt", G)], work / "store", merged=[G])
    manifest = {"quads": quads, "graphs": {G: {"role": "base", "quads": quads}}, "merged": True}
    snapshot = Snapshots(work / "data").publish(work / "store", manifest)
    derived_folder(snapshot).mkdir(exist_ok=True)
    build(snapshot, derived_folder(snapshot) / COLUMNS)
    return work / "data"


@pytest.fixture(scope="module")
def client(data_dir: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=data_dir, columns=True, read_ahead=False, workers=1)
    with TestClient(create_app(settings)) as made:
        yield made


def test_the_header_names_the_engine_and_its_tag_is_known(client: TestClient) -> None:
    counted = client.get("/sparql", params={"query": COUNT, "format": "json"})
    assert counted.headers["ancrage-engine"] == "columns"
    assert counted.json()["results"]["bindings"][0]["n"]["value"] == str(LEAST)
    looked = client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "format": "json"})
    assert looked.headers["ancrage-engine"] == "oxigraph"
    assert ".columns." in counted.headers["etag"] and ".columns." not in looked.headers["etag"]
    known = {"If-None-Match": counted.headers["etag"]}
    assert client.get("/sparql", params={"query": COUNT, "format": "json"}, headers=known).status_code == 304
    assert "Ancrage-Engine" in counted.headers["access-control-expose-headers"]
    table = client.get("/sparql", params={"query": COUNT + " # as a table", "format": "csv-fr"})
    assert table.headers["ancrage-engine"] == "columns"


def test_the_command_explains(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, said in ((COUNT, "Colonnes"), ("SELECT ?s { ?s ?p ?o }", "Oxigraph")):
        monkeypatch.setattr("sys.argv", ["ancrage", "explain", text, "--sql", "--data-dir", str(data_dir)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        out = capsys.readouterr().out
        assert said in out and ("SELECT" in out) == (text == COUNT)
