"""Differences between two datasets: an RDF Patch makes the second of the first, whatever is held in memory."""

import io
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.canonical import graph_lines, sort_graph
from ancrage.graph.snapshots.store import LoadError, count_graphs
from ancrage.graph.updates import differences
from ancrage.graph.updates.differences import Counts, Side, side_of_file, write_differences
from hypothesis import given
from hypothesis import strategies as st

E = "http://e.org/"
NAMES = st.sampled_from([ox.NamedNode(E + name) for name in "abc"])
NODES = NAMES | st.sampled_from([ox.BlankNode("x"), ox.BlankNode("y")])
VALUES = NODES | st.sampled_from(
    [ox.Literal("1"), ox.Literal("a\n_: <b> ."), ox.Literal("é", language="fr"), ox.Literal(7)]
)
QUADS = st.builds(
    ox.Quad, NODES, NAMES, VALUES, st.sampled_from([ox.NamedNode(E + "g"), ox.NamedNode(E + "h")])
)


def side(name: str, quads: list[ox.Quad]) -> Side:
    store = ox.Store()
    store.extend(quads)
    return Side(f"urn:{name}", store, frozenset(count_graphs(store)))


def lines_of(side: Side, folder: Path) -> set[bytes]:
    return {line for graph in side.graphs for line in sort_graph(side.store, graph, folder)}


def patched(lines: set[bytes], patch: bytes) -> set[bytes]:
    """Apply a patch as a client does, who is told nothing that he has or lacks already."""
    head, *rows, end = patch.splitlines(keepends=True)
    assert head.startswith(b"H id <") and end == b"TC .\n"
    found = set(lines)
    for row in rows:
        if row.startswith(b"D "):
            found.remove(row[2:])
        elif row.startswith(b"A "):
            assert row[2:] not in found
            found.add(row[2:])
    return found


def difference(before: Side, after: Side) -> tuple[bytes, Counts]:
    out = io.BytesIO()
    counts = write_differences(before, after, out)
    return out.getvalue(), counts


@given(st.lists(QUADS, max_size=12), st.lists(QUADS, max_size=12))
def test_a_patch_makes_one_of_the_other(before: list[ox.Quad], after: list[ox.Quad]) -> None:
    one, two = side("1", before), side("2", after)
    for old, new in ((one, two), (two, one)):
        patch, counts = difference(old, new)
        assert patched(lines_of(old, Path("x")), patch) == lines_of(new, Path("x"))
        rows = patch.splitlines()
        for letter, kind in ((b"A ", "added"), (b"D ", "removed")):
            told = [row for row in rows if row.startswith(letter)]
            assert len(told) == sum(count[kind] for count in counts.values())
    assert difference(one, one) == (b"H id <urn:1> .\nH prev <urn:1> .\nTX .\nTC .\n", {})


@pytest.mark.parametrize("shuffled", [False, True])
def test_what_does_not_fit_in_memory_is_sorted_on_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shuffled: bool
) -> None:
    graph = ox.NamedNode(E + "g")
    quads = [ox.Quad(graph, graph, ox.Literal(f"text {n}"), graph) for n in range(3000)]
    one, two = side("1", quads[:2000]), side("2", quads[1000:])
    wanted = difference(one, two)
    monkeypatch.setattr(differences, "_HELD", 50)
    monkeypatch.setattr("ancrage.graph.snapshots.canonical._RUN", 10_000)
    monkeypatch.setattr(differences, "_ASKED", 70)
    monkeypatch.setattr(differences, "_PIECE", 30)
    if shuffled:  # as a store of another engine would give them
        given = graph_lines
        monkeypatch.setattr(
            differences, "graph_lines", lambda *of: ([line] for block in given(*of) for line in block[::-1])
        )
    assert difference(one, two) == wanted
    assert wanted[1] == {E + "g": {"added": 1000, "removed": 1000}}
    rows = [row for row in wanted[0].splitlines() if row.startswith((b"A ", b"D "))]
    assert rows == sorted(rows, key=lambda row: (row.startswith(b"A "), row))


def test_two_files_are_compared_in_any_syntax_and_by_what_they_say(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text(f"<{E}s> <{E}p> _:x .\n<{E}s> <{E}p> 'old' <{E}g> .\n".replace("'", '"'))
    (tmp_path / "b.trig").write_text(f"<{E}s> <{E}p> [] . GRAPH <{E}g> {{ <{E}s> <{E}p> 'new', 01 }}")
    with side_of_file(tmp_path / "a.nq") as one, side_of_file(tmp_path / "b.trig") as two:
        patch, counts = difference(one, two)
    assert counts == {E + "g": {"added": 2, "removed": 1}}, "the blank node is the same"
    assert f'D <{E}s> <{E}p> "old" <{E}g> .\n' in patch.decode()
    (tmp_path / "c.nq").write_text(f"<{E}s> <{E}p> <{E}o> .\nno quad\n")
    with pytest.raises(LoadError) as caught, side_of_file(tmp_path / "c.nq"):
        pass
    assert (caught.value.file.name, caught.value.line) == ("c.nq", 2)
