"""Formats chosen by name, suffix and Accept header."""

import pytest
from ancrage.api.web.negotiation import (
    DESCRIPTIONS,
    GRAPHS,
    TABLES,
    NotAcceptable,
    Representation,
    choose,
    quality,
    split_suffix,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "offered", "expected"),
    [
        (BROWSER, DESCRIPTIONS, "html"),
        ("text/turtle", DESCRIPTIONS, "ttl"),
        ("application/ld+json;q=0.4, application/n-triples;q=0.9", DESCRIPTIONS, "nt"),
        ("text/html;q=0, */*", DESCRIPTIONS, "ttl"),
        ("*/*", DESCRIPTIONS, "html"),
        (None, DESCRIPTIONS, "html"),
        ("application/json", TABLES, "json"),
        ("text/csv, text/html;q=0.9", TABLES, "csv"),
        ("text/turtle;q=0.2, application/n-triples;q=0.3", GRAPHS, "nt"),
    ],
)
def test_the_best_quality_wins(
    accept: str | None, offered: tuple[Representation, ...], expected: str
) -> None:
    assert choose(accept, offered).name == expected


def test_a_format_asked_for_by_name_wins_over_accept() -> None:
    assert choose("text/html", TABLES, "csv-fr").name == "csv-fr"


def test_what_cannot_be_given_lists_what_can() -> None:
    with pytest.raises(NotAcceptable, match="text/turtle") as caught:
        choose("image/png", DESCRIPTIONS)
    assert caught.value.asked == "image/png"


def test_the_most_specific_range_decides() -> None:
    assert quality("*/*;q=0.9, text/turtle;q=0", "text/turtle") == 0


def test_broken_parts_are_left_out() -> None:
    assert choose("nonsense, text/turtle;q=abc, text/html;q=0.1", DESCRIPTIONS).name == "html"


def test_only_known_suffixes_are_taken_off() -> None:
    assert split_suffix("naf2025/16.11Y.jsonld") == ("naf2025/16.11Y", "jsonld")
    assert split_suffix(".ttl") == (".ttl", None)
