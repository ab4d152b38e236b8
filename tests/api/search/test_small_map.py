"""The small map beside a list: what its points tell, and how they are told apart."""

import numpy as np
import polars as pl
import pytest
from ancrage.api.search.map import MARKS, draw, outlines
from ancrage.graph.region.outlines import Layer, Outlines
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader

PLACES = pl.DataFrame(
    {
        "lat": [45.19, 45.19, 44.735, None],
        "long": [5.72, 5.72, 4.599, None],
        "title": ["Relevé <1>", "Plan", "Haies", "Nulle part"],
        "href": ["/a", "/b", "/c", "/d"],
        "mark": [0, 0, 3, 4],
    }
)


@pytest.fixture(scope="module")
def layer(example_reader: LocalReader) -> Layer:
    view = RegionView.of(example_reader)
    return outlines(Outlines.of(view), view.within)


def test_a_point_has_a_title_and_a_link_and_is_a_circle_without_marks(layer: Layer) -> None:
    drawn = draw(layer, PLACES.drop("mark"), "fr")
    assert (drawn.shown, drawn.outside, drawn.nowhere, drawn.legend) == (3, 0, 1, ())
    assert 'role="group"' in drawn.svg and drawn.svg.count("<circle") == 2
    title = "Relevé &lt;1&gt; ; Plan"
    assert f'<a href="/a" aria-label="{title}"><title>{title}</title><circle' in drawn.svg
    kept = draw(
        layer, PLACES, "fr", here=np.array([True, False, False, True])
    )  # one is in the region, no point tells where
    assert (kept.shown, kept.unplaced, kept.outside, kept.nowhere) == (1, 1, 2, 0)
    plain = draw(layer, PLACES.select("lat", "long"), "fr")
    assert 'role="img"' in plain.svg and "<a " not in plain.svg


def test_marks_are_told_apart_by_their_shape_in_a_legend(layer: Layer) -> None:
    names = ["dense", "intermédiaire", "peu dense", "très peu dense", "non connue"]
    taught = pl.DataFrame({"lat": [45.2], "long": [5.7], "title": ["Grenoble"]})
    drawn = draw(layer, PLACES, "fr", marks=names, others=taught, other="enseignement")
    assert [name for _, name in drawn.legend] == ["dense", "très peu dense", "enseignement"]
    assert all(MARKS[number][1] in drawn.svg for number in (0, 3)) and MARKS[1][1] not in drawn.svg
    assert "<title>Grenoble</title>" in drawn.svg and len({path for _, path in MARKS}) == len(MARKS)
