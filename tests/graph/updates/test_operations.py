"""Updates read into operations: what is refused before anything runs, and long blocks of data."""

import re

import pyoxigraph as ox
import pytest
from ancrage.graph.sparql.limits import MAX_BYTES, QueryRefused, QueryTooComplex, QueryTooLarge
from ancrage.graph.sparql.syntax import QuerySyntax
from ancrage.graph.updates.blocks import Braces, parts
from ancrage.graph.updates.evaluation import apply_update
from ancrage.graph.updates.operations import Clear, Create, Data, Modify, Transfer, read_update
from ancrage.graph.updates.working_copy import WorkingCopy

TRIPLE = "<http://e.org/s> <http://e.org/p> 'a } b' , \"{\" . # }\n"


def test_every_operation_of_the_language_is_read() -> None:
    text = """PREFIX e: <http://e.org/>
    insert data { e:s e:p 1 } ; DELETE DATA { e:s e:p 1 } ; DELETE WHERE { ?s e:p 1 } ;
    WITH e:g DELETE { ?s e:p ?o } INSERT { ?s e:q ?o } USING e:h USING NAMED e:i WHERE { ?s e:p ?o } ;
    INSERT { ?s e:q ?o } WHERE { ?s e:p ?o } ; CLEAR SILENT GRAPH e:g ; DROP DEFAULT ; CREATE SILENT GRAPH e:g ;
    COPY e:g TO GRAPH e:h ; MOVE SILENT DEFAULT TO e:g ; ADD GRAPH e:g TO DEFAULT ; # the end
    """
    steps = read_update(text)
    kinds = [type(step.operation) for step in steps]
    assert kinds == [Data, Data, Modify, Modify, Modify, Clear, Clear, Create, Transfer, Transfer, Transfer]
    assert {step.prologue for step in steps} == {"PREFIX e: <http://e.org/> "}
    modify = steps[3].operation
    assert isinstance(modify, Modify)
    assert (modify.graph, modify.using, modify.using_named) == ("e:g", ("e:h",), ("e:i",))
    assert steps[9].operation == Transfer("MOVE", "DEFAULT", "e:g", True)


def test_an_empty_update_has_no_operation() -> None:
    assert read_update("  # nothing\n") == []


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("INSERT DATA { <http://e.org/s> <http://e.org/p> }", 1, 49, "“}” is not expected here"),
        ("INSERT DATA {\n  ?s <http://e.org/p> 1 }", 2, 3, "?s: data has no variables"),
        ("INSERT DATA { e:s <http://e.org/p> 1 }", 1, 15, "the prefix “e” is not declared"),
        ("DELETE WHERE { ?s ?p ?o ", 1, 24, "unexpected end of the query"),
        ("SELECT * { ?s ?p ?o }", 1, 1, "“SELECT” is not expected here"),
        ("CLEAR ALL CLEAR ALL", 1, 11, "“CLEAR” is not expected here"),
    ],
)
def test_a_syntax_error_has_its_place(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(QuerySyntax, match=re.escape(reason)) as caught:
        read_update(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/>",
        "load silent <http://127.0.0.1:9/> into graph <http://e.org/g>",
        "INSERT DATA {} ; LOAD <http://127.0.0.1:9/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT ?e { ?s ?p ?o } }",
        "PREFIX x: <http://e.org/> DELETE { ?s ?p ?o } WHERE { ?s ?p true SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    ],
)
def test_other_servers_are_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        read_update(text)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/> TO <http://e.org/g>",
        "LOAD LOAD <http://127.0.0.1:9/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p } }",
        "INSERT { ?s ?p ?o } WHERE { { SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } } }",
    ],
)
def test_bad_syntax_is_told_before_what_is_not_allowed(text: str) -> None:
    with pytest.raises(QuerySyntax):
        read_update(text)


def test_words_in_strings_and_names_are_not_refused() -> None:
    text = "PREFIX service: <http://e.org/> INSERT DATA { service:load service:p 'LOAD SERVICE' }"
    assert len(read_update(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://e.org/s> <http://e.org/p> "
        + "[ <http://e.org/p> " * 70
        + "1"
        + " ]" * 70
        + " }",
        "INSERT DATA { <http://e.org/s> <http://e.org/p> " + "(" * 70 + ")" * 70 + " }",
        "DELETE WHERE " + "{" * 70 + "}" * 70,
        "INSERT {} WHERE { " + "?s ?p ?o . " * 200 + "}",
        "INSERT {} WHERE { FILTER(" + "!" * 100 + "true) }",
    ],
)
def test_nesting_and_joins_are_bounded(text: str) -> None:
    with pytest.raises(QueryTooComplex):
        read_update(text)


def test_data_may_be_long_where_patterns_may_not() -> None:
    data = f"INSERT DATA {{ {TRIPLE * 5000} GRAPH <http://e.org/g> {{ {TRIPLE} }} }}"
    assert len(data) > MAX_BYTES
    with pytest.raises(QueryTooLarge) as caught:
        read_update(data)
    assert caught.value.limit == MAX_BYTES
    text = f"{data} ; PREFIX e: <http://e.org/> DELETE WHERE {{ ?s e:p ?o }}"
    steps = read_update(text, longest=1 << 20)
    assert [type(step.operation) for step in steps] == [Data, Modify]
    with pytest.raises(QueryTooLarge):
        read_update("INSERT {} WHERE { " + "# long\n" * 10_000 + "}", longest=1 << 20)
    with pytest.raises(QuerySyntax, match="not closed"):
        read_update(data.rstrip("}"), longest=1 << 20)


def test_the_parts_of_a_block() -> None:
    text = """ <a> <b> 'GRAPH <x> {' . GRAPH e:g { <a> <b> "}" . } . # GRAPH <y> {
    <c> <d> e:graph graph ?g{}graph <h> { <a> <b> 1 }  """
    found = [(name, part.text.strip(), part.line) for name, part in parts(Braces(text, 0))]
    assert found == [
        ("", "<a> <b> 'GRAPH <x> {' .", 1),
        ("e:g", '<a> <b> "}" .', 1),
        ("", "# GRAPH <y> {\n    <c> <d> e:graph", 1),
        ("?g", "", 2),
        ("<h>", "<a> <b> 1", 2),
    ]


def test_relative_iris_are_relative_to_the_base_given() -> None:
    copy = WorkingCopy(ox.Store(), {})
    text = "INSERT DATA { <s> <p> <o> } ; INSERT { ?s <q> <x> } WHERE { ?s <p> <o> }"
    apply_update(copy, read_update(text, base="http://e.org/update"))
    assert {quad.subject.value for quad in copy.store} == {"http://e.org/s"}
    assert {quad.object.value for quad in copy.store} == {"http://e.org/o", "http://e.org/x"}
