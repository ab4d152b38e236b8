"""Compute figures of the site again from the raw files, by other code, and print what differs.

    python benchmarks/recompute.py OFFICIAL --data DATA   a folder of official files, and what `ancrage load all` published
    python benchmarks/recompute.py examples --data DATA   the tables of the demo, and what `ancrage demo` published

The expected figures come from `raw_official.py` or `raw_examples.py` (polars and shapely, nothing of the product); the site's
come from its published observations, asked by SPARQL through the command line, as anybody may. Exit code 3 where one differs.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from raw_examples import read_examples
from raw_official import REGION, Raw, read_official
from raw_places import centres, read_taught, read_units
from raw_projects import read_participations
from recompute_access import Ground, access, distance
from recompute_ties import ties

RECORDS = """SELECT ?record ?body WHERE { GRAPH <https://w3id.org/ancrage/graph/register> { ?r anc:recordOf ?b }
  BIND(STRAFTER(STR(?r), "/id/") AS ?record) BIND(STRAFTER(STR(?b), "/id/") AS ?body) }"""
AREAS = ("epci", "department", "zone", "bassin", "adhoc", "region")
OBSERVATIONS = """SELECT ?indicator ?territory ?group ?period ?value WHERE { GRAPH <https://w3id.org/ancrage/graph/indicators> {
  ?o anc:refIndicator ?i ; anc:refTerritory ?t ; anc:refPeriod ?period ; anc:obsValue ?value .
  OPTIONAL { ?o anc:refSector ?s } OPTIONAL { ?o anc:refGroup ?g } OPTIONAL { ?o anc:refOccupation ?f } }
  BIND(STRAFTER(STR(?i), "/indicator/computed/") AS ?indicator) BIND(STRAFTER(STR(?t), "/territory/") AS ?territory)
  BIND(STRAFTER(STR(COALESCE(?g, ?f, ?s)), "/id/") AS ?group) }"""
FACTS = """SELECT ?source ?year (COUNT(DISTINCT ?i) AS ?n) WHERE {
  ?i a anc:Interaction ; anc:year ?year ; prov:hadPrimarySource ?origin .
  BIND(STRAFTER(STR(?origin), "/source/") AS ?source) } GROUP BY ?source ?year"""
TOTAL = "sector/total"


@dataclass(frozen=True)
class Figure:
    """One expected figure: indicator, `level/code`, value, group; `within` is what rounding allows."""

    indicator: str
    territory: str
    value: float
    group: str = TOTAL
    within: float = 0.5


def ask(query: str, data: Path) -> pl.DataFrame:
    """Ask the published graph through the command line, and read the answer as text columns."""
    command = [
        str(Path(sys.executable).with_name("ancrage")),
        "query",
        query,
        "--format",
        "csv",
        "--data-dir",
        str(data),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return pl.read_csv(io.BytesIO(done.stdout), infer_schema=False)


def per_area(raw: Raw, values: pl.DataFrame, by: list[str] | None = None) -> pl.DataFrame:
    """Sum the `value` of `commune`s over every territory of the region: level, code, [by], value."""
    held = raw.members.filter(pl.col("level").is_in(AREAS)).join(regional_areas(raw), on=["level", "code"])
    keys = ["level", "code", *(by or [])]
    return held.join(values, on="commune").group_by(keys).agg(pl.col("value").sum()).sort(keys)


def regional_areas(raw: Raw) -> pl.DataFrame:
    """Give the territories whose communes all lie in the region: what regional sources cover whole."""
    home = raw.communes.select(commune="code", inside=pl.col("region") == REGION)
    joined = raw.members.filter(pl.col("level").is_in(AREAS)).join(home, on="commune", how="left")
    whole = joined.group_by("level", "code").agg(pl.col("inside").all())
    # The files on zones d'emploi list the region's communes alone: INSEE numbers a zone that goes beyond it 00xx.
    beyond = (pl.col("level") == "zone") & ~pl.col("code").str.starts_with(REGION)
    return whole.filter(pl.col("inside") & ~beyond).select("level", "code")


def figures(frame: pl.DataFrame, indicator: str, prefix: str = "", within: float = 0.5) -> Iterator[Figure]:
    """Turn level, code, [sector], value into expected figures."""
    for row in frame.to_dicts():
        group = prefix + row["sector"] if row.get("sector") not in (None, "total") else TOTAL
        yield Figure(indicator, f"{row['level']}/{row['code']}", row["value"], group, within=within)


def population_figures(raw: Raw) -> Iterator[Figure]:
    """Give inhabitants, those of classes of communes, communes and centres, of every territory that lies whole in the region."""
    people = raw.communes.select(commune="code", value="population")
    yield from figures(per_area(raw, people), "population")
    yield from figures(per_area(raw, people.with_columns(value=pl.lit(1))), "communes")
    degree, family = pl.col("density"), pl.col("rurality")
    yield from class_figures(raw, "population-sparse", degree.is_in(["3", "4"]), degree.is_not_null())
    for name in ("residential", "tourist", "productive", "small-centres"):
        # An urban commune is known to be of no family.
        is_known = family.is_not_null() | degree.is_in(["1", "2"])
        yield from class_figures(raw, f"population-{name}", (family == name).fill_null(value=False), is_known)
    every = per_area(raw, people.with_columns(value=pl.lit(1)))
    centres_of = per_area(raw, raw.communes.select(commune="code", value=pl.col("centre").cast(int)))
    yield from figures(centres_of, "centres")
    both = centres_of.join(every, on=["level", "code"], suffix="_all").filter(pl.col("value_all") >= 5)
    share = both.select("level", "code", value=100 * pl.col("value") / pl.col("value_all"))
    yield from figures(share, "centres-share", within=0.051)


def class_figures(raw: Raw, name: str, kept: pl.Expr, is_known: pl.Expr) -> Iterator[Figure]:
    """Give the inhabitants of the communes that are kept and their share, where 99 % live in communes of known class."""
    total = per_area(raw, raw.communes.select(commune="code", value="population"))
    known = raw.communes.filter(is_known)
    part = per_area(raw, known.select(commune="code", value=pl.col("population") * kept))
    whole = part.join(
        per_area(raw, known.select(commune="code", value="population")), on=["level", "code"], suffix="_known"
    ).join(total, on=["level", "code"], suffix="_all")
    # An unknown class (at most 1 % of the inhabitants) is taken for that of the others, as the indicator's page says.
    whole = whole.filter(pl.col("value_known") >= 0.99 * pl.col("value_all"))
    share = pl.col("value") * pl.col("value_all") / pl.col("value_known")
    yield from figures(whole.select("level", "code", value=share), name, within=1)
    hundredths = 100 * pl.col("value") / pl.col("value_known")
    yield from figures(whole.select("level", "code", value=hundredths), f"{name}-share", within=0.051)


def economy_figures(raw: Raw) -> Iterator[Figure]:
    """Give establishments by sector, salaried jobs by sector and zone, hiring plans."""
    yield from figures(
        per_area(raw, raw.frames["establishments"], ["sector"]), "establishments", "sector/a17/"
    )
    yield from structure_figures(raw)
    jobs = raw.frames["jobs"].filter(pl.col("year") == "2023")
    for row in jobs.drop_nulls("value").to_dicts():
        yield Figure("salaried-jobs", f"zone/{row['zone']}", row["value"], f"sector/a38/{row['sector']}")
    totals = raw.frames.get("job-totals", jobs).filter(pl.col("year") == "2023")
    for row in totals.group_by("zone").agg(pl.col("value").sum()).to_dicts():
        yield Figure("salaried-jobs", f"zone/{row['zone']}", row["value"])
    plans = raw.frames["hirings"].drop_nulls("plans").group_by("bassin").agg(pl.col("plans").sum())
    for row in plans.to_dicts():
        yield Figure("hiring-plans", f"bassin/{row['bassin']}", row["plans"])


def structure_figures(raw: Raw) -> Iterator[Figure]:
    """Give location quotients, the effective number of sectors (exponential of the entropy) and establishments per inhabitant."""
    keys, value = ["level", "code"], pl.col("value")
    counted = per_area(raw, raw.frames["establishments"].filter(pl.col("sector") != "total"), ["sector"])
    counted = counted.with_columns(all=value.sum().over(keys))
    region = counted.filter(pl.col("level") == "region").select("sector", here="value", everywhere="all")
    expected = pl.col("all") * pl.col("here") / pl.col("everywhere")
    quotients = counted.join(region, on="sector").filter(expected >= 5)
    quotients = quotients.select(*keys, "sector", value=value / expected)
    yield from figures(quotients, "specialisation", "sector/a17/", within=5e-6)
    share = value / pl.col("all")
    kinds = counted.filter(value > 0).group_by(keys).agg(value=(-(share * share.log()).sum()).exp())
    yield from figures(kinds, "variety", within=5e-6)
    people = per_area(raw, raw.communes.select(commune="code", value="population"))
    every = counted.select(*keys, value="all").unique().join(people, on=keys, suffix="_people")
    rate = 1000 * value / pl.col("value_people")
    yield from figures(every.select(*keys, value=rate), "establishments-per-1000", within=5e-6)


def supply_figures(raw: Raw) -> Iterator[Figure]:
    """Give research units by département, programmes by intercommunality, students by territory, master's degrees open."""
    yield Figure("masters-at-head-office", f"region/{REGION}", raw.frames["masters"]["open"].sum())
    for name in ("students", "students-on-site"):
        yield from figures(per_area(raw, raw.frames[name]), name)
    units = (
        raw.frames["units"]
        .group_by("department")
        .len("value")
        .select(level=pl.lit("department"), code="department", value="value")
    )
    inside = raw.communes.filter(pl.col("region") == REGION)["department"].unique()
    units = units.filter(pl.col("code").is_in(inside.to_list()))
    yield from figures(units, "research-units")
    yield from per_inhabitants(raw, units, "research-units-per-100000")
    taught = raw.frames["programmes"].drop_nulls("epci").group_by("epci").len("value")
    taught = taught.select(level=pl.lit("epci"), code="epci", value="value")
    taught = taught.join(regional_areas(raw), on=["level", "code"], how="semi")  # the file holds one region
    yield from figures(taught, "programmes")
    yield from per_inhabitants(raw, taught, "programmes-per-100000")


