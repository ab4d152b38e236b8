"""The files of a source, recognised and read into raw tables of text; what was wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from ...words import N_, NN_, Spoken
from ..sources.declaration import SourceError, nearest
from ..sources.description import SOURCES, Source, all_sources, read_sources
from ..sources.parts import Check, Input, Locate, Variant
from .cells import CHANGED, put_right
from .chain_rows import KnownChains, chain_faults
from .checks import REJECTED, empty_cells, failed_formulas, repeated_rows, run_checks
from .counts import count_faults
from .damage import restore_letters, wrong_numbers
from .decoding import as_windows
from .formats import OpenTable, column_letters, squeeze
from .generalising import generalise
from .headers import Headers
from .linkage import locate
from .merged import unmerge
from .persons import clean, contact_faults, mask_persons, person_faults, removal_notes
from .recognition import assign, expand, find_inputs
from .sieve import Streamed, sieve, streamed
from .variants import empty_table, missing_name, names_of, of_partner, open_input, unknown_columns, variant_of

__all__ = [
    "SOURCES", "Check", "Input", "Inputs", "Locate", "Source", "SourceError", "Variant", "all_sources",
    "find_inputs", "read_inputs", "read_sources",
]  # fmt: skip


_TEXTS = (".csv", ".csv.gz")


@dataclass(frozen=True)
class Inputs:
    """The raw tables of a source, the rows set aside, and what the report should say.

    Attributes:
        tables: raw tables by name, all of text but `_row`, with `_file` and `_row`; an optional input
            that was not given is a table without rows.
        rejected: columns file, row, column (as the file calls it), value, reason.
        signalled: columns that are neither mapped, ignored nor personal, as « file : column ».
        warnings: sentences.
        files: the files read, in the order of the inputs.
        changed: cells of a partner that were read otherwise than they are written: file, row, column, value, read.
        headers: what a partner's files call their columns, so that what is wrong is told in their words.
        read: how many rows the files of each input have; of a streamed one, fewer are in its table.
    """

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    signalled: list[str] = field(default_factory=list)
    warnings: list[Spoken] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    changed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGED))
    headers: Headers = field(default_factory=Headers)
    sentences: Mapping[str, Spoken] = field(default_factory=dict)

    def first_rejections(self, most: int = 5) -> list[Spoken]:
        """Say the first few rejected rows, one sentence each."""
        return [self._rejection(row) for row in self.rejected.head(most).iter_rows(named=True)]

    def _rejection(self, row: dict[str, Any]) -> Spoken:
        value = row["value"]
        return N_(
            "{place}, valeur {value} : {reason}",
            place=self.headers.cell(row["file"], row["column"], row["row"]),
            value=N_("(vide)") if value is None else N_("« {name} »", name=value),
            reason=self.sentences.get(row["reason"], row["reason"]),
        )


def read_inputs(
    source: Source,
    paths: Sequence[Path],
    *,
    registers: Mapping[str, Path] | None = None,
    known: KnownChains | None = None,
    settings: Mapping[str, str] | None = None,
) -> Inputs:
    """Read the files of a source: recognise each, check its header, read it, set wrong rows aside.

    Args:
        source: the source.
        paths: its files, or folders of them; a workbook serves every input whose sheet it has.
        registers: tables of the sources it relies on, `<source with underscores>__<table>` → Parquet file.
        known: what a partner's rows about filières may name; without, they are not looked up.
        settings: values of the source's parameters other than their defaults, which `sieve.sql` may read.

    Raises:
        SourceError: a file is missing, unreadable or not recognised; a column or rows are missing.
    """
    registers = registers or {}
    notes = Inputs({})
    streams = _read_files(source, paths, notes)
    tables = notes.tables | sieve(source, streams, registers, settings or {})
    if source.partner:
        right = put_right(tables, notes.headers)
        tables = right.tables
        notes.warnings.extend(right.told)
        notes = replace(notes, changed=right.changed)
    for name in tables:
        tables[name], restored = restore_letters(tables[name], signs=source.partner, place=notes.headers.cell)
        checked = {check.column for check in source.checks if check.input == name}
        notes.warnings.extend([*restored, *wrong_numbers(tables[name], checked, place=notes.headers.cell)])
    written = {given.table: tables[given.table] for given in source.inputs if of_partner(given)}
    faults = [*failed_formulas(written), *(chain_faults(tables, known) if known else ())]
    if source.partner:
        faults += [
            *contact_faults(tables), *person_faults(tables, source.inputs), *right.faults, *count_faults(tables),
        ]  # fmt: skip
        if "participations" in tables:
            faults += repeated_rows(tables["participations"], "participations", "organization")
    told_cells, sentences = empty_cells(source.checks, tables, registers, notes.headers.cell)
    notes.warnings.extend(sentences)
    kept, rejected, reasons = run_checks(source.checks, told_cells, registers, faults)
    for given in source.inputs:
        kept[given.table], told = _without_persons(kept[given.table], given, notes.headers)
        notes.warnings.extend(told)
    for step in source.locate:
        kept[step.input] = locate(kept[step.input], step, registers)
    for lighter in source.generalise:
        kept[lighter.input] = generalise(kept[lighter.input], lighter, registers)
    titles = {column for given in source.inputs for column in given.titles}
    rejected = _in_their_words(mask_persons(rejected, titles), notes.headers)
    return replace(notes, tables=kept, rejected=rejected, sentences=reasons)


def _without_persons(
    table: pl.DataFrame, given: Input, headers: Headers
) -> tuple[pl.DataFrame, list[Spoken]]:
    """Take persons out of a raw table, and say so: of a partner's, file by file."""
    files = headers.files.get(given.table)
    if not files or table.is_empty():
        table, changed = clean(table, given.places, given.titles)
        return table, removal_notes(given.table, changed)
    parts, told = list[pl.DataFrame](), list[Spoken]()
    for part in table.partition_by("_file", maintain_order=True):
        cleaned, changed = clean(part, given.places, given.titles)
        parts.append(cleaned)
        told += removal_notes(given.table, changed, headers, part["_file"][0])
    return pl.concat(parts), told


