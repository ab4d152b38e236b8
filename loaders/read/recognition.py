"""Which file is which input: by name, by sheet, by header, or because there is only one input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from ...words import EMPTY, N_, Spoken
from ..sources.declaration import SourceError, nearest
from ..sources.description import Source
from ..sources.layout import TITLES
from ..sources.parts import Input
from .formats import first_rows, squeeze
from .headings import LISTS, READ_ME, is_called, sheet_of, table_fitted, table_named
from .variants import missing_columns, names_of, of_partner, open_input, variants_of
from .workbooks import WORKBOOKS, sheet_names

#: How the names of files end that may hold a table.
TABLES = (".csv", ".csv.gz", ".json", ".geojson", ".parquet", ".tsv", *WORKBOOKS)


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


def expand(source: Source, paths: Sequence[Path], warnings: list[Spoken]) -> list[Path]:
    """Return the files that paths are or hold; raise SourceError where there is none.

    In a partner's folder names count whatever their case; a table that is not read is told in `warnings`, or refused
    where its name is nearly one that is.
    """
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise SourceError(N_("Le fichier {path} n'existe pas.", path=path), file=path)
        if not path.is_dir():
            files.append(path)
            continue
        laid_out = find_inputs(source, path)
        inside = [
            file for file in sorted(path.iterdir()) if any(has_name(file, one) for one in source.inputs)
        ]
        if all(of_partner(given) for given in source.inputs):
            _tell_unread(source, path, inside, warnings)
            laid_out = []
        found = laid_out or inside
        if not found:
            raise SourceError(
                N_(
                    "Le dossier {path} n'a aucun fichier de la source « {source} ».",
                    path=path,
                    source=source.name,
                ),
                file=path,
            )
        files += found
    if not files:
        raise SourceError(N_("Aucun fichier n'est donné à la source « {source} ».", source=source.name))
    return list(dict.fromkeys(files))


def _tell_unread(source: Source, folder: Path, read: Sequence[Path], warnings: list[Spoken]) -> None:
    known = [given.table for given in source.inputs]
    for file in sorted(folder.iterdir()):
        if file.is_file() and file not in read and file.name.lower().endswith(TABLES):
            what = N_("{file} n'est le nom d'aucune table", file=file.name)
            warnings.append(_unread(what, file, file.name.partition(".")[0], known))


def _unread(what: Spoken, path: Path, name: str, known: Iterable[str]) -> Spoken:
    """Say that something is not read; raise SourceError where its name is nearly that of a table."""
    if (hint := nearest(name.lower(), known, 0.8)) is not EMPTY:
        raise SourceError(
            N_(
                "{what}{hint} : rien n'est lu tant que le nom n'est pas le bon, ou tout autre.",
                what=what,
                hint=hint,
            ),
            file=path,
        )
    return N_("{what} : rien n'en est lu.", what=what)


def has_name(path: Path, given: Input) -> bool:
    """Tell whether a file has the name of an input, or its French title; case counts only in official names."""
    if not of_partner(given):
        return any(fnmatch(path.name, Path(pattern).name) for pattern in given.files)
    name = path.name.lower()
    titled = (
        name.endswith((".csv", ".csv.gz")) and sheet_of(given.table, [stem := name.partition(".")[0]]) == stem
    )
    return titled or any(fnmatch(name, Path(pattern).name) for pattern in given.files)


def assign(
    source: Source, files: Sequence[Path], warnings: list[Spoken]
) -> dict[str, list[tuple[Path, Input]]]:
    """Return the files of each input, with the input as it is read from them; raise SourceError for a file of none."""
    assigned: dict[str, list[tuple[Path, Input]]] = {}
    for path in files:
        matches = [given for given in source.inputs if has_name(path, given)]
        if not matches and path.suffix.lower() in WORKBOOKS:
            matches = _by_sheet(source, path, warnings)
        if not matches:
            matches = _by_columns(source, path, warnings)
        if not matches and len(source.inputs) == 1:
            matches = [source.inputs[0]]
        if not matches:
            raise SourceError(
                N_("{file} n'est pas {expected}.", file=path.name, expected=_expected(source, path)),
                file=path,
            )
        for given in matches:
            assigned.setdefault(given.table, []).append((path, given))
    return assigned


def _expected(source: Source, path: Path) -> Spoken:
    if path.suffix.lower() in WORKBOOKS:
        sheets = ", ".join(given.sheet or given.table for given in source.inputs)
        has = ", ".join(sheet_names(path))
        return N_(
            "un classeur de la source « {source} » : ses feuilles sont {has} ; sont lues {sheets}",
            source=source.name,
            has=has,
            sheets=sheets,
        )
    names = [Path(pattern).name for given in source.inputs for pattern in given.files]
    known = ", ".join(name for name in names if name.removesuffix(".gz") == name or name[:-3] not in names)
    return N_("un fichier de la source « {source} » ({known})", source=source.name, known=known)


def _by_sheet(source: Source, path: Path, warnings: list[Spoken]) -> list[Input]:
    """Return the inputs whose sheets a workbook has, case and accents aside; other sheets are told."""
    sheets = sheet_names(path)
    wanted = [
        replace(given, sheet=given.sheet or sheet_of(given.table, sheets), format="xlsx")
        for given in source.inputs
    ]
    matches = [given for given in wanted if given.sheet in sheets]
    read = {given.sheet for given in matches}
    if all(of_partner(given) for given in source.inputs):
        matches += _by_header(matches, source, path, [one for one in sheets if one not in read], warnings)
        read = {given.sheet for given in matches}
    if matches:
        _tell_sheets(source, path, [sheet for sheet in sheets if sheet not in read], warnings)
    return matches


def _tell_sheets(source: Source, path: Path, sheets: Iterable[str], warnings: list[Spoken]) -> None:
    names = [given.sheet or given.table for given in source.inputs]
    for sheet in sheets:
        if not is_called(sheet, READ_ME, LISTS):
            what = N_(
                "{file} : la feuille « {sheet} » ne porte le nom d'aucune table", file=path.name, sheet=sheet
            )
            warnings.append(_unread(what, path, sheet, names))


def _by_header(
    named: Iterable[Input], source: Source, path: Path, sheets: Iterable[str], warnings: list[Spoken]
) -> list[Input]:
    """Return the inputs of sheets of another name, which their header tells.

    The hidden header of the workbook that people fill names its table; another has to fit one table alone, and one that no
    sheet bears the name of: a copy kept beside it is not read.
    """
    found: list[Input] = []
    by_table = {given.table: given for given in source.inputs}
    free = by_table.keys() - {given.table for given in named}
    for sheet in sheets:
        rows = first_rows(path, sheet)
        fitted = table_fitted(rows)
        table = table_named(rows) or (fitted if fitted in free else "")
        if (given := by_table.get(table)) is not None:
            free.discard(table)
            warnings.append(
                N_(
                    "{file} : la feuille « {sheet} » est lue comme « {table} ».",
                    file=path.name,
                    sheet=sheet,
                    table=TITLES[given.table],
                )
            )
            found.append(replace(given, sheet=sheet, format="xlsx"))
    return found


def _by_columns(source: Source, path: Path, warnings: list[Spoken]) -> list[Input]:
    """Return the input that the header of a file tells; of a partner's, the table that has most of its columns."""
    matches = [given for given in source.inputs if _has_header(path, given)]
    if not matches or not all(of_partner(given) for given in source.inputs):
        return matches[:1]

    def share(given: Input) -> float:
        header = open_input(path, given).header
        return len(set(names_of(given)) & set(header)) / len(header)

    best = max(matches, key=share)
    if share(best) <= 0.5:
        return []
    warnings.append(
        N_("{file} est lu comme « {table} ».", file=path.name, table=TITLES.get(best.table, best.table))
    )
    return [best]


def _has_header(path: Path, given: Input) -> bool:
    if path.suffix.lower() in WORKBOOKS and given.format not in ("xlsx", "xls"):
        return False
    try:
        header = {squeeze(name) for name in open_input(path, given).header}
    except SourceError:
        return False
    return any(not missing_columns(variant, header) for variant in variants_of(given))
