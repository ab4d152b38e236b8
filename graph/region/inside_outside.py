"""Inside, outside, unknown: where those who take part in interactions act from, seen from a territory.

One definition for all that is told of interactions (E–I index, shares, partners, flows, gaps). Somebody who takes part in an
interaction is INSIDE a territory where one of its participations in it is known to be from a commune of the territory; OUTSIDE
where its commune is known and is not one of those, or its country is known and is not France; UNKNOWN otherwise: that is not
outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from .gazetteer import Gazetteer
from .view import RegionView

Side = Literal["inside", "outside", "unknown"]
Values = npt.NDArray[np.float64]
HOME = "FR"
"""The country whose communes are known: that somebody is there tells no side."""

_PAIR = ["interaction", "actor"]


def side(inside: bool, known: bool) -> Side:
    """Name the side of somebody who acts from inside, or from somewhere that is `known`.

    >>> side(True, True), side(False, True), side(False, False)
    ('inside', 'outside', 'unknown')
    """
    return "inside" if inside else "outside" if known else "unknown"


def known_sides(matter: RegionView) -> pl.DataFrame:
    """Tell of each one who takes part in an interaction whether its side is `known`: a commune, or a country abroad.

    Columns: interaction, actor, known.
    """
    rows = matter.frame("participations").group_by(_PAIR).agg(known=pl.col("place").is_not_null().any())
    return rows.with_columns(pl.col("known") | pl.col("actor").is_in(abroad(matter).implode()))


def abroad(matter: RegionView) -> pl.Series:
    """List the actors whose country is known and is not France."""
    return abroad_of(matter.frame("actors"))


def abroad_of(actors: pl.DataFrame) -> pl.Series:
    """List those of the actors of a frame whose `country` is known and is not France."""
    if "country" not in actors.columns:
        return pl.Series("actor", [], dtype=pl.String)
    return actors.filter(pl.col("country") != HOME)["actor"].unique().sort()


@dataclass(frozen=True)
class Sides:
    """Those who take part in each interaction and the communes they act from.

    `names` are the interactions in order; `at` is pairs (interaction, actor) × communes (0 or 1), `of` interactions × pairs
    (0 or 1); `known` counts those of each interaction whose side is known.
    """

    names: tuple[str, ...]
    at: csr_array
    of: csr_array
    known: Values

    @classmethod
    def of_matter(cls, matter: RegionView) -> Sides:
        """Lay out the participations of a matter."""
        ground = Gazetteer.of(matter)
        pairs = known_sides(matter).sort(_PAIR).with_row_index("pair")
        names = pairs.select("interaction").unique().sort("interaction").with_row_index("row")
        pairs = pairs.join(names, on="interaction").sort("pair")
        placed = ground.locate(matter.frame("participations").select(*_PAIR, "place").drop_nulls())
        placed = placed.select(*_PAIR, "at").unique().join(pairs.select(*_PAIR, "pair"), on=_PAIR)
        ones = np.ones(placed.height)
        at = csr_array(
            (ones, (placed["pair"].to_numpy(), placed["at"].to_numpy())), shape=(pairs.height, len(ground))
        )
        rows = pairs["row"].to_numpy()
        of = csr_array(
            (np.ones(pairs.height), (rows, np.arange(pairs.height))), shape=(names.height, pairs.height)
        )
        known = np.bincount(rows, pairs["known"].to_numpy().astype(float), minlength=names.height)
        return cls(tuple(names["interaction"]), at, of, known.astype(float))

    def inside(self, members: csr_array) -> csr_array:
        """Count those of each interaction who are inside each territory: territories × interactions.

        `members` is territories × communes (0 or 1); somebody who acts from two communes of a territory counts once.
        """
        there = csr_array(members @ self.at.T)
        there.data[:] = 1.0
        return csr_array(there @ self.of.T)

    def communes(self) -> csr_array:
        """Tell from which communes each interaction is acted: interactions × communes (0 or 1)."""
        found = csr_array(self.of @ self.at)
        found.data[:] = 1.0
        return found


@dataclass(frozen=True)
class Crossing:
    """Interactions of each territory: `every`, those with somebody outside (`outward`), those of two or more inside (`inward`).

    An interaction of two inside and one outside is both outward and inward.
    """

    every: Values
    outward: Values
    inward: Values

    @classmethod
    def of(cls, sides: Sides, members: csr_array) -> Crossing:
        """Count the interactions of territories (`members`, territories × communes)."""
        inside = sides.inside(members).tocoo()
        outward = sides.known[inside.col] > inside.data
        return cls(
            *(
                np.bincount(inside.row[kept], minlength=members.shape[0]).astype(float)
                for kept in (inside.data > 0, outward, inside.data >= 2)
            )
        )

    def ei_index(self) -> Values:
        """Give (E − I) / (E + I) of the outward and the inward interactions; NaN where there is neither.

        Krackhardt & Stern 1988, on interactions in place of ties.

        >>> Crossing(*(np.array([n]) for n in (10.0, 3.0, 7.0))).ei_index().tolist()
        [-0.4]
        """
        both = self.outward + self.inward
        index: Values = np.full(len(both), np.nan)
        return np.divide(self.outward - self.inward, both, out=index, where=both > 0)


def partial_sources(matter: RegionView) -> frozenset[str]:
    """Give the sources (paths) that cover some territories alone: elsewhere, and in other years, none is no zero."""
    covers = matter.frame("source-territories")
    whole = covers.filter(pl.col("territory") == f"territory/{matter.within}")["source"]
    return frozenset(covers["source"]) - frozenset(whole)
