"""A mapping in RML over 100,000 rows with a join, by `ancrage map` and by morph-kgc: equal graphs, processor time.

    python benchmarks/mapping_rml.py MORPH [--rows 100000] [--rounds 3]

MORPH is the Python of an environment of its own that has morph-kgc (`pip install morph-kgc`). Tables are made with a fixed
seed: texts with accents, quotes, commas and signs that IRIs encode, empty cells, a join of many rows to one. Each round runs
both programs as commands, one after the other, and on a hundred rows too, which is what it costs to start them; processor
seconds are those of the processes and their children. The quads of both are compared as sets; cells that enter IRIs are in
ASCII, as morph-kgc encodes the letters beyond it that an IRI keeps (case RMLTC0027c of rml-core). Ends with 1 where they
differ.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import pyoxigraph as ox
from measures import Ratio

BAR = 8.0
MAPPING = """
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<urn:map/Sites> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "sites.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "http://example.org/site/{id}" ; rr:class ex:Site ] ;
  rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference "name" ; rr:language "fr" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:staff ; rr:objectMap [ rml:reference "staff" ; rr:datatype xsd:integer ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:opened ; rr:objectMap [ rml:reference "opened" ; rr:datatype xsd:date ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:kind ; rr:objectMap [ rr:template "http://example.org/kind/{kind}" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:sign ; rr:objectMap [ rr:template "{name} ({kind})" ; rr:termType rr:Literal ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:page ; rr:objectMap [ rml:reference "page" ; rr:termType rr:IRI ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:commune ; rr:objectMap [
    rr:parentTriplesMap <urn:map/Communes> ; rr:joinCondition [ rr:child "commune" ; rr:parent "code" ] ] ] .

<urn:map/Communes> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "communes.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "http://example.org/commune/{name}/{code}" ; rr:graph ex:communes ] ;
  rr:predicateObjectMap [ rr:predicate ex:label ; rr:objectMap [ rml:reference "name" ] ] .
"""
CONFIGURATION = """
[CONFIGURATION]
output_file: theirs.nq
output_format: N-QUADS
number_of_processes: 1
[DataSource1]
mappings: map.ttl
"""
_NAMES = ("Institut de l'été", 'Atelier "A"', "Bois, pierre & Cie", "Éts Noël / fils", "Labo 100 %", "")
_KINDS = ("research unit", "school (sup.)", "R&D", "a/b")


def write_tables(folder: Path, rows: int, communes: int = 5000) -> None:
    """Write the two tables of the mapping, the same for the same numbers of rows."""
    chance = random.Random(20261128)
    with (folder / "communes.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "name"])
        out.writerows([f"{code:05}", f"Saint-Etienne, rue {code}"] for code in range(communes))
    with (folder / "sites.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "name", "staff", "opened", "kind", "page", "commune"])
        for row in range(rows):
            name = chance.choice(_NAMES)
            day = f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            staff = chance.choice(("", str(chance.randrange(1, 900))))
            code = f"{chance.randrange(communes + 500):05}"
            page = f"https://example.org/page?site={row}"
            out.writerow([row, name and f"{name} {row}", staff, day, chance.choice(_KINDS), page, code])


def seconds(command: list[str], folder: Path) -> float:
    """Run a command and return the processor seconds of its process and of those it started."""
    before = os.times()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def quads(path: Path) -> set[str]:
    """Return the quads of a file as texts."""
    return {str(quad) for quad in ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS)}


def main() -> int:
    """Make the tables, run both programs in turn, compare what they wrote and print the ratio."""
    parser = argparse.ArgumentParser(
        description="ancrage map beside morph-kgc: equal graphs, processor time."
    )
    parser.add_argument("morph", metavar="MORPH", help="Python of an environment with morph-kgc")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        whole, least = Path(place) / "whole", Path(place) / "least"
        for folder, rows, communes in ((whole, given.rows, 5000), (least, 100, 100)):
            folder.mkdir()
            write_tables(folder, rows, communes)
            (folder / "map.ttl").write_text(MAPPING, encoding="utf-8")
            (folder / "config.ini").write_text(CONFIGURATION, encoding="utf-8")
        commands = {
            "ancrage map": [
                str(Path(sys.executable).with_name("ancrage")),
                "map",
                "map.ttl",
                "--input",
                ".",
                "-o",
                "ours.nq",
            ],
            "morph-kgc": [given.morph, "-m", "morph_kgc", "config.ini"],
        }
        spent: dict[tuple[str, str], list[float]] = {}
        for _ in range(given.rounds):
            for name, command in commands.items():
                for folder in (whole, least):
                    spent.setdefault((name, folder.name), []).append(seconds(command, folder))
        found, expected = quads(whole / "ours.nq"), quads(whole / "theirs.nq")
        size = (whole / "sites.csv").stat().st_size
    beyond = {
        name: [
            all_of_it - start
            for all_of_it, start in zip(spent[name, "whole"], spent[name, "least"], strict=True)
        ]
        for name in commands
    }
    print(
        f"{given.rows:,} rows ({size / 1e6:.1f} MB), a join with 5,000: {len(found):,} quads, {given.rounds} rounds"
    )
    for name in commands:
        total, start = (statistics.median(spent[name, which]) for which in ("whole", "least"))
        print(f"  {name:12} {total:6.2f} s CPU, of which to start {start:.2f}")
    inner = Ratio.of(beyond["morph-kgc"], beyond["ancrage map"])
    outer = Ratio.of(spent["morph-kgc", "whole"], spent["ancrage map", "whole"])
    print(f"  morph-kgc / ancrage map, beyond the start  {_barred(inner)}")
    print(f"  morph-kgc / ancrage map, commands whole    {_barred(outer)}")
    print(f"  quads of ours alone {len(found - expected):,}, of theirs alone {len(expected - found):,}")
    return 0 if found == expected else 1


def _barred(ratio: Ratio) -> str:
    return f"{ratio}  (bar {BAR:.0f}: {'met' if ratio.median >= BAR else 'NOT met'})"


if __name__ == "__main__":
    sys.exit(main())
