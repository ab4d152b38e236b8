"""Sentences, numbers and dates in the languages of the catalogues: the French source strings, and `locale/<language>/`."""

from .catalogues import DECLARED, SOURCE, country_name, languages, own_name
from .errors import AncrageError, SentenceError
from .french import at_name, first_upper, of_name, of_territory, organization_name, territory_name
from .letters import unaccented
from .marks import percent_sign
from .messages import EMPTY, N_, NN_, Message, Named, Said, Spoken, gettext, ngettext, pgettext
from .numbers import (
    Listed,
    Number,
    Percent,
    date,
    decimals_beside,
    join_words,
    month,
    month_names,
    number,
    numeral,
    percent,
    weekdays,
)

__all__ = [
    "DECLARED",
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
    "SentenceError",
    "Spoken",
    "at_name",
    "country_name",
    "date",
    "decimals_beside",
    "first_upper",
    "gettext",
    "join_words",
    "languages",
    "month",
    "month_names",
    "ngettext",
    "number",
    "numeral",
    "of_name",
    "of_territory",
    "organization_name",
    "own_name",
    "percent",
    "percent_sign",
    "pgettext",
    "territory_name",
    "unaccented",
    "weekdays",
]
