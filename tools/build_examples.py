"""Build examples/aura and examples/aura-odbl: the facts of one region, in the exchange layout, from a loaded data directory.

    ancrage load all OFFICIAL --data-dir DATA --no-publish
    python tools/build_examples.py DATA --adhoc OFFICIAL/territories/sillon-alpin.csv

Only values of the official data sets are kept, each with its source; licences that ask to share alike stay apart.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import shapely

from ancrage.loaders.layout import LAYOUT, empty_table

ROOT = Path(__file__).parents[1] / "examples"
#: Sources in the order in which they name an organisation that several describe.
OPEN = (
    "decoupage-administratif", "laposte-hexasmal", "insee-densite", "zones-emploi", "france-travail-bmo", "contours",
    "insee-naf", "insee-clap", "insee-flores", "mesr-etablissements", "mesr-rnsr", "mesr-ecoles-doctorales",
    "mesr-parcoursup", "mesr-masters", "scanr-h2020", "mesr-ilab", "cordis-h2020",
)  # fmt: skip
SHARE_ALIKE = ("anr-pia", "anr-aapg")
#: Degrees: contours keep this precision, and lose points nearer than this to the line.
DECIMALS, TOLERANCE = 4, 0.0008
#: The region's share of a source is dropped for indicators that only make sense whole.
NAF = "http://id.insee.fr/codes/nafr2/naf"
#: Columns that describe an organisation of elsewhere, which is there because one of the region works with it.
BRIEF = ["id", "kind", "label_fr", "label_en", "acronym", "actor_type", "uai", "rnsr", "siren", "siret", "pic", "paysage",
         "country", "evidence", "source"]  # fmt: skip


class Loaded:
    """The tidy tables of the sources of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "sources"

    def register(self, source: str, table: str) -> pl.DataFrame:
        """Return one table of a source as it is."""
        return pl.read_parquet(self.folder / source / "tables" / f"{table}.parquet")

    def table(self, table: str, sources: Iterable[str] = OPEN) -> pl.DataFrame:
        """Return a table of the layout, the sources together: one row an id, lists joined, the first single value kept."""
        parts = [empty_table(table)]
        for source in sources:
            path = self.folder / source / "tables" / f"{table}.parquet"
            if path.is_file():
                parts.append(_laid_out(table, pl.read_parquet(path)))
        whole = pl.concat(parts)
        columns = LAYOUT[table]
        if whole["id"].is_unique().all():
            return whole
        return whole.group_by("id", maintain_order=True).agg(
            pl.col(name).explode().drop_nulls().unique(maintain_order=True)
            if column.multiple
            else pl.col(name).drop_nulls().first()
            for name, column in columns.items()
            if name != "id"
        )


