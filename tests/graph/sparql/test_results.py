"""Solutions as values, and their writing for spreadsheets, programs and terminals."""

import csv
import io
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from ancrage.graph.sparql.results import (
    XSD,
    Blank,
    Iri,
    Rows,
    Text,
    Value,
    to_csv,
    to_json,
    to_value,
)
from ancrage.graph.sparql.terminal_table import to_table
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, QueryTriples, Store


def rows_of(text: str) -> Rows:
    answer = Store().query(text)
    assert not isinstance(answer, QueryTriples)
    return Rows.from_json(answer.serialize(format=QueryResultsFormat.JSON) or b"")


def test_terms_become_values() -> None:
    rows = rows_of(
        """PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT * { VALUES (?iri ?text ?fr ?int ?dec ?dbl ?bool ?date ?time ?year ?none) {
          (<http://e.org/é> "a\\nb" "été"@fr-FR 3 4.50 1e3 true "2026-01-31"^^xsd:date
           "2026-01-31T10:00:00Z"^^xsd:dateTime "2014"^^xsd:gYear UNDEF) } BIND(BNODE() AS ?blank) }"""
    )
    row = next(iter(rows))
    assert row["iri"] == "http://e.org/é"
    assert isinstance(row["iri"], Iri)
    assert row["text"] == "a\nb"
    assert type(row["text"]) is str
    assert isinstance(row["fr"], Text)
    assert (row["fr"], row["fr"].language) == ("été", "fr-fr")
    assert row["int"] == 3
    assert isinstance(row["dec"], Decimal)
    assert row["dec"] == Decimal("4.5")
    assert row["dbl"] == 1000.0
    assert row["bool"] is True
    assert row["date"] == date(2026, 1, 31)
    assert row["time"] == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert row["year"] == 2014
    assert row["none"] is None
    assert isinstance(row["blank"], Blank)
    assert rows.column("year") == [2014]
    with pytest.raises(LookupError, match="no column 'x'"):
        rows.column("x")


@pytest.mark.parametrize(
    ("datatype", "text"),
    [
        ("integer", "x"),
        ("date", "2014-02-31"),
        ("gYear", "MMXIV"),
        ("boolean", "oui"),
        ("decimal", "1,5"),
        ("dateTime", "hier"),
    ],
)
def test_an_ill_typed_literal_stays_a_text(datatype: str, text: str) -> None:
    assert to_value({"type": "literal", "value": text, "datatype": XSD + datatype}) == text


def test_codes_stay_texts() -> None:
    assert rows_of("SELECT ?code { VALUES ?code { '01004' } }").rows == [["01004"]]
    assert to_value({"type": "literal", "value": "1", "datatype": "http://e.org/integer"}) == "1"


def test_an_ask_is_one_boolean() -> None:
    assert rows_of("ASK {}").rows == [[True]]


def test_a_triple_term_is_told_as_text() -> None:
    rows = rows_of("SELECT (<<( <a:s> <a:p> 'o' )>> AS ?t) {}")
    assert rows.rows == [["<<( a:s a:p o )>>"]]


def test_rows_that_differ_by_language_become_one() -> None:
    rows = Rows(
        ["s", "label", "n"],
        [
            [Iri("u:1"), Text("Region", "en"), 1],
            [Iri("u:1"), Text("Région", "fr"), 1],
            [Iri("u:2"), Text("Department", "en"), 1],
            [Iri("u:1"), Text("Région", "fr"), 2],
        ],
    )
    assert rows.in_one_language().rows == [
        [Iri("u:1"), "Région", 1],
        [Iri("u:2"), "Department", 1],
        [Iri("u:1"), "Région", 2],
    ]


