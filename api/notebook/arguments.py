"""Arguments of the face for Python, refused in one sentence before anything is computed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from math import isfinite

from ...words import EMPTY, N_, SentenceError, Spoken


class BadArgument(SentenceError, ValueError):  # noqa: N818
    """A value that an argument does not take; keeps the `name` of the argument and what was `given`.

    >>> BadArgument("radius", "x", N_("un nombre plus grand que 0")).told("fr")
    "radius est un nombre plus grand que 0 ; pas 'x'."
    """

    code = "bad-argument"

    def __init__(self, name: str, given: object, takes: Spoken) -> None:
        self.name, self.given = name, given
        super().__init__(N_("{name} est {takes} ; pas {given}.", name=name, takes=takes, given=repr(given)))


def choices(name: str, given: str | Collection[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """Give the values of an argument that takes some of those `known`, all of them for None; raises BadArgument.

    >>> choices("kinds", "link", ("tie", "link"))
    ('link',)
    >>> choices("kinds", ["acces"], ("tie", "access"))
    Traceback (most recent call last):
    ancrage.api.notebook.arguments.BadArgument: kinds est fait de tie, access (le plus proche est « access ») ; pas 'acces'.
    """
    if given is None:
        return tuple(known)
    if not isinstance(given, Collection):
        raise BadArgument(name, given, N_("fait de {known}{near}", known=", ".join(known), near=EMPTY))
    wanted = (given,) if isinstance(given, str) else tuple(given)
    for one in wanted:
        if one not in known:
            near = get_close_matches(str(one), known, n=1)
            told = N_(" (le plus proche est « {name} »)", name=near[0]) if near else EMPTY
            raise BadArgument(name, one, N_("fait de {known}{near}", known=", ".join(known), near=told))
    return wanted


def positive(name: str, given: object) -> None:
    """Refuse what is no number above 0; raises BadArgument.

    >>> positive("radius", 30)
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or not isfinite(given) or given <= 0:
        raise BadArgument(name, given, N_("un nombre plus grand que 0"))


def count(name: str, given: object) -> None:
    """Refuse what is no whole number from 1; raises BadArgument.

    >>> count("draws", 199)
    """
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise BadArgument(name, given, N_("un nombre entier, 1 au moins"))


def share(name: str, given: object) -> None:
    """Refuse what is no number between 0 and 1; raises BadArgument.

    >>> share("level", 0.95)
    """
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1:
        raise BadArgument(name, given, N_("un nombre entre 0 et 1"))
