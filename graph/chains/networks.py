"""The networks of filières read from a matter: members, the organisations tied to them, places, years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .network import HOLDING, KINDS, Actor, ChainNetwork, Tie

_COMMUNE, _DEPARTMENT = "territory/commune/", "territory/department/"
_INSTITUTIONS = frozenset(
    {"actor-type/higher-education", "actor-type/academic-component", "actor-type/research-organization"}
)


def network_of(matter: RegionView, chain: str) -> ChainNetwork:
    """Give the network of a filière (its path), read once a matter; empty where nobody takes part."""
    return matter.once(_Networks).of(chain)


def proposed(matter: RegionView, chain: str) -> ChainNetwork:
    """Give whom words propose for a filière (its path), by name, and who holds them: nobody checked them, no figure has them."""
    return matter.once(_Networks).proposed(chain)


class _Networks:
    """The networks of a matter, each made when first asked for; what they share is read once."""

    def __init__(self, matter: RegionView) -> None:
        self._matter = matter
        self._made: dict[str, ChainNetwork] = {}
        actors = matter.frame("actors").unique("actor", keep="first", maintain_order=True)
        self._labels = dict(matter.frame("titles").select("interaction", "label").drop_nulls().iter_rows())
        self._labels |= dict(actors.select("actor", "label").drop_nulls().iter_rows())
        self._types = dict(actors.select("actor", "type").drop_nulls().iter_rows())
        self._units = set(matter.frame("units")["unit"])
        self._programmes = set(matter.frame("programmes")["programme"])
        self._dated = {
            path: (year, evidence or "documented", source or "")
            for path, year, evidence, source in matter.frame("interactions")
            .select("interaction", "year", "evidence", "source")
            .iter_rows()
        }
        self._place = _Places(matter)

    def of(self, chain: str) -> ChainNetwork:
        if chain not in self._made:
            self._made[chain] = self._network(chain)
        return self._made[chain]

    def _network(self, chain: str) -> ChainNetwork:
        actors = self._members(chain)
        ties = list(self._ties(set(actors)))
        for tie in ties:
            for path in (tie.first, tie.second):
                if path not in actors:
                    actors[path] = Actor(path, self._label(path), self._kind(path))
                    for place in self._place.of(path):
                        self._place.put(actors[path], place)
                if tie.year and not actors[path].member:
                    actors[path].years.add(tie.year)
        self._date(actors)
        members = {path for path, actor in actors.items() if actor.member}
        ties += [*self._shared(set(actors)), *self._together(set(actors), members)]
        for tie in ties:
            for path in (tie.first, tie.second):
                if path not in members:
                    actors[path].evidence.add(tie.evidence)
        order = {kind: rank for rank, kind in enumerate(KINDS)}
        ranked = sorted(
            actors.values(),
            key=lambda actor: (not actor.member, order[actor.kind], actor.label.casefold(), actor.path),
        )
        return ChainNetwork(chain, {actor.path: actor for actor in ranked}, ties)

    def _members(self, chain: str) -> dict[str, Actor]:
        """Give who takes part in a filière by path, with what each does there and why it is known."""
        actors: dict[str, Actor] = {}
        rows = self._matter.frame("members").filter(pl.col("chain") == chain).sort("member", "function")
        names = ("member", "label", "function", "stage", "rule", "evidence", "place")
        for path, label, function, stage, rule, evidence, place in rows.select(names).iter_rows():
            if path not in actors:
                actors[path] = Actor(path, label or self._label(path), self._kind(path))
            actor = actors[path]
            actor.functions.add(function)
            actor.stages |= {stage} - {None}
            actor.rules |= {rule} - {None}
            actor.evidence.add(evidence or "documented")
            self._place.put(actor, place)
        return actors

    def proposed(self, chain: str) -> ChainNetwork:
        """Give who is proposed for a filière, by name, with what each would do there, the rule that proposes it, and holders."""
        actors: dict[str, Actor] = {}
        rows = self._matter.frame("proposals").filter(pl.col("chain") == chain)
        names = ("member", "label", "function", "stage", "rule")
        for path, label, function, stage, rule in rows.select(names).sort(pl.all()).iter_rows():
            actor = actors.setdefault(path, Actor(path, label or self._label(path), self._kind(path)))
            actor.functions.add(function)
            actor.stages |= {stage} - {None}
            actor.rules.add(rule)
        for path, actor in actors.items():
            for place in self._place.of(path):
                self._place.put(actor, place)
        ranked = sorted(actors.values(), key=lambda actor: (actor.label.casefold(), actor.path))
        ties = [tie for tie in self._ties(set(actors)) if tie.kind in HOLDING]
        held = {
            tie.second: Actor(tie.second, self._label(tie.second), self._kind(tie.second)) for tie in ties
        }
        return ChainNetwork(chain, held | {actor.path: actor for actor in ranked}, ties)

    def _ties(self, members: set[str]) -> Iterator[Tie]:
        frame = self._matter.frame
        chosen = pl.Series(sorted(members), dtype=pl.String).implode()
        offered = frame("programmes").filter(pl.col("programme").is_in(chosen))
        for first, second, evidence in (
            offered.select("programme", "institution", "evidence")
            .drop_nulls("institution")
            .unique()
            .sort(pl.all())
            .iter_rows()
        ):
            yield Tie(first, second, "offers", None, evidence or "documented")
        over = frame("supervisions").filter(
            pl.col("unit").is_in(chosen) & pl.col("institution").is_not_null()
        )
        for first, second in over.select("unit", "institution").unique().sort(pl.all()).iter_rows():
            yield Tie(first, second, "supervises")
        part = frame("participations").filter(
            pl.col("interaction").is_in(chosen) & pl.col("actor").is_not_null()
        )
        for first, second in part.select("interaction", "actor").unique().sort(pl.all()).iter_rows():
            year, evidence, source = self._dated.get(first, (None, "documented", ""))
            yield Tie(first, second, "takes-part", year, evidence, source=source)

    def _shared(self, actors: set[str]) -> Iterator[Tie]:
        """Give the projects, of any subject, that a source only counts between two organisations of the network."""
        chosen = pl.Series(sorted(actors), dtype=pl.String).implode()
        both = self._matter.frame("ties").filter(
            pl.col("first").is_in(chosen) & pl.col("second").is_in(chosen)
        )
        for first, second, shared, evidence, source in (
            both.select("first", "second", "shared", "evidence", "source").unique().sort(pl.all()).iter_rows()
        ):
            yield Tie(first, second, "works-with", None, evidence or "documented", shared or 1, source or "")

    def _together(self, actors: set[str], members: set[str]) -> Iterator[Tie]:
        """Give the interactions, of any subject, that a member shares with another organisation of the network.

        One tie a pair, source and evidence, with the latest year. Both ends are in the network already: a project of a
        hundred partners joins no stranger to it.
        """
        chosen, own = (pl.Series(sorted(some), dtype=pl.String).implode() for some in (actors, members))
        took = self._matter.frame("participations").select("interaction", "actor").drop_nulls().unique()
        took = took.filter(pl.col("actor").is_in(chosen))
        pairs = took.join(took, on="interaction", suffix="_other").filter(
            (pl.col("actor") < pl.col("actor_other"))
            & (pl.col("actor").is_in(own) | pl.col("actor_other").is_in(own))
        )
        facts = self._matter.frame("interactions").select("interaction", "year", "evidence", "source")
        pairs = pairs.join(facts.unique("interaction", keep="first"), on="interaction", how="left")
        ties = pairs.group_by("actor", "actor_other", "source", "evidence").agg(
            pl.col("year").max(), shared=pl.len()
        )
        names = ("actor", "actor_other", "year", "evidence", "shared", "source")
        for first, second, year, evidence, shared, source in ties.select(names).sort(pl.all()).iter_rows():
            yield Tie(first, second, "works-with", year, evidence or "documented", shared, source or "")

    def _date(self, actors: dict[str, Actor]) -> None:
        """Give the years of projects, and those in which programmes and units begin."""
        for path, actor in actors.items():
            if path in self._dated and self._dated[path][0]:
                actor.years.add(self._dated[path][0])
        for frame, key in (("programmes", "programme"), ("units", "unit")):
            rows = self._matter.frame(frame).filter(pl.col(key).is_in(pl.Series(sorted(actors)).implode()))
            for path, start in rows.select(key, "start").drop_nulls().iter_rows():
                actors[path].years.add(start)

    def _label(self, path: str) -> str:
        return self._labels.get(path) or path.rpartition("/")[2]

    def _kind(self, path: str) -> str:
        if path in self._programmes:
            return "programme"
        if path in self._units:
            return "unit"
        if path in self._dated or path.startswith(("project/", "interaction/")):
            return "project"
        kind = self._types.get(path, "")
        if kind == "actor-type/company":
            return "company"
        if kind == "actor-type/research-unit":
            return "unit"
        return "institution" if kind in _INSTITUTIONS else "other"


class _Places:
    """Where actors stand: communes by actor, and the département, EPCI and employment zone of each commune."""

    def __init__(self, matter: RegionView) -> None:
        self._ground = Gazetteer.of(matter)
        self._within: dict[int, set[str]] = defaultdict(set)
        for level in ("department", "epci", "zone"):
            for territory in self._ground.of_level(level):
                for at in territory.communes:
                    self._within[int(at)].add(territory.id)
        self._of: dict[str, set[str]] = defaultdict(set)
        for frame, key in (
            *(("institutions", "organization"), ("units", "unit")),
            *(("programmes", "programme"), ("participations", "actor")),
        ):
            for path, place in matter.frame(frame).select(key, "place").drop_nulls().iter_rows():
                self._of[path].add(place)

    def of(self, path: str) -> set[str]:
        return self._of.get(path, set())

    def put(self, actor: Actor, place: str | None) -> None:
        """Say that an actor stands in a place."""
        if not place:
            return
        if ats := self._ground.at(place):
            for at in ats:
                actor.places.add(self._ground.ids[at])
                actor.territories |= self._within[at]
        elif place.startswith(_DEPARTMENT):  # all that is told of where some companies are
            actor.places.add(place)
            actor.territories.add(place)
        elif (code := place.removeprefix(_COMMUNE)) != place:
            actor.places.add(place)
            actor.territories.add(f"{_DEPARTMENT}{code[: 3 if code.startswith('97') else 2]}")
