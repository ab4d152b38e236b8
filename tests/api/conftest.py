"""A small published graph, invented for the pages, and the application that serves it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.settings import Settings
from ancrage.graph.snapshot import Snapshots
from ancrage.graph.store import build_store
from ancrage.ontology.vocabulary import ontology_files
from fastapi.testclient import TestClient

GRAPHS = "https://w3id.org/ancrage/graph/"
PAGES = Path(__file__).parents[1] / "data" / "pages"
ROLES = {
    "essai": "base",
    "filieres": "base",
    "ontology": "ontology",
    "illustrative": "illustrative",
    "provenance": "provenance",
}


def publish(data_dir: Path, work: Path) -> str:
    """Build the fixture's store and publish it; give the snapshot's id."""
    named = [
        (PAGES / f"{'base' if name == 'essai' else name}.ttl", GRAPHS + name)
        for name in ROLES
        if name != "ontology"
    ]
    files = [*named, *((path, GRAPHS + "ontology") for path in ontology_files())]
    merged = [GRAPHS + name for name, role in ROLES.items() if role in ("base", "ontology")]
    quads = build_store(files, work, merged=merged)
    graphs = {GRAPHS + name: {"role": role, "quads": 1} for name, role in ROLES.items()}
    return Snapshots(data_dir).publish(work, {"quads": quads, "graphs": graphs, "merged": True}).id


@pytest.fixture(scope="session")
def publisher() -> Callable[[Path, Path], str]:
    """The function that publishes the fixture in a data directory."""
    return publish


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with one publication."""
    folder = tmp_path_factory.mktemp("published")
    publish(folder / "data", folder / "store")
    return folder / "data"


@pytest.fixture(scope="session")
def client(data_dir: Path) -> Iterator[TestClient]:
    """The application on the published fixture, with real worker processes."""
    with TestClient(
        create_app(Settings(data_dir=data_dir, workers=1)), raise_server_exceptions=False
    ) as made:
        yield made
