"""Rules on raw rows: a row that breaks one is set aside with its file, row, column, value and the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ...words import EMPTY, N_, NN_, Message, Spoken
from ..sources.declaration import SourceError, nearest
from ..sources.parts import Check
from .headers import Place, plain_cell
from .texts import text_columns

#: The columns of a table of rejected rows.
REJECTED = {"file": pl.String, "row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}


@dataclass(frozen=True)
class Fault:
    """Rows of a raw table whose cell in a column is wrong: the reason of each, by row number; of one `file`, or of all."""

    input: str
    column: str
    reasons: Mapping[int, Spoken]
    file: str | None = None


def faults_by_file(input: str, column: str, rows: pl.DataFrame, reason: Spoken) -> list[Fault]:
    """Give the faults of rows of a raw table, which are wrong in a column for one reason."""
    return [
        Fault(input, column, dict.fromkeys(part["_row"], reason), str(file))
        for (file,), part in rows.group_by("_file", maintain_order=True)
    ]


_FORMULAS = {
    r"^#(N/A|N/D|REF!|VALUE!|VALEUR!|DIV/0!|NAME\?|NOM\?|NUM!|NOMBRE!|NULL!|NUL!)$": N_(
        "C'est l'erreur d'une formule du tableur, pas une valeur ; une cellule sans valeur se laisse vide."
    ),
    r"^=\S": N_(
        "C'est une formule sans sa valeur : ouvrez le fichier dans un tableur et enregistrez-le, ou écrivez la valeur."
    ),
}


def failed_formulas(tables: Mapping[str, pl.DataFrame]) -> list[Fault]:
    """List the cells of tables that hold what a spreadsheet shows where a formula failed, or a formula that was not computed."""
    return [
        fault
        for name, table in tables.items()
        for shape, reason in _FORMULAS.items()
        for column in text_columns(table, shape)
        for fault in faults_by_file(name, column, table.filter(pl.col(column).str.contains(shape)), reason)
    ]


def repeated_rows(table: pl.DataFrame, name: str, column: str) -> list[Fault]:
    """List the rows of a raw table without an identifier that say all that a former one says; told in one column."""
    said = [one for one in table.columns if not one.startswith("_")]
    rows = table.filter(pl.col("id").is_null()).with_columns(
        _first=pl.concat_str("_file", pl.lit("\n"), "_row").first().over(said),
        _rank=pl.int_range(pl.len()).over(said),
    )
    again = rows.filter(pl.col("_rank") > 0)
    return [
        Fault(
            name,
            column,
            {
                row: N_(
                    "C'est ce que dit déjà {place} : gardez une des deux lignes, ou donnez un identifiant à chacune.",
                    place=_place(first),
                )
                for row, first in part.select("_row", "_first").iter_rows()
            },
            str(file),
        )
        for (file,), part in again.group_by("_file", maintain_order=True)
    ]


def empty_cells(
    checks: Sequence[Check],
    tables: Mapping[str, pl.DataFrame],
    registers: Mapping[str, Path],
    place: Place = plain_cell,
) -> tuple[dict[str, pl.DataFrame], list[Spoken]]:
    """Return the tables without the cells that break a rule which `empties`, and one sentence a rule that did.

    The row stays: what the cell should have said is not known, the rest of the row is.
    """
    kept, told = dict(tables), list[Spoken]()
    for check in (one for one in checks if one.empties):
        table = kept[check.input]
        for broken, reason in _broken(check, tables, registers):
            rows = table.filter(broken)
            if rows.height:
                file, row, value = rows.select("_file", "_row", check.column).row(0)
                others = rows.height - 1
                told.append(
                    N_(
                        "{cell}, valeur « {value} » laissée vide{others} : {reason}",
                        cell=place(file, check.column, row),
                        value=value,
                        others=NN_(" (et {n} autre)", " (et {n} autres)", others) if others else EMPTY,
                        reason=reason,
                    )
                )
                emptied = pl.when(broken).then(None).otherwise(pl.col(check.column)).alias(check.column)
                table = table.with_columns(emptied)
        kept[check.input] = table
    return kept, told


def run_checks(
    checks: Sequence[Check],
    tables: Mapping[str, pl.DataFrame],
    registers: Mapping[str, Path],
    faults: Sequence[Fault] = (),
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, dict[str, Spoken]]:
    """Return the tables without the rows that break a rule, the rejected rows, one line a broken rule, and their reasons.

    A reason is in French among the rows; the last part says it in any language.

    Args:
        checks: the rules; each looks at every row read, also at those another rule rejects.
        tables: raw tables by name, with `_file` and `_row`.
        registers: Parquet files of other sources' tables, for rules that say `in`.
        faults: what was found wrong by other means than rules.
    """
    rejected: list[pl.DataFrame] = []
    wrong: dict[str, list[pl.Expr]] = {}
    sentences: dict[str, Spoken] = {}
    rules: dict[str, list[_Rule]] = {}
    for rule in _found(checks, tables, registers, faults):
        if not tables[rule.input].is_empty():
            rules.setdefault(rule.input, []).append(rule)
    for input_, found in rules.items():
        table = tables[input_]
        met = table.select(rule.broken.any().alias(str(rank)) for rank, rule in enumerate(found)).row(0)
        for rule in (rule for rule, some in zip(found, met, strict=True) if some):
            wrong.setdefault(input_, []).append(rule.broken)
            rows = table.with_columns(rule.key.alias("_key")).filter(rule.broken)
            said = {key: rule.reason(key) for key in rows["_key"].unique()}
            sentences |= {str(one): one for one in said.values()}
            texts = {key: str(one) for key, one in said.items()}
            rejected.append(
                rows.select(
                    file=pl.col("_file"),
                    row=pl.col("_row"),
                    column=pl.lit(rule.column),
                    value=pl.col(rule.column),
                    reason=pl.col("_key").replace_strict(texts, return_dtype=pl.String),
                )
            )
    kept = {
        name: table.filter(~pl.any_horizontal(wrong[name])) if name in wrong else table
        for name, table in tables.items()
    }
    empty = pl.DataFrame(schema=REJECTED)
    return kept, pl.concat([empty, *rejected]).sort("file", "row", maintain_order=True), sentences


class _Rule(NamedTuple):
    """When a row of a table is wrong in a column, and the reason by what `key` gives of the row."""

    input: str
    column: str
    broken: pl.Expr
    key: pl.Expr
    reason: Callable[[Any], Spoken]


def _found(
    checks: Sequence[Check],
    tables: Mapping[str, pl.DataFrame],
    registers: Mapping[str, Path],
    faults: Sequence[Fault],
) -> Iterator[_Rule]:
    told: dict[tuple[str, str], list[int]] = {}
    for fault in faults:
        told.setdefault((fault.input, fault.column), []).extend(fault.reasons)
    for check in (one for one in checks if not one.empties):
        for broken, reason in _broken(check, tables, registers):
            new = ~pl.col("_row").is_in(told.get((check.input, check.column), []))  # one reason a cell
            yield _Rule(check.input, check.column, broken & new, pl.lit(0), lambda _, reason=reason: reason)  # type: ignore[misc]
        if check.unique:
            column = pl.col(check.column)
            twin = pl.concat_str("_file", pl.lit("\n"), "_row").first().over(check.column)
            repeated = column.is_not_null() & ~column.is_first_distinct()
            rule = _message(check, N_("Une valeur unique est attendue."))
            yield _Rule(check.input, check.column, repeated, twin, partial(_twin, rule))
    for fault in faults:
        row = pl.col("_row")
        wrong = row.is_in(list(fault.reasons))
        if fault.file is not None:
            wrong &= pl.col("_file") == fault.file
        yield _Rule(fault.input, fault.column, wrong, row, fault.reasons.__getitem__)


def _twin(rule: Spoken, first: str) -> Spoken:
    return N_("{rule} La valeur est déjà celle de {place}.", rule=rule, place=_place(first))


def _place(first: str) -> Spoken:
    file, _, row = first.rpartition("\n")
    return N_("{file}, ligne {row}", file=file, row=row)


def _message(check: Check, otherwise: Spoken) -> Spoken:
    """Give what a source says of a rule of its own, else what rules of that kind say."""
    return Message(check.message) if check.message else otherwise


def _broken(
    check: Check, tables: Mapping[str, pl.DataFrame], registers: Mapping[str, Path]
) -> list[tuple[pl.Expr, Spoken]]:
    """Return the conditions under which a row breaks a rule, each with its reason.

    An empty cell breaks only `required`, whose reason is its own: a source's message says what a value must be.
    """
    column = pl.col(check.column)
    found: list[tuple[pl.Expr, Spoken]] = []
    if check.pattern is not None:
        found.append((~column.str.contains(check.pattern), N_("La valeur n'a pas la forme attendue.")))
    if check.day:
        day = column.str.to_date("%Y-%m-%d", strict=False)
        wrong = column.is_not_null() & (day.is_null() | (column.str.len_chars() != 10))
        found.append((wrong, N_("Une date s'écrit AAAA-MM-JJ, et c'est un jour qui existe.")))
    if check.number or check.minimum is not None or check.maximum is not None:
        number = column.cast(pl.Float64, strict=False)
        found.append(
            (column.is_not_null() & ~number.is_finite().fill_null(False), N_("Un nombre est attendu."))
        )
        if check.minimum is not None:
            found.append(
                (number < check.minimum, N_("La valeur est sous {bound}.", bound=f"{check.minimum:g}"))
            )
        if check.maximum is not None:
            found.append(
                (number > check.maximum, N_("La valeur dépasse {bound}.", bound=f"{check.maximum:g}"))
            )
    if check.values is not None:
        found.append(
            (
                ~column.is_in(check.values),
                N_("La valeur n'est pas l'une de {values}.", values=", ".join(check.values)),
            )
        )
    if check.listed_in is not None:
        known = _listed(check, tables, registers)
        found.append((~column.is_in(known.implode()), N_("Ce code est inconnu.")))
    said = [(broken.fill_null(False), _message(check, reason)) for broken, reason in found]
    return [(column.is_null(), N_("La valeur manque.")), *said] if check.required else said


def _listed(check: Check, tables: Mapping[str, pl.DataFrame], registers: Mapping[str, Path]) -> pl.Series:
    assert check.listed_in is not None
    table, _, column = check.listed_in.partition(".")
    if table in tables:
        frame = tables[table].lazy()
    elif table in registers:
        frame = pl.scan_parquet(registers[table])
    else:
        hint = nearest(table, [*tables, *registers])
        raise SourceError(
            N_(
                "La règle sur « {column} » cherche dans « {table} », qui n'est pas chargée{hint}.",
                column=check.column,
                table=table,
                hint=hint,
            )
        )
    names = frame.collect_schema().names()
    if column not in names:
        hint = nearest(column, names)
        raise SourceError(
            N_(
                "La règle sur « {column} » cherche une colonne « {listed_in} » absente{hint}.",
                column=check.column,
                listed_in=check.listed_in,
                hint=hint,
            )
        )
    return frame.select(column).collect().to_series().drop_nulls().unique()
