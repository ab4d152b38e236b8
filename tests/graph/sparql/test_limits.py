"""The look at a query before the engine: what is refused, what is let through, and where it points."""

import time
from contextlib import suppress

import pytest
from ancrage.graph.sparql.limits import (
    MAX_BYTES,
    Glance,
    QueryRefused,
    QueryTooComplex,
    QueryTooLarge,
    _Check,
    _plain,
    check_query,
)
from ancrage.graph.sparql.syntax import QuerySyntax
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

IRI = "<http://127.0.0.1:9999/>"

ATTACKS = {
    "nested groups": "SELECT * " + "{" * 2220 + "}" * 2220,
    "nested IF": "SELECT * { BIND(" + "IF(1,1," * 973 + "1" + ")" * 973 + " AS ?x) }",
    "nested parentheses": "SELECT * { FILTER" + "(" * 4716 + "1" + ")" * 4716 + " }",
    "nested lists": "SELECT * { " + "(" * 208 + "1" + ")" * 208 + " ?p ?o }",
    "flat list": "SELECT * { (" + "1 " * 300 + ") ?p ?o }",
    "long path": "SELECT * { ?s " + "/".join(["<http://e.org/p>"] * 474) + " ?o }",
    "long path in parentheses": "SELECT * { ?s (" + "/".join(["<http://e.org/p>"] * 474) + ")+ ?o }",
    "triple patterns": "SELECT * { " + "?s ?p ?o. " * 193 + "}",
    "predicate lists": "SELECT * { ?s " + "; ".join(["?p ?o"] * 193) + " }",
    "object lists": "SELECT * { ?s ?p " + ", ".join(["?o"] * 193) + " }",
    "optional groups": "SELECT * { ?s ?p ?o " + "OPTIONAL { ?s ?p ?o } " * 193 + "}",
    "nested bnodes": "SELECT * { ?s ?p " + "[ ?p " * 300 + "1" + " ]" * 300 + " }",
    "nested triple terms": "SELECT * { ?s ?p " + "<< " * 300 + "?s ?p ?o" + " >> ?p ?o" * 300 + " }",
    "unary operators": "SELECT * { FILTER(" + "!" * 20000 + "true) }",
    "inverse paths": "SELECT * { ?s " + "^" * 3000 + "<http://e.org/p> ?o }",
    "disjunctions": "SELECT * { ?s ?p ?o FILTER(" + " || ".join(["?o = 1"] * 1500) + ") }",
    "nested sub-selects": "SELECT * " + "{ SELECT * " * 300 + "{ ?s ?p ?o }" + " }" * 300,
    "exists": "SELECT * { " + "?s ?p ?o FILTER EXISTS { " * 100 + "?s ?p ?o" + " }" * 101,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_text_made_to_hurt_the_engine_is_refused(name: str) -> None:
    with pytest.raises(QueryTooComplex) as caught:
        check_query(ATTACKS[name])
    assert caught.value.line == 1
    assert caught.value.column > 1


def test_a_text_too_long_is_refused_by_its_bytes() -> None:
    check_query("SELECT * {} #" + "x" * (MAX_BYTES - 13))
    with pytest.raises(QueryTooLarge) as caught:
        check_query("SELECT * {} #" + "é" * (MAX_BYTES // 2))
    assert caught.value.size == MAX_BYTES + 13
    check_query("SELECT * {} #" + "é" * (MAX_BYTES // 2), longest=2 * MAX_BYTES)


SERVICES = {
    "plain": f"SELECT * {{ SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "silent, any case": f"SELECT * {{ service SiLeNt {IRI} {{ ?s ?p ?o }} }}",
    "variable": "SELECT * { SERVICE ?x { ?s ?p ?o } }",
    "glued to a variable": "SELECT * { SERVICE?x{ ?s ?p ?o } }",
    "glued to a name": "PREFIX : <http://e.org/> SELECT * { SERVICE:x{ ?s ?p ?o } }",
    "glued to a prefix": "PREFIX a: <http://e.org/> SELECT * { SERVICEa:x { ?s ?p ?o } }",
    "after true": f"SELECT * {{ ?s ?p trueSERVICE{IRI}{{ ?s ?p ?o }} }}",
    "after a comment": f"SELECT * {{ # nothing\n SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "after a string with a hash": f"SELECT * {{ ?s ?p '#' . SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "after an escaped quote": rf"SELECT * {{ ?s ?p '\'' . SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "after a long string": f'SELECT * {{ ?s ?p """a"b\'""" . SERVICE {IRI} {{ ?s ?p ?o }} }}',
    "after a name with a quote": rf"SELECT * {{ a:x\' ?p a:y\' . SERVICE {IRI} {{ ?s ?p 'x' }} }}",
    "behind a comparison and a quote": f"SELECT * {{ FILTER(?a<?b&&?c='>') SERVICE {IRI} {{ ?s ?p 'x' }} }}",
    "behind a comparison and a comment": "SELECT * { FILTER(?a<?b)SERVICE#>\n?x{ ?s ?p ?o } }",
    "behind true and a quote": f"SELECT * {{ FILTER(true<?b&&'>'='') SERVICE {IRI} {{ ?s ?p 'x' }} }}",
    "behind a language tag and a quote": f"SELECT * {{ FILTER('a'@en<?b&&'>'='') SERVICE {IRI} {{ ?s ?p 'x' }} }}",
    "behind a group and a quote": f"SELECT * {{ FILTER(EXISTS {{}}<?b&&'>'='') SERVICE {IRI} {{ ?s ?p 'x' }} }}",
    "in three quotes with a wrong escape": f"SELECT * {{ ?s ?p ('''a') . SERVICE {IRI} {{ ?s ?p ?o }} #\\q'''\n}}",
    "in three quotes with half a character": f"SELECT * {{ ?s ?p ('''a') . SERVICE {IRI} {{ }} #\\uD800'''\n}}",
    "escaped": rf"SELECT * {{ S\u0045RVICE {IRI} {{ ?s ?p ?o }} }}",
    "escaped line end": rf"SELECT * {{ # \u000A SERVICE {IRI} {{ ?s ?p ?o }} }}",
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_call_of_another_server_is_refused(name: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        check_query(SERVICES[name])
    assert caught.value.keyword == "SERVICE"


APART = {
    "a port": f"PREFIX a: <http://e:> SELECT * {{ ?s ?p a:SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "an address": f"PREFIX a:<http://[::1]> SELECT * {{ ?s ?p a:SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "a glued prefix": f"PREFIXa:<http://e:8> SELECT * {{ ?s ?p a:SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "an escaped port": rf"PREFIX a: <http://e\u003A> SELECT * {{ ?s ?p a:SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "a base": f"BASE <http://e:> PREFIX a: <> SELECT * {{ ?s ?p a:SERVICE {IRI} {{ ?s ?p ?o }} }}",
    "a glued filter": "PREFIX a: <a:> SELECT * { ?s ?p ?o FILTERa:b(?a<?b&&'>'='') }",
}


@pytest.mark.parametrize("name", APART)
def test_a_name_that_the_engine_would_take_apart_is_no_name(name: str) -> None:
    assert engine_reads(APART[name])
    with pytest.raises(QuerySyntax):
        check_query(APART[name])


HIDDEN = {
    "joins behind true": "SELECT * { FILTER(true<?b&&'>'='') " + "?s ?p ?o. " * 130 + "#'\n}",
    "nesting behind a language tag": "SELECT * { FILTER('a'@en<?b&&'>'='') " + "{" * 99 + "}" * 99 + "#'\n}",
    "dots in names": "PREFIX a: <a:> SELECT * { ?s ?p " + "true.a:b ?p " * 130 + "1 }",
    "dots after a prefix": "PREFIX a: <a:> SELECT * { ?s ?p " + "a:.a:b ?p " * 130 + "1 }",
    "dots of numbers": "SELECT * { ?s ?p ?o" + ".5 ?p ?o" * 130 + " }",
    "items without a term": "SELECT * { ?s ?p (" + "[]" * 130 + ") }",
    "reifiers": "SELECT * { ?s ?p ?o " + "~" * 130 + " }",
}


@pytest.mark.long
@pytest.mark.parametrize("name", HIDDEN)
def test_limits_hold_behind_what_looks_like_an_iri_or_a_name(name: str) -> None:
    assert engine_reads(HIDDEN[name])
    with pytest.raises(QueryTooComplex):
        check_query(HIDDEN[name])


@pytest.mark.parametrize(
    "text", [r"SELECT * { S\u0045RVICE <x:y> {} }", "SELECT * { # \\u000A SERVICE <x:y> {}\n"]
)
def test_the_engine_decodes_no_escape_before_it_reads(text: str) -> None:
    """The tokens count on it; an engine that did would need another look at `\\u0022`."""
    assert not engine_reads(text)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1/>",
        "INSERT DATA { <a:a> <a:b> 1 }",
        "PREFIX a: <a:> DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "drop graph <a:g>",
        "CREATE GRAPH <a:g>",
        "MOVE <a:a> TO <a:b>",
        "COPY <a:a> TO <a:b>",
        "ADD <a:a> TO <a:b>",
    ],
)
def test_an_update_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        check_query(text)


def test_the_place_of_a_refused_keyword_is_told() -> None:
    with pytest.raises(QueryRefused) as caught:
        check_query(f"SELECT * {{\n  ?é ?p 'SERVICE' .\n  SERVICE {IRI} {{ ?s ?p ?o }} }}")
    assert (caught.value.line, caught.value.column) == (3, 3)


INNOCENT = {
    "in a string": "SELECT * { ?s ?p 'SERVICE <x> { LOAD }', \"DELETE\", '''INSERT\nSERVICE''' }",
    "in a comment": "SELECT * { ?s ?p ?o # SERVICE <x> { ((((\n }",
    "in an IRI": "SELECT * { ?s <http://e.org/service#LOAD> ?o ; <http://e.org/SERVICE> ?x }",
    "in a prefixed name": "PREFIX service: <http://e.org/> SELECT * { ?s service:load service:insert }",
    "as a graph": "PREFIX service: <http://e.org/> SELECT * { GRAPH service:x { ?s ?p ?o } }",
    "as a variable": "SELECT ?service ?load { ?service ?load ?delete }",
    "as a local name": "PREFIX a: <http://e.org/> SELECT * { ?s a:with.service ?o FILTER(?o < 3 && ?o > 1) }",
    "values": "SELECT * { VALUES (?a ?b) { " + "(<http://e.org/a(b)> 'it''s') " * 400 + "} }",
    "many values": "SELECT * { VALUES ?x { " + "<http://e.org/x> " * 2000 + "} ?x ?p ?o }",
    "long list of alternatives": "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(["1"] * 2000) + ")) }",
    "comparisons": "SELECT * { ?s ?p ?o, ?q FILTER(1<2 && true<?q && 'a'@fr<'b' && (?o)<?q && ?o<=<http://e.org/>) }",
    "IRIs in all places": "SELECT * { ?s (<a:b>|<c:d>)* (<e:f> <g:h>) FILTER(<i:j>(<k:l>) = <m:n>) FILTER <o:p>(<q:r>) }",
    "prefixes of hosts": "PREFIX e: <http://e.org> PREFIX f: <http://e.org:80/> SELECT * { ?s f:service ?o }",
    "comparison": "SELECT * { ?s ?p ?o, ?q FILTER(?o<?q && ?q>3) }",
}


@pytest.mark.parametrize("name", INNOCENT)
def test_an_innocent_query_passes(name: str) -> None:
    check_query(INNOCENT[name])


def test_the_tokens_tell_prefixes_dataset_and_volatility() -> None:
    glance = check_query("PREFIX a: <http://a/>\nprefix é: <http://e/> SELECT * FROM NAMED a:g { ?s ?p ?o }")
    assert glance.prefixes == {"a": "http://a/", "é": "http://e/"}
    assert glance.names_dataset
    assert not glance.volatile
    assert check_query("SELECT (NOW() AS ?n) {}").volatile
    assert check_query("CONSTRUCT { [] ?p ?o } { ?s ?p ?o }").volatile
    assert check_query("CONSTRUCT { _:b ?p ?o } { ?s ?p ?o }").volatile
    assert not check_query("SELECT * { [] ?p ?from . _:b ?p 'RAND()' }").volatile
    assert not check_query("SELECT * { ?s ?p ?from }").names_dataset


SLOW = [
    *("a.", "<a", "'", '"', '"""', "'''a", "\\", "a:", "_:", "@a-", "é·", "a-", "((", "?"),
    "{" + "GRAPH service:x{}" * 120 + "}",
]


@pytest.mark.long
@pytest.mark.parametrize("piece", SLOW)
def test_the_look_takes_time_in_proportion_to_the_text(piece: str) -> None:
    """Eight times the text takes about eight times the time of the processor, and not its square."""

    def look(size: int) -> float:
        text = (piece * size)[:size]
        taken = []
        for _ in range(5):
            started = time.thread_time()
            with suppress(QueryTooComplex, QueryRefused):
                check_query(text)
            taken.append(time.thread_time() - started)
        return min(taken)

    assert look(MAX_BYTES // 3) < 24 * look(MAX_BYTES // 24)


PIECES = [
    "SERVICE", "SERVICE:x", "SERVICE?x", "SERVICEa:x", IRI, "?a", "?b", "<", ">", "'", '"', "#", "\n", " ",
    "{", "}", "(", ")", "FILTER(", "?a<?b", "'>'", "a:b", ".", "true", "1", "\\'", "&&", "=", "SILENT",
    "BIND(", "AS ?z)", "VALUES ?v {", "<a:b>", "'''", "@fr", "^^a:b",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_nothing_the_guard_lets_through_calls_a_server(pieces: list[str]) -> None:
    """What the guard accepts and the engine reads, the engine reads without the keyword too."""
    text = f"PREFIX : {IRI} PREFIX a: {IRI} SELECT * {{ BIND({IRI} AS ?x) {''.join(pieces)} }}"
    if not engine_reads(text):
        return
    try:
        check_query(text)
    except (QueryRefused, QueryTooComplex):
        return
    assert engine_reads(text.replace("SERVICE", "SERVICX")), text


def engine_reads(text: str) -> bool:
    try:
        Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):
        return True
    return True


PLAIN = st.sampled_from(
    ["SELECT", "*", "{", "}", "?s", "[", "]", "<<", ">>", "{|", "|}", "!", "+", "-", "^", "^^", ".", ";", ",", "/", "|",
     "<http://e.org/p>", "'a'", "FROM", "now", "#x\n", "GRAPH", "e:p", "e:service", "with", "VALUES", "=", "<", "||",
     "DESCRIBE", "_:b", "a", "\n"]
)  # fmt: skip


@given(st.lists(PLAIN, max_size=300))
def test_a_text_that_looks_plain_has_nothing_to_be_found_in_its_tokens(words: list[str]) -> None:
    text = " ".join(words)
    if _plain(text):
        assert _Check(text).run() == Glance()


@pytest.mark.parametrize(
    "text", ["sErVice <x:y> {}", "loAD <x:y>", "ASK { FILTER(1) }", "{" * 65, "/" * 128, "^" * 64]
)
def test_what_may_matter_does_not_look_plain(text: str) -> None:
    assert not _plain(text)
