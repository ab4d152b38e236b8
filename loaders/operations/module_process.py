"""Processes that run a module of this package: they are told in lines of JSON on their standard input, and answer so."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import IO

log = logging.getLogger(__name__)
_END = 10.0
"""Seconds that what is under way has to leave the old or the new state."""


def start(module: str) -> subprocess.Popen[str]:
    """Start the module of that name in this package (« loaders.devices.process »), in a session of its own.

    What it says on standard error is logged line by line: a traceback would stand raw among the lines of the log.

    Raises OSError where no process can be started.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", f"ancrage.{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    words, process.stderr = process.stderr, None  # whoever lets go of the process would wait for who reads it
    assert words is not None
    threading.Thread(target=_log, args=(module, words), name="words", daemon=True).start()
    return process


def _log(module: str, words: IO[str]) -> None:
    with words:
        for line in words:
            log.warning("%s: %s", module, line.rstrip())


def end(process: subprocess.Popen[str]) -> None:
    """Ask a process to end, and kill it where it does not soon."""
    process.terminate()
    try:
        process.wait(_END)
    except subprocess.TimeoutExpired:
        process.kill()
