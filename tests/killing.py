"""Processes that die by SIGKILL just before their n-th change to the file system, to try every instant in turn."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_HEAD = """
import os, signal, sys

def install(left):
    changes = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink"}

    def hook(event, arguments):
        nonlocal left
        written = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if written or event in changes:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)

"""


def killed_at_every_change(script: str, *arguments: Path | str, step: int = 1) -> Iterator[str | None]:
    """Run a script that calls `install(int(sys.argv[1]))`, killed one change later each time, until it ends by itself.

    Yields what it had written on standard output when it was killed; the last time, when it was not, None.
    """
    left = 0
    while True:
        command = [sys.executable, "-c", _HEAD + script, str(left), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode == 0:
            yield None
            return
        assert done.returncode == -signal.SIGKILL, done.stderr
        yield done.stdout
        left += step
