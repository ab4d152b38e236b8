"""The same query: white space and comments do not count, everything else does."""

import pytest
from ancrage.graph.sparql.normalise import LONGEST, normalise_query
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store


def same(one: str, other: str) -> bool:
    return normalise_query(one) == normalise_query(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK {}", "ASK\n{}  # nothing"),
        ("SELECT * { ?s ?p ?o }", "  SELECT\t*\r\n{ ?s ?p ?o }\n"),
        ("SELECT * # a\n { ?s ?p ?o }", "SELECT * # b 'c\n { ?s ?p ?o }"),
        ("ASK { <http://e.org/#a> ?p '# b' }", "ASK {  <http://e.org/#a>\n?p '# b' }"),
    ],
)
def test_what_does_not_count(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { ?s ?p 'a b' }", "ASK { ?s ?p 'a  b' }"),
        ("ASK { ?s ?p '''a\n#b''' }", "ASK { ?s ?p '''a\n#c''' }"),
        ("ASK { <http://e.org/#a> ?p ?o }", "ASK { <http://e.org/#b> ?p ?o }"),
        (r"ASK { <http://e.org/\u0041#a> ?p ?o }", r"ASK { <http://e.org/\u0041#b> ?p ?o }"),
        ("ASK { ?s e:\U0001f600\\#b ?o }", "ASK { ?s e:\U0001f600\\#c ?o }"),
        ("ASK { ?s ?p ?o FILTER(?a<?b&&?c='>'&&?d='x  y') }", "ASK { ?s ?p ?o FILTER(?a<?b&&?c='>'&&?d='x y') }"),
        ("ASK { ?s ?p - 1 }", "ASK { ?s ?p -1 }"),
        ("SELECT ?a ?b {}", "SELECT ?a?b {}"),
    ],
)  # fmt: skip
def test_what_counts(one: str, other: str) -> None:
    assert not same(one, other)


STORE = Store()
STORE.add(Quad(NamedNode("http://e.org/#a"), NamedNode("http://e.org/p"), Literal("a  b # c")))
WORDS = st.sampled_from(
    ["SELECT", "*", "{", "}", "?s", "?p", "?o", "'a  b # c'", "'a b'", "<http://e.org/#a>", ".", "FILTER", "(", ")", "=",
     "<", ">", "'''x\n#'''", "#", "\n", "  ", "'", "e:\\#", "1", "-", "LIMIT", "&&", "?a<?b", "'>'"]
)  # fmt: skip


def answer(text: str) -> object:
    try:
        found = STORE.query(text)
    except SyntaxError:
        return "syntax"
    return (
        found.serialize(format=QueryResultsFormat.JSON) if isinstance(found, QuerySolutions) else str(found)
    )


@given(st.lists(WORDS, min_size=1, max_size=14))
def test_the_engine_answers_the_normalised_text_alike(words: list[str]) -> None:
    text = "SELECT * { ?s ?p ?o " + " ".join(words) + " }"
    found = answer(text)
    if found != "syntax":
        assert answer(normalise_query(text)) == found


def test_a_long_text_stays_as_it_is() -> None:
    text = "ASK  {} #" + "x" * LONGEST
    assert normalise_query(text) == text
