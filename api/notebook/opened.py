"""The face for Python and notebooks: one publication, whose portraits, maps, filières and answers show themselves.

Nothing is served, fetched or written; pictures and tables are HTML that needs no network. Portraits, maps and the like
keep their figures as polars frames.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
from platformdirs import user_cache_path

from ...graph.indicators.cube import Cube
from ...graph.region.gazetteer import Gazetteer
from ...graph.region.networks import Kind, network
from ...graph.region.outlines import Outlines
from ...graph.region.view import RegionView
from ...graph.snapshots.reader import LocalReader
from ...graph.snapshots.remote import adopt
from ...graph.snapshots.snapshot import Snapshots
from ...graph.sparql.prefixes import prefixes_for
from ...graph.sparql.results import Rows
from ...graph.synergies.subject import Names, find_chain
from ...ontology.vocabulary import PREFIXES
from ...queries.library import Library
from ...queries.query import Chart
from ...words import N_, Named, SentenceError, gettext
from ...words.locales import language
from ..maps.reading import read_map
from ..maps.svg import draw_map, locator_svg
from ..reading.library import read_library
from ..reading.questions import posed
from ..reading.remote import follow_store
from ..render.charts import draw
from . import arguments
from .answer import Answer
from .findings import ReportView, view_of
from .network import Network
from .spoken import in_the_locale, speak
from .views import Chain, Indicators, MapView, Outcome, Portrait

if TYPE_CHECKING:
    import rdflib


Parameter: TypeAlias = str | int
"""A value of a parameter of a question: a code, a path, an IRI, an exact name, a number."""
_ROWS, _TRIPLES = "application/sparql-results+json", "application/n-triples"


class WrongForm(SentenceError, ValueError):  # noqa: N818
    """A query that gives a graph where rows are asked for, or rows where a graph is."""

    code = "wrong-form"


def remote_folder(url: str) -> Path:
    """Take note of what a SPARQL endpoint holds, in a folder of the user's cache; raises RemoteFailed, ValueError."""
    from ..web.settings import Settings

    folder = user_cache_path("ancrage", appauthor=False) / sha256(url.encode()).hexdigest()[:16]
    adopt(Snapshots(folder), url, lenient=Settings().store_lenient)
    return folder


