"""Processes that run a module of this package: they are told in lines of JSON on their standard input, and answer so."""

from __future__ import annotations

import subprocess
import sys

_END = 10.0
"""Seconds that what is under way has to leave the old or the new state."""


def start(module: str) -> subprocess.Popen[str]:
    """Start the module of that name in this package (« loaders.devices.process »), in a session of its own.

    Raises OSError where no process can be started.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", f"ancrage.{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and kill it where it does not soon."""
    process.terminate()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
