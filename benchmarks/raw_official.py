"""The official files read with nothing but polars and shapely: plain frames from which `recompute.py` computes figures again.

Nothing here is shared with the product: the columns are read where the publishers write them, codes are joined as the sources
give them, and places are found by point in polygon, so that an error of the loaders cannot hide in its own check.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import shapely

REGION = "84"
ROUTE = r"^(formation d ingenieur bac 5(?: en \d ans)?) (?:bacs?|serie|voie d acces)\b.*$"
"""A programme of engineers and the baccalaureate that one of its lines admits."""
A17 = ("DE", "C1", "C2", "C3", "C4", "C5", "FZ", "GZ", "HZ", "IZ", "JZ", "KZ", "LZ", "MN", "OQ", "RU")


@dataclass
class Raw:
    """What the figures are computed from.

    `communes`: code, department, region, population, density, rurality (its family), centre (or not), lat, lon. `members`:
    commune, level, code (every territory that holds a commune of today). `frames`, each with its own columns: `units` id,
    department; `masters` uai, mention, year, open; `programmes` one row each, epci; `establishments` commune, sector, value;
    `jobs` and `job-totals` zone, sector, year, value (null: not published); `students`, `students-on-site` commune, value;
    `hirings` bassin, occupation, plans, difficult (null: secret); `projects` source, id, year; `outline` lat, lon.
    """

    communes: pl.DataFrame
    members: pl.DataFrame
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)


def current_codes(records: list[dict]) -> dict[str, str]:
    """Map every code a commune had, or has as a delegated part or district, to the commune of today."""
    current = {row["code"]: row["code"] for row in records if row["type"] == "commune-actuelle"}
    codes = {
        old: row["code"]
        for row in records
        if row["type"] == "commune-actuelle"
        for old in row.get("anciensCodes", [])
    }
    for row in records:
        if row["type"] in ("commune-deleguee", "commune-associee"):
            codes.setdefault(row["code"], row["chefLieu"])
        elif row["type"] == "arrondissement-municipal":
            codes.setdefault(row["code"], row["commune"])
    return codes | current  # a commune of today goes before a part that kept its code


def read_csv(path: Path, separator: str = ",") -> pl.DataFrame:
    """Read text columns only: codes keep their zeros."""
    return pl.read_csv(path, separator=separator, infer_schema=False, encoding="utf8")


def read_communes(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """Read communes of today with population, density and centre, and the territories that hold them."""
    records = json.loads((folder / "etalab-decoupage-administratif/communes.json").read_text())
    codes = current_codes(records)
    rows = [
        (row["code"], row["departement"], row.get("region"), row.get("population"))
        for row in records
        if row["type"] == "commune-actuelle"
    ]
    communes = pl.DataFrame(rows, ["code", "department", "region", "population"], orient="row")
    grid = pl.read_excel(
        next((folder / "insee-grille-densite").glob("*.xlsx")), engine="calamine", infer_schema_length=0
    )
    grid = grid.rename({name: " ".join(name.split()) for name in grid.columns})
    code, level = (
        next(n for n in grid.columns if n.startswith("Code")),
        next(n for n in grid.columns if "densité" in n.lower()),
    )
    density = (
        grid.select(pl.col(code).replace(codes).alias("code"), pl.col(level).alias("density"))
        .unique("code", keep="first", maintain_order=True)
        .filter(pl.col("density").is_not_null())
    )
    post = read_csv(next((folder / "laposte-hexasmal").glob("*.csv")), ";").drop_nulls("coordonnees_gps")
    places = read_positions(post, {row["code"]: row["commune"] for row in records if "commune" in row})
    communes = communes.join(density, on="code", how="left").join(places, on="code", how="left")
    held = [
        communes.select(commune="code", level=pl.lit("department"), code="department"),
        communes.select(commune="code", level=pl.lit("region"), code="region").drop_nulls(),
        communes.select(commune="code", level=pl.lit("commune"), code="code"),
    ]
    epci = json.loads((folder / "etalab-decoupage-administratif/epci.json").read_text())
    pairs = [(member["code"], "epci", row["code"]) for row in epci for member in row["membres"]]
    held.append(pl.DataFrame(pairs, ["commune", "level", "code"], orient="row"))
    # A commune created again since has no row of its own in the files of 2022: it was a part of another then.
    cog = read_csv(next((folder / "insee-cog").glob("commune_2022*.csv"))).drop_nulls("COMPARENT")
    again = cog.filter(pl.col("COM").is_in(communes["code"]), pl.col("COM") != pl.col("COMPARENT"))
    parents = dict(again.select("COM", "COMPARENT").iter_rows())
    inherited = pl.col("density").fill_null(
        pl.col("code").replace(parents).replace_strict(dict(density.iter_rows()), default=None)
    )
    communes = communes.with_columns(inherited)
    types, centres = (
        read_csv(folder / f"anct-grilles/{name}_aura.csv").select(
            pl.col("insee_com").replace(codes).alias("code"), pl.col(f"niveau_{name}").alias(name)
        )
        for name in ("ruralite", "centralite")
    )
    families = {
        "résidentielles": "residential",
        "touristiques": "tourist",
        "productives": "productive",
        "petites": "small-centres",
    }
    family = pl.col("ruralite").str.extract(f"({'|'.join(families)})").replace_strict(families, default=None)
    communes = communes.join(types.select("code", rurality=family), on="code", how="left").join(
        centres.select("code", centre=pl.col("centralite") != "Communes non centre"), on="code", how="left"
    )
    zones = read_csv(next((folder / "insee-zones-emploi").glob("*.csv")))
    bassins = read_csv(folder / "france-travail-bmo/communes_bassins_bmo_aura.csv")
    for frame, level_name, commune, area in (
        (zones, "zone", "codgeo", "codze2020"),
        (bassins, "bassin", "code_commune_insee", "code_bassin_BMO"),
    ):
        # The row of the commune itself speaks for it; a former part only where there is no such row.
        rows_of = frame.select(
            old=pl.col(commune), commune=pl.col(commune).replace(codes), code=pl.col(area)
        ).with_columns(own=pl.col("old") == pl.col("commune"))
        rows_of = rows_of.sort("own", descending=True).unique("commune", keep="first", maintain_order=True)
        absent = {child: parent for child, parent in parents.items() if child not in set(rows_of["commune"])}
        children = pl.DataFrame(
            {"commune": list(absent), "parent": list(absent.values())},
            schema={"commune": pl.String, "parent": pl.String},
        )
        children = children.join(rows_of, left_on="parent", right_on="commune").select(
            old="parent", commune="commune", code="code", own=False
        )
        rows_of = pl.concat([rows_of, children])
        held.append(rows_of.select("commune", level=pl.lit(level_name), code="code"))
    return communes, pl.concat(held), codes


def read_positions(post: pl.DataFrame, districts: dict[str, str]) -> pl.DataFrame:
    """Give code, lat, lon of communes: their own point, or amid their districts; that of a part of one is not its own."""
    halves = pl.col("coordonnees_gps").str.split(",")
    points = post.select(
        *(
            halves.list.get(n).str.strip_chars().cast(pl.Float64).alias(name)
            for n, name in enumerate(("lat", "lon"))
        ),
        own=pl.col("Code_commune_INSEE"),
    ).unique("own", maintain_order=True)
    return points.group_by(code=pl.col("own").replace(districts)).agg(pl.col("lat", "lon").mean())


def read_polygons(path: Path, code: str) -> tuple[list[str], list[shapely.Geometry]]:
    """Read the outlines of a GeoJSON file and the property that names each."""
    features = json.loads(path.read_text())["features"]
    return [str(item["properties"][code]) for item in features], [
        shapely.from_geojson(json.dumps(item["geometry"])) for item in features
    ]


def corners(outlines: list[shapely.Geometry]) -> pl.DataFrame:
    """Give points of outlines, 0.02 degree apart at most: lat, lon."""
    points = shapely.get_coordinates(shapely.segmentize(shapely.boundary(outlines), 0.02))
    return pl.DataFrame({"lat": points[:, 1], "lon": points[:, 0]})


def place(frame: pl.DataFrame, path: Path, code: str) -> pl.Series:
    """Say which outline holds each `lat`, `lon` of a frame; null outside all of them."""
    names, outlines = read_polygons(path, code)
    tree = shapely.STRtree(outlines)
    points = shapely.points(frame["lon"].to_numpy(), frame["lat"].to_numpy())
    which: list[str | None] = [None] * len(points)
    for point, outline in tree.query(points, predicate="within").T:
        which[point] = names[outline]
    return pl.Series(which, dtype=pl.String)


def one_a_place(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep one row a title of an institution (`uai`) and place: rows within 300 m (`lat`, `lon`) are one programme."""
    kept = []
    for _, group in rows.sort("uai", "title", "lat", "lon").group_by("uai", "title", maintain_order=True):
        places: list[dict[str, Any]] = []
        for row in group.to_dicts():
            if all(metres(row, other) > 300 for other in places):
                places.append(row)
        kept += places
    return pl.DataFrame(kept)


