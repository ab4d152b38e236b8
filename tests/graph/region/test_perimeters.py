"""Territories that straddle the region, and what is near its edge: whole, between bounds, or missing; by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from ancrage.graph.indicators import edges
from ancrage.graph.indicators.board import Board
from ancrage.graph.indicators.computing import compute
from ancrage.graph.indicators.declaration import Indicator, read_indicators
from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView
from ancrage.graph.scenarios.names import find_commune

DEF = "https://w3id.org/ancrage/def/"
ID = "https://w3id.org/ancrage/id/"
REGION, HOME, BEYOND = "territory/region/84", "territory/department/01", "territory/department/71"
ZONE, EAST, NEAR, FAR = "territory/zone/0059", "territory/zone/8405", "territory/epci/1", "territory/epci/2"
#: Degrees of longitude at 46° north: 0.01 is 0.77 km. 01001 has the only programme known; 71001 is beyond the edge.
PLACES = {"01001": (5.0, 1000), "01002": (5.2, 3000), "71001": (5.3, 2000), "71002": (5.31, 500)}
LEVELS = {
    REGION: "Region", HOME: "Department", BEYOND: "Department", ZONE: "EmploymentZone", EAST: "EmploymentZone",
    NEAR: "Intercommunality", FAR: "Intercommunality",
}  # fmt: skip
TEXT, NUMBER = pl.String(), pl.Float64()


def commune(code: str) -> str:
    return f"territory/commune/{code}"


def world(
    *, whole: bool, programmes: tuple[str, ...] = ("01001",), beyond: int = 0, actors: str = "company"
) -> RegionView:
    """A region of two communes, two more in the département beside it, and a zone on both sides, known whole or not."""
    within = {
        "01001": [HOME, REGION, NEAR, EAST], "01002": [HOME, REGION, FAR, ZONE],
        "71001": [BEYOND, *([ZONE] if whole else [])], "71002": [BEYOND],
    }  # fmt: skip
    places = [
        (commune(code), code, 46.0, long, people, "density/3") for code, (long, people) in PLACES.items()
    ]
    supply = [*programmes, *["71002"] * beyond]
    overlaps = {ZONE: f"{ID}{REGION} {ID}{HOME}"}
    others = [
        (f"organization/{n}", f"actor-type/{actors}", commune("71002")) for n in range(edges.LEAST_COVERED)
    ]
    frames: dict[str, Any] = {
        "institutions": pl.DataFrame(
            [("organization/home", "actor-type/higher-education", commune("01001")), *others],
            schema={"organization": TEXT, "type": TEXT, "place": TEXT}, orient="row",
        ),
        "places": pl.DataFrame(
            places, schema=["place", "label", "lat", "long", "population", "density"], orient="row"
        ).with_columns(population=pl.col("population").cast(NUMBER), year=pl.lit(2023)),
        "parts": pl.DataFrame(
            [(commune(code), one) for code, all_ in within.items() for one in all_],
            schema={"place": TEXT, "territory": TEXT}, orient="row",
        ),
        "territories": pl.DataFrame(
            [(name, DEF + level, name, overlaps.get(name)) for name, level in LEVELS.items()],
            schema={"territory": TEXT, "level": TEXT, "label": TEXT, "overlaps": TEXT}, orient="row",
        ),
        "former": pl.DataFrame(schema={"former": TEXT, "place": TEXT}),
        "outlines": pl.DataFrame(schema={"territory": TEXT, "wkt": TEXT}),
        "programmes": pl.DataFrame(
            [(f"programme/{n}", commune(code), None) for n, code in enumerate(supply)],
            schema={"programme": TEXT, "place": TEXT, "level": TEXT}, orient="row",
        ),
        "jobs": pl.DataFrame(
            [(ZONE, "sector/a38/AZ", 2023, 700.0, None), (EAST, "sector/a38/AZ", 2023, 300.0, None)],
            schema={"zone": TEXT, "sector": TEXT, "year": pl.Int64(), "value": NUMBER, "status": TEXT}, orient="row",
        ),
    }  # fmt: skip
    return RegionView(None, None, "20260101T000000Z", frames=frames)


def values(matter: RegionView, *names: str) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """Value, low and high of each indicator and territory."""
    known = read_indicators()[0]
    wanted: dict[str, Indicator] = {
        name: replace(known[name], levels=("epci", "zone", "region")) for name in names
    }
    rows = compute(matter, wanted).filter(pl.col("by").is_null())
    columns = ("indicator", "territory", "value", "low", "high")
    return {(one, place): tuple(rest) for one, place, *rest in rows.select(columns).iter_rows()}


def test_the_ground_goes_on_beyond_the_edge_and_names_only_what_is_inside() -> None:
    ground = Gazetteer.of(world(whole=True))
    assert len(ground) == 4
    assert sorted(ground.bordering) == [BEYOND]
    assert {one.id for one in ground.territories("zone")} == {ZONE, EAST}
    assert ground.get(commune("71002")) is None
    assert not {commune("71001"), BEYOND} & set(Board.of(world(whole=True)).ids)


def test_a_territory_known_in_part_has_no_figure_but_the_least() -> None:
    part, whole = world(whole=False), world(whole=True)
    assert Gazetteer.of(part).in_part == {ZONE}
    assert Gazetteer.of(whole).in_part == set()
    names = ("population", "communes", "salaried-jobs")
    found = values(part, *names)
    assert found["population", ZONE] == (None, 3000.0, None)
    assert found["communes", ZONE] == (None, 1.0, None)
    assert found["population", EAST] == (1000.0, None, None)
    assert found["salaried-jobs", ZONE] == (
        700.0,
        None,
        None,
    )  # what is observed of the whole zone is of the whole zone
    assert values(whole, *names)["population", ZONE] == (5000.0, None, None)


def test_a_count_of_a_regional_source_is_the_least_where_a_territory_goes_beyond() -> None:
    found = values(world(whole=True, programmes=("01001", "01002")), "programmes")
    assert found["programmes", ZONE] == (None, 1.0, None)
    assert found["programmes", FAR] == (1.0, None, None)
    assert found["programmes", REGION] == (2.0, None, None)


def test_near_the_edge_a_distance_is_between_the_nearest_known_and_the_nearest_unknown() -> None:
    found = values(world(whole=True), "distance-to-programme", "reach-programme", "access-programme")
    value, low, high = found["distance-to-programme", FAR]
    assert value is None
    assert low == pytest.approx(7.72, abs=0.02)
    assert high == pytest.approx(15.45, abs=0.03)
    assert found["distance-to-programme", NEAR] == (0.0, None, None)  # it has one: nothing beyond is nearer
    assert found["reach-programme", FAR] == (100.0, None, None)
    assert (
        found["access-programme", FAR][0] is None
    )  # two fifths of those it shares with are where nothing is known


def test_a_source_that_has_items_in_the_bordering_departements_covers_them() -> None:
    matter = world(whole=True, beyond=edges.LEAST_COVERED)
    value, low, high = values(matter, "distance-to-programme")["distance-to-programme", FAR]
    assert value == pytest.approx(8.5, abs=0.05)
    assert low is None and high is None
    assert values(matter, "programmes")["programmes", ZONE] == (0.0, None, None)
    few = values(world(whole=True, beyond=edges.LEAST_COVERED - 1), "programmes")
    assert few["programmes", ZONE] == (None, None, None)


def test_laboratories_beyond_the_edge_do_not_tell_that_schools_are_known_there() -> None:
    laboratories, schools = (
        values(world(whole=True, actors=kind), "institutions")
        for kind in ("research-unit", "higher-education")
    )
    assert laboratories["institutions", ZONE] == (None, None, None)
    assert schools["institutions", ZONE] == (0.0, None, None)


def test_what_lies_beyond_the_edge_is_away_and_has_a_distance() -> None:
    """A partner in the département beside the region is of that département, as any of elsewhere; it is so many km away."""
    ground = Gazetteer.of(world(whole=True))
    beyond = ground.at(commune("71001"))[0]
    assert not ground.home[beyond]
    far = ground.distances(ground.commune(beyond))
    assert far[ground.at(commune("01002"))[0]] == pytest.approx(7.72, abs=0.02)
    with pytest.raises(UnknownName):
        find_commune(world(whole=True), "71001")
    assert find_commune(world(whole=True), "01002") == (commune("01002"), "01002")
