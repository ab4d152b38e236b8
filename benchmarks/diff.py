"""Time the differences file of a publication that changed one source, beside a full dump, sort and comparison of both.

    cp -r DEMO COPY && python benchmarks/diff.py COPY --source aura

COPY is a data directory that `ancrage demo` or `ancrage load` published; it is written to: one label in 200 of a source is
changed, and published. Where the last two publications differ already, `--as-they-are` compares them. Both ways must find the
same quads (blank nodes apart): exit code 3 where they do not.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ancrage.graph.snapshots.canonical import GENID, graph_lines, has_blank
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.updates.differences import compare_snapshots
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.publish.staging import SourceVersions
from measures import Measure, Ratio, print_measures
from pyoxigraph import NamedNode, Store

BAR = 5.0


def change(data_dir: Path, name: str) -> int:
    """Make a version of a source with one French label in 200 changed; return how many."""
    versions, changed = SourceVersions(data_dir), 0
    old = versions.find(name)
    if old is None:
        raise SystemExit(f"{data_dir} has no source {name}: {', '.join(versions.names())}")
    new = versions.begin(name)
    shutil.copytree(old.path, new.path, dirs_exist_ok=True)
    with old.quads.open(encoding="utf-8") as read, new.quads.open("w", encoding="utf-8") as out:
        for number, line in enumerate(read):
            if number % 200 == 0 and "label>" in line and '"@fr ' in line:
                line, changed = line.replace('"@fr ', ' (bis)"@fr '), changed + 1
            out.write(line)
    versions.commit(name, new)
    return changed


def full(pair: tuple[Snapshot, Snapshot], folder: Path) -> Path:
    """Write both publications whole, sort both by `sort`, compare by `comm`: the reference."""
    environment = {**os.environ, "LC_ALL": "C"}
    for number, snapshot in enumerate(pair):
        store, path = Store.read_only(str(snapshot.store)), folder / f"{number}.nq"
        with path.open("wb") as out:
            for graph in snapshot.graphs():
                for block in graph_lines(store, NamedNode(graph)):
                    out.writelines(block)
        subprocess.run(["sort", "-o", str(path), str(path)], check=True, env=environment)
    with (folder / "full").open("wb") as out:
        files = [str(folder / "0.nq"), str(folder / "1.nq")]
        subprocess.run(["comm", "-3", *files], check=True, stdout=out, env=environment)
    return folder / "full"


def patch(pair: tuple[Snapshot, Snapshot], folder: Path) -> Path:
    """Write the differences file, as `ancrage diff` does."""
    with (folder / "patch").open("wb") as out:
        compare_snapshots(*pair, out)
    return folder / "patch"


def same(full: Path, patch: Path) -> bool:
    """Tell whether both found the same, blank nodes apart: `comm` sets what comes one tab to the right."""
    marked = sorted(
        ("A " + line[1:]) if line.startswith("\t") else ("D " + line)
        for line in full.read_text(encoding="utf-8").splitlines()
        if not has_blank(line.lstrip().encode())
    )
    rows = (
        line
        for line in patch.read_text(encoding="utf-8").splitlines()
        if line[:2] in ("A ", "D ") and GENID not in line
    )
    (full.parent / "one").write_text("\n".join(marked), encoding="utf-8")
    (full.parent / "two").write_text("\n".join(sorted(rows)), encoding="utf-8")
    return filecmp.cmp(full.parent / "one", full.parent / "two", shallow=False)


def main() -> int:
    """Change, publish, compare in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--source", default="aura")
    parser.add_argument("--as-they-are", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    snapshots = Snapshots(asked.data)
    if not asked.as_they_are:
        pipeline = Pipeline(asked.data)
        current = snapshots.current()
        if current is None or not all("content" in one for one in current.manifest["graphs"].values()):
            pipeline.publish()
        print(f"{change(asked.data, asked.source)} labels of {asked.source} changed", file=sys.stderr)
        pipeline.publish()
    before, after = snapshots.list()[-2:]
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        for _ in range(asked.rounds):
            start = time.perf_counter()
            found = patch((before, after), Path(name))
            middle = time.perf_counter()
            whole = full((before, after), Path(name))
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
            print(f"{ours[-1]:.1f} s beside {theirs[-1]:.1f} s", file=sys.stderr)
        agree, size = same(whole, found), found.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [
        Measure(
            "differences file", f"<= {BAR:g} s", f"{min(ours):.1f}–{max(ours):.1f} s", max(ours) <= BAR,
            figures={"seconds": ours, "bytes": size, "quads": after.quads, "peak_mb": peak},
        ),
        Measure("ratio to dump, sort and comm", "< 1", str(ratio := Ratio.of(ours, theirs)), ratio.largest < 1),
        Measure("both find the same", "yes", "yes" if agree else "no", agree),
    ]  # fmt: skip
    print_measures(f"{size} bytes of differences, {after.quads} quads", rows, as_json=asked.json)
    return 0 if agree else 3


if __name__ == "__main__":
    sys.exit(main())
