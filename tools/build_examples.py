"""Build examples/aura and examples/aura-odbl: the facts of one region, in the exchange layout.

    ancrage load all OFFICIAL --data-dir DATA
    python tools/build_examples.py DATA --adhoc OFFICIAL/territories/sillon-alpin.csv
    python tools/build_examples.py DATA --outlines  # the outlines alone, the rest as it is

Only values of the official data sets are kept, each with its source; share-alike licences stay apart.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import shapely
from ancrage.graph.region.bordering import bordering_departments
from ancrage.graph.snapshots.labels import PROJECTS, REGISTERS
from ancrage.loaders.publish.register import register_of, tables_of
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.register.record import Link
from ancrage.loaders.sources.layout import LAYOUT, empty_table
from write_examples import rewrite_source, rewrite_table, write, write_sources

SHARE_ALIKE = ("anr-pia", "anr-aapg", "authority-grants-odbl")
#: The others, in the order in which they name an organisation that several describe.
OPEN = tuple(name for name in (*REGISTERS, *PROJECTS) if name not in SHARE_ALIKE)
#: Extracts that their publisher already cut to projects with a partner in the region: all of them is kept.
CUT = ("cordis-h2020", "anr-aapg")
#: Degrees: contours keep this precision, and lose points nearer than this to the line.
DECIMALS, TOLERANCE = 4, 0.0008
NAF = "http://id.insee.fr/codes/nafr2/naf"
#: What is said of an organisation of elsewhere, there only because one of the region works with it.
BRIEF = (
    "id", "kind", "label_fr", "label_en", "acronym", "actor_type", "uai", "rnsr", "siren", "siret", "pic",
    "paysage", "unit_numbers", "country", "evidence", "source",
)  # fmt: skip
#: The same for a territory of elsewhere.
BRIEF_TERRITORY = (
    "id", "kind", "label_fr", "code", "vintage", "part_of", "overlaps", "succeeded_by", "density", "lat", "lon",
)  # fmt: skip

Tables = dict[str, pl.DataFrame]


class Loaded:
    """The tidy tables of the sources of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "sources"

    def register(self, source: str, table: str) -> pl.DataFrame:
        """Return one table of a source as it is."""
        return pl.read_parquet(self.folder / source / "tables" / f"{table}.parquet")

    def links(self) -> list[Link]:
        """Return which records are of which bodies: a body of elsewhere is kept with the records of it that are."""
        return register_of(tables_of(SourceVersions(self.folder.parent).current()))[1]

    def table(self, table: str, sources: Iterable[str] = OPEN) -> pl.DataFrame:
        """Return a table of the layout: one row an id, lists joined, the first of single values."""
        parts = [empty_table(table)]
        for source in sources:
            path = self.folder / source / "tables" / f"{table}.parquet"
            if path.is_file():
                parts.append(laid_out(table, pl.read_parquet(path)))
        whole = pl.concat(parts)
        if not whole["id"].is_duplicated().any():
            return whole
        return whole.group_by("id", maintain_order=True).agg(
            pl.col(name).explode().drop_nulls().unique(maintain_order=True)
            if column.multiple
            else pl.col(name).drop_nulls().first()
            for name, column in LAYOUT[table].items()
            if name != "id"
        )


