"""The demonstration, as `ancrage demo` makes it: a data directory for each tutorial, and a service on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.store import Operations

from ..api.conftest import browser, served, visitor
from ..data_folders import copy_data

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


@pytest.fixture
def demonstration(built: Path, tmp_path: Path) -> Callable[[], Path]:
    """The function that gives a demonstration of one's own, whose account `guichet` has the password `PASSWORD`."""

    def make() -> Path:
        data = copy_data(built, tmp_path / "data")
        store = Operations.open(data)
        Accounts(store).change_password("guichet", PASSWORD)
        store.close()
        return data

    return make
