"""`--engine spark` of `query` and `load`: what they give is what they give without it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from ancrage.api.commands.application import run
from ancrage.loaders.publish.staging import SourceVersions

pytestmark = pytest.mark.long


DATA = Path(__file__).parents[2] / "data"
KINDS = ("Company", "ResearchUnit", "Company")
COUNT = "SELECT ?c (COUNT(*) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"


def rows_of(text: str) -> list[list[str]]:
    """Read the rows of a CSV, sorted."""
    return sorted(csv.reader(text.splitlines()))


def test_a_query_has_the_answer_of_the_store(
    data_dir: Path, spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[list[list[str]]] = []
    for more in ([], ["--engine", "spark"], ["--engine", "spark"]):  # columns are made the first time
        assert run(["query", COUNT, "--format", "csv", "--data-dir", str(data_dir), *more]) == 0
        out, err = capsys.readouterr()
        said.append(rows_of(out))
        assert ("construction" in err) == (len(said) == 2)
    assert said[0] == said[1] == said[2] and len(said[0]) > 10


def test_indicators_and_gaps_are_those_of_the_store(
    example_data_dir: Path, spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["indicators", "--territory", "region/84", "--format", "csv"],
        ["gaps", "department/26", "--format", "json"],
    ):
        said = []
        for more in ([], ["--engine", "spark"]):
            assert run([*words, "--data-dir", str(example_data_dir), *more]) == 0
            out, err = capsys.readouterr()
            said.append(out)
            assert "laissé de côté" not in err
        assert said[0] == said[1] and said[0].count("\n") > 5, words


@pytest.mark.parametrize("command", ["indicators", "gaps", "synergies"])
def test_what_spark_cannot_do_is_no_table_of_some(
    example_data_dir: Path, spark: Any, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    words = [
        command,
        *([] if command == "indicators" else ["region/84"]),
        "--data-dir",
        str(example_data_dir),
    ]
    for more, sentence in (
        (["--columns", "/tmp"], "--columns ne vaut qu'avec --engine spark"),
        (["--engine", "hadoop"], "store, spark"),
        (["--engine", "spark", "--columns", "/nonexistent"], "/nonexistent/manifest.json"),
        (["--engine", "spark", "--master", "spark://127.0.0.1:9"], "no answer from spark://127.0.0.1:9"),
    ):
        assert run([*words, *more]) != 0
        out, err = capsys.readouterr()
        assert out == "" and sentence in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["ASK { ?s ?p ?o }", "--engine", "spark"], "it is not a SELECT"),
        ([COUNT, "--engine", "hadoop"], "store, spark"),
        ([COUNT, "--columns", "/tmp"], "--columns ne vaut qu'avec --engine spark"),
        (
            [COUNT, "--engine", "spark", "--master", "spark://127.0.0.1:9", "--columns", "/nonexistent"],
            "/nonexistent/manifest.json",
        ),
        ([COUNT, "--engine", "spark", "--columns", "file+x://nowhere"], "Spark n’a pas fait"),
        (
            [COUNT, "--engine", "spark", "--master", "spark://127.0.0.1:9"],
            "no answer from spark://127.0.0.1:9",
        ),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    data_dir: Path, spark: Any, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert run(["query", *words, "--data-dir", str(data_dir)]) != 0
    out, err = capsys.readouterr()
    assert out == "" and sentence in err and "Traceback" not in err and err.count("\n") == 1


def test_a_load_writes_the_quads_of_a_load_and_keeps_nothing(
    tmp_path: Path, spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    load = ["load", "exchange", str(DATA / "exchange"), "--data-dir", str(tmp_path / "data")]
    assert run([*load, "--engine", "spark", "--output", str(tmp_path / "parts")]) == 0
    versions = SourceVersions(tmp_path / "data")
    assert not versions.current()
    assert run([*load, "--no-publish"]) == 0
    (version,) = versions.current().values()
    parts = sorted(
        line for part in (tmp_path / "parts").glob("part-*") for line in part.read_bytes().splitlines()
    )
    assert sorted(set(parts)) == sorted(set(version.quads.read_bytes().splitlines()))
    capsys.readouterr()
    there = [
        *load,
        "--engine",
        "spark",
        "--output",
        str(tmp_path / "parts"),
        "--master",
        "spark://127.0.0.1:9",
    ]
    assert run(there) != 0
    assert "est déjà là" in capsys.readouterr().err
    for option in ("--dry-run", "--no-publish", "--shrink"):
        assert run([*there, option]) != 0
        assert f"{option} ne va pas avec" in capsys.readouterr().err
    assert run([*load, "--engine", "spark"]) != 0
    assert "--output DOSSIER" in capsys.readouterr().err


def test_what_spark_loads_it_makes_columns_of_and_answers(
    data_dir: Path, tmp_path: Path, spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    parts, columns, folder = str(tmp_path / "parts"), str(tmp_path / "columns"), tmp_path / "tables"
    folder.mkdir()
    (folder / "about.csv").write_text("key,value\nname,petit\ntitle,Petit\npublisher,Petit\n")
    (folder / "organizations.csv").write_text(
        "id,kind,label_fr\n" + "".join(f"org/petit/{n},{k},Maison {n}\n" for n, k in enumerate(KINDS))
    )
    load = ["load", "exchange", str(folder), "--data-dir", str(tmp_path / "data")]
    assert run([*load, "--engine", "spark", "--output", parts]) == 0
    assert run(["columns", parts, "--output", columns]) == 0
    capsys.readouterr()
    question = "SELECT ?g ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { GRAPH ?g { ?s a ?c } } GROUP BY ?g ?c"
    asked = ["query", question, "--format", "csv", "--data-dir", str(data_dir)]
    assert run([*asked, "--engine", "spark", "--columns", columns]) == 0
    store = ox.Store()
    for part in Path(parts).glob("part-*"):
        store.load(path=str(part), format=ox.RdfFormat.N_QUADS)
    expected = store.query(question)
    assert isinstance(expected, ox.QuerySolutions)
    text = (expected.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode()
    assert rows_of(capsys.readouterr().out) == rows_of(text) and len(text.splitlines()) > 2


def test_columns_that_cannot_be_made_are_refused_before_spark_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["columns", str(tmp_path / "nowhere"), "--output", str(tmp_path / "new")]) != 0
    assert str(tmp_path / "nowhere") in capsys.readouterr().err
    assert run(["columns", str(tmp_path), "--output", str(tmp_path)]) != 0
    assert "est déjà là" in capsys.readouterr().err
