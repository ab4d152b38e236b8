"""Projections of the graph as networks: actors and filières, institutions and territories, actors and actors.

A projection runs named questions on a reader, reads the answers as tables (CSV → polars, no Python object for a
solution) and gives a networkx graph. Nodes are IRIs with `iri`, `label`, `kind` (actor type or class) and
`territory`; edges have `weight`, `years`, `kinds`, `evidence` and `sources`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import networkx as nx
import polars as pl

from ...queries.library import Library
from ..snapshots.reader import Reader
from .firmness import RANKS, status_of
from .solutions import NAMES_AT_ONCE

#: An interaction with more participants makes no pairs: n(n−1)/2 ties that say little of who works with whom.
LARGEST_INTERACTION = 100
_LIBRARY = Library()


class EmptyProjection(LookupError):  # noqa: N818
    """Nothing to project; keeps the `projection` and its `parameters`."""

    def __init__(self, projection: str, parameters: dict[str, str]) -> None:
        self.projection, self.parameters = projection, parameters
        given = ", ".join(f"{name}={value}" for name, value in parameters.items())
        super().__init__(f"the projection {projection} ({given}) has no edge")


def table(
    reader: Reader, name: str, *, graphs: Sequence[str] | None = None, **parameters: object
) -> pl.DataFrame:
    """Ask a named question and read its answer as a table of texts; unbound cells are null.

    `graphs` are the IRIs of the default graphs (the snapshot's base by default). Raises QueryNotFound,
    ParameterError, and what the reader raises.
    """
    text = _LIBRARY[name].bind(**parameters)
    body = reader.query(text, accept="text/csv", default_graphs=graphs).body
    frame = pl.read_csv(io.BytesIO(body), infer_schema=False)
    return frame.with_columns(pl.all().replace("", None))


def actor_chain(reader: Reader, chain: str, *, graphs: Sequence[str] | None = None) -> nx.Graph[str]:
    """Project the actors of a filière: a bipartite graph of actors and the filière's links (actor — chain).

    An actor is tied to the filière by membership, by a programme it offers, or by an interaction it takes part
    in; `weight` is the number of such links, `functions` and `stages` what they are, `rules` the rules that
    matched. Nodes have `bipartite` 0 (actors) or 1 (filière).

    Args:
        reader: where to ask.
        chain: name or IRI of the filière ("timber-construction").
        graphs: IRIs of the default graphs, the base ones by default.

    Raises:
        EmptyProjection: the filière has no actor.
    """
    rows = table(reader, "actor-chain", graphs=graphs, chain=chain).rename({"actor": "a", "chain": "b"})
    rows = rows.unique(["a", "b", "kind", "link", "function", "stage"], maintain_order=True)
    if rows.is_empty():
        raise EmptyProjection("actor-chain", {"chain": chain})
    links = rows.group_by("a", "b", maintain_order=True).agg(
        weight=pl.col("link").n_unique().cast(pl.Float64),
        functions=_names("function"),
        stages=_names("stage"),
        **_support(),
    )
    graph = _network(links, ("functions", "stages"))
    chains = set(links["b"].to_list())
    for node, data in graph.nodes(data=True):
        data["bipartite"] = int(node in chains)
    return _dress(reader, graph, graphs)


def institution_territory(
    reader: Reader,
    within: str = "region/84",
    level: str = "epci",
    *,
    graphs: Sequence[str] | None = None,
) -> nx.Graph[str]:
    """Project institutions on the territories of a level: sites, programmes, supervised units, interactions.

    `weight` sums the links of all kinds; `by_kind` gives the number of each. An interaction counts where a
    partner of the institution acts from. Nodes have `bipartite` 0 (institutions) or 1 (territories).

    Args:
        reader: where to ask.
        within: code, path or IRI of the territory looked at.
        level: level of the territories: commune, epci, department, region, zone, bassin or adhoc.
        graphs: IRIs of the default graphs, the base ones by default.

    Raises:
        EmptyProjection: no institution is tied to these territories.
    """
    rows = table(reader, "institution-territory", graphs=graphs, within=within, level=level)
    if rows.is_empty():
        raise EmptyProjection("institution-territory", {"within": within, "level": level})
    rows = rows.rename({"organization": "a", "territory": "b"}).with_columns(
        pl.col("links").cast(pl.Int64), pl.col("firstYear", "lastYear").cast(pl.Int64)
    )
    links = rows.group_by("a", "b", maintain_order=True).agg(
        weight=pl.col("links").sum().cast(pl.Float64),
        by_kind=pl.struct("kind", "links"),
        years=pl.concat_list("firstYear", "lastYear").explode().drop_nulls().unique().sort(),
        kinds=_names("kind"),
        evidence=pl.lit("documented"),
        sources=pl.lit([], dtype=pl.List(pl.String)),
    )
    graph = _network(links, ("by_kind",))
    territories = set(links["b"].to_list())
    for node, data in graph.nodes(data=True):
        data["bipartite"] = int(node in territories)
    for _, _, data in graph.edges(data=True):
        data["by_kind"] = {item["kind"]: item["links"] for item in data["by_kind"]}
    return _dress(reader, graph, graphs)


def actor_actor(
    reader: Reader,
    territory: str = "region/84",
    *,
    newman: bool = True,
    ties: bool = False,
    largest: int = LARGEST_INTERACTION,
    graphs: Sequence[str] | None = None,
) -> nx.Graph[str]:
    """Project actors on actors: an edge where two took part in one interaction of a territory.

    An interaction of n participants adds to each of its pairs 1/(n−1) (`newman`, Newman 2001: each participant
    spends one unit on it) or 1. Interactions of more than `largest` participants make no pair; the graph's
    `skipped` says how many there were. With `ties`, undated ties whose two ends are in the graph add their
    number of common projects, as kind "tie", weighted 1 each.

    Args:
        reader: where to ask.
        territory: code, path or IRI of the territory whose interactions are looked at.
        newman: weight by 1/(n−1); otherwise each interaction weighs 1.
        ties: whether undated ties count.
        largest: the largest interaction that makes pairs, in participants.
        graphs: IRIs of the default graphs, the base ones by default.

    Raises:
        EmptyProjection: no two actors share an interaction.
    """
    parts = table(reader, "actor-actor", graphs=graphs, territory=territory)
    parts = parts.with_columns(n=pl.len().over("interaction"))
    facts = _facts(table(reader, "interactions", graphs=graphs, territory=territory))
    kept = parts.filter(pl.col("n").is_between(2, largest))
    pairs = (
        kept.rename({"actor": "a"})
        .join(kept.select("interaction", b="actor"), on="interaction")
        .filter(pl.col("a") < pl.col("b"))
        .join(facts, on="interaction", how="left")
        .with_columns(weight=1.0 / (pl.col("n") - 1) if newman else pl.lit(1.0))
        .select("a", "b", "weight", "year", "kind", "evidence", "source")
    )
    if ties:
        pairs = pl.concat([pairs, _ties(reader, parts, graphs)])
    if pairs.is_empty():
        raise EmptyProjection("actor-actor", {"territory": territory})
    links = pairs.group_by("a", "b").agg(weight=pl.col("weight").sum(), **_support()).sort("a", "b")
    graph = _network(links)
    graph.graph["skipped"] = parts.filter(pl.col("n") > largest)["interaction"].n_unique()
    graph.graph["weighting"] = "newman" if newman else "count"
    return _dress(reader, graph, graphs)


def _facts(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each interaction once: its first type, year, evidence status and source, as short names."""
    return rows.group_by("interaction").agg(
        year=pl.col("year").drop_nulls().min(),
        kind=_last(pl.col("type").drop_nulls().min()),
        evidence=pl.col("evidence").drop_nulls().min(),
        source=pl.col("source").drop_nulls().min(),
    )


def _ties(reader: Reader, parts: pl.DataFrame, graphs: Sequence[str] | None) -> pl.DataFrame:
    actors = parts.select(pl.col("actor").unique())
    rows = table(reader, "actor-ties", graphs=graphs)
    rows = rows.join(actors, left_on="first", right_on="actor", how="semi")
    rows = rows.join(actors, left_on="second", right_on="actor", how="semi")
    return rows.select(
        a="first",
        b="second",
        weight=pl.col("weight").cast(pl.Float64),
        year=pl.lit(None, dtype=pl.String),
        kind=pl.lit("tie"),
        evidence="evidence",
        source="source",
    )


def _last(column: pl.Expr) -> pl.Expr:
    return column.str.split("/").list.last()


def _names(column: str) -> pl.Expr:
    return _last(pl.col(column)).drop_nulls().unique().sort()


def _support() -> dict[str, pl.Expr]:
    """Aggregate what supports an edge: years, kinds, the strongest evidence status, sources."""
    rank = _last(pl.col("evidence")).replace_strict(RANKS, default=None, return_dtype=pl.Int64)
    return {
        "years": pl.col("year").cast(pl.Int64).drop_nulls().unique().sort(),
        "kinds": _names("kind"),
        "evidence": status_of(rank.min()),
        "sources": _names("source"),
    }


def _network(links: pl.DataFrame, extra: Iterable[str] = ()) -> nx.Graph[str]:
    names = ("weight", "years", "kinds", "evidence", "sources", *extra)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edges_from(
        (row["a"], row["b"], {name: row[name] for name in names}) for row in links.iter_rows(named=True)
    )
    return graph


def _dress(reader: Reader, graph: nx.Graph[str], graphs: Sequence[str] | None) -> nx.Graph[str]:
    """Give each node its `iri`, `label`, `kind` (short name) and `territory` (IRI of its commune, or None)."""
    nodes = list(graph)
    for start in range(0, len(nodes), NAMES_AT_ONCE):
        rows = table(reader, "node-attributes", graphs=graphs, node=nodes[start : start + NAMES_AT_ONCE])
        rows = rows.with_columns(kind=_last(pl.col("kind")))
        for row in rows.iter_rows(named=True):
            graph.nodes[row["node"]].update(label=row["label"], kind=row["kind"], territory=row["territory"])
    for node, data in graph.nodes(data=True):
        attributes: dict[str, Any] = {"iri": node, "label": None, "kind": None, "territory": None}
        data.update({**attributes, **data})
        data["label"] = data["label"] or node.rsplit("/", 1)[-1]
    return graph
