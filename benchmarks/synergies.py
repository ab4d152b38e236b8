"""Synergies of territories and filières on a published graph, in CPU seconds of one process.

Usage: python benchmarks/synergies.py DATA_DIR [--within region/84] [--json]

`first` is the first subject of a matter whose frames are kept beside the snapshot: what is made once for all subjects is
in it. `next` is one more subject; `all` is every intercommunality of the region, one after the other. The reference of
the ratio is the reading of all the frames of the matter.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ancrage.graph.region.gazetteer import Gazetteer
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.synergies import KINDS, synergies
from measures import cpu_seconds

FRAMES = (
    *(
        "places",
        "parts",
        "territories",
        "former",
        "interactions",
        "participations",
        "actors",
        "titles",
        "concepts",
    ),
    *("members", "chains", "units", "jobs", "programmes", "preparations", "institutions", "ties", "relays"),
)
BOUND = 1.0
SUBJECTS = ("200040715", "200041465", "200068781", "07", "region/84")


def read(matter: RegionView) -> None:
    """Read all the frames."""
    for name in FRAMES:
        matter.frame(name)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--within", default="region/84")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    reader = LocalReader.current(options.data)
    read(RegionView.of(reader))
    matter = RegionView.of(reader)
    reference = cpu_seconds(lambda: read(matter))
    found = {
        "frames": reference,
        f"first ({SUBJECTS[0]})": cpu_seconds(lambda: synergies(matter, SUBJECTS[0])),
    }
    for subject in SUBJECTS:
        found[f"next ({subject})"] = cpu_seconds(lambda subject=subject: synergies(matter, subject))  # type: ignore[misc]
    for kind in KINDS:
        alone = RegionView.of(reader)
        read(alone)
        Gazetteer.of(alone)
        found[f"first, {kind} alone"] = cpu_seconds(lambda: synergies(alone, SUBJECTS[0], kinds=[kind]))  # noqa: B023
    epcis = Gazetteer.of(matter).territories("epci", options.within)
    found[f"all ({len(epcis)} EPCI)"] = cpu_seconds(lambda: [synergies(matter, one.id) for one in epcis])
    if options.json:
        print(json.dumps(found))
        return
    for name, seconds in found.items():
        print(f"{name:32} {seconds:8.3f} s  {seconds / reference:8.1f} × the reading of the frames")
    first = found[f"first ({SUBJECTS[0]})"]
    print(
        f"one territory, first: {first:.2f} s against {BOUND:g} s: {'reached' if first <= BOUND else 'not reached'}"
    )


if __name__ == "__main__":
    main()
