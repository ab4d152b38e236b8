"""The face for Python and notebooks: one publication, whose portraits, maps, filières and answers show themselves.

Nothing is served, fetched or written; pictures and tables are HTML that needs no network. Portraits, maps and the like
keep their figures as polars frames.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

from ...graph.indicators.cube import Cube
from ...graph.region.gazetteer import Gazetteer
from ...graph.region.names import UnknownName
from ...graph.region.outlines import Outlines
from ...graph.region.view import RegionView
from ...graph.snapshots.reader import LocalReader
from ...graph.sparql.results import Rows
from ...queries.library import Library
from ...queries.query import Chart, without_header
from ..maps.reading import read_map
from ..maps.svg import draw_map, locator_svg
from ..render.charts import draw
from .findings import ReportView, view_of
from .views import Answer, Chain, Indicators, MapView, Outcome, Portrait, frame_of


class OpenGraph:
    """A publication opened for reading; close it, or use it in a `with`.

    `matter`, `ground`, `cube` and `reader` are there for those who want what is beneath.
    """

    def __init__(self, reader: LocalReader, *, illustrative: bool = False) -> None:
        self.reader, self.illustrative = reader, illustrative
        self.matter = RegionView.of(reader, illustrative=illustrative)

    @classmethod
    def at(cls, data_dir: os.PathLike[str] | str | None = None, *, illustrative: bool = False) -> OpenGraph:
        """Open the current publication of a folder (of the settings unless given); raises NoSnapshot."""
        if data_dir is None:
            from ..web.settings import Settings

            data_dir = Settings().data_dir
        return cls(LocalReader.current(Path(data_dir)), illustrative=illustrative)

    @property
    def snapshot(self) -> str:
        """Id of the publication that is read."""
        return self.reader.snapshot.id

    @cached_property
    def ground(self) -> Gazetteer:
        """Communes and territories."""
        return Gazetteer.of(self.matter)

    @cached_property
    def cube(self) -> Cube:
        """Values of all indicators of all territories."""
        return Cube.of(self.reader, illustrative=self.illustrative)

    @property
    def indicators(self) -> Indicators:
        """The indicators that are declared, with their definitions."""
        return Indicators(list(self.cube.indicators.values()))

    def portrait(self, territory: str | int) -> Portrait:
        """Give the latest value of every indicator of a territory (code, path or name); raises UnknownName."""
        place = self.ground.territory(str(territory))
        where = locator_svg(Outlines.of(self.matter), place.id)
        return Portrait(place, tuple(self.cube.values(place.id)), self.snapshot, where)

    def map(
        self, indicator: str, level: str = "epci", within: str | None = None, *, by: str | None = None, period: str | None = None
    ) -> MapView:  # fmt: skip
        """Draw an indicator over the territories of a level (commune, epci, department, zone…) within another.

        Raises UnknownName (indicator, level, territory).
        """
        inside = self.ground.territory(within or self.matter.within).id
        shown = read_map(Outlines.of(self.matter), self.cube, indicator, level, inside, by=by, period=period)
        name = f"carte-{indicator}-{level}"
        svg = draw_map(shown, links=False, heading=[shown.indicator.title["fr"]], name=name)
        return MapView(shown, svg, self.snapshot)

    def gaps(self, territory: str, **options: Any) -> ReportView:
        """Find the gaps of a territory; options are those of `ancrage.graph.analysis.gaps`."""
        from ...graph.gaps import gaps

        return view_of(gaps(self.matter, territory, **options))

    def synergies(self, subject: str, **options: Any) -> ReportView:
        """Find the synergies of a territory or a filière."""
        from ...graph.synergies import synergies

        return view_of(synergies(self.matter, subject, **options))

    def suggest(self, subject: str, count: int | None = None, **options: Any) -> ReportView:
        """Suggest links to an actor, a territory or a request, each with its reasons."""
        from ...graph.suggestions import suggest

        return view_of(suggest(self.matter, subject, count=count, **options))

    def scenario(
        self, *assumptions: str | Path | Mapping[str, Any], territories: Sequence[str] | None = None
    ) -> Outcome:
        """Compare figures before and after a scenario: a file, a dictionary, or assumptions, one line each.

        Raises ScenarioError, which names the assumption. Nothing is written.
        """
        from ...graph.scenarios.comparison import compare
        from ...graph.scenarios.reading import read_scenario

        first = assumptions[0] if assumptions else {}
        if len(assumptions) == 1 and not isinstance(first, str):
            scenario = read_scenario(first)
        else:
            lines = [str(one) for one in assumptions]
            scenario = read_scenario({"name": "carnet", "label": " ; ".join(lines), "assumptions": lines})
        return Outcome(compare(self.matter, scenario, territories))

    def filiere(self, chain: str) -> Chain:
        """Give a filière (its short name, path or label): its links, and who does what at each; raises UnknownName."""
        rows = self.matter.frame("chains")
        names = dict(rows.select("chain", "chainLabel").unique().sort("chain").iter_rows())
        found = [
            path
            for path, label in names.items()
            if chain in (path, path.rsplit("/", 1)[-1], label) or chain.endswith(f"/id/{path}")
        ]
        if not found:
            raise UnknownName("chain", chain, [(label, path) for path, label in names.items()])
        path = found[0]
        words = dict(self.matter.frame("concepts").select("concept", "label").iter_rows())
        own = rows.filter(pl.col("chain") == path)
        links = own.select("stage", "stageLabel", "activity").unique().sort("stage", "activity")
        members = self.matter.frame("members").filter(pl.col("chain") == path)
        members = members.with_columns(
            does=pl.col("function").replace(words),
            link=pl.col("stage").replace(words).fill_null("maillon non précisé"),
        )
        counts = (
            members.unique(["member", "does", "link"]).group_by("link", "does").len("n").sort("link", "does")
        )
        picture = draw(
            Rows(["maillon", "fonction", "membres"], [list(row) for row in counts.iter_rows()]),
            Chart("bar", "maillon", "membres", "fonction"),
            f"{names[path]} : membres par maillon et par fonction",
        )
        return Chain(path, names[path], links, members, picture.svg if counts.height else "", self.snapshot)

    def query(self, name: str, **parameters: object) -> Answer:
        """Ask a named question (see /queries) with its parameters; raises QueryNotFound, ParameterError."""
        question = Library()[name]
        graphs = None
        if "illustrative" in question.graphs:
            graphs = self.reader.snapshot.graphs("base", "ontology", "illustrative")
        text = without_header(question.bind(**parameters))
        body = self.reader.query(text, accept="application/sparql-results+json", default_graphs=graphs).body
        return Answer(question, parameters, Rows.from_json(body).in_one_language(), self.snapshot)

    def sparql(self, text: str) -> pl.DataFrame:
        """Ask a SELECT query in SPARQL; every cell that is no number is text. Raises ValueError for a query that is none."""
        body = self.reader.query(text, accept="application/sparql-results+json").body
        return frame_of(Rows.from_json(body))

    def close(self) -> None:
        """Let go of the publication."""
        self.reader.close()

    def __enter__(self) -> OpenGraph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<ancrage, publication {self.snapshot}>"