def _in_their_words(rejected: pl.DataFrame, headers: Headers) -> pl.DataFrame:
    """Name the columns of rejected rows as their files do."""
    cells = rejected.select("file", "column").iter_rows()
    names = pl.Series([headers.heading(file, column) for file, column in cells], dtype=pl.String)
    return rejected.with_columns(column=names)


def _read_files(source: Source, paths: Sequence[Path], notes: Inputs) -> list[Streamed]:
    """Read the files of a source into the tables of `notes`, and open those that a sieve reads."""
    assigned = assign(source, expand(source, paths, notes.warnings), notes.warnings)
    streams: list[Streamed] = []
    for given in source.inputs:
        files = assigned.get(given.table, [])
        _right_number(source, given, files)
        notes.files.extend(path for path, _ in files if path not in notes.files)
        if given.streamed:
            streams += (opened := [_open_stream(path, form, notes) for path, form in files])
            notes.read[given.table] = sum(one.rows for one in opened)
            notes.tables[given.table] = empty_table(given)
        else:
            notes.tables[given.table] = pl.concat(
                [empty_table(given), *(_read_one(path, form, notes) for path, form in files)]
            )
            notes.read[given.table] = notes.tables[given.table].height
        _enough(source, given, files, notes.read[given.table])
    return streams


def _right_number(source: Source, given: Input, files: Sequence[tuple[Path, Input]]) -> None:
    """Raise SourceError where an input has no file, or too many."""
    if not files and not given.optional:
        names = " ou ".join(Path(pattern).name for pattern in given.files) or given.table
        raise SourceError(
            N_(
                "Il manque à la source « {source} » le fichier de sa table « {table} » ({names}).",
                source=source.name,
                table=given.table,
                names=names,
            )
        )
    if len(files) > 1 and not given.multiple:
        names = ", ".join(path.name for path, _ in files)
        raise SourceError(
            N_(
                "La table « {table} » de « {source} » se lit d'un seul fichier, pas de {names}.",
                table=given.table,
                source=source.name,
                names=names,
            )
        )


def _enough(source: Source, given: Input, files: Sequence[tuple[Path, Input]], rows: int) -> None:
    """Raise SourceError where the files of an input have few rows."""
    if files and rows < given.minimum_rows:
        raise SourceError(
            N_(
                "{file} n'a que {rows} lignes, il en faut {least} pour la table « {table} » de « {source} ».",
                file=files[0][0].name,
                rows=rows,
                least=given.minimum_rows,
                table=given.table,
                source=source.name,
            ),
            file=files[0][0],
        )


def _open_stream(path: Path, given: Input, notes: Inputs) -> Streamed:
    opened = open_input(path, given)
    variant = variant_of(opened, given)
    _tell_unknown(opened, given, variant, notes)
    return streamed(opened, given, variant)


