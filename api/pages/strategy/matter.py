"""What the graph says of strategies, read once a publication: axes, objectives, actions, budgets, contributions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl
from fastapi import Request

from ....graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout
from ....graph.region.names import UnknownName
from ....graph.region.strategies import Aim, lateness
from ....graph.region.text import fold
from ....ontology.labels import Term
from ....words import date as written
from ....words import gettext
from ...reading.publication import reading_of
from ...reading.solutions import Reading, Row
from ...reading.things import Thing, Things, ask, full_iri, graphs_of, path_of, things_of
from ...web.links import local_name
from ...web.page_language import choose_language
from ...web.turns import run_in_turn
from ..territory.matter import PortraitData, portraits_of

Observed = tuple[str, float, str]
"""A value of an indicator: its period, the value, its evidence."""


@dataclass(frozen=True)
class Contribution:
    """An interaction that serves an objective, which it says (`action` is ""), or that came of an action (`objective` is "")."""

    interaction: str
    objective: str
    action: str
    type: str
    year: int | None
    evidence: str
    source: str


@dataclass(frozen=True)
class StrategyMatter(Things):
    """All that pages of strategies are made from; `seen` is None without the region. Names are those of the reading."""

    contributions: Sequence[Contribution]
    observed: Mapping[tuple[str, str, str], Sequence[Observed]]
    seen: PortraitData | None
    today: date = field(default_factory=date.today)

    def strategies(self) -> list[Thing]:
        """List the strategies."""
        return self.of_class("StrategyDocument")

    def parts(self, strategy: Thing, name: str) -> list[Thing]:
        """List the axes, objectives or actions of a strategy (`definesAxis`…), in the order of their numbers."""
        return sorted(
            (self.things[path] for path in strategy.all(name) if path in self.things),
            key=lambda one: one.order,
        )

    def budget(self, action: Thing) -> list[Thing]:
        """List the budget lines of an action, by year."""
        lines = [self.things[path] for path in action.all("hasBudgetLine") if path in self.things]
        return sorted(lines, key=lambda one: (one.one("year"), one.path))

    @cached_property
    def _served(self) -> tuple[dict[str, list[Contribution]], dict[str, list[Contribution]]]:
        objectives, actions = defaultdict(list), defaultdict(list)
        for one in self.contributions:
            if one.objective:
                objectives[one.objective].append(one)
            if one.action:
                actions[one.action].append(one)
                for objective in (
                    self.things[one.action].all("pursuesObjective") if one.action in self.things else ()
                ):
                    objectives[objective].append(one)
        return objectives, actions

    def serving(self, thing: Thing) -> dict[str, Contribution]:
        """Give the interactions that serve an objective or came of an action, each once."""
        objectives, actions = self._served
        return {
            one.interaction: one for one in (*objectives.get(thing.path, ()), *actions.get(thing.path, ()))
        }

    def places(self, thing: Thing, strategy: Thing) -> Sequence[str]:
        """List the territories that an objective or an action is for: those of its strategy where it says none."""
        return thing.all("forTerritory") or strategy.all("forTerritory")

    def series(self, objective: Thing, place: str) -> list[Observed]:
        """List the values of the indicator of an objective at a place, as (period, value, evidence), the oldest first.

        They are those that a source observed, or else those computed of the graph: of the year of their data, where it is one,
        as in portraits. An objective that concerns a filière, a sector or a discipline is followed by their values alone.
        """
        subjects, indicator = objective.all("concerns"), objective.one("monitoredBy")
        if len(subjects) > 1:
            return []  # the sum of two is not said to be its
        subject = next(iter(subjects), "")
        if told := self.observed.get((indicator, place, subject)):
            return sorted(told)
        if self.seen is None:
            return []
        by = pl.col("by") == subject if subject else pl.col("by").is_null()
        rows = self.seen.cube.of_territory(place).filter(
            (pl.col("indicator") == local_name(indicator)) & by & pl.col("value").is_not_null()
        ).sort("period")  # fmt: skip
        years = {period: self.seen.cube.as_of(local_name(indicator), period) for period in rows["period"]}
        return [
            (years[period] if years[period].isdigit() else str(period), float(value), str(status))
            for period, value, status in rows.select("period", "value", "evidence").iter_rows()
        ]

    def late(self, action: Thing) -> str:
        """Say that an action is late, and since when; "" where it is not."""
        how = lateness(
            local_name(action.one("actionStatus")), action.day("startDate"), action.day("endDate"), self.today
        )
        if not how:
            return ""
        day = action.one("endDate" if how == "unfinished" else "startDate")
        told = written(day, self.language)
        if how == "unfinished":
            return gettext("en retard : devait finir le {day}", self.language, day=told)
        return gettext("en retard : devait commencer le {day}", self.language, day=told)

    def status(self, action: Thing) -> str:
        """Name the status of an action."""
        path = action.one("actionStatus")
        return Term.of(path)[self.language].replace("'", "’") if path else ""

    def aims(self, strategy: Thing) -> list[Aim]:
        """Give what the objectives of a strategy can share with those of another."""
        return [
            Aim(one.path, fold(self.name(one.path)), one.one("monitoredBy"), frozenset(one.all("concerns")))
            for one in self.parts(strategy, "definesObjective")
        ]

    def learn(self, paths: Iterable[str]) -> None:
        """Look up at once the names of what is about to be shown."""
        self.reading.learn_labels({full_iri(path) for path in paths if path})


def _contribution(row: Row) -> Contribution:
    year = row.get("year", "")
    return Contribution(
        path_of(row["interaction"]), path_of(row.get("objective", "")), path_of(row.get("action", "")), path_of(row["type"]),
        int(year) if year.isdigit() else None, local_name(row.get("evidence", "documented")),
        path_of(row.get("source", "")).removeprefix("source/"),
    )  # fmt: skip


async def _portrait_data(request: Request, reading: Reading) -> PortraitData | None:
    """Give what portraits read, for values and interactions of territories; None without the region, or not yet."""
    portraits = portraits_of(request)
    if portraits.nothing(reading.snapshot):
        return None
    try:
        return await portraits.of(reading.snapshot)
    except (UnknownName, ValueError):
        return None  # the publication does not describe the region
    except (NoSnapshot, PoolBusy, QueryTimeout):
        reading.failed = True  # the page goes without, and is not kept
        return None


async def matter_of(request: Request, *, values: bool = True) -> StrategyMatter:
    """Read what pages of strategies are made from, with the values of indicators or without; raises what the pool raises."""
    reading = reading_of(request)
    reading.language = choose_language(request)
    seen = await _portrait_data(request, reading) if values else None
    return await run_in_turn(_read, reading, graphs_of(request, reading), seen)


def _read(reading: Reading, graphs: list[str], seen: PortraitData | None) -> StrategyMatter:
    things = things_of(ask(reading, "strategy/facts", graphs))
    served = [_contribution(row) for row in ask(reading, "strategy/contributions", graphs)] if things else []
    matter = StrategyMatter(
        things, reading, reading.language, served, _observed(reading, graphs, things.values()), seen
    )
    matter.learn(
        {path for one in things.values() for path in (one.path, *_linked(one))}
        | {one.interaction for one in served}
    )
    return matter


def _observed(
    reading: Reading, graphs: list[str], things: Iterable[Thing]
) -> dict[tuple[str, str, str], list[Observed]]:
    """Read the observed values of the indicators of objectives at their territories, by indicator, place and sector."""
    indicators = {full_iri(path) for one in things for path in one.all("monitoredBy")}
    territories = {full_iri(path) for one in things for path in one.all("forTerritory")}
    found: dict[tuple[str, str, str], list[Observed]] = defaultdict(list)
    if indicators and territories:
        asked = {"indicators": sorted(indicators), "territories": sorted(territories)}
        for row in ask(reading, "strategy/observed", graphs, **asked):
            key = (path_of(row["indicator"]), path_of(row["territory"]), path_of(row.get("sector", "")))
            found[key].append(
                (row["period"], float(row["value"]), local_name(row.get("status", "documented")))
            )
    return found


_NAMED = (
    *(
        "adoptedBy",
        "runBy",
        "inPartnershipWith",
        "fundedBy",
        "forTerritory",
        "concerns",
        "monitoredBy",
        "underAxis",
    ),
    "pursuesObjective",
)
"""Properties whose values are shown by their names."""


def _linked(one: Thing) -> Iterable[str]:
    return (path for name in _NAMED for path in one.all(name))
