"""Filières measured: precision of their members by reading, the largest known companies, and the pairs that graphs join.

    python benchmarks/filieres.py DATA                        # DATA: a data folder with a publication
    python benchmarks/filieres.py DATA --official OFFICIAL    # the largest companies too, read from the files themselves
    python benchmarks/filieres.py DATA --unread               # members of the sample that nobody has read yet, as CSV

The sample is of 60 members a filière (all where there are fewer), drawn with a fixed seed among members sorted by code. Verdicts
are in `benchmarks/data/filieres.csv`: « yes » where the name and what its source says of it are of the filière as its definition
says it, « no » where not; what a reader is not sure of is « no ».
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

import duckdb
import polars as pl
import pyoxigraph as ox
from ancrage.graph.analysis.proportion import wilson_interval
from ancrage.graph.chains.networks import network_of
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.filieres.files import SHIPPED, Filiere, read_filieres
from ancrage.loaders.inference.membership import derive
from ancrage.ontology.vocabulary import ID

VERDICTS = Path(__file__).parent / "data" / "filieres.csv"
SIZE, SEED = 60, 14
Read = Mapping[tuple[str, str], str]


def read_verdicts(path: Path = VERDICTS) -> Read:
    """Return the verdict of each (filière, member) that was read."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["chain"], row["member"]): row["verdict"] for row in csv.DictReader(file)}


def members_of(store: ox.Store, filieres: Iterable[Filiere]) -> dict[str, dict[str, str]]:
    """Return the members that the files of the package give, today, on the default graph of a store.

    Of each filière (its short name), the label by code, in the order of codes.
    """
    chosen = list(filieres)
    found = derive(store, [rule for filiere in chosen for rule in filiere.rules])
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    members: dict[str, dict[str, str]] = {filiere.id: {} for filiere in chosen}
    for chain, member in found.select("chain", "member").unique().sort("chain", "member").iter_rows():
        quads = store.quads_for_pattern(ox.NamedNode(member), label, None, ox.DefaultGraph())
        named = sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))
        members[chain.removeprefix("value-chain/")][member.removeprefix(ID)] = named[0] if named else ""
    return members


def sample(members: Iterable[str]) -> list[str]:
    """Draw the members to be read: the same from the same members."""
    every = sorted(members)
    return sorted(random.Random(SEED).sample(every, min(SIZE, len(every))))


def precision(every: Mapping[str, Mapping[str, str]], read: Read) -> list[str]:
    """Return a line a filière: members, sample, right, precision with Wilson's interval at 95 %."""
    lines = []
    for chain, members in every.items():
        drawn = sample(members)
        verdicts = Counter(read.get((chain, member), "unread") for member in drawn)
        right, judged = verdicts["yes"], verdicts["yes"] + verdicts["no"]
        low, high = wilson_interval(right, judged) if judged else (0.0, 1.0)
        share = right / judged if judged else 0.0
        lines.append(
            f"{chain:22} {len(members):4} members, {judged:2} read of {len(drawn):2} drawn: {right:2} right, "
            f"{share:6.1%} [{low:.1%} – {high:.1%}]"
        )
    return lines


def pairs(view: RegionView, chains: Iterable[str]) -> list[str]:
    """Return a line a filière: pairs of published members that share a project, and those that its network joins."""
    took = view.frame("participations").select("interaction", "actor").drop_nulls().unique()
    lines = []
    for chain in chains:
        rows = view.frame("members").filter(pl.col("chain") == f"value-chain/{chain}")
        members = set(rows["member"])
        own = took.filter(pl.col("actor").is_in(pl.Series(sorted(members), dtype=pl.String).implode()))
        known = {
            pair
            for actors in own.group_by("interaction").agg("actor")["actor"]
            for pair in combinations(sorted(actors), 2)
        }
        known |= {
            pair
            for first, second in view.frame("ties").select("first", "second").drop_nulls().iter_rows()
            if {first, second} <= members
            for pair in [(min(first, second), max(first, second))]
        }
        joined = {
            (min(tie.first, tie.second), max(tie.first, tie.second))
            for tie in network_of(view, f"value-chain/{chain}").ties
            if tie.kind == "works-with"
        }
        lines.append(
            f"{chain:22} {len(known):4} pairs of members share a project, {len(known & joined):4} joined"
        )
    return lines


def largest(view: RegionView, filiere: Filiere, official: Path, most: int = 10) -> list[str]:
    """Return the largest companies that official files place in the region at a code of a filière, or that it names.

    Read from Egapro and the facts of Sirene themselves, without the graph; each with whether the graph has it as a member,
    and where.
    """
    codes = [link.code for link in filiere.links if link.revision == "naf2" and not link.wide]
    named = [
        one.removeprefix("siren:")
        for rule in filiere.rules
        if rule.identifiers and not rule.refused
        for one in rule.identifiers
        if one.startswith("siren:")
    ]
    companies = duckdb.sql(
        f"""
        WITH declared AS (
          SELECT "SIREN" AS siren, arg_max("Raison Sociale", "Année") AS name, arg_max("Département", "Année") AS department,
            arg_max("Région", "Année") AS region
          FROM read_csv('{official}/egapro-index/index-egalite-fh*.csv', delim = ';', all_varchar = true) GROUP BY 1)
        SELECT siren, name, department, activitePrincipaleUniteLegale AS activity, trancheEffectifsUniteLegale AS band
        FROM declared JOIN read_csv('{official}/insee-sirene/unites-legales_faits_2020.csv', all_varchar = true) USING (siren)
        WHERE region = 'Auvergne-Rhône-Alpes'
          AND (list_contains({codes!r}, activitePrincipaleUniteLegale) OR list_contains({named!r}, siren))
        ORDER BY band DESC, name LIMIT {most}"""
    ).fetchall()
    rows = view.frame("members").filter(pl.col("chain") == f"value-chain/{filiere.id}")
    places = dict(rows.group_by("member").agg(pl.col("place").drop_nulls().first()).iter_rows())
    lines = []
    for siren, name, department, activity, band in companies:
        code = f"organization/{siren}"
        there = f"member, {places[code] or 'no place'}" if code in places else "NOT A MEMBER"
        lines.append(f"  {siren} {name[:38]:38} {activity} band {band}  {department:14} {there}")
    return lines


def unread(every: Mapping[str, Mapping[str, str]], read: Read) -> None:
    """Write the members of the sample that have no verdict, as rows of the file of verdicts."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for chain, members in every.items():
        for member in sample(members):
            if (chain, member) not in read:
                writer.writerow([chain, member, members[member], "", ""])


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--official", type=Path)
    parser.add_argument("--unread", action="store_true")
    asked = parser.parse_args()
    filieres, _ = read_filieres(SHIPPED)
    chains, read = [one.id for one in filieres], read_verdicts()
    with LocalReader.current(asked.data) as reader:
        view = RegionView.of(reader)
        every = members_of(reader.store, filieres)
        if asked.unread:
            unread(every, read)
            return
        print("\n".join([*precision(every, read), *pairs(view, chains)]))
        for filiere in filieres if asked.official else ():
            print(f"{filiere.id}: largest known companies of the region")
            print("\n".join(largest(view, filiere, asked.official)) or "  none")


if __name__ == "__main__":
    main()
