"""Linkage measured: numbers hidden from the register, then found again by names alone; precision with its interval, recall, pace.

    python benchmarks/linkage.py OFFICIAL --data DATA

Gold sets, each a number that a source gives and that is hidden:

- units: rows of the ANR with a RNSR number, asked by the partner's name and town. A link is right where it is that unit, or a
  body that the unit is of (the name is then that of the supervisor).
- firms: winners of i-Lab with a SIREN that another source has too, asked by name against a register without i-Lab.

Beside them, names a second: all labels of the graph, asked again.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
from ancrage.loaders.publish.register import register_of, tables_of
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.register.linkage import Register
from ancrage.loaders.register.record import Record
from ancrage.loaders.register.records import read_records
from ancrage.loaders.sources.names import normalise

Tables = Mapping[str, Mapping[str, Path]]
_PROJECTS = ("anr-aapg", "anr-pia")


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
    towns: dict[str, str] = {}
    for name, commune in (
        pl.read_parquet(tables["decoupage-administratif"]["register_communes"])
        .select("name_norm", "territory")
        .iter_rows()
    ):
        towns.setdefault(name, commune)
    found: Counter[str] = Counter()
    wrong: list[str] = []
    for name, code, town, country in sorted(_partners(official)):
        if code not in unit:
            continue
        place = towns.get(town)
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


def _partners(official: Path) -> set[tuple[str, str, str, str]]:
    rows = set()
    prefix = "Projet.Partenaire."
    for path in official.glob("anr-dos/anr-dos-*partenaires*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                name, code = row[f"{prefix}Nom_organisme"], row[f"{prefix}Code_RNSR"]
                town = normalise(row[f"{prefix}Adresse.Ville"] or "").split(" cedex")[0]
                if name and code:
                    rows.add((name, code, town, row[f"{prefix}Adresse.Pays"]))
    return rows


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
    for name, measured in (
        ("units of the ANR", units(options.official, tables)),
        ("firms of i-Lab", firms(tables)),
    ):
        print(*report(name, *measured), sep="\n")
    register, links = register_of(tables)
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
