"""Cells as people write them, put in the form of the exchange layout: what is changed is told, what is not understood named.

Labels of terms (« stage »), dates (« 12/03/2026 »), numbers (« 1 234,5 ») and codes (« 0383546y », `1053` for 01053) are read
where they can mean one thing only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from ...words import EMPTY, N_, NN_, Listed, Spoken
from ..sources.choices import as_called, codes_by_name, is_closed, unknown_term
from ..sources.layout import LAYOUT, LayoutColumn
from ..sources.names import normalise
from .about import CALLED, CHOSEN, SUBJECTS
from .checks import Fault
from .codes import as_code, broken_number
from .dates import as_date, as_period, as_time, as_year, is_far
from .headers import Headers
from .headings import EXAMPLE, is_called
from .numbers import as_number

#: The columns of a table of cells that were read otherwise than they are written.
CHANGED = {"file": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "read": pl.String}
_MOST = 5
"""Sentences a column of a file."""
_YEAR = r"^(\d{4})(?:-\d{2}-\d{2})?$"
_LASTING = ("start_year", "end_year", "initial_year", "due")
"""Years of what may be of any age (organisations, programmes), or aimed at from afar (strategies, objectives)."""
#: Values that need nobody to look at them, by kind of column; other values are looked at one by one.
_PLAIN = {
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "year": r"^\d{4}$",
    "integer": r"^\d+$",
    "number": r"^-?\d+(\.\d+)?$",
    "url": r"^https?://",
    "id": r"^[a-z][a-z-]*/[^;\s]*$",
}


@dataclass(frozen=True)
class PutRight:
    """The raw tables in the layout's form, the cells that were changed (`CHANGED`), those that are faulty, and sentences."""

    tables: dict[str, pl.DataFrame]
    changed: pl.DataFrame
    faults: list[Fault]
    told: list[Spoken]


def put_right(tables: Mapping[str, pl.DataFrame], headers: Headers) -> PutRight:
    """Put the cells of a partner's raw tables in the layout's form.

    Args:
        tables: raw tables of text by name, with `_file` and `_row`; those that are not of the layout stay.
        headers: what the files call their columns.
    """
    right, frames, faults, told = dict(tables), list[pl.DataFrame](), list[Fault](), list[Spoken]()
    examples: list[Spoken] = []
    for name, table in tables.items():
        if name == "about":
            right[name] = _subjects(table)
        if name not in LAYOUT or table.is_empty():
            continue
        table, skipped = _without_examples(table)
        examples += skipped
        columns = [one for one in LAYOUT[name].values() if one.name in table.columns]
        table = _bare(table, [one.name for one in columns])
        for column in columns:
            table, changed, wrong = _column(name, table, column)
            frames.append(changed)
            faults += [Fault(name, column.name, wrong)] if wrong else []
            told += _sentences(changed, headers)
            told += _far_years(table, column, headers)
        right[name] = table.filter(pl.any_horizontal(pl.all().exclude("_file", "_row").is_not_null()))
    if examples:
        told.insert(0, N_("Exemples du modèle, qui ne sont pas lus : {examples}.", examples=Listed(examples)))
    return PutRight(right, pl.concat([pl.DataFrame(schema=CHANGED), *frames]), faults, told)


def _subjects(table: pl.DataFrame) -> pl.DataFrame:
    """Put the keys of `about`, the identifier of a licence and codes in the place of what people call them."""
    known = {
        cell: next((key for key, (name, _) in SUBJECTS.items() if is_called(cell, name)), cell.strip())
        for cell in table["key"].drop_nulls().unique()
    }
    named = {cell: CALLED.get(normalise(cell), cell) for cell in table["value"].drop_nulls().unique()}
    licence = pl.when(pl.col("key") == "licence").then(pl.col("value").replace(named)).otherwise("value")
    right = table.with_columns(pl.col("key").replace(known)).with_columns(value=licence)
    for key in CHOSEN:
        terms = codes_by_name("about", key)
        code = {cell: terms.get(as_called(cell), cell) for cell in named}
        value = pl.when(pl.col("key") == key).then(pl.col("value").replace(code)).otherwise("value")
        right = right.with_columns(value=value)
    return right


def _without_examples(table: pl.DataFrame) -> tuple[pl.DataFrame, list[Spoken]]:
    """Leave the rows of example of the workbook that people fill; where each is."""
    if "id" not in table.columns:
        return table, []
    marked = [cell for cell in table["id"].drop_nulls().unique() if is_called(cell, EXAMPLE)]
    if not marked:
        return table, []
    mark = pl.col("id").is_in(marked)
    places: list[Spoken] = [
        N_("{file}, ligne {row}", file=file, row=row)
        for file, row in table.filter(mark).select("_file", "_row").iter_rows()
    ]
    return table.filter(~mark.fill_null(False)), places