def per_inhabitants(raw: Raw, counts: pl.DataFrame, indicator: str) -> Iterator[Figure]:
    """Give counts (level, code, value) for 100,000 inhabitants, printed with one decimal."""
    people = per_area(raw, raw.communes.select(commune="code", value="population"))
    joined = counts.join(people, on=["level", "code"], suffix="_people").filter(
        pl.col("value_people") >= 2000
    )
    value = 100_000 * pl.col("value") / pl.col("value_people")
    yield from figures(joined.select("level", "code", value=value), indicator, within=0.051)


def project_figures(raw: Raw) -> Iterator[Figure]:
    """Give the projects of each source by year: how many interactions the graph holds."""
    for row in (
        raw.frames["projects"]
        .drop_nulls("year")
        .unique(["source", "id"])
        .group_by("source", "year")
        .len("value")
        .to_dicts()
    ):
        yield Figure("(facts) projects", row["source"], row["value"], row["year"])


def tie_figures(raw: Raw) -> Iterator[Figure]:
    """Give the openness, partners and meetings with companies of territories."""
    areas = regional_areas(raw)
    every = raw.members.filter(pl.col("level").is_in(AREAS))
    home = raw.communes.filter(pl.col("region") == REGION).select(commune="code")
    met = every.join(every.join(home, on="commune").select("level", "code").unique(), on=["level", "code"])
    people = raw.frames["participations"]
    for name, frame, within in ties(people, every.join(areas, on=["level", "code"]), met):
        yield from figures(frame, name, within=within)


