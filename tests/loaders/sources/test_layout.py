"""The exchange layout and the mapping say the same columns."""

import polars as pl
import pytest
from ancrage.loaders.mapping.rml import Term
from ancrage.loaders.mapping.yarrrml import parse
from ancrage.loaders.sources.declaration import SourceError
from ancrage.loaders.sources.description import SOURCES
from ancrage.loaders.sources.layout import (
    KINDS,
    LAYOUT,
    REGISTERS,
    TABLES,
    conform,
    empty_table,
    empty_tables,
)


def mapped_columns() -> dict[str, dict[str, set[str]]]:
    """Return table → column → how the mapping uses it: iri, lang, datatype or text."""
    path = SOURCES / "exchange" / "mapping.yml"
    found: dict[str, dict[str, set[str]]] = {}
    for triples_map in parse(path.read_text(encoding="utf-8"), path).mappings.values():
        columns = found.setdefault(triples_map.sources[0].stem, {})
        terms = [*triples_map.subjects]
        terms += [
            item
            for statement in triples_map.statements
            for item in statement.objects
            if isinstance(item, Term)
        ]
        for term in terms:
            for name in term.references:
                kind = (
                    "template"
                    if len(term.parts) > 1
                    else "iri"
                    if term.kind == "iri"
                    else str(term.datatype or "text")
                )
                columns.setdefault(name, set()).add(kind.rpartition("#")[2])
    return found


OF_A_LOAD = "structure"
"""A column of `sources` that nobody writes: a load makes it of the observations."""


def test_every_column_of_the_layout_is_mapped_and_every_mapped_one_is_of_the_layout() -> None:
    assert {table: set(columns) - {OF_A_LOAD} for table, columns in mapped_columns().items()} == {
        table: set(columns) for table, columns in LAYOUT.items()
    }


def test_the_kind_of_a_column_is_what_the_mapping_makes_of_it() -> None:
    made = {
        "id": {"iri"}, "class": {"template"}, "text": {"text"}, "code": {"text"}, "url": {"iri", "anyURI"},
        "integer": {"integer", "nonNegativeInteger"}, "number": {"decimal"}, "year": {"gYear"},
        "date": {"date"}, "time": {"template"},  # seconds are added
        "wkt": {"wktLiteral"},
    }  # fmt: skip
    assert made.keys() == KINDS.keys()
    for table, columns in mapped_columns().items():
        for name in columns.keys() - {OF_A_LOAD}:
            assert columns[name] <= made[LAYOUT[table][name].kind], (table, name)


def test_every_table_and_column_is_explained_in_a_sentence() -> None:
    assert TABLES.keys() == LAYOUT.keys()
    sentences = [
        *TABLES.values(),
        *(column.help for columns in LAYOUT.values() for column in columns.values()),
    ]
    assert all(sentence[:1].isupper() and sentence.endswith((".", "…")) for sentence in sentences)


def test_every_register_an_sql_reads_from_another_source_is_known() -> None:
    import re

    for path in SOURCES.glob("*/tidy.sql"):
        for name in re.findall(r"\b[a-z0-9_]+__register_[a-z0-9_]+\b", path.read_text(encoding="utf-8")):
            source, _, register = name.partition("__")
            assert register in REGISTERS.get(source.replace("_", "-"), {}), f"{path.parent.name}: {name}"


def test_empty_tables_have_lists_where_there_may_be_several_values() -> None:
    table = empty_table("organizations")
    assert table.schema["supervised_by"] == pl.List(pl.String)
    assert table.schema["label_fr"] == pl.String
    assert "register_units" in empty_tables("mesr-rnsr")


def test_cells_of_several_values_are_split_and_blanks_are_null() -> None:
    frame = pl.DataFrame(
        {"fields": ["field/a; field/b ;", "", None], "id": ["o/1", " o/2 ", "o/3"], "_row": [2, 3, 4]}
    )
    assert conform("organizations", frame).to_dict(as_series=False) == {
        "id": ["o/1", "o/2", "o/3"],
        "fields": [["field/a", "field/b"], [], None],
    }


def test_lists_and_numbers_stay_what_they_are() -> None:
    frame = pl.DataFrame({"id": ["p/1"], "capacity": [12], "fields": [["a"]]})
    assert conform("programmes", frame).rows() == [("p/1", ["a"], 12)]


def test_an_unknown_column_and_a_missing_one_are_named() -> None:
    with pytest.raises(SourceError, match="pas de colonne « libelle_fr »"):
        conform("organizations", pl.DataFrame({"id": ["o/1"], "libelle_fr": ["x"]}))
    with pytest.raises(SourceError, match="Il manque à la table « matches » la colonne « offer »"):
        conform("matches", pl.DataFrame({"id": ["m/1"], "request": ["r/1"]}))
