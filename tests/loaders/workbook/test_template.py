"""The workbook that people fill: what is written in it is read back the same, in both languages."""

import io
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from ancrage.loaders.read.about import CHOSEN, SUBJECTS, read_about
from ancrage.loaders.read.cells import put_right
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.variants import open_input, variants_of
from ancrage.loaders.sources.choices import as_called, choices, codes_by_name
from ancrage.loaders.sources.layout import LAYOUT, LayoutColumn
from ancrage.loaders.sources.names import normalise
from ancrage.loaders.workbook.template import USUAL, example, write_workbook
from ancrage.words import languages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook


def written(path: Path, language: str = "fr", rows: dict[str, pl.DataFrame] | None = None) -> Path:
    with path.open("wb") as file:
        write_workbook(file, USUAL if rows is None else rows, language, rows)
    return path


def read(path: Path) -> Inputs:
    return read_inputs(Source.named("exchange"), [path])


def test_every_term_that_is_offered_is_read_back_and_passes_its_check() -> None:
    checks = {(one.input, one.column): one.pattern for one in Source.named("exchange").checks if one.pattern}
    for table, columns in LAYOUT.items():
        for column in columns:
            for code, term in choices(table, column).items():
                assert re.search(checks.get((table, column), ""), code), (table, column, code)
                for language in languages():
                    assert codes_by_name(table, column)[as_called(term[language])] == code
                    assert ";" not in term[language]


def test_titles_of_columns_are_told_apart() -> None:
    for table, columns in LAYOUT.items():
        assert len({normalise(one.title) for one in columns.values()}) == len(columns), table


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_empty_workbook_gives_nothing_and_says_that_the_examples_are_not_read(
    tmp_path: Path, language: str
) -> None:
    inputs = read(written(tmp_path / "modele.xlsx", language))
    assert all(table.is_empty() for name, table in inputs.tables.items() if name != "about")
    (told,) = inputs.warnings
    assert not inputs.signalled and inputs.rejected.is_empty()
    assert told["fr"].startswith("Exemples du modèle, qui ne sont pas lus : modele.xlsx › ")
    assert told["fr"].count(", ligne 3") == len(USUAL), "one sentence for all sheets"


def test_a_sheet_has_lists_from_the_schemes_checks_a_frozen_header_and_text_for_codes(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path / "modele.xlsx"))
    assert book.sheetnames[:3] == ["Lisez-moi", "À propos", "Organisations"]
    assert book["Listes"].sheet_state == "hidden"
    sheet = book["Participations"]
    assert sheet.freeze_panes == "B3" and sheet.row_dimensions[1].hidden
    assert [cell.value for cell in sheet[1]][:2] == ["participations.id", "participations.interaction"]
    assert sheet["C2"].value == "Organisation qui prend part *"
    rules = {str(one.sqref).partition(":")[0]: one for one in sheet.data_validations.dataValidation}
    place = rules["D3"].formula1.replace("$", "").partition("!")[2]
    roles = [cell.value for (cell,) in book["Listes"][place]]
    assert roles == [term["fr"] for term in choices("participations", "roles").values()]
    assert sheet.column_dimensions["C"].width > 13 and sheet["D3"].value == "encadrement"
    assert load_workbook(written(tmp_path / "b.xlsx", "en"))["Organizations"]["F3"].value == "company"


@pytest.mark.parametrize("language", languages())
def test_what_is_said_of_the_data_is_chosen_from_lists_and_read_back(tmp_path: Path, language: str) -> None:
    book = load_workbook(written(tmp_path / "modele.xlsx", language))
    sheet, lists = book.worksheets[1], book.worksheets[-1]
    keys = [*SUBJECTS]
    for rule in sheet.data_validations.dataValidation:
        first, last = rule.formula1.replace("$", "").partition("!")[2].split(":")
        names = [cell.value for (cell,) in lists[first:last]]
        cell = str(rule.sqref)
        key = keys[int(cell[1:]) - 3]
        for name, code in zip(names, choices("about", key), strict=True):
            sheet[cell].value = name
            book.save(tmp_path / "rempli.xlsx")
            assert read_about(read(tmp_path / "rempli.xlsx").tables["about"]) == {key: code}
        sheet[cell].value = None
    assert len(sheet.data_validations.dataValidation) == len(CHOSEN)


def test_the_examples_are_read_as_they_are_meant_once_they_have_an_identifier(tmp_path: Path) -> None:
    frames = {
        table: pl.DataFrame(
            {"id": ["mon-exemple"], **{name: [value] for name, value in example(table).items()}}
        )
        for table in LAYOUT
    }
    inputs = read(written(tmp_path / "a.xlsx", rows=frames))
    refused = inputs.rejected.select("file", "column", "value").rows()
    assert not refused and inputs.changed.is_empty(), (refused, inputs.changed.rows())
    for table, frame in frames.items():
        assert inputs.tables[table].select(frame.columns).equals(frame), table