def access_figures(raw: Raw) -> Iterator[Figure]:
    """Give the access to programmes and research units, the distance to programmes and to institutions."""
    held = raw.members.filter(pl.col("level").is_in(AREAS)).join(regional_areas(raw), on=["level", "code"])
    ground = Ground(raw.communes, raw.members, held, REGION, raw.frames["outline"])
    taught = raw.frames["taught"]
    high = taught.filter(pl.col("level") == "7")
    found = [
        *access(ground, "programme", taught, taught),
        *access(ground, "programme-level-7", high, taught),
        *access(ground, "research-unit", raw.frames["unit-places"], None),
        *distance(ground, "distance-to-programme", taught),
    ]
    if "institutions" in raw.frames:
        found += distance(ground, "distance-to-higher-education", raw.frames["institutions"])
    for name, frame, within in found:
        yield from figures(frame, name, within=within)


def expected(raw: Raw) -> list[Figure]:
    """List every expected figure whose raw file is there."""
    return [
        *population_figures(raw),
        *economy_figures(raw),
        *supply_figures(raw),
        *project_figures(raw),
        *tie_figures(raw),
        *access_figures(raw),
    ]


def read_bodies(data: Path) -> dict[str, str]:
    """Read which organisation each record is of, as the published register says."""
    found = ask(RECORDS, data)
    return dict(found.select("record", "body").iter_rows()) if found.height else {}


