import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.loaders.mapping.quads import (
    BLANK,
    ENCODED,
    LANGUAGE,
    LEXICAL,
    LITERAL,
    REFERENCE,
    XSD,
    Form,
    datatype_form,
    is_absolute,
    text_columns,
    write_value,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IRI_LIKE = st.text(
    st.sampled_from("abzAZ09-._~:/?#[]@!$&'()*+,;=%{}<> \"é\u00a0\ue000\u0085\ufffe𝔘"), max_size=14
)


def is_valid(form: Form, value: str) -> bool:
    assert form.invalid is not None
    return not bool(pl.DataFrame({"x": [value]}).select(form.invalid(pl.col("x"))).item())


def oxigraph_accepts(iri: str) -> bool:
    try:
        list(ox.parse(f"<{iri}> <http://p/> <http://o/> .".encode(), format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        return False
    return True


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(IRI_LIKE)
@example("//a:b:c/")
@example("//[::1]:80/x")
@example("//[x")
def test_an_absolute_iri_we_accept_is_one_oxigraph_accepts(tail: str) -> None:
    iri = "http:" + tail
    if is_valid(REFERENCE, iri):
        assert oxigraph_accepts(iri)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("abz09-._~/?#@!$&'()*+,;=é𝔘:"), max_size=14))
def test_a_plain_iri_oxigraph_accepts_is_one_we_accept(tail: str) -> None:
    iri = "http://host/" + tail
    if oxigraph_accepts(iri):
        assert is_valid(REFERENCE, iri)


@settings(max_examples=300, deadline=None)
@given(IRI_LIKE)
def test_a_relative_iri_we_accept_is_valid_on_the_base(relative: str) -> None:
    absolute = pl.DataFrame({"x": [relative]}).select(is_absolute(pl.col("x"))).item()
    if is_valid(REFERENCE, relative) and not absolute:
        assert oxigraph_accepts("https://w3id.org/ancrage/id/" + relative)


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_an_encoded_value_is_valid_in_an_iri_and_can_be_decoded(value: str) -> None:
    from urllib.parse import unquote

    encoded = write_value(ENCODED, value)
    assert oxigraph_accepts("http://x/" + encoded)
    assert "/" not in encoded
    assert unquote(encoded, errors="strict") == value


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT)
def test_two_values_never_share_a_blank_node(one: str, other: str) -> None:
    assert (write_value(BLANK, one) == write_value(BLANK, other)) == (one == other)
    label = "_:Z" + write_value(BLANK, one)
    assert list(ox.parse(f"{label} <http://p/> <http://o/> .".encode(), format=ox.RdfFormat.N_TRIPLES))


DECIMALS = st.from_regex(r"[+-]?([0-9]{1,5}(\.[0-9]{0,5})?|\.[0-9]{1,5})", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(DECIMALS)
def test_a_canonical_decimal_has_the_same_value_and_one_form(value: str) -> None:
    from decimal import Decimal

    form = datatype_form(XSD + "decimal")
    canonical = write_value(form, value)
    assert Decimal(canonical) == Decimal(value)
    assert write_value(form, canonical) == canonical
    plain = format(Decimal(value).normalize(), "f")
    assert canonical == ("0" if Decimal(value) == 0 else plain)


@settings(max_examples=300, deadline=None)
@given(st.integers(), st.sampled_from(["", "+", "0", "00"]))
def test_a_canonical_integer_is_the_number(number: int, prefix: str) -> None:
    text = prefix + str(number) if number >= 0 else str(number)
    assert write_value(datatype_form(XSD + "integer"), text) == str(number)


@settings(max_examples=300, deadline=None)
@given(st.dates())
def test_every_day_is_a_date(day: object) -> None:
    assert write_value(datatype_form(XSD + "date"), str(day)) == str(day)


REFUSED = {
    "date": ["2023-02-29", "1900-02-29", "2023-13-01", "2023-04-31", "2023-1-1", "20230101", "2023-01-01\n"],
    "gYear": ["98", "2024-25", "", "20 24"],
    "gYearMonth": ["2024-13", "2024"],
    "dateTime": ["2024-01-01", "2024-01-01T25:00:00", "2024-01-01 10:00:00"],
    "time": ["24:01:00", "10:00"],
    "decimal": ["1e5", "1,5", ".", "", "+", "1.2.3", "１"],
    "double": ["inf", "1,5", "e5"],
    "boolean": ["True", "oui"],
    "positiveInteger": ["0", "-1"],
    "negativeInteger": ["0", "1"],
    "nonNegativeInteger": ["-1", "1.0"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values]
)
def test_a_wrong_lexical_form_is_refused_in_french(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"n'est pas {LEXICAL[name][1]}"):
        write_value(datatype_form(XSD + name), value)


@pytest.mark.parametrize("tag", ["fr", "fr-FR", "en-GB-oed", "sr-Latn"])
def test_language_tags(tag: str) -> None:
    assert write_value(LANGUAGE, tag) == tag


@pytest.mark.parametrize("tag", ["français", "fr_FR", "", "toolongtag", "fr-"])
def test_wrong_language_tags(tag: str) -> None:
    assert not is_valid(LANGUAGE, tag)


def test_a_datatype_unknown_here_is_a_plain_text() -> None:
    assert datatype_form("http://example.org/year") is LITERAL
    assert datatype_form(XSD + "duration") is LITERAL


def test_text_columns_are_text_and_empty_cells_are_null() -> None:
    from datetime import date, datetime

    frame = pl.DataFrame(
        {
            "text": ["a", ""],
            "whole": [3.0, None],
            "small": [1e-7, 2.5],
            "day": [date(2024, 5, 1), None],
            "moment": [datetime(2024, 5, 1, 12, 30), None],
            "list": [["a", ""], []],
            "numbers": [[1.0, 2.5], None],
        }
    )
    assert frame.select(text_columns(frame, frame.columns)).to_dict(as_series=False) == {
        "text": ["a", None],
        "whole": ["3", None],
        "small": ["0.0000001", "2.5"],
        "day": ["2024-05-01", None],
        "moment": ["2024-05-01T12:30:00", None],
        "list": [["a", None], []],
        "numbers": [["1", "2.5"], None],
    }
