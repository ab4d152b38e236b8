"""The files of a source, recognised and read into raw tables of text; what was wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from ..sources.declaration import SourceError
from ..sources.description import SOURCES, Source, all_sources
from ..sources.parts import Check, Input, Locate, Variant
from .chain_rows import KnownChains, chain_faults
from .checks import REJECTED, failed_formulas, run_checks
from .formats import squeeze
from .generalising import generalise
from .linkage import locate
from .persons import clean, contact_faults, masked, told
from .recognition import assign, expand, find_inputs
from .variants import empty_table, names_of, of_partner, open_input, unknown_columns, variant_of

__all__ = [
    "SOURCES", "Check", "Input", "Inputs", "Locate", "Source", "SourceError", "Variant", "all_sources",
    "find_inputs", "read_inputs",
]  # fmt: skip


@dataclass(frozen=True)
class Inputs:
    """The raw tables of a source, the rows set aside, and what the report should say.

    Attributes:
        tables: raw tables by name, all of text but `_row`, with `_file` and `_row`; an optional input
            that was not given is a table without rows.
        rejected: columns file, row, column, value, reason.
        signalled: columns that are neither mapped, ignored nor personal, as « file : column ».
        warnings: sentences in French.
        files: the files read, in the order of the inputs.
    """

    tables: dict[str, pl.DataFrame]
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    signalled: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def first_rejection(self) -> str:
        """One sentence that names the first rejected row, or nothing."""
        return next(iter(self.first_rejections(1)), "")

    def first_rejections(self, most: int = 5) -> list[str]:
        """Say the first few rejected rows, one sentence each."""
        return [self._rejection(row) for row in self.rejected.head(most).iter_rows(named=True)]

    def _rejection(self, row: dict[str, Any]) -> str:
        value = "(vide)" if row["value"] is None else f"« {row['value']} »"
        reason = str(row["reason"]).rstrip(".")
        return f"{row['file']}, ligne {row['row']}, colonne « {row['column']} », valeur {value} : {reason}."


def read_inputs(
    source: Source,
    paths: Sequence[Path],
    *,
    registers: Mapping[str, Path] | None = None,
    known: KnownChains | None = None,
) -> Inputs:
    """Read the files of a source: recognise each, check its header, read it, set wrong rows aside.

    Args:
        source: the source.
        paths: its files, or folders of them; a workbook serves every input whose sheet it has.
        registers: tables of the sources it relies on, `<source with underscores>__<table>` → Parquet file.
        known: what a partner's rows about filières may name; without, they are not looked up.

    Raises:
        SourceError: a file is missing, unreadable or not recognised; a column or rows are missing.
    """
    registers = registers or {}
    tables: dict[str, pl.DataFrame] = {}
    notes = Inputs(tables)
    assigned = assign(source, expand(source, paths, notes.warnings), notes.warnings)
    for given in source.inputs:
        files = assigned.get(given.table, [])
        tables[given.table] = _read_table(source, given, files, notes)
        notes.files.extend(path for path, _ in files if path not in notes.files)
    written = {given.table: tables[given.table] for given in source.inputs if of_partner(given)}
    faults = [*failed_formulas(written), *(chain_faults(tables, known) if known else ())]
    if source.name == "exchange":
        faults += contact_faults(tables)
    kept, rejected = run_checks(source.checks, tables, registers, faults)
    for given in source.inputs:
        kept[given.table], changed = clean(kept[given.table], given.places)
        notes.warnings.extend(told(given.table, changed))
    for step in source.locate:
        kept[step.input] = locate(kept[step.input], step, registers)
    for lighter in source.generalise:
        kept[lighter.input] = generalise(kept[lighter.input], lighter, registers)
    return replace(notes, tables=kept, rejected=masked(rejected))


def _read_table(
    source: Source, given: Input, files: Sequence[tuple[Path, Input]], notes: Inputs
) -> pl.DataFrame:
    """Read the files of one input into its raw table; raises SourceError where there are too few, too many, or few rows."""
    if not files and not given.optional:
        names = " ou ".join(Path(pattern).name for pattern in given.files) or given.table
        raise SourceError(
            f"Il manque à la source « {source.name} » le fichier de sa table « {given.table} » ({names})."
        )
    if len(files) > 1 and not given.multiple:
        names = ", ".join(path.name for path, _ in files)
        raise SourceError(
            f"La table « {given.table} » de « {source.name} » se lit d'un seul fichier, pas de {names}."
        )
    table = pl.concat([empty_table(given), *(_read_one(path, form, notes) for path, form in files)])
    if files and table.height < given.minimum_rows:
        raise SourceError(
            f"{files[0][0].name} n'a que {table.height} lignes, il en faut {given.minimum_rows} "
            f"pour la table « {given.table} » de « {source.name} ».",
            file=files[0][0],
        )
    return table


def _read_one(path: Path, given: Input, notes: Inputs) -> pl.DataFrame:
    opened = open_input(path, given)
    if not opened.header:
        return empty_table(given)
    place = opened.place
    variant = variant_of(opened, given)
    ranks: dict[str, int] = {}
    for rank, name in enumerate(opened.header):
        key = squeeze(name)
        if key in ranks and key in {squeeze(official) for official in variant.columns.values()}:
            notes.warnings.append(f"{place} : deux colonnes se nomment « {key} », la première est lue.")
        ranks.setdefault(key, rank)
    wanted = {**variant.columns, **variant.optional_columns}
    columns = {ours: ranks[squeeze(name)] for ours, name in wanted.items() if squeeze(name) in ranks}
    for name in unknown_columns(opened, variant):
        notes.signalled.append(f"{place} : {name}")
        notes.warnings.append(f"{place} : la colonne « {name} » est inconnue, elle n'est pas lue.")
    table = opened.read(columns)
    extra = [pl.lit(place).alias("_file")]
    extra += [pl.lit(path.stem).alias(given.file_column)] if given.file_column else []
    absent = [pl.lit(None, pl.String).alias(name) for name in names_of(given) if name not in columns]
    return table.with_columns(*absent, *extra).select(empty_table(given).columns)
