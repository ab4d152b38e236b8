"""The tables of the demo read with polars and shapely alone: the same plain frames as `raw_official.py`, from `examples/aura`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import shapely
from raw_official import REGION, Raw, corners

COMMUNE = "territory/commune/"
# Typed again on purpose, as all here: a figure that both compute from one list would agree where the list is wrong.
ACADEMIC = (
    "higher-education",
    "research-unit",
    "research-team",
    "research-federation",
    "research-organization",
    "public-research",
    "academic-component",
    "doctoral-school",
)


def read_table(folder: Path, name: str) -> pl.DataFrame:
    """Read one table as text columns; an absent one is an error of the caller."""
    path = next(path for path in (folder / f"{name}.csv.gz", folder / f"{name}.csv") if path.exists())
    return pl.read_csv(path, infer_schema=False)


def code_of(column: str) -> pl.Expr:
    """Take the code out of an identifier such as territory/commune/38185."""
    return pl.col(column).str.split("/").list.last()


def published(column: str) -> pl.Expr:
    """Read counts of which a part may be secret (`*30-34`): what is published is the least."""
    return pl.col(column).str.extract(r"^\*?(\d+)").cast(pl.Float64)


def read_examples(folder: Path, bodies: Mapping[str, str]) -> Raw:
    """Read the tables of `examples/`: the whole region in the exchange layout.

    `bodies` is what the register says: the organisation that each record is of. It is taken as a fact; what is made of it is not.
    """
    folder = folder / "aura"
    territories = read_table(folder, "territories")
    counts = read_table(folder, "observations_wide-decoupage-administratif")
    people = counts.filter(pl.col("territory").str.starts_with(COMMUNE)).select(
        id="territory", population=pl.col("total").cast(pl.Int64)
    )
    rows = territories.filter(pl.col("kind") == "Commune", pl.col("succeeded_by").is_null())
    # A district of a town stands in its commune, whose people are counted already.
    rows = rows.filter(~pl.col("part_of").fill_null("").str.contains(COMMUNE))
    held = rows.select("id", above=pl.col("part_of").str.split(";")).explode("above").drop_nulls()
    held = held.select(
        commune=code_of("id"),
        level=pl.col("above").str.split("/").list.get(1),
        code=code_of("above"),
    )
    department = (
        held.filter(pl.col("level") == "department").select("commune", department="code").unique("commune")
    )
    regions = territories.filter(pl.col("kind") == "Department").select(
        department=code_of("id"), region=code_of("part_of")
    )
    communes = (
        rows.select(
            "id",
            code=code_of("id"),
            density=code_of("density"),
            rurality=code_of("rurality").str.extract("^(residential|tourist|productive|small-centres)"),
            centre=code_of("centrality").cast(pl.Int64) > 0,
            lat=pl.col("lat").cast(float),
            lon=pl.col("lon").cast(float),
        )
        .join(people, on="id", how="left")
        .join(department, left_on="code", right_on="commune", how="left")
        .join(regions, on="department", how="left")
        .select("code", "department", "region", "population", "density", "rurality", "centre", "lat", "lon")
    )
    above = department.join(regions, on="department").select("commune", level=pl.lit("region"), code="region")
    raw = Raw(communes, pl.concat([held, above]))
    clap = read_table(folder, "observations_wide-insee-clap")
    heirs = dict(territories.drop_nulls("succeeded_by").select("id", "succeeded_by").iter_rows())
    raw.frames["establishments"] = (
        clap.with_columns(pl.col("territory").replace(heirs))
        .drop("dataset", "period", "evidence", "indicator")
        .unpivot(index="territory", variable_name="sector")
        .select(
            commune=code_of("territory"),
            sector=pl.col("sector").str.split("/").list.last(),
            value=pl.col("value").cast(pl.Int64, strict=False),
        )
    )
    jobs = read_table(folder, "observations_wide-insee-flores")
    jobs = jobs.drop("dataset", "evidence", "indicator").unpivot(
        index=["territory", "period"], variable_name="sector"
    )
    raw.frames["jobs"] = jobs.select(
        zone=code_of("territory"),
        sector=code_of("sector"),
        year="period",
        value=pl.col("value").cast(pl.Float64, strict=False),
    )
    plans = read_table(folder, "observations_wide-france-travail-bmo")
    raw.frames["hirings"] = plans.select(
        bassin=code_of("territory"),
        occupation=code_of("occupation"),
        plans=published("indicator/hiring-plans"),
        difficult=published("indicator/hiring-plans-difficult"),
    )
    districts = territories.filter(pl.col("kind") == "MunicipalDistrict").select(
        commune=code_of("id"), above=pl.col("part_of").str.extract(r"territory/commune/([^;]+)")
    )
    for name, source in (("students", "mesr-effectifs"), ("students-on-site", "mesr-implantations")):
        enrolled = read_table(folder, f"observations_wide-{source}")
        raw.frames[name] = (
            enrolled.filter(pl.col("period") == pl.col("period").max())
            .select(commune=code_of("territory"), value=pl.col("total").cast(pl.Float64))
            .join(districts, on="commune", how="left")
            .select(commune=pl.coalesce("above", "commune"), value="value")
            .group_by("commune")
            .agg(pl.col("value").sum())
        )
    sites = read_table(folder, "sites")
    places = sites.select(site="id", commune=code_of("territory"))
    places = places.join(districts, on="commune", how="left").with_columns(
        pl.coalesce("above", "commune").alias("commune")
    )
    organizations = read_table(folder, "organizations").filter(pl.col("kind") == "ResearchUnit")
    homes = sites.select(site="id", unit=pl.col("organizations").str.split(";")).explode("unit")
    projects = read_table(folder, "interactions").select("source", "id", "year")
    anr = read_table(folder.with_name("aura-odbl"), "interactions").select("source", "id", "year")
    raw.frames["projects"] = pl.concat([projects, anr]).with_columns(code_of("source").alias("source"))
    raw.frames["units"] = (
        homes.join(organizations.select(unit="id"), on="unit", how="semi")
        .join(places, on="site")
        .join(department, on="commune")
        .select(id="unit", department="department")
        .unique()
    )
    taught = read_table(folder, "programmes")
    raw.frames["masters"] = taught.filter(pl.col("source") == "source/mesr-masters").select(
        "id", open=pl.lit(True)
    )
    programmes = taught.filter(
        pl.col("source") == "source/mesr-parcoursup", pl.col("level").ne_missing("level/eqf4")
    )
    intercommunalities = held.filter(pl.col("level") == "epci").select("commune", epci="code")
    raw.frames["programmes"] = (
        programmes.select("id", site=pl.col("sites").str.split(";"))
        .explode("site")
        .join(places, on="site")
        .join(intercommunalities, on="commune")
        .select("id", "epci")
        .unique()
    )
    today = {
        **{old: new.rsplit("/", 1)[-1] for old, new in heirs.items()},
        **dict(districts.select(pl.lit(COMMUNE) + pl.col("commune"), "above").iter_rows()),
    }
    read_places(raw, folder, today)
    raw.frames["participations"] = read_participations(folder, today, bodies)
    raw.communes = amid_districts(raw.communes, territories)
    return raw


def today_of(column: str, today: dict[str, str]) -> pl.Expr:
    """Give the code of the commune of today of a place: a district stands in its town, a former commune in its heir."""
    return pl.col(column).replace(today).str.split("/").list.last()


def amid_districts(communes: pl.DataFrame, territories: pl.DataFrame) -> pl.DataFrame:
    """Put a town that has no position of its own amid its districts."""
    parts = territories.filter(pl.col("kind") == "MunicipalDistrict").select(
        pl.col("lat", "lon").cast(float), code=pl.col("part_of").str.extract(r"territory/commune/([^;]+)")
    )
    parts = parts.group_by("code").agg(pl.col("lat", "lon").mean())
    found = communes.join(parts, on="code", how="left", suffix="_amid")
    found = found.with_columns(pl.coalesce(name, f"{name}_amid").alias(name) for name in ("lat", "lon"))
    return found.drop("lat_amid", "lon_amid")


def read_places(raw: Raw, folder: Path, today: dict[str, str]) -> None:
    """Read `taught`, `unit-places`, `institutions`: items and the communes that they are in."""
    sites = read_table(folder, "sites").drop_nulls("territory")
    places = sites.select("organizations", site="id", commune=today_of("territory", today))
    taught = read_table(folder, "programmes").filter(pl.col("level").ne_missing("level/eqf4"))
    taught = taught.select(
        "id", level=code_of("level").str.strip_prefix("eqf"), site=pl.col("sites").str.split(";")
    )
    raw.frames["taught"] = (
        taught.explode("site").join(places, on="site", how="left").select("id", "level", "commune").unique()
    )
    homes = places.select("commune", id=pl.col("organizations").str.split(";")).explode("id").unique()
    kinds = read_table(folder, "organizations").select("id", "kind", type=code_of("actor_type"))
    units = kinds.filter(pl.col("kind") == "ResearchUnit")
    schools = kinds.filter(pl.col("type").is_in(["higher-education", "academic-component"]))
    for name, these in (("unit-places", units), ("institutions", schools)):
        raw.frames[name] = these.select("id").unique().join(homes, on="id", how="left")
    outlines = read_table(folder, "geometries").filter(pl.col("territory") == f"territory/region/{REGION}")
    raw.frames["outline"] = corners([*shapely.from_wkt(outlines["wkt"].to_list())])


def read_written(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the participations and organisations of a folder written by hand, whose codes are short, with whole identifiers."""

    def whole(column: str) -> pl.Expr:
        kept = pl.col(column).str.contains(r"^(\d{7}[A-Z]|\d{9})$")
        return (
            pl.when(kept)
            .then(pl.format("organization/{}", column))
            .otherwise(pl.format("organization/written-{}", column))
        )

    rows = read_table(folder, "participations").select(
        interaction=pl.format("interaction/written-{}", "interaction"),
        organization=whole("organization"),
        place=pl.format("territory/commune/{}", "place"),
    )
    actors = read_table(folder, "organizations").select(
        id=whole("id"), actor_type=pl.format("actor-type/{}", "actor_type"), country=pl.lit(None, pl.String)
    )
    return rows, actors


