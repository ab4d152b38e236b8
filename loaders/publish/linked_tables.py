"""A table of names linked to the register: any CSV or worksheet, what each row names and why, or what it may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ...words import N_, Spoken
from ..read.formats import open_table
from ..register.identifiers import identifiers
from ..register.linkage import Register
from ..register.record import Link, Record
from ..sources.declaration import SourceError
from ..sources.names import normalise
from ..sources.parts import Input

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name", "nom", "libelle", "label", "label fr", "organisation", "organization", "raison sociale", "denomination",
    ),
    "siren": ("siren",),
    "siret": ("siret",),
    "uai": ("uai",),
    "rnsr": ("rnsr",),
    "pic": ("pic",),
    "ror": ("ror",),
    "commune": ("commune", "code commune", "code insee", "insee", "codgeo"),
    "country": ("country", "pays", "code pays"),
}  # fmt: skip
"""Columns that are read, by the headings that they may have, in their comparable form."""
ADDED = ("organization", "organization_name", "rule", "confidence", "why", "proposals")
"""Columns that linkage adds to a table."""
IDENTIFIERS = ("siren", "siret", "uai", "rnsr", "pic", "ror")
"""Columns of numbers that have a form, or a check digit."""
_IN_NAMES = ("siren", "siret", "uai", "rnsr", "ror")
"""Numbers whose form no name has: a cell of names that holds one is read as that number."""
_MOST = 3


@dataclass(frozen=True)
class LinkedTable:
    """A table with the columns of `ADDED`, how many rows are linked by each rule, and what is wrong, one sentence a cell."""

    frame: pl.DataFrame
    rules: Mapping[str, int]
    faults: tuple[Spoken, ...]


def link_table(path: Path, register: Register, *, proposals: bool = True) -> LinkedTable:
    """Link each row of a table to an organisation of a register; a row is never changed.

    Args:
        path: a CSV file or a workbook whose columns have headings of `COLUMNS`; the others are kept as they are.
        register: bodies that are known.
        proposals: whether what is not linked gets the names that look like it.

    Raises SourceError where the file cannot be read, or has neither names nor numbers.
    """
    given = Input(table="names", files=("*",), format="csv", encodings=("utf-8", "cp1252"))
    opened = open_table(path, given)
    found: dict[str, int] = {}
    for rank, heading in enumerate(opened.header):
        for column, headings in COLUMNS.items():
            if normalise(heading) in headings:
                found.setdefault(column, rank)
    if not found.keys() & {"name", *IDENTIFIERS}:
        reason = N_(
            "{file} n'a ni colonne de noms (nom, name, libellé…) ni colonne de numéros (siren, siret, uai, rnsr, pic, ror).",
            file=path.name,
        )
        raise SourceError(reason, file=path, row=1)
    every = {str(rank): rank for rank in range(len(opened.header))}
    table = opened.read(every)
    rules: dict[str, int] = {}
    faults: list[Spoken] = []
    added: list[tuple[str | None, ...]] = []
    for row in table.iter_rows(named=True):
        cells = {column: (row[str(rank)] or "").strip() for column, rank in found.items()}
        record, wrong = record_of(cells)
        faults += [
            N_(
                "{file}, ligne {row}, colonne « {column} », valeur « {value} » : la clé ou la forme est fausse, "
                "elle n'est pas lue.",
                file=path.name, row=row["_row"], column=opened.header[found[column]], value=cells[column],
            )
            for column in wrong
        ]  # fmt: skip
        link = register.find(record)
        if link:
            rules[link.rule] = rules.get(link.rule, 0) + 1
            if other := register.doubt(record, link):
                faults.append(
                    N_(
                        "{file}, ligne {row} : {number} est le numéro de « {body} », dont le nom n'a rien de commun avec "
                        "« {name} » ; à vérifier.",
                        file=path.name, row=row["_row"], number=link.why.partition(":")[2], body=other, name=cells["name"],
                    )
                )  # fmt: skip
        added.append(_told(record, link, register, proposals))
    frame = table.select(
        pl.col(str(rank)).alias(name or f"column_{rank}") for rank, name in enumerate(_unique(opened.header))
    )
    schema = dict.fromkeys(ADDED, pl.String)
    return LinkedTable(
        pl.concat([frame, pl.DataFrame(added, schema=schema, orient="row")], how="horizontal"),
        rules,
        tuple(faults),
    )


def record_of(cells: Mapping[str, str], group: str = "") -> tuple[Record, list[str]]:
    """Return what a row says of an organisation, and the columns of numbers that are wrong.

    Args:
        cells: text by column of `COLUMNS`; a commune is given by its Insee code.
        group: what is known of its kind, as `Record.group`.

    >>> record, wrong = record_of({"name": "CEA", "siren": "775 685 019", "uai": "0383546A"})
    >>> record.names, sorted(record.identifiers), wrong
    (('CEA',), ['siren:775685019'], ['uai'])
    >>> sorted(record_of({"name": "130 026 081"})[0].identifiers)
    ['siren:130026081']
    """
    name = cells.get("name", "")
    compact = name.replace(" ", "")
    given = {column: compact for column in _IN_NAMES if identifiers(column, compact)}
    given |= {column: cells[column].replace(" ", "") for column in IDENTIFIERS if cells.get(column)}
    numbers = {column: identifiers(column, value) for column, value in given.items()}
    wrong = [column for column, found in numbers.items() if not found]
    place = cells.get("commune", "")
    record = Record(
        "",
        (name,) if name else (),
        identifiers=frozenset().union(*numbers.values()),
        group=group,
        country=cells.get("country", "").upper()[:2],
        places=frozenset([f"territory/commune/{place}"] if place else []),
    )
    return record, wrong


def _told(record: Record, link: Link | None, register: Register, proposals: bool) -> tuple[str | None, ...]:
    if link:
        body = register.records[link.body]
        name = next(iter(body.names), None)
        return link.body, name, link.rule, f"{link.confidence:.2f}", link.why, None
    found = register.proposals(record)[:_MOST] if proposals else []
    listed = " ; ".join(
        f"{one.body} {next(iter(register.records[one.body].names), '')} ({one.confidence:.2f})"
        for one in found
    )
    return None, None, None, None, None, listed or None


def _unique(header: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for rank, name in enumerate(header):
        yield name if name and name not in seen and name not in ADDED else f"{name or 'column'}_{rank + 1}"
        seen.add(name)
