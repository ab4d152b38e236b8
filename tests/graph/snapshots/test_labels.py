"""Labels of one thing by several sources: each graph keeps its own, the default graph has that of the first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.graph.snapshots.labels import rank, set_aside
from ancrage.graph.snapshots.provenance import EDITS_GRAPH, GRAPHS
from ancrage.graph.snapshots.store import fill_store
from ancrage.graph.updates.working_copy import WorkingCopy

S = ox.NamedNode("http://e.org/s")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
REGISTER, PARTNER, PROJECTS = (GRAPHS + name for name in ("mesr-rnsr", "essai", "cordis-h2020"))
SAID = {REGISTER: "Laboratoire d'essai", PARTNER: "Labo", PROJECTS: "Organisation PIC 9"}


def label(text: str, graph: str = "", language: str = "fr") -> ox.Quad:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return ox.Quad(S, LABEL, ox.Literal(text, language=language), name)


def served(store: ox.Store) -> set[tuple[str, str | None]]:
    quads = store.quads_for_pattern(S, LABEL, None, ox.DefaultGraph())
    return {(quad.object.value, quad.object.language) for quad in quads}  # type: ignore[union-attr]


def filled(folder: Path, graphs: Iterable[str], fill: int = 0) -> ox.Store:
    """Build a store of one file a graph, each with `fill` other triples."""
    files = []
    for number, graph in enumerate(graphs):
        path = folder / f"{number}.nq"
        quads = [label(SAID[graph], graph)]
        if graph == PROJECTS:
            quads.append(label("PIC organisation 9", graph, "en"))
        quads += [ox.Quad(S, S, ox.Literal(str(n)), ox.NamedNode(graph)) for n in range(fill)]
        ox.serialize(quads, str(path), ox.RdfFormat.N_QUADS)
        files.append(path)
    return fill_store(files, folder / "store", merged=list(graphs))


@pytest.mark.parametrize("fill", [0, 4_000], ids=["small files", "large files"])
@pytest.mark.parametrize("graphs", [(REGISTER, PARTNER, PROJECTS), (PROJECTS, PARTNER, REGISTER)])
def test_the_first_source_names_a_thing_whatever_the_order_of_files(
    graphs: tuple[str, ...], fill: int, tmp_path: Path
) -> None:
    store = filled(tmp_path, graphs, fill)
    assert served(store) == {("Laboratoire d'essai", "fr"), ("PIC organisation 9", "en")}
    for graph, text in SAID.items():
        assert label(text, graph) in store  # each says its own where it says it
    aside = {quad.object.value for quad in set_aside(store, graphs)}  # type: ignore[union-attr]
    assert aside == {"Labo", "Organisation PIC 9"}


def test_a_university_that_is_no_more_is_named_by_the_list_of_its_accounts_before_a_prize() -> None:
    """Laureates are written « Université de Grenoble Alpes » under the number of Grenoble 1."""
    assert (
        rank(GRAPHS + "mesr-etablissements") < rank(GRAPHS + "mesr-operateurs") < rank(GRAPHS + "mesr-ilab")
    )


@pytest.mark.parametrize(
    ("rest", "left"),
    [
        ((PARTNER, PROJECTS), "Labo"),
        ((REGISTER, PROJECTS), "Laboratoire d'essai"),
        ((PROJECTS,), "Organisation PIC 9"),
    ],
)
def test_without_a_source_the_next_one_names_the_thing(
    rest: tuple[str, ...], left: str, tmp_path: Path
) -> None:
    assert (left, "fr") in served(filled(tmp_path, rest))


def test_labels_of_one_source_are_all_served(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    ox.serialize([label("A", REGISTER), label("B", REGISTER)], str(path), ox.RdfFormat.N_QUADS)
    assert len(served(fill_store([path], tmp_path / "store", merged=[REGISTER]))) == 2


def test_an_edit_keeps_one_label_and_its_removal_gives_the_next(tmp_path: Path) -> None:
    store = filled(tmp_path, (REGISTER, PARTNER, PROJECTS))
    english = ("PIC organisation 9", "en")
    copy = WorkingCopy(store, {})
    copy.change([], [label("Laboratoire corrigé")])
    assert served(store) == {("Laboratoire corrigé", "fr"), english}
    assert label("Laboratoire corrigé", EDITS_GRAPH) in store
    copy.change([label("Laboratoire corrigé")], [])
    assert served(store) == {("Laboratoire d'essai", "fr"), english}
    copy.change([label("Laboratoire d'essai")], [])
    assert served(store) == {("Labo", "fr"), english}
    copy.change([], [label("Nom du registre", REGISTER)])
    assert served(store) == {("Nom du registre", "fr"), english}


def test_a_label_of_a_later_source_can_be_chosen_by_hand(tmp_path: Path) -> None:
    store = filled(tmp_path, (REGISTER, PROJECTS))
    copy = WorkingCopy(store, {})
    copy.change([label("Laboratoire d'essai")], [label("Organisation PIC 9")])
    assert ("Organisation PIC 9", "fr") in served(store)
    copy.change([], [label("Laboratoire d'essai", REGISTER)])  # the register is loaded again
    assert ("Organisation PIC 9", "fr") in served(store)
    assert ("Laboratoire d'essai", "fr") not in served(store)
