"""Links to be looked at by a person: a table to mark accept, refuse or split; what was marked is kept with the decisions."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from ...graph.snapshots.durable import draft_of
from ...words import N_
from ..read.persons import is_person
from ..register.decisions import ACCEPT, COLUMNS, DECISIONS, DecisionError, read_decisions, rows_of
from ..register.linkage import Register
from ..register.record import Link, Record
from ..register.records import read_records

REVIEWED = (
    "record", "record_name", "record_places", "body", "body_name", "body_places", "rule", "confidence", "agrees", "decision",
    "by", "date", "why",
)  # fmt: skip
"""Columns of a table for review: those of decisions, and what a person reads to decide."""
LOOSE = ("core", "centre", "acronym", "name-place", "segment")
"""Rules whose links a person may want to split."""


def review_table(
    tables: Mapping[str, Mapping[str, Path]],
    register: Register,
    links: Sequence[Link],
) -> pl.DataFrame:
    """Return the links of numbers whose names have nothing in common, those of loose rules, least sure first, then likenesses.

    These are the likest body of each record without a number that none links.

    Args:
        tables: tables of the exchange layout by source and name, from which the register was made.
        register: bodies that are known.
        links: the links that were made.
    """
    records = {record.id: record for record in read_records(tables)}
    rows = [_row(records, link) for link in links if link.record in register.doubts]
    rows += [
        _row(records, link) for link in sorted(links, key=lambda one: one.confidence) if link.rule in LOOSE
    ]
    alone = [record for record in register.records.values() if not record.identifiers]
    seen: set[tuple[str, str]] = set()
    for record in alone:
        likest = register.proposals(record)[:1]
        rows += [_row(records, link) for link in likest if not seen & {(link.body, link.record)}]
        seen |= {(link.record, link.body) for link in likest}
    return pl.DataFrame(rows, schema=dict.fromkeys(REVIEWED, pl.String))


def keep_decisions(path: Path, folder: Path, by: str = "", today: date | None = None) -> int:
    """Keep the marked rows of a table for review with the decisions of a data folder; return how many are new.

    What was decided before stays. An empty `by` is `by`, an empty `date` is today. Raises DecisionError about the first row that
    cannot be used, or that contradicts another or an earlier decision; nothing is kept then.
    """
    read_decisions(path)
    kept = folder / DECISIONS
    before = list(rows_of(kept)) if kept.is_file() else []
    earlier = {(row["record"], row["body"]): (rank, row["decision"] == ACCEPT) for rank, row in before}
    default = {"by": by, "date": (today or date.today()).isoformat()}
    new: list[dict[str, str]] = []
    for rank, row in rows_of(path):
        decided = {name: (row.get(name) or "").strip() or default.get(name, "") for name in COLUMNS}
        if not decided["decision"]:
            continue
        if not decided["by"]:
            reason = N_("qui décide n'est pas dit : remplissez cette colonne, ou donnez --by")
            raise DecisionError(path, rank, "by", "", reason)
        if is_person(decided["by"]):
            reason = N_("une structure ou une fonction est attendue, jamais une personne")
            raise DecisionError(path, rank, "by", decided["by"], reason)
        there, is_accepted = earlier.get((decided["record"], decided["body"]), (0, False))
        if there and is_accepted != (decided["decision"] == ACCEPT):
            reason = N_("la ligne {row} de {file} en décide autrement", row=there, file=DECISIONS)
            raise DecisionError(path, rank, "decision", decided["decision"], reason)
        if not there:
            new.append(decided)
    with draft_of(kept) as draft:
        _write(draft, [*(row for _, row in before), *new])
        read_decisions(draft)
    return len(new)


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _row(records: Mapping[str, Record], link: Link) -> dict[str, str]:
    sides = dict(_side("record", records[link.record])) | dict(_side("body", records[link.body]))
    return (
        dict.fromkeys(REVIEWED, "")
        | sides
        | {"rule": link.rule, "confidence": f"{link.confidence:.2f}", "agrees": link.why}
    )


def _side(end: str, record: Record) -> Iterator[tuple[str, str]]:
    yield end, record.id.removeprefix("organization/")
    yield f"{end}_name", next(iter(record.names), "")
    yield f"{end}_places", " ".join(sorted(place.rpartition("/")[2] for place in record.places)[:4])
