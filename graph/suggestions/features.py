"""What speaks for a tie between an academic actor and a company, in figures: paths, circles, activity, field, place.

A `Period` knows what was known at the end of a year, and nothing later.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

import numpy as np
import polars as pl
from scipy.sparse import block_array, csr_array  # type: ignore[import-untyped, unused-ignore]

from ...words import N_
from ..analysis.adjacency import Places, Values
from ..analysis.links import adamic_adar, l3, popularity, resource_allocation
from ..analysis.walks import katz
from ..findings.model import Words
from ..region.firmness import firmest
from ..region.view import RegionView
from .directory import Directory
from .novelty import Houses
from .ties import Ties
from .topics import Topics

FEATURES: dict[str, Words] = {
    "paths": N_("précédents (chemins de longueur trois)"),
    "circle": N_("proximité dans le réseau des projets"),
    "shared": N_("partenaires communs"),
    "projects_a": N_("projets de l'acteur académique"),
    "projects_c": N_("projets de l'entreprise"),
    "recent_a": N_("projets récents de l'acteur académique"),
    "recent_c": N_("projets récents de l'entreprise"),
    "field": N_("discipline des partenaires de l'entreprise"),
    "topic": N_("sujets des projets"),
    "programme": N_("mêmes dispositifs (ANR, H2020, i-Lab…)"),
    "near": N_("même département"),
    "chain": N_("même filière"),
}
"""What is counted for a pair, in words; the order is that of the columns of `Period.of`."""
HEAVY = ("paths", "circle", "shared")
"""Features of heavy tails: scaled by a typical value, then taken as logarithms."""
FLOOR = {"programme": 0.2, "near": 0.2, "chain": 0.1}
"""Features that are 1 or 0: the least spread they are taken to have, that one rare fact does not decide all."""
RECENT = 3
"""Years that count as recent: the last ones of each source, as sources do not end in the same year."""
QUIET = 8
"""Years without a new project after which an actor is no longer suggested: of those silent for longer, none had a new tie."""
_PRIOR = 2.0
"""Partners added to a company's, spread as all partners are, when its fields are compared."""
_TOLERANCE = 1e-9

METHODS = {
    "popularity": popularity,
    "adamic_adar": adamic_adar,
    "resource_allocation": resource_allocation,
    "l3": l3,
    "katz": katz,
}


