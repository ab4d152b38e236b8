"""Pairs of records drawn to be read by a person, and what the linkage does with those that were read.

    python benchmarks/linkage_pairs.py DATA --seed 14 -o FOLDER

Strata: links by each rule; names that are alike by their letters; records that bear a name or acronym of a body and are not
linked to it; firms of the region, each beside the firm whose name has most words of its own, if any. A person writes the
verdict (same, different, unknown; alone: a firm beside nobody) and why, in `tests/loaders/register/`. The pairs that hold a
label of the ANR or of an authority that publishes so are in a file apart, as its licence (ODbL) asks.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl
from ancrage.loaders.publish.register import register_of, tables_of
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.register.linkage import Register
from ancrage.loaders.register.names import is_nameless, key, normalise
from ancrage.loaders.register.record import Link, Record
from ancrage.loaders.register.records import read_records

Tables = Mapping[str, Mapping[str, Path]]
SIZES = {
    "identifier": 15, "number": 30, "name": 50, "name-place": 25, "centre": 30, "acronym": 30, "segment": 40, "core": 30,
    "likeness": 50, "near": 40, "firm": 100,
}  # fmt: skip
"""Pairs of each stratum."""
SIDE = ("", "_name", "_acronym", "_group", "_country", "_places", "_identifiers", "_numbers", "_closed")
COLUMNS = (
    "stratum", *(f"record{one}" for one in SIDE), *(f"body{one}" for one in SIDE), "verdict", "why",
)  # fmt: skip
REGION = ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74")
OPEN, SHARED_ALIKE = "pairs.csv", "pairs-odbl.csv"
_ODBL = ("anr-", "authority-grants-odbl")


class Pairs:
    """Records of the sources, the bodies that they are of, and pairs of both.

    Args:
        tables: tables of the sources.
        seed: what the draw begins with.
    """

    def __init__(self, tables: Tables, seed: int = 0) -> None:
        self.register, self.links = register_of(tables)
        self.records = {record.id: record for record in read_records(tables)}
        self.draw = random.Random(seed)
        self._members: dict[str, list[str]] = defaultdict(list)
        for link in self.links:
            self._members[link.body].append(link.record)
        self._sources = _sources(tables)

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the rows of all strata, without verdicts."""
        by_rule: dict[str, list[Link]] = defaultdict(list)
        for link in self.links:
            by_rule[link.rule].append(link)
        for rule, size in SIZES.items():
            if rule in by_rule:
                for link in self.draw.sample(by_rule[rule], min(size, len(by_rule[rule]))):
                    yield self._row(rule, link.record, link.body)
        yield from self._some("likeness", self._alike())
        yield from self._some("near", self._near())
        for firm in self.draw.sample(sorted(self.firms()), SIZES["firm"]):
            yield self._row("firm", firm, self._beside(firm))

    def firms(self) -> set[str]:
        """Return the bodies that are firms with a place in the region."""
        return {body for body in self.register.records if self._is_firm(body) and self._is_here(body)}

    def is_shared_alike(self, row: Mapping[str, str]) -> bool:
        """Tell whether a row holds a label that only a source under the ODbL has."""
        ends = [f"organization/{row[end]}" for end in ("record", "body") if row[end]]
        return any(all(source.startswith(_ODBL) for source in self._sources[end]) for end in ends)

    def _some(self, stratum: str, pairs: Iterable[tuple[str, str]]) -> Iterator[dict[str, str]]:
        for record, body in self.draw.sample(sorted(pairs), SIZES[stratum]):
            yield self._row(stratum, record, body)

    def _alike(self) -> Iterator[tuple[str, str]]:
        for body in self.draw.sample(sorted(self.register.records), 3_000):
            record = self.register.records[body]
            for link in self.register.proposals(record)[:1]:
                yield body, link.body

    def _near(self) -> Iterator[tuple[str, str]]:
        """Yield bodies that have a name or an acronym of another."""
        bearers: dict[str, list[str]] = defaultdict(list)
        for body, record in self.register.records.items():
            for name in (*record.names, *record.acronyms):
                if not is_nameless(name) and len(normalise(name)) > 2:
                    bearers[key(name, self.register.vocabulary)].append(body)
        for bodies in bearers.values():
            both = sorted(dict.fromkeys(bodies))
            if 1 < len(both) < 4:
                yield both[1], both[0]

    def _beside(self, firm: str) -> str:
        """Return the body, no unit, whose name has most words of a firm's name; nothing where none has a rare one."""
        from rapidfuzz import fuzz, process

        asked = key(self.register.records[firm].names[0])
        rare = sorted(
            (word for word in asked.split() if len(word) > 2), key=lambda word: len(self._words[word])
        )[:2]
        others = {one for word in rare if len(self._words[word]) < 80 for one in self._words[word]}
        names = {one: key(self.register.records[one].names[0]) for one in others - {firm}}
        best = process.extractOne(asked, names, scorer=fuzz.token_set_ratio, score_cutoff=75)
        return best[2] if best else ""

    @property
    def _words(self) -> Mapping[str, Sequence[str]]:
        if not hasattr(self, "_by_word"):
            self._by_word: dict[str, list[str]] = defaultdict(list)
            for body, record in self.register.records.items():
                if record.group != "unit" and record.names:
                    for word in key(record.names[0]).split():
                        self._by_word[word].append(body)
        return self._by_word

    def _is_firm(self, body: str) -> bool:
        return any(self.records[one].group == "company" for one in (body, *self._members[body]))

    def _is_here(self, body: str) -> bool:
        zones = self.register.zones
        places = {
            zones.get(place, place)
            for one in (body, *self._members[body])
            for place in self.records[one].places
        }
        return any(place.endswith(f"/department/{code}") for place in places for code in REGION)

    def _row(self, stratum: str, record: str, body: str) -> dict[str, str]:
        sides = {"record": self.records[record], **({"body": self.records[body]} if body else {})}
        row = dict.fromkeys(COLUMNS, "") | {"stratum": stratum}
        for end, one in sides.items():
            row |= {f"{end}{name}": value for name, value in zip(SIDE, _side(one), strict=True)}
        return row