def laid_out(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a table with every column of the layout, as lists where it says several values, else as text."""
    cells = []
    for name, column in LAYOUT[table].items():
        cell = pl.col(name) if name in frame.columns else pl.lit(None, column.dtype)
        is_list = isinstance(frame.schema.get(name, column.dtype), pl.List)
        if column.multiple and not is_list:
            cell = pl.when(cell.is_not_null()).then(pl.concat_list(cell.cast(pl.String)))
        elif not column.multiple:
            cell = (cell.list.first() if is_list else cell).cast(pl.String)
        cells.append(cell.alias(name))
    return frame.select(cells)


def among(column: str, wanted: set[str]) -> pl.Expr:
    """Return the condition that a column, of lists or not, holds one of the wanted values."""
    items = list(wanted)
    lists = {name for columns in LAYOUT.values() for name, one in columns.items() if one.multiple}
    if column in lists:
        return pl.col(column).list.eval(pl.element().is_in(items)).list.any()
    return pl.col(column).is_in(items)


def values(frame: pl.DataFrame, *columns: str) -> set[str]:
    """Return the distinct values of columns, lists opened."""
    found: set[str] = set()
    for name in columns:
        series = frame[name]
        found |= set(
            (series.explode() if isinstance(series.dtype, pl.List) else series).drop_nulls().to_list()
        )
    return found


# --- What is kept -------------------------------------------------------------------------------------------


def build(loaded: Loaded, region: str, adhoc: Path | None) -> tuple[Tables, Tables]:
    """Return the tables of both examples: facts of the region, and what they refer to elsewhere."""
    home = _home(loaded, region)
    around = _around(loaded, home)
    sites = loaded.table("sites").filter(among("territory", home | around))
    local = values(sites, "organizations")
    programmes = loaded.table("programmes").filter(
        pl.any_horizontal(among("sites", values(sites, "id")), among("organizations", local))
    )
    aura, odbl = _interactions(loaded, OPEN, home), _interactions(loaded, SHARE_ALIKE, home)
    del odbl["events"]  # none is shared alike
    companies = values(aura["participations"], "organization")
    ties = loaded.table("ties").filter(among("a", local | companies) | among("b", local | companies))

    named = values(odbl["participations"], "organization")
    odbl["organizations"] = loaded.table("organizations", SHARE_ALIKE).filter(among("id", named))

    known = loaded.table("organizations")
    whole = known.filter(among("id", local))
    wanted = values(whole, "supervised_by", "participating", "part_of", "member_of") | companies | named
    wanted |= values(programmes, "organizations") | values(ties, "a", "b")
    wanted |= values(loaded.table("territories").filter(among("id", home)), "governed_by")
    named_schemes = values(aura["interactions"], "scheme") | values(aura["events"], "scheme")
    schemes = _schemes(loaded, home, named_schemes)
    plans = _strategies(loaded, home)
    wanted |= values(schemes, "run_by") | values(plans["actions"], "run_by", "funders")
    observations = loaded.table("observations").filter(among("territory", home | around))
    wanted |= values(observations, "organization")
    wanted |= {link.body for link in loaded.links() if link.record in wanted | local}
    rest = known.filter(among("id", wanted - local)).select(BRIEF)
    organizations = pl.concat([whole, laid_out("organizations", rest)])
    # A unit of elsewhere without its place would be one that may be anywhere, and where no unit is would not be told.
    units = values(rest.filter(pl.col("kind") == "ResearchUnit"), "id")
    sites = pl.concat([sites, loaded.table("sites", ["mesr-rnsr"]).filter(among("organizations", units))])
    lost = wanted - values(organizations, "id") - values(odbl["organizations"], "id")
    aura["organizations"] = _without(organizations, lost)
    aura |= {"sites": sites, "programmes": programmes, "ties": ties, "schemes": schemes} | plans
    aura["observations"] = observations
    aura["geometries"] = _contours(loaded.table("geometries").filter(among("territory", home)))
    aura["concepts"] = _concepts(loaded, aura)
    aura["territories"] = _territories(loaded, home, around, aura, odbl)
    if adhoc:
        aura["territories"] = pl.concat([aura["territories"], _adhoc(adhoc)])
    return aura, odbl


def _home(loaded: Loaded, region: str) -> set[str]:
    """Return the region's territories: communes of today and before, EPCI, zones and pools that touch it."""
    communes = loaded.register("decoupage-administratif", "register_communes").filter(
        pl.col("region") == region
    )
    home = set(communes["territory"]) | {f"territory/region/{region}"}
    home |= {f"territory/epci/{code}" for code in communes["epci"].drop_nulls().unique()}
    home |= {f"territory/department/{code}" for code in communes["department"].unique()}
    territories = loaded.table("territories")
    areas = values(territories.filter(among("id", home)), "part_of", "overlaps")
    home |= {item for item in areas if item.startswith(("territory/zone/", "territory/bassin/"))}
    former = territories.filter((pl.col("kind") == "FormerCommune") & among("part_of", home))
    return home | values(former, "id") | values(territories.filter(among("succeeded_by", home)), "id")


def _around(loaded: Loaded, home: set[str]) -> set[str]:
    """Return the communes, of today and before, of the départements that border the region.

    What is near its edge is seen on both sides, and EPCI and zones that straddle it are counted whole.
    """
    register = loaded.register("decoupage-administratif", "register_communes").filter("current")
    points = loaded.register("laposte-hexasmal", "territories").select(place="id", lat="lat", long="lon")
    points = points.join(register, left_on="place", right_on="territory", how="semi")
    points = points.with_columns(pl.col("lat", "long").cast(pl.Float64))
    inside = register.filter(among("territory", home))["territory"].to_list()
    beside = register.filter(pl.col("department").is_in(bordering_departments(inside, points)))
    around = set(beside["territory"]) - home
    return around | values(loaded.table("territories").filter(among("succeeded_by", around)), "id")


def _interactions(loaded: Loaded, sources: Iterable[str], home: set[str]) -> Tables:
    """Return interactions and events that benefit the region, are there, or have a participant from there."""
    tables = {name: loaded.table(name, sources) for name in ("interactions", "events")}
    participations = loaded.table("participations", sources)
    here = values(participations.filter(among("place", home)), "interaction")
    for table in tables.values():
        here |= values(table.filter(among("benefits", home) | among("takes_place_in", home)), "id")
    here |= values(loaded.table("interactions", [name for name in CUT if name in sources]), "id")
    return {
        **{name: table.filter(among("id", here)) for name, table in tables.items()},
        "participations": participations.filter(among("interaction", here)),
    }


def _schemes(loaded: Loaded, home: set[str], named: set[str]) -> pl.DataFrame:
    """Return the schemes that serve the region or that an interaction names, and of what they serve what is in it."""
    served = pl.col("serves").list.eval(pl.element().filter(pl.element().is_in(list(home))))
    return (
        loaded.table("schemes")
        .with_columns(served)
        .filter((pl.col("serves").list.len() > 0) | among("id", named))
    )


def _strategies(loaded: Loaded, home: set[str]) -> Tables:
    """Return the strategies for territories of the region, with their axes, objectives, actions and budgets."""
    tables = {"strategies": loaded.table("strategies").filter(among("territories", home))}
    named = values(tables["strategies"], "id")
    for name in ("axes", "objectives", "actions"):
        tables[name] = loaded.table(name).filter(among("strategy", named))
    tables["budgets"] = loaded.table("budgets").filter(among("action", values(tables["actions"], "id")))
    return tables


def _concepts(loaded: Loaded, aura: Tables) -> pl.DataFrame:
    """Return the NAF and the sheets of the ROME whole, the occupations observed with what is above them, and the fields named."""
    concepts = loaded.table("concepts")
    wanted = values(aura["observations"], "occupation") | values(aura["interactions"], "concerns")
    wanted |= (
        values(aura["events"], "concerns")
        | values(aura["organizations"], "fields")
        | values(aura["programmes"], "fields")
    )
    while more := values(concepts.filter(among("id", wanted)), "broader", "broad_match") - wanted:
        wanted |= more
    sheet = pl.col("id").str.starts_with("rome/sheet/")
    return concepts.filter((pl.col("scheme") == NAF) | sheet | among("id", wanted))


def _territories(
    loaded: Loaded, home: set[str], around: set[str], aura: Tables, odbl: Tables
) -> pl.DataFrame:
    """Return the region's territories, and in brief those beside it and those of elsewhere that a fact names."""
    every = loaded.table("territories")
    named = around | values(every.filter(pl.col("kind").is_in(["Department", "Region"])), "id")
    named |= values(aura["participations"], "place") | values(odbl["participations"], "place")
    named |= values(aura["sites"], "territory")
    for table in (aura["interactions"], odbl["interactions"], aura["events"]):
        named |= values(table, "benefits", "takes_place_in")
    named |= values(aura["actions"], "territories")
    own = every.filter(among("id", home))
    named |= values(own, "part_of", "overlaps", "succeeded_by", "seat")
    named |= values(every.filter(among("id", named - home)), "succeeded_by")
    rest = every.filter(among("id", named - home)).select(BRIEF_TERRITORY)
    kept = pl.concat([own, laid_out("territories", rest)])
    lost = values(kept, "part_of", "overlaps") - values(kept, "id")
    return _without(kept, lost).with_columns(pl.col("lat", "lon").cast(pl.Float64).round(5).cast(pl.String))


def _without(frame: pl.DataFrame, lost: set[str]) -> pl.DataFrame:
    """Return the rows without references to what is not kept."""
    gone = list(lost)
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(
        pl.col(name).list.eval(pl.element().filter(~pl.element().is_in(gone))) for name in lists
    )


def _contours(geometries: pl.DataFrame) -> pl.DataFrame:
    """Make outlines lighter; those of communes, départements and regions are so when they are loaded."""

    def lighter(text: str) -> str:
        shape = shapely.from_wkt(text).simplify(TOLERANCE, preserve_topology=True)
        return str(shapely.to_wkt(shapely.set_precision(shape, 10**-DECIMALS), rounding_precision=DECIMALS))

    fine = pl.col("territory").str.contains("^territory/(epci|zone)/")
    text = pl.col("wkt").map_elements(lighter, return_dtype=pl.String)
    return geometries.with_columns(pl.when(fine).then(text).otherwise("wkt").alias("wkt"))


def outlines(loaded: Loaded, region: str, kept: str) -> None:
    """Write the outlines of examples/aura anew, with the rows that say where they come from; leave the rest."""
    table = _contours(loaded.table("geometries").filter(among("territory", _home(loaded, region))))
    rewrite_table("aura", "geometries", table)
    source = loaded.table("sources").filter(pl.col("id") == "source/contours")
    rewrite_source("aura", source, {"geometries": table.height}, kept)
    print(f"examples/aura: geometries {table.height}")


def _adhoc(path: Path) -> pl.DataFrame:
    """Return the ad hoc territory of a list of EPCI (`siren,nom`): a working list, not an official one."""
    row = {
        "id": [f"territory/adhoc/{path.stem}"],
        "kind": ["AdHocTerritory"],
        "label_fr": [path.stem.replace("-", " ").capitalize()],
        "parts": [[f"territory/epci/{code}" for code in pl.read_csv(path, infer_schema=False)["siren"]]],
        "evidence": ["evidence-status/declared"],
        "source": ["source/aura"],
    }
    return laid_out("territories", pl.DataFrame(row))


def main() -> None:
    """Build both examples and print what they hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--region", default="84")
    parser.add_argument("--adhoc", type=Path, help="list of EPCI of an ad hoc territory (siren,nom)")
    parser.add_argument("--outlines", action="store_true", help="write the outlines alone")
    given = parser.parse_args()
    loaded = Loaded(given.data_dir)
    texts = json.loads((Path(__file__).parent / "examples.json").read_text(encoding="utf-8"))
    if given.outlines:
        outlines(loaded, given.region, texts["kept"]["contours"])
        return
    described = []
    for tables, (name, sources) in zip(
        build(loaded, given.region, given.adhoc), (("aura", OPEN), ("aura-odbl", SHARE_ALIKE)), strict=True
    ):
        described.append((name, loaded.table("sources", sources), tables))
        size = write(name, tables, described[-1][1], texts["about"][name])
        rows = ", ".join(f"{table} {len(frame)}" for table, frame in tables.items())
        print(f"examples/{name}: {size / 2**20:.2f} MiB; {rows}")
    write_sources(described, texts["kept"])


if __name__ == "__main__":
    main()
