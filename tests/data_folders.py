"""Data folders that tests share: made once a run, whatever its processes, and copied for who writes in one."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Give the folder that `make` fills: the first process of the run that asks makes it, the others wait."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    made, draft = root / name, root / f"{name}.draft"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(made)
    return made


def copy_data(built: Path, data: Path) -> Path:
    """Copy a data directory; files of a generation, which change no more, get a second name."""
    others = shutil.ignore_patterns("generations", "*.draft")
    shutil.copytree(built, data, symlinks=True, ignore=others)
    shutil.copytree(built / "generations", data / "generations", symlinks=True, copy_function=_link)
    return data


def _link(source: str, target: str) -> None:
    with suppress(OSError):
        return os.link(source, target)
    shutil.copy2(source, target)  # the disk is another
