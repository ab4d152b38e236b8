"""A site on the example graph, with its desk and invented internships, and people who walk through it in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.finder.artifacts import FINDER, MAKERS
from ancrage.graph.snapshots.artifacts import derive, derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.desk.examples import add_examples as add_needs
from ancrage.loaders.internships.examples import add_examples
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.safe import Safe
from ancrage.loaders.operations.store import Operations

from ..api.conftest import browser, served, visitor
from .walk import SECRET, Walk

__all__ = ["browser", "served", "site", "visitor", "walk"]
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def site(
    example_data_dir: Path,
    served: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of the site: its search index is made, as it is some seconds after a publication."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(example_data_dir, folder, symlinks=True, ignore=shutil.ignore_patterns("*.draft"))
    snapshot = Snapshots(folder).current()
    assert snapshot is not None
    derive(snapshot, derived_folder(snapshot), [FINDER], MAKERS)
    store = Operations.open(folder)
    assert add_needs(store, Safe.open(store, folder, ""), EXAMPLES / "desk.toml")
    assert add_examples(store, EXAMPLES / "stages.toml")
    Accounts(store).add("nadia", Role.DESK, SECRET)
    store.close()
    with served(folder) as address:
        yield address


@pytest.fixture
def walk(visitor: Any, site: str) -> Iterator[Walk]:
    """Somebody who opens the site's first page."""
    with visitor() as page:
        yield Walk(page, site)
