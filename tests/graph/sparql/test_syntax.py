"""Syntax errors: the place told is where a person would look."""

import pytest
from ancrage.graph.sparql.syntax import explain


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("SELEC * {}", 1, 1, "“SELEC” is not expected here"),
        ("SELECT * {\n ?s ?p 'é'  } }", 2, 15, "“}” is not expected here"),
        ("SELECT * {\n ?s ?p 'é' ! }", 2, 12, "“!” is not expected here"),
        ("SELECT * { ?s ?p ?o . FILTER(?o > ) }", 1, 35, "“)” is not expected here"),
        ("SELECT * {\n  ?s ?p ?o\n  ?a ?b ?c\n  FILTER(?x)\n}", 3, 3, "“?a” is not expected here"),
        ("SELECT * { ?s ?p ?o .\n FILTR(?x) }", 2, 2, "“FILTR” is not expected here"),
        ("SELECT ?x WHERE { ?x ?p ?y ", 1, 27, "unexpected end of the query"),
        ("SELECT * { ?s foo:bar ?o }", 1, 15, "the prefix “foo” is not declared"),
        ("SELECT * { ?s ?p <a b> }", 1, None, None),
        ("SELECT * {\n ?s ?p ! }", 2, 8, "“!” is not expected here"),
        ("SELECT * { ?s ?p }", 1, 18, "“}” is not expected here"),
        ("SELECT * { ?s }", 1, 15, "“}” is not expected here"),
        ("SELECT * WHERE ?s ?p ?o", 1, 16, "“?s” is not expected here"),
        ("SELECT COUNT(?x) {?x ?p ?o}", 1, 8, "“COUNT” is not expected here"),
        ("# a comment\nSELECT * { # another\n ?s ?p }", 3, 8, "“}” is not expected here"),
        ("", 1, 1, "unexpected end of the query"),
        (
            "SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?y }",
            1,
            None,
            "the SELECT names a variable that is neither grouped nor aggregated",
        ),
        ("PREFIX é: <a> ASK { ?é é:a 1 }", 1, 11, "<a> is not an IRI"),
    ],
)
def test_the_place_and_the_reason(text: str, line: int, column: int | None, reason: str | None) -> None:
    error = explain(text)
    assert error.line == line
    assert column is None or error.column == column
    assert reason is None or str(error.reason) == reason
    assert str(error).startswith(f"line {line}, column {error.column}: ")
