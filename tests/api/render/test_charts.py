"""Charts: what is drawn, what is said of it, what is left out, and that no text becomes markup."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
from ancrage.api.render.chart_drawing import COLOURS
from ancrage.api.render.charts import MOST_BARS, MOST_SERIES, draw
from ancrage.graph.sparql.results import Rows, Value
from ancrage.queries.query import Chart
from hypothesis import given, settings
from hypothesis import strategies as st

SVG = "{http://www.w3.org/2000/svg}"
BAR, LINE = Chart("bar", "place", "n"), Chart("line", "year", "n", "family")


def _bars(svg: str) -> list[float]:
    root = ElementTree.fromstring(svg)
    return [
        float(r.get("width", "0"))
        for r in root.iter(f"{SVG}rect")
        if (r.get("class") or "").startswith("serie")
    ]


def _paths(svg: str, series: int) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [p.get("d", "") for p in root.iter(f"{SVG}path") if p.get("class") == f"trait-{series}"]


def test_bars_are_as_long_as_their_values() -> None:
    drawing = draw(
        Rows(["place", "n"], [["Gap", 10], ["Briançon", Decimal("5")], ["Die", 2.5]]), BAR, "Sites"
    )
    ten, five, less = _bars(drawing.svg)
    assert five / ten == pytest.approx(0.5, abs=0.01)
    assert less / ten == pytest.approx(0.25, abs=0.01)
    assert drawing.rows == [["Gap", "10"], ["Briançon", "5"], ["Die", "2,5"]]
    assert "3 valeurs, de 2,5 (Die) à 10 (Gap)" in drawing.summary


def test_a_missing_value_is_no_zero() -> None:
    drawing = draw(Rows(["place", "n"], [["Gap", 3], ["Secret", None], ["Rien", 0]]), BAR, "Sites")
    assert len(_bars(drawing.svg)) == 2
    assert drawing.rows[1:] == [["Secret", "–"], ["Rien", "0"]]
    assert "1 sans valeur (ce n’est pas zéro)" in drawing.summary


def test_a_negative_value_goes_the_other_way() -> None:
    drawing = draw(Rows(["place", "n"], [["a", 5], ["b", -5]]), BAR, "Écarts")
    root = ElementTree.fromstring(drawing.svg)
    first, second = (r for r in root.iter(f"{SVG}rect") if (r.get("class") or "").startswith("serie"))
    assert float(second.get("x", "")) + float(second.get("width", "")) == pytest.approx(
        float(first.get("x", "")), abs=0.2
    )


def test_a_line_follows_the_years_and_breaks_where_a_value_is_missing() -> None:
    rows: list[list[Value]] = [
        ["2020", "a", 3],
        ["2018", "a", 1],
        ["2019", "a", 2],
        ["2018", "b", 1],
        ["2019", "b", None],
        ["2020", "b", 4],
    ]
    drawing = draw(Rows(["year", "family", "n"], rows), LINE, "Interactions")
    assert [row[0] for row in drawing.rows] == ["2018", "2019", "2020"]
    assert _paths(drawing.svg, 0)[0].count("M") == 2
    assert _paths(drawing.svg, 1) == [], "two points with a hole between them: no line"
    assert drawing.head == ["année", "a", "b"]


def test_a_gap_of_years_keeps_its_width() -> None:
    drawing = draw(
        Rows(["year", "n"], [["2000", 1], ["2001", 1], ["2010", 1]]), Chart("line", "year", "n"), "x"
    )
    root = ElementTree.fromstring(drawing.svg)
    first, second, third = (float(c.get("cx", "")) for c in root.iter(f"{SVG}circle"))
    assert (third - second) / (second - first) == pytest.approx(9, abs=0.1)


def test_series_differ_by_more_than_colour() -> None:
    rows: list[list[Value]] = [[year, name, 1] for year in ("2020", "2021") for name in "abcdef"]
    line_svg = draw(Rows(["year", "family", "n"], rows), LINE, "x").svg
    line = ElementTree.fromstring(line_svg)
    dashes = [
        p.get("stroke-dasharray")
        for p in line.iter(f"{SVG}path")
        if (p.get("class") or "").startswith("trait")
    ]
    assert len(set(dashes)) == len(dashes) == len(COLOURS)
    bar = draw(Rows(["year", "family", "n"], rows), Chart("bar", "year", "n", "family"), "x").svg
    assert all(f'fill="url(#motif-{n})"' in bar for n in range(1, len(COLOURS)))
    assert (
        "<defs>" not in line_svg and 'id="motif-3"' in bar
    )  # no id that another chart of the page could have too


def test_rows_of_one_place_are_added_only_where_the_hint_says_so() -> None:
    rows = Rows(["place", "n"], [["Gap", 3], ["Die", 9], ["Gap", 4], ["Gap", None]])
    added = draw(rows, Chart("bar", "place", "n", total=True), "x")
    assert added.rows == [["Die", "9"], ["Gap", "7"]]
    assert "ne sont pas dessinées" not in added.summary
    assert "1 sans valeur" in added.summary
    first = draw(rows, BAR, "x")
    assert first.rows == [["Gap", "3"], ["Die", "9"]]
    assert "2 lignes du tableau ne sont pas dessinées" in first.summary


def test_what_is_too_much_is_counted() -> None:
    many: list[list[Value]] = [[f"p{n}", n] for n in range(100)]
    drawing = draw(Rows(["place", "n"], many), BAR, "x")
    assert len(drawing.rows) == MOST_BARS
    assert f"{100 - MOST_BARS} lignes du tableau ne sont pas dessinées" in drawing.summary
    series: list[list[Value]] = [["2020", f"s{n}", n] for n in range(20)]
    drawing = draw(Rows(["year", "family", "n"], series), LINE, "x", "en")
    assert drawing.head == ["year", *(f"s{n}" for n in range(19, 19 - MOST_SERIES, -1))]
    assert "14 rows of the table are not drawn" in drawing.summary


@pytest.mark.parametrize("rows", [[], [[None, None]], [["a", None]], [["a", "texte"]], [["a", True]]])
def test_nothing_to_draw_is_said(rows: list[list[Value]]) -> None:
    drawing = draw(Rows(["place", "n"], rows), BAR, "x")
    assert drawing.summary == "Aucune valeur à dessiner."
    ElementTree.fromstring(drawing.svg)


def test_an_answer_without_the_hinted_columns_draws_nothing() -> None:
    assert draw(Rows(["other"], [["a"]]), BAR, "x").rows == []


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=20),
            st.text(max_size=20),
            st.none() | st.integers() | st.floats() | st.decimals(allow_nan=False),
        ),
        max_size=12,
    ),
    st.sampled_from(["bar", "line"]),
    st.text(max_size=20),
)
def test_any_answer_makes_well_formed_svg(rows: list[tuple[str, str, Value]], kind: str, title: str) -> None:
    table = Rows(["a", "s", "n"], [list(row) for row in rows])
    svg = draw(table, Chart(kind, "a", "n", "s"), title).svg
    root = ElementTree.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "path", "rect", "circle", "text"}
    assert not [
        name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style"
    ]
    assert "nan" not in svg.replace(title, "").lower() or any("nan" in (a + s).lower() for a, s, _ in rows)