def _bare(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Take the spaces around cells away, and signs that nobody sees; a cell that has nothing else is empty."""
    bare = pl.col(columns).str.replace_all("[\u200b\ufeff]", "").str.strip_chars()
    return table.with_columns(pl.when(bare != "").then(bare))


def _column(
    name: str, table: pl.DataFrame, column: LayoutColumn
) -> tuple[pl.DataFrame, pl.DataFrame, dict[int, Spoken]]:
    """Return the table with one column put right, its cells that were changed, and the reasons of those that are wrong."""
    values = table[column.name].drop_nulls().unique()
    known = codes_by_name(name, column.name)
    closed = is_closed(name, column.name)
    if not (known and closed) and (plain := _PLAIN.get(column.kind)):
        values = values.filter(~values.str.contains(plain))
    new: dict[str, str] = {}
    quiet: set[str] = set()
    wrong: dict[str, Spoken] = {}
    for value in values:
        read, reason = _read(value, name, column, known)
        if reason and (not known or closed):
            wrong[value] = reason
        if read != value:
            new[value] = read
            if _names_terms(value, known):
                quiet.add(value)
    reasons = dict[int, Spoken]()
    if wrong:
        rows = table.filter(pl.col(column.name).is_in([*wrong]))
        reasons = {row: wrong[value] for row, value in rows.select("_row", column.name).iter_rows()}
    if not new:
        return table, pl.DataFrame(schema=CHANGED), reasons
    told = table.filter(pl.col(column.name).is_in([one for one in new if one not in quiet]))
    changed = told.select(
        file="_file", row="_row", column=pl.lit(column.name), value=column.name,
        read=pl.col(column.name).replace(new),
    )  # fmt: skip
    return table.with_columns(pl.col(column.name).replace(new)), changed.cast(CHANGED), reasons  # type: ignore[arg-type]


def _names_terms(value: str, known: Mapping[str, str]) -> bool:
    """Tell whether a cell says terms by what they are called: that is how they are meant to be written."""
    return bool(known) and all(not item.strip() or as_called(item) in known for item in value.split(";"))


def _read(
    value: str, table: str, column: LayoutColumn, known: Mapping[str, str]
) -> tuple[str, Spoken | None]:
    """Return a cell in the layout's form, and why it is wrong where that is known."""
    if known:
        return _terms(value, table, column, known)
    match column.kind:
        case "date":
            return as_date(value, last=column.name == "end", bounded=column.name in ("start", "end")), None
        case "year":
            return as_year(value), None
        case "time":
            return as_time(value), None
        case _ if column.name == "period":
            return as_period(value), None
        case "integer" | "number":
            return as_number(
                value, whole=column.kind == "integer", share=column.name in ("share", "score", "confidence")
            )
        case "url" if value.lower().startswith("www."):
            return f"https://{value}", None
        case "id" | "code":
            return _identifier(value, column)
    return value, None


def _identifier(value: str, column: LayoutColumn) -> tuple[str, Spoken | None]:
    """Return the identifiers of a cell as they are written, and why where a spreadsheet broke one."""
    items = value.split(";") if column.multiple else [value]
    broken = next((one.strip() for one in items if broken_number(one)), "")
    reason = None
    if broken:
        reason = N_(
            "« {number} » est un numéro abîmé par le tableur : mettez la colonne en texte, puis retapez le numéro en entier.",
            number=broken,
        )
    read = [as_code(one.strip(), column) for one in items]
    return (";".join(read) if read != [one.strip() for one in items] else value), reason


def _terms(
    value: str, table: str, column: LayoutColumn, known: Mapping[str, str]
) -> tuple[str, Spoken | None]:
    """Return the codes of the terms that a cell names, and the nearest of one that is no term."""
    whole = known.get(as_called(value))
    if whole:
        return whole, None
    items = _items(value, known) if column.multiple else [value]
    read = list(dict.fromkeys(known.get(as_called(one), one) for one in items))
    codes = set(known.values())
    lost = next((one for one in read if "://" not in one and codes.isdisjoint({one, _term(one)})), "")
    if not lost:
        return ";".join(read), None
    return ";".join(read), unknown_term(lost, table, column.name)


def _term(code: str) -> str:
    """Give a code without the scheme that may stand before it: `interaction-type/internship`."""
    return code.rpartition("/")[2]


def _items(value: str, known: Mapping[str, str]) -> list[str]:
    """Cut a cell at its semicolons, and at other signs where all that they part are terms."""
    items = [one.strip() for one in value.split(";") if one.strip()]
    for sign in ("\n", ",", "/"):
        parts = [one.strip() for item in items for one in item.split(sign)]
        if len(parts) > len(items) and all(as_called(one) in known for one in parts):
            items = parts
    return items


def _far_years(table: pl.DataFrame, column: LayoutColumn, headers: Headers) -> Iterator[Spoken]:
    """Ask whether the years of a column that are far off were meant; other cells that say one of them are counted."""
    if column.kind not in ("date", "year") or column.name in _LASTING:
        return
    years = table.select(
        "_file", "_row", year=pl.col(column.name).str.extract(_YEAR).cast(pl.Int64)
    ).drop_nulls()
    far = [year for year in years["year"].unique().sort() if is_far(year)]
    for year in far[:_MOST]:
        rows = years.filter(pl.col("year") == year)
        file, row, _ = rows.row(0)
        others = rows.height - 1
        yield N_(
            "{cell} : l'année {year} est-elle bien voulue{others} ?",
            cell=headers.cell(file, column.name, row),
            year=str(year),
            others=NN_(" (et {n} autre)", " (et {n} autres)", others) if others else EMPTY,
        )


def _sentences(changed: pl.DataFrame, headers: Headers) -> Iterator[Spoken]:
    """Say the first cells of a column that were changed, and how many others there are."""
    for row in changed.head(_MOST).iter_rows(named=True):
        yield N_(
            "{cell} : « {value} » est lu « {fixed} ».",
            cell=headers.cell(row["file"], row["column"], row["row"]),
            value=row["value"],
            fixed=row["read"],
        )
    if (left := changed.height - _MOST) > 0:
        file, column = changed.row(0)[0], changed.row(0)[2]
        yield NN_(
            "{file}, colonne « {column} » : {n} autre cellule est lue ainsi.",
            "{file}, colonne « {column} » : {n} autres cellules sont lues ainsi.",
            left,
            file=file,
            column=headers.heading(file, column),
        )
