"""The canonical hash: that of RDFC-1.0, whatever the order, the blank nodes and the memory."""

import hashlib
import random
from pathlib import Path

import pytest
from ancrage.graph.snapshots import canonical
from ancrage.graph.snapshots.canonical import TooManyBlankNodes, hash_files, hash_lines, hash_store
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
    serialize,
)

P, G, H = NamedNode("http://e.org/p"), NamedNode("http://e.org/g"), NamedNode("http://e.org/h")
TEXTS = ["", "a _:b", 'q"\\', "l\nr\rt\tb\x08f\x0c", "\x00\x07\x1f\x7f", "é🎓\u2028", "<http://e.org/>"]


def quads(seed: int) -> list[Quad]:
    """Ground quads, lists of blank nodes, a cycle, blank nodes shared by two graphs, awkward texts."""
    chance = random.Random(seed)
    found = [Quad(NamedNode(f"http://e.org/{n}"), P, Literal(text), G) for n, text in enumerate(TEXTS)]
    nodes = [BlankNode(f"n{chance.randrange(10**9)}") for _ in range(9)]
    found += [Quad(one, P, two, G) for one, two in zip(nodes[:4], nodes[1:4] + nodes[:1], strict=True)]
    found += [Quad(nodes[4], P, Literal("x", language="fr"), G), Quad(nodes[4], P, nodes[5], H)]
    found += [Quad(nodes[6], P, nodes[7], H), Quad(nodes[7], P, nodes[8], G), Quad(nodes[8], P, nodes[6], G)]
    chance.shuffle(found)
    return found


def lines(found: list[Quad]) -> list[bytes]:
    return (serialize(found, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)


def reference(found: list[Quad]) -> str:
    """RDFC-1.0 on the whole dataset, its lines sorted."""
    dataset = Dataset(found)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256(b"".join(sorted(lines(list(dataset))))).hexdigest()


def test_the_hash_is_that_of_the_canonical_document() -> None:
    assert hash_lines([lines(quads(1))]) == reference(quads(1))


def test_order_blank_nodes_and_duplicates_do_not_matter_but_every_quad_does() -> None:
    hashes = {hash_lines([lines(quads(seed))]) for seed in range(6)}
    assert len(hashes) == 1
    for left_out in range(len(quads(0))):
        fewer = quads(0)
        del fewer[left_out]
        assert hash_lines([lines(fewer)]) not in hashes


def test_a_hash_by_runs_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Quad(NamedNode(f"http://e.org/{n % 97}/{n}"), P, Literal(n), G) for n in range(3000)]
    whole = hash_lines([lines(many + quads(2))])
    monkeypatch.setattr(canonical, "_RUN", 5000)
    blocks = (lines(part) for part in (many[:1000], quads(2), many[1000:2000], many[2000:]))
    assert hash_lines(blocks) == whole == reference(many + quads(2))


def test_files_and_a_store_have_the_hash_of_their_quads(tmp_path: Path) -> None:
    found = quads(3)
    for number, part in enumerate((found[:7], found[7:])):
        text = b"# a comment\n" + b"".join(lines(part))
        (tmp_path / f"{number}.nq").write_bytes(text)
    store = Store()
    store.extend([*found, Quad(P, P, P)])  # the default graph does not count
    assert hash_files(sorted(tmp_path.glob("*.nq"))) == hash_store(store) == reference(found)


def test_awkward_texts_survive_their_lines() -> None:
    read = {quad.object.value for quad in parse(b"".join(lines(quads(0))), RdfFormat.N_QUADS)}
    assert set(TEXTS) <= read


def test_too_many_blank_nodes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_MOST_BLANK", 3)
    with pytest.raises(TooManyBlankNodes) as caught:
        hash_lines([lines(quads(0))])
    assert caught.value.limit == 3
