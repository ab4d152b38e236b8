"""The language of the command line and of Python: that of the locale, where the catalogues have it, else French."""

from __future__ import annotations

import os
from collections.abc import Mapping

from .catalogues import SOURCE, languages

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def language(environment: Mapping[str, str] | None = None) -> str:
    """Give the language of messages: the first of LC_ALL, LC_MESSAGES and LANG that is set tells it.

    `C` and `POSIX` name no language, and one without a catalogue cannot be spoken: French, in which sentences are written.

    >>> language({"LC_ALL": "", "LANG": "en_GB.UTF-8"}), language({"LANG": "C.UTF-8"}), language({"LANG": "it_IT"}), language({})
    ('en', 'fr', 'fr', 'fr')
    """
    given = os.environ if environment is None else environment
    locale = next((given[name] for name in _VARIABLES if given.get(name)), "")
    code = locale.partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return code if code in languages() else SOURCE
