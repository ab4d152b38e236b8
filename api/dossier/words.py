"""Words of dossiers: dates, and what is said of examples that are made up."""

from __future__ import annotations

from ...words import N_, NN_, Spoken, date
from ..render.blocks.tables import Table
from ..web.negotiation import Language

#: What a zero says, and what it does not.
ZERO = N_(
    "compté, et les sources chargées n’en situent aucun ici ; ce dont le lieu n’est pas "
    "connu n’est compté nulle part"
)


def why_empty(made: Table, made_up: int) -> Spoken:
    """Say why a table is empty; that only examples would be in it is one of the reasons."""
    if not made_up:
        return made.empty
    return NN_(
        "Rien n’est connu ici. {n} exemple illustratif, inventé, n’est pas dans ce dossier.",
        "Rien n’est connu ici. {n} exemples illustratifs, inventés, ne sont pas dans ce dossier.",
        made_up,
    )


def counted_apart(rows: int, made_up: int, *, shown: bool) -> Spoken:
    """Count illustrative rows apart from the others."""
    if shown:
        real = rows - made_up
        s = plural(made_up)
        return NN_(
            "{n} ligne d’une source, et {made_up} illustrative{s}, inventée{s} pour l’exemple.",
            "{n} lignes d’une source, et {made_up} illustrative{s}, inventée{s} pour l’exemple.",
            real,
            made_up=made_up,
            s=s,
        )
    return NN_(
        "{n} exemple illustratif en plus, hors de ce dossier.",
        "{n} exemples illustratifs en plus, hors de ce dossier.",
        made_up,
    )


def plural(count: int) -> str:
    """Give the mark of a plural.

    >>> plural(1), plural(2)
    ('', 's')
    """
    return "s" if count > 1 else ""


def date_of(created: str, language: Language) -> str:
    """Write a date, with or without an hour; what is none is left as it is.

    >>> date_of("2026-11-24T23:31:54", "fr"), date_of("2026-11-24", "en"), date_of("", "fr")
    ('24 novembre 2026', '24 November 2026', '')
    """
    return date(created, language)
