"""Remoteness, shares outside large agglomerations, and posts of the graph, on a region of four communes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.internships.by_class import OfClass, by_class
from ancrage.graph.internships.placement import place
from ancrage.graph.internships.posts import TYPES, Post, Wish, posts_of
from ancrage.graph.internships.programmes import find_programme
from ancrage.graph.internships.remoteness import Remote, Remoteness
from ancrage.graph.internships.shares import outside_by_year
from ancrage.graph.region.gazetteer import OUT_OF_SCOPE
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.view import RegionView

TOWN, BURG, VALLEY, FAR = (f"territory/commune/3800{number}" for number in range(1, 5))
SCHEME = Path(__file__).parents[3] / "ontology" / "schemes" / "interaction-types.ttl"


def text(*names: str, **rows: Any) -> pl.DataFrame:
    """A frame of texts with some empty columns."""
    return pl.DataFrame({**rows, **{name: [None] * len(next(iter(rows.values()))) for name in names}}).cast(
        {name: pl.String for name in [*names, *rows] if name not in ("lat", "long", "population", "year")}
    )


@pytest.fixture(scope="module")
def view() -> RegionView:
    places = text(
        place=[TOWN, BURG, VALLEY, FAR],
        label=["Ville", "Bourg", "Vallée", "Loin"],
        lat=[45.0, 45.0, 45.0, 45.0],
        long=[5.0, 5.2, 5.4, 6.0],
        density=["density/1", "density/3", "density/4", None],
        rurality=[None, "rurality/small-centres-mixed", "rurality/tourist-specialised", None],
        centrality=["centrality/4", "centrality/1", "centrality/0", None],
        population=[1000.0, 100.0, 10.0, 5.0],
    )
    done = pl.DataFrame(
        [
            ("i/1", "interaction-type/internship", 2025, TOWN, "documented"),
            ("i/2", "interaction-type/internship", 2025, VALLEY, "declared"),
            ("i/2", "interaction-type/internship", 2025, TOWN, "declared"),
            ("i/3", "interaction-type/work-study", 2025, None, "declared"),
            ("i/4", "interaction-type/internship", 2024, FAR, "declared"),
            ("i/5", "interaction-type/internship", 2024, BURG, "illustrative"),
            ("i/6", "interaction-type/internship", 2026, BURG, "declared"),
        ],
        schema=["interaction", "type", "year", "place", "evidence"],
        orient="row",
    ).with_columns(start=pl.when(pl.col("interaction") == "i/6").then(pl.lit("2026-03-02")))
    asked = text(
        announcement=["r/1", "r/1", "r/2", "o/1", "r/3"],
        **{"class": ["x/Request", "x/Request", "x/Request", "x/Offer", "x/Request"]},
        label=["Forêt", "Forêt", "Pourvu", "Vœu", "Essai"],
        type=[TYPES[1], TYPES[1], TYPES[0], TYPES[0], "interaction-type/testing-service"],
        territory=[VALLEY, VALLEY, TOWN, TOWN, TOWN],
        about=["value-chain/a", "value-chain/b", None, None, None],
        issuer=["organization/1", "organization/1", None, None, None],
        led=[None, None, "i/2", None, None],
        evidence=["declared"] * 5,
        **{"mode": ["attendance-mode/hybrid"] * 5},
    )
    programmes = text(
        programme=["programme/a", "programme/b", "programme/c"],
        label=["BTS Bois", "BTS Gestion", "BTS Gestion"],
        place=[TOWN, BURG, TOWN],
        institution=["organization/9", "organization/9", "organization/8"],
    )
    return RegionView(
        None,
        (),
        "s1",
        within="region/84",
        frames={
            "places": places,
            "parts": text(place=[TOWN], territory=["region/84"]),
            "former": text(former=["x"], place=["y"]),
            "territories": text("overlaps", territory=["x"], label=["x"], level=["x/Region"]),
            "internships": done,
            "requests": asked,
            "programmes": programmes,
            "preparations": text(programme=["programme/a"], family=["fap/F"]),
            "members": text(member=["programme/a"], chain=["value-chain/timber-construction"]),
            "actors": text(actor=["organization/1", "organization/8"], label=["Mairie", "Lycée du bourg"]),
        },
    )


def test_types_are_those_below_internship_and_work_study_in_the_scheme() -> None:
    broader = "http://www.w3.org/2004/02/skos/core#broader"
    base = "https://w3id.org/ancrage/id/"
    below = {f"{base}interaction-type/{name}" for name in ("internship", "work-study")}
    for _ in range(2):
        below |= {
            quad.subject.value
            for quad in ox.parse(path=str(SCHEME), format=ox.RdfFormat.TURTLE)
            if quad.predicate.value == broader and getattr(quad.object, "value", "") in below
        }
    assert {base + name for name in TYPES} == below


def test_a_commune_is_as_remote_as_its_density_and_the_nearest_teaching_say(view: RegionView) -> None:
    measure = Remoteness.of(view)
    assert measure.at(TOWN) == Remote("density/1", 0.0, OUT_OF_SCOPE)
    valley = measure.at(VALLEY)
    assert valley.outside and valley.km == pytest.approx(15.7, abs=0.1)  # 0.2° of longitude at 45° north
    assert measure.at(FAR).outside is None and measure.at(FAR).km is not None
    assert measure.at("territory/commune/99999") == Remote()
    assert measure.km(VALLEY, (TOWN, BURG)) == pytest.approx(valley.km)
    assert measure.km(VALLEY, ()) is None
    assert measure.most((TOWN, VALLEY, BURG)) == valley and measure.most(()) == Remote()


def test_posts_wishes_and_fills_are_counted_once_in_each_grid(view: RegionView) -> None:
    posts = [
        Post("post/1", "Ville", TYPES[0], "h", TOWN, seats=2),
        Post("post/2", "Vallée", TYPES[0], "h", VALLEY, seats=3),
        Post("post/3", "Loin", TYPES[0], "h", FAR),
        Post("post/4", "À distance", TYPES[0], "h", ""),
    ]
    wish = Wish("wish/1", "BTS", TYPES[0], "programme/a", places=(TOWN, BURG), seats=4, reach=20)
    measure = Remoteness.of(view)
    now = place(posts, [wish], measure.km)
    density, rurality = (by_class(grid, posts, [wish], (now,), measure) for grid in ("density", "rurality"))
    assert density == {
        "density/1": OfClass(1, 2, (2,), 0),
        "density/3": OfClass(0, 0, (0,), 4),  # taught in town and in the small town: where it is less dense
        "density/4": OfClass(1, 3, (2,), 0),
        "": OfClass(2, 2, (0,), 0),
    }
    assert rurality == {
        OUT_OF_SCOPE: density["density/1"],
        "rurality/small-centres-mixed": density["density/3"],
        "rurality/tourist-specialised": density["density/4"],
        "": density[""],
    }


def test_the_share_outside_has_its_denominator_and_leaves_out_what_has_no_known_place(
    view: RegionView,
) -> None:
    real = outside_by_year(view, "2026-03-01", ("documented", "declared"))
    assert [(one.year, one.total, one.known, one.outside, one.share) for one in real] == [
        (2025, 3, 2, 1, 0.5),  # i/2 is in two places and counts once, where it is most remote
        (2024, 1, 0, 0, None),
    ]
    assert real[0].evidence == (("declared", 2), ("documented", 1))
    begun = outside_by_year(view, "2026-03-02", ("declared",))
    assert (begun[0].year, begun[0].total) == (2026, 1)  # what is agreed counts from its first day
    [made_up] = outside_by_year(view, "2026-03-01", ("illustrative",))
    assert (made_up.year, made_up.outside, made_up.known) == (2024, 1, 1)


def test_posts_of_the_graph_are_requests_that_led_to_nothing(view: RegionView) -> None:
    [post] = posts_of(view)
    assert (post.title, post.host, post.place, post.place_name) == ("Forêt", "Mairie", VALLEY, "Vallée")
    assert post.subjects == ("value-chain/a", "value-chain/b")
    assert posts_of(view, ("illustrative",)) == []


def test_a_programme_is_found_by_its_code_or_by_a_name_that_is_its_alone(view: RegionView) -> None:
    found = find_programme(view, "programme/a")
    assert found == find_programme(view, "bts bois")
    assert found.subjects == ("fap/F", "value-chain/timber-construction") and found.places == (TOWN,)
    assert find_programme(view, "BTS Gestion", "organization/8").path == "programme/c"
    with pytest.raises(UnknownName) as shared:
        find_programme(view, "BTS Gestion")
    assert len(shared.value.nearest) == 2
    assert "plusieurs formations s’appellent « BTS Gestion »" in shared.value.told("fr")
    assert "programme/c (Lycée du bourg)" in shared.value.told("fr")
    with pytest.raises(UnknownName):
        find_programme(view, "médecine")