class Period:
    """What was known of ties at the end of a `year` (None: all), from one `source` or all; `real`: official facts alone."""

    def __init__(
        self, matter: RegionView, year: int | None = None, source: str | None = None, *, real: bool = True
    ) -> None:
        self.matter, self.ties, self.who = matter, Ties.of(matter), Directory.of(matter)
        self.year = year if year is not None else self.ties.latest
        known = pl.lit(value=True)
        if real:
            known = (pl.col("evidence") == "documented") & pl.col("year").is_not_null()
        if year is not None:
            known = known & (pl.col("year") <= year)
        if source is not None:
            known = known & (pl.col("source") == source)
        self.meetings, self.events = self.ties.meetings.filter(known), self.ties.events.filter(known)
        told = self.ties.events  # of any evidence, dated or not: whoever met under a declared project has met
        self._told = self.events if year is not None else told
        self.n_a, self.n_c = len(self.ties.academics), len(self.ties.companies)
        self.candidates: dict[bool, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
        self.incidence = _table(self.events["a"], self.events["c"], (self.n_a, self.n_c))

    @cached_property
    def bipartite(self) -> csr_array:
        """The adjacency of the two sides: academic actors, then companies."""
        tied = self.incidence
        return csr_array(block_array([[None, tied], [tied.T, None]], format="csr"))

    @cached_property
    def together(self) -> csr_array:
        """The adjacency of all actors: 1 where two took part in one interaction (the one-mode projection)."""
        met = _table(
            self.meetings["node"],
            self.meetings["interaction"].rank("dense").cast(pl.Int64) - 1,
            (len(self.ties.nodes), None),
        )
        found = csr_array(met @ met.T)
        found.setdiag(0)
        found.eliminate_zeros()
        found.data[:] = 1.0
        return found

    @property
    def academics(self) -> Places:
        """The academic actors that have a tie."""
        return np.flatnonzero(self.degree_a)

    @property
    def companies(self) -> Places:
        """The companies that have a tie."""
        return np.flatnonzero(self.degree_c)

    def tied(self, pairs: Places) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which pairs are of houses that have met: themselves, those above or below them, those of their name."""
        return self._houses.known(self._met, pairs)

    @cached_property
    def _houses(self) -> Houses:
        return Houses.of(self.matter)

    @cached_property
    def _met(self) -> csr_array:
        return self._houses.met(self._told)

    def method(self, name: str, pairs: Places, *, together: bool = False) -> Values:
        """Score pairs by a published method, on the two sides or on the one-mode projection."""
        network = self.together if together else self.bipartite
        ends = pairs + np.array([0, self.n_a])
        if len(np.unique(pairs[:, 1])) < len(np.unique(pairs[:, 0])):  # the same score, fewer sources
            ends = ends[:, ::-1]
        if name == "katz":
            return katz(network, ends, tolerance=_TOLERANCE)
        return METHODS[name](network, ends)

    def of(self, pairs: Places) -> Values:
        """Give the features of pairs, as counted: m × features."""
        a, c = pairs[:, 0], pairs[:, 1]
        node = c + self.n_a
        columns = {
            "paths": self.method("l3", pairs),
            "circle": self.method("katz", pairs, together=True),
            "shared": self.method("resource_allocation", pairs, together=True),
            "projects_a": np.log1p(self._projects[a]),
            "projects_c": np.log1p(self._projects[node]),
            "recent_a": np.log1p(self._recent[a]),
            "recent_c": np.log1p(self._recent[node]),
            "field": self.fields(a, c),
            "topic": self.topics.alike(a, node),
            "programme": (self._sources[a] & self._sources[node]).any(axis=1).astype(float),
            "near": self.near(a, node),
            "chain": self.chained(a, node),
        }
        return np.column_stack([columns[name].astype(float) for name in FEATURES])

    def near(self, one: Places, other: Places) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which pairs of actors are in the same département."""
        return np.asarray((self._department[one] == self._department[other]) & (self._department[one] >= 0))

    def chained(self, one: Places, other: Places) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which pairs of actors are of one value chain."""
        return np.asarray((self._chains[one] & self._chains[other]).any(axis=1))

    def fields(self, a: Places, c: Places) -> Values:
        """Tell how much more a company's partners are of an academic actor's field than partners at large: a log ratio.

        0 where the field is not known.
        """
        shares, base, field = self._fields
        found, known = np.zeros(len(a)), field[a] >= 0
        at = field[a[known]]
        found[known] = np.log(shares[c[known], at] / base[at])
        return found

    @cached_property
    def topics(self) -> Topics:
        """What the projects of each actor are about."""
        return Topics(self.meetings, len(self.ties.nodes))

    @cached_property
    def degree_a(self) -> Values:
        """How many companies each academic actor is tied to."""
        return np.asarray(np.diff(self.incidence.indptr), dtype=float)

    @cached_property
    def degree_c(self) -> Values:
        """How many academic actors each company is tied to."""
        return np.bincount(self.incidence.indices, minlength=self.n_c).astype(float)

    @cached_property
    def _by_company(self) -> csr_array:
        return csr_array(self.incidence.T)

    def projects(self, node: int) -> int:
        """Count the interactions an actor took part in."""
        return int(self._projects[node])

    def quiet(self, node: int) -> bool:
        """Tell whether the latest dated project of an actor began more than `QUIET` years before."""
        return node in self._last and self._last[node] < self.year - QUIET

    @cached_property
    def _last(self) -> dict[int, int]:
        rows = self.meetings.drop_nulls("year").group_by("node").agg(pl.col("year").max())
        return dict(rows.iter_rows())

    def partners_of_company(self, c: int) -> Places:
        """List the academic actors a company is tied to."""
        return np.asarray(self._by_company[[c]].indices, dtype=np.intp)

    @cached_property
    def place(self) -> dict[int, str]:
        """Where each actor takes part from most often, else where its site is."""
        counts: dict[int, Counter[str]] = {}
        rows = self.meetings.drop_nulls("place").group_by("node", "place").len().sort("node", "place")
        for node, place, n in rows.iter_rows():
            counts.setdefault(node, Counter())[place] += n
        found = {
            self.ties.at[actor]: place for actor, place in self.who.place.items() if actor in self.ties.at
        }
        return {node: tally.most_common(1)[0][0] for node, tally in counts.items()} | found

    @cached_property
    def chains(self) -> dict[int, dict[str, str]]:
        """The value chains each actor is itself a member of (never by a project), with the firmest evidence of it."""
        found: dict[int, dict[str, str]] = {}
        rows = self.matter.frame("members").select("chain", "member", "evidence").unique()
        for chain, member, evidence in rows.iter_rows():
            node = self.ties.at.get(member)
            if node is not None:
                of = found.setdefault(node, {})
                of[chain] = firmest(evidence or "inferred", *([of[chain]] if chain in of else ()))
        return found

    @cached_property
    def _projects(self) -> Values:
        return np.bincount(self.meetings["node"].to_numpy(), minlength=len(self.ties.nodes)).astype(float)

    @cached_property
    def _recent(self) -> Values:
        late = self.meetings.filter(pl.col("year") > pl.col("year").max().over("source") - RECENT)
        return np.bincount(late["node"].to_numpy(), minlength=len(self.ties.nodes)).astype(float)

    @cached_property
    def _sources(self) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        found = np.zeros((len(self.ties.nodes), max(self.meetings["source"].n_unique(), 1)), dtype=bool)
        rows = (
            self.meetings.select("node", pl.col("source").rank("dense").cast(pl.Int64)).drop_nulls().unique()
        )
        found[rows["node"].to_numpy(), rows["source"].to_numpy() - 1] = True
        return found

    @cached_property
    def _department(self) -> Places:
        names: dict[str, int] = {}
        found = np.full(len(self.ties.nodes), -1, dtype=np.intp)
        for node, place in self.place.items():
            if "/commune/" in place:
                code = place.rsplit("/", 1)[-1]
                found[node] = names.setdefault(code[:3] if code.startswith("97") else code[:2], len(names))
        return found

    @cached_property
    def _chains(self) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
        names = sorted(set().union(*self.chains.values())) if self.chains else []
        found = np.zeros((len(self.ties.nodes), max(len(names), 1)), dtype=bool)
        for node, chains in self.chains.items():
            found[node, [names.index(one) for one in chains]] = True
        return found

    @cached_property
    def _fields(self) -> tuple[Values, Values, Places]:
        """Shares of fields among each company's partners (with a prior), shares at large, field of each academic actor."""
        names = sorted(set(self.who.field.values()))
        field = np.array(
            [
                names.index(self.who.field[one]) if one in self.who.field else -1
                for one in self.ties.academics
            ],
            dtype=np.intp,
        )
        of = np.zeros((self.n_a, max(len(names), 1)))
        of[field >= 0, field[field >= 0]] = 1.0
        counts = np.asarray(self.incidence.T @ of)
        total = counts.sum(axis=1, keepdims=True)
        base = (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1])
        return (counts + _PRIOR * base) / (total + _PRIOR), base, field


def _table(rows: pl.Series, columns: pl.Series, shape: tuple[int, int | None]) -> csr_array:
    """Give a table of 0 and 1."""
    left, right = rows.to_numpy().astype(np.intp), columns.to_numpy().astype(np.intp)
    width = shape[1] if shape[1] is not None else int(right.max(initial=-1)) + 1
    found = csr_array((np.ones(len(left)), (left, right)), shape=(shape[0], max(width, 1)))
    found.sum_duplicates()
    found.data[:] = 1.0
    return found
