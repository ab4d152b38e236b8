"""The matter of the analysis: what the graph holds of a region, as frames, read once a snapshot.

Gaps, synergies, suggestions and indicators are functions of a `RegionView`, so a scenario is another matter: the same
frames with some rows changed (`with_frames`), and nothing is written. Each frame is the answer of one named
question (`queries/matter/`). IRIs of the graph are written without their beginning, as paths
("territory/epci/200040715"); an empty evidence status is "documented". A row that puts a thing at a place is as firm as
the weaker of two statements, that of the thing and that of its place.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType
from typing import Any, TypeVar, cast

import polars as pl

from ...ontology.vocabulary import ID
from ...queries.columns import Variable, variable
from ...queries.library import Library
from ..columns.relations import NotExact
from ..snapshots.reader import LocalReader, Reader
from .bordering import bordering_departments
from .firmness import less_firm
from .frame_cache import FrameCache, Unkept
from .levels import REGION as REGION
from .stopping import look

_AROUND = frozenset({"matter-places", "matter-parts"})
"""Questions asked of the bordering départements too, so that supply, people and distances are there on both sides of an edge."""

_GROUND = frozenset(
    {f"matter-{name}" for name in ("communes", "places", "parts", "former", "territories", "postcodes")}
)
"""Questions about territories, asked of facts alone: what is invented stands on the ground, and changes none of it."""

_LIBRARY = Library()

T = TypeVar("T")


class RegionView:
    """Frames of a snapshot: places, programmes, units, interactions, hirings…; each is read when first used.

    Args of `of`: `within` is the territory whose places are read; `illustrative` adds the illustrative graphs, which
    enter no indicator unless asked for, and no territory. `snapshot` is the id of the snapshot, `scenario` the name of
    what was changed.
    `hurried`: what takes long and is only told beside results is read where it is kept, and not made.

    >>> matter = RegionView(None, (), "s1", frames={"jobs": pl.DataFrame({"zone": ["territory/zone/1"]})})
    >>> matter.frame("jobs").height, matter.with_frames(jobs=pl.DataFrame()).frame("jobs").height
    (1, 0)
    """

    def __init__(
        self,
        reader: Reader | None,
        graphs: Sequence[str] | None,
        snapshot: str,
        *,
        within: str = REGION,
        illustrative: bool = False,
        kept: FrameCache | None = None,
        frames: dict[str, pl.DataFrame] | None = None,
        scenario: str | None = None,
        hurried: bool = False,
    ) -> None:
        self.snapshot, self.within, self.illustrative, self.scenario = (
            snapshot,
            within,
            illustrative,
            scenario,
        )
        self.hurried = hurried
        self._reader, self._graphs, self._kept = reader, graphs, kept
        self._frames = dict(frames or {})
        self._derived: dict[Callable[[RegionView], Any], object] = {}

    @classmethod
    def of(
        cls, reader: LocalReader, *, within: str = REGION, illustrative: bool = False, hurried: bool = False
    ) -> RegionView:
        """Read the matter of a reader's snapshot, from what is kept beside the snapshot where it is and its own store answers."""
        snapshot = reader.snapshot
        made_up = illustrative and snapshot.graphs(
            "illustrative"
        )  # without any, both read the same and keep it once
        graphs = snapshot.graphs("base", "ontology", "illustrative") if made_up else None
        return cls(
            reader,
            graphs,
            snapshot.id,
            within=within,
            illustrative=illustrative,
            kept=(FrameCache if reader.own else Unkept).of(snapshot),
            hurried=hurried,
        )

    def frame(self, name: str) -> pl.DataFrame:
        """Give the frame of the question `matter-NAME`; raises QueryNotFound, Stopped, and what the reader raises."""
        look()
        if name not in self._frames:
            self._frames[name] = self._read(f"matter-{name}")
        return self._frames[name]

    def read_ahead(self, names: Sequence[str]) -> None:
        """Read frames two at a time, the engine leaving the GIL; raises what `frame` raises."""
        self.bordering()  # what others are read around
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(self.frame, names))

    def with_frames(self, scenario: str | None = None, **frames: pl.DataFrame) -> RegionView:
        """Give this matter with other frames in place of some."""
        return RegionView(
            self._reader,
            self._graphs,
            self.snapshot,
            within=self.within,
            illustrative=self.illustrative,
            kept=self._kept,
            frames={**self._frames, **frames},
            scenario=scenario or self.scenario,
            hurried=self.hurried,
        )

    def once(self, make: Callable[[RegionView], T]) -> T:
        """Give what a function makes of this matter alone: it is made once and kept with it; raises Stopped."""
        look()
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast("T", self._derived[make])

    @property
    def beside(self) -> FrameCache | None:
        """What is kept beside the snapshot; None where nothing is."""
        return self._kept

    def has(self, key: str) -> bool:
        """Tell whether what `kept` gives for a key is there."""
        return self._kept is not None and self._kept.find(key) is not None

    def kept(self, key: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Give a frame that costs much to make, kept beside the snapshot; the key tells all that it depends on."""
        frame = self._kept.find(key) if self._kept else None
        if frame is None:
            frame = make()
            if self._kept:
                self._kept.keep(key, frame)
        return frame

    def _read(self, question: str) -> pl.DataFrame:
        query = _LIBRARY[question]
        within = [self.within, *(self.bordering() if question in _AROUND else ())]
        return self._ask(question, query.bind(within=within) if query.parameters else query.bind())

    def bordering(self) -> tuple[str, ...]:
        """List the codes of the départements that border the territory looked at, by the positions of communes."""
        return self.once(_bordering)

    def _inside(self) -> pl.DataFrame:
        """Read the places of the territory looked at, and of the intercommunalities that meet it, with what contains them."""
        return self._ask("matter-parts", _LIBRARY["matter-parts"].bind(within=self.within))

    def _ask(self, question: str, text: str) -> pl.DataFrame:
        graphs = None if question in _GROUND else self._graphs
        key = "\n".join([*(graphs or ()), text])
        frame = self._kept.find(key) if self._kept else None
        if frame is None:
            if self._reader is None:
                raise LookupError(f"there is no reader to ask {question}")
            try:
                body = self._reader.query(text, accept="text/csv", default_graphs=graphs).body
            except NotExact as error:
                raise NotExact(error.reason, question) from None
            frame = tidy(body, _LIBRARY[question].columns)
            if self._kept:
                self._kept.keep(key, frame)
        return frame


def _bordering(matter: RegionView) -> tuple[str, ...]:
    return bordering_departments(matter._inside()["place"].unique().to_list(), matter.frame("communes"))


def tidy(body: bytes, columns: Mapping[str, Variable] = MappingProxyType({})) -> pl.DataFrame:
    r"""Read SPARQL CSV as a frame: paths for IRIs of the graph, numbers and years as the columns of its question say.

    >>> tidy(b"place,value,evidence\r\nhttps://w3id.org/ancrage/id/territory/zone/1,2,\r\n").rows()
    [('territory/zone/1', 2.0, 'documented')]
    >>> tidy(b"unit,evidence,placeEvidence\r\nu,declared,inferred\r\nv,declared,\r\n").rows()
    [('u', 'inferred'), ('v', 'declared')]
    """
    frame = pl.read_csv(io.BytesIO(body), infer_schema=False)
    made = []
    for name in frame.columns:
        column: pl.Expr = pl.when(pl.col(name) != "").then(pl.col(name).str.strip_prefix(ID))
        declared = columns.get(name) or variable(name)
        kind = declared.type if declared else "text"
        if kind == "number":
            column = column.cast(pl.Float64)
        elif kind == "integer":
            column = column.cast(pl.Float64).cast(pl.Int64)
        elif kind == "year":
            column = column.str.slice(0, 4).cast(pl.Int64, strict=False)
        elif name == "evidence":
            column = _status(column).fill_null("documented")
        made.append(column.alias(name))
    tidied = frame.select(made)
    if "placeEvidence" not in tidied.columns:
        return tidied
    both = less_firm(pl.col("evidence"), _status(pl.col("placeEvidence")))
    return tidied.with_columns(evidence=both.fill_null("documented")).drop("placeEvidence")


def _status(column: pl.Expr) -> pl.Expr:
    return column.str.split("/").list.last()
