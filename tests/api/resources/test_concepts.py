"""Trees of concepts: as deep as a page can hold, counted below, safe from cycles and several parents."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient

GRAPH = "https://w3id.org/ancrage/graph/trees"
HTML = {"Accept": "text/html"}
TREES = """@prefix c: <https://w3id.org/ancrage/id/c/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
c:scheme a skos:ConceptScheme ; skos:prefLabel "Arbres"@fr .
c:top a skos:Concept ; skos:inScheme c:scheme ; skos:notation "A" ; skos:prefLabel "Sommet"@fr .
c:left a skos:Concept ; skos:inScheme c:scheme ; skos:broader c:top ; skos:notation "A2" ; skos:prefLabel "Gauche"@fr .
c:right a skos:Concept ; skos:inScheme c:scheme ; skos:broader c:top ; skos:notation "A1" ; skos:prefLabel "Droite"@fr .
c:shared a skos:Concept ; skos:inScheme c:scheme ; skos:broader c:left , c:right ; skos:prefLabel "Partagé"@fr .
c:leaf a skos:Concept ; skos:inScheme c:scheme ; skos:broader c:shared ; skos:prefLabel "Feuille"@fr .
c:egg a skos:Concept ; skos:inScheme c:scheme ; skos:broader c:hen ; skos:prefLabel "Œuf"@fr .
c:hen a skos:Concept ; skos:inScheme c:scheme ; skos:broader c:egg ; skos:prefLabel "Poule"@fr .
"""


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A scheme with a concept of two parents, and two concepts each broader than the other."""
    folder = tmp_path_factory.mktemp("trees")
    Path(folder / "trees.ttl").write_text(TREES)
    quads = build_store([(folder / "trees.ttl", GRAPH)], folder / "store")
    manifest = {"quads": quads, "graphs": {GRAPH: {"role": "base"}}}
    Snapshots(folder / "data").publish(folder / "store", manifest)
    with TestClient(create_app(Settings(data_dir=folder / "data", workers=1))) as made:
        yield made


def _tree(client: TestClient, name: str) -> str:
    page = client.get(f"/doc/c/{name}", headers=HTML).text
    found = re.search(
        r'<section class="bloc" aria-labelledby="t-nomenclature">.*?</section>', page, re.DOTALL
    )
    assert found is not None
    return re.sub(r"\s+", " ", found[0])


def test_a_scheme_shows_every_concept_once_with_what_is_below(trees: TestClient) -> None:
    tree = _tree(trees, "scheme")
    assert 'Postes de la nomenclature <span class="compte">(7)</span>' in tree
    assert re.findall(r"<summary>(.*?) <span", tree)[0] == "<code>A</code> Sommet"
    assert '<code>A</code> Sommet <span class="compte">(4)</span>' in tree
    assert tree.count('href="/doc/c/leaf"') == tree.count('href="/doc/c/shared"') == 1
    assert tree.count('href="/doc/c/egg"') == 1 and 'href="/doc/c/hen"' in tree  # each broader than the other
    assert tree.index("Droite") < tree.index("Gauche")  # by code


def test_a_concept_shows_its_path_and_what_is_narrower(trees: TestClient) -> None:
    tree = _tree(trees, "shared")
    path = re.search(r"<ol.*?</ol>", tree)
    assert path is not None
    assert re.findall(r'href="/doc/c/(\w+)"', path[0]) == ["scheme", "top", "left"]
    assert 'href="/doc/c/leaf"' in tree


def test_a_cycle_ends(trees: TestClient) -> None:
    tree = _tree(trees, "egg")
    assert 'href="/doc/c/hen"' in tree


def test_what_does_not_fit_is_counted(trees: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancrage.api.resources.concepts.SHOWN", 2)
    tree = _tree(trees, "top?lang=fr&cut=1")
    assert "Gauche</a>" in tree and "Droite</a>" in tree and "Feuille" not in tree
    assert tree.count("(contient 2)") == 2