def _laid_out(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    cells = []
    for name, column in LAYOUT[table].items():
        cell = pl.col(name) if name in frame.columns else pl.lit(None, column.dtype)
        dtype = frame.schema.get(name, column.dtype)
        if column.multiple and not isinstance(dtype, pl.List):
            cell = pl.when(cell.is_not_null()).then(pl.concat_list(cell.cast(pl.String)))
        elif not column.multiple:
            cell = (cell.list.first() if isinstance(dtype, pl.List) else cell).cast(pl.String)
        cells.append(cell.alias(name))
    return frame.select(cells)


def among(column: str, wanted: set[str]) -> pl.Expr:
    """Return the condition that a column of lists holds one of the wanted values."""
    return pl.col(column).list.eval(pl.element().is_in(list(wanted))).list.any()


def values(frame: pl.DataFrame, *columns: str) -> set[str]:
    """Return the distinct values of columns, lists opened."""
    found: set[str] = set()
    for name in columns:
        series = frame[name]
        found |= set(
            (series.explode() if isinstance(series.dtype, pl.List) else series).drop_nulls().to_list()
        )
    return found


# --- What is kept ------------------------------------------------------------------------------------------------------


def build(loaded: Loaded, region: str, adhoc: Path | None) -> dict[str, dict[str, pl.DataFrame]]:
    """Return the tables of both examples: facts of the region, and what they refer to elsewhere."""
    home = _home(loaded, region)
    sites = loaded.table("sites").filter(pl.col("territory").is_in(list(home)))
    local = values(sites, "organizations")
    programmes = loaded.table("programmes").filter(
        among("sites", values(sites, "id")) | among("organizations", local)
    )
    aura = _interactions(loaded, OPEN, home, region)
    odbl = _interactions(loaded, SHARE_ALIKE, home, region)
    companies = values(aura["participations"], "organization")
    ties = loaded.table("ties").filter(
        pl.col("a").is_in(list(local | companies)) | pl.col("b").is_in(list(local | companies))
    )

    shared = loaded.table("organizations", SHARE_ALIKE)
    named = values(odbl["participations"], "organization")
    odbl["organizations"] = shared.filter(pl.col("id").is_in(list(named)))
    odbl["identities"] = loaded.table("identities", SHARE_ALIKE).filter(pl.col("a").is_in(list(named)))

    known = loaded.table("organizations")
    whole = known.filter(pl.col("id").is_in(list(local)))
    brief = values(whole, "supervised_by", "participating", "part_of", "member_of") | values(
        programmes, "organizations"
    )
    brief |= values(ties, "a", "b") | companies | named | values(odbl["identities"], "b")
    brief |= {
        f"organization/{code.rpartition('/')[2]}" for code in home if code.startswith("territory/epci/")
    }
    rest = known.filter(pl.col("id").is_in(list(brief - local))).select(BRIEF)
    aura["organizations"] = pl.concat([whole, _laid_out("organizations", rest)])
    lost = brief - values(aura["organizations"], "id") - values(odbl["organizations"], "id")
    aura["organizations"] = _without(aura["organizations"], lost)
    aura |= {"sites": sites, "programmes": programmes, "ties": ties}
    aura["observations"] = _observations(loaded, home, local)
    aura["geometries"] = _contours(loaded.table("geometries").filter(pl.col("territory").is_in(list(home))))
    aura["concepts"] = _concepts(loaded, aura)
    aura["territories"] = _territories(
        loaded, home, {**aura, **{f"odbl {name}": table for name, table in odbl.items()}}
    )
    if adhoc:
        aura["territories"] = pl.concat([aura["territories"], _adhoc(adhoc)])
    return {"aura": aura, "aura-odbl": odbl}


def _home(loaded: Loaded, region: str) -> set[str]:
    """Return the territories of the region: communes of today and before, EPCI, zones and pools that touch it, itself."""
    communes = loaded.register("decoupage-administratif", "register_communes").filter(
        pl.col("region") == region
    )
    home = set(communes["territory"]) | {
        f"territory/epci/{code}" for code in communes["epci"].drop_nulls().unique()
    }
    home |= {f"territory/department/{code}" for code in communes["department"].unique()} | {
        f"territory/region/{region}"
    }
    areas = loaded.table("territories").filter(pl.col("id").is_in(list(home)))
    home |= {
        item
        for item in values(areas, "part_of", "overlaps")
        if item.startswith(("territory/zone/", "territory/bassin/"))
    }
    former = loaded.table("territories").filter(
        pl.col("succeeded_by").is_in(list(home)) | (pl.col("kind") == "FormerCommune") & among("part_of", home)
    )
    return home | values(former, "id")


def _interactions(
    loaded: Loaded, sources: Iterable[str], home: set[str], region: str
) -> dict[str, pl.DataFrame]:
    """Return interactions that benefit the region, take place there, or have a participant who takes part from there."""
    interactions, participations = (
        loaded.table("interactions", sources),
        loaded.table("participations", sources),
    )
    here = values(participations.filter(pl.col("place").is_in(list(home))), "interaction")
    here |= values(interactions.filter(among("benefits", home) | among("takes_place_in", home)), "id")
    if (
        "cordis-h2020" in sources
    ):  # chosen by the publisher of the extract: projects with a head office in the region
        here |= values(loaded.table("interactions", ["cordis-h2020"]), "id")
    if "anr-aapg" in sources:  # the same
        here |= values(loaded.table("interactions", ["anr-aapg"]), "id")
    kept = list(here)
    return {
        "interactions": interactions.filter(pl.col("id").is_in(kept)),
        "participations": participations.filter(pl.col("interaction").is_in(kept)),
    }


def _observations(loaded: Loaded, home: set[str], local: set[str]) -> pl.DataFrame:
    found = loaded.table("observations")
    return found.filter(
        pl.col("territory").is_in(list(home))
        & (pl.col("organization").is_null() | pl.col("organization").is_in(list(local)))
    )


def _concepts(loaded: Loaded, aura: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the NAF whole, the occupations observed with what is above them, and the fields named."""
    concepts = loaded.table("concepts")
    wanted = values(aura["observations"], "occupation") | values(aura["interactions"], "concerns")
    wanted |= values(aura["organizations"], "fields") | values(aura["programmes"], "fields")
    while (
        more := values(concepts.filter(pl.col("id").is_in(list(wanted))), "broader", "broad_match") - wanted
    ):
        wanted |= more
    return concepts.filter((pl.col("scheme") == NAF) | pl.col("id").is_in(list(wanted)))


def _territories(loaded: Loaded, home: set[str], tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the region's territories, and in brief those of elsewhere that a fact names or that hold them."""
    every = loaded.table("territories")
    named: set[str] = set(every.filter(pl.col("kind").is_in(["Department", "Region"]))["id"])
    for name, column in (
        ("participations", "place"), ("odbl participations", "place"), ("sites", "territory"), ("interactions", "benefits"),
        ("observations", "territory"),
    ):  # fmt: skip
        named |= values(tables[name], column)
    own = every.filter(pl.col("id").is_in(list(home)))
    named |= values(own, "part_of", "overlaps", "succeeded_by", "seat")
    rest = every.filter(pl.col("id").is_in(list(named - home)))
    named |= values(rest, "succeeded_by")
    rest = every.filter(pl.col("id").is_in(list(named - home)))
    brief = rest.select(
        *(
            name
            for name in LAYOUT["territories"]
            if name not in ("postcodes", "lat", "lon", "density", "seat", "governed_by")
        )
    )
    kept = pl.concat([own, _laid_out("territories", brief)])
    lost = values(kept, "part_of", "overlaps") - set(kept["id"])
    return _without(kept, lost).with_columns(pl.col("lat", "lon").cast(pl.Float64).round(5).cast(pl.String))


def _without(frame: pl.DataFrame, lost: set[str]) -> pl.DataFrame:
    """Return the rows without references to what is not kept."""
    gone = list(lost)
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(
        pl.col(name).list.eval(pl.element().filter(~pl.element().is_in(gone))) for name in lists
    )


def _contours(geometries: pl.DataFrame) -> pl.DataFrame:
    def lighter(text: str) -> str:
        shape = shapely.from_wkt(text).simplify(TOLERANCE, preserve_topology=True)
        return str(shapely.to_wkt(shapely.set_precision(shape, 10**-DECIMALS), rounding_precision=DECIMALS))

    return geometries.with_columns(pl.col("wkt").map_elements(lighter, return_dtype=pl.String))


def _adhoc(path: Path) -> pl.DataFrame:
    """Return the ad hoc territory of a list of EPCI (`siren,nom`): a working list, declared and not official."""
    parts = pl.read_csv(path, infer_schema=False)["siren"]
    row = {
        "id": [f"territory/adhoc/{path.stem}"],
        "kind": ["AdHocTerritory"],
        "label_fr": [path.stem.replace("-", " ").capitalize()],
        "parts": [[f"territory/epci/{code}" for code in parts]],
        "evidence": ["evidence-status/declared"],
        "source": ["source/aura"],
    }
    return _laid_out("territories", pl.DataFrame(row))


# --- How it is written -------------------------------------------------------------------------------------------------


def wide(observations: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return observations as wide tables, one a data set: a column a sector, or an indicator where occupations are observed."""
    tables: dict[str, pl.DataFrame] = {}
    for (dataset,), rows in observations.group_by("dataset", maintain_order=True):
        name = f"observations_wide-{str(dataset).rpartition('/')[2]}"
        cell = (
            pl.when(pl.col("status") == "obs-status/suppressed")
            .then(pl.lit("*"))
            .when(pl.col("status") == "obs-status/missing")
            .then(pl.lit("nd"))
            .otherwise(pl.col("value"))
        )
        by_occupation = rows["occupation"].null_count() < len(rows)
        header = pl.col("indicator") if by_occupation else pl.col("sector").str.strip_prefix("sector/")
        index = ["dataset", "territory", "period", "organization", "evidence"]
        index += ["occupation"] if by_occupation else ["indicator"]
        table = rows.with_columns(_cell=cell, _column=header).pivot(on="_column", index=index, values="_cell")
        tables[name] = table.select(
            column for column in table.columns if table[column].null_count() < len(table)
        )
    return tables


def write(name: str, tables: dict[str, pl.DataFrame], sources: pl.DataFrame, about: dict[str, str]) -> int:
    """Write an example's folder anew; return its size in bytes."""
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    tables = dict(tables)
    observations = tables.pop("observations", None)
    tables |= wide(observations) if observations is not None else {}
    _write(folder / "about.csv", pl.DataFrame({"key": list(about), "value": list(about.values())}))
    _write(folder / "sources.csv", sources)
    for table, frame in tables.items():
        flat = frame.select(
            _joined(column) if isinstance(dtype, pl.List) else pl.col(column)
            for column, dtype in frame.schema.items()
            if frame[column].drop_nulls().len()
            and (not isinstance(dtype, pl.List) or frame[column].list.len().sum())
        )
        _write(
            folder / f"{table}.csv.gz", flat.drop("id") if table in ("participations", "geometries") else flat
        )
    return sum(file.stat().st_size for file in folder.iterdir())


def _joined(column: str) -> pl.Expr:
    return pl.col(column).list.eval(pl.element().str.replace_all(";", ",", literal=True)).list.join(";")


def _write(path: Path, frame: pl.DataFrame) -> None:
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    data = buffer.getvalue()
    if path.suffix == ".gz":
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0, filename="") as file:
            file.write(data)
        data = packed.getvalue()
    path.write_bytes(data)


def main() -> None:
    """Build both examples and print what they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--region", default="84")
    parser.add_argument("--adhoc", type=Path, help="list of EPCI of an ad hoc territory (siren,nom)")
    given = parser.parse_args()
    loaded = Loaded(given.data_dir)
    examples = build(loaded, given.region, given.adhoc)
    abouts = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
    for name, sources in (("aura", OPEN), ("aura-odbl", SHARE_ALIKE)):
        size = write(name, examples[name], loaded.table("sources", sources), abouts[name])
        rows = ", ".join(f"{table} {len(frame)}" for table, frame in examples[name].items())
        print(f"examples/{name}: {size / 2**20:.2f} MiB; {rows}")


if __name__ == "__main__":
    main()
