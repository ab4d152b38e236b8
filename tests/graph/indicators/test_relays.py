"""Whom relays join and whom a territory reaches; stages that take over what no assumption changes; boards of few communes."""

from __future__ import annotations

import polars as pl
from ancrage.graph.indicators.board import Board
from ancrage.graph.indicators.counts import items, observed
from ancrage.graph.indicators.formulas import FORMULAS
from ancrage.graph.indicators.tracing import Tracing
from ancrage.graph.region.relays import relays_of
from ancrage.graph.region.view import RegionView

from ..scenarios.test_scenarios import TWO, A, B, C, frames, table

ONE, DEPARTMENT = "territory/epci/200000001", "territory/department/26"
LOST = {"lost": True, "frame": "relay-structures"}


def of(**other: pl.DataFrame) -> RegionView:
    return RegionView(None, (), "20260101T000000Z-00000000", frames={**frames(), **other})


def value(matter: RegionView, formula: str, territory: str, **options: object) -> float | None:
    rows = FORMULAS[formula][0](matter, options).filter(pl.col("by").is_null(), territory=territory)
    found: float | None = rows["value"].item()
    return found


def test_relays_join_pairs_and_tie_territories_to_laboratories() -> None:
    matter = of()
    assert value(matter, "brokered", ONE, frame="relay-structures") == 1  # firm – relay – laboratory
    assert value(matter, "brokered", TWO, frame="relay-structures") == 0
    assert [value(matter, "academic-reach", one) for one in (ONE, TWO, DEPARTMENT)] == [1, 1, 1]
    # the West reaches the laboratory through the relay alone; it serves the East too, which holds the laboratory
    assert [value(matter, "academic-reach", one, **LOST) for one in (ONE, TWO)] == [100, 0]


def test_a_relay_that_serves_a_territory_ties_it_without_a_site_there() -> None:
    ties = frames()["participations"].filter(pl.col("interaction") == "i/2")
    lab_away = of(
        participations=ties.with_columns(place=pl.when(pl.col("place") == C).then(None).otherwise("place"))
    )
    assert value(lab_away, "academic-reach", TWO) == 1
    assert value(lab_away, "academic-reach", TWO, **LOST) == 100


def test_without_any_relay_nothing_is_known_of_them_and_what_is_reached_is() -> None:
    matter = of(relays=frames()["relays"].clear(), actors=frames()["actors"].clear())
    assert value(matter, "brokered", ONE, frame="relay-structures") is None
    assert value(matter, "academic-reach", ONE, **LOST) is None
    assert value(matter, "academic-reach", ONE) == 1  # the relay is an actor that takes part, whatever it is
    nobody = of(participations=frames()["participations"].clear())
    assert value(nobody, "academic-reach", ONE) is None


def test_being_in_one_commune_joins_nobody() -> None:
    ties = [
        ("i/1", "organization/firm", "actor-type/company", "r", A),
        ("i/1", "organization/other", "actor-type/company", "r", C),
        ("i/2", "organization/lab", "actor-type/research-unit", "r", B),
    ]
    matter = of(
        participations=table("interaction actor type role place", *ties),
        relays=frames()["relays"].clear(),
        actors=frames()["actors"].clear(),
    )
    assert [value(matter, "academic-reach", one) for one in (ONE, TWO)] == [1, 0]


def test_what_is_made_of_unchanged_frames_is_taken_over() -> None:
    before = of()
    for name in frames():
        before.frame(name)
    first = Tracing(before)
    relays, board = first.once(relays_of), first.once(Board)
    second = Tracing(before.with_frames(platforms=before.frame("platforms").clear()), first)
    third = Tracing(before.with_frames(relays=before.frame("relays").clear()), second)
    assert third.once(Board) is board  # though nobody asked the second for it
    assert second.once(relays_of) is relays
    assert third.once(relays_of) is not relays and third.once(relays_of).height == 1

    class Later:
        def __init__(self, matter: RegionView) -> None:
            self.matter = matter

    kept = first.once(Later)
    assert second.once(Later) is not kept  # it read nothing yet, and would read the frames of the first


def test_a_board_of_few_communes_gives_the_same_values() -> None:
    rows = [(A, "s/1", 2024, 3.0, None), (B, "s/1", 2024, 4.0, None), (C, "s/2", 2024, 5.0, None)]
    counts = table("place sector year value status", *rows, year=pl.Int64, value=pl.Float64)
    matter = of(establishments=counts)
    narrow = Tracing(matter)
    narrow.stand_in(Board, lambda one: Board(one, {B}))
    assert [one for one in narrow.once(Board).ids if "/commune/" in one] == [B]
    options = {"frame": "establishments", "unit": "place", "by": "sector"}
    for formula, asked in ((observed, options), (items, {"frame": "taught", "item": "programme"})):
        every, few = formula(matter, asked), formula(narrow, asked)  # type: ignore[arg-type]
        kept = every.filter(pl.col("territory").is_in(narrow.once(Board).ids))
        keys = ["territory", "period", "by"]
        assert few.height and few.sort(keys, nulls_last=True).equals(kept.sort(keys, nulls_last=True))
