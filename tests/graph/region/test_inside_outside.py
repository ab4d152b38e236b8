"""Inside, outside, unknown: one definition, on interactions counted by hand."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from ancrage.graph.indicators import partners
from ancrage.graph.indicators.board import Board
from ancrage.graph.indicators.partners import crossing, ei_index, outside_share
from ancrage.graph.region.flows import flows
from ancrage.graph.region.inside_outside import known_sides
from ancrage.graph.region.view import RegionView
from ancrage.graph.synergies.meetings import Meetings

from ..gaps.gap_world import EAST, REGION, WEST, commune, world

LAB, FIRM = "actor-type/research-unit", "actor-type/company"
#: By interaction: who takes part, of what type, from where (None: unknown), and its country.
TOLD: dict[str, list[tuple[str, str, str | None, str | None]]] = {
    "both": [("l1", LAB, "01001", "FR"), ("f1", FIRM, "01002", "FR"), ("f9", FIRM, "75056", "FR")],
    "inside": [("l1", LAB, "01001", "FR"), ("l2", LAB, "01002", None)],
    "abroad": [("l1", LAB, "01001", "FR"), ("x", FIRM, None, "DE")],
    "east": [("l1", LAB, "01001", "FR"), ("f3", FIRM, "01003", None)],
    "nobody": [("l1", LAB, "01001", "FR"), ("f4", FIRM, None, "FR"), ("f5", FIRM, None, None)],
    "elsewhere": [("l3", LAB, "01003", None), ("f3", FIRM, "01004", None)],
}


@pytest.fixture(scope="module")
def matter() -> RegionView:
    took: list[dict[str, Any]] = []
    countries: dict[str, str] = {}
    for name, people in TOLD.items():
        for actor, kind, code, country in people:
            place = commune(code) if code else None
            took.append({"interaction": f"project/{name}", "actor": actor, "type": kind, "place": place})
            countries |= {actor: country} if country else {}
    # A laboratory that acts from two communes of the territory is one.
    took.append({"interaction": "project/abroad", "actor": "l1", "type": LAB, "place": commune("01002")})
    facts: list[dict[str, Any]] = [
        {"interaction": f"project/{name}", "type": "t", "evidence": "documented"} for name in TOLD
    ]
    made = world(participations=took, interactions=facts)
    actors = pl.DataFrame({"actor": list(countries), "country": list(countries.values())})
    sourced = made.frame("interactions").with_columns(source=pl.lit("source/a"))
    return made.with_frames(actors=actors, interactions=sourced)


def test_a_country_abroad_is_known_and_france_is_no_place(matter: RegionView) -> None:
    known = {(i.removeprefix("project/"), a): is_known for i, a, is_known in known_sides(matter).iter_rows()}
    assert not known["nobody", "f4"] and not known["nobody", "f5"]
    assert known["abroad", "x"] and known["both", "f9"] and known["inside", "l2"]


def test_interactions_with_somebody_outside_stay_among_those_inside(
    matter: RegionView, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, west = matter.once(crossing), Board.of(matter).ids.index(WEST)
    # Of 5 in the west: both, abroad and east go out; both and inside join two of the territory.
    assert (found.every[west], found.outward[west], found.inward[west]) == (5, 3, 2)

    def values() -> dict[str, float | None]:
        return {
            formula.__name__: dict(formula(matter, {}).select("territory", "value").iter_rows())[WEST]
            for formula in (ei_index, outside_share)
        }

    assert values() == {"ei_index": None, "outside_share": None}  # of five interactions no share is told
    monkeypatch.setattr(partners, "MINIMUM", 5)
    assert values() == {"ei_index": pytest.approx((3 - 2) / (3 + 2)), "outside_share": pytest.approx(60.0)}


def test_flows_tell_what_is_outside_from_what_is_unknown(matter: RegionView) -> None:
    found = flows(matter, "companies", "epci")
    # both, east and elsewhere are placed at both ends; abroad has an end outside, nobody an unknown one.
    assert (found.interactions, found.outside, found.unplaced) == (3, 1, 1)
    parts = matter.frame("parts")
    out = parts.filter((pl.col("territory") != REGION) | (pl.col("place") != commune("01004")))
    found = flows(
        matter.with_frames(parts=out), "companies", "epci"
    )  # as in an intercommunality on both sides of a border
    assert (found.interactions, found.outside) == (2, 2) and len(found.territories) == 2
    west = [commune("01001"), commune("01002")]
    out = parts.filter((pl.col("territory") != REGION) | ~pl.col("place").is_in(west))
    assert [one.id for one in flows(matter.with_frames(parts=out), "companies", "epci").territories] == [EAST]


def test_synergies_see_the_same_who_are_abroad(matter: RegionView) -> None:
    meetings = Meetings.of(matter)
    assert [meetings.actors[one] for one in meetings.actor[meetings.abroad]] == ["x"]
