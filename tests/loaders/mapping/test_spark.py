"""Mappings on a cluster of Spark with two workers write what they write here, even when a worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.graph.columns.spark import FolderTaken
from ancrage.loaders.mapping.mapping import Joined, Mapping
from ancrage.loaders.mapping.rml import WrongCell
from ancrage.loaders.mapping.spark import _silent, write_parts

pytestmark = pytest.mark.long


TEXT = """
prefixes: {ex: 'http://e.org/', rdfs: 'http://www.w3.org/2000/01/rdf-schema#', xsd: 'http://www.w3.org/2001/XMLSchema#'}
mappings:
  places:
    sources: [places.csv~csv]
    s: ex:place/$(code)
    po:
      - [a, ex:Place]
      - [rdfs:label, $(name), fr~lang]
      - [ex:size, $(size), xsd:integer]
      - p: ex:within
        o: {mapping: places, condition: {function: equal, parameters: [[str1, $(part)], [str2, $(code)]]}}
      - p: ex:kind
        o: {mapping: kinds, condition: {function: equal, parameters: [[str1, $(kind)], [str2, $(id)]]}}
  notes:
    sources: [places.csv~csv]
    po: [[ex:of, ex:place/$(code)~iri]]
  kinds:
    sources: [kinds.csv~csv]
    s: ex:kind/$(id)
    po: [[rdfs:label, $(label)]]
"""


def tables(rows: int) -> dict[str, pl.DataFrame]:
    """Give places within one another, of two kinds, some without a size, with numbers without a sign."""
    numbers = range(rows)
    places = pl.DataFrame(
        {
            "code": [f"é {number}" for number in numbers],
            "name": [f'dit "{number}"\n' for number in numbers],
            "size": pl.Series([None if number % 7 == 0 else number for number in numbers], dtype=pl.UInt32),
            "part": [f"é {number // 1000}" for number in numbers],
            "kind": ["ab"[number % 2] for number in numbers],
            "nothing": None,
        }
    )
    return {"places": places, "kinds": pl.DataFrame({"id": ["a", "b"], "label": ["Bourg", "Ville"]})}


def lines_of(folder: Path) -> list[bytes]:
    """Read the lines of all parts, sorted."""
    assert (folder / "_SUCCESS").exists()
    return sorted(line for part in folder.glob("part-*") for line in part.read_bytes().splitlines())


def executors(spark: Any) -> list[int]:
    """Find the processes of this cluster's workers that do its work, and no other's: they know its driver by its port."""
    driver, found = f":{spark.conf.get('spark.driver.port')}".encode(), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if any(b"CoarseGrained" in word and word.endswith(driver) for word in words):
                    found.append(int(folder.name))
            except OSError:
                continue
    return found


def kill_one(spark: Any, folder: Path, killed: list[int]) -> None:
    """Kill a worker as soon as one writes."""
    for _ in range(6000):
        if any(folder.glob("_temporary/**/part-*")):
            killed.append(executors(spark)[0])
            os.kill(killed[0], signal.SIGKILL)
            return
        time.sleep(0.01)


def test_a_worker_killed_in_the_middle_changes_nothing(spark: Any, tmp_path: Path) -> None:
    mapping, given = Mapping.parse(TEXT), tables(120_000)
    killed: list[int] = []
    killer = threading.Thread(target=kill_one, args=(spark, tmp_path / "killed", killed), daemon=True)
    killer.start()
    count = write_parts(spark, mapping, given, str(tmp_path / "killed"), graph="http://e.org/g")
    killer.join()
    assert killed and killed[0] not in executors(spark)
    here = b"".join(mapping.quads(given, graph="http://e.org/g")).splitlines()
    found = lines_of(tmp_path / "killed")
    assert found == sorted(here) and count == len(here)


def test_a_wrong_cell_is_told_with_its_row_and_nothing_is_whole(spark: Any, tmp_path: Path) -> None:
    given = tables(1000)
    wrong = given["places"].with_columns(
        size=pl.when(pl.col("code") == "é 700").then(pl.lit("tant")).otherwise("size")
    )
    with pytest.raises(WrongCell) as error:
        write_parts(spark, Mapping.parse(TEXT), {**given, "places": wrong}, str(tmp_path / "out"))
    assert (error.value.row, error.value.column, error.value.value) == (702, "size", "tant")
    assert not (tmp_path / "out" / "_SUCCESS").exists() and not list(tmp_path.glob("out/part-*"))


def test_a_folder_that_is_there_is_not_written_over(spark: Any, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(FolderTaken):
        write_parts(spark, Mapping.parse(TEXT), tables(10), str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_what_is_joined_is_read_for_the_first_part_alone() -> None:
    mapping, given = Mapping.parse(TEXT), tables(10)
    part = ("places", given["places"])
    joined: Joined = {}
    first = b"".join(mapping.quads(given, part=part, joined=joined))
    assert len(joined) == 2 and b"kind/a" in first
    assert b"".join(mapping.quads({}, part=part, joined=joined)) == first


def test_what_spark_says_as_it_starts_is_not_shown_unless_it_is_asked(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for debug, shown in (("", ""), ("1", "WARN\n")):
        monkeypatch.setenv("ANCRAGE_DEBUG", debug)
        with _silent():
            subprocess.run(["sh", "-c", "echo WARN >&2"], check=True)
        os.write(2, b"after\n")
        assert capfd.readouterr().err == shown + "after\n"