def metres(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Give the distance of two points (`lat`, `lon`) of one town, on a plane."""
    north = 111_320 * (one["lat"] - other["lat"])
    east = 111_320 * (one["lon"] - other["lon"]) * math.cos(math.radians(one["lat"]))
    return math.hypot(north, east)


def read_official(folder: Path) -> tuple[Raw, dict[str, str]]:
    """Read a folder of official files, laid out as their publishers name them, and the codes of communes of today."""
    communes, members, codes = read_communes(folder)
    raw = Raw(communes, members)
    rnsr = read_csv(next((folder / "mesr-rnsr").glob("*.csv")), ";")
    raw.frames["units"] = place_units(rnsr.filter(pl.col("code_de_niveau_de_structure") == "2"), folder)
    masters = read_csv(next((folder / "mesr-trouver-mon-master").glob("*.csv")), ";")
    names = {name.replace("’", "'"): name for name in masters.columns}
    raw.frames["masters"] = (
        masters.select(
            uai=pl.col(names["Code UAI de l'établissement accrédité"]),
            mention=pl.col(names["Identifiant navette de la mention (INM) de master"]),
            year=pl.col(names["Année de la campagne de recueil des informations"]),
            open=pl.col(names["Mention ouverte ou non ouverte"]) == "1",
        )
        .filter(
            pl.col("year") == pl.col("year").max()
        )  # a degree that the latest campaign does not list is not open
        .unique(["uai", "mention"])
    )
    paths = read_csv(next((folder / "mesr-parcoursup").glob("*colonnes-reduites*.csv")))
    gps = next(name for name in paths.columns if "GPS" in name)
    split = pl.col(gps).str.split(",")
    paths = paths.with_columns(
        lat=split.list.get(0, null_on_oob=True).str.strip_chars().cast(pl.Float64, strict=False),
        lon=split.list.get(1, null_on_oob=True).str.strip_chars().cast(pl.Float64, strict=False),
    ).drop_nulls(["lat", "lon"])
    paths = paths.rename({next(name for name in paths.columns if "UAI" in name): "uai"})
    raw.frames["points"] = paths.group_by("uai", "lat", "lon").len().sort("len", descending=True)
    paths = one_a_place(
        paths.select(
            "lat",
            "lon",
            "uai",
            title=pl.col("Filiere de formation")
            .str.to_lowercase()
            .str.replace_all(r"[^a-z0-9]+", " ")
            .str.replace(ROUTE, "$1"),
        ).filter(~pl.col("title").str.starts_with("bpjeps"))  # of the level of the baccalaureate
    )
    raw.frames["programmes"] = paths.with_columns(
        place(paths, folder / "contours-epci-2025/epci_2025_aura.geojson", "EPCI").alias("epci")
    )
    clap = read_csv(next((folder / "insee-clap").glob("*A17_france.csv")), ";")
    counts = clap.select(
        pl.col("CODGEO").replace(codes).alias("commune"),
        pl.col("E14A17").cast(pl.Int64).alias("total"),
        *(pl.col(f"{sector}14A17").cast(pl.Int64).alias(sector) for sector in A17),
    )
    raw.frames["establishments"] = (
        counts.unpivot(index="commune", variable_name="sector")
        .group_by("commune", "sector")
        .agg(pl.col("value").sum())
    )
    for name, column in (("jobs", "a38"), ("job-totals", "a5")):
        jobs = read_csv(folder / f"flores-urssaf-zones-emploi/exdeco_pivot_flores_{column}_aura.csv")
        raw.frames[name] = pl.concat(
            jobs.select(
                zone="code_ze",
                sector=column,
                year=pl.lit(f"20{year}"),
                value=pl.col(f"eff_{year}").cast(pl.Float64),
            )
            for year in ("22", "23")
        )
    plans = read_csv(next((folder / "france-travail-bmo").glob("bmo_*.csv")))
    raw.frames["hirings"] = plans.select(
        bassin="BE24",
        department="Dept",
        occupation="Code métier BMO",
        plans=pl.col("met").cast(pl.Float64, strict=False),
        difficult=pl.col("xmet").cast(pl.Float64, strict=False),
    )
    raw.frames["students"], raw.frames["students-on-site"] = read_students(folder, codes)
    raw.frames["projects"] = read_projects(folder)
    names, outlines = read_polygons(folder / "france-geojson/regions-version-simplifiee.geojson", "code")
    raw.frames["outline"] = corners([outlines[names.index(REGION)]])
    return raw, codes


def squeeze(name: pl.Expr) -> pl.Expr:
    """Write a town's name as the postal base does: capitals, no accents, ST, without what follows CEDEX or a number."""
    name = (
        name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase().str.replace_all("Œ", "OE")
    )
    name = (
        name.str.replace(r"^.*CEDEX *\d* +- +", "")
        .str.replace_all(r"[^A-Z0-9]+", " ")
        .str.replace(r"^(?:BP|CS) \d+ ", "")
        .str.replace(r" ?(?:\bCEDEX\b|\d).*$", "")
    )
    return name.str.replace_all(r"\bSAINT(E?)\b", "ST$1").str.strip_chars()


def place_units(units: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Give id and department of the units whose town has that name in the département of their postcode: others are abroad."""
    post = read_csv(next((folder / "laposte-hexasmal").glob("*.csv")), ";")
    towns = pl.concat(
        post.select(department=pl.col("Code_postal").str.slice(0, 2), town=squeeze(pl.col(name)))
        for name in ("Nom_commune", "Libellé_d_acheminement", "Ligne_5")
    ).unique()
    here = units.select(
        id="numero_national_de_structure",
        department=pl.col("code_postal").str.slice(0, 2),
        town=squeeze(pl.col("commune")),
    )
    return here.join(towns, on=["department", "town"], how="semi").select("id", "department")


def read_students(folder: Path, codes: dict[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read commune, value: students of 2022-23 at head offices, and students of the sites of public institutions."""
    enrolments = read_csv(next((folder / "mesr-effectifs-etablissements").glob("*.csv")), ";")
    main = "Nombre d'étudiants inscrits (inscriptions principales) hors doubles inscriptions CPGE"
    enrolments = enrolments.rename({name: name.replace("’", "'") for name in enrolments.columns})
    heads = enrolments.filter(pl.col("Année universitaire") == "2022-23")
    sites = read_csv(next((folder / "mesr-implantations").glob("*.csv")), ";")
    return tuple(
        frame.select(commune=pl.col(commune).replace(codes), value=pl.col(count).cast(pl.Float64))
        .drop_nulls("value")
        .group_by("commune")
        .agg(pl.col("value").sum())
        for frame, commune, count in (
            (heads, "etablissement_code_commune", main),
            (sites, "Code commune", "Effectif d'étudiants inscrits"),
        )
    )


def read_projects(folder: Path) -> pl.DataFrame:
    """Read one row a project and source, with the year it starts (ANR: the year of the call in its number)."""
    anr = read_csv(next((folder / "anr-dos").glob("*.csv"))).select(id="id").unique()
    anr = anr.with_columns(year=pl.lit("20") + pl.col("id").str.slice(4, 2), source=pl.lit("anr-aapg"))
    cordis = read_csv(folder / "cordis-h2020/h2020_participations_projets-avec-aura.csv")
    cordis = cordis.select(id="rcn", year="start_year", source=pl.lit("cordis-h2020")).unique("id")
    ilab = read_csv(next((folder / "mesr-ilab").glob("*.csv")), ";").with_row_index("id")
    ilab = ilab.select(id=pl.col("id").cast(str), year="Année de concours", source=pl.lit("mesr-ilab"))
    return pl.concat([frame.select("source", "id", "year") for frame in (anr, cordis, ilab)])