def _side(record: Record) -> tuple[str, ...]:
    return (
        record.id.removeprefix("organization/"), record.names[0] if record.names else "", next(iter(record.acronyms), ""),
        record.group, record.country, " ".join(sorted(place.rpartition("/")[2] for place in record.places)[:4]),
        " ".join(sorted(record.identifiers)), " ; ".join(sorted(record.numbers)), "yes" if record.is_closed else "",
    )  # fmt: skip


def _sources(tables: Tables) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for source, named in tables.items():
        if "organizations" in named:
            for path in pl.read_parquet(named["organizations"], columns=["id"])["id"]:
                found[path].add(source)
    return found


def read(folder: Path) -> list[dict[str, str]]:
    """Return the rows that were read by a person."""
    rows: list[dict[str, str]] = []
    for name in (OPEN, SHARED_ALIKE):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def measure(
    rows: Iterable[Mapping[str, str]], register: Register, links: Iterable[Link]
) -> Counter[tuple[str, str, bool]]:
    """Count the pairs that were read by rule (the one that links them now, or none), verdict and whether they are linked now."""
    body = {link.record: link.body for link in links}
    rule = {link.record: link.rule for link in links}
    found: Counter[tuple[str, str, bool]] = Counter()
    for row in rows:
        if not row["body"]:
            continue
        ends = [f"organization/{row[end]}" for end in ("record", "body")]
        is_linked = body.get(ends[0], ends[0]) == body.get(ends[1], ends[1])
        by = (rule.get(ends[0]) or rule.get(ends[1]) or "none") if is_linked else "none"
        found[by, row["verdict"], is_linked] += 1
    return found


def main() -> None:
    """Draw pairs and write them without verdicts, those under the ODbL apart."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    pairs = Pairs(tables_of(SourceVersions(options.data).current()), options.seed)
    rows = list(pairs.rows())
    for name, shared in ((OPEN, False), (SHARED_ALIKE, True)):
        with (options.output / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if pairs.is_shared_alike(row) == shared)


if __name__ == "__main__":
    main()