def test_csv_is_rfc_4180_and_begins_no_formula() -> None:
    values: list[list[Value]] = [["=1+1", None, -1.5], ['a "quote", a\r\nline', True, Decimal("1E+3")]]
    body = to_csv(Rows(["a", "b", "c"], values))
    assert body == b'a,b,c\r\n\'=1+1,,-1.5\r\n"a ""quote"", a\r\nline",true,1000\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_is_disarmed_for_french_spreadsheets(start: str) -> None:
    body = to_csv(Rows([f"{start}head"], [[f"{start}HYPERLINK()"], [Iri(f"{start}x:y")]]), french=True)
    read = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read == [[f"'{start}head"], [f"'{start}HYPERLINK()"], [f"'{start}x:y"]]


def test_a_negative_number_is_no_formula_even_as_text_but_an_expression_is() -> None:
    texts: list[list[Value]] = [["-12"], ["-1,5"], ["-1.5"], ["-1+2"], ["-12 "], ["+33"], [float("-inf")]]
    body = to_csv(Rows(["n"], texts), french=True)
    assert body.decode("utf-8-sig").splitlines()[1:] == [
        "-12", "-1,5", "-1.5", "'-1+2", "'-12 ", "'+33", "'-INF"
    ]  # fmt: skip


def test_numbers_are_french_and_stay_numbers() -> None:
    body = to_csv(
        Rows(["n"], [[-1.5], [Decimal("-0.25")], [-3], [True], [date(2026, 1, 31)], [None]]), french=True
    )
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig") == 'n\r\n-1,5\r\n-0,25\r\n-3\r\nVRAI\r\n2026-01-31\r\n""\r\n'


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_csv_gives_back_any_text(table: list[list[str]]) -> None:
    rows = Rows(["a", "b"], [list(row) for row in table])
    for body, separator in (
        (to_csv(rows).decode(), ","),
        (to_csv(rows, french=True).decode("utf-8-sig"), ";"),
    ):
        read = list(csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True))
        assert len(read) == len(table) + 1
        for got, row in zip(read[1:], table, strict=True):
            for cell, text in zip(got, row, strict=True):
                assert cell in (text, "'" + text)


def test_json_has_plain_values() -> None:
    values: list[Value] = [Iri("u:1"), Decimal("2.50"), Decimal(3), math.inf, date(2026, 1, 31), None, True]
    rows = Rows(list("abcdefg"), [values])
    got: Any = json.loads(to_json(rows))
    assert got == [
        {"a": "u:1", "b": 2.5, "c": 3, "d": "inf", "e": "2026-01-31", "f": None, "g": True},
    ]


def test_a_table_is_aligned_by_what_the_eye_sees() -> None:
    table = to_table(Rows(["lieu", "n"], [["Gap", 5], ["東京", 12], ["E\u0301vian", None]]))
    assert table.split("\n") == ["lieu    n", "-----  --", "Gap     5", "東京   12", "E\u0301vian"]


def test_a_table_keeps_within_its_width() -> None:
    rows = Rows(["a", "b"], [["x" * 200, "y" * 30], ["東" * 60, "z"]])
    for width in (10, 33, 60, 100):
        lines = to_table(rows, width).split("\n")
        assert all(sum(2 if c == "東" else 1 for c in line) <= width for line in lines)
        assert any("…" in line for line in lines)
    assert "…" not in to_table(rows)


def test_data_cannot_move_the_cursor() -> None:
    table = to_table(Rows(["a\x1b[2J"], [["\x1b]0;title\x07"], ["two\nlines"], ["\u202eabc"]]))
    assert "\x1b" not in table
    assert "\x07" not in table
    assert "\u202e" not in table
    assert len(table.split("\n")) == 5


def test_an_empty_answer_is_a_head() -> None:
    assert to_table(Rows(["a", "bc"], [])) == "a  bc\n-  --"
    assert to_csv(Rows(["a"], [])) == b"a\r\n"
    assert to_json(Rows(["a"], [])) == b"[]"


@pytest.mark.parametrize("text", ["1E+999999999", "NaN", "sNaN", "Infinity", "1_000", "٣", "1e5", ""])
def test_what_is_no_decimal_stays_a_text(text: str) -> None:
    value = to_value({"type": "literal", "value": text, "datatype": XSD + "decimal"})
    assert value == text
    assert to_csv(Rows(["n"], [[value]]), french=True)
