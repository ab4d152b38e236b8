"""Networks of a region for whoever analyses them elsewhere: actors, institutions and territories, actors and filières.

Every attribute is a text, an integer or a float, and none is empty: files of graphs hold nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from numbers import Integral
from typing import Any, Literal, get_args

import networkx as nx
import polars as pl

from ...words import N_, AncrageError, Spoken
from .gazetteer import Gazetteer, Territory
from .names import UnknownName
from .view import RegionView

Kind = Literal["actors", "institutions-territories", "actors-chains"]
KINDS: tuple[str, ...] = get_args(Kind)
SHARED = "shared-projects"
"""Kind of the ties of which a source tells only how many projects two organisations share, without a year."""
_TIES = {
    "first": pl.String,
    "second": pl.String,
    "kind": pl.String,
    "link": pl.String,
    "year": pl.Int64,
    "weight": pl.Int64,
}


class BadYears(AncrageError, ValueError):  # noqa: N818
    """What is given as years is neither one nor two in order; keeps what was `given`.

    >>> BadYears((2025, 2015)).told("fr")
    'years est une année, ou la première et la dernière, comme 2015 ou (2015, 2025) ; pas (2025, 2015).'
    """

    code = "bad-years"

    def __init__(self, given: object) -> None:
        self.given = given
        super().__init__(
            f"years is a year, or the first and the last, as 2015 or (2015, 2025); not {given!r}"
        )

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "years est une année, ou la première et la dernière, comme 2015 ou (2015, 2025) ; pas {given}.",
            given=repr(self.given),
        )


def network(
    matter: RegionView,
    kind: Kind = "actors",
    *,
    territory: str | None = None,
    years: int | tuple[int, int] | None = None,
    kinds: str | Collection[str] | None = None,
    level: str | None = None,
) -> nx.Graph[str]:
    """Make a network: nodes are paths ("organization/0383546Y"), one edge joins two of them, whatever their ties.

    Args:
        matter: what the graph holds of a region.
        kind: "actors", tied by the interactions in which both take part; "institutions-territories", institutions of higher
            education tied to the territories of a `level` where they have a site, teach, supervise a unit, or work with
            somebody; "actors-chains", actors tied to the filières of which they, their programmes or their interactions are.
        territory: only what has to do with this territory (code, path, IRI or exact name): interactions in which
            somebody takes part from it, sites, programmes and units that lie in it.
        years: a year, or the first and the last one: only what is dated so, hence interactions alone.
        kinds: of ties to keep, one or several; types of interactions ("collaborative-project", "shared-projects" for those
            that are only counted), or "site", "programme", "unit", "interaction", or "membership", "programme", "interaction".
        level: of the territories of "institutions-territories", intercommunalities where none is told; the others have none.

    Returns:
        A graph. Nodes have `label`, `kind` (a type of actor, "territory" or "chain"), and, where known, `commune`, `place`,
        `latitude`, `longitude` (degrees). Edges have `weight` (how many ties), `kinds`, and, where dated, `first_year`
        and `last_year`. What a source only counts is often counted as an interaction too: it makes no edge and no
        weight unless "shared-projects" is among the `kinds`, and edges have it apart, as `shared_projects`.

    Raises:
        UnknownName: a network, a territory, a level or a kind of ties that there is not, with the nearest.
        BadYears: neither a year, nor the first and the last one in order.

    >>> matter = RegionView(None, (), "s1", frames={})
    >>> network(matter, "actor")
    Traceback (most recent call last):
    ancrage.graph.region.names.UnknownName: the graph has no network “actor”; did you mean actors, actors-chains?
    """
    if kind not in KINDS:
        raise _unknown("network", kind, KINDS)
    ground = Gazetteer.of(matter)
    inside = ground.territory(territory) if territory is not None else None
    if kind == "institutions-territories":
        ties = _of_institutions(matter, ground, inside, level or "epci")
    elif level is not None:
        raise _unknown("level of this network", level, ())
    else:
        ties = (_of_actors if kind == "actors" else _of_chains)(matter, ground, inside)
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        there = sorted(ties["kind"].unique())
        for one in kinds:
            if one not in there and one not in _known(matter, kind):
                raise _unknown("kind of ties", one, sorted({*there, *_known(matter, kind)}))
        ties = ties.filter(pl.col("kind").is_in(list(kinds)))
    if years is not None:
        ties = ties.filter(pl.col("year").is_between(*_first_and_last(years)))
    counted = pl.col("kind") == SHARED
    kept = ties if kinds is not None and SHARED in kinds else ties.filter(~counted)
    return _graph(matter, ground, kept, ties.filter(counted))


def _first_and_last(years: object) -> tuple[int, int]:
    """Give the first and the last year; raises BadYears."""
    both = years if isinstance(years, (tuple, list)) else (years, years)
    if len(both) != 2 or not all(isinstance(one, Integral) for one in both) or both[1] < both[0]:
        raise BadYears(years)
    return int(both[0]), int(both[1])


def _known(matter: RegionView, kind: str) -> set[str]:
    if kind == "actors":
        return {SHARED, *matter.frame("interactions")["type"].drop_nulls().str.split("/").list.last()}
    return {
        "programme",
        "interaction",
        *(("site", "unit") if kind == "institutions-territories" else ("membership",)),
    }


def _unknown(kind: str, name: str, known: Collection[str]) -> UnknownName:
    near = get_close_matches(name, known, n=3, cutoff=0.5) or list(known)[:8]
    return UnknownName(kind, name, [(one, one) for one in near])


def _of_actors(matter: RegionView, ground: Gazetteer, inside: Territory | None) -> pl.DataFrame:
    took = _participations(matter)
    if inside is not None:
        took = took.join(_in(ground, took, inside).select("link").unique(), on="link")
    pairs = took.select("link", "actor").unique()
    pairs = pairs.join(pairs, on="link", suffix="_other").filter(pl.col("actor") < pl.col("actor_other"))
    dated = pairs.join(_facts(matter), on="link", how="left").select(
        *(pl.col("actor").alias("first"), pl.col("actor_other").alias("second")),
        *(
            pl.col("type").fill_null("interaction").alias("kind"),
            "link",
            "year",
            pl.lit(1, pl.Int64).alias("weight"),
        ),
    )
    counted = matter.frame("ties").select(
        *("first", "second", pl.lit(SHARED).alias("kind"), pl.col("tie").alias("link")),
        *(pl.lit(None, pl.Int64).alias("year"), pl.col("shared").fill_null(1).alias("weight")),
    )
    if inside is not None:
        here = _in(ground, _places(matter), inside)["node"].unique().implode()
        counted = counted.filter(pl.col("first").is_in(here) | pl.col("second").is_in(here))
    return pl.concat([dated.cast(_TIES), counted.cast(_TIES)])  # type: ignore[arg-type]


def _of_institutions(
    matter: RegionView, ground: Gazetteer, inside: Territory | None, level: str
) -> pl.DataFrame:
    types = matter.frame("actors").filter(pl.col("type") == "actor-type/higher-education")
    sites, units = matter.frame("institutions"), matter.frame("units").select("unit", "place")
    over = matter.frame("supervisions").filter(pl.col("relation") == "supervised")
    took = _participations(matter)
    # one who works alone in a territory has no partner there
    company = took.group_by("link", "place").agg(pl.col("actor").unique().alias("actors"))
    met = took.select("link", pl.col("actor").alias("first")).unique().join(company, on="link")
    met = met.filter((pl.col("actors").list.len() > 1) | (pl.col("actors").list.first() != pl.col("first")))
    rows = [
        sites.select(
            pl.col("organization").alias("first"),
            "place",
            pl.lit("site").alias("kind"),
            pl.col("site").alias("link"),
        ),
        matter.frame("programmes").select(
            *(pl.col("institution").alias("first"), "place", pl.lit("programme").alias("kind")),
            pl.col("programme").alias("link"),
        ),
        over.join(units, on="unit").select(
            *(
                pl.col("institution").alias("first"),
                "place",
                pl.lit("unit").alias("kind"),
                pl.col("unit").alias("link"),
            ),
        ),
        met.select("first", "place", pl.lit("interaction").alias("kind"), "link"),
    ]
    found = pl.concat(rows).drop_nulls(["first", "place"])
    found = found.filter(pl.col("first").is_in(types["actor"].implode()))
    found = _in(ground, found, inside or ground.territory(matter.within)).join(_level(ground, level), on="at")
    found = found.unique(["first", "second", "kind", "link"]).join(_facts(matter), on="link", how="left")
    return found.with_columns(weight=pl.lit(1, pl.Int64)).select(*_TIES).cast(_TIES)  # type: ignore[arg-type]


def _of_chains(matter: RegionView, ground: Gazetteer, inside: Territory | None) -> pl.DataFrame:
    members = matter.frame("members").select(pl.col("chain").alias("second"), "member", "place")
    if inside is not None:
        members = ground.locate(members, wide=True).filter(pl.col("at").is_in(ground.places_in(inside)))
    members = members.select("second", "member").unique()
    own = matter.frame("actors").select(pl.col("actor").alias("member"), pl.col("actor").alias("first"))
    taught = matter.frame("programmes").select(
        pl.col("programme").alias("member"), pl.col("institution").alias("first")
    )
    took = _participations(matter).select(pl.col("link").alias("member"), pl.col("actor").alias("first"))
    ways = (("membership", own), ("programme", taught), ("interaction", took))
    rows = [
        members.join(way.drop_nulls().unique(), on="member").select(
            "first", "second", pl.lit(name).alias("kind"), pl.col("member").alias("link")
        )
        for name, way in ways
    ]
    found = pl.concat(rows).join(_facts(matter), on="link", how="left")
    return found.with_columns(weight=pl.lit(1, pl.Int64)).select(*_TIES).cast(_TIES)  # type: ignore[arg-type]


def _participations(matter: RegionView) -> pl.DataFrame:
    return (
        matter.frame("participations")
        .select(pl.col("interaction").alias("link"), "actor", "place")
        .drop_nulls("actor")
        .unique(maintain_order=True)
    )


def _facts(matter: RegionView) -> pl.DataFrame:
    """Give the type and the year of each interaction, once."""
    rows = matter.frame("interactions").select(
        pl.col("interaction").alias("link"), pl.col("type").str.split("/").list.last(), "year"
    )
    return rows.group_by("link").agg(pl.col("type").min(), pl.col("year").min())


def _in(ground: Gazetteer, rows: pl.DataFrame, inside: Territory) -> pl.DataFrame:
    """Keep the rows whose place lies in a territory, with the commune of today as `at`."""
    return ground.locate(rows).filter(pl.col("at").is_in(inside.communes.tolist()))


def _level(ground: Gazetteer, level: str) -> pl.DataFrame:
    found = ground.of_level(level)
    if not found:
        raise _unknown("level of network", level, ("commune", "epci", "department", "zone", "bassin"))
    pairs = [(int(at), one.id) for one in found for at in one.communes]
    return pl.DataFrame(pairs, schema={"at": pl.Int64, "second": pl.String}, orient="row")


def _places(matter: RegionView) -> pl.DataFrame:
    """Give the places of each node, those of its sites before those from which it takes part."""
    frames = (
        ("institutions", "organization"),
        ("units", "unit"),
        ("programmes", "programme"),
        ("participations", "actor"),
    )
    rows = [matter.frame(frame).select(pl.col(key).alias("node"), "place") for frame, key in frames]
    return pl.concat(rows).drop_nulls().unique(maintain_order=True)


def _graph(matter: RegionView, ground: Gazetteer, ties: pl.DataFrame, counted: pl.DataFrame) -> nx.Graph[str]:
    names = ("weight", "kinds", "first_year", "last_year", "shared_projects")
    graph: nx.Graph[str] = nx.Graph()
    kinds = pl.col("kind").unique().sort().str.join("; ")
    edges = ties.group_by("first", "second").agg(
        *(pl.col("weight").sum(), kinds.alias("kinds")),
        *(pl.col("year").min().alias("first_year"), pl.col("year").max().alias("last_year")),
    )
    shared = counted.group_by("first", "second").agg(pl.col("weight").sum().alias("shared_projects"))
    edges = edges.join(shared, on=["first", "second"], how="left").sort("first", "second")
    describe = _description(matter, ground)
    for node in sorted({*edges["first"], *edges["second"]}):
        graph.add_node(node, **describe(node))
    for first, second, *values in edges.select("first", "second", *names).iter_rows():
        named = zip(names, values, strict=True)
        graph.add_edge(first, second, **{name: value for name, value in named if value is not None})
    return graph


def _description(matter: RegionView, ground: Gazetteer) -> Callable[[str], dict[str, Any]]:
    actors = matter.frame("actors").unique("actor", keep="first", maintain_order=True)
    labels = dict(actors.select("actor", "label").drop_nulls().iter_rows())
    types = dict(actors.select("actor", "type").drop_nulls().iter_rows())
    labels |= dict(matter.frame("chains").select("chain", "chainLabel").unique().iter_rows())
    at: dict[str, int] = {}
    for node, place in ground.locate(_places(matter)).select("node", "at").iter_rows():
        at.setdefault(node, place)

    def describe(node: str) -> dict[str, Any]:
        if (place := ground.get(node)) is not None:
            return {"label": place.label, "kind": "territory"}
        kind = "chain" if node.startswith("value-chain/") else types.get(node, "other").rpartition("/")[2]
        made: dict[str, Any] = {"label": labels.get(node) or node.rpartition("/")[2], "kind": kind}
        if (where := at.get(node)) is not None:
            made |= {"commune": ground.ids[where].rpartition("/")[2], "place": ground.labels[where]}
            position = {"latitude": float(ground.lat[where]), "longitude": float(ground.long[where])}
            made |= {name: value for name, value in position.items() if value == value}
        return made

    return describe
