"""What the first visitors of a publication need not wait for: read at the start, and again after each swap."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from ..graph.region.names import UnknownName
from ..graph.snapshots.snapshot import Snapshot
from .analysis.analyses import Analyses
from .maps import atlas
from .ontology_pages.rules import shapes
from .ontology_pages.schemes import schemes
from .pages.actor.matter import Actors
from .pages.agenda.reading import Agendas
from .pages.missing import pages as missing_pages
from .pages.territory.matter import Portraits
from .pages.territory.outside_context import ASKED
from .pages.value_chain import reading as chain_reading
from .precompute.watcher import Job
from .reading.publication import Service, begin_reading
from .reading.solutions import Reading
from .reconciliation.entities import Reconciliation
from .render.rendering import templates
from .web.page_cache import package_time

#: Regions whose pages are read ahead: those with most sites.
REGIONS = 3


class Warming:
    """Reads the names and the answers of the largest pages whenever another snapshot is published, one question at a time."""

    def __init__(
        self,
        service: Service,
        analyses: Analyses | None = None,
        portraits: Portraits | None = None,
        maps: Analyses | None = None,
        actors: Actors | None = None,
        agendas: Agendas | None = None,
        reconciliation: Reconciliation | None = None,
    ) -> None:
        self._service, self._analyses = service, analyses
        self._portraits, self._maps, self._actors, self._agendas = portraits, maps, actors, agendas
        self._reconciliation = reconciliation
        self._closed = False
        self.warmed = ""
        """Id of the snapshot read last."""
        self.job = Job("warming", lambda one: self._closed or one.id == self.warmed, self._read)

    def close(self) -> None:
        """Stop after the question being asked."""
        self._closed = True

    def _read(self, snapshot: Snapshot) -> None:
        for once in (package_time, shapes, schemes, templates):  # the package's own files
            once()
        for _ in steps(self._service, begin_reading(self._service)):
            if self._closed:
                return
        if self._actors is not None:
            self._actors.warm()
        if self._agendas is not None:
            self._agendas.warm()
        if self._analyses is not None:
            self._analyses.warm()
        if self._portraits is not None:
            with suppress(UnknownName, ValueError):  # without the region there are no portraits
                self._portraits.warm()
                if (seen := self._portraits.found(snapshot.id)) is not None:
                    missing_pages.warm(seen)
        if self._maps is not None:
            with suppress(UnknownName):  # nor are there maps
                self._maps.ahead(atlas.warm)
            self._maps.ahead(chain_reading.warm)
        if self._reconciliation is not None:
            self._reconciliation.entities()
        settle()
        self.warmed = snapshot.id


def settle() -> None:
    """Leave what was read out of later sweeps for garbage: hundreds of thousands of objects that last a publication."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def steps(service: Service, reading: Reading) -> Iterator[str]:
    """Read ahead, one thing at a time; yield what was read."""
    service.names.of(reading)
    yield "names"
    for name in ("home/counts", "chain/list"):
        reading.block(name)
        yield name
    sites: Counter[str] = Counter()
    for row in reading.block("home/departments").rows:
        if "region" in row:
            sites[row["region"]] += int(row["value"])
    yield "home/departments"
    for region, _ in sites.most_common(REGIONS):
        for name in ASKED:
            reading.block(f"territory/{name}", place=region)
            yield f"{region} {name}"
