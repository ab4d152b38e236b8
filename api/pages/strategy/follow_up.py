"""Objectives followed by their indicators: where they began, where they stand, what is aimed at, and the way by year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ....graph.indicators.rows import MISSING
from ....graph.region.strategies import expected, progress
from ....graph.sparql.results import Rows
from ....queries.query import Chart
from ....words import N_, gettext
from ...reading.things import Thing
from ...render.blocks.tables import Column, Table
from ...render.charts import Drawing, draw
from ..territory.lists import EVIDENCE, IDENTIFIER, SOURCES
from .lists import Context, titled

UNFOLLOWED = N_(
    "Aucun de ces objectifs n’a d’indicateur, de cible ni d’échéance : rien ne dit où ils en sont."
)
CHART = Chart("line", "period", "value", "line")


def objectives(context: Context) -> Table:
    """List the objectives, each at its places: first and last value of the indicator, target, part of the way done."""
    matter = context.matter
    rows = []
    for one in context.objectives:
        served, axis = len(matter.serving(one)), one.one("underAxis")
        for place in matter.places(one, context.strategy) or ("",):
            series = matter.series(one, place)
            period, value, firm = series[-1] if series else ("", None, "")
            done = progress(one.number("initialValue"), value, one.number("targetValue"))
            rows.append(
                {
                    "objective": titled(matter, one), "iri": one.path,
                    "axis": titled(matter, matter.things[axis]) if axis in matter.things else "",
                    "place": matter.name(place), "place_iri": place,
                    "indicator": _followed(context, one), "initial": one.number("initialValue"),
                    "value": value, "period": period, "target": one.number("targetValue"), "due": one.one("dueYear")[:4],
                    "done": None if done is None else 100 * done, "ahead": _ahead(context, one, value, period),
                    "interactions": served, "evidence": one.evidence, "of_value": firm, "source": one.source,
                }
            )  # fmt: skip
    following: tuple[Column, ...] = (
        Column("indicator", N_("Suivi par"), blank=MISSING, weight=1.6),
        Column("initial", N_("Départ"), "number", blank=MISSING),
        Column("value", N_("Dernière valeur"), "number", blank=MISSING),
        Column("period", N_("Période"), blank=MISSING),
        Column("target", N_("Cible"), "number", blank=MISSING),
        Column("due", N_("Échéance"), blank=MISSING),
        Column("done", N_("Chemin fait (%)"), "number", 0, MISSING),
        Column("ahead", N_("Rythme")),
        Column("of_value", N_("Preuve de la valeur"), "evidence"),
    )
    bare = not any(row["indicator"] or row["target"] or row["due"] for row in rows)
    if bare:  # columns that say nothing would leave objectives the width of a word
        following = tuple(replace(column, kind="file") for column in following)
    return Table(
        (
            Column("objective", N_("Objectif"), weight=2.4),
            Column("axis", N_("Axe"), "file"),
            Column("place", N_("Territoire"), "link"),
            *following[:-1],
            Column("interactions", N_("Interactions"), "number", 0),
            EVIDENCE,
            following[-1],
            SOURCES,
            IDENTIFIER,
        ),
        rows,
        empty=N_("Cette stratégie ne décrit aucun objectif."),
        notes=(UNFOLLOWED,) if rows and bare else (),
        question="objective-progress",
    )


def _followed(context: Context, objective: Thing) -> str:
    matter = context.matter
    name = matter.name(objective.one("monitoredBy"))
    return (
        f"{name} ({matter.names(objective.all('concerns'))})" if name and objective.all("concerns") else name
    )


def _ahead(context: Context, objective: Thing, value: float | None, period: str) -> str:
    """Say where the last value is beside a straight way from the initial value to the target; "" where it cannot be told."""
    first, last = _ends(objective)
    year = _year(period)
    if first is None or last is None or value is None or year is None or last[1] == first[1]:
        return ""
    ahead = (value - expected(first, last, year)) * (1 if last[1] > first[1] else -1)
    language = context.matter.language
    if ahead == 0:
        return gettext("au rythme", language)
    return gettext("en avance", language) if ahead > 0 else gettext("en deçà", language)


def _year(period: str) -> int | None:
    found = re.match(r"\d{4}", period)
    return int(found[0]) if found else None


def _ends(objective: Thing) -> tuple[tuple[int, float] | None, tuple[int, float] | None]:
    """Give the (year, value) where an objective began, and where it is to be; None for what it does not say."""
    made: list[tuple[int, float] | None] = []
    for year, value in (("initialYear", "initialValue"), ("dueYear", "targetValue")):
        when, much = _year(objective.one(year)), objective.number(value)
        made.append(None if when is None or much is None else (when, much))
    return made[0], made[1]


def trajectories(context: Context) -> Table:
    """Give, year by year, the known values of each objective's indicator, its initial value and its target."""
    rows = [row for one in context.objectives for row in _trajectory(context, one)]
    return Table(
        (
            Column("objective", N_("Objectif"), weight=2.4),
            Column("place", N_("Territoire"), "link"),
            Column("period", N_("Période")),
            Column("kind", N_("Ce que c’est")),
            Column("value", N_("Valeur"), "number"),
            EVIDENCE,
            IDENTIFIER,
        ),
        rows,
        empty=N_(
            "Aucun objectif n’a de valeur, de départ ni de cible : il n’y a pas de trajectoire à montrer."
        ),
        more={"drawings": list(_drawings(context))},
    )


def _trajectory(context: Context, objective: Thing) -> Iterator[dict[str, Any]]:
    matter = context.matter
    ends = [
        (str(end[0]), kind, end[1], objective.evidence)
        for end, kind in zip(_ends(objective), (N_("départ"), N_("cible")), strict=True)
        if end is not None
    ]
    known = N_("valeur connue")
    for place in matter.places(objective, context.strategy) or ("",):
        told = [(period, known, value, firm) for period, value, firm in matter.series(objective, place)]
        for period, kind, value, firm in sorted([*ends, *told], key=lambda row: row[0]):
            yield {
                "objective": titled(matter, objective), "iri": objective.path, "place": matter.name(place),
                "place_iri": place, "period": period, "kind": kind[matter.language], "value": value, "evidence": firm,
                "known": kind is known,
            }  # fmt: skip


def _drawings(context: Context) -> Iterator[tuple[str, Drawing]]:
    """Draw each objective that has two points or more: its known values at each place, and the way from start to target."""
    matter, language = context.matter, context.matter.language
    way = gettext("du départ à la cible", language)
    for one in context.objectives:
        rows = list(_trajectory(context, one))
        first, last = _ends(one)
        known = gettext("valeur connue", language)
        points = [[row["period"][:4], row["place"] or known, row["value"]] for row in rows if row["known"]]
        years = sorted({row["period"][:4] for row in rows})
        if first is not None and last is not None:  # at each year that is drawn, or its line would be broken
            points += [
                [year, way, expected(first, last, int(year))] for year in years if int(year) >= first[0]
            ]
        elif last is not None:
            points.append([str(last[0]), gettext("cible", language), last[1]])
        if len(years) > 1:
            title = titled(matter, one)
            yield title, draw(Rows(["period", "line", "value"], points), CHART, title, language)
