"""The process that derives files is bounded."""

import subprocess
import sys

from ancrage.graph.finder.artifacts import memory_cap

TOLD = """
import resource, runpy
from ancrage.graph.snapshots import artifacts
artifacts.run = lambda *_: print(resource.getrlimit(resource.RLIMIT_AS)[0])
runpy.run_module("ancrage.graph.finder.artifacts", run_name="__main__")
"""


def test_its_memory_has_a_cap() -> None:
    """A store whose files were taken away was read without end: 18 GB in two minutes."""
    told = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, text=True, check=True)
    assert int(told.stdout) == memory_cap()
