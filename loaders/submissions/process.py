"""The process that checks or publishes one workbook handed in: `python -m ancrage.loaders.submissions.process`.

Its line of standard input says which: data_dir, id, keep (generations), indicators (a folder, or empty). It keeps what became
of the workbook, and tells each step on its standard output: a line a sentence, in every language.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...graph.snapshots.provenance import LoadRecord
from ...words import N_, AncrageError, Spoken
from ..publish.faults import InvalidGraph
from ..publish.pipeline import Pipeline
from ..publish.stage import RejectedRows, faults_of
from ..sources.layout import LAYOUT
from ..workbook.marking import write_marked
from .folder import DataSet, State, Submission, Submissions

_PATIENCE = 600.0
"""Seconds that a workbook waits for another writer."""


def settle(submissions: Submissions, one: Submission, pipeline: Pipeline) -> Submission:
    """Check a workbook, or publish one that was approved; give what became of it."""
    path, publish = submissions.path(one), one.state is State.APPROVED
    submissions.marked(one).unlink(missing_ok=True)
    try:
        with pipeline.snapshots.lock(_PATIENCE):
            before = {name: version.record for name, version in pipeline.versions.current().items()}
            report = pipeline.load("exchange", [path], dry_run=not publish, progress=_say)
    except (RejectedRows, InvalidGraph) as error:
        marked = write_marked([path], faults_of(error), submissions.marked(one))
        return _refused(one, _sentences(error), getattr(error, "warnings", ()), marked)
    except AncrageError as error:
        return _refused(one, [error.message])
    former = before.get(report.record.name)
    found: dict[str, Any] = {
        "state": State.PUBLISHED if publish else State.SOUND,
        "told": (),
        "notes": tuple(dict(note) for note in report.warnings),
        "data": _data(report.record),
        "before": _data(former) if former else None,
        "marked": 0,
    }
    return one.model_copy(update=found)


def _refused(
    one: Submission, told: Sequence[Spoken], notes: Sequence[Spoken] = (), marked: int = 0
) -> Submission:
    found = {"told": tuple(map(dict, told)), "notes": tuple(map(dict, notes)), "marked": marked}
    return one.model_copy(update={"state": State.REFUSED, **found})


def _sentences(error: RejectedRows | InvalidGraph) -> list[Spoken]:
    """Say what is wrong, without where the data folder keeps the whole of it."""
    if isinstance(error, InvalidGraph):
        return [InvalidGraph(error.report, error.faults).message]
    left = error.rejected - len(error.first)
    return [*error.first, *([N_("… et {n} de plus.", n=left)] if left else [])]


def _data(record: LoadRecord) -> DataSet:
    rows = {table: n for table, n in record.rows.items() if n and table in LAYOUT and table != "sources"}
    return DataSet(name=record.name, title=record.title, publisher=record.publisher, rows=rows)


def _say(sentence: Spoken | Mapping[str, str]) -> None:
    with suppress(OSError):  # nobody hears it any more
        print(json.dumps(dict(sentence), ensure_ascii=True), flush=True)


def main() -> None:
    """Do what the standard input says."""
    told = json.loads(sys.stdin.readline())
    folder = Path(told["data_dir"])
    submissions = Submissions(folder)
    one = submissions.get(told["id"])
    if one is None:  # taken back meanwhile
        return
    indicators = Path(told["indicators"]) if told["indicators"] else None
    submissions.keep(settle(submissions, one, Pipeline(folder, keep=told["keep"], indicators=indicators)))


if __name__ == "__main__":
    main()
