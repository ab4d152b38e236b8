"""The small example graph of `tests/data/example`, in the exchange layout, built as the real graph is."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.graph.indicators.declaration import FOLDER
from ancrage.graph.snapshots.provenance import now
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.indicators import compute_cube, publish_cube
from ancrage.loaders.publish.register import write_register
from ancrage.loaders.register.bodies import Body, Former
from ancrage.loaders.register.record import Link
from ancrage.loaders.sources.layout import LAYOUT
from ancrage.ontology.vocabulary import ontology_files
from babel.messages.catalog import Catalog
from hypothesis import settings

from .chains import write_shipped
from .data_folders import copy_data, made_once
from .killing import killed_at_every_change
from .third_language import third_language, tool

# Hundreds of processes start in these tests: each would compile all that it imports, four seconds of processor, where the
# environment says that nothing compiled is kept.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A busy machine is slow, and no test is about that; fifty examples a run keep the suite short.
settings.register_profile("ancrage", deadline=None, max_examples=50)
settings.load_profile("ancrage")


LONG = "long or browser"
"""What a plain run leaves out, for it takes more than all the rest: `.ci/run` runs it apart."""


LONGEST = ("test_tutorials.py", "test_spark.py")
"""Files of few tests that take minutes each."""


def pytest_configure(config: pytest.Config) -> None:
    """Leave out what is long where nothing is chosen: neither files nor tests by their marks or names."""
    chosen = config.option.markexpr or config.option.keyword
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen:
        config.option.markexpr = f"not ({LONG})"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files whose few tests take minutes, then with those of most tests: begun last, one worker waits for it."""
    counts = Counter(item.path for item in items)
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (ranks.get(item.path.name, len(ranks)), -counts[item.path]))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run what is named on the command line in this process: it starts sooner and says what it prints; None: all."""
    return None if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A cluster of Spark of two workers on this machine, each a process of its own."""
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from ancrage.loaders.mapping.spark import open_spark
    from pyspark.sql import SparkSession

    for name, value in (
        ("ui.enabled", "false"),
        ("default.parallelism", "6"),
        ("sql.shuffle.partitions", "2"),
    ):
        SparkSession.builder.config(f"spark.{name}", value)
    session = open_spark("local-cluster[2,1,1024]")
    yield session
    session.stop()


GRAPHS = "https://w3id.org/ancrage/graph/"
EXAMPLE = Path(__file__).parent / "data" / "example"
ROLES = {
    "example": "base",
    "ontology": "ontology",
    "illustrative": "illustrative",
    "scenario/two-relays": "scenario",
    "provenance": "provenance",
    "indicators": "computed",
    "register": "computed",
}
BODIES = [
    Body(
        id="0383546Y",
        names=("Université Grenoble Alpes",),
        former=(Former(names=("Université Joseph Fourier",), until=2015),),
    )
]
LINKS = [
    Link("organization/anr-aapg-0123456789", "organization/510000001", "name", 0.98, "charpente vercor"),
    Link(
        "organization/anr-pia-00000000aa", "organization/0383546Y", "name", 0.98, "alpes grenoble universite"
    ),
]
"""What the register of the example says: a record of a company, and one of a university."""


def read_layout(folder: Path) -> dict[str, pl.DataFrame]:
    """Read a folder in the exchange layout; lists are separated by semicolons."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        table, columns = pl.read_csv(path, infer_schema=False), LAYOUT[path.stem]
        unknown = set(table.columns) - set(columns)
        assert not unknown, f"{path} has columns that the layout lacks: {unknown}"
        lists = [name for name in table.columns if columns[name].multiple]
        tables[path.stem] = table.with_columns(pl.col(name).str.split(";") for name in lists)
    return tables


def publish_example(folder: Path) -> None:
    """Publish the example graph in `data` of a folder."""
    exchange = Mapping.read(Path(__file__).parents[1] / "loaders" / "sources" / "exchange" / "mapping.yml")
    chains = write_shipped(folder / "filieres.nt")
    files = [(path, GRAPHS + "ontology") for path in [*ontology_files(), chains]]
    files += [
        (EXAMPLE / "scenario.ttl", GRAPHS + "scenario/two-relays"),
        (EXAMPLE / "provenance.ttl", GRAPHS + "provenance"),
        (EXAMPLE / "sources.ttl", GRAPHS + "example"),
    ]
    mapped = []
    for name, graph in (("base", "example"), ("illustrative", "illustrative")):
        path = folder / f"{name}.nq"
        exchange.write(read_layout(EXAMPLE / name), path, graph=GRAPHS + graph)
        mapped.append(path)
    mapped.append(write_register(LINKS, folder / "register.nq", BODIES))
    merged = [GRAPHS + name for name, role in ROLES.items() if role in ("base", "ontology")]
    quads = build_store([*files, *mapped], folder / "store", merged=merged)
    store = ox.Store(str(folder / "store"))
    if cube := compute_cube(store, folder, [FOLDER]):
        quads += publish_cube(store, folder, {}, cube, now()).quads
    store.flush()
    del store
    graphs = {GRAPHS + name: {"role": role, "quads": 1} for name, role in ROLES.items()}
    manifest = {"quads": quads, "graphs": graphs, "merged": True}
    Snapshots(folder / "data").publish(folder / "store", manifest)


@pytest.fixture(scope="session")
def example_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that holds the example graph, published."""
    made = made_once(tmp_path_factory, "example", publish_example)
    return copy_data(made / "data", tmp_path_factory.mktemp("example") / "data")


@pytest.fixture(scope="session")
def example_reader(example_data_dir: Path) -> Iterator[LocalReader]:
    """A reader of the example graph."""
    with LocalReader.current(example_data_dir) as reader:
        yield reader


@pytest.fixture(scope="session")
def dying() -> Callable[..., Iterator[str | None]]:
    """Runs of a script killed just before its first, second… change to the file system."""
    return killed_at_every_change


@pytest.fixture(scope="session")
def said() -> Catalog:
    """The sentences of the code and of the templates."""
    made: Catalog = tool.said()
    return made


@pytest.fixture
def pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Catalog) -> Iterator[str]:
    """A third language, by one folder."""
    with third_language(tmp_path / "locale", said, monkeypatch) as language:
        yield language
