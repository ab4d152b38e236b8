"""Places of forms, and organisations of accounts: of the current publication, or of the last while it is read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress

import polars as pl

from ...graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ...graph.region.gazetteer import Gazetteer, Territory
from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.suggestions.directory import Directory
from ...words import Named
from ..analysis.analyses import Analyses

_RARELY = 60.0
"""Seconds between two readings that no form waits for: each takes seconds of processor, and people publish all the time."""
Reading = tuple[str, Gazetteer, Mapping[str, Named]]
"""A snapshot, its gazetteer, and the names of its scientific domains by path."""
_DOMAINS = "field/mesr/"


class Places:
    """The gazetteer that forms ask: names hardly change, so that no form waits until a new publication is read.

    One reading serves all who wait; `deadline` is how long they do, in seconds.
    """

    def __init__(self, maps: Analyses, deadline: float) -> None:
        self._maps, self._deadline = maps, deadline
        self._last: Reading | None = None
        self._next: Future[Reading] | None = None
        self._began = float("-inf")
        self._names: dict[str, str] = {}

    async def territory(self, text: str) -> Territory:
        """Find a territory; raises as `Gazetteer.territory`, NoSnapshot, and QueryTimeout where the first reading is long."""
        last = self._last
        fresh = last is not None and last[0] == self._maps.snapshot
        try:
            if last is not None:
                if not fresh and time.monotonic() - self._began >= _RARELY:
                    self._begin()
                return last[1].territory(text)
        except UnknownName:
            if fresh:
                raise
        return (await self._following()).territory(text)

    async def precise(self, path: str, label: str, language: str) -> str:
        """Write the territory of a path as `Gazetteer.precise`; by a label where none is known, or read in time."""
        try:
            gazetteer = self._last[1] if self._last is not None else await self._following()
        except (NoSnapshot, PoolBusy, QueryTimeout):
            return label
        found = gazetteer.get(path)
        return label if found is None else gazetteer.precise(found, language)

    def _begin(self) -> Future[Reading]:
        if self._next is None or self._next.done():
            self._began = time.monotonic()
            self._next = self._maps.begin(self._read)
        return self._next

    async def _following(self) -> Gazetteer:
        try:
            _, gazetteer, _ = await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(self._begin())), self._deadline
            )
        except TimeoutError:
            raise QueryTimeout(self._deadline) from None
        return gazetteer

    async def domains(self, *, wait: bool) -> Mapping[str, Named]:
        """Name the scientific domains of research units, by path; none until the region was read, which may be waited for."""
        if self._last is None and wait:
            with suppress(NoSnapshot, PoolBusy, QueryTimeout):
                await self._following()
        if self._last is None:
            self._begin()
            return {}
        return self._last[2]

    async def organization(self, path: str, client: str) -> str:
        """Name an organisation, as it was named last; by its path where the region cannot be read now."""
        if path not in self._names:
            try:
                name: str = await self._maps.run(lambda view: Directory.of(view).label(path), client=client)
            except (NoSnapshot, PoolBusy, QueryTimeout):
                return path
            self._names[path] = name
        return self._names[path]

    def _read(self, view: RegionView) -> Reading:
        self._names = {}  # they may be others now
        gazetteer = Gazetteer.of(view)
        _ = gazetteer.by_postcode  # read here: the event loop asks nothing of a snapshot
        named = view.frame("concepts").filter(pl.col("concept").str.starts_with(_DOMAINS))
        rows = named.unique("concept", keep="first").select("concept", "label", "english").iter_rows()
        self._last = view.snapshot, gazetteer, {path: Named(label, english) for path, label, english in rows}
        return self._last
