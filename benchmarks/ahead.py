"""What is computed ahead of visitors after a publication: processor and memory of its process, beside the application's start.

    python benchmarks/ahead.py DATA_DIR

The process writes in a folder of its own, so that nothing of DATA_DIR is there already; the reference is the processor time
of importing the application. The exit code is that of the process.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from ancrage.api.precompute.findings import PORTRAITS
from ancrage.api.precompute.starting import ONE_THREAD
from ancrage.graph.snapshots.snapshot import Snapshots


def cost(*command: str) -> tuple[int, float, float]:
    """Run Python and give its exit code, its seconds of processor, and the peak of memory (MB) of all that was run so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = subprocess.run(
        [sys.executable, *command], env={**os.environ, **ONE_THREAD}, check=False
    ).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return code, seconds, after.ru_maxrss / 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    data_dir = parser.parse_args().data_dir
    snapshot = Snapshots(data_dir).current()
    if snapshot is None:
        sys.exit(f"{data_dir}: nothing is published")
    _, start, _ = cost("-c", "import ancrage.api.app")
    with tempfile.TemporaryDirectory() as folder:
        places = (str(data_dir.absolute()), snapshot.id, folder)
        code, seconds, memory = cost("-m", "ancrage.api.precompute_process", *places)
        made = len(list((Path(folder) / PORTRAITS).glob("*.*.json")))
    print(
        f"{made} portraits: {seconds:.0f} s of processor, {seconds / start:.0f} × import ancrage.api.app; {memory:.0f} MB"
    )
    return code


if __name__ == "__main__":
    sys.exit(main())
