"""Measure how long a publication takes to reach replicas: a first one, whole, then those of small writes.

    python benchmarks/replicas.py COPY [--replicas 3] [--writes 3]

Reference of the first, in the same run: the same folder copied and put on the disk by `cp -r` and `sync -f`, as many times
at once. COPY, a data directory, is written to. Of a small write, the time is from the answer to the writer until the last
replica answers with its publication.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from ancrage.graph.snapshots.listing import list_files
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from serving import Server, program, start_ancrage, stopping

KEY = "a-key-for-benchmarks-alone"
BAR = 10.0
SETTINGS = {
    "replica_key": KEY,
    "strict": "false",
    "read_ahead": "false",
    "columns": "false",
    "workers": 1,
    "wait": 300,
}


def together(commands: list[list[str]], **settings: str) -> float:
    """Run commands at once; give the seconds until the last has ended."""
    start = time.monotonic()
    running = [
        subprocess.Popen(one, stdout=subprocess.DEVNULL, env={**os.environ, **settings}) for one in commands
    ]
    codes = [one.wait() for one in running]
    if any(codes):
        raise RuntimeError(f"{commands[0]} ended with {codes}")
    return time.monotonic() - start


def publication(server: Server) -> str:
    """Ask which publication a server answers from."""
    with urllib.request.urlopen(server.url("/readyz"), timeout=60) as answer:
        return str(json.load(answer)["publication"])


def write(primary: Server) -> None:
    """Have a primary publish one more triple, that no run before wrote."""
    body = f"INSERT DATA {{ <urn:s> <urn:p> {time.time_ns()} }}".encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/sparql-update"}
    with urllib.request.urlopen(urllib.request.Request(primary.url("/update"), body, headers), timeout=600):
        return


def current(data: Path) -> Snapshot:
    """Give the current publication of a data directory."""
    found = Snapshots(data).current()
    if found is None:
        raise RuntimeError(f"nothing is published in {data}")
    return found


def main() -> int:
    """Print the times and their ratios; 1 where the bar is not met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--writes", type=int, default=3)
    chosen = parser.parse_args()
    before = list_files(current(chosen.data))
    size = sum(mark.size for mark in before.files.values())
    times = []
    with tempfile.TemporaryDirectory(dir=chosen.data.parent) as scratch:
        folders = [Path(scratch, str(number)) for number in range(chosen.replicas)]
        copies = [f"cp -r {current(chosen.data).path} {one}.copy && sync -f {one}.copy" for one in folders]
        reference = together([["sh", "-c", one] for one in copies])
        primary = start_ancrage(chosen.data, Path(scratch, "log"), write_key=KEY, **SETTINGS)
        with stopping(primary):
            command = [
                program("ancrage") or "ancrage",
                "follow",
                primary.url("/").rstrip("/"),
                "--once",
                "--data-dir",
            ]
            first = together([[*command, str(one)] for one in folders], ANCRAGE_REPLICA_KEY=KEY)
            settings = {**SETTINGS, "primary": primary.url("/").rstrip("/")}
            replicas = [start_ancrage(one, Path(f"{one}.log"), **settings) for one in folders]
            with stopping(*replicas):
                for _ in range(chosen.writes):
                    write(primary)
                    start, new = time.monotonic(), current(chosen.data).id
                    while any(publication(one) != new for one in replicas):
                        time.sleep(0.1)
                    times.append(time.monotonic() - start)
                after = list_files(current(chosen.data))
    known = set(before.files.values())
    more = sum(mark.size for mark in after.files.values() if mark not in known)
    print(f"{chosen.replicas} replicas, {size / 1e6:,.0f} MB in {len(before.files)} files")
    print(
        f"  first publication, by all    {first:.1f} s, {first / reference:.1f} × cp and sync ({reference:.1f} s)"
    )
    print(f"  small writes, until the last {' '.join(f'{one:.1f}' for one in times)} s (bar {BAR:g} s)")
    print(f"  files that they changed      {more / 1e6:.1f} MB after {chosen.writes} of them")
    return int(max(first, *times) > BAR)


if __name__ == "__main__":
    sys.exit(main())
