"""Linkage measured: numbers hidden and found again by names alone, pairs read by a person; precision, recall, pace.

    python benchmarks/linkage.py OFFICIAL --data DATA

Gold sets, each a number that a source gives and that is hidden:

- units: rows of the ANR with a RNSR number, asked by the partner's name and town. A link is right where it is that unit, or a
  body that the unit is of (the name is then that of the supervisor).
- firms: winners of i-Lab with a SIREN that another source has too, asked by name against a register without i-Lab.
- declarations: companies of the region that declare the index of equality, asked by each name that they typed and their
  département, against a register that names them as Sirene does. Names that are the same beside those that are not.

Beside them: the pairs that a person read (`linkage_pairs.py`), by rule; the share of the region's firms that are another body
too; the share of rows of the ANR's two plans that lead to a body that another source describes; names a second.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from ancrage.loaders.publish.register import register_of, tables_of
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.read.persons import without_persons
from ancrage.loaders.register.linkage import Register
from ancrage.loaders.register.record import Link, Record
from ancrage.loaders.register.records import read_records
from ancrage.loaders.sources.names import normalise, recased
from linkage_pairs import measure, read

Tables = Mapping[str, Mapping[str, Path]]
_PROJECTS = ("anr-aapg", "anr-pia")
READ = Path(__file__).parents[1] / "tests" / "loaders" / "register"
"""Where the pairs are that a person read."""


def wilson(right: int, asked: int, z: float = 1.96) -> tuple[float, float]:
    """Return the Wilson interval of a share at 95 %."""
    if not asked:
        return 0.0, 1.0
    share, square = right / asked, z * z
    middle = (share + square / (2 * asked)) / (1 + square / asked)
    half = z * ((share * (1 - share) + square / (4 * asked)) / asked) ** 0.5 / (1 + square / asked)
    return middle - half, middle + half


def units(official: Path, tables: Tables) -> tuple[Counter[str], list[str]]:
    """Ask for the unit of each distinct partner of the ANR that has a RNSR number."""
    register, links = register_of({name: one for name, one in tables.items() if name not in _PROJECTS})
    body = {link.record: link.body for link in links}
    rnsr = tables["mesr-rnsr"]
    unit: dict[str, str] = {}
    for name in ("register_former_units", "register_units"):
        unit.update(pl.read_parquet(rnsr[name]).select("rnsr", "organization").iter_rows())
    above: dict[str, set[str]] = defaultdict(set)
    for code, institution in (
        pl.read_parquet(rnsr["register_supervision"]).select("rnsr", "organization").drop_nulls().iter_rows()
    ):
        above[f"organization/{code}"].add(body.get(institution, institution))
    towns = _towns(tables["decoupage-administratif"])
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for name, code, town, region, country in sorted(_partners(official)):
        if code not in unit:
            continue
        place = towns.get((town, region), "")
        asked = Record(
            "",
            (name,),
            country="FR" if country == "France" else "",
            places=frozenset([place] if place else []),
        )
        link = register.find(asked)
        right = body.get(unit[code], unit[code])
        if link is None:
            found["none"] += 1
        elif link.body == right or link.body in above[unit[code]]:
            found["right"] += 1
            found[f"right by {link.rule}"] += 1
        else:
            found["wrong"] += 1
            found[f"wrong by {link.rule}"] += 1
            wrong.append(f"{name} → {link.body} ({link.rule}), {code} expected")
    return found, wrong


def _partners(official: Path) -> set[tuple[str, str, str, str, str]]:
    """Return the name, RNSR number, town, region and country of partners; a label that is a person is none, as at the door."""
    rows = set()
    prefix = "Projet.Partenaire."
    for path in official.glob("anr-dos/anr-dos-*partenaires*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                name, code = without_persons(row[f"{prefix}Nom_organisme"]), row[f"{prefix}Code_RNSR"]
                town = re.sub(r" cedex.*|[0-9].*", "", _saint(row[f"{prefix}Adresse.Ville"] or "")).strip()
                region = normalise(row[f"{prefix}Adresse.Region"] or "")
                if name and code:
                    rows.add((name, code, town, region, row[f"{prefix}Adresse.Pays"]))
    return rows


def _towns(tables: Mapping[str, Path]) -> dict[tuple[str, str], str]:
    """Return the communes by name and region (and by name alone), where one alone bears it, as the source reads them."""
    territories = pl.read_parquet(tables["territories"]).filter(pl.col("kind") == "Region")
    regions = {code: normalise(name) for code, name in territories.select("code", "label_fr").iter_rows()}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    communes = pl.read_parquet(tables["register_communes"]).filter(
        pl.col("current").cast(pl.String) == "true"
    )
    for name, commune, region in communes.select("name_norm", "territory", "region").iter_rows():
        for one in {name, re.sub(r"^(?:le|la|les) ", "", name)}:
            found[one, regions.get(region, "")].add(commune)
            found[one, ""].add(commune)
    return {key: next(iter(places)) for key, places in found.items() if len(places) == 1}


def _saint(town: str) -> str:
    return re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", normalise(town)))


def firms(tables: Tables) -> tuple[Counter[str], list[str]]:
    """Ask by name for the winners of i-Lab whose SIREN another source has."""
    others = {name: one for name, one in tables.items() if name not in (*_PROJECTS, "mesr-ilab")}
    register, links = register_of(others)
    body = {link.record: link.body for link in links}
    numbers = {
        identifier: body.get(record.id, record.id)
        for record in read_records(others)
        for identifier in record.identifiers
        if identifier.startswith("siren:")
    }
    found: Counter[str] = Counter()
    wrong: list[str] = []
    known = pl.read_parquet(tables["mesr-ilab"]["organizations"]).filter(
        pl.col("siren").is_not_null(), pl.col("kind") == "Company"
    )
    for siren, label in sorted(known.select("siren", "label_fr").iter_rows()):
        right = numbers.get(f"siren:{siren}")
        link = register.find(Record("", (label,), group="company"))
        if link is None:
            found["none" if right else "absent"] += 1
        elif right is None:
            found["not known by its number"] += 1
        elif link.body == right:
            found["right"] += 1
        else:
            found["wrong"] += 1
            wrong.append(f"{label} → {link.body} ({link.rule}), {right} expected")
    return found, wrong


def declarations(official: Path, tables: Tables, folder: Path) -> tuple[Counter[str], list[str]]:
    """Ask for companies by the name that they declared and their département, where they are known by that of Sirene."""
    legal = {
        row["siren"]: row["denominationUniteLegale"]
        for row in _rows(official, "insee-sirene/unites-legales_faits_*.csv", ",")
        if without_persons(row["denominationUniteLegale"] or "")
    }
    egapro = pl.read_parquet(tables["egapro"]["organizations"])
    numbers = egapro["siren"].to_list()
    named = egapro.with_columns(
        label_fr=pl.Series(
            [recased(legal[one]) if one in legal else None for one in numbers], dtype=pl.String
        )
    ).drop_nulls("label_fr")
    path = folder / "organizations.parquet"
    named.write_parquet(path)
    others = {**tables, "egapro": {**tables["egapro"], "organizations": path}}
    register, links = register_of(others)
    body = {link.record: link.body for link in links}
    departments = dict(
        pl.read_parquet(tables["decoupage-administratif"]["territories"])
        .filter(pl.col("kind") == "Department")
        .select("label_fr", "id")
        .iter_rows()
    )
    known, asked = set(named["siren"]), set()
    for row in _rows(official, "egapro-index/index-egalite-fh.csv", ";"):
        name = without_persons(row["Raison Sociale"] or "")
        if name and row["SIREN"] in known and row["Département"] in departments:
            asked.add((row["SIREN"], name, departments[row["Département"]]))
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for siren, name, place in sorted(asked):
        link = register.find(Record("", (name,), group="company", places=frozenset([place])))
        right = body.get(f"organization/{siren}", f"organization/{siren}")
        said = "same name" if normalise(name) == normalise(legal[siren]) else "other name"
        kind = "none" if link is None else "right" if link.body == right else "wrong"
        found[kind] += 1
        found[f"{kind}, {said}"] += 1
        if link is not None and kind == "wrong":
            wrong.append(f"{name} → {link.body} ({link.rule}), {right} ({legal[siren]}) expected")
    return found, wrong


def _rows(official: Path, pattern: str, separator: str) -> Iterator[dict[str, str]]:
    for path in sorted(official.glob(pattern)):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file, delimiter=separator)


def plans(tables: Tables, register: Register, links: list[Link]) -> Iterator[str]:
    """Yield, for each plan of the ANR, the share of rows of partners that lead to a body that another source describes."""
    body = {link.record: link.body for link in links}
    known = {
        body.get(path, path)
        for name, one in tables.items()
        if name not in _PROJECTS and "organizations" in one
        for path in pl.read_parquet(one["organizations"], columns=["id"])["id"]
    }
    for plan in _PROJECTS:
        rows = pl.read_parquet(tables[plan]["participations"], columns=["organization"])["organization"]
        led = sum(body.get(path, path) in known for path in rows)
        yield f"{plan}: {led} of {len(rows)} rows lead to a body that another source describes, {led / len(rows):.3f}"
        with (READ / "unled-odbl.csv").open(encoding="utf-8", newline="") as file:
            verdicts = [row["verdict"] for row in csv.DictReader(file) if row["plan"] == plan]
        held = verdicts.count("held") + verdicts.count("unknown")
        shares = [led / (led + (len(rows) - led) * share) for share in wilson(held, len(verdicts))]
        yield (
            f"  {held} of {len(verdicts)} others read name one that is there: of the rows that name one, between "
            f"{min(shares):.3f} and {max(shares):.3f} lead to it"
        )


def reading(register: Register, links: list[Link], folder: Path) -> Iterator[str]:
    """Yield what the pairs that a person read say of each rule, and of the firms of the region."""
    rows = read(folder)
    found = measure(rows, register, links)
    yield f"pairs read: {sum(bool(row['body']) for row in rows)}"
    for rule in sorted({rule for rule, _, is_linked in found if is_linked}):
        same, other = found[rule, "same", True], found[rule, "different", True]
        low, high = wilson(same, same + other)
        yield f"  {rule}: {same} of {same + other} right, precision in [{low:.3f}, {high:.3f}]"
    strata = [row for row in rows if row["stratum"] == "firm"]
    split = measure((row for row in strata if row["verdict"] == "same"), register, links)
    apart = sum(count for (_, _, is_linked), count in split.items() if not is_linked)
    low, high = wilson(apart, len(strata))
    yield f"firms of the region: {apart} of {len(strata)} read are another body too, [{low:.3f}, {high:.3f}]"


def pace(register: Register, records: list[Record], count: int) -> float:
    """Return the seconds of processor that so many names take, without their numbers."""
    every = [
        Record("", record.names[:1], group=record.group, country=record.country, places=record.places)
        for record in records
    ]
    started = time.process_time()
    for rank in range(count):
        register.find(every[rank % len(every)])
    return time.process_time() - started


def report(name: str, found: Counter[str], wrong: list[str]) -> Iterator[str]:
    """Yield the lines of one gold set."""
    linked = found["right"] + found["wrong"]
    low, high = wilson(found["right"], linked)
    recall = found["right"] / max(1, linked + found["none"])
    yield f"{name}: {dict(found)}"
    for rule in sorted(one.removeprefix("right by ") for one in found if one.startswith("right by ")):
        good, bad = found[f"right by {rule}"], found[f"wrong by {rule}"]
        yield f"  {rule}: {good / (good + bad):.3f} of {good + bad}, at least {wilson(good, good + bad)[0]:.3f}"
    yield f"  precision {found['right'] / max(1, linked):.4f} [{low:.4f}, {high:.4f}], recall {recall:.3f}"
    yield from (f"  {line}" for line in wrong[:10])


def main() -> None:
    """Print the gold sets, how many spellings the region's bodies have, and the pace."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("official", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    tables = tables_of(SourceVersions(options.data).current())
    with TemporaryDirectory() as folder:
        for name, measured in (
            ("units of the ANR", units(options.official, tables)),
            ("firms of i-Lab", firms(tables)),
            ("companies as they declare themselves", declarations(options.official, tables, Path(folder))),
        ):
            print(*report(name, *measured), sep="\n")
    register, links = register_of(tables)
    print(*plans(tables, register, links), *reading(register, links, READ), sep="\n")
    print(
        "links:",
        dict(Counter(link.rule for link in links)),
        "of",
        len(register.records) + len(links),
        "records",
    )
    print(f"100,000 names: {pace(register, read_records(tables), 100_000):.1f} s CPU")


if __name__ == "__main__":
    main()
