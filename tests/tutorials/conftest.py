"""The demonstration, as `ancrage demo` makes it: a data directory for each tutorial, and a service on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.store import Operations

from ..api.conftest import browser, served, visitor

__all__ = ["browser", "served", "visitor"]
PASSWORD = "une phrase assez longue"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a demonstration: that of `DEMO_DATA`, else made by the command that tutorials begin with."""
    if folder := os.environ.get("DEMO_DATA"):
        return Path(folder)
    made = tmp_path_factory.mktemp("demo") / "data"
    line = [str(Path(sys.executable).with_name("ancrage")), "demo", "--no-serve", "--data-dir", str(made)]
    subprocess.run(line, check=True, timeout=900)
    return made


def linked(source: str, target: str) -> None:
    """Give a file of a generation, which changes no more, a second name; where the disk is another, copy it."""
    with suppress(OSError):
        return os.link(source, target)
    shutil.copy2(source, target)


@pytest.fixture
def demonstration(built: Path, tmp_path: Path) -> Callable[[], Path]:
    """The function that gives a demonstration of one's own, whose account `guichet` has the password `PASSWORD`."""

    def make() -> Path:
        data = tmp_path / "data"
        others = shutil.ignore_patterns("generations", "*.draft")
        shutil.copytree(built, data, symlinks=True, ignore=others)
        shutil.copytree(built / "generations", data / "generations", symlinks=True, copy_function=linked)
        store = Operations.open(data)
        Accounts(store).change_password("guichet", PASSWORD)
        store.close()
        return data

    return make
