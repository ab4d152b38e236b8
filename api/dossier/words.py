"""Words of dossiers: dates, and what is said of examples that are made up."""

from __future__ import annotations

from ...words import date
from ..render.blocks.tables import Table
from ..web.negotiation import Language

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

#: What a zero says, and what it does not.
ZERO = (
    "compté, et les sources chargées n’en situent aucun ici ; ce dont le lieu n’est pas connu n’est compté nulle part",
    "counted, and the loaded sources place none here; what has no known place is counted nowhere",
)


def why_empty(made: Table, made_up: int) -> tuple[str, str]:
    """Say why a table is empty; that only examples would be in it is one of the reasons."""
    if not made_up:
        return made.empty
    return (
        f"Rien n’est connu ici. {made_up} exemple{plural(made_up)} illustratif{plural(made_up)}, inventé{plural(made_up)}, "
        f"n’{'est' if made_up == 1 else 'sont'} pas dans ce dossier.",
        f"Nothing is known here. {made_up} illustrative example{plural(made_up)}, made up, "
        f"{'is' if made_up == 1 else 'are'} left out of this dossier.",
    )


def counted_apart(rows: int, made_up: int, *, shown: bool) -> tuple[str, str]:
    """Count illustrative rows apart from the others."""
    if shown:
        real = rows - made_up
        s = plural(made_up)
        return (
            f"{real} ligne{plural(real)} d’une source, et {made_up} illustrative{s}, inventée{s} pour l’exemple.",
            f"{real} row{'' if real == 1 else 's'} from a source, and {made_up} illustrative, made up for the example.",
        )
    return (
        f"{made_up} exemple{plural(made_up)} illustratif{plural(made_up)} en plus, hors de ce dossier.",
        f"{made_up} illustrative example{plural(made_up)} more, left out of this dossier.",
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
