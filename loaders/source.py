"""The files of a source, recognised and read into raw tables of text; what was wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from .chain_rows import KnownChains, chain_faults
from .checks import REJECTED, run_checks
from .declaration import SourceError, nearest
from .description import SOURCES, Source, all_sources
from .formats import OpenTable, open_table, squeeze
from .generalising import generalise
from .layout import LAYOUT
from .linkage import locate
from .persons import clean, contact_faults, masked, told
from .source_parts import Check, Input, Locate, Variant
from .workbooks import WORKBOOKS, sheet_names

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
        if self.rejected.is_empty():
            return ""
        row = self.rejected.row(0, named=True)
        value = "(vide)" if row["value"] is None else f"« {row['value']} »"
        reason = str(row["reason"]).rstrip(".")
        return f"{row['file']}, ligne {row['row']}, colonne « {row['column']} », valeur {value} : {reason}."


def find_inputs(source: Source, folder: Path) -> list[Path]:
    """Return the files of a source in a folder laid out like the official data; none if one is missing."""
    return _laid_out(source, folder)[0]


def find_part(source: Source, folder: Path) -> list[Path]:
    """Return the files of a source that a folder has where another is missing; none where it has all, or none."""
    whole, part = _laid_out(source, folder)
    return [] if whole else part


def _laid_out(source: Source, folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the files of a source in a folder, nothing if one is missing; and all that are there."""
    found: list[Path] = []
    whole = True
    for given in source.inputs:
        paths = sorted({path for pattern in given.files for path in folder.glob(pattern) if path.is_file()})
        whole = whole and bool(paths or given.optional)
        found += [path for path in paths if path not in found]
    return found if whole else [], found


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
    assigned = _assign(source, _expand(source, paths), notes)
    for given in source.inputs:
        files = assigned.get(given.table, [])
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
        parts = [_read_one(path, form, notes) for path, form in files]
        table = pl.concat([_empty(given), *parts]) if parts else _empty(given)
        if parts and table.height < given.minimum_rows:
            raise SourceError(
                f"{files[0][0].name} n'a que {table.height} lignes, il en faut {given.minimum_rows} "
                f"pour la table « {given.table} » de « {source.name} ».",
                file=files[0][0],
            )
        tables[given.table] = table
        notes.files.extend(path for path, _ in files if path not in notes.files)
    faults = chain_faults(tables, known) if known else []
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


# --- Which file is which input --------------------------------------------------------------------


