"""What-if scenarios on a published graph, in CPU seconds of one process.

Usage: python benchmarks/scenarios.py DATA_DIR [--territory 242600534] [--json]

Each scenario is compared for one territory, with every figure (gaps too) before and after; `cold` is the first comparison
of a matter whose frames are kept beside the snapshot, `warm` the next one. The reference of the ratio is the computing of
all figures once, without a scenario.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.scenarios.comparison import compare
from ancrage.graph.scenarios.computing import first_stage
from ancrage.graph.scenarios.figures import figures_of, register
from ancrage.graph.scenarios.gap_counts import gap_counts
from ancrage.graph.scenarios.losses import without
from ancrage.graph.scenarios.reading import read_scenario
from ancrage.graph.snapshots.reader import LocalReader
from measures import cpu_seconds

BOUND = 1.5
SCENARIOS = {
    "open a branch": ["open-branch 26113 'Antenne de Die'"],
    "open three things": [
        "open-branch 26113 'Antenne de Die'",
        "open-programme 26113 'Licence eau' level=eqf6 capacity=30",
        "open-platform 26113 'Plateforme'",
    ],
    "merge two EPCI": ["merge-epci 200040715,200018166 'Grande métropole'"],
}


def figures(matter: RegionView, territory: str) -> None:
    """Compute every figure once: indicators for all territories but communes, gaps for one."""
    one = [Gazetteer.of(matter).territory(territory)]
    now = first_stage(matter, register(matter), frozenset())
    for figure in figures_of(matter).values():
        if figure.indicator:
            now.values(figure.indicator, (one[0].id,))
        else:
            gap_counts(figure.gap or "", matter, one)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--territory", default="242600534")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with LocalReader.current(asked.data_dir) as reader:
        illustrative = bool(reader.snapshot.graphs("illustrative"))
        matter = RegionView.of(reader, illustrative=illustrative)
        found: dict[str, float] = {"figures, first": cpu_seconds(lambda: figures(matter, asked.territory))}
        found["figures"] = cpu_seconds(lambda: figures(matter.with_frames(), asked.territory))
        for name, lines in SCENARIOS.items():
            scenario = read_scenario({"name": "essai", "label": name, "assumptions": lines})
            fresh = matter.with_frames()
            for state in ("cold", "warm"):
                found[f"{name}, {state}"] = cpu_seconds(partial(compare, fresh, scenario, [asked.territory]))
        relays = matter.frame("relays").filter(kind="relay")["organization"].drop_nulls().to_list()
        if relays:
            found["what is lost without a relay"] = cpu_seconds(lambda: without(matter, relays[:1]))
    if asked.json:
        print(json.dumps(found, indent=1))
        return
    print(f"| what | CPU s | × all figures once | bound {BOUND:g} s |\n|---|---|---|---|")
    for name, seconds in found.items():
        held = "" if not name.endswith("warm") else "yes" if seconds <= BOUND else "no"
        print(f"| {name} | {seconds:.3f} | {seconds / found['figures']:.2f} | {held} |")


if __name__ == "__main__":
    main()
