"""Where the programmes and the research units of the official files are: communes, by polars and shapely."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
from raw_official import Raw, place, read_csv, squeeze

FOUND = "commune"


def read_units(folder: Path, codes: dict[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """Read id, level, commune (null: unknown) of the structures, and what number of today each number stands for."""
    rows = read_csv(next((folder / "mesr-rnsr").glob("*.csv")), ";")
    post = read_csv(next((folder / "laposte-hexasmal").glob("*.csv")), ";")
    names = pl.concat(
        post.select(
            "Code_postal",
            name=squeeze(pl.col(column)),
            commune=pl.col("Code_commune_INSEE").replace(codes),
            rank=pl.lit(rank, pl.Int32),
        )
        for rank, column in enumerate(("Nom_commune", "Libellé_d_acheminement", "Ligne_5"))
    ).drop_nulls()
    names = names.with_columns(department=pl.col("Code_postal").str.slice(0, 2))
    asked = rows.select(
        id="numero_national_de_structure",
        level="code_de_niveau_de_structure",
        postcode="code_postal",
        department=pl.col("code_postal").str.slice(0, 2),
        town=squeeze(pl.col("commune")),
    )
    exact = best(names, ["Code_postal", "name"])
    near = best(
        pl.concat([names.filter(pl.col("rank") < 2), merged(folder, codes)], how="diagonal"),
        ["department", "name"],
    )
    found = asked.join(
        exact, left_on=["postcode", "town"], right_on=["Code_postal", "name"], how="left"
    ).join(near, left_on=["department", "town"], right_on=["department", "name"], how="left", suffix="_near")
    units = found.select("id", "level", commune=pl.coalesce("commune", "commune_near"))
    today = rows.select(
        new="numero_national_de_structure", old=pl.col("numero_de_structure_historique").str.split(";")
    ).explode("old")
    today = today.with_columns(pl.col("old").str.strip_chars()).filter(
        ~pl.col("old").is_in(units["id"].implode())
    )
    today = today.unique().filter(pl.len().over("old") == 1).drop_nulls()
    own = dict(units.select("id", pl.col("id").alias("same")).iter_rows())
    return units, own | dict(today.select("old", "new").iter_rows())


def merged(folder: Path, codes: dict[str, str]) -> pl.DataFrame:
    """Read the names of communes that are parts of others today, with the département: last where another has the name."""
    records = json.loads((folder / "etalab-decoupage-administratif/communes.json").read_text())
    rows = [
        (row["nom"], row["code"][:2], codes[row["code"]], 3)
        for row in records
        if row["type"] != "commune-actuelle" and row["code"] in codes
    ]
    found = pl.DataFrame(rows, ["name", "department", "commune", "rank"], orient="row")
    return found.with_columns(squeeze(pl.col("name")), pl.col("rank").cast(pl.Int32))


def best(names: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Keep the communes that a name has no rival for, at its best rank."""
    first = names.filter(pl.col("rank") == pl.col("rank").min().over(keys))
    return (
        first.group_by(keys)
        .agg(n=pl.col(FOUND).n_unique(), commune=pl.col(FOUND).first())
        .filter(pl.col("n") == 1)
        .drop("n")
    )


def campuses(points: pl.DataFrame) -> pl.DataFrame:
    """Give uai, lat, lon and the point of the campus (`lat_c`, `lon_c`): three times the most frequent one within 300 m."""
    found = []
    for _, group in points.group_by("uai", maintain_order=True):
        rows = group.with_columns(text=pl.format("{},{}", "lat", "lon")).sort(
            ["len", "text"], descending=[True, False]
        )
        leads = (kilometres(rows, rows) <= 0.3).argmax(axis=1)
        leads = leads[leads[leads]]
        lat, lon = (rows[name].gather(leads).alias(f"{name}_c") for name in ("lat", "lon"))
        found.append(rows.select("uai", "lat", "lon").with_columns(lat, lon))
    return pl.concat(found)


