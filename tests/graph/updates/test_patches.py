"""Patches: the last word on a quad holds, whatever the sources bring."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.updates.patches import Patch, fold
from hypothesis import given
from hypothesis import strategies as st

G = ox.NamedNode("http://e.org/g")
QUADS = [ox.Quad(G, G, ox.Literal(f"{i}\n«é»\\"), ox.NamedNode(f"http://e.org/g{i % 2}")) for i in range(5)]


@st.composite
def patches(draw: st.DrawFn) -> Patch:
    said = draw(st.lists(st.sampled_from(["added", "removed", "nothing"]), min_size=5, max_size=5))
    return Patch(
        frozenset(quad for quad, word in zip(QUADS, said, strict=True) if word == "added"),
        frozenset(quad for quad, word in zip(QUADS, said, strict=True) if word == "removed"),
    )


def applied(patch: Patch, source: set[ox.Quad]) -> set[ox.Quad]:
    return (source - patch.removed) | patch.added


@given(st.lists(patches(), max_size=5), st.sets(st.sampled_from(QUADS)))
def test_folded_patches_do_to_any_source_what_they_do_one_by_one(
    several: list[Patch], source: set[ox.Quad]
) -> None:
    one_by_one = set(source)
    chained = Patch()
    for patch in several:
        one_by_one = applied(patch, one_by_one)
        chained = chained.then(patch)
    assert applied(fold(several), source) == one_by_one
    assert fold(several) == chained
    assert not chained.added & chained.removed


@given(patches())
def test_a_patch_is_read_as_it_was_written(patch: Patch) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        patch.write(Path(name))
        assert Patch.read(Path(name)) == patch


def test_a_patch_is_cut_by_graph() -> None:
    patch = Patch(frozenset(QUADS[:3]), frozenset(QUADS[3:]))
    assert patch.counts() == {
        "http://e.org/g0": {"added": 2, "removed": 1},
        "http://e.org/g1": {"added": 1, "removed": 1},
    }
    only, rest = patch.only(["http://e.org/g0"]), patch.without(["http://e.org/g0"])
    assert only.then(rest) == patch
    assert list(rest.counts()) == ["http://e.org/g1"]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    Patch().write(tmp_path)
    (tmp_path / "added.nq").write_text("<http://e.org/s> broken\n", encoding="utf-8")
    with pytest.raises(SyntaxError, match=r"added\.nq"):
        Patch.read(tmp_path)
