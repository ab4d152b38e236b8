"""What names are reconciled with, of one snapshot: the register of organisations, the names of territories, what each is."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from ...loaders.publish.register import NoSourcesError, register_in
from ...loaders.register.linkage import Register
from ...words import N_
from ..reading.names import Index, Named
from ..reading.publication import Service, begin_reading
from ..reading.solutions import Reading
from ..web.links import BASE, DEFINITIONS, local_name
from ..web.snapshot_cache import SnapshotCache
from .request import refusal
from .types import type_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entities:
    """Organisations and territories of a snapshot.

    Attributes:
        snapshot: its id.
        names: what things are called, as pages show them.
        classes: the class of organisations, and of communes that are no more, by path.
        bodies: the register; None where no source is loaded.
    """

    snapshot: str
    names: Index
    classes: Mapping[str, str]
    bodies: Register | None

    @property
    def register(self) -> Register:
        """The register; raises BadRequest (503) where no source is loaded."""
        if self.bodies is None:
            message = N_("Aucune source n’est chargée ici : les organismes sont ceux des sources.")
            raise refusal(message, 503)
        return self.bodies

    def named(self, path: str) -> Named | None:
        """Give the name of a thing by its path; None for one that the snapshot has not."""
        return self.names.named(BASE + path)

    def name(self, path: str) -> str:
        """Name a thing by its path: as pages do, else as the register does, else by the end of its path."""
        if known := self.named(path):
            return known.label
        record = self.bodies.records.get(path) if self.bodies else None
        return next(iter(record.names), "") if record else local_name(path)

    def type(self, path: str) -> str:
        """Give the narrowest type of a thing."""
        return type_of(path, self.classes)

    def find(self, text: str) -> str | None:
        """Give the path of a thing that an identifier names: its path or its IRI; that of its body for a record."""
        path = text.removeprefix(BASE).removeprefix("/")
        if self.named(path):
            return path
        return self.bodies.body(path) if self.bodies else None

    @cached_property
    def territories(self) -> Mapping[str, Sequence[Named]]:
        """Territories by their names and their codes, in their comparable form."""
        found: dict[str, list[Named]] = defaultdict(list)
        for thing in self.names.things:
            if thing.kind == "territoires":
                for name in thing.folded:
                    found[name].append(thing)
        return found


class Reconciliation:
    """Keeps the entities of the current snapshot; the register is made again only where its sources are others."""

    def __init__(self, service: Service, folder: Path) -> None:
        self._service, self._folder = service, folder
        self._register = SnapshotCache[Register | None]()
        self._entities = SnapshotCache[Entities]()
        self._turn = asyncio.Lock()

    async def current(self) -> Entities:
        """Give the entities of the current snapshot on the event loop; while one request has them made, others hold no thread.

        Raises as `entities`.
        """
        made = self._entities.find(self._service.pool.snapshot().id)
        if made is not None:
            return made
        async with self._turn:
            return await run_in_threadpool(self.entities)

    def entities(self) -> Entities:
        """Give the entities of the current snapshot, made if need be; raises NoSnapshot, and what the pool raises."""
        reading = begin_reading(self._service)
        return self._entities.of(reading.snapshot, lambda: self._made(reading))

    def _made(self, reading: Reading) -> Entities:
        manifest = self._service.pool.snapshot().manifest
        sources = json.dumps(manifest.get("inputs", {}).get("sources", {}), sort_keys=True)
        rows = reading.apart().facts("reconciliation/classes").rows
        classes = {row["thing"].removeprefix(BASE): row["class"].removeprefix(DEFINITIONS) for row in rows}
        made = Entities(
            reading.snapshot,
            self._service.names.of(reading),
            classes,
            self._register.of(sources, self._read),
        )
        assert made.territories is not None  # made with it, not by the first who asks
        return made

    def _read(self) -> Register | None:
        try:
            return register_in(self._folder)
        except NoSourcesError as error:
            log.warning("%s", error)
            return None


def reconciliation_of(app: FastAPI) -> Reconciliation:
    """Give what the application reconciles names with."""
    made: Reconciliation = app.state.reconciliation
    return made
