"""Relay structures: who they are, where they are, and the network through which territories reach academic actors."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ..analysis.adjacency import Adjacency, Counts
from ..analysis.reach import reach_of_groups
from .actor_types import ACADEMIC_TYPES
from .gazetteer import Gazetteer
from .names import UnknownName
from .view import RegionView

RELAY = "actor-type/relay-organization"
OPEN_PLACES = ("actor-type/third-place", "actor-type/public-service-point")
"""Places open to all that a partner may ask to relay: no source says that they do."""
POSSIBLE = (*OPEN_PLACES, "actor-type/mobile-public-service")
"""These places, and tours, which receive in none: no figure counts these."""


def relays_of(matter: RegionView) -> pl.DataFrame:
    """List the relay structures and where they are: their own sites, and the branches they run.

    Columns: `node`, `label`, `place` (null: not known), `serves`, `evidence`, `source`. A relay is known by a site of its own or
    by its type of actor.
    """
    sites = matter.frame("relays").with_columns(node=pl.coalesce("organization", "site"))
    own = sites.filter(pl.col("kind") == "relay")
    typed = matter.frame("actors").filter(pl.col("type") == RELAY).select(node="actor", name="label").unique()
    branches = sites.filter(pl.col("kind") == "branch").join(typed, on="node", how="semi")
    columns = ["node", "label", "place", "serves", "evidence", "source"]
    placed = pl.concat([own, branches]).select(columns)
    nowhere = typed.join(placed, on="node", how="anti").select("node", label="name")
    every = pl.concat([placed, nowhere], how="diagonal").join(
        typed, on="node", how="left", maintain_order="left"
    )
    label = pl.coalesce("name", "label").alias("label")
    return every.select("node", label, "place", "serves", "evidence", "source")


def carried(matter: RegionView) -> pl.DataFrame:
    """List who relayed which interaction: `actor`, `interaction`; whatever kind of actor it is, the role is what counts."""
    rows = matter.frame("participations").filter(pl.col("role") == "actor-role/relay")
    return rows.select("actor", "interaction").unique(maintain_order=True)


def pairs_alone(matter: RegionView) -> dict[str, int]:
    """Count, for each who relayed, the pairs of others that have no known interaction in common but those it relayed."""
    took = matter.frame("participations").select("interaction", "actor").unique()
    relayed = carried(matter).rename({"actor": "relay"})
    mine = relayed.join(took, on="interaction").filter(pl.col("actor") != pl.col("relay"))
    pairs = mine.join(mine, on=["relay", "interaction"], suffix="_other")
    pairs = pairs.filter(pl.col("actor") < pl.col("actor_other"))
    together = _meetings(took, pairs)
    through = pairs.group_by("relay", "actor", "actor_other").agg(through=pl.col("interaction").n_unique())
    alone = through.join(together, on=["actor", "actor_other"]).filter(pl.col("through") == pl.col("met"))
    return dict(alone.group_by("relay").agg(pl.len()).iter_rows())


def _meetings(took: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Count the interactions that each of some pairs of actors has in common, as `met`."""
    asked = pairs.select("actor", "actor_other").unique()
    first = asked.join(took, on="actor")
    met = first.join(took.rename({"actor": "actor_other"}), on=["actor_other", "interaction"])
    return met.group_by("actor", "actor_other").agg(met=pl.col("interaction").n_unique())


@dataclass(frozen=True)
class Contacts:
    """The network of actors and interactions: who is a resource, and who acts from, or serves, each commune.

    `names` has the node of each actor; `at` is communes of the ground × nodes of the network, of 0 and 1.
    """

    network: Adjacency | None
    names: dict[str, int]
    resources: npt.NDArray[np.bool_]
    at: csr_array

    @classmethod
    def of(cls, matter: RegionView) -> Contacts:
        """Read the contacts of a matter, once."""
        return matter.once(_read)

    def reached(self, members: csr_array, without: list[str] | None = None) -> Counts:
        """Count the resources that each territory (territories × communes) reaches, perhaps without some actors."""
        if self.network is None:
            return np.zeros(members.shape[0], dtype=np.int64)
        gone = np.zeros(len(self.resources), dtype=bool)
        gone[[self.names[one] for one in without or ()]] = True
        groups = csr_array(members @ self.at)
        groups.data[:] = 1.0
        return reach_of_groups(self.network, groups, self.resources & ~gone, gone)


def _read(matter: RegionView) -> Contacts:
    """Tie actors by their interactions; an actor is of the communes it acts from, a relay of those of its sites too.

    A relay that serves a territory is of each of its communes.
    """
    ground, relays = Gazetteer.of(matter), matter.once(relays_of)
    rows = matter.frame("participations")
    pairs = rows.select("interaction", "actor").unique()
    actors = pl.concat([rows["actor"], relays["node"]]).unique().sort()
    events = pairs["interaction"].unique().sort()
    size = len(actors) + len(events)
    number = pl.DataFrame({"actor": actors, "n": np.arange(len(actors))})
    event = pl.DataFrame({"interaction": events, "m": np.arange(len(actors), size)})
    tied = pairs.join(number, on="actor").join(event, on="interaction")
    ends = (tied["n"].to_numpy(), tied["m"].to_numpy())
    half = csr_array((np.ones(tied.height), ends), shape=(size, size))
    places = pl.concat(
        [rows.select("actor", "place"), relays.select("place", actor="node").select("actor", "place")]
    )
    located = ground.locate(places.unique()).select("actor", "at").unique()
    at = pl.concat([located, _served(ground, relays)]).unique().join(number, on="actor")
    there = csr_array(
        (np.ones(at.height), (at["at"].to_numpy(), at["n"].to_numpy())), shape=(len(ground), size)
    )
    academic = rows.filter(pl.col("type").is_in(ACADEMIC_TYPES))["actor"].unique()
    resources = np.zeros(size, dtype=bool)
    resources[: len(actors)] = actors.is_in(academic.implode()).to_numpy()
    network = Adjacency.of(csr_array(half + half.T)) if size else None
    return Contacts(network, {node: at for at, node in enumerate(actors)}, resources, there)


def _served(ground: Gazetteer, relays: pl.DataFrame) -> pl.DataFrame:
    """Pair each relay with the communes of the territories it serves, of those that are on the ground."""
    served = relays.drop_nulls("serves").select("node", "serves").unique(maintain_order=True)
    pairs: list[tuple[str, int]] = []
    for node, serves in served.iter_rows():
        with suppress(UnknownName):
            pairs += [(node, int(at)) for at in ground.territory(serves).communes]
    return pl.DataFrame(pairs, schema={"actor": pl.String, "at": pl.Int64}, orient="row")
