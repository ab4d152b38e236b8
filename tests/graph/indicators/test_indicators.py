"""Indicators on the hand-made graph of straddling, merged and former territories: values worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from ancrage.graph.analysis.specialisation import location_quotient
from ancrage.graph.analysis.table import CountTable
from ancrage.graph.indicators.basis import basis_of, with_age, years_of_data
from ancrage.graph.indicators.board import Board
from ancrage.graph.indicators.computing import CUBE, Computed, FormulaFailed, compute, recompute
from ancrage.graph.indicators.coverage import remove_uncovered, unplaced_groups
from ancrage.graph.indicators.cube import Cube, latest_known
from ancrage.graph.indicators.declaration import FOLDER, Indicator, read_indicators
from ancrage.graph.indicators.facts import with_facts
from ancrage.graph.indicators.formulas import FORMULAS
from ancrage.graph.indicators.frames import frames
from ancrage.graph.region.derived import capacities, rows_of
from ancrage.graph.region.firmness import counts_of
from ancrage.graph.region.frame_cache import FrameCache
from ancrage.graph.region.levels import LEVELS
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.read.source import all_sources

from ..publishing import published

GRAPH = "https://w3id.org/ancrage/graph/tables"
FILE = Path(__file__).parents[2] / "data" / "tables" / "graph.ttl"
POPULATIONS = {"38001": 1000, "38002": 2000, "38003": 500, "73001": 1500, "73002": 3000}
GRIDS = {
    "38001": (4, "productive-farming", 0), "38002": (2, None, 3), "38003": (3, "tourist-specialised", 0),
    "73001": (3, "productive-workers", 1), "73002": (3, None, None),
}  # fmt: skip
"""Degree of density, type of rurality, level of centre: 38002 is urban, 73002 of another perimeter since."""
POSITIONS = {"38001": 45.0, "38381": 45.1, "73001": 45.2}
MORE = """
@prefix anc: <https://w3id.org/ancrage/def/> .
@prefix ind: <https://w3id.org/ancrage/id/indicator/> .
@prefix t: <https://w3id.org/ancrage/id/territory/> .
@prefix wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix x: <https://w3id.org/ancrage/id/x/> .
"""
INSIDE, ASTRIDE, OUTSIDE = (f"territory/epci/20000000{n}" for n in (1, 2, 3))
REGION, MASSIF = "territory/region/84", "territory/adhoc/massif"
ISERE, SAVOIE = "territory/department/38", "territory/department/73"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalReader]:
    folder = tmp_path_factory.mktemp("indicators")
    text = MORE
    for code, people in POPULATIONS.items():
        text += f"x:pop{code} anc:refTerritory t:commune\\/{code} ; anc:refIndicator ind:population ; "
        text += f'anc:refPeriod "2023" ; anc:obsValue {people} .\n'
    for code, classes in GRIDS.items():
        terms = zip(
            ("densityClass density", "ruralityType rurality", "centralityLevel centrality"),
            classes,
            strict=True,
        )
        for (term, scheme), name in ((both.split(), name) for both, name in terms if name is not None):
            text += f"t:commune\\/{code} anc:{term} <https://w3id.org/ancrage/id/{scheme}/{name}> .\n"
    for code, lat in POSITIONS.items():
        text += f"t:commune\\/{code} wgs:lat {lat} ; wgs:long 5.0 .\n"
    more = folder / "more.ttl"
    more.write_text(text, encoding="utf-8")
    with published(folder, [FILE, more], GRAPH) as opened:
        yield opened


@pytest.fixture(scope="module")
def matter(reader: LocalReader) -> RegionView:
    return RegionView.of(reader)


@pytest.fixture(scope="module")
def cube(reader: LocalReader) -> Cube:
    return Cube.of(reader)


def made(matter: RegionView, formula: str, **options: Any) -> pl.DataFrame:
    return FORMULAS[formula][0](matter, options)


def values(
    rows: pl.DataFrame, *, by: str | None = None, period: str | None = None
) -> dict[str, float | None]:
    kept = rows.filter(pl.col("by").eq_missing(pl.lit(by, dtype=pl.String)))
    kept = kept.filter(pl.col("period") == period) if period else kept
    return dict(kept.select("territory", "value").iter_rows())


def status(rows: pl.DataFrame, territory: str, by: str | None = None) -> str | None:
    kept = rows.filter(pl.col("by").eq_missing(pl.lit(by, dtype=pl.String)), pl.col("territory") == territory)
    return str(kept["status"].item()) if kept["status"].item() is not None else None


def indicator(name: str, formula: str, **options: Any) -> Indicator:
    words = {"fr": name, "en": name}
    return Indicator(name, words, words, "supply", "1", formula, options)


# --- the territories ------------------------------------------------------------------------------------------------


def test_a_straddling_intercommunality_is_one_territory_of_the_board(matter: RegionView) -> None:
    board = Board.of(matter)
    assert set(board.levels.tolist()) == {"commune", "epci", "department", "region", "zone", "adhoc"}
    people = dict(zip(board.ids, board.population.tolist(), strict=True))
    assert (people[INSIDE], people[ASTRIDE], people[OUTSIDE]) == (3000, 2000, 3000)
    assert (people[ISERE], people[SAVOIE], people[REGION], people[MASSIF]) == (3500, 4500, 8000, 5000)


def test_a_mean_needs_nearly_all_of_the_territory(matter: RegionView) -> None:
    board = Board.of(matter)
    values = np.array([10.0, 20.0, np.nan, 40.0, 50.0])
    assert board.ground.labels == ["Un", "Deux", "Trois", "Quatre", "Cinq"]
    means = dict(zip(board.ids, board.weighted(values).tolist(), strict=True))
    assert means[INSIDE] == pytest.approx((10 * 1000 + 20 * 2000) / 3000)
    assert np.isnan(means[ASTRIDE]) and np.isnan(means[REGION])


# --- formulas -------------------------------------------------------------------------------------------------------


def test_what_is_placed_by_a_departement_alone_is_in_it_and_in_its_region_and_in_no_smaller_territory(
    matter: RegionView,
) -> None:
    frame = pl.DataFrame(
        {
            "member": ["a", "a", "b"],
            "place": ["territory/commune/38001", ISERE, ISERE],
            "evidence": ["documented", "documented", "inferred"],
        }
    )
    told = matter.with_frames(members=frame)
    found = values(rows := made(told, "items", frame="members", item="member"))
    assert (found[ISERE], found[REGION], found[SAVOIE]) == (2, 2, 0)
    assert (found[INSIDE], found["territory/commune/38001"], found[MASSIF]) == (1, 1, 1)
    one = indicator("x", "items", frame="members", item="member")
    facts = with_facts(told, one, rows).filter(pl.col("territory") == ISERE)
    assert facts["facts"].to_list() == ["documented: 1; inferred: 1"]


def test_items_are_counted_once_wherever_their_sites_are_and_what_has_ended_is_left_out(
    matter: RegionView,
) -> None:
    rows = made(matter, "items", frame="units", item="unit", by="field")
    found = values(rows)
    assert (found[INSIDE], found[ASTRIDE], found[OUTSIDE], found[REGION]) == (2, 1, 0, 2)
    assert found["territory/commune/38001"] == 2 and found["territory/commune/38002"] == 1
    assert values(rows, by="field/mesr/1")[REGION] == 1
    assert status(rows, OUTSIDE) is None  # zero is a value


def test_a_series_has_a_period_a_year(matter: RegionView) -> None:
    rows = made(
        many(ties(matter), [2020] * 3, place=None),
        "items",
        frame="interaction-places",
        item="interaction",
        series="year",
    )
    assert rows["period"].unique().to_list() == ["2020"]
    assert (values(rows)[INSIDE], values(rows)[ASTRIDE], values(rows)[OUTSIDE]) == (6, 4, 0)


def test_years_that_sources_do_not_cover_are_missing_with_the_least_that_is_known(matter: RegionView) -> None:
    tied = ties(matter)
    facts = tied.frame("interactions").with_columns(year=pl.Series([2020] * 6 + [2024], dtype=pl.Int64))
    told = pl.lit("source/x").alias("source")
    more = [
        facts.with_columns(told, interaction=pl.lit(f"n{n}"), year=pl.lit(2020, pl.Int64)) for n in range(2)
    ]
    facts = pl.concat([facts.with_columns(told), *more])
    alone = pl.when(pl.col("year") == 2024).then(pl.lit("source/late")).otherwise("source").alias("source")
    found = made(
        many(tied.with_frames(interactions=facts.with_columns(alone)), [2020] * 4, "source/x", place=None),
        *("items",),
        frame="interaction-places",
        item="interaction",
        series="year",
    )
    assert (values(found, period="2020")[INSIDE], values(found, period="2020")[OUTSIDE]) == (6, 0)
    late = {row["territory"]: row for row in found.filter(period="2024").iter_rows(named=True)}
    assert (late[ASTRIDE]["value"], late[ASTRIDE]["low"], late[ASTRIDE]["status"]) == (None, 1, "missing")
    assert (late[INSIDE]["value"], late[INSIDE]["low"], late[INSIDE]["status"]) == (None, None, "missing")
    assert latest_known(found) == "2020"  # what maps, pages and the interface show first


def test_a_series_by_source_has_the_years_that_each_covers_and_no_sum(matter: RegionView) -> None:
    tied = ties(matter)
    facts = tied.frame("interactions").with_columns(
        source=pl.Series(["source/old"] * 4 + ["source/new"] * 3),
        year=pl.Series([2010, 2010, 2010, 2014, 2014, 2014, 2014], dtype=pl.Int64),
    )
    chosen = {"frame": "interaction-places", "item": "interaction", "series": "year", "by": "source"}
    told = many(tied.with_frames(interactions=facts), [2010] * 7 + [2012], "source/old")
    found = made(many(told, [2014] * 7, "source/new"), "items", **chosen)
    assert found["by"].null_count() == 0  # the sum would go from 3 to 4 while the old source goes from 3 to 1
    there = found.filter(pl.col("territory") == REGION).sort("by", "period")
    assert there.select("by", "period", "value").rows() == [
        ("source/new", "2014", 10),
        *(
            ("source/old", str(year), n)
            for year, n in zip(range(2010, 2015), (10, None, 1, None, 1), strict=True)
        ),
    ]


def test_years_that_a_source_began_or_placed_little_of_are_missing_and_a_sample_has_none(
    matter: RegionView,
) -> None:
    """The last of a copy, of which it holds less than half the year before; years of which most items have no place."""
    tied = ties(matter)
    tied = tied.with_frames(
        interactions=tied.frame("interactions").with_columns(source=pl.lit("source/other"))
    )
    told = many(tied, [2010] * 20 + [2011] * 20 + [2012] * 9 + [2014] * 9, "source/copy")
    told = many(told, [2011] * 21 + [2013] * 3 + [2009] * 30, "source/copy", place=None)
    told = many(told, [2005, 2021], "source/sample")
    found = made(told, "items", frame="interaction-places", item="interaction", series="year", by="source")

    def there(source: str, of: str = REGION) -> dict[str, tuple[float | None, float | None]]:
        rows = found.filter(by=f"source/{source}", territory=of).sort("period")
        return {
            period: (value, low) for period, value, low in rows.select("period", "value", "low").iter_rows()
        }

    assert there("copy") == {
        "2009": (None, None),  # the source tells 30 projects, nobody knows where
        "2010": (20, None),
        "2011": (None, 20),  # 20 of 41 have a place
        "2012": (9, None),
        "2013": (None, None),
        "2014": (9, None),
    }
    assert there("copy", OUTSIDE)["2010"] == (0, None) and there("copy", OUTSIDE)["2011"] == (None, None)
    assert there("sample") == {"2005": (None, 1), "2021": (None, 1)}  # and no zero in the years between
    begun = many(told, [2015] * 4, "source/copy")
    found = made(begun, "items", frame="interaction-places", item="interaction", series="year", by="source")
    assert (there("copy")["2014"], there("copy")["2015"]) == ((9, None), (None, 4))


def test_a_source_of_some_territories_alone_covers_no_year(matter: RegionView) -> None:
    tied = ties(matter)
    facts = tied.frame("interactions").with_columns(
        source=pl.lit("source/grants"),
        year=pl.Series([2013, 2013, 2013, 2015, 2015, 2015, 2015], dtype=pl.Int64),
    )
    covers = pl.DataFrame({"source": ["source/grants"], "territory": [INSIDE]})
    told = tied.with_frames(None, **{"interactions": facts, "source-territories": covers})
    found = made(told, "items", frame="interaction-places", item="interaction", series="year", by="source")
    there = found.filter(pl.col("territory") == REGION).sort("period")
    assert there.select("period", "value", "low").rows() == [
        ("2013", None, 3),
        ("2015", None, 4),
    ]  # and 2014 is no zero
    assert set(found.filter(pl.col("territory") == OUTSIDE)["status"]) == {"missing"}


def test_a_source_that_was_never_loaded_gives_missing_values_and_no_zero(matter: RegionView) -> None:
    rows = made(matter, "items", frame="relays", item="site")
    assert rows["value"].null_count() == rows.height > 0
    assert set(rows["status"]) == {"missing"}


def test_none_is_no_zero_where_no_source_tells_of_such_items_or_of_where_they_are(matter: RegionView) -> None:
    relayed = made(
        ties(matter),
        "items",
        frame="interaction-places",
        item="interaction",
        where={"role": "actor-role/relay"},
    )
    assert set(relayed["status"]) == {"missing"}  # interactions are loaded; who relayed them is not told
    lost = matter.with_frames(units=matter.frame("units").with_columns(place=pl.lit(None, pl.String)))
    for formula, more in (("items", {}), ("reach", {"km": 30}), ("distance", {}), ("catchment", {"km": 30})):
        assert set(made(lost, formula, frame="units", item="unit", **more)["status"]) == {"missing"}, formula


def test_none_is_no_zero_where_most_items_have_no_place(matter: RegionView) -> None:
    programmes = read_indicators()[0]["programmes"]
    ours = [
        replace(programmes, formula=name, options={**programmes.options, "km": 1})
        for name in ("items", "reach")
    ]
    frame = matter.frame("programmes")
    empty = frame.head(1).with_columns(place=pl.lit(None, pl.String))
    unplaced = [empty.with_columns(programme=pl.lit(f"programme/x{n}")) for n in range(50)]
    partial = matter.with_frames(programmes=pl.concat([frame, *unplaced]))
    for one in ours:
        counted = FORMULAS[one.formula][0](matter, one.options)
        before, after = remove_uncovered(matter, one, counted), remove_uncovered(partial, one, counted)
        assert before["value"].to_list() == counted["value"].to_list()
        zeros = counted["value"] == 0
        assert zeros.any() and set(after.filter(zeros)["status"]) == {"missing"}
        assert after.filter(~zeros)["value"].to_list() == counted.filter(~zeros)["value"].to_list()
    sorted_ones = replace(programmes, options={**programmes.options, "by": "level"})
    level = "level/eqf5"
    alone = empty.with_columns(programme=pl.lit("programme/y"), level=pl.lit("level/other"))
    mixed = matter.with_frames(programmes=pl.concat([frame.with_columns(level=pl.lit(level)), alone]))
    grouped = remove_uncovered(mixed, sorted_ones, FORMULAS["items"][0](mixed, sorted_ones.options))
    assert (
        unplaced_groups(mixed, sorted_ones) == ["level/other"]
        and (grouped.filter(by=level)["value"] == 0).any()
    )
    none = pl.DataFrame({"territory": [INSIDE], "period": ["2026"], "by": ["level/other"], "value": [0.0]})
    none = none.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("low", "high"))
    none = none.with_columns(status=pl.lit(None, pl.String))
    assert remove_uncovered(mixed, sorted_ones, none)["status"].to_list() == ["missing"]
    abroad = matter.with_frames(actors=matter.frame("actors").with_columns(country=pl.lit("DE")))
    assert (
        basis_of(abroad, read_indicators()[0]["actors"], {}).items == 0
    )  # who is known to be abroad is not looked for
    assert basis_of(partial, programmes, {}).unplaced == basis_of(matter, programmes, {}).unplaced + 50  # type: ignore[operator]


def test_what_an_indicator_rests_on(matter: RegionView) -> None:
    """Sources with the dates that they say, not the year of the computation; a ratio has the items of its upper part."""
    said = [
        {"source": "source/mesr-parcoursup", "title": "Parcoursup", "english": None, "date": "2025-01-01"},
        {"source": "source/mesr-masters", "title": "Masters", "english": "Masters", "date": "2021-01-01"},
    ]
    told = matter.with_frames(sources=pl.DataFrame(said))
    indicators = read_indicators()[0]
    basis = basis_of(told, indicators["programmes"], indicators)
    assert [(one.name, one.title["en"], one.date) for one in basis.sources] == [
        ("mesr-parcoursup", "Parcoursup", "2025-01-01")
    ]  # no master has a place: their source gives no value, and no date
    assert basis.as_of == "2025" and basis_of(told, indicators["platforms"], indicators).as_of == ""
    years = years_of_data(told, indicators)
    assert {name: basis_of(told, one, indicators).as_of for name, one in indicators.items()} == years
    ratio = basis_of(told, indicators["programmes-per-100000"], indicators)
    assert (ratio.items, ratio.unplaced) == (basis.items, basis.unplaced)
    people = basis_of(told, indicators["population"], indicators)
    assert people.items is None and people.as_of == "2023"  # the census, not the edition of the file


def no_ties() -> dict[str, pl.DataFrame]:
    """The frames of interactions, without any."""
    return {
        name: pl.DataFrame(schema=frames()[name]) for name in ("interactions", "participations", "actors")
    }


def test_the_years_of_what_is_counted_are_those_of_its_items_and_of_the_sources_that_tell_them(
    matter: RegionView,
) -> None:
    columns = {"source": pl.String, "title": pl.String, "english": pl.String, "date": pl.String}
    dated = {"mesr-rnsr": "2022-02-01", "anr-pia": "2006/2022", "laposte-hexasmal": "2020-11-01"}
    rows = [(f"source/{name}", name, name, when) for name, when in dated.items()]
    told = many(ties(matter), [1999], place=None).with_frames(
        None, sources=pl.DataFrame(rows, columns, orient="row")
    )
    told = many(told, [2026])
    indicators = read_indicators()[0]
    units = replace(indicators["research-units"], sources=("mesr-rnsr", "anr-pia"), dated=("mesr-rnsr",))
    indicators |= {"research-units": units}
    years = years_of_data(told, indicators)
    # anr-pia only names units that the register tells, and the file of postcodes is no source of units
    assert years["research-units"] == years["access-research-unit"] == "2022"
    assert years["research-units-per-100000"] == "2022–2023"  # the people are those of a census
    # the project of 1999 has no place: it is in no value; sources of 2006 tell a few of 2020 and 2026
    assert {years[name] for name in ("interactions", "ei-index", "interactions-by-year")} == {"2020–2026"}


def test_what_is_old_says_its_year_in_its_title(matter: RegionView) -> None:
    columns = {"source": pl.String, "title": pl.String, "english": pl.String, "date": pl.String}
    dated = {"insee-clap": "2014-12-31", "mesr-rnsr": "2022-02-01", "decoupage-administratif": "2026-01-01",
             "mesr-parcoursup": "2025-01-01", "anr-pia": "2010/2022", "mesr-ilab": "2025"}  # fmt: skip
    rows = [(f"source/{name}", name, name, when) for name, when in dated.items()]
    told = RegionView(
        None,
        None,
        "20261127T000000Z",
        frames={**no_ties(), "sources": pl.DataFrame(rows, columns, orient="row")},
    )
    indicators = read_indicators()[0]
    titles = {name: one.title["en"] for name, one in with_age(told, indicators).items()}
    assert titles["establishments"] == "Active establishments by sector (2014)"
    assert titles["establishments-per-1000"] == "Establishments per 1,000 inhabitants (2014 / 2023)"
    assert titles["research-units"] == "Research units (2022)"
    assert titles["access-research-unit"].endswith(
        ", 2022)"
    )  # the edition of communes does not make units younger
    for young in ("population", "programmes", "interactions", "platforms"):
        assert titles[young] == indicators[young].title["en"]


def test_population_and_communes(matter: RegionView) -> None:
    assert values(made(matter, "population"))[ASTRIDE] == 2000
    assert made(matter, "population")["period"].unique().to_list() == ["2023"]
    assert values(made(matter, "communes"))[MASSIF] == 4
    sparse = made(matter, "population", density=["3", "4"])["value"].drop_nulls()
    assert sparse.to_list() == sparse.round().to_list()  # nobody is a fraction
    assert read_indicators()[0]["population-sparse"].evidence == "inferred"  # of unknown densities, estimated


def test_classes_of_grids_are_zero_out_of_their_scope_and_missing_where_nothing_is_told(
    matter: RegionView,
) -> None:
    kept = ["productive-workers", "productive-farming"]
    people = values(made(matter, "population", rurality=kept))
    assert (people[INSIDE], people[ASTRIDE], people[ISERE]) == (
        1000,
        1500,
        1000,
    )  # 38002 is urban: of no family
    assert people[OUTSIDE] is None and people[REGION] is None  # 73002 has a type that is not known: no zero
    found = values(made(matter, "communes", centrality=["1", "2", "3", "4"]))
    assert (found[INSIDE], found[ASTRIDE], found[ISERE], found[SAVOIE]) == (1, 1, 1, None)
    both = values(made(matter, "communes", centrality=["0"], rurality=kept))
    assert (both[INSIDE], both[ASTRIDE]) == (1, 0)


def test_totals_are_of_the_latest_period_and_missing_where_nothing_is_known(matter: RegionView) -> None:
    frame = pl.DataFrame(
        {
            "organization": ["a", "b", "c", "d"],
            "place": ["territory/commune/38001", "territory/commune/38901", "territory/commune/38003", None],
            "period": ["2024", "2024", "2023", "2024"],
            "value": [5.0, 7.0, 90.0, 3.0],
            "status": pl.Series([None] * 4, dtype=pl.String),
        }
    )
    rows = made(matter.with_frames(students=frame), "total", frame="students", value="value", period="period")
    assert (values(rows)[INSIDE], rows["period"].unique().to_list()) == (12, ["2024"])
    assert status(rows, ASTRIDE) == "missing"


def test_seats_of_a_site_told_in_its_commune_and_around_it_are_not_halved(matter: RegionView) -> None:
    """68 seats were 34, since a site of Parcoursup is in its commune and in its intercommunality."""
    frame = matter.frame("programmes").clear()
    places = ["territory/commune/38001", "territory/epci/200000001", "territory/commune/38002", None]
    told = pl.DataFrame(
        {"programme": ["a", "a", "b", "c"], "place": places, "capacity": [68, 68, 10, 5]}
    ).with_columns(pl.col("capacity").cast(frame.schema["capacity"]))
    shared = capacities(matter.with_frames(programmes=pl.concat([frame, told], how="diagonal")))
    assert sorted(shared.select("programme", "value").iter_rows()) == [("a", 68), ("b", 10)]


def test_the_sum_of_few_values_is_only_the_least_there_is(matter: RegionView) -> None:
    """46 places of three courses were read as the seats of a whole region."""
    frame = pl.DataFrame(
        {
            "place": ["territory/commune/38001", "territory/commune/38002", "territory/commune/38002"],
            "value": [12.0, None, None],
        }
    )
    few = matter.with_frames(students=frame)
    row = {"frame": "students", "value": "value", "known": 0.5}
    kept = made(few, "total", **row).filter(pl.col("territory") == INSIDE).row(0, named=True)
    assert (kept["value"], kept["low"], kept["status"]) == (None, 12, "missing")
    most = matter.with_frames(students=frame.with_columns(pl.Series("value", [12.0, 3.0, None])))
    assert values(made(most, "total", **row))[INSIDE] == 15
    assert read_indicators()[0]["capacities"].options["known"] == 0.5


def test_the_share_of_known_values_is_that_of_the_latest_year(matter: RegionView) -> None:
    place = "territory/commune/38001"
    frame = pl.DataFrame(
        {"place": [place] * 4, "year": [2023, 2023, 2023, 2024], "value": [None, None, None, 12.0]}
    )
    one = made(
        matter.with_frames(students=frame), "total", frame="students", value="value", period="year", known=0.5
    )
    kept = one.filter(pl.col("territory") == INSIDE).row(0, named=True)
    assert (kept["value"], kept["low"], kept["period"]) == (12, None, "2024")


def establishments(matter: RegionView, **options: Any) -> pl.DataFrame:
    where = {"year": "2014"}
    leave = ["sector/total"]
    return made(
        matter,
        "observed",
        frame="establishments",
        unit="place",
        by="sector",
        where=where,
        leave=leave,
        **options,
    )


def test_observations_are_summed_with_former_communes_and_one_secret_leaves_the_sum_without(
    matter: RegionView,
) -> None:
    rows = establishments(matter)
    a, b = values(rows, by="sector/A"), values(rows, by="sector/B")
    assert (a[INSIDE], a["territory/commune/38001"], a[ASTRIDE], a[REGION]) == (14, 14, 12, 35)
    assert b[INSIDE] == 0
    assert b[ASTRIDE] is None and status(rows, ASTRIDE, "sector/B") == "suppressed"
    assert (
        b[SAVOIE] is None and status(rows, SAVOIE, "sector/B") == "missing"
    )  # 73002 has no observation in B
    assert status(rows, ISERE) == "suppressed"


def test_what_is_published_is_the_least_there_is(matter: RegionView) -> None:
    rows = establishments(matter, published=True)
    assert (values(rows, by="sector/B")[REGION], values(rows)[REGION]) == (2, 37)


def test_a_territory_that_observed_units_cut_through_has_no_row(matter: RegionView) -> None:
    rows = made(matter, "observed", frame="jobs", unit="zone", by="sector")
    assert values(rows, by="sector/A") == {"territory/zone/0001": 100, INSIDE: 100}
    assert status(rows, "territory/zone/0001", "sector/B") == "suppressed"


def test_what_is_observed_is_as_firm_as_its_observations(matter: RegionView) -> None:
    observed = matter.frame("establishments").filter(pl.col("sector") != "sector/total")
    declared = observed.with_columns(
        evidence=pl.when(pl.col("place") == "territory/commune/73001")
        .then(pl.lit("declared"))
        .otherwise(pl.lit("documented"))
    )
    options = {"frame": "establishments", "unit": "place", "by": "sector", "where": {"year": "2014"}}
    one = indicator("e", "observed", **options, published=True)
    rows = compute(matter.with_frames(establishments=declared), {"e": one}).filter(pl.col("by").is_null())
    told = {
        name: (evidence, facts)
        for name, evidence, facts in rows.select("territory", "evidence", "facts").rows()
    }
    assert told[INSIDE][0] == "documented"
    assert told["territory/commune/73001"][0] == told[REGION][0] == "declared"
    assert set(counts_of(told["territory/commune/73001"][1])) == {"declared"}
    assert set(counts_of(told[REGION][1])) == {"documented", "declared"}


def test_the_status_of_an_observation_is_read(reader: LocalReader) -> None:
    matter = RegionView.of(reader)
    told = matter.frame("establishments").select("year", "evidence").unique().sort("year")
    assert told.rows() == [(2014, "documented"), (2015, "declared")]
    assert matter.frame("jobs")["evidence"].to_list() == ["documented"] * 2
    assert "evidence" in matter.frame("hirings").columns


def test_a_diploma_of_the_level_of_the_baccalaureate_is_no_programme(matter: RegionView) -> None:
    rows = matter.frame("programmes")
    levels = [("level/eqf4", 0), ("level/eqf5", 1), (None, 1)]
    for level, more in levels:
        one = rows.head(1).with_columns(programme=pl.lit("other"), level=pl.lit(level, pl.String))
        taught = rows_of(matter.with_frames(programmes=pl.concat([rows, one])), "taught")
        assert taught["programme"].n_unique() == rows["programme"].n_unique() + more, level


def test_reach_distance_and_catchments_are_shares_and_means_of_people(matter: RegionView) -> None:
    options: dict[str, Any] = {"frame": "programmes", "item": "programme"}  # taught in Un
    near = values(made(matter, "reach", **options, km=15))
    assert near[INSIDE] == 100  # Deux lies 11 km away
    assert near["territory/commune/73001"] == 0
    assert near[ASTRIDE] is None  # Trois has no position
    far = values(made(matter, "distance", **options))
    assert far["territory/commune/38001"] == 0
    assert far[INSIDE] == pytest.approx(11.12 * 2000 / 3000, abs=0.01)
    access = made(matter, "catchment", **options, km=50)
    assert status(access, REGION) == "missing"  # of 3,500 of 8,000 inhabitants nobody knows where they live


def test_ratios_keep_a_minimum_and_the_reason_of_their_parts(matter: RegionView) -> None:
    of, over = indicator("units", "items", frame="units", item="unit"), indicator("people", "population")
    words = {"fr": "r", "en": "r"}
    share = Indicator(
        "r",
        words,
        words,
        "supply",
        "1",
        "ratio",
        {"of": "units", "over": "people", "times": 1000},
        minimum=2500,
    )
    lost = indicator("lost", "items", frame="relays", item="site")
    none = Indicator("n", words, words, "supply", "1", "ratio", {"of": "lost", "over": "people"})
    rows = compute(matter, {one.id: one for one in (of, over, share, lost, none)})
    found = rows.filter(pl.col("indicator") == "r")
    assert values(found)[INSIDE] == pytest.approx(1000 * 2 / 3000)
    assert values(found)[ASTRIDE] is None and status(found, ASTRIDE) == "insufficient"
    assert set(rows.filter(pl.col("indicator") == "n")["status"]) == {"missing"}


def test_location_quotients_are_those_of_the_analysis(matter: RegionView) -> None:
    zones, sectors = [INSIDE, ASTRIDE, OUTSIDE], ["sector/A", "sector/B", "sector/C"]
    places = ["38001", "38002", "38003", "73001", "73002"]
    counts = np.array([[30.0, 12, 0], [25, 30, 60], [40, 10, 20], [11, 29, 50], [70, 9, 21]])
    frame = pl.DataFrame(
        [
            (f"territory/commune/{place}", sector, 2014, float(counts[i, j]), None)
            for i, place in enumerate(places)
            for j, sector in enumerate(sectors)
        ],
        schema={
            "place": pl.String,
            "sector": pl.String,
            "year": pl.Int64,
            "value": pl.Float64,
            "status": pl.String,
        },
        orient="row",
    )
    rows = made(
        matter.with_frames(establishments=frame),
        "location-quotient",
        frame="establishments",
        unit="place",
        by="sector",
    )
    table = np.array([counts[:2].sum(axis=0), counts[2:4].sum(axis=0), counts[4]])
    expected = CountTable.dense(table, zones, sectors)
    quotients = location_quotient(expected)
    for i, zone in enumerate(zones):
        for j, sector in enumerate(sectors):
            row = rows.filter(pl.col("territory") == zone, pl.col("by") == sector).row(0, named=True)
            assert row["value"] == pytest.approx(quotients.toarray()[i, j], abs=1e-9)
            assert (row["low"], row["high"]) == (None, None)  # all establishments are counted: none is drawn


def ties(matter: RegionView, size: int = 6) -> RegionView:
    """Six interactions (`size`) of Un with Deux (inside 1), half of which have Quatre too; one within Quatre alone."""
    rows = []
    for n in range(size):
        rows += [(f"i{n}", f"u{n}", "38001"), (f"i{n}", f"v{n}", "38002")]
        rows += [(f"i{n}", f"w{n}", "73001")] if n < size / 2 else []
    rows.append(("alone", "w", "73001"))
    participations = pl.DataFrame(
        [(i, a, "actor-type/company", "actor-role/partner", f"territory/commune/{p}") for i, a, p in rows],
        schema=["interaction", "actor", "type", "role", "place"],
        orient="row",
    )
    facts = pl.DataFrame(
        [(i, "t", 2020, "documented", "x", None) for i in dict.fromkeys(one for one, _, _ in rows)],
        schema={
            **dict.fromkeys(("interaction", "type"), pl.String), "year": pl.Int64,
            **dict.fromkeys(("evidence", "source", "about"), pl.String),
        },
        orient="row",
    )  # fmt: skip
    return matter.with_frames(participations=participations, interactions=facts)


def many(matter: RegionView, years: list[int], source: str = "x", place: str | None = "38001") -> RegionView:
    """Add an interaction of each year, of one actor at a commune, or without a place."""
    before = matter.frame("interactions")
    names = [f"{source}-{before.height + n}" for n in range(len(years))]
    facts = pl.DataFrame(
        [(name, "t", year, "documented", source, None) for name, year in zip(names, years, strict=True)],
        schema=before.select("interaction", "type", "year", "evidence", "source", "about").schema,
        orient="row",
    )
    where = f"territory/commune/{place}" if place else None
    taking = pl.DataFrame(
        [(name, f"of-{name}", "actor-type/company", "actor-role/partner", where) for name in names],
        schema=matter.frame("participations").schema,
        orient="row",
    )
    return matter.with_frames(
        interactions=pl.concat([before.select(facts.columns), facts]),
        participations=pl.concat([matter.frame("participations"), taking]),
    )


def test_ties_with_the_outside(matter: RegionView) -> None:
    tied = ties(matter, 12)
    assert values(made(tied, "outside-share"))[INSIDE] == 50
    # Six go out; all twelve join two of the territory, those six too.
    assert values(made(tied, "ei-index"))[INSIDE] == pytest.approx((6 - 12) / (6 + 12))
    outside = made(tied, "outside-share")
    assert status(outside, ASTRIDE) == "insufficient"  # seven interactions are too few
    assert values(made(tied, "outside-share"))[REGION] == 0
    partners = values(made(tied, "counterparts", level="epci"))
    assert (partners[INSIDE], partners[ASTRIDE], partners[OUTSIDE]) == (1, 1, 0)
    assert REGION not in partners  # it has every one: there is no other


def test_announcements_count_for_the_territories_that_hold_theirs(matter: RegionView) -> None:
    requests = pl.DataFrame(
        {
            "announcement": ["r1", "r2", "o1"],
            "class": ["Request", "Request", "Offer"],
            "territory": ["territory/commune/38003", ASTRIDE, ISERE],
            "led": ["i1", None, None],
        }
    ).with_columns(pl.lit("https://w3id.org/ancrage/def/").add(pl.col("class")).alias("class"))
    asked = matter.with_frames(requests=requests)
    found = values(made(asked, "announcements", kind="Request"))
    assert (found[ASTRIDE], found[ISERE], found[REGION], found[INSIDE]) == (2, 1, 2, 0)
    assert values(made(asked, "announcements", kind="Request", led=True))[ASTRIDE] == 1
    assert values(made(asked, "announcements", kind="Offer"))[ISERE] == 1
    assert set(made(matter, "announcements", kind="Request")["status"]) == {"missing"}


def test_small_counts_of_what_partners_declare_are_suppressed(matter: RegionView) -> None:
    frame = pl.DataFrame(
        {
            "organization": ["a", "b", "c", "d"],
            "place": [f"territory/commune/{code}" for code in ("38001", "38002", "73001", "73002")],
            "period": ["2024"] * 4,
            "value": [3.0, 40.0, 60.0, 2.0],
            "evidence": ["declared", "declared", "declared", "documented"],
        }
    )
    words = {"fr": "s", "en": "s"}
    options = {"frame": "students", "value": "value", "period": "period"}
    one = Indicator("s", words, words, "supply", "1", "total", options, people=True)
    rows = compute(matter.with_frames(students=frame), {"s": one})
    found = values(rows)
    assert (
        found["territory/commune/38001"] is None and status(rows, "territory/commune/38001") == "suppressed"
    )
    assert found["territory/commune/38002"] is None  # else the intercommunality's total would tell the other
    assert found["territory/commune/73002"] == 2  # an official source published it
    assert (found[INSIDE], found[REGION]) == (43, 105)
    plain = compute(
        matter.with_frames(students=frame),
        {"s": Indicator("s", words, words, "supply", "1", "total", options)},
    )
    assert values(plain)["territory/commune/38001"] == 3
    wide = frame.with_columns(
        place=pl.when(pl.col("organization") == "a")
        .then(pl.lit("territory/department/38"))
        .otherwise(pl.col("place"))
    )  # where only the département is known, three students are three students all the same
    rows = compute(matter.with_frames(students=wide.filter(pl.col("organization") != "b")), {"s": one})
    assert values(rows)[ISERE] is None and status(rows, ISERE) == "suppressed"


# --- what the package declares --------------------------------------------------------------------------------------


def test_every_shipped_indicator_says_what_it_is_and_where_it_comes_from() -> None:
    indicators, errors = read_indicators()
    assert errors == [] and len(indicators) >= 40
    for one in indicators.values():
        assert set(one.title) == set(one.definition) == {"fr", "en"}
        assert all(
            text.strip()
            for said in (one.title, one.definition, one.limits, one.unit_label)
            for text in said.values()
        )
        assert set(one.sources) <= {*all_sources(), "campus-connectes", "illustrative"}, one.id
        assert one.illustrative == (one.sources == ("illustrative",)), one.id
        assert set(one.levels) <= set(LEVELS)
    for language in ("fr", "en"):
        titles = [one.title[language] for one in indicators.values()]
        assert len(titles) == len(set(titles))
    assert [name for name, one in indicators.items() if one.rdf_communes] == [
        "interactions", "population", "programmes", "reach-programme", "research-units",
    ]  # fmt: skip


def test_what_counts_interactions_says_that_one_participant_is_enough() -> None:
    """745 of the 5,412 interactions of a region had one participant, and no page said so."""
    every = read_indicators()[0]
    counting = [
        one for name, one in every.items() if name.startswith("interactions") and "relayed" not in name
    ]
    silent = {one.id for one in counting if "qu'un participant" not in one.limits["fr"]}
    assert silent == {"interactions-academic-company"}  # two of them at least, by its definition


def test_what_is_relayed_is_not_said_to_be_told_by_nobody() -> None:
    limits = read_indicators()[0]["interactions-relayed"].limits
    assert all("i-PhD" in text for text in limits.values())  # who relayed is told, from where is not


def test_evidence_is_that_of_what_is_counted_and_of_where_it_is() -> None:
    indicators = read_indicators()[0]
    told = {name: one.evidence for name, one in indicators.items()}
    assert {told[one] for one in ("population", "establishments", "interactions")} == {"documented"}
    assert {told[one] for one in ("chain-members", "programmes-by-family", "capacities")} == {"inferred"}
    assert {told[one] for one in ("interactions-per-100000", "variety", "reach-programme")} == {"inferred"}


def test_every_shipped_indicator_is_computed_and_only_for_its_levels(cube: Cube, matter: RegionView) -> None:
    assert cube.errors == ()
    bare = {"variety", "specialisation", "jobs-specialisation"}  # no territory is made of observed units here
    assert set(cube.indicators) - bare <= set(cube.frame["indicator"])
    levels = dict(cube.territories.select("territory", "level").iter_rows())
    for name, territory in cube.frame.select("indicator", "territory").unique().iter_rows():
        assert levels[territory] in cube.indicators[name].levels
    empty = cube.frame.filter(pl.col("value").is_null() == pl.col("status").is_null())
    assert empty.is_empty()  # a value, or the reason why there is none
    keys = cube.frame.select("indicator", "territory", "period", "by")
    assert keys.is_unique().all()


# --- the cube -------------------------------------------------------------------------------------------------------


def test_slices_of_the_cube(cube: Cube) -> None:
    found = {one.indicator.id: one for one in cube.values(ASTRIDE)}
    assert found["population"].value == 2000 and found["population"].period == "2023"
    assert {one.indicator.topic for one in cube.values(ASTRIDE, "access")} == {"access"}
    groups = cube.groups("research-units-by-field", INSIDE)
    assert [one.value for one in groups] == sorted((one.value for one in groups), reverse=True)  # type: ignore[type-var]
    years = cube.series("interactions-by-year", INSIDE)
    assert [one.status for one in years] == ["missing"]  # none is dated here
    across = cube.across("population", "epci")
    assert across.select("label", "value").rows() == [("Dedans", 3000), ("À cheval", 2000), ("Dehors", 3000)]
    assert cube.values("territory/epci/999999999") == []


def test_a_population_is_as_firm_as_those_of_its_communes(matter: RegionView) -> None:
    places = matter.frame("places")
    told = (
        pl.when(pl.col("place").str.ends_with("38001"))
        .then(pl.lit("declared"))
        .otherwise(pl.lit("documented"))
    )
    declared = matter.with_frames(places=places.with_columns(evidence=told))
    chosen = {name: one for name, one in read_indicators()[0].items() if name in ("population", "communes")}
    rows = compute(declared, chosen)
    found = {(row["indicator"], row["territory"]): row for row in rows.iter_rows(named=True)}
    assert (found["population", INSIDE]["evidence"], found["population", INSIDE]["facts"]) == (
        "declared",
        "documented: 1; declared: 1",
    )
    assert found["population", OUTSIDE]["evidence"] == "documented"
    assert (
        found["communes", INSIDE]["evidence"] == "documented"
    )  # how many there are is not what was declared


def test_values_are_kept_as_categories_and_given_as_texts(cube: Cube) -> None:
    texts = {name for name, kind in CUBE.items() if kind == pl.String}
    assert all(cube.cells.schema[name] == pl.Categorical for name in texts)
    for rows in (cube.frame, cube.of_indicator("population"), cube.of_territory(INSIDE)):
        assert dict(rows.schema) == CUBE and rows.height
    wholes = cube.of_territory(INSIDE).filter(pl.col("by").is_null()).select("indicator", "value", "status")
    assert sorted(cube.wholes(INSIDE, *wholes.columns), key=str) == sorted(wholes.iter_rows(), key=str) != []
    assert list(cube.wholes("territory/epci/none", "value")) == []
    assert cube.cells.estimated_size() < 0.6 * cube.frame.estimated_size()


def test_what_one_territory_counted_later_does_not_hide_what_is_known_of_all(cube: Cube) -> None:
    later = cube.frame.filter((pl.col("indicator") == "population") & (pl.col("territory") == INSIDE))
    late = later.with_columns(period=pl.lit("2031"), value=pl.lit(1.0))
    more = replace(cube, cells=pl.concat([cube.frame, late]))
    assert set(more.across("population", "epci")["period"]) == {"2023"}
    assert more.across("population", "epci", period="2031")["value"].to_list() == [1.0]
    unknown = later.with_columns(
        period=pl.lit("2031"), value=pl.lit(None, pl.Float64), status=pl.lit("missing")
    )
    alone = replace(cube, cells=unknown)
    assert set(alone.across("population", "epci")["period"]) == {"2031"}


def test_the_cube_is_kept_beside_the_snapshot(
    reader: LocalReader, cube: Cube, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("ancrage.graph.indicators.cube.recompute", refuse)
    again = Cube.of(reader)
    assert again.frame.equals(cube.frame) and again.territories.equals(cube.territories)
    assert again.taken == set(again.indicators)
    third = Cube.of(reader)
    assert third.cells is again.cells  # hundreds of thousands of rows: two readers hold one frame


def test_only_what_rests_on_changed_frames_is_computed_anew(matter: RegionView) -> None:
    indicators, _ = read_indicators()
    first = recompute(matter, indicators)
    assert first.taken == frozenset()
    assert first.frame.equals(compute(matter, indicators))
    ratios = {name for name, one in indicators.items() if one.is_ratio}
    same = recompute(matter, indicators, first)
    assert same.taken == set(indicators) - ratios and same.frame.equals(first.frame)
    fewer = matter.with_frames(units=matter.frame("units").head(1))
    changed = recompute(fewer, indicators, first)
    anew = set(indicators) - ratios - changed.taken
    assert anew == {
        "research-units",
        "research-units-by-field",
        "reach-research-unit",
        "access-research-unit",
    }
    assert changed.frame.equals(compute(fewer, indicators))
    other = {**indicators, "population": Indicator(**{**vars(indicators["population"]), "decimals": 3})}
    assert set(indicators) - ratios - recompute(matter, other, first).taken == {"population"}


def test_a_formula_that_fails_leaves_the_others(matter: RegionView) -> None:
    told: list[FormulaFailed] = []
    wrong = indicator("wrong", "items", frame="nowhere", item="x")
    people, share = indicator("people", "population"), indicator("share", "ratio", of="wrong", over="people")
    rows = compute(matter, {"wrong": wrong, "people": people, "share": share}, told.append)
    assert set(rows["indicator"]) == {"people"}
    assert told[0].indicator == "wrong" and "nowhere" in str(told[0])
    assert told[1].told("fr").endswith("formule ratio : l'indicateur « wrong » n'est pas calculé.")
    with pytest.raises(FormulaFailed, match="wrong"):
        compute(matter, {"wrong": wrong})
    assert recompute(matter, {"wrong": wrong}, Computed(rows), told.append).traces == {}


# --- files ----------------------------------------------------------------------------------------------------------

GOOD = """title = { fr = "Essai", en = "Test" }
definition = { fr = "Un essai.", en = "A test." }
topic = "supply"
unit = "1"
sources = ["mesr-rnsr"]

