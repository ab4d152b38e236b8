from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.read.linkage import locate
from ancrage.loaders.read.source import SourceError
from ancrage.loaders.sources.names import normalise
from ancrage.loaders.sources.parts import Locate

STEP = Locate(
    input="rows", lat=None, lon=None, point="gps", polygons="contours__geometries",
    nearest="laposte_hexasmal__territories", adds=("_epci", "_commune", "_placed_by"),
)  # fmt: skip
WEST, EAST = "territory/epci/200000001", "territory/epci/200000002"
#: A commune of the west whose centre is far from its east end, and one of the east whose outline goes over the border.
WIDE, ASTRAY = "territory/commune/38001", "territory/commune/38002"


@pytest.fixture
def registers(tmp_path: Path) -> dict[str, Path]:
    """Two square EPCI side by side along longitude 5.5, a zone over both, communes near the border, two with outlines."""
    tables = {
        "contours__geometries": pl.DataFrame(
            {
                "territory": [EAST, WEST, "territory/zone/8401", WIDE, ASTRAY],
                "wkt": [
                    "POLYGON ((5.5 45, 6 45, 6 45.5, 5.5 45.5, 5.5 45))",
                    "POLYGON ((5 45, 5.5 45, 5.5 45.5, 5 45.5, 5 45))",
                    "POLYGON ((4 44, 7 44, 7 47, 4 47, 4 44))",
                    "POLYGON ((5.2 45.1, 5.5 45.1, 5.5 45.2, 5.2 45.2, 5.2 45.1))",
                    "POLYGON ((5.4 45, 5.6 45, 5.6 45.05, 5.4 45.05, 5.4 45))",
                ],
            }
        ),
        "laposte_hexasmal__territories": pl.DataFrame(
            {
                "id": [f"territory/commune/{code}" for code in ("38001", "38002", "38003", "38004")],
                "lat": ["45.25", "45.25", "45.40", None],
                "lon": ["5.10", "5.51", "5.45", "5.3"],
            }
        ),
        "decoupage_administratif__territories": pl.DataFrame(
            {
                "id": [f"territory/commune/{code}" for code in ("38001", "38002", "38003")] + [WEST],
                "part_of": [[WEST, "territory/department/38"], [EAST], [WEST], None],
            }
        ),
    }
    paths = {}
    for name, table in tables.items():
        paths[name] = tmp_path / f"{name}.parquet"
        table.write_parquet(paths[name])
    return paths


def located(points: list[str | None], registers: dict[str, Path]) -> list[tuple[str | None, str | None]]:
    table = locate(pl.DataFrame({"gps": points}, schema={"gps": pl.String}), STEP, registers)
    assert table.columns == ["gps", "_epci", "_commune", "_placed_by"]
    return list(zip(table["_epci"].to_list(), table["_commune"].to_list(), strict=True))


def test_the_nearest_point_is_of_the_territory_that_holds_the_place(registers: dict[str, Path]) -> None:
    assert located(["45.25, 5.12", "45.25,5.49", "45.25, 5.52"], registers) == [
        (WEST, "territory/commune/38001"),
        (WEST, "territory/commune/38003"),  # 38002 is nearer, but across the border
        (EAST, "territory/commune/38002"),
    ]


def test_the_outline_of_a_commune_wins_over_a_nearer_centre(registers: dict[str, Path]) -> None:
    table = locate(pl.DataFrame({"gps": ["45.19, 5.45", "45.25, 5.12"]}), STEP, registers)
    assert table.rows() == [
        ("45.19, 5.45", WEST, WIDE, "polygon"),  # 38003 is nearer
        ("45.25, 5.12", WEST, "territory/commune/38001", "nearest"),
    ]


