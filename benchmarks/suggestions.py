"""What suggestions would have foretold, beside other rankings, and what one costs.

Usage: python benchmarks/suggestions.py DATA [--split YEAR…] [--json]

DATA is a data directory with a published graph. Prints a table a split and source: area under the curve over all pairs, precision
at 10 and area within the list of one academic actor, with their 95 % intervals by resampling actors; then the same for
territories; then the CPU time of one suggestion, as a ratio to networkx's Adamic–Adar index of the same pairs in the
one-mode projection (the least of interleaved rounds).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import process_time

import networkx as nx
import numpy as np
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.suggestions import Quality, quality, suggest, territory_quality
from ancrage.graph.suggestions.features import FEATURES
from ancrage.graph.suggestions.quality import SPLITS, source_name
from ancrage.graph.suggestions.territory_quality import TERRITORIES
from ancrage.graph.suggestions.trust import current
from measures import Measure, print_measures

ACTORS = ("0383546Y", "200711886U", "Schneider Electric", "200040715", "200041465")
REFERENCE = "200711886U"
ENGLISH = {None: "together", "source/mesr-ilab": "i-Lab", TERRITORIES: "territories (EPCI)"}
BAR = 1.0


def table(told: Quality) -> list[str]:
    """Write the measures as a Markdown table, each split and source under what it rests on."""
    lines = [
        "| split | source | ranking | AUC | precision@10 | AUC within a list |",
        "|---|---|---|---|---|---|",
    ]
    for one in told:
        name = ENGLISH.get(one.source) or source_name(one.source)["en"]
        lines.append(
            f"| {one.split} | {name} | {one.method} | {one.area.value:.3f} [{one.area.low:.3f}–{one.area.high:.3f}] | "
            f"{one.precision.value:.3f} [{one.precision.low:.3f}–{one.precision.high:.3f}] | "
            f"{one.own.value:.3f} [{one.own.low:.3f}–{one.own.high:.3f}] |"
        )
    lines.append("")
    for size in told.sizes:
        name = ENGLISH.get(size.source) or source_name(size.source)["en"]
        lines.append(
            f"- {size.split}, {name}: {size.known} pairs known, {size.new} new ties of {size.askers} askers, "
            f"{size.drawn} untied pairs drawn, {size.lists} lists; weights learnt from {size.learnt} ties; "
            f"precision@10 at most {size.best:.3f}"
        )
    lines += [f"- refused: {one.words['en']}" for one in told.refusals]
    for split, source, weights in told.weights:
        shown = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True))
        lines.append(f"- weights {split}, {ENGLISH.get(source) or source_name(source)['en']}: {shown}")
    return lines


def costs(matter: RegionView, rounds: int = 3) -> list[Measure]:
    """Measure the CPU time of suggestions to some subjects, warm, and of networkx for the pairs of one laboratory."""
    period = current(matter).period
    at = period.ties.at[f"organization/{REFERENCE}"]
    graph = nx.from_scipy_sparse_array(period.together)
    pairs = [(at, int(company) + period.n_a) for company in period.companies]
    found: dict[str, list[float]] = {name: [] for name in (*ACTORS, "networkx")}
    for name in ACTORS:
        suggest(matter, name)
    for _ in range(rounds):
        start = process_time()
        sum(score for *_, score in nx.adamic_adar_index(graph, pairs))
        found["networkx"].append(process_time() - start)
        for name in ACTORS:
            start = process_time()
            suggest(matter, name)
            found[name].append(process_time() - start)
    reference = min(found["networkx"])
    made = []
    for name in ACTORS:
        least = min(found[name])
        made.append(
            Measure(
                f"suggestions to {suggest(matter, name).subject.label}",
                f"≤ {BAR:g} s of CPU",
                f"{least:.2f} s, {least / reference:.1f} × networkx",
                least <= BAR,
                figures={"seconds": least, "ratio": least / reference},
            )
        )
    note = f"networkx: Adamic–Adar of {len(pairs)} pairs of one laboratory in the one-mode projection, {reference:.2f} s"
    made[0].note = note
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", type=int, nargs="+", default=list(SPLITS))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with LocalReader.current(given.data) as reader:
        matter = RegionView.of(reader)
        told = [quality(matter, split=given.split), territory_quality(matter, split=given.split)]
        if given.json:
            print(json.dumps([one.frame().to_dicts() for one in told], ensure_ascii=False))
        else:
            for one in told:
                print("\n".join(table(one)), end="\n\n")
        print_measures("Cost of suggestions", costs(matter), as_json=given.json)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