[formula]
name = "items"
frame = "units"
item = "unit"
"""


WITH = 'item = "unit"'
UNIT = 'unit = "1"'
FORMULA = '[formula]\nname = "items"\nframe = "units"\nitem = "unit"'


@pytest.mark.parametrize(
    ("old", "new", "line", "french", "english"),
    [
        ('topic = "supply"', 'topic = "suply"', 3, "« topic » ; le plus proche est « supply »", "nearest is “supply”"),
        ('topic = "supply"', 'topic = ["supply"]', 3, "n'est pas une valeur de « topic »", "no value of “topic”"),
        ('name = "items"', 'name = "magic"', 8, "formule « magic » inconnue ; sont connus", "unknown formula “magic”"),
        ('name = "items"', "name = 3", 8, "formule « 3 » inconnue", "unknown formula “3”"),
        (FORMULA, 'formula = "items"', 7, "« formula » demande une table", "“formula” takes a table"),
        (WITH, f'{WITH}\ncolour = "red"', 11, "la formule items n'a pas d'option « colour »", "has no option “colour”"),
        (f"\n{WITH}", "", 8, "la formule items demande l'option « item »", "items needs the option “item”"),
        ('frame = "units"', 'frame = "unit"', 9, "aucun tableau « unit » ; le plus proche est « units »", "no frame “unit”"),
        ('frame = "units"', 'frame = "jobs"', 9, "« jobs » n'a pas la colonne « place », que lit", "has no column “place”"),
        (WITH, 'item = "unti"', 10, "pas de colonne « unti » ; le plus proche est « unit »", "nearest is “unit”"),
        (WITH, f"{WITH}\nwhere = 3", 11, "l'option « where » demande une table", "“where” takes a table"),
        (WITH, f"{WITH}\n[formula.where]\nfeild = 1", 11, "le plus proche est « field »", "nearest is “field”"),
        (WITH, f'{WITH}\nwhere = {{ field = [] }}', 11, "ou une liste pour la colonne « field »", "or a list for the"),
        (WITH, f'{WITH}\nby = "field"', 11, "demande la clé « dimension »", "needs the key “dimension”"),
        (WITH, f'{WITH}\nseries = 3', 11, "l'option « series » demande un texte", "“series” takes a text"),
        (FORMULA, '[formula]\nname = "total"\nframe = "students"\nvalue = "period"', 10, "colonne de nombres", "of numbers"),
        (FORMULA, FORMULA.replace("items", "reach") + '\nkm = "loin"', 11, "un nombre au-dessus de zéro", "above zero"),
        (FORMULA, '[formula]\nname = "total"\nframe = "students"\nvalue = "value"\nknown = 50', 11, "une part", "a share"),
        (FORMULA, '[formula]\nname = "population"\ndensity = "3"', 9, "demande une liste de textes", "a list of texts"),
        (FORMULA, '[formula]\nname = "counterparts"\nlevel = "ville"', 9, "une valeur parmi : commune", "one of: commune"),
        (FORMULA, '[formula]\nname = "academic-reach"\nlost = "oui"', 9, "true ou false", "true or false"),
        (UNIT, f'{UNIT}\ncolour = "red"', 5, "clé inconnue « colour »", "unknown key “colour”"),
        (UNIT, "unit = 1", 4, "« unit » demande un texte", "“unit” takes a text"),
        (UNIT, f'{UNIT}\nlevels = ["canton"]', 5, "« canton » n'est pas une valeur de « levels »", "no value of “levels”"),
        (UNIT, f'{UNIT}\nlevels = "epci"', 5, "« levels » demande une liste de textes", "a list of texts"),
        (UNIT, f'{UNIT}\nfrequency = "hourly"', 5, "« hourly » n'est pas une valeur de « frequency »", "“hourly”"),
        (UNIT, f'{UNIT}\ndimension = "sectr"', 5, "le plus proche est « sector »", "nearest is “sector”"),
        (UNIT, f'{UNIT}\ndecimals = "deux"', 5, "« decimals » demande un nombre entier, de 0 à 6", "a whole number"),
        (UNIT, f'{UNIT}\nminimum = inf', 5, "« minimum » demande un nombre, positif ou nul", "a number, zero or more"),
        (UNIT, f'{UNIT}\npeople = "non"', 5, "« people » demande true ou false, sans guillemets", "true or false"),
        (UNIT, f'{UNIT}\nlimits.fr = "Oui."', 5, "« limits » demande une phrase fr et une phrase en", "a sentence en"),
        ('sources = ["mesr-rnsr"]', "sources = 3", 5, "« sources » demande une liste de textes", "a list of texts"),
        ('sources = ["mesr-rnsr"]', 'sources = ["a b"]', 5, "« a b » n'est pas un nom", "“a b” is no name"),
        ('title = { fr = "Essai", en = "Test" }', 'title = "Essai"', 1, "« title » demande une phrase fr", "two texts"),
        ('title = { fr = "Essai", en = "Test" }', "title = { fr = 3, en = 4 }", 1, "deux textes", "two texts"),
        ('definition = { fr = "Un essai."', 'definition = { fr = " "', 2, "deux textes", "two texts"),
        (f"{UNIT}\n", "", None, "la clé « unit » manque", "the key “unit” is missing"),
        (UNIT, "unit = ", 4, "TOML illisible", "no readable TOML"),
        (GOOD, "", None, "la clé « title » manque", "the key “title” is missing"),
        (WITH, f"{WITH}\nx = {'[' * 5000}", 11, "TOML illisible", "no readable TOML"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line_and_reason_and_the_others_stand(
    tmp_path: Path, old: str, new: str, line: int | None, french: str, english: str
) -> None:
    assert old in GOOD
    (tmp_path / "bad.toml").write_text(GOOD.replace(old, new), encoding="utf-8")
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    found, errors = read_indicators([tmp_path])
    assert list(found) == ["good"]
    assert (errors[0].path.name, errors[0].line) == ("bad.toml", line)
    assert french in errors[0].reason["fr"] and str(errors[0]).startswith("bad.toml")
    assert english in errors[0].told("en")


def test_a_file_of_another_encoding_a_folder_and_a_name_that_is_no_name_are_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(GOOD.replace("Un essai", "Un été").encode("latin-1"))
    (tmp_path / "marked.toml").write_text(GOOD, encoding="utf-8-sig")  # as Notepad writes UTF-8
    (tmp_path / "Mon Été.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "lost.toml").symlink_to(tmp_path / "nowhere")
    found, errors = read_indicators([tmp_path])
    assert list(found) == ["marked"]
    told = {one.path.name: str(one) for one in errors}
    assert told["latin.toml"].startswith("latin.toml, ligne 2 : le fichier n'est pas en UTF-8")
    assert "minuscules" in told["Mon Été.toml"] and "illisible" in told["folder.toml"]
    assert set(told) == {"latin.toml", "Mon Été.toml", "folder.toml", "lost.toml"}


def test_columns_of_frames_are_those_of_the_data(matter: RegionView) -> None:
    for name, columns in frames().items():
        assert rows_of(matter, name).columns == list(columns), name


def test_an_indicator_of_a_source_that_nobody_knows_is_left_out(matter: RegionView, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD.replace("mesr-rnsr", "mesr-rnrs"), encoding="utf-8")
    (tmp_path / "two.toml").write_text(GOOD, encoding="utf-8")
    cube = Cube.made(matter, None, folders=[tmp_path])
    assert list(cube.indicators) == ["two"]
    assert [one.told("fr") for one in cube.errors] == [
        "one.toml, ligne 5 : la source « mesr-rnrs » n'est ni chargée ni connue ; le plus proche est « mesr-rnsr »."
    ]


def test_groups_and_values_that_cannot_be_written_fail_their_indicator_alone(matter: RegionView) -> None:
    told: list[FormulaFailed] = []
    words = indicator("words", "items", frame="units", item="unit", by="label")
    large = indicator("large", "ratio", of="people", over="people", times=1e31)
    compute(matter, {"w": words, "l": large, "people": indicator("people", "population")}, told.append)
    assert {one.indicator for one in told} == {"words", "large"}
    assert "n'est pas un groupe" in told[0].told("fr")
    assert told[0].told("en").endswith("is no group: a column of codes is expected (“sector/a17/AZ”).")
    assert "too large" in told[1].told("en") and "trop grandes" in str(told[1])


def test_a_ratio_of_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    text = GOOD.split("[formula]")[0] + '[formula]\nname = "ratio"\nof = "good"\nover = "nothing"\n'
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "share.toml").write_text(text, encoding="utf-8")
    found, errors = read_indicators([tmp_path])
    assert list(found) == ["good"] and "« nothing », qui n'est pas un indicateur simple" in errors[0].reason


def test_a_ratio_that_cannot_be_used_leaves_the_indicator_of_the_package(tmp_path: Path) -> None:
    text = GOOD.split("[formula]")[0] + '[formula]\nname = "ratio"\nof = "programes"\nover = "population"\n'
    (tmp_path / "programmes-per-100000.toml").write_text(text, encoding="utf-8")
    found, [error] = read_indicators([FOLDER, tmp_path])
    assert found["programmes-per-100000"].path == FOLDER / "programmes-per-100000.toml"
    assert (error.line, "le plus proche est « programmes »" in error.reason) == (9, True)


def test_a_later_folder_replaces_and_a_broken_replacement_leaves_the_first(tmp_path: Path) -> None:
    (tmp_path / "population.toml").write_text(GOOD, encoding="utf-8")
    assert read_indicators([FOLDER, tmp_path])[0]["population"].title["en"] == "Test"
    (tmp_path / "population.toml").write_text("title = ", encoding="utf-8")
    found, errors = read_indicators([FOLDER, tmp_path])
    assert found["population"].title["en"] == "Population" and len(errors) == 1


def test_what_is_kept_elsewhere_is_taken_over(matter: RegionView, tmp_path: Path) -> None:
    first, second = FrameCache(tmp_path / "a"), FrameCache(tmp_path / "b")
    Cube.made(matter, first)
    cube = Cube.made(matter, second, former=first)
    assert cube.taken == {name for name, one in cube.indicators.items() if not one.is_ratio}


def test_what_sources_of_one_region_cannot_say_of_a_straddling_territory_is_missing(
    matter: RegionView,
) -> None:
    indicators, _ = read_indicators()
    programmes = indicators["programmes"]
    counted = FORMULAS["items"][0](matter, programmes.options)
    isere = matter.with_frames()
    isere.within = "38"
    rows = remove_uncovered(isere, programmes, counted)
    told = {row["territory"].rsplit("/", 1)[-1]: row for row in rows.iter_rows(named=True)}
    assert told["200000001"]["value"] is not None  # all its communes are inside
    assert (told["200000002"]["value"], told["200000002"]["status"]) == (None, "missing")  # half of it is not
    assert remove_uncovered(isere, replace(programmes, regional=False), counted).equals(counted)
