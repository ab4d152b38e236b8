"""Outlines laid out for drawings, and flows between territories, on a region written by hand."""

import polars as pl
import pytest
import shapely
from ancrage.graph.region.flows import flows
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.outlines import Outlines
from ancrage.graph.region.view import RegionView

WEST, EAST, NORTH = ("territory/commune/38001", "territory/commune/38002", "territory/commune/38003")
ANC = "https://w3id.org/ancrage/def/"
SQUARES = {  # a border with a corner that only one of them knows
    "territory/epci/1": "POLYGON ((5 45, 5.5 45, 5.5 45.26, 5.5 45.5, 5 45.5, 5 45))",
    "territory/epci/2": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON ((5.5 45, 6 45, 6 45.5, 5.5 45.5, 5.5 45))",
}


def matter(outlines: dict[str, str] | None = None) -> RegionView:
    places = pl.DataFrame(
        {
            "place": [WEST, EAST, NORTH],
            "label": ["Ouest", "Est", "Nord"],
            "lat": [45.2, 45.2, 45.4],
            "long": [5.2, 5.8, 5.9],
            "density": [None] * 3,
            "population": [100.0, 300.0, None],
        },
        schema_overrides={"density": pl.String},
    )
    region = ["territory/region/84"] * 3
    parts = {
        "place": [WEST, EAST, NORTH] * 2,
        "territory": [*["territory/epci/" + n for n in "122"], *region],
    }
    parts["place"] += [EAST, NORTH]
    parts["territory"] += ["territory/bassin/9"] * 2
    names = [
        ("territory/epci/1", "CC Ouest", "Intercommunality"),
        ("territory/epci/2", "CC Est", "Intercommunality"),
        ("territory/region/84", "Région", "Region"),
        ("territory/bassin/9", "Bassin Est", "LabourPool"),
        ("territory/adhoc/tout", "Tout", "AdHocTerritory"),
    ]
    parts["place"] += [WEST, EAST, NORTH]
    parts["territory"] += ["territory/adhoc/tout"] * 3
    shapes = SQUARES if outlines is None else outlines
    participations = [  # interaction, actor, type, role, place
        ("i1", "lab", "actor-type/research-unit", "actor-role/partner", WEST),
        ("i1", "firm", "actor-type/company", "actor-role/partner", EAST),
        ("i1", "firm2", "actor-type/company", "actor-role/partner", NORTH),  # the same EPCI: counted once
        ("i2", "lab", "actor-type/research-unit", "actor-role/partner", WEST),
        ("i2", "firm", "actor-type/company", "actor-role/partner", EAST),
        ("i2", "firm3", "actor-type/company", "actor-role/partner", WEST),
        ("i3", "lab", "actor-type/research-unit", "actor-role/partner", WEST),
        ("i3", "firm4", "actor-type/company", "actor-role/partner", None),
        ("i4", "uni", "actor-type/higher-education", "actor-role/supervisor", EAST),
        ("i4", "town", "actor-type/local-authority", "actor-role/host", WEST),
        ("i5", "uni", "actor-type/higher-education", "actor-role/supply", EAST),
        ("i5", "town", "actor-type/local-authority", "actor-role/host", WEST),
    ]
    types = {"i1": "x", "i2": "x", "i3": "x", "i4": "interaction-type/internship"}
    types["i5"] = "interaction-type/territorial-internship"
    facts = [
        (one, kind, None, "documented" if one != "i2" else "illustrative", "s", None)
        for one, kind in types.items()
    ]
    return RegionView(
        None, (), "s1",
        frames={
            "places": places,
            "parts": pl.DataFrame(parts),
            "former": pl.DataFrame(schema={"former": pl.String, "place": pl.String}),
            "territories": pl.DataFrame(
                [(name, label, ANC + level) for name, label, level in names],
                schema=["territory", "label", "level"], orient="row",
            ),
            "outlines": pl.DataFrame(
                list(shapes.items()), schema={"territory": pl.String, "wkt": pl.String}, orient="row"
            ),
            "participations": pl.DataFrame(
                participations, schema=["interaction", "actor", "type", "role", "place"], orient="row"
            ),
            "actors": pl.DataFrame({"actor": ["firm4"], "country": ["FR"]}),
            "interactions": pl.DataFrame(
                facts,
                schema={
                    "interaction": pl.String, "type": pl.String, "year": pl.Int64, "evidence": pl.String,
                    "source": pl.String, "about": pl.String,
                },
                orient="row",
            ),
        },
    )  # fmt: skip


