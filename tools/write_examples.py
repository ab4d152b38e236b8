"""Write an example as a folder in the exchange layout, and the page that says where its facts come from."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[1] / "examples"
_LICENCES = {
    "https://spdx.org/licenses/etalab-2.0": "Licence Ouverte 2.0",
    "https://spdx.org/licenses/ODbL-1.0": "ODbL 1.0 (share alike)",
    "https://spdx.org/licenses/CC-BY-4.0": "CC BY 4.0",
}


def wide(observations: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return observations as wide tables, one a data set.

    A column a sector, or an indicator where occupations are observed; a suppressed cell is `*`, followed by what its
    value can be (`*0-4`) where that is known, a missing one `nd`.
    """
    tables: dict[str, pl.DataFrame] = {}
    status = pl.col("status")
    cell = (
        pl.when(status == "obs-status/suppressed")
        .then("*" + pl.concat_str("low", "high", separator="-").fill_null(""))
        .when(status == "obs-status/missing")
        .then(pl.lit("nd"))
        .otherwise(pl.col("value"))
    )
    for (dataset,), rows in observations.group_by("dataset", maintain_order=True):
        occupations = rows["occupation"].null_count() < len(rows)
        header = pl.col("indicator") if occupations else pl.col("sector").str.strip_prefix("sector/")
        index = ["dataset", "territory", "period", "organization", "evidence"]
        index.append("occupation" if occupations else "indicator")
        table = rows.with_columns(_cell=cell, _column=header).pivot(on="_column", index=index, values="_cell")
        name = str(dataset).rpartition("/")[2]
        tables[f"observations_wide-{name}"] = table.select(
            column for column in table.columns if table[column].null_count() < len(table)
        )
    return tables


def write(
    name: str, tables: Mapping[str, pl.DataFrame], sources: pl.DataFrame, about: Mapping[str, str]
) -> int:
    """Write an example's folder anew; return its size in bytes."""
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    _write(folder / "about.csv", pl.DataFrame({"key": list(about), "value": list(about.values())}))
    _write(folder / "sources.csv", _flat(sources))
    long = {table: frame for table, frame in tables.items() if table != "observations"}
    for table, frame in {**long, **wide(tables.get("observations", pl.DataFrame({"dataset": []})))}.items():
        flat = _flat(frame)
        made = table in ("participations", "geometries")  # their ids follow from the other columns
        _write_sorted(folder / f"{table}.csv.gz", flat.drop("id") if made else flat)
    return sum(file.stat().st_size for file in folder.iterdir())


def rewrite_table(name: str, table: str, frame: pl.DataFrame) -> None:
    """Write one table of an example anew; its ids follow from the other columns."""
    _write_sorted(ROOT / name / f"{table}.csv.gz", _flat(frame).drop("id"))


def rewrite_source(name: str, source: pl.DataFrame, counts: Mapping[str, int], kept: str) -> None:
    """Write anew what is said of one source of an example, in its table and in SOURCES.md, and counts of rows there."""
    path = ROOT / name / "sources.csv"
    known = pl.read_csv(path, infer_schema=False)
    wanted = source["id"][0]
    fresh = pl.concat([known.clear(), _flat(source)], how="diagonal").select(known.columns)
    rows = [
        fresh if row["id"] == wanted else known[number]
        for number, row in enumerate(known.iter_rows(named=True))
    ]
    _write(path, pl.concat(rows))
    lines = (ROOT / "SOURCES.md").read_text(encoding="utf-8").split("\n")
    heading = lines.index(f"## {name}/")
    place = next(n for n in range(heading, len(lines)) if lines[n].startswith("Rows: "))
    for table, count in counts.items():
        said = f"{count:,} {table}".replace(",", " ", 1)
        lines[place] = re.sub(rf"(?<= )[0-9][0-9 ]* {table}", said, lines[place])
    short = wanted.rpartition("/")[2]
    line = next(n for n in range(heading, len(lines)) if f"(`{short}`)" in lines[n])
    lines[line] = _source_line(source.row(0, named=True), kept)
    (ROOT / "SOURCES.md").write_text("\n".join(lines), encoding="utf-8")


def _source_line(row: Mapping[str, str], kept: str) -> str:
    title = f"[{row['title_fr']}]({row['homepage'] or row['download']})"
    licence = _LICENCES.get(row["licence"], row["licence"])
    source = row["id"].rpartition("/")[2]
    return f"| {title} (`{source}`) | {row['publisher']} | {row['date']} | {licence} | {kept} |"


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that say something, lists joined by semicolons."""
    cells = [
        pl.col(name).list.eval(pl.element().str.replace_all(";", ",", literal=True)).list.join(";")
        if isinstance(dtype, pl.List)
        else pl.col(name)
        for name, dtype in frame.schema.items()
    ]
    flat = frame.select(cells).with_columns(pl.when(pl.all() != "").then(pl.all()))
    return flat.select(name for name in flat.columns if flat[name].null_count() < len(flat))


def _write_sorted(path: Path, frame: pl.DataFrame) -> None:
    """Write rows in the order of their cells, so that the same facts make the same file."""
    _write(path, frame.sort(frame.columns))


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


def write_sources(
    described: Sequence[tuple[str, pl.DataFrame, Mapping[str, pl.DataFrame]]], kept: Mapping[str, str]
) -> None:
    """Write examples/SOURCES.md: each example's sources, dates, licences, and what was kept."""
    lines = [
        "# Where the examples come from",
        "",
        "`aura/` and `aura-odbl/` hold facts of Auvergne-Rhône-Alpes from official open data, in the "
        "exchange layout (`docs/reference/exchange.md`), by `tools/build_examples.py`; the values are the "
        "publishers'. `illustrative/` is invented, marked so in every row, and goes to a graph of its "
        "own that no indicator reads unless asked.",
    ]
    for name, sources, tables in described:
        counts = ", ".join(f"{len(frame):,} {table}".replace(",", " ", 1) for table, frame in tables.items())
        lines += ["", f"## {name}/", "", f"Rows: {counts}.", ""]
        lines += [
            "| Source | Publisher | Date of the data | Licence | What was kept |",
            "|---|---|---|---|---|",
        ]
        for row in sources.iter_rows(named=True):
            lines.append(_source_line(row, kept[row["id"].rpartition("/")[2]]))
    lines += [
        "",
        "`territory/adhoc/sillon-alpin` is a working list of EPCI written for this project: no official "
        "perimeter exists.",
        "",
        "## campus-connectes/",
        "",
        "Written by hand for this project, CC BY 4.0, from four public pages: `sources.csv` has the address and "
        "the date of each, "
        "and each row names the one that says it. The pages keep the rights of their publishers, and none states a licence: only "
        "facts are taken. Privas opened in 2019 and Aubenas in 2020; the years of Romans-sur-Isère and Saint-Marcellin are "
        "not told. Annonay was planned and dropped in September 2021: it is not there. The list is not whole: a campus "
        "connecté of the region that no page read here tells is missing.",
        "",
        "## illustrative/",
        "",
        "Written by hand for this project, CC BY 4.0: internships, desk requests and offers, digital "
        "branches, editions of VILLAB, agenda, presentation sessions, strategies, shares of activities in a "
        "filière, one scenario. Real institutions and EPCI appear in invented interactions only as examples.",
        "",
        "## scenarios/",
        "",
        "Written by hand for this project, CC BY 4.0: what-if scenarios to be compared on the demonstration graph, "
        "invented and marked so in their titles. They are no source: the demonstration keeps each in "
        "a graph of its own, as somebody keeps one from the site, and no figure counts it.",
    ]
    (ROOT / "SOURCES.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
