"""What frames hold, told without any data: the name and the type of each column, of the matter's and of derived frames."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import polars as pl
import pyoxigraph as ox

from ...queries.library import Library
from ..region.derived import DERIVED
from ..region.view import RegionView, tidy

_PREFIX = "matter-"


@cache
def frames() -> Mapping[str, Mapping[str, pl.DataType]]:
    """Give the columns of each frame that a formula can name, with their types.

    >>> list(frames()["jobs"])
    ['zone', 'sector', 'year', 'value', 'status', 'evidence', 'source']
    >>> "family" in frames()["programme-families"]
    True
    """
    nothing = ox.Store()
    empty = {}
    for name, query in Library().items():
        if name.startswith(_PREFIX):
            found = nothing.query(query.text)
            assert isinstance(found, ox.QuerySolutions)
            header = ",".join(one.value for one in found.variables)
            empty[name.removeprefix(_PREFIX)] = tidy(f"{header}\r\n".encode(), query.columns)
    # What is derived of nothing has the columns of the rest.
    matter = RegionView(None, None, "", frames=empty)
    empty |= {name: matter.once(make) for name, make in DERIVED.items()}
    return MappingProxyType({name: dict(frame.schema) for name, frame in sorted(empty.items())})