def _expand(source: Source, paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise SourceError(f"Le fichier {path} n'existe pas.", file=path)
        if not path.is_dir():
            files.append(path)
            continue
        inside = find_inputs(source, path) or [
            file for file in sorted(path.iterdir()) if any(_named(file, given) for given in source.inputs)
        ]
        if not inside:
            raise SourceError(
                f"Le dossier {path} n'a aucun fichier de la source « {source.name} ».", file=path
            )
        files += inside
    if not files:
        raise SourceError(f"Aucun fichier n'est donné à la source « {source.name} ».")
    return list(dict.fromkeys(files))


def _named(path: Path, given: Input) -> bool:
    return any(fnmatch(path.name, Path(pattern).name) for pattern in given.files)


def _assign(source: Source, files: Sequence[Path], notes: Inputs) -> dict[str, list[tuple[Path, Input]]]:
    """Return the files of each input: by name, by sheet, by header, or because there is only one input."""
    assigned: dict[str, list[tuple[Path, Input]]] = {}
    for path in files:
        matches = [given for given in source.inputs if _named(path, given)]
        if not matches and path.suffix.lower() in WORKBOOKS:
            sheets = sheet_names(path)
            wanted = [
                replace(given, sheet=given.sheet or given.table, format="xlsx") for given in source.inputs
            ]
            matches = [given for given in wanted if given.sheet in sheets]
            names = [given.sheet for given in wanted if given.sheet]
            unread = [sheet for sheet in sheets if sheet not in names]
            if matches:
                notes.warnings.extend(
                    f"{path.name} : la feuille « {sheet} » est inconnue, elle n'est pas lue{nearest(sheet, names)}."
                    for sheet in unread
                )
        if not matches:
            matches = [given for given in source.inputs if _has_header(path, given)][:1]
        if not matches and len(source.inputs) == 1:
            matches = [source.inputs[0]]
        if not matches:
            known = ", ".join(Path(pattern).name for given in source.inputs for pattern in given.files)
            raise SourceError(
                f"{path.name} n'est pas un fichier de la source « {source.name} » ({known}).", file=path
            )
        for given in matches:
            assigned.setdefault(given.table, []).append((path, given))
    return assigned


def _has_header(path: Path, given: Input) -> bool:
    if path.suffix.lower() in WORKBOOKS and given.format not in ("xlsx", "xls"):
        return False
    try:
        header = {squeeze(name) for name in open_table(path, given).header}
    except SourceError:
        return False
    return any(not _missing(variant, header) for variant in _variants(given))


# --- One file -------------------------------------------------------------------------------------


def _variants(given: Input) -> tuple[Variant, ...]:
    """Return the headers an input may have: those it declares, else that of the exchange layout's table."""
    if given.variants or given.table not in LAYOUT:
        return given.variants
    columns = LAYOUT[given.table]
    required = {name: name for name, column in columns.items() if column.required}
    return (Variant("layout", required, {name: name for name in columns if name not in required}),)


def _missing(variant: Variant, header: set[str]) -> list[str]:
    return [official for official in variant.columns.values() if squeeze(official) not in header]


def _names(given: Input) -> list[str]:
    names = [name for variant in _variants(given) for name in (*variant.columns, *variant.optional_columns)]
    return list(dict.fromkeys(names))


def _empty(given: Input) -> pl.DataFrame:
    names = [*_names(given), *([given.file_column] if given.file_column else [])]
    schema: dict[str, type[pl.DataType]] = dict.fromkeys([*names, "_file"], pl.String)
    return pl.DataFrame(schema={**schema, "_row": pl.Int64})


def _read_one(path: Path, given: Input, notes: Inputs) -> pl.DataFrame:
    opened = open_table(path, given)
    if not opened.header:
        return _empty(given)
    place = opened.place
    variant = _variant(opened, given)
    ranks: dict[str, int] = {}
    for rank, name in enumerate(opened.header):
        key = squeeze(name)
        if key in ranks and key in {squeeze(official) for official in variant.columns.values()}:
            notes.warnings.append(f"{place} : deux colonnes se nomment « {key} », la première est lue.")
        ranks.setdefault(key, rank)
    wanted = {**variant.columns, **variant.optional_columns}
    columns = {ours: ranks[squeeze(name)] for ours, name in wanted.items() if squeeze(name) in ranks}
    _signal(opened, variant, notes)
    table = opened.read(columns)
    extra = [pl.lit(place).alias("_file")]
    extra += [pl.lit(path.stem).alias(given.file_column)] if given.file_column else []
    absent = [pl.lit(None, pl.String).alias(name) for name in _names(given) if name not in columns]
    return table.with_columns(*absent, *extra).select(_empty(given).columns)


def _variant(opened: OpenTable, given: Input) -> Variant:
    header = {squeeze(name) for name in opened.header}
    variants = _variants(given)
    if not variants:
        plain = {name: name for name in opened.header if re.fullmatch(r"[a-z][a-z0-9_]*", name)}
        return Variant("plain", plain)
    for variant in variants:
        if not _missing(variant, header):
            return variant
    best = min(variants, key=lambda variant: len(_missing(variant, header)) / max(len(variant.columns), 1))
    missing = _missing(best, header)
    hint = nearest(squeeze(missing[0]), header)
    more = f" ; il en manque {len(missing)} en tout" if len(missing) > 1 else ""
    why = next(
        (
            f", or {best.why[name]}"
            for name, own in best.columns.items()
            if own == missing[0] and name in best.why
        ),
        "",
    )
    raise SourceError(
        f"{opened.place} n'a pas de colonne « {missing[0]} »{hint}{why}{more}.",
        file=opened.path,
        column=missing[0],
    )


def _signal(opened: OpenTable, variant: Variant, notes: Inputs) -> None:
    known = {
        *variant.columns.values(),
        *variant.optional_columns.values(),
        *variant.ignored,
        *variant.personal,
    }
    squeezed = {squeeze(name) for name in known}
    names = {squeeze(name) for name in opened.header}
    outer = {name.partition(".")[0] for name in squeezed}
    for name in dict.fromkeys(squeeze(name) for name in opened.header):
        nested = (
            "." in name and name.partition(".")[0] in names and name.partition(".")[0] not in outer - squeezed
        )
        if (
            nested
            or name in squeezed | outer
            or any(re.search(pattern, name) for pattern in variant.ignored_patterns)
        ):
            continue
        label = name or "(colonne sans nom)"
        notes.signalled.append(f"{opened.place} : {label}")
        notes.warnings.append(f"{opened.place} : la colonne « {label} » est inconnue, elle n'est pas lue.")
