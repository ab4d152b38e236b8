"""Counts of a snapshot: each one is what a query of its own gives."""

from pathlib import Path

import pytest
from ancrage.graph.snapshots.partitions import Partition, Partitions, count
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.snapshots.store import build_store
from pyoxigraph import Store

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ANC = "https://w3id.org/ancrage/"


@pytest.fixture(scope="module")
def counted(example_data_dir: Path) -> tuple[Store, Partitions]:
    with LocalReader.current(example_data_dir) as reader:
        return reader.store, count(reader.store, reader.snapshot)


def number(store: Store, pattern: str, what: str = "*") -> int:
    row = next(iter(store.query(f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}")))  # type: ignore[arg-type]
    return int(row["n"].value)


def check(store: Store, part: Partition, wrap: str) -> None:
    spo = wrap.replace("…", "?s ?p ?o")
    assert part.triples == number(store, spo)
    assert part.subjects == number(store, spo, "DISTINCT ?s")
    assert part.objects == number(store, spo, "DISTINCT ?o")
    assert part.entities == number(store, f'{spo} FILTER(STRSTARTS(STR(?s), "{ANC}"))', "DISTINCT ?s")
    assert len(part.properties) == number(store, spo, "DISTINCT ?p")
    assert sum(use.triples for use in part.properties) == part.triples
    for use in part.properties[::7]:
        one = wrap.replace("…", f"?s <{use.property}> ?o")
        assert use.triples == number(store, one)
        assert (use.subjects, use.objects) == (
            number(store, one, "DISTINCT ?s"),
            number(store, one, "DISTINCT ?o"),
        )
    typed = wrap.replace("…", f"?s {TYPE} ?c")
    assert len(part.classes) == number(store, f"{typed} FILTER(isIRI(?c))", "DISTINCT ?c")
    for kind in part.classes[::5]:
        assert kind.entities == number(store, wrap.replace("…", f"?s {TYPE} <{kind.cls}>"), "DISTINCT ?s")


def test_the_whole_is_the_default_graph(counted: tuple[Store, Partitions]) -> None:
    store, found = counted
    check(store, found.whole, "…")
    for kind in found.whole.classes[::9]:
        for name, triples in kind.properties.items():
            assert triples == number(store, f"?s {TYPE} <{kind.cls}> ; <{name}> ?o")
        assert kind.properties


def test_every_named_graph_is_counted(counted: tuple[Store, Partitions]) -> None:
    store, found = counted
    assert set(found.graphs) == {name.value for name in store.named_graphs()}
    for graph, part in found.graphs.items():
        check(store, part, f"GRAPH <{graph}> {{ … }}")


def test_the_union_counts_a_triple_once_where_the_store_keeps_none(tmp_path: Path) -> None:
    nq = tmp_path / "a.nq"
    same = f"<{ANC}id/s> <http://e.org/p> <http://id.insee.fr/x>"
    link = f"<{ANC}id/s> <http://www.w3.org/2004/02/skos/core#exactMatch> <http://id.insee.fr/x/y>"
    nq.write_text(
        f"{same} <http://e.org/a> .\n{same} <http://e.org/b> .\n{link} <http://e.org/a> .\n"
        f"{same} <http://e.org/w> .\n<{ANC}id/s> {TYPE} <http://e.org/C> <http://e.org/w> .\n"
        f"_:b {TYPE} _:c <http://e.org/a> .\n",
        encoding="utf-8",
    )
    graphs = {
        f"http://e.org/{name}": {"role": "scenario" if name == "w" else "base"} for name in ("a", "b", "w")
    }
    found = []
    for merged in (["http://e.org/a", "http://e.org/b"], []):
        folder = tmp_path / str(len(merged))
        build_store([nq], folder, merged=merged)
        snapshot = Snapshot("20260101T000000Z-00000000", folder, {"graphs": graphs, "merged": bool(merged)})
        found.append(count(Store.read_only(str(folder)), snapshot))
    assert found[0] == found[1]
    assert found[0].whole.triples == 3
    assert [(one.property.rpartition("#")[2], one.space, one.triples) for one in found[0].links] == [
        ("exactMatch", "http://id.insee.fr/", 1)
    ]
    assert found[0].whole.classes == ()  # a blank node is no class to name
    assert found[0].graphs["http://e.org/w"].triples == 2


def test_counts_survive_json(counted: tuple[Store, Partitions]) -> None:
    import json

    assert Partitions.from_dict(json.loads(json.dumps(counted[1].to_dict()))) == counted[1]


def test_an_empty_snapshot_counts_zero(tmp_path: Path) -> None:
    (tmp_path / "empty.nq").write_text("", encoding="utf-8")
    build_store([tmp_path / "empty.nq"], tmp_path / "store")
    snapshot = Snapshots(tmp_path / "data").publish(tmp_path / "store", {"graphs": {}, "merged": True})
    assert count(Store.read_only(str(snapshot.store)), snapshot) == Partitions(snapshot.id, Partition(), {})
