"""The choice of a format among those a client accepts."""

import pytest
from ancrage.graph.sparql.formats import (
    GRAPHS,
    RESULTS,
    Format,
    Kind,
    NotAcceptable,
    choose,
    formats_of,
    parse_accept,
)


@pytest.mark.parametrize(
    ("kind", "accept", "name"),
    [
        ("select", "", "json"),
        ("graph", "", "ttl"),
        ("select", "*/*", "json"),
        ("graph", "*/*;q=0.1", "ttl"),
        ("select", "application/json", "json"),
        ("ask", "text/xml", "xml"),
        ("graph", "application/xml", "rdf"),
        ("graph", "text/plain", "nt"),
        ("select", "text/*", "csv"),
        ("graph", "text/*", "ttl"),
        ("select", "text/csv;q=0.1, text/tab-separated-values;q=0.2", "tsv"),
        ("select", "text/csv, application/sparql-results+xml", "csv"),
        ("select", "text/tab-separated-values, text/csv", "tsv"),
        ("select", "text/csv;q=0, text/*", "tsv"),
        ("select", "application/sparql-results+json;q=0, application/*;q=0.3", "xml"),
        ("select", "text/turtle, csv;q=0.1", "csv"),
        ("graph", "N-TRIPLES", "nt"),
        ("graph", "turtle", "ttl"),
        ("select", "text/csv; header=present", "csv"),
        ("select", "text/csv;Q=0.5, */*;q=0.4", "csv"),
    ],
)
def test_the_best_format_is_chosen(kind: Kind, accept: str, name: str) -> None:
    assert choose(kind, accept).name == name


@pytest.mark.parametrize(
    ("kind", "accept"),
    [("select", "text/turtle"), ("graph", "csv"), ("ask", "image/*"), ("graph", "*/*;q=0")],
)
def test_what_cannot_be_made_is_told_with_what_can(kind: Kind, accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(kind, accept)
    assert caught.value.formats == tuple(one.bare for one in formats_of(kind))
    assert accept in str(caught.value)


def test_every_format_can_be_asked_by_each_of_its_names() -> None:
    kinds: list[tuple[Kind, tuple[Format, ...]]] = [("select", RESULTS), ("ask", RESULTS), ("graph", GRAPHS)]
    for kind, formats in kinds:
        for one in formats:
            for name in (one.name, one.bare, one.media_type, *one.aliases):
                assert choose(kind, name) is one


def test_a_broken_header_is_read_as_far_as_it_goes() -> None:
    assert parse_accept("text/csv;q=x, ,;q=1, a/b;q=7") == [("text/csv", 1.0), ("a/b", 1.0)]
