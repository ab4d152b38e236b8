"""What suggestions would have foretold, beside other rankings, how many are shown for it, and what one costs.

Usage: python benchmarks/suggestions.py DATA [--split YEAR…] [--json]

DATA is a data directory with a published graph. Prints, for each split and source, what rankings learnt up to the split would
have foretold of the ties that came after, on the candidates that are shown: area under the curve, new ties at the first 3 and 10
places of all lists, and what chance would give; intervals are at 95 %, by resampling the projects that made the ties. Then how
the number shown is chosen: by place, on one split (ties of the three years after it), and tested on the next. Then the CPU time
of one suggestion, as a ratio to networkx's Adamic–Adar index of the same pairs in the one-mode projection (the least of
interleaved rounds).
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
from ancrage.graph.suggestions import Quality, quality, suggest
from ancrage.graph.suggestions.features import FEATURES
from ancrage.graph.suggestions.quality import KINDS, SPLITS
from ancrage.graph.suggestions.quality import Measure as Foretold
from ancrage.graph.suggestions.source_names import source_name
from ancrage.graph.suggestions.trust import Trust, current, measured
from measures import Measure, print_measures

ACTORS = ("0383546Y", "200711886U", "Schneider Electric", "200040715", "200041465")
REFERENCE = "200711886U"
ENGLISH = {None: "together", "source/mesr-ilab": "i-Lab"}
LISTS = {"company": "companies for a laboratory", "laboratory": "laboratories for a company"}
BAR = 1.0


def called(source: str | None) -> str:
    """Name a source in English."""
    return ENGLISH.get(source) or source_name(source)["en"]


def table(told: Quality) -> list[str]:
    """Write the measures as a Markdown table, and what each split and source rests on."""
    lines = [
        "| split | source | lists | ranking | AUC | ties at 3 | ties at 10 | chance at 3 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in told:
        lines.append(
            f"| {one.split} | {called(one.source)} | {LISTS[one.kind]} | {one.method} | "
            f"{one.area.value:.3f} [{one.area.low:.3f}–{one.area.high:.3f}] | {sum(one.ranks.hits[:3])} | "
            f"{sum(one.ranks.hits)} | {3 * one.ranks.chance * one.lists:.1f} |"
        )
    lines.append("")
    for size in told.sizes:
        lines.append(
            f"- {size.split}, {called(size.source)}: {size.new} new ties of {size.projects} projects, between {size.academics} "
            f"academic actors and {size.companies} companies; weights learnt from {size.learnt} ties"
        )
    lines += [f"- refused: {one.words['en']}" for one in told.refusals]
    for split, source, weights in told.weights:
        shown = ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True))
        lines.append(f"- weights {split}, {called(source)}: {shown}")
    return lines


def by_place(told: Quality) -> list[str]:
    """Write what each place of lists is worth, in ties a thousand lists."""
    lines = [
        "| split | lists | ranking | " + " | ".join(str(place) for place in range(1, 11)) + " | chance |"
    ]
    lines.append("|---|---|---|" + "---|" * 11)
    lines += [_places(one) for one in told]
    return lines


def _places(one: Foretold) -> str:
    cells = [
        f"{1000 * rate.value:.1f} [{1000 * rate.low:.1f}–{1000 * rate.high:.1f}]{'' if better else ' ✗'}"
        for rate, better in zip(one.ranks.rates, one.ranks.better, strict=True)
    ]
    return f"| {one.split} | {LISTS[one.kind]} | {one.method} | {' | '.join(cells)} | {1000 * one.ranks.chance:.2f} |"


def chosen(matter: RegionView) -> list[str]:
    """Write how the number shown is chosen and tested."""
    found = measured(matter)
    if found is None:
        return ["too few new ties to choose a number by"]
    tune, test = found
    trust = Trust.of(matter)
    lines = [
        f"Chosen on ties of {tune.sizes[0].split + 1}–{tune.sizes[0].last}, tested on those since {test.sizes[0].split + 1}. "
        "Ties a thousand lists, by place; ✗: not surely better than chance.",
        "",
        *by_place(tune),
        "",
        *by_place(test),
        "",
    ]
    for kind in KINDS:
        worth = trust.worth[kind]
        lines.append(
            f"- {LISTS[kind]}: {worth.places} places chosen; tested, {worth.found} ties in {worth.lists} lists, "
            f"{worth.chance:.1f} by chance, {worth.popular} by popularity, {worth.paths} by L3; "
            f"{'surely' if worth.sure else 'not surely'} better than chance: {worth.shown} shown"
        )
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
        told = quality(matter, split=given.split)
        if given.json:
            print(json.dumps(told.frame().to_dicts(), ensure_ascii=False))
        else:
            print("\n".join(table(told)), end="\n\n")
            print("\n".join(chosen(matter)), end="\n\n")
        print_measures("Cost of suggestions", costs(matter), as_json=given.json)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