def read_taught(folder: Path, raw: Raw, codes: dict[str, str], communes: pl.DataFrame) -> pl.DataFrame:
    """Give id, level, commune (null: unknown) of the programmes and the master's degrees, which have no place.

    The commune is the one whose outline holds the point; where communes have no outline, that of a public address within
    300 m, else the one of the same intercommunality whose official point is nearest.
    """
    programmes = raw.frames["programmes"].join(
        campuses(raw.frames["points"]), on=["uai", "lat", "lon"], how="left"
    )
    rows = programmes.with_columns(lat="lat_c", lon="lon_c").with_row_index("id")
    inside: pl.Series = pl.Series([None] * rows.height, dtype=pl.String)
    for path in sorted((folder / "france-geojson").glob("communes-*.geojson")):
        inside = pl.select(pl.coalesce(inside, place(rows, path, "code"))).to_series()
    by_address = nearest(rows, addresses(folder, codes), 0.3)
    by_centre = nearest_of_same(rows, communes)
    held = pl.coalesce(inside.replace(codes), by_address, by_centre)
    words = pl.col("title").str.strip_chars().str.replace_all(r"[^a-z0-9]+", " ")
    long = words.str.contains(r"grade (de )?master|\bbac [56]\b|^formation d ingenieur|orthophoniste")
    taught = rows.select(
        pl.col("id").cast(str), level=pl.when(long).then(pl.lit("7")), commune=pl.select(held).to_series()
    )
    masters = (
        raw.frames["masters"]
        .filter("open")
        .select(id=pl.format("{}|{}", "uai", "mention"), level=pl.lit("7"), commune=pl.lit(None, pl.String))
    )
    return pl.concat([taught, masters])


def centres(folder: Path, codes: dict[str, str], members: pl.DataFrame) -> pl.DataFrame:
    """Read commune, epci, lat, lon of the official points of communes and of districts of towns."""
    post = read_csv(next((folder / "laposte-hexasmal").glob("*.csv")), ";").drop_nulls("coordonnees_gps")
    halves = pl.col("coordonnees_gps").str.split(",")
    points = post.select(
        *(
            halves.list.get(n).str.strip_chars().cast(pl.Float64).alias(name)
            for n, name in enumerate(("lat", "lon"))
        ),
        own="Code_commune_INSEE",
        commune=pl.col("Code_commune_INSEE").replace(codes),
    ).unique("own")
    is_district = pl.col("own").str.contains("^(6938|132|751)")
    epci = members.filter(pl.col("level") == "epci").select("commune", epci="code")
    return (
        points.filter((pl.col("own") == pl.col("commune")) | is_district).join(epci, on="commune").sort("own")
    )


def addresses(folder: Path, codes: dict[str, str]) -> pl.DataFrame:
    """Read lat, lon, commune of the sites and head offices of institutions."""
    sites = read_csv(next((folder / "mesr-implantations").glob("*.csv")), ";")
    point = next(name for name in sites.columns if "éolocalisation" in name or "oordonn" in name)
    found = [sites.select(commune="Code commune", point=point)]
    for path in sorted((folder / "mesr-principaux-etablissements").glob("*.csv")):
        rows = read_csv(path, ";")
        commune = "Code commune" if "Code commune" in rows.columns else "com_code"
        point = next(name for name in rows.columns if name in ("géolocalisation", "coordonnees"))
        found.append(rows.select(commune=commune, point=point))
    halves = pl.col("point").str.split(",")
    return (
        pl.concat(found)
        .drop_nulls()
        .select(
            pl.col("commune").replace(codes),
            *(
                halves.list.get(n).str.strip_chars().cast(pl.Float64).alias(name)
                for n, name in enumerate(("lat", "lon"))
            ),
        )
    )


def kilometres(rows: pl.DataFrame, others: pl.DataFrame) -> np.ndarray:
    """Give the distances between points, on a plane that turns with the latitude."""
    lat, lon = (rows[name].to_numpy()[:, None] for name in ("lat", "lon"))
    north, east = (others[name].to_numpy()[None, :] - one for name, one in (("lat", lat), ("lon", lon)))
    return np.hypot(north, east * np.cos(np.radians(lat))) * 111.32


def nearest(rows: pl.DataFrame, others: pl.DataFrame, within: float) -> pl.Series:
    """Give the commune of the nearest of others, where it is near enough."""
    far = kilometres(rows, others)
    at = far.argmin(axis=1)
    found = others["commune"].gather(at)
    return pl.select(pl.when(pl.Series(far.min(axis=1) <= within)).then(found)).to_series()


def nearest_of_same(rows: pl.DataFrame, communes: pl.DataFrame) -> pl.Series:
    """Give the commune whose centre is nearest among those (`commune`, `epci`, `lat`, `lon`) of the same intercommunality."""
    far = kilometres(rows, communes)
    same = rows["epci"].fill_null("").to_numpy()[:, None] == communes["epci"].to_numpy()[None, :]
    far = np.where(same, far, np.inf)
    found = communes["commune"].gather(far.argmin(axis=1))
    return pl.select(pl.when(pl.Series(same.any(axis=1))).then(found)).to_series()
