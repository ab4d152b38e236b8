"""Edits on the command line: listed, exported as an RDF Patch, dropped, put back, set aside by a rollback."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.request import Write, Written
from ancrage.loaders.write.writer import Writer

pytestmark = pytest.mark.long

START = [sys.executable, "-c", "from ancrage.api.cli import main; main()"]


def ancrage(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "ANCRAGE_DATA_DIR": str(data_dir)}
    return subprocess.run([*START, *words], capture_output=True, text=True, env=environment, timeout=120)


def write(data_dir: Path, text: str) -> Written:
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        file.seek(0)
        return Writer(data_dir).write(Write("update"), file)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edits")
    (folder / "a.ttl").write_text("<http://e.org/s> <http://e.org/p> 1 .", encoding="utf-8")
    Pipeline(folder / "data").load_rdf(folder / "a.ttl", "http://e.org/g")
    return folder / "data"


def ones(data_dir: Path) -> set[str]:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    quads = ox.Store.read_only(str(snapshot.store)).quads_for_pattern(
        None, ox.NamedNode("http://e.org/p"), None, ox.DefaultGraph()
    )
    return {str(quad.subject) for quad in quads}


def test_edits_are_listed_exported_dropped_and_put_back(loaded: Path) -> None:
    assert ancrage(loaded, "edits").stderr == "Aucune modification.\n"
    first = write(
        loaded,
        "DELETE WHERE { <http://e.org/s> ?p ?o } ; INSERT DATA { <http://e.org/t> <http://e.org/p> 'é' }",
    )
    second = write(loaded, "INSERT DATA { <http://e.org/u> <http://e.org/p> 1 }")
    listed = ancrage(loaded, "edits").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [first.edit, second.edit]
    assert "+1 −1  SPARQL Update : g, edits" in listed[0] or "+1 −1  SPARQL Update : edits, g" in listed[0]
    rows = json.loads(ancrage(loaded, "edits", "--json").stdout)
    assert [(row["id"], row["in_force"], row["added"]) for row in rows] == [
        (first.edit, True, 1),
        (second.edit, True, 1),
    ]
    patch = ancrage(loaded, "edits", "export", first.edit).stdout.splitlines()
    assert patch[0] == f"# {first.edit}"
    assert patch[1].startswith("D <http://e.org/s> ") and patch[1].endswith("<http://e.org/g> .")
    assert patch[2] == 'A <http://e.org/t> <http://e.org/p> "é" <https://w3id.org/ancrage/graph/edits> .'
    dropped = ancrage(loaded, "edits", "drop", first.edit)
    current = Snapshots(loaded).current()
    assert current is not None
    assert dropped.stdout.strip() == current.id
    assert ones(loaded) == {"<http://e.org/s>", "<http://e.org/u>"}
    assert ancrage(loaded, "edits").stdout.splitlines()[0].endswith("(écartée)")
    assert ancrage(loaded, "publish").returncode == 0
    assert ones(loaded) == {"<http://e.org/s>", "<http://e.org/u>"}
    assert ancrage(loaded, "edits", "restore", first.edit).returncode == 0
    assert ones(loaded) == {"<http://e.org/t>", "<http://e.org/u>"}
    before = Snapshots(loaded).list()[0]
    rolled = ancrage(loaded, "rollback", before.id)
    assert rolled.stdout.strip() == before.id
    aside = 2 - len(before.manifest["edits"])
    assert aside > 0
    assert rolled.stderr.startswith(f"{aside} modification")
    assert rolled.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["drop"], "demande l'identifiant"),
        (["list", "x"], "ne donnez pas d'identifiant"),
        (["drop", "x"], "aucune modification n'a cet identifiant"),
        (["export", "../../etc"], "aucune modification n'a cet identifiant"),
        (
            ["burn", "x"],
            "valeur « burn » refusée pour 'ACTION' : il faut l'un de : list, export, drop, restore",
        ),
    ],
)
def test_mistakes_are_told_in_one_sentence(loaded: Path, words: list[str], told: str) -> None:
    done = ancrage(loaded, "edits", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_not_in_force_is_not_dropped_nor_put_back_twice(loaded: Path) -> None:
    done = write(loaded, "INSERT DATA { <http://e.org/v> <http://e.org/p> 1 }")
    assert "en vigueur déjà" in ancrage(loaded, "edits", "restore", done.edit).stderr
    assert ancrage(loaded, "edits", "drop", done.edit).returncode == 0
    assert "n'est pas en vigueur" in ancrage(loaded, "edits", "drop", done.edit).stderr
