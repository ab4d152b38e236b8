"""The ontology, its example and the changes made to them, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.ontology.vocabulary import FOLDER, ID, graph, ontology_files, prologue, shape_files
from rdflib import Graph

from ..chains import write_shipped

EXAMPLE = Path(__file__).parents[1] / "data" / "ontology"
PROLOGUE = prologue() + "".join(
    f"PREFIX {prefix}: <{namespace}>\n"
    for prefix, namespace in {
        "ex": f"{ID}example/",
        "run": f"{ID}analysis/example/",
        "drop": f"{ID}drop-reason/",
        "naf": "http://id.insee.fr/codes/nafr2/sousClasse/",
    }.items()
)


@dataclass(frozen=True)
class Mutation:
    """A change to the example, or to the ontology, and a piece of the message that must follow."""

    kind: str
    name: str
    update: str
    message: str


def read_mutations() -> list[Mutation]:
    """Read the changes of tests/data/ontology/mutations.toml."""
    tables = tomllib.loads((EXAMPLE / "mutations.toml").read_text(encoding="utf-8"))
    return [Mutation(kind, **row) for kind, rows in tables.items() for row in rows]


def example_files() -> list[Path]:
    """List the Turtle files of the example."""
    own = [EXAMPLE / f"{name}.ttl" for name in ("base", "illustrative", "scenario")]
    return [*own, FOLDER / "examples" / "5-finding.ttl"]


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return graph()


@pytest.fixture(scope="session")
def shapes() -> Graph:
    return graph(shape_files())


@pytest.fixture(scope="session")
def chains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filières of the package, which are no file of the ontology."""
    return write_shipped(tmp_path_factory.mktemp("chains") / "filieres.nt")


@pytest.fixture(scope="session")
def example_quads(chains: Path) -> list[ox.Quad]:
    store = ox.Store()
    store.load(path=str(chains))
    for path in [*ontology_files(), *example_files()]:
        store.load(path=str(path))
    return list(store)
