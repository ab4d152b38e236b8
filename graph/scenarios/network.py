"""Figures of ties: of academic actors and companies, of relays, what is lost without them, and gaps of each kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

import networkx as nx
import polars as pl

from ..analysis.brokerage import gould_fernandez
from ..analysis.robustness import Loss, reach_lost
from ..findings import Report
from ..ground import Ground, Territory
from ..matter import Matter
from ..places import UnknownName
from .counting import Compute, Value, count
from .names import relays_of

ACADEMIC = ("actor-type/higher-education", "actor-type/research-unit", "actor-type/research-organization")
COMPANY = "actor-type/company"


def tie_pairs(matter: Matter) -> pl.DataFrame:
    """List the pairs of an academic actor and a company with a common interaction, at the places of both.

    Columns: `item` (the pair), `place`, `evidence` (of one of their interactions).
    """
    facts = matter.frame("interactions").select("interaction", "evidence").unique("interaction", keep="first")
    rows = matter.frame("participations").select("interaction", "actor", "type", "place")
    academic = rows.filter(pl.col("type").is_in(ACADEMIC))
    company = rows.filter(pl.col("type") == COMPANY)
    pairs = academic.join(company, on="interaction", suffix="_company").join(
        facts, on="interaction", how="left"
    )
    named = pl.concat_str("actor", pl.lit(" "), "actor_company")
    columns = [
        pairs.select(named.alias("item"), place=place, evidence="evidence")
        for place in ("place", "place_company")
    ]
    return pl.concat(columns).unique(maintain_order=True)


def brokered(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
    """Count the pairs of actors with no interaction in common that a relay of each territory stands between.

    The relays are the organizations with a relay's site in the territory; the ties those of the interactions they take
    part in; each pair counts once a relay (`gould_fernandez`, both directions halved).
    """
    pairs = matter.once(_brokered_by_relay)
    return count(matter, territories, pairs) if pairs.height else [Value(0.0) for _ in territories]


def _brokered_by_relay(matter: Matter) -> pl.DataFrame:
    relays = relays_of(matter)
    rows = matter.frame("participations").select("interaction", "actor").unique()
    theirs = rows.filter(pl.col("actor").is_in(relays["node"].implode())).select("interaction").unique()
    ties = rows.join(theirs, on="interaction", how="semi")
    pairs = ties.join(ties, on="interaction", suffix="_other").filter(pl.col("actor") < pl.col("actor_other"))
    graph: nx.Graph[str] = nx.Graph(
        pairs.select("actor", "actor_other").unique().sort("actor", "actor_other").iter_rows()
    )
    counts: dict[str, float] = {}
    if graph.number_of_nodes() >= 3 and graph.number_of_edges() >= 2:
        roles = gould_fernandez(graph, dict.fromkeys(graph, "actor"))
        counts = {actor: role.total / 2 for actor, role in roles.items()}
    weight = pl.col("item").replace_strict(counts, default=0.0, return_dtype=pl.Float64)
    return relays.select(item="node", place="place", evidence="evidence").with_columns(weight=weight)


def reach_lost_without_relays(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
    """Give the share of reach to academic actors that each territory would lose without its relays; see `lost_reach`.

    0 where there is no relay; "missing" where the territory reaches no academic actor.
    """
    ground, relays = Ground.of(matter), relays_of(matter)
    found = []
    for territory in territories:
        here = pl.col("at").is_in(territory.communes.tolist())
        mine = ground.locate(relays).filter(here)["node"].unique().to_list()
        if not mine:
            found.append(Value(0.0))
            continue
        loss = lost_reach(matter, mine, [territory])
        found.append(Value(loss.lost, evidence={}) if loss.before else Value(None, "missing"))
    return found


def lost_reach(matter: Matter, nodes: Collection[str], territories: Sequence[Territory]) -> Loss:
    """Count the pairs of a territory and an academic actor that are connected, with and without some actors."""
    graph, resources = reach_graph(matter, territories)
    graph.add_nodes_from(nodes)
    return reach_lost(graph, nodes, [one.id for one in territories], resources)


def reach_graph(matter: Matter, territories: Sequence[Territory]) -> tuple[nx.Graph[str], list[str]]:
    """Make the network of territories, actors and interactions, and list its academic actors.

    A territory is tied to the actors that take part in an interaction from one of its communes, and to the relays
    whose site is there or who serve some of its communes; actors are tied by their interactions.
    """
    rows = matter.frame("participations")
    graph: nx.Graph[str] = nx.Graph(
        rows.select("interaction", "actor").unique(maintain_order=True).iter_rows()
    )
    ground, relays = Ground.of(matter), relays_of(matter)
    graph.add_nodes_from(relays["node"])
    places = pl.concat(
        [rows.select("actor", "place"), relays.select("place", actor="node").select("actor", "place")]
    )
    located = ground.locate(places.unique()).select("actor", "at").unique()
    at_communes: dict[int, list[str]] = dict(located.group_by("at").agg(pl.col("actor").sort()).iter_rows())
    serving = _serving(ground, relays)
    for territory in territories:
        graph.add_node(territory.id)
        communes = territory.communes.tolist()
        here = [actor for at in communes for actor in at_communes.get(at, ())]
        serves = [actor for actor, ats in serving if not ats.isdisjoint(communes)]
        graph.add_edges_from((territory.id, actor) for actor in (*here, *serves))
    resources = rows.filter(pl.col("type").is_in(ACADEMIC))["actor"].unique().sort().to_list()
    return graph, resources


def _serving(ground: Ground, relays: pl.DataFrame) -> list[tuple[str, frozenset[int]]]:
    """List the relays with the communes of each territory they serve, where it is on the ground."""
    found = []
    for actor, serves in (
        relays.drop_nulls("serves").select("node", "serves").unique(maintain_order=True).iter_rows()
    ):
        with suppress(UnknownName):
            found.append((actor, frozenset(ground.territory(serves).communes.tolist())))
    return found


def gap_counts(kind: str) -> Compute:
    """Make the figure of the gaps of one kind that are found in a territory (`ancrage.graph.gaps`)."""

    def compute(matter: Matter, territories: Sequence[Territory]) -> list[Value]:
        reports = matter.once(_gap_reports)
        for one in territories:
            if one.id not in reports:
                reports[one.id] = _gaps(matter, one.id)
        return [_gaps_of(reports[one.id], kind) for one in territories]

    return compute


def _gaps(matter: Matter, territory: str) -> Report | None:
    """Find the gaps of a territory; None for one that the matter does not have yet."""
    from ..gaps import gaps  # when first asked for: gaps may rest on figures one day

    try:
        return gaps(matter, territory)
    except UnknownName:
        return None


def _gaps_of(report: Report | None, kind: str) -> Value:
    found = report.of(kind) if report else ()
    if report is None or (not found and any(one.kind == kind for one in report.refusals)):
        return Value(None, "missing")
    return Value(float(len(found)))


def _gap_reports(matter: Matter) -> dict[str, Report | None]:
    """Keep the gaps of each territory looked at."""
    return {}