def compare(wanted: list[Figure], data: Path) -> pl.DataFrame:
    """Set each expected figure beside the site's; `shown` is null where the site says that it has none."""
    shown = ask(OBSERVATIONS, data).with_columns(pl.col("value").cast(pl.Float64))
    latest = shown.sort("period").unique(["indicator", "territory", "group"], keep="last")
    held = {(row["indicator"], row["territory"], row["group"]): row["value"] for row in latest.to_dicts()}
    for row in ask(FACTS, data).to_dicts():
        held["(facts) projects", row["source"], row["year"]] = float(row["n"])
    rows = [
        (
            item.indicator,
            item.territory,
            item.group,
            item.value,
            held.get((item.indicator, item.territory, item.group)),
            item.within,
        )
        for item in wanted
    ]
    names = ["indicator", "territory", "group", "expected", "shown", "within"]
    frame = pl.DataFrame(
        rows, names, orient="row", schema_overrides={"expected": pl.Float64, "shown": pl.Float64}
    )
    return frame.with_columns(equal=((pl.col("expected") - pl.col("shown")).abs() <= pl.col("within")))


def read_all(folder: Path) -> Raw:
    """Read a folder of official files, with the places of programmes and units and who takes part in projects."""
    raw, codes = read_official(folder)
    units, today = read_units(folder, codes)
    raw.frames["taught"] = read_taught(folder, raw, codes, centres(folder, codes, raw.members))
    raw.frames["unit-places"] = units.filter(pl.col("level") == "2").select("id", "commune")
    places = dict(units.drop_nulls("commune").select("id", "commune").iter_rows())
    raw.frames["participations"] = read_participations(folder, codes, today, places)
    return raw


def main(arguments: list[str] | None = None) -> int:
    """Print, for each indicator, how many figures agree, differ or are not shown, then the differences."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="official files, or the tables of examples/")
    parser.add_argument(
        "--data", type=Path, required=True, help="the data folder that holds what was published from them"
    )
    parser.add_argument(
        "--all", action="store_true", help="print every difference, not the first ten of an indicator"
    )
    chosen = parser.parse_args(arguments)
    is_demo = (chosen.folder / "aura").is_dir()
    raw = read_examples(chosen.folder, read_bodies(chosen.data)) if is_demo else read_all(chosen.folder)
    result = compare(expected(raw), chosen.data)
    summary = result.group_by("indicator").agg(
        figures=pl.len(),
        equal=pl.col("equal").fill_null(False).sum(),
        differ=(~pl.col("equal")).fill_null(False).sum(),
        absent=pl.col("shown").is_null().sum(),
    )
    with pl.Config(
        tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True, fmt_str_lengths=60
    ):
        print(summary.sort("indicator"))
        wrong = result.filter(~pl.col("equal") | pl.col("shown").is_null())
        if not wrong.is_empty():
            print(wrong if chosen.all else wrong.group_by("indicator", maintain_order=True).head(10))
    print(
        f"{result.height} figures, {result.height - wrong.height} equal, {wrong.height} differ or are not shown"
    )
    return 3 if wrong.height else 0


if __name__ == "__main__":
    raise SystemExit(main())
