"""Formulas of relays: whom they join, and the academic actors that a territory reaches, with and without them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl

from ..analysis.brokerage import gould_fernandez
from ..region.derived import rows_of
from ..region.relays import Contacts, relays_of
from ..region.view import RegionView
from .board import Board
from .rows import nothing_known, rows, this_year
from .selection import Options, is_loaded


def brokered(matter: RegionView, options: Options) -> pl.DataFrame:
    """Count the pairs of actors with no interaction in common that relays of a territory stand between.

    The relays are those with a site in the territory; the ties those of the interactions they take part in; each pair
    counts once a relay (`gould_fernandez`, both directions halved). Option: `frame`, that of the relays (`node`, `place`).
    """
    board, relays = Board.of(matter), rows_of(matter, str(options["frame"]))
    if not is_loaded(matter, options):
        return nothing_known(board, this_year(matter))
    theirs = matter.frame("participations").select("interaction", "actor").unique()
    mine = (
        theirs.filter(pl.col("actor").is_in(relays["node"].unique().implode())).select("interaction").unique()
    )
    ties = theirs.join(mine, on="interaction", how="semi")
    pairs = ties.join(ties, on="interaction", suffix="_other").filter(pl.col("actor") < pl.col("actor_other"))
    graph: nx.Graph[str] = nx.Graph(
        pairs.select("actor", "actor_other").unique().sort("actor", "actor_other").iter_rows()
    )
    counts: dict[str, float] = {}
    if graph.number_of_nodes() >= 3 and graph.number_of_edges() >= 2:
        roles = gould_fernandez(graph, dict.fromkeys(graph, "actor"))
        counts = {actor: role.total / 2 for actor, role in roles.items()}
    sited = board.ground.locate(relays).select("at", item="node", group="node").unique()
    groups, there = board.distinct(sited, "group")
    weights = np.array([counts.get(str(one), 0.0) for one in groups])
    return rows(board, this_year(matter), None, there @ weights)


def academic_reach(matter: RegionView, options: Options) -> pl.DataFrame:
    """Count the academic actors that interactions, or relays, join to a territory, however many it takes.

    With `lost`: the share (%) of them that nothing would join to it any more without the relays that are sited there or
    serve it (option `frame`, that of the relays); 0 where there is no relay, no value where no academic actor is reached.
    """
    board, year = Board.of(matter), this_year(matter)
    if matter.frame("participations").is_empty() or (options.get("lost") and not is_loaded(matter, options)):
        return nothing_known(board, year)
    contacts = Contacts.of(matter)
    before = contacts.reached(board.members).astype(float)
    if not options.get("lost"):
        return rows(board, year, None, before)
    after = before.copy()
    relays = matter.once(relays_of)["node"].unique().sort().to_list()
    columns = np.array([contacts.names[one] for one in relays], dtype=np.intp)
    theirs = np.asarray((board.members @ contacts.at[:, columns]).toarray() > 0)
    for kind in np.unique(theirs[theirs.any(axis=1)], axis=0):
        same = np.flatnonzero((theirs == kind).all(axis=1))
        without = [relays[at] for at in np.flatnonzero(kind)]
        after[same] = contacts.reached(board.members[same, :], without)
    share = np.divide(100 * (before - after), before, out=np.full(len(board), np.nan), where=before > 0)
    return rows(board, year, None, share)
