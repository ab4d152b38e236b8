"""Where the territory looked at borders another country, and what is measured by distance there."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from ancrage.graph.indicators.coverage import remove_uncovered
from ancrage.graph.indicators.declaration import read_indicators
from ancrage.graph.indicators.formulas import FORMULAS
from ancrage.graph.region.abroad import border, border_distances
from ancrage.graph.region.gazetteer import Gazetteer

from ..gaps.gap_world import EAST, WEST, commune, near_abroad, world

UNITS = [{"unit": "unit/1", "place": commune("01001")}, {"unit": "unit/2", "place": commune("01003")}]


def test_the_border_is_the_outline_away_from_the_communes_of_france() -> None:
    matter = near_abroad()
    points, far = border(matter), border_distances(matter)
    assert len(points) and np.allclose(
        points[:, 1], 6.1
    )  # the west, beside a département, is none; north and south are far
    at = Gazetteer.of(matter).at(commune("01004"))[0]
    assert far[at] == pytest.approx(3.9, abs=0.5)


def test_nothing_tells_another_country_from_a_departement_that_is_not_read() -> None:
    """Without the communes beyond, all the outline would be a border."""
    outline = pl.DataFrame(
        {"territory": ["territory/region/84"], "wkt": ["POLYGON ((4.9 44.7, 6.1 44.7, 6.1 45.3, 4.9 44.7))"]}
    )
    alone = world().with_frames(outlines=outline)
    assert not len(border(alone)) and np.isinf(border_distances(alone)).all()
    assert not len(border(near_abroad().with_frames(outlines=outline.clear())))


@pytest.mark.parametrize(("name", "known"), [("access-research-unit", False), ("reach-research-unit", True)])
def test_a_national_source_is_not_read_abroad_either(name: str, known: bool) -> None:
    """Everybody has a unit within 30 km, whatever there is abroad; nobody knows what share of those within 50 km."""
    indicator, matter = read_indicators()[0][name], near_abroad(units=UNITS)
    rows = remove_uncovered(matter, indicator, FORMULAS[indicator.formula].run(matter, indicator.options))
    values = dict(rows.select("territory", "value").iter_rows())
    assert values[WEST] is not None and (values[EAST] is not None) is known


def test_the_nearest_may_be_abroad_but_no_relay_is() -> None:
    units = {"frame": "units", "item": "unit"}
    from ancrage.graph.indicators.edges import by_distance
    from ancrage.graph.indicators.reaches import distance

    matter = near_abroad(units=[{"unit": "unit/1", "place": commune("01001")}])
    found = by_distance(matter, "distance", units, distance(matter, units), regional=False)
    assert found is not None
    bounds = {
        one: tuple(rest) for one, *rest in found.select("territory", "value", "low", "high").iter_rows()
    }
    value, low, high = bounds[EAST]
    assert value is None and low < 10 < 75 < high and bounds[WEST][0] is not None
    relays = {"frame": "relays", "item": "site", "where": {"kind": "branch"}, "loaded": True}
    assert by_distance(matter, "reach", relays | {"km": 30}, found, regional=False) is None
