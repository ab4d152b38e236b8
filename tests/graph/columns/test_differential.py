"""Columns answer as the engine does, or not at all: questions of chance, kept cases, and the questions of the house."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import cast

import pytest
from ancrage.graph.columns.compiler import Dataset
from ancrage.graph.columns.relations import Unsupported
from ancrage.graph.sparql.evaluation import Request, begin
from hypothesis import HealthCheck, given, settings
from pyoxigraph import QuerySolutions, Store

from .conftest import Small
from .generated import PREFIXES, queries

pytestmark = pytest.mark.long


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


def sorted_lists(names: list[str], rows: list[Row]) -> list[Row]:
    """Sort the parts of what GROUP_CONCAT gave (in variables that begin with `l`), which have no order."""

    def part(name: str, value: str | None) -> str | None:
        if value is None or not name.startswith("l"):
            return value
        text, quote, rest = value[1:].rpartition('"')
        return "|".join(sorted(re.split("[| ]", text))) + quote + rest

    return [tuple(map(part, names, row)) for row in rows]


def compare(small: Small, text: str) -> list[Row] | None:
    """Compare both answers to a query; give the rows, None where columns do not answer it."""
    names, theirs = served(small.reader.store, text)
    try:
        found, ours = rows_of(small.columns.answer(small.columns.program(text)))
    except Unsupported as error:
        assert error.reason
        return None
    assert found == names
    assert Counter(sorted_lists(names, ours)) == Counter(sorted_lists(names, theirs)), text
    if order := _ORDER.search(text):
        places = [names.index(name) for name in re.findall(r"\?(\w+)", order[1])]
        keys = [[tuple(row[place] for place in places) for row in rows] for rows in (ours, theirs)]
        assert keys[0] == keys[1], text
    return ours


def test_datasets_told_beside_the_text_are_those_of_the_engine(small: Small) -> None:
    text = (
        PREFIXES
        + "SELECT * FROM :nowhere { ?a :age ?x OPTIONAL { ?a :part? ?p } OPTIONAL { GRAPH ?g { ?a :label ?l } } }"
    )
    for default, named in (("", ":g"), ("", ":i"), (":h", ":i"), ("", ":nowhere"), (":nowhere", ":h")):
        graphs = [
            [f"http://e.org/{one[1:]}" if one else "" for one in part] for part in ((default, ":i"), (named,))
        ]
        request = Request(text, default_graphs=graphs[0], named_graphs=graphs[1])
        expected = rows_of(cast("QuerySolutions", begin(small.reader.store, request).engine))
        dataset = Dataset(*(frozenset(part) for part in graphs))
        ours = rows_of(small.columns.answer(small.columns.program(request.text, dataset=dataset)))
        assert ours[0] == expected[0] and Counter(ours[1]) == Counter(expected[1])


def test_a_triple_of_two_graphs_is_one(small: Small) -> None:
    text = PREFIXES + "SELECT (COUNT(*) AS ?n) FROM :h FROM :i { :a :label ?l }"
    rows = rows_of(small.columns.answer(small.columns.program(text)))[1]
    assert rows == [('"1"^^<http://www.w3.org/2001/XMLSchema#integer>',)]  # Oxigraph counts two


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
    "texts one after the other, in groups": 'SELECT ?p (GROUP_CONCAT(?l; SEPARATOR="|") AS ?lp) '
    "(GROUP_CONCAT(DISTINCT STR(?a)) AS ?lq) { ?a :part ?p OPTIONAL { ?a :label ?l } } GROUP BY ?p",
    "texts one after the other of no row": "SELECT (GROUP_CONCAT(?x) AS ?lp) { :unknown :label ?x }",
    "labels, else addresses": 'SELECT (GROUP_CONCAT(DISTINCT COALESCE(?l, STR(?p), ""); SEPARATOR="|") AS ?lp) '
    "{ ?a :part ?p OPTIONAL { ?p :label ?l } }",
    "a text between quotes among others": "SELECT ?a (GROUP_CONCAT(?n) AS ?lp) { ?a :name ?n } GROUP BY ?a",
    "texts of a sub-select, bound or not": "SELECT ?a ?lp { ?a :part ?p OPTIONAL "
    "{ SELECT ?a (GROUP_CONCAT(?n) AS ?lp) { ?a :name ?n } GROUP BY ?a } FILTER(?a != :b) }",
    "a class that is not there beside a path of no step": "SELECT * { ?a :part* ?b MINUS { ?a :part :unknown } }",
    "new terms beside a path of no step": "SELECT ?a ?b ?k "
    '{ ?a :part* ?b . ?a :label ?l { VALUES ?k { "new" :new } } UNION { ?a :age ?k } }',
    "a new term on a path of no step that a pattern has too": "SELECT ?a ?b { VALUES ?a { :new :a } ?a :age ?x . ?a :part* ?b }",
    "a predicate that is a variable": "SELECT ?p (COUNT(*) AS ?n) { ?a ?p ?b } GROUP BY ?p ORDER BY ?p",
    "predicates of any graph, as things too": "SELECT * { GRAPH ?g { :a ?p ?b . ?p ?q ?x } }",
    "a predicate that is the subject": "SELECT * { ?p ?p ?b }",
    "other predicates than some": "SELECT * { ?a !(:knows|:label) ?b . ?b ^(!:part) ?c }",
    "any predicate of two graphs": "SELECT * FROM :g FROM :i { :h ?p ?b . ?a !:age ?b }",
    "a graph by its name": "SELECT * { GRAPH :h { ?a :part ?p OPTIONAL { ?a :label ?l . FILTER(LANG(?l) = 'en') } } ?a :age ?x }",
    "any graph, and what is not within": "SELECT * { ?a :knows ?b GRAPH ?g { ?a :age ?x ; :label ?l } FILTER(?g != :i) }",
    "rows by graph": "SELECT ?g (COUNT(*) AS ?n) (SUM(?x) AS ?s) { GRAPH ?g { ?a :part ?p . ?b ^:knows|:part ?a } "
    "GRAPH :h { ?a :age ?x } } GROUP BY ?g ORDER BY ?g",
    "optional and either in any graph": "SELECT * { GRAPH ?g { { ?a :age ?x } UNION { ?a :name ?n } OPTIONAL { ?a :label ?l } } "
    "}",
    "two graphs": "SELECT * { GRAPH ?g { ?a :part ?p } GRAPH ?h { ?a :age ?x } FILTER NOT EXISTS { GRAPH ?g { ?a :size ?s } } }",
    "a sub-select in a graph": "SELECT * { GRAPH :h { { SELECT ?a (COUNT(*) AS ?n) { ?a :age ?x } GROUP BY ?a } "
    "MINUS { ?a :name ?m } } }",
    "one step or none in a graph": "SELECT * { GRAPH :i { ?a :part? ?p } }",
    "FROM one": "SELECT * FROM :h { ?a :knows ?b . ?b :age ?x }",
    "FROM two": "SELECT ?a ?b ?x FROM :g FROM :i { ?a :knows ?b . ?b :age ?x . ?a :part? ?b }",
    "FROM and FROM NAMED": "SELECT * FROM :i FROM NAMED :h FROM NAMED :nowhere { ?a :age ?x GRAPH ?g { ?a :label ?l } }",
    "FROM NAMED alone": "SELECT * FROM NAMED :h { { ?a :age ?x } UNION { GRAPH ?g { ?a :age ?x } } }",
    "the least and the greatest address": "SELECT ?p (MIN(?a) AS ?i) (MAX(?b) AS ?j) { ?a :part ?p ; :part ?b } GROUP BY ?p",
    "languages and texts of all kinds": "SELECT ?a ?x (LANG(?x) AS ?n) (STR(?x) AS ?t) { ?a :mixed|:label|:age|:name ?x }",
    "a language that only some have": "SELECT ?a ?x ?y { ?a :part ?p "
    'OPTIONAL { ?a :label|:name|:knows ?x FILTER(LANG(?x) = "fr") } OPTIONAL { ?a :name|:part|:odd ?y FILTER(STR(?y) != "i") } }',
    "an optional that looks at both sides": "SELECT * { ?a :age ?x OPTIONAL { ?a :size ?y FILTER(?x < ?y && ?y > 1) } }",
    "a sub-select under a count": "SELECT ?p (COALESCE(?n, 0) AS ?m) { ?p :part :top OPTIONAL "
    "{ SELECT ?p (COUNT(?a) AS ?n) { ?a :part ?p ; :flag ?f } GROUP BY ?p } }",
}


@pytest.mark.parametrize("name", CASES)
def test_kept_cases_are_answered_alike(small: Small, name: str) -> None:
    assert compare(small, PREFIXES + CASES[name]) is not None


LEFT = {
    "a graph that is not there": "SELECT ?a { GRAPH :nowhere { ?a :part ?b } }",
    "the variable of a GRAPH within it": "SELECT ?a { GRAPH ?g { ?a :part ?b FILTER(?g != :h) } }",
    "a MINUS or a sub-select in any graph": "SELECT ?a { GRAPH ?g { ?a :part ?b MINUS { ?a :age ?x } } }",
    "a pattern that reads nothing": "SELECT ?g { GRAPH ?g { OPTIONAL { ?a :part ?b } } }",
    "a repeated path in any graph": "SELECT ?a { GRAPH ?g { ?a :part+ ?b } }",
    "an unbounded path in named graphs": "SELECT ?a { GRAPH :h { ?a :part* ?b } }",
    "an inverse in a negated path": "SELECT * { ?a !^:knows ?b }",
    "mixed kinds": "SELECT ?a { ?a :mixed ?x } ORDER BY ?x",
    "order is not determined": "SELECT ?a { ?a :part ?b } LIMIT 2",
    "an answer that is not determined": "SELECT ?p (SAMPLE(?a) AS ?x) { ?a :part ?p } GROUP BY ?p",
    "an expression on a GROUP_CONCAT": 'SELECT ?p { ?a :part ?p ; :name ?n } GROUP BY ?p HAVING(GROUP_CONCAT(?n) = "x y")',
    "distinct rows with a GROUP_CONCAT": "SELECT DISTINCT (GROUP_CONCAT(?n) AS ?l) { ?a :part ?p ; :name ?n } GROUP BY ?p",
    "a GROUP_CONCAT of other": "SELECT (GROUP_CONCAT(?a) AS ?l) { ?a :part ?p }",
    "at an end of a path of no step": "SELECT ?a ?b { VALUES ?a { :new :a } ?a :part* ?b }",
    "a term that the graph does not have, at": "SELECT ?b { :new :part? ?b }",
    "the text of a term that": "SELECT (STR(?a) AS ?t) { VALUES ?a { :new :a } }",
    "not a SELECT": "ASK { ?a :part ?b }",
    "the parser does not read it": "SELECT ?a { ?a :part ?b LATERAL { ?b :part ?c } }",
}


@pytest.mark.parametrize("reason", LEFT)
def test_what_is_not_certain_is_left_to_the_engine(small: Small, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        small.columns.answer(small.columns.program(PREFIXES + LEFT[reason]))
