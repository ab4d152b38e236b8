"""`ancrage diff`: two publications, two folders or two files, as an RDF Patch or as counts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import Pipeline

START = [sys.executable, "-c", "from ancrage.api.cli import main; main()"]


def ancrage(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "ANCRAGE_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [*START, "diff", *words], capture_output=True, text=True, env=environment, timeout=120
    )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diff")
    for name in ("old", "new"):
        (folder / "a.ttl").write_text(f"<http://e.org/s> <http://e.org/p> '{name}' .", encoding="utf-8")
        Pipeline(folder / "data").load_rdf(folder / "a.ttl", GRAPHS + "g")
    return folder / "data"


def test_two_publications_by_name_number_and_id(loaded: Path) -> None:
    told = ancrage(loaded)
    assert told.returncode == 0, told.stderr
    first, second = Snapshots(loaded).list()
    lines = told.stdout.splitlines()
    assert lines[:3] == [
        f"H id <https://w3id.org/ancrage/id/publication/{second.id}> .",
        f"H prev <https://w3id.org/ancrage/id/publication/{first.id}> .",
        "TX .",
    ]
    assert f'D <http://e.org/s> <http://e.org/p> "old" <{GRAPHS}g> .' in lines
    assert ancrage(loaded, "1", "0").stdout == ancrage(loaded, first.id, second.id).stdout == told.stdout
    summary = ancrage(loaded, "--summary").stdout.splitlines()
    assert f"+1 −1  {GRAPHS}g" in summary
    counts = json.loads(ancrage(loaded, "current", "previous", "--json").stdout)
    assert counts["graphs"][GRAPHS + "g"] == {"added": 1, "removed": 1}
    assert counts["before"].endswith(second.id)
    none = ancrage(loaded, "current", str(loaded), "--summary")
    assert (none.stdout, none.stderr) == ("", "Rien ne diffère.\n")


def test_two_files_and_what_is_wrong_with_one(loaded: Path, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.nq").write_text(f"<http://e.org/{name}> <http://e.org/p> <http://e.org/o> .\n")
    told = ancrage(tmp_path, str(tmp_path / "a.nq"), str(tmp_path / "b.nq"))
    assert told.stdout.splitlines()[2:] == [
        "TX .",
        "D <http://e.org/a> <http://e.org/p> <http://e.org/o> .",
        "A <http://e.org/b> <http://e.org/p> <http://e.org/o> .",
        "TC .",
    ]
    assert ancrage(tmp_path, str(tmp_path / "a.nq"), str(tmp_path / "b.nq"), "--summary").stdout == (
        "+1 −1  graphe par défaut\n"
    )
    (tmp_path / "c.nq").write_text("<http://e.org/a> <http://e.org/p> .\n")
    broken = ancrage(tmp_path, str(tmp_path / "a.nq"), str(tmp_path / "c.nq"))
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "c.nq, ligne 1" in broken.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("7", "il n'y a pas de publication si ancienne"),
        ("20260101T000000Z-00000000", "n'est ni une publication gardée"),
        ("hier", "n'est ni une publication gardée"),
    ],
)
def test_what_is_not_kept_is_said_and_where_to_look(loaded: Path, name: str, said: str) -> None:
    told = ancrage(loaded, name)
    assert (told.returncode, told.stdout) == (2, "")
    assert f"« {name} »" in told.stderr and said in " ".join(told.stderr.split())