def _tell_unknown(opened: OpenTable, given: Input, variant: Variant, notes: Inputs) -> None:
    """Tell the columns of a file that are not read; of a partner's, those that nothing names by their letter."""
    nameless = _nameless(opened) if of_partner(given) else []
    mapped = {squeeze(name) for name in (*variant.columns.values(), *variant.optional_columns.values())}
    absent = sorted(mapped - {squeeze(name) for name in opened.header})
    if of_partner(given):
        absent = [missing_name(opened, given, one) for one in absent]
        notes.warnings.extend(nameless)
    for name in unknown_columns(opened, variant, nameless=not of_partner(given)):
        notes.signalled.append(f"{opened.place} : {name}")
        notes.warnings.append(
            N_(
                "{place} : la colonne « {name} » est inconnue{near}, elle n'est pas lue.",
                place=opened.place,
                name=name,
                near=nearest(name, absent),
            )
        )


def _nameless(opened: OpenTable) -> list[Spoken]:
    """Tell the columns without a heading that have values, which a spreadsheet names by a letter."""
    ranks = {str(rank): rank for rank, name in enumerate(opened.header) if not name.strip()}
    counts = opened.read(ranks).select(pl.col(list(ranks)).count()).row(0, named=True) if ranks else {}
    return [
        NN_(
            "{file} : la colonne {letter}, sans intitulé, a {n} valeur ; elle n'est pas lue. Donnez-lui un intitulé du "
            "modèle, ou effacez-la.",
            "{file} : la colonne {letter}, sans intitulé, a {n} valeurs ; elles ne sont pas lues. Donnez-lui un intitulé du "
            "modèle, ou effacez-la.",
            count,
            file=opened.place,
            letter=column_letters(opened.places[ranks[rank]] if opened.places else ranks[rank]),
        )
        for rank, count in counts.items()
        if count
    ]


def _in_its_encoding(path: Path, given: Input, notes: Inputs) -> Input:
    """Return an input as a file of it is written: a partner's CSV file that can only be in Windows-1252 is told."""
    if not (path.name.lower().endswith(_TEXTS) and of_partner(given) and (words := as_windows(path))):
        return given
    notes.warnings.append(
        N_(
            "{file} n'est pas en UTF-8 : il est lu en Windows-1252, où se lit « {text} ».",
            file=path.name,
            text=words,
        )
    )
    return replace(given, encodings=("cp1252",))


def _ranks(header: Sequence[str], official: Collection[str], place: str, notes: Inputs) -> dict[str, int]:
    """Give where each column of a header is; an official one that is there twice is told."""
    ranks: dict[str, int] = {}
    for rank, name in enumerate(map(squeeze, header)):
        if name in ranks and name in official:
            notes.warnings.append(
                N_(
                    "{place} : deux colonnes se nomment « {name} », la première est lue.",
                    place=place,
                    name=name,
                )
            )
        ranks.setdefault(name, rank)
    return ranks


def _read_one(path: Path, given: Input, notes: Inputs) -> pl.DataFrame:
    given = _in_its_encoding(path, given, notes)
    opened = open_input(path, given)
    notes.warnings.extend(opened.told)
    if not opened.header:
        return empty_table(given)
    place = opened.place
    variant = variant_of(opened, given)
    ranks = _ranks(opened.header, {squeeze(one) for one in variant.columns.values()}, place, notes)
    wanted = {**variant.columns, **variant.optional_columns}
    columns = {ours: ranks[squeeze(name)] for ours, name in wanted.items() if squeeze(name) in ranks}
    _tell_unknown(opened, given, variant, notes)
    if of_partner(given):
        for ours, rank in sorted(columns.items(), key=lambda one: one[1]):
            letter = column_letters(opened.places[rank]) if opened.sheet else ""
            notes.headers.add(given.table, place, ours, opened.labels[rank] or ours, letter)
    table = opened.read(columns)
    if opened.sheet and of_partner(given):
        table, told = unmerge(table, opened, given.table, columns)
        notes.warnings.extend(told)
    extra = [pl.lit(place).alias("_file")]
    extra += [pl.lit(path.stem).alias(given.file_column)] if given.file_column else []
    absent = [pl.lit(None, pl.String).alias(name) for name in names_of(given) if name not in columns]
    return table.with_columns(*absent, *extra).select(empty_table(given).columns)