class OpenGraph:
    """A publication opened for reading; close it, or use it in a `with`.

    `matter`, `ground`, `cube` and `reader` are there for those who want what is beneath.
    """

    def __init__(self, reader: LocalReader, *, illustrative: bool = False) -> None:
        self.reader, self.illustrative = reader, illustrative
        self.matter = RegionView.of(reader, illustrative=illustrative)

    @classmethod
    @in_the_locale
    def at(cls, data_dir: os.PathLike[str] | str | None = None, *, illustrative: bool = False) -> OpenGraph:
        """Open the current publication of a folder (of the settings unless given), or what a SPARQL endpoint holds.

        Raises NoSnapshot, and RemoteFailed of an endpoint.
        """
        if data_dir is None:
            from ..web.settings import Settings

            settings = Settings()
            data_dir = settings.data_dir
            follow_store(data_dir, settings)
        if isinstance(data_dir, str) and data_dir.startswith(("https://", "http://")):
            data_dir = remote_folder(data_dir)
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

    @cached_property
    def library(self) -> Library:
        """The named questions: those of the package, and of the extensions of the data directory."""
        return read_library(self.reader.snapshot.data_dir)

    @property
    def indicators(self) -> Indicators:
        """The indicators that are declared, with their definitions.

        Examples:
            graph.indicators.frame
        """
        return Indicators(list(self.cube.indicators.values()))

    def portrait(self, territory: str | int) -> Portrait:
        """Give the latest value of every indicator of a territory (code, path or name); raises UnknownName.

        Examples:
            graph.portrait("200040715")["population"].value
        """
        place = self.ground.territory(str(territory))
        where = locator_svg(Outlines.of(self.matter), place.id)
        return Portrait(place, tuple(self.cube.values(place.id)), self.snapshot, where)

    def map(
        self, indicator: str, level: str = "epci", within: str | None = None, *, by: str | None = None, period: str | None = None
    ) -> MapView:  # fmt: skip
        """Draw an indicator over the territories of a level (commune, epci, department, zone…) within another.

        Raises UnknownName (indicator, level, territory).

        Examples:
            graph.map("programmes", "epci", within="38").frame
        """
        inside = self.ground.territory(within or self.matter.within).id
        shown = read_map(Outlines.of(self.matter), self.cube, indicator, level, inside, by=by, period=period)
        name = f"carte-{indicator}-{level}"
        said = language()
        svg = draw_map(shown, links=False, language=said, heading=[shown.indicator.title[said]], name=name)
        return MapView(shown, svg, self.snapshot)

    def gaps(
        self,
        territory: str | int,
        *,
        kinds: str | Collection[str] | None = None,
        radius: float = 30.0,
        level: float = 0.95,
    ) -> ReportView:
        """Find the gaps of a territory: kinds, radius (km) and level are those of `ancrage.graph.gaps.gaps`.

        Raises UnknownName, and BadArgument for a kind, a radius or a level that is none.

        Examples:
            graph.gaps("200040715", kinds=["access"], radius=45).frame
        """
        from ...graph.gaps import KINDS, gaps

        wanted = arguments.choices("kinds", kinds, KINDS)
        arguments.positive("radius", radius)
        arguments.share("level", level)
        return view_of(gaps(self.matter, str(territory), kinds=wanted, radius=radius, level=level))

    def synergies(
        self,
        subject: str | int,
        *,
        kinds: str | Collection[str] | None = None,
        level: float = 0.95,
        draws: int = 199,
        seed: int = 0,
        most: int = 5,
    ) -> ReportView:
        """Find the synergies of a territory or a filière; arguments are those of `ancrage.graph.synergies.synergies`.

        Raises UnknownName, and BadArgument for a kind, a level or a number that is none.

        Examples:
            graph.synergies("timber-construction", draws=49).frame
        """
        from ...graph.synergies import KINDS, synergies

        wanted = arguments.choices("kinds", kinds, KINDS)
        arguments.share("level", level)
        for name, given in (("draws", draws), ("most", most)):
            arguments.count(name, given)
        found = synergies(
            self.matter, str(subject), kinds=wanted, level=level, draws=draws, seed=seed, most=most
        )
        return view_of(found)

    def suggest(
        self,
        subject: str | int,
        count: int | None = None,
        *,
        to: str | None = None,
        radius: float | None = None,
        level: float = 0.95,
        everyone: bool = False,
    ) -> ReportView:
        """Suggest links to an actor, a territory or a request, each with its reasons (`ancrage.graph.suggestions.suggest`).

        Raises UnknownName, and BadArgument for a count under 1, a radius (km) that is not positive, or a level that is none.

        Examples:
            graph.suggest("200040715", count=2).frame
        """
        from ...graph.suggestions import suggest

        if count is not None:
            arguments.count("count", count)
        if radius is not None:
            arguments.positive("radius", radius)
        arguments.share("level", level)
        found = suggest(
            self.matter, str(subject), count=count, to=to, radius=radius, level=level, everyone=everyone
        )
        return view_of(found)

    def network(
        self,
        kind: Kind = "actors",
        *,
        territory: str | int | None = None,
        years: int | tuple[int, int] | None = None,
        kinds: str | Collection[str] | None = None,
        level: str | None = None,
    ) -> Network:
        """Make a network as networkx has it: "actors", "institutions-territories" or "actors-chains".

        Arguments are those of `ancrage.graph.region.networks.network`, which tells what ties are. Raises UnknownName
        and BadYears.

        Examples:
            graph.network("actors", territory="200040715", years=(2015, 2025)).frame
        """
        inside = None if territory is None else str(territory)
        made = Network(network(self.matter, kind, territory=inside, years=years, kinds=kinds, level=level))
        made.graph.update(name=kind, snapshot=self.snapshot)
        return made

    def scenario(
        self, *assumptions: str | Path | Mapping[str, Any], territories: Sequence[str] | None = None
    ) -> Outcome:
        """Compare figures before and after a scenario: a file, a dictionary, or assumptions, one line each.

        Raises ScenarioError, which names the assumption. Nothing is written.

        Examples:
            graph.scenario("open-branch 26113 'Antenne de Die'", territories=["26"]).frame
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
        """Give a filière (short name, path, or name in any language): its links, and who does what at each; raises UnknownName.

        Examples:
            graph.filiere("timber-construction").members
        """
        rows = self.matter.frame("chains")
        path, said = find_chain(self.matter, chain), language()
        label = Names.of(self.matter).named(path)[said]
        concepts = self.matter.frame("concepts").select("concept", "label", "english").iter_rows()
        words = {concept: Named(label, english)[said] for concept, label, english in concepts}
        own = rows.filter(pl.col("chain") == path)
        links = own.select("stage", "stageLabel", "activity").unique().sort("stage", "activity")
        links = links.with_columns(
            stageLabel=pl.col("stage").replace_strict(words, default=pl.col("stageLabel"))
        )
        members = self.matter.frame("members").filter(pl.col("chain") == path)
        members = members.with_columns(
            does=pl.col("function").replace(words),
            link=pl.col("stage").replace(words).fill_null(gettext("maillon non précisé", said)),
        )
        counts = (
            members.unique(["member", "does", "link"]).group_by("link", "does").len("n").sort("link", "does")
        )
        link, does, many = (one[said] for one in (N_("Maillon"), N_("Fonction"), N_("Membres")))
        picture = draw(
            Rows([link, does, many], [list(row) for row in counts.iter_rows()]),
            Chart("bar", link, many, does),
            gettext("{chain} : membres par maillon et par fonction", said, chain=label),
            said,
        )
        return Chain(path, label, links, members, picture.svg if counts.height else "", self.snapshot)

    def query(self, name: str, /, **parameters: Parameter | Sequence[Parameter] | None) -> Answer:
        """Ask a named question (see /queries) with its parameters, as the service does: the same graphs, values and refusals.

        A parameter that is None is not given. Raises QueryNotFound, and ParameterError for a parameter that is unknown (with the
        nearest), missing, or of a thing that the publication does not describe.

        Examples:
            graph.query("territory-programmes", territory="200040715").frame
        """
        question = self.library[name]
        given = {
            one: [str(value)]
            if isinstance(value, str) or not isinstance(value, Iterable)
            else [str(part) for part in value]
            for one, value in parameters.items()
            if value is not None
        }
        text, graphs = posed(self.reader, question, given)
        body = self.reader.query(text, accept=_ROWS, default_graphs=graphs).body
        return Answer(Rows.from_json(body).in_one_language(), self.snapshot, question, parameters)

    def sparql(self, text: str) -> Answer:
        """Ask a SELECT or ASK query in SPARQL; usual prefixes need not be declared.

        Raises WrongForm for a query that gives a graph, ValueError for a text that is no query.

        Examples:
            graph.sparql("SELECT ?town ?site { ?site a org:Site ; anc:locatedIn ?town }").frame
        """
        with prefixes_for(text) as asked:
            answer = self.reader.query(asked, accept=f"{_ROWS}, {_TRIPLES};q=0.5")
        if answer.kind == "graph":
            raise WrongForm(N_("cette requête donne un graphe : appelez construct()"))
        return Answer(Rows.from_json(answer.body), self.snapshot)

    def construct(self, text: str) -> rdflib.Graph:
        """Ask a CONSTRUCT or DESCRIBE query, and give its triples as an rdflib graph of its own.

        Raises WrongForm for a query that gives rows, ValueError for a text that is no query.

        Examples:
            graph.construct("CONSTRUCT { ?town a anc:Commune } WHERE { ?town a anc:Commune }")
        """
        import rdflib

        with prefixes_for(text) as asked:
            answer = self.reader.query(asked, accept=f"{_TRIPLES}, {_ROWS};q=0.5")
        if answer.kind != "graph":
            raise WrongForm(N_("cette requête donne des lignes : appelez sparql()"))
        made = rdflib.Graph()
        for name, base in PREFIXES.items():
            made.bind(name, base)
        return made.parse(data=answer.body, format="nt")

    def rdflib(self) -> rdflib.Graph:
        """Give the default graph that the service answers from as an rdflib graph, read from the store as it is asked.

        It can only be read, and only while this publication is open; its queries run in the store's engine, and need not
        declare the usual prefixes.

        Examples:
            graph.rdflib().query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").bindings
        """
        import rdflib
        from oxrdflib import OxigraphStore
        from rdflib.graph import DATASET_DEFAULT_GRAPH_ID, ReadOnlyGraphAggregate

        store = OxigraphStore(store=self.reader.store)
        snapshot = self.reader.snapshot
        names = [DATASET_DEFAULT_GRAPH_ID] if snapshot.merged else map(rdflib.URIRef, snapshot.base_graphs)
        for name, base in PREFIXES.items():
            store.bind(name, rdflib.URIRef(base))
        parts = [rdflib.Graph(store, identifier=name) for name in names]
        return parts[0] if snapshot.merged else ReadOnlyGraphAggregate(parts)

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


speak(OpenGraph)
