"""Columns answer as the engine does, or not at all: questions of chance, kept cases, and the questions of the house."""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest
from ancrage.graph.columns.relations import Unsupported
from hypothesis import HealthCheck, given, settings
from pyoxigraph import QuerySolutions, Store

from .conftest import Small
from .generated import PREFIXES, queries

Row = tuple[str | None, ...]
_ORDER = re.compile(r"ORDER BY ([^{}]*?)(?: LIMIT.*)?$")


def rows_of(solutions: QuerySolutions) -> tuple[list[str], list[Row]]:
    """Read an answer: its variables, and its rows as N-Triples."""
    names = [variable.value for variable in solutions.variables]
    return names, [
        tuple(None if row[name] is None else str(row[name]) for name in names) for row in solutions
    ]


def served(store: Store, text: str) -> tuple[list[str], list[Row]]:
    """Give the engine's answer."""
    solutions = store.query(text)
    assert isinstance(solutions, QuerySolutions)
    return rows_of(solutions)


def compare(small: Small, text: str) -> list[Row] | None:
    """Compare both answers to a query; give the rows, None where columns do not answer it."""
    names, theirs = served(small.reader.store, text)
    try:
        found, ours = rows_of(small.columns.answer(small.columns.program(text)))
    except Unsupported as error:
        assert error.reason
        return None
    assert found == names
    assert Counter(ours) == Counter(theirs), text
    if order := _ORDER.search(text):
        places = [names.index(name) for name in re.findall(r"\?(\w+)", order[1])]
        keys = [[tuple(row[place] for place in places) for row in rows] for rows in (ours, theirs)]
        assert keys[0] == keys[1], text
    return ours


ANSWERED: Counter[str] = Counter()
EXAMPLES = int(os.environ.get("ANCRAGE_EXAMPLES", "500"))
"""Queries of chance in a run: 5,000 and more by hand."""


@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(queries())
def test_queries_of_chance_have_the_engines_answers(small: Small, text: str) -> None:
    rows = compare(small, text)
    ANSWERED["all"] += 1
    ANSWERED["answered"] += rows is not None
    ANSWERED["with rows"] += bool(rows)


def test_many_queries_of_chance_were_answered() -> None:
    if ANSWERED["all"] < 100:
        pytest.skip("the queries of chance were not run")
    assert ANSWERED["answered"] > ANSWERED["all"] / 5 and ANSWERED["with rows"] > 5


CASES = {
    "a group without rows": "SELECT (COUNT(*) AS ?n) (SUM(?x) AS ?s) { :unknown :age ?x }",
    "groups without rows": "SELECT ?a (COUNT(*) AS ?n) { :unknown :age ?a } GROUP BY ?a",
    "a sum of integers with one unbound": "SELECT (SUM(?x) AS ?s) (COUNT(?x) AS ?n) { ?a :part ?p OPTIONAL { ?a :age ?x } }",
    "a sum, a mean, extremes by group": "SELECT ?p (SUM(?x) AS ?s) (AVG(?x) AS ?m) (MIN(?x) AS ?i) (MAX(?x) AS ?j) "
    "{ ?a :part ?p ; :age ?x } GROUP BY ?p ORDER BY ?p",
    "a mean of decimals that is cut off": "SELECT ?p (AVG(?x) AS ?m) (SUM(?x) AS ?s) { ?a :knows ?p ; :size ?x } GROUP BY ?p",
    "extremes of texts in languages": "SELECT ?p (MIN(?x) AS ?i) (MAX(?x) AS ?j) { ?a :part ?p ; :label ?x } GROUP BY ?p",
    "HAVING on a count": "SELECT ?p (COUNT(DISTINCT ?a) AS ?n) { ?a :part ?p } GROUP BY ?p HAVING(COUNT(*) > 1) ORDER BY ?n",
    "two OPTIONALs of one variable": "SELECT * { ?a :part ?p OPTIONAL { ?a :age ?x } OPTIONAL { ?a :year ?y . ?b :age ?x } }",
    "MINUS that shares nothing, and one of unbound": "SELECT ?a ?x { ?a :part ?p OPTIONAL { ?a :age ?x } MINUS { ?z :odd ?o } "
    "MINUS { ?a :part :p2 OPTIONAL { ?a :age ?x } } }",
    "EXISTS and its contrary": "SELECT ?a { ?a :part ?p FILTER EXISTS { ?a :knows ?b } FILTER NOT EXISTS { ?b :part :p2 } }",
    "a closure with a circle": "SELECT ?a ?b { ?a :knows+ ?b }",
    "a path of no step": "SELECT ?a ?b { ?a :part* ?b . ?b :part? :top }",
    "VALUES with UNDEF": "SELECT * { VALUES (?a ?x) { (:a UNDEF) (UNDEF 3) (:b 10) } ?a :age ?x }",
    "a language and an order": 'SELECT ?a ?l { ?a :label ?l FILTER(LANG(?l) = "fr") } ORDER BY DESC(?l)',
    "a part of rows in an order without ties": "SELECT ?a ?x { ?a :size ?x } ORDER BY ?x LIMIT 1",
    "variables that differ by case": "SELECT ?a ?A { ?a :part ?A }",
    "a value and a text of the same sign": 'SELECT ?a { ?a :age ?x FILTER(STR(?x) = "3" && ?x = 3.0) }',
    "a union of other variables": "SELECT ?a ?x ?n { { ?a :age ?x } UNION { ?a :name ?n } }",
    "a text with what must be escaped": "SELECT ?n (STR(?n) AS ?t) { ?a :name ?n }",
    "a sub-select under a count": "SELECT ?p (COALESCE(?n, 0) AS ?m) { ?p :part :top OPTIONAL "
    "{ SELECT ?p (COUNT(?a) AS ?n) { ?a :part ?p ; :flag ?f } GROUP BY ?p } }",
}


@pytest.mark.parametrize("name", CASES)
def test_kept_cases_are_answered_alike(small: Small, name: str) -> None:
    assert compare(small, PREFIXES + CASES[name]) is not None


LEFT = {
    "FROM": "SELECT ?a FROM <http://e.org/g> { ?a :part ?b }",
    "the pattern Graph": "SELECT ?a { GRAPH ?g { ?a :part ?b } }",
    "a predicate that is a variable": "SELECT ?p { :a ?p ?b }",
    "mixed kinds": "SELECT ?a { ?a :mixed ?x } ORDER BY ?x",
    "order is not determined": "SELECT ?a { ?a :part ?b } LIMIT 2",
    "an answer that is not determined": "SELECT ?p (SAMPLE(?a) AS ?x) { ?a :part ?p } GROUP BY ?p",
    "not a SELECT": "ASK { ?a :part ?b }",
    "the parser does not read it": "SELECT ?a { ?a :part ?b LATERAL { ?b :part ?c } }",
}


@pytest.mark.parametrize("reason", LEFT)
def test_what_is_not_certain_is_left_to_the_engine(small: Small, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        small.columns.answer(small.columns.program(PREFIXES + LEFT[reason]))
