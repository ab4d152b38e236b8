"""The data directory, told without the packages that check settings where no other setting is given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

PREFIX = "ANCRAGE_"
OTHERS = frozenset(["ANCRAGE_DEBUG", "ANCRAGE_OFFICIAL_DATA"])
"""Variables of this prefix that are not settings of the service."""


def default_data_dir() -> Path:
    """Give the folder used when neither `ANCRAGE_DATA_DIR` nor `--data-dir` names one (XDG on Linux).

    >>> default_data_dir().name
    'ancrage'
    """
    return user_data_path("ancrage", appauthor=False)


def sole_folder(environment: Mapping[str, str]) -> Path | None:
    """Give the data directory where it is the only setting that is given; None where others are, which are to be checked.

    >>> sole_folder({"ANCRAGE_DATA_DIR": "/srv/ancrage"}), sole_folder({"ANCRAGE_STORE": "https://example.org/sparql"})
    (PosixPath('/srv/ancrage'), None)
    """
    given = {name.upper(): value for name, value in environment.items() if name.upper().startswith(PREFIX)}
    folder = given.pop(PREFIX + "DATA_DIR", "")
    if given.keys() - OTHERS:
        return None
    return Path(folder) if folder else default_data_dir()
