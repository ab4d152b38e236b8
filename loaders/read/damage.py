"""What a conversion or a hand damaged in the cells of any source, told at the cell.

Letters that were read in a wrong encoding (« UniversitÃ© », « Soci√©t√© ») are put back, and in partners' tables signs that a
page wrote (« R&amp;D ») and apostrophes that an export lost (« Laboratoire dInformatique »); signs that XML cannot hold become
spaces, which is not told. Official numbers whose check digit is wrong, and those that a spreadsheet wrote as a power
(« 3,44162E+13 »), are left as they are: they link nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import polars as pl

from ...graph.shacl.own_terms import UNWRITABLE
from ...words import EMPTY, N_, NN_, Spoken
from ..register.identifiers import is_sound
from ..sources.names import with_signs
from .headers import Place, plain_cell
from .texts import text_columns

NUMBERS = ("siren", "siret", "uai")
"""Columns of numbers that have a check digit, by the name that declarations of sources give them."""
_SCHEMES = {9: "siren", 14: "siret"}
"""What a number is by its length: a column of SIRET may hold SIREN."""
_SUSPECT = r"[ÃÂ][\x{0080}-\x{00BF}\x{0152}\x{0160}\x{0178}\x{017D}\x{0192}\x{02C6}\x{02DC}\x{2013}-\x{2122}]|â€|√|¬|≈|ƒ|Œ"
_LOST = (
    r"(?i:&(?:[a-z]{2,8}|#x?[0-9a-f]{2,5});)|\p{L}[ (,-] ?[dl][AEIOUYHÀÂÉÈÊÎÔ]\p{Ll}{2}"
    r"|^\s*[-–/]\s+\p{L}|\w\s+[-–/]\s*$"
)
"""Where a page's signs, an apostrophe that an export lost or a loose sign may be: `with_signs` tells."""
_RETURN = r"[ \t]*_x000[dD]_\s*"
"""An end of line as spreadsheets write it in a file, which others read as letters."""
_POWER = r"[0-9][,.][0-9]+[eE]\+?[0-9]+"
_SHAPED = r"[0-9]{9}|[0-9]{14}|[0-9]{7}[A-Z]"


def restore_letters(
    table: pl.DataFrame, *, signs: bool = False, place: Place = plain_cell
) -> tuple[pl.DataFrame, list[Spoken]]:
    """Put back the letters of a raw table that were read in a wrong encoding; one sentence a column that had some.

    `signs` puts back what `with_signs` does, too: not where identifiers are made of names as they are written.
    `place` says where a cell is.

    >>> import polars as pl
    >>> table = pl.DataFrame({"_file": ["a.csv"], "_row": [2], "label": ["UniversitÃ© de Grenoble"]})
    >>> restored, told = restore_letters(table)
    >>> restored["label"][0], told[0]["en"]
    ('Université de Grenoble', 'a.csv, row 2, column “label”: “UniversitÃ© de Grenoble” is read “Université de Grenoble”.')
    """
    told: list[Spoken] = []
    for pattern in (_RETURN, UNWRITABLE):
        if found := text_columns(table, pattern):
            table = table.with_columns(pl.col(found).str.replace_all(pattern, " "))
    suspect = f"{_SUSPECT}|{_LOST}" if signs else _SUSPECT
    for column in text_columns(table, suspect):
        texts = table[column].drop_nulls().unique()
        new = {
            text: fixed
            for text in texts.filter(texts.str.contains(suspect))
            if (fixed := _fixed(with_signs(text) if signs else text)) != text
        }
        if new:
            file, row, value, others = _first(table, column, pl.col(column).is_in([*new]))
            table = table.with_columns(pl.col(column).replace(new))
            told.append(
                N_(
                    "{cell} : « {value} » est lu « {fixed} »{others}.",
                    cell=place(file, column, row), value=value, fixed=new[value], others=others,
                )
            )  # fmt: skip
    return table, told


def wrong_numbers(
    table: pl.DataFrame, checked: Collection[str] = (), *, place: Place = plain_cell
) -> Iterator[Spoken]:
    """Yield one sentence a column of official numbers that has some whose check digit is wrong, or that a spreadsheet broke.

    Those that a spreadsheet broke are left out in the columns `checked`, whose form a check of the source tells.

    >>> import polars as pl
    >>> table = pl.DataFrame({"_file": ["a.csv"] * 2, "_row": [2, 3], "siret": ["13002608100013", "3,44162E+13"]})
    >>> [sentence["en"] for sentence in wrong_numbers(table)]
    ['a.csv, row 3, column “siret”: “3,44162E+13”, broken by a spreadsheet, links nobody.']
    """
    for column in (name for name in NUMBERS if name in table.columns):
        values = table[column].drop_nulls().unique()
        unsound = [one for one in values if not is_sound(_SCHEMES.get(len(one.strip()), column), one.strip())]
        for shape in (_SHAPED,) if column in checked else (_POWER, _SHAPED):
            wrong = [one for one in unsound if re.fullmatch(shape, one.strip())]
            if not wrong:
                continue
            file, row, value, others = _first(table, column, pl.col(column).is_in(wrong))
            cell = {"cell": place(file, column, row), "value": value, "others": others}
            if shape == _POWER:
                yield N_(
                    "{cell} : « {value} », abîmé par un tableur, ne rapproche personne{others}.",
                    **cell,
                )
            else:
                yield N_(
                    "{cell} : la clé de « {value} » est fausse, il ne rapproche personne{others}.",
                    **cell,
                )


def _fixed(text: str) -> str:
    from ftfy import fix_encoding  # its tables of letters take a tenth of a second

    fixed = fix_encoding(text)
    if fixed != text:
        return fixed
    try:
        return text.encode(
            "mac_roman"
        ).decode()  # « Universit√§t », where one letter alone says it: nothing else is UTF-8 so
    except UnicodeError:
        return text


def _first(table: pl.DataFrame, column: str, which: pl.Expr) -> tuple[str, int, str, Spoken]:
    """Return the file, row and value of the first cell, and how many others there are, said."""
    rows = table.filter(which).select("_file", "_row", column)
    file, row, value = rows.row(0)
    left = rows.height - 1
    return file, row, value, NN_(" (et {n} autre)", " (et {n} autres)", left) if left else EMPTY
