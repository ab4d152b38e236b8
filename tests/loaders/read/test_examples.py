"""The examples that the package ships: light, complete for the region, honest about what is invented."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.read.source import Source, read_inputs
from ancrage.loaders.read.tidy import tidy

EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = ("aura", "aura-odbl", "campus-connectes", "illustrative")
DEPARTMENTS = ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74")
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def examples() -> dict[str, Tables]:
    made = {}
    for name in NAMES:
        source = Source.named("exchange")
        inputs = read_inputs(source, [EXAMPLES / name])
        assert inputs.rejected.is_empty(), inputs.first_rejections()
        assert inputs.signalled == []
        made[name] = tidy(source, inputs.tables)
    return made


def ids(tables: Tables, table: str) -> set[str]:
    return set(tables[table]["id"])


def opened(frame: pl.DataFrame, column: str) -> set[Any]:
    series = frame[column]
    return set((series.explode() if series.dtype == pl.List else series).drop_nulls())


def departments(tables: Tables, communes: set[Any]) -> set[str]:
    """Return the codes of the départements that hold communes, former communes and districts included."""
    held = {row["id"]: row for row in tables["territories"].to_dicts()}
    found, todo = set(), set(communes)
    seen: set[str] = set()
    while todo:
        here = todo.pop()
        seen.add(here)
        if here.startswith("territory/department/"):
            found.add(here.rpartition("/")[2])
            continue
        row = held.get(here, {})
        above = {*(row.get("part_of") or []), *([row["succeeded_by"]] if row.get("succeeded_by") else [])}
        todo |= {
            item for item in above if item.startswith(("territory/commune/", "territory/department/"))
        } - seen
    return found


def test_the_examples_weigh_less_than_six_mebibytes() -> None:
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 6 << 20


def test_rows_built_from_official_files_stand_in_order() -> None:
    for path in [one for name in ("aura", "aura-odbl") for one in (EXAMPLES / name).glob("*.csv.gz")]:
        rows = pl.read_csv(path, infer_schema=False)
        assert rows.equals(rows.sort(rows.columns)), path


@pytest.mark.long
def test_every_territory_of_the_region_is_there(examples: dict[str, Tables]) -> None:
    territories = examples["aura"]["territories"]
    kinds = dict(territories.group_by("kind").len().iter_rows())
    assert kinds["Intercommunality"] == 172
    assert kinds["EmploymentZone"] == 39
    inside = {f"territory/department/{code}" for code in DEPARTMENTS}
    communes = territories.filter(
        (pl.col("kind") == "Commune")
        & pl.col("part_of").list.eval(pl.element().is_in(list(inside))).list.any()
    )
    assert len(communes) == 4025
    assert communes["lat"].null_count() < 10


def test_outlines_are_those_of_every_level_that_has_some(examples: dict[str, Tables]) -> None:
    drawn = examples["aura"]["geometries"]["territory"]
    kinds = dict(drawn.str.split("/").list.get(1).value_counts().rows())
    assert kinds == {"epci": 172, "zone": 39, "department": 12, "region": 1, "commune": 2152}
    codes = drawn.filter(drawn.str.starts_with("territory/commune/")).str.split("/").list.get(2)
    assert set(codes.str.slice(0, 2)) == {"01", "07", "26", "38", "73", "74"}


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_each_departement_has_sites_programmes_and_interactions(
    department: str, examples: dict[str, Tables]
) -> None:
    aura = examples["aura"]
    taught = opened(aura["programmes"], "sites")
    sites = aura["sites"].filter(pl.col("id").is_in(list(taught)))
    places = opened(aura["participations"], "place") | opened(
        examples["aura-odbl"]["participations"], "place"
    )
    assert department in departments(aura, opened(sites, "territory"))
    assert department in departments(aura, places)


def test_every_fact_has_a_source_that_is_described(examples: dict[str, Tables]) -> None:
    for name in NAMES:
        known = ids(examples[name], "sources")
        for table, frame in examples[name].items():
            if "source" in frame.columns:
                assert opened(frame, "source") <= known, (name, table)
        datasets = set(examples[name]["sources"]["dataset"])
        assert opened(examples[name]["observations"], "dataset") <= datasets


def test_references_lead_to_something(examples: dict[str, Tables]) -> None:
    """Two columns of each example at least: participants are described, and where they are is a known territory."""
    organizations = set().union(*(ids(examples[name], "organizations") for name in NAMES))
    territories = ids(examples["aura"], "territories")
    for name in NAMES:
        participations = examples[name]["participations"]
        assert opened(participations, "organization") <= organizations, name
        assert opened(participations, "place") <= territories, name
        interactions = ids(examples[name], "interactions") | ids(examples[name], "events")
        assert opened(participations, "interaction") <= interactions, name
        sites = examples[name]["sites"]
        assert opened(sites, "territory") <= territories, name
    programmes = examples["aura"]["programmes"]
    assert opened(programmes, "sites") <= ids(examples["aura"], "sites")
    assert opened(programmes, "organizations") <= organizations


def test_an_organisation_is_described_once_in_each_set_and_named_in_one(examples: dict[str, Tables]) -> None:
    """Each set says its own name of it: the graph serves that of the set that comes first (decision 0056)."""
    named: set[str] = set()
    for name in NAMES:
        organizations = examples[name]["organizations"]
        assert organizations["id"].is_unique().all(), name
        named |= set(organizations.drop_nulls("label_fr")["id"])
    assert set().union(*(ids(examples[name], "organizations") for name in NAMES)) == named


def test_share_alike_data_stay_apart(examples: dict[str, Tables]) -> None:
    apart = {"source/anr-pia", "source/anr-aapg", "source/authority-grants-odbl", "source/aura-odbl"}
    assert ids(examples["aura-odbl"], "sources") == apart
    open_sources = examples["aura"]["sources"]
    assert not any("ODbL" in str(licence) for licence in open_sources["licence"])
    assert not any("/anr" in str(source) for source in opened(examples["aura"]["interactions"], "id"))


def test_what_is_invented_says_so(examples: dict[str, Tables]) -> None:
    illustrative = examples["illustrative"]
    for table, frame in illustrative.items():
        if "evidence" in frame.columns and not frame.is_empty():
            allowed = {"evidence-status/illustrative"}
            allowed |= {"evidence-status/simulated"} if table == "observations" else set()
            assert opened(frame, "evidence") <= allowed, table
        if "label_fr" in frame.columns:
            labels = opened(frame, "label_fr")
            assert all("[Exemple]" in label or "exemple illustratif" in label for label in labels), labels
    simulated = illustrative["observations"].filter(pl.col("evidence") == "evidence-status/simulated")
    assert set(simulated["scenario"]) == {"scenario/example-deux-relais"}


def test_each_campus_connecte_has_its_page_and_its_date(examples: dict[str, Tables]) -> None:
    campus = examples["campus-connectes"]
    told = {row["id"]: row for row in campus["sources"].to_dicts()}
    assert set(campus["sites"]["kind"]) == {"DigitalBranch"}
    named = {where.rpartition("/")[2] for where in campus["sites"]["territory"]}
    assert named == {
        "26281",
        "07186",
        "07019",
        "38416",
        "43157",
    }  # Annonay (07010) was dropped before it opened
    for table in ("organizations", "sites", "interactions"):
        for row in campus[table].to_dicts():
            page = told[row["source"]]
            assert page["homepage"].startswith("https://") and page["date"], row["id"]
            assert row["evidence"] == "evidence-status/documented"
    universities = campus["participations"].filter(pl.col("roles").list.contains("actor-role/partner"))
    assert set(universities["organization"]) == {"organization/0383546Y", "organization/0632084Y"}


def test_nothing_documented_is_illustrative(examples: dict[str, Tables]) -> None:
    for name in ("aura", "aura-odbl", "campus-connectes"):
        for table, frame in examples[name].items():
            if "evidence" in frame.columns:
                assert "evidence-status/illustrative" not in opened(frame, "evidence"), (name, table)


def test_the_four_modes_and_every_state_of_a_match_are_shown(examples: dict[str, Tables]) -> None:
    illustrative = examples["illustrative"]
    assert {mode.rpartition("/")[2] for mode in illustrative["events"]["mode"]} == {
        "in-person",
        "relayed",
        "hybrid",
        "remote",
    }
    assert {status.rpartition("/")[2] for status in illustrative["match_events"]["status"]} == {
        "potential",
        "contacted",
        "discussed",
        "agreed",
        "realised",
        "dropped",
    }


def test_a_real_strategy_comes_before_the_invented_ones(examples: dict[str, Tables]) -> None:
    tables = examples["aura"]
    assert tables["strategies"]["territories"].to_list() == [["territory/region/84"]]
    assert opened(tables["actions"], "objectives") == ids(
        tables, "objectives"
    )  # none that no operation pursues
    assert opened(tables["actions"], "run_by") <= ids(tables, "organizations")
    assert opened(tables["budgets"], "action") == ids(tables, "actions")
    union = tables["budgets"].filter(pl.col("funders").list.len() > 0)
    assert union.height == tables["actions"].height  # a list of grants: each has the Union's part
    assert set(tables["actions"]["status"]) == {"action-status/agreed"}
