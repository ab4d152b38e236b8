"""A site on the example graph, with its desk and invented internships, and people who walk through it in Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from ancrage.graph.finder.artifacts import FINDER, MAKERS
from ancrage.graph.scenarios.reading import read_scenario
from ancrage.graph.snapshots.artifacts import derive, derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.desk.examples import add_examples as add_needs
from ancrage.loaders.internships.examples import add_examples
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.safe import Safe
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.loaders.write.scenarios import keep_example
from ancrage.loaders.write.writer import Writer

from ..api.conftest import PATIENCE_MS, browser, served, visitor
from ..data_folders import copy_data, made_once
from .walk import SECRET, Walk

__all__ = ["browser", "illustrated", "served", "site", "visitor", "walk"]
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


def publish_examples(folder: Path) -> None:
    """Publish real places and programmes of the region, and all that the demonstration invents, in `data` of a folder."""
    (folder / "aura").mkdir()
    for name in ("about", "sources", "territories", "organizations", "sites", "concepts", "programmes"):
        [table] = (EXAMPLES / "aura").glob(f"{name}.csv*")
        shutil.copy(table, folder / "aura")
    data = folder / "data"
    sources = [folder / "aura", EXAMPLES / "campus-connectes", EXAMPLES / "illustrative"]
    Pipeline(data, trusted=True).load_many([("exchange", [one], one.name) for one in sources])
    scenario = read_scenario(EXAMPLES / "scenarios" / "die-privas.toml")
    with closing(Writer(data, deadline=60, patience=20)) as writer:
        assert keep_example(writer, scenario)
    store = Operations.open(data)
    assert add_needs(store, Safe.open(store, data, ""), EXAMPLES / "desk.toml")
    assert add_examples(store, EXAMPLES / "stages.toml")
    store.close()


@pytest.fixture(scope="session")
def illustrated(
    served: Callable[..., AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a site that has what `publish_examples` publishes."""
    made = made_once(tmp_path_factory, "illustrated", publish_examples)
    data = copy_data(made / "data", tmp_path_factory.mktemp("illustrated") / "data")
    # a busy machine is given its time: what these walks look at is not how long an answer takes
    with served(data, read_ahead=False, deadline=PATIENCE_MS / 1000) as address:
        yield address


@pytest.fixture
def walk(visitor: Any, site: str) -> Iterator[Walk]:
    """Somebody who opens the site's first page."""
    with visitor() as page:
        yield Walk(page, site)