def read_participations(folder: Path, today: dict[str, str], bodies: Mapping[str, str]) -> pl.DataFrame:
    """Read who takes part in what, from which commune, of which kind, and whether it is known to be elsewhere.

    What a body is, itself says, or the first of its records that does.
    """
    folders = (folder, folder.with_name("aura-odbl"))
    written = read_written(folder.with_name("campus-connectes"))
    rows = pl.concat([*(read_table(one, "participations") for one in folders), written[0]], how="diagonal")
    described = [*(read_table(one, "organizations") for one in folders), written[1]]
    ranked = (one.with_columns(rank=pl.lit(rank)) for rank, one in enumerate(described))
    actors = pl.concat(ranked, how="diagonal")
    kinds = {f"actor-type/{name}": "academic" for name in ACADEMIC} | {"actor-type/company": "company"}
    actors = actors.with_columns(actor=pl.col("id").replace(bodies))
    actors = actors.with_columns(pl.col("rank").min().over("id"), foreign=pl.col("id") != pl.col("actor"))
    kept = []
    for column in (
        "actor_type",
        "country",
    ):  # of the body itself, or of the first record that says it, all that it says
        told = actors.drop_nulls(column).sort("foreign", "rank", "id")
        first = told.group_by("actor", maintain_order=True).agg(pl.col("id").first())
        kept.append(told.join(first, on=["actor", "id"]).select("actor", column).unique())
    actors = (
        actors.select("actor")
        .unique()
        .join(kept[0], on="actor", how="left")
        .join(kept[1], on="actor", how="left")
    )
    actors = actors.select(
        "actor",
        kind=pl.col("actor_type").replace_strict(kinds, default=None),
        abroad=(pl.col("country") != "FR").fill_null(False),
    ).unique()
    actor = pl.col("organization").replace(bodies)
    places = rows.select("interaction", "place", actor=actor, commune=today_of("place", today))
    found = places.join(actors, on="actor", how="left").with_columns(pl.col("abroad").fill_null(False))
    return found.with_columns(elsewhere="abroad")