def test_territories_are_laid_out_in_the_width_and_share_their_border() -> None:
    layer = Outlines.of(matter()).layer("epci", "region/84", 600)
    assert [one.label for one in layer.territories] == ["CC Ouest", "CC Est"]
    assert layer.points == 0
    assert layer.frame.width == 600
    # Half a degree of longitude at 45° is about 39.4 km, and half a degree of latitude 55.6 km: higher than wide here.
    assert layer.frame.height / layer.frame.width == pytest.approx(55.6 / 78.8, abs=0.05)
    west, east = (x for x, _ in layer.spots.tolist())
    assert 0 < west < 300 < east < 600
    assert all(path and path.startswith("M") and path.endswith("z") for path in layer.paths)
    assert layer.within is not None  # the parts together, for no source draws the region
    assert [name for name, *_ in layer.towns] == ["Est", "Ouest", "Nord"]


def test_a_territory_without_outline_is_a_point_amid_its_people() -> None:
    outlines = Outlines.of(matter())
    layer = outlines.layer("bassin", "region/84", 600)
    assert layer.points == 1 and layer.paths == [None]
    assert (
        layer.base is not None and layer.base.count("M") == 2
    )  # no département is drawn: the intercommunalities are
    x, _ = outlines.middle(layer.territories[0]) or (0.0, 0.0)
    east = outlines.middle(outlines.ground.territory("commune/38002")) or (0.0, 0.0)
    assert x == pytest.approx(east[0])  # the population of the other commune is not known


def test_an_ad_hoc_territory_is_its_intercommunalities_together() -> None:
    outlines = Outlines.of(matter())
    whole = outlines.shape("territory/adhoc/tout")
    assert whole is not None
    parts = [outlines.shape(name) for name in SQUARES]
    assert whole.area == pytest.approx(sum(one.area for one in parts if one is not None))
    assert Outlines.of(matter({})).shape("territory/adhoc/tout") is None


def test_what_is_no_outline_is_left_out_and_unknown_names_are_told() -> None:
    outlines = Outlines.of(matter({"territory/epci/1": "POINT (5 45)", "territory/epci/2": "rien"}))
    assert outlines.layer("epci", "region/84", 300).points == 2
    with pytest.raises(UnknownName):
        outlines.layer("canton", "region/84", 300)
    with pytest.raises(UnknownName):
        outlines.layer("epci", "region/99", 300)


def test_the_outline_is_in_metres_of_the_plane() -> None:
    shape = Outlines.of(matter()).shape("territory/epci/1")
    assert shape is not None
    assert shapely.area(shape) == pytest.approx(39.3e3 * 55.6e3, rel=0.02)


def test_flows_count_distinct_interactions_between_territories() -> None:
    found = flows(matter())
    rows = {
        (found.territories[a].label, found.territories[b].label): n
        for a, b, n in found.rows.select("source", "target", "count").iter_rows()
    }
    assert rows == {("CC Ouest", "CC Est"): 2, ("CC Ouest", "CC Ouest"): 1}
    assert (found.interactions, found.unplaced, found.illustrative) == (2, 1, 1)


def test_flows_of_internships_go_from_programmes_to_hosts_and_may_be_narrowed() -> None:
    found = flows(matter(), "internships")
    assert [
        (found.territories[a].label, found.territories[b].label, n) for a, b, n in found.rows.iter_rows()
    ] == [("CC Est", "CC Ouest", 2)]
    inside = flows(matter(), "companies", "epci", "epci/2")
    assert inside.rows["count"].to_list() == [2]
    with pytest.raises(UnknownName):
        flows(matter(), "amitiés")