def test_a_known_address_nearby_wins_over_a_nearer_centre(registers: dict[str, Path]) -> None:
    place = {"territory": ["territory/commune/38003"], "lat": [45.25], "lon": [5.121]}
    registers["addresses"] = registers["contours__geometries"].with_name("addresses.parquet")
    pl.DataFrame(place).write_parquet(registers["addresses"])
    step = replace(STEP, addresses=("addresses", "not_loaded"))
    table = locate(pl.DataFrame({"gps": ["45.25, 5.12", "45.25, 5.125", "45.19, 5.45"]}), step, registers)
    assert table.select("_commune", "_placed_by").rows() == [
        ("territory/commune/38003", "address"),  # 79 m away
        ("territory/commune/38001", "nearest"),  # 313 m away
        (WIDE, "polygon"),
    ]
    across = pl.DataFrame({**place, "territory": ["territory/commune/38002"]})  # a commune of another EPCI
    across.write_parquet(registers["addresses"])
    assert locate(pl.DataFrame({"gps": ["45.25, 5.12"]}), step, registers)["_placed_by"].to_list() == [
        "nearest"
    ]


def test_an_outline_over_the_border_of_its_epci_does_not_take_a_place_beyond(
    registers: dict[str, Path],
) -> None:
    assert located(["45.02, 5.45", "45.02, 5.55"], registers) == [
        (WEST, "territory/commune/38001"),
        (EAST, ASTRAY),
    ]


def test_without_outlines_the_nearest_point_of_all_is_taken(registers: dict[str, Path]) -> None:
    del registers["contours__geometries"]
    assert located(["45.25, 5.49"], registers) == [(None, "territory/commune/38002")]


def test_outside_every_polygon_the_nearest_point_of_all_is_taken(registers: dict[str, Path]) -> None:
    assert located(["46.5, 5.5"], registers) == [(None, "territory/commune/38003")]


def test_a_place_on_a_border_goes_to_the_first_by_name(registers: dict[str, Path]) -> None:
    assert located(["45.1, 5.5"], registers)[0][0] == WEST


def test_no_coordinates_and_impossible_ones_give_nothing(registers: dict[str, Path]) -> None:
    assert located([None, "", "ici", "95, 5", "45, 200", "45"], registers) == [(None, None)] * 6


def test_a_table_without_rows_keeps_its_columns(registers: dict[str, Path]) -> None:
    assert located([], registers) == []


def test_without_memberships_the_polygon_alone_speaks(registers: dict[str, Path]) -> None:
    del registers["decoupage_administratif__territories"]
    assert located(["45.25, 5.49"], registers) == [(WEST, "territory/commune/38002")]


def test_distances_are_in_kilometres_not_in_degrees(registers: dict[str, Path]) -> None:
    """At 45° a degree of longitude is 0.7 of one of latitude: the point east is nearer than the one north."""
    points = registers["laposte_hexasmal__territories"]
    pl.DataFrame(
        {"id": ["c/east", "c/north"], "lat": ["46.00", "46.08"], "lon": ["6.60", "6.50"]}
    ).write_parquet(points)
    assert located(["46.00, 6.50"], registers) == [(None, "c/east")]


def test_latitude_and_longitude_may_be_two_columns(registers: dict[str, Path]) -> None:
    step = replace(STEP, lat="y", lon="x", point=None)
    table = locate(pl.DataFrame({"y": ["45.25", "x"], "x": ["5.12", "5"]}), step, registers)
    assert table["_epci"].to_list() == [WEST, None]


def test_a_table_not_loaded_or_a_column_it_lacks_is_named(registers: dict[str, Path], tmp_path: Path) -> None:
    registers["contours__geometries"] = registers["laposte_hexasmal__territories"]
    with pytest.raises(SourceError, match="n'a pas la colonne « territory »"):
        located(["45, 5"], registers)
    del registers["contours__geometries"], registers["laposte_hexasmal__territories"]
    with pytest.raises(SourceError, match="demande la table « laposte_hexasmal__territories »"):
        located(["45, 5"], registers)


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Saint-Étienne-de-Saint-Geoirs", "saint etienne de saint geoirs"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("ŒUVRE", "oeuvre"),
        ("  a\u00a0—  b  ", "a b"),
        ("", ""),
        ("№ 5", "5"),
    ],
)
def test_normalised_names(name: str, normal: str) -> None:
    assert normalise(name) == normal
