"""The tables of the demo read with nothing but polars: the same plain frames as `raw_official.py`, from `examples/aura`."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from raw_official import Raw

COMMUNE = "territory/commune/"


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


def read_examples(folder: Path) -> Raw:
    """Read the tables of `examples/`: the whole region in the exchange layout."""
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
            lat=pl.col("lat").cast(float),
            lon=pl.col("lon").cast(float),
        )
        .join(people, on="id", how="left")
        .join(department, left_on="code", right_on="commune", how="left")
        .join(regions, on="department", how="left")
        .select("code", "department", "region", "population", "density", "lat", "lon")
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
    districts = territories.filter(pl.col("kind") == "MunicipalDistrict").select(
        commune=code_of("id"), above=pl.col("part_of").str.extract(r"territory/commune/([^;]+)")
    )
    for name, source in (("students", "mesr-effectifs"), ("students-on-site", "mesr-implantations")):
        enrolled = read_table(folder, f"observations_wide-{source}").filter(
            pl.col("period") == pl.col("period").max()
        )
        raw.frames[name] = (
            enrolled.select(commune=code_of("territory"), value=pl.col("total").cast(pl.Float64))
            .join(districts, on="commune", how="left")
            .select(commune=pl.coalesce("above", "commune"), value="value")
            .group_by("commune")
            .agg(pl.col("value").sum())
        )
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
    programmes = taught.filter(pl.col("source") == "source/mesr-parcoursup")
    intercommunalities = held.filter(pl.col("level") == "epci").select("commune", epci="code")
    raw.frames["programmes"] = (
        programmes.select("id", site=pl.col("sites").str.split(";"))
        .explode("site")
        .join(places, on="site")
        .join(intercommunalities, on="commune")
        .select("id", "epci")
        .unique()
    )
    return raw
