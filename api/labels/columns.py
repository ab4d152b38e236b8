"""Columns of files: what each holds and its heading, for those that are neither blocks nor answers of questions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ...queries.columns import Variable
from ...words import Named


@cache
def columns_of(file: str) -> Mapping[str, Variable]:
    """Read the columns of a kind of file, in their order, from `columns.toml`.

    >>> columns_of("flows")["interactions"].heading["en"]
    'interactions'
    """
    declared = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[file]
    return MappingProxyType(
        {name: Variable(one["type"], Named(one["fr"], one["en"])) for name, one in declared.items()}
    )
