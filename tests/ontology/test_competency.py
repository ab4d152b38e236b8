"""Every competency question of the ontology answers on its example, without reasoning."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.ontology.vocabulary import ID, ontology_files
from ancrage.queries.library import Library
from ancrage.queries.query import Query

from .conftest import EXAMPLE, PROLOGUE

QUESTIONS = {
    tag: query
    for query in map(Library().__getitem__, Library())
    for tag in query.tags
    if re.fullmatch(r"cq\d\d", tag)
}


@pytest.fixture(scope="module")
def store(chains: Path) -> ox.Store:
    store = ox.Store()
    for path in [*ontology_files(), chains, EXAMPLE / "base.ttl", EXAMPLE / "illustrative.ttl"]:
        store.load(path=str(path))
    # The example is complete; one question asks for what is not.
    store.update(PROLOGUE + "DELETE DATA { ex:int1-c anc:participantRole role:relay }")
    graph = ox.NamedNode(ID.replace("/id/", "/graph/scenario/") + "example")
    store.load(path=str(EXAMPLE / "scenario.ttl"), to_graph=graph)
    return store


def test_there_are_twenty_five_questions() -> None:
    assert sorted(QUESTIONS) == [f"cq{number:02}" for number in range(1, 26)]


@pytest.mark.parametrize("query", [pytest.param(query, id=tag) for tag, query in sorted(QUESTIONS.items())])
def test_a_question_answers(store: ox.Store, query: Query) -> None:
    answer = store.query(query.text)
    if isinstance(answer, ox.QuerySolutions):
        rows = [[term for term in row if term is not None] for row in answer]
        assert rows
        assert all(len(row) > 1 for row in rows)
    else:
        assert not isinstance(answer, ox.QueryBoolean)
        assert next(iter(answer), None) is not None
