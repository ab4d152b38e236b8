"""The process that checks or publishes one workbook handed in: `python -m ancrage.loaders.submissions.process`.

Its line of standard input says which: data_dir, id, keep (generations), indicators (a folder, or empty). It keeps what became
of the workbook, and tells each step on its standard output: a line a sentence, in every language.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...graph.snapshots.opening import StoreElsewhere
from ...graph.snapshots.provenance import LoadRecord
from ...words import N_, AncrageError, Spoken, languages
from ..publish.faults import InvalidGraph
from ..publish.pipeline import Pipeline
from ..publish.stage import RejectedRows, faults_of
from ..sources.layout import LAYOUT
from ..workbook.marking import write_marked
from ..write.request import storage_failure
from .folder import DataSet, State, Submission, Submissions

_PATIENCE = 600.0
"""Seconds that a workbook waits for another writer."""


def settle(submissions: Submissions, one: Submission, pipeline: Pipeline) -> Submission:
    """Check a workbook, or publish one that was approved; give what became of it."""
    path, publish, folder = submissions.path(one), one.state is State.APPROVED, pipeline.data_dir
    for language in languages():
        submissions.marked(one, language).unlink(missing_ok=True)
    try:
        with pipeline.snapshots.lock(_PATIENCE):
            before = {name: version.record for name, version in pipeline.versions.current().items()}
            report = pipeline.load("exchange", [path], dry_run=not publish, progress=_say)
    except (RejectedRows, InvalidGraph) as error:
        for language in languages():
            marked = write_marked([path], faults_of(error, language), submissions.marked(one, language))
        return _refused(one, folder, _sentences(error), getattr(error, "warnings", ()), marked)
    except AncrageError as error:
        return _refused(one, folder, [error.message])
    except OSError as error:
        if (failure := storage_failure(error, folder)) is None:
            raise
        return _refused(one, folder, [failure.message])
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
    one: Submission, folder: Path, told: Sequence[Spoken], notes: Sequence[Spoken] = (), marked: int = 0
) -> Submission:
    """Give a workbook with why it is refused; nobody is told where the data folder is."""

    def told_outside(sentence: Spoken) -> dict[str, str]:
        return {of: text.replace(f"{folder}{os.sep}", "") for of, text in sentence.items()}

    found = {
        "told": tuple(map(told_outside, told)),
        "notes": tuple(map(told_outside, notes)),
        "marked": marked,
    }
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
    try:
        pipeline = Pipeline(folder, keep=told["keep"], indicators=indicators)
    except StoreElsewhere as error:
        submissions.keep(_refused(one, folder, [error.message]))
        return
    submissions.keep(settle(submissions, one, pipeline))


if __name__ == "__main__":
    main()
