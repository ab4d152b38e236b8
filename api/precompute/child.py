"""The processes that make things ahead: one at a time, stopped with the service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from tempfile import TemporaryDirectory

_RUN = """
import os, runpy, shutil, sys, threading

def end_with_who_started():
    ended = os.read(0, 1) != b""
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os._exit(ended)

threading.Thread(target=end_with_who_started, daemon=True).start()
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs a module until its standard input ends, as it does with who started it: a service that is killed leaves no process
behind, nor what one wrote for a while."""


class ChildFailure(RuntimeError):  # noqa: N818
    """A process ended with an error; says what it wrote."""


class Child:
    """Runs modules of the package as processes, one at a time, until it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def run(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> bool:
        """Run a module to its end; tell whether it got there: False where it was stopped. Raises ChildFailure."""
        with TemporaryDirectory(prefix="ancrage-made-", ignore_cleanup_errors=True) as drafts:
            with self._lock:
                if self._closed:
                    return False
                process = self._process = subprocess.Popen(
                    [sys.executable, "-c", _RUN, module, *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env={**os.environ, "TMPDIR": drafts, **(environment or {})},
                )
            assert process.stderr is not None
            with process:
                written = process.stderr.read()
        with self._lock:
            self._process = None
        if process.returncode == 0:
            return True
        if self._closed or process.returncode in (-signal.SIGINT, -signal.SIGTERM):  # Ctrl+C reaches it too
            return False
        raise ChildFailure(written.decode(errors="replace")[-2000:])

    def close(self) -> None:
        """Stop what runs, and begin nothing more."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
