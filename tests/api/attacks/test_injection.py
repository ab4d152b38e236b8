"""Texts that would be code: in the parameters of named questions, in searches, in paths."""

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ancrage.queries.library import Library

CANARY = "CANARY-OF-ANOTHER-GRAPH"
_GIVEN = tomllib.loads((Path(__file__).parent / "corpus.toml").read_text("utf-8"))["texts"]
TEXTS = [*_GIVEN["of"], *(piece * count for piece, count in _GIVEN["repeated"])]

BEFORE = (
    *("/doc/", "/id/", "/def/", "/acteurs/", "/filieres/", "/territoires/commune/", "/territoires/"),
    *("/queries/", "/static/", "/graphs/", "/dumps/", "/contexts/", "/"),
)
_LIBRARY = Library()
QUESTIONS = [query for query in _LIBRARY.values() if query.parameters]


def runs(answer: Any) -> bool:
    """Tell whether an answer would be run by a browser: a page with our code in it."""
    return "html" in answer.headers.get("content-type", "html") and b"<script>alert" in answer.body


@pytest.mark.parametrize("question", QUESTIONS[:: max(1, len(QUESTIONS) // 12)], ids=lambda query: query.name)
def test_parameters_of_questions_are_terms(target: Any, quoted: Any, question: Any) -> None:
    given = {one.name: quoted(str(one.example)) for one in question.parameters}
    for name in given:
        for text in TEXTS[:: 1 if question is QUESTIONS[0] else 3]:
            asked = "&".join(
                f"{key}={quoted(text) if key == name else value}" for key, value in given.items()
            )
            answer = target.ask(f"/queries/{question.name}?{asked}&format=json", Accept="application/json")
            assert answer.status in (200, 400, 404, 406, 413, 422, 429, 503, 504), (
                name,
                text,
                answer.body[:300],
            )
            assert CANARY.encode() not in answer.body
            if answer.status == 400:
                json.loads(answer.body)


@pytest.mark.parametrize(
    "path", ["/recherche?q=", "/recherche?type=", "/sparql?format=", "/queries?tag=", "/?lang="]
)
def test_parameters_of_pages_are_text(target: Any, quoted: Any, path: str) -> None:
    for text in TEXTS:
        answer = target.ask(path + quoted(text), Accept="text/html")
        assert answer.status in (200, 400, 404, 406, 413), (text, answer.body[:300])
        assert CANARY.encode() not in answer.body
        assert not runs(answer)
        assert str(31337**2).encode() not in answer.body


@pytest.mark.parametrize("before", BEFORE)
def test_paths_are_text(target: Any, quoted: Any, before: str) -> None:
    for text in TEXTS:
        for accept in ("text/html", "text/turtle"):
            answer = target.ask(before + quoted(text), Accept=accept)
            assert answer.status in (200, 301, 303, 307, 308, 400, 404, 405, 406, 410, 414, 429, 503), (
                text,
                answer.status,
                answer.body[:300],
            )
            assert CANARY.encode() not in answer.body
            assert b"root:x:" not in answer.body
            assert not runs(answer)
            location = answer.headers.get("location", "")
            assert location.startswith(("", "/", target.url)) and not location.startswith("//")
            assert "\n" not in location and "javascript:" not in location.lower()[:12]


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL"]
)
def test_headers_do_not_make_links_that_are_code(target: Any, header: str) -> None:
    for value in ('x"><script>alert(1)</script>', "javascript:alert(1)//", "evil.example"):
        for path in (
            "/",
            "/doc/site/0990001A",
            "/sparql",
            "/sitemap.xml",
            "/robots.txt",
            "/.well-known/void",
        ):
            answer = target.ask(path, Accept="text/html", **{header.replace("-", "_"): value})
            assert answer.status < 500 or answer.status == 503, (path, value)
            assert not runs(answer)
            assert b'href="javascript:' not in answer.body


@pytest.mark.parametrize("name", ["organization/formula", "organization/formula?page=1"])
def test_a_table_of_a_description_begins_no_formula(target: Any, name: str) -> None:
    path, _, query = name.partition("?")
    answer = target.ask(f"/doc/{path}.csv?{query}")
    assert answer.status == 200
    cells = [cell for row in csv.reader(io.StringIO(answer.body.decode())) for cell in row]
    assert "'=cmd|'/C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_an_answer_of_sparql_stays_as_it_is(target: Any) -> None:
    asked = "SELECT ?l { <https://w3id.org/ancrage/id/organization/formula> rdfs:label ?l }"
    found = target.sparql("PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + asked, "text/csv")
    assert found.body == b"l\r\n=cmd|'/C calc'!A0\r\n"