# --- What is written is read back ---


def values(table: str, column: LayoutColumn) -> st.SearchStrategy[str]:
    """Give cells in the layout's form."""
    if known := choices(table, column.name):
        if column.multiple:
            return st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=3, unique=True).map(";".join)
        return st.sampled_from(sorted(known))
    one = {
        "text": st.text(
            st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="ÃÂâ√¬"),
            min_size=1,
            max_size=30,
        )
        .map(lambda text: " ".join(text.split()))
        .filter(bool),
        "date": st.dates(min_value=__import__("datetime").date(1000, 1, 1))
        .map(str)
        .filter(lambda day: day < "2101"),
        "year": st.integers(1000, 2100).map(str),
        "integer": st.integers(0, 10**9).map(str),
        "number": st.decimals(-(10**6), 10**6, places=2).map(lambda value: f"{value:.2f}"),
        "url": st.just("https://example.org/a"),
        "wkt": st.just("POINT (5.7 45.1)"),
    }.get(column.kind)
    if one is None:
        pool = {
            "territory": ["38185", "01053", "200040715", "38", "2A", "R84", "ZE8409", "vallee-essai"],
            "organization": ["0383546Y", "200311865N", "130026081", "ma-scierie"],
        }.get(column.of, ["mon-code", "a/b-2"])
        fixed = {"siren": ["130026081"], "siret": ["13002608100013"], "uai": ["0383546Y"], "rnsr": ["200311865N"],
            "postcode": ["01000"], "country": ["FR"], "wikidata": ["Q42"]}  # fmt: skip
        one = st.sampled_from(fixed.get(column.name, pool))
    return (
        st.lists(one, min_size=1, max_size=2, unique=True).map(";".join)
        if column.multiple and column.kind == "id"
        else one
    )


@st.composite
def filled(draw: st.DrawFn) -> tuple[str, pl.DataFrame]:
    table = draw(
        st.sampled_from(("participations", "interactions", "organizations", "observations", "sites"))
    )
    columns = [one for one in LAYOUT[table].values() if one.name != "period"]
    count = draw(st.integers(1, 3))
    frame: dict[str, list[str | None]] = {"id": [f"chose-{rank}" for rank in range(count)]}
    for column in columns:
        if column.name != "id":
            cells = st.none() | values(table, column) if not column.required else values(table, column)
            frame[column.name] = [draw(cells) for _ in range(count)]
    return table, pl.DataFrame(frame, schema=dict.fromkeys(frame, pl.String))


@given(table=filled(), language=st.sampled_from(languages()))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_what_is_written_is_read_back(
    table: tuple[str, pl.DataFrame], language: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, frame = table
    path = tmp_path_factory.mktemp("lu") / "modele.xlsx"
    target = io.BytesIO()
    write_workbook(target, (), language, {name: frame})
    path.write_bytes(target.getvalue())
    source = Source.named("exchange")
    given_ = next(one for one in source.inputs if one.table == name)
    raw = open_input(path, replace(given_, sheet=path_sheet(path), format="xlsx"))
    rows = raw.read({column: rank for rank, column in enumerate(raw.header)}).with_columns(_file=pl.lit("a"))
    right = put_right({name: rows}, Inputs({}).headers)
    assert right.changed.is_empty() and not right.faults, right
    assert right.tables[name].select(frame.columns).equals(frame)


def path_sheet(path: Path) -> str:
    """Return the sheet of the only table of a workbook."""
    return next(one for one in load_workbook(path, read_only=True).sheetnames[2:])


def test_a_star_stands_where_the_loader_refuses_an_empty_cell_and_nowhere_else(tmp_path: Path) -> None:
    """The identifier of a participation had one, which may be left empty."""
    source = Source.named("exchange")
    path = tmp_path / "modele.xlsx"
    with path.open("wb") as file:
        write_workbook(file, LAYOUT)
    book = load_workbook(path)
    starred = {
        str(names.value)
        for sheet in book.worksheets
        for names, title in zip(sheet[1], sheet[2], strict=True)
        if str(title.value).endswith(" *")
    }
    assert starred == {
        f"{one.input}.{one.column}" for one in source.checks if one.required and one.input in LAYOUT
    }
    header = {
        f"{one.table}.{name}"
        for one in source.inputs
        if one.table in LAYOUT
        for name in variants_of(one)[0].columns
    }
    assert header <= starred, "a column that the header must have, its cells must"
