"""Sentences, numbers and dates in the languages of the catalogues: the French source strings, and `locale/<language>/`."""

from .catalogues import SOURCE, languages, own_name
from .errors import AncrageError
from .messages import EMPTY, N_, NN_, Message, Named, Said, Spoken, gettext, ngettext, pgettext
from .numbers import Listed, Number, Percent, date, listed, number, numeral, percent

__all__ = [
    "EMPTY",
    "NN_",
    "N_",
    "SOURCE",
    "AncrageError",
    "Listed",
    "Message",
    "Named",
    "Number",
    "Percent",
    "Said",
    "Spoken",
    "date",
    "gettext",
    "languages",
    "listed",
    "ngettext",
    "number",
    "numeral",
    "own_name",
    "percent",
    "pgettext",
]
