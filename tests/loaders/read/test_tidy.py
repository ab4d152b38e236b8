"""The SQL of sources: what it sees, what it may make, and what it may not reach."""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from ancrage.loaders.read.engine import MACROS
from ancrage.loaders.read.source import Source, SourceError
from ancrage.loaders.read.tidy import tidy
from ancrage.loaders.sources.names import normalise
from hypothesis import given, settings
from hypothesis import strategies as st

TOML = """
name = "essai"
title.fr = "Essai"
publisher = "Personne"
licence = "etalab-2.0"
requires = ["decoupage-administratif"]
uses = ["mesr-rnsr"]
[parameters]
region = "84"
[[inputs]]
table = "rows"
[[inputs.variants]]
columns = { code = "code", label = "label" }
"""
ROWS = pl.DataFrame({"code": ["01001", "01002"], "label": ["L'Été ", ""], "_file": "f.csv", "_row": [2, 3]})


def source(tmp_path: Path, sql: str | None) -> Source:
    (tmp_path / "source.toml").write_text(TOML, encoding="utf-8")
    if sql is not None:
        (tmp_path / "tidy.sql").write_text(sql, encoding="utf-8")
    return Source.read(tmp_path / "source.toml")


def run(tmp_path: Path, sql: str, **settings: str) -> dict[str, pl.DataFrame]:
    territories = tmp_path / "territories.parquet"
    pl.DataFrame({"id": ["territory/commune/01001"], "part_of": [["territory/region/84"]]}).write_parquet(
        territories
    )
    registers = {"decoupage_administratif__territories": territories}
    return tidy(source(tmp_path, sql), {"rows": ROWS}, registers=registers, settings=settings)


def test_layout_tables_and_registers_come_out_and_helpers_do_not(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        "CREATE TABLE _helper AS SELECT 'organization/' || code AS id, label FROM rows;"
        "CREATE TABLE organizations AS SELECT id, label AS label_fr, ['a', 'b'] AS serves "
        "FROM _helper ORDER BY id;"
        "CREATE TABLE register_codes AS SELECT code, _row FROM rows ORDER BY code;",
    )
    assert list(found) == ["organizations", "register_codes"]
    assert found["organizations"].rows() == [
        ("organization/01001", "L'Été", ["a", "b"]),
        ("organization/01002", None, ["a", "b"]),
    ]
    assert found["register_codes"].rows() == [("01001", 2), ("01002", 3)]


def test_parameters_are_variables_and_settings_replace_them(tmp_path: Path) -> None:
    sql = "CREATE TABLE organizations AS SELECT getvariable('region') AS id"
    assert run(tmp_path, sql)["organizations"]["id"].to_list() == ["84"]
    assert run(tmp_path, sql, region="d'ici")["organizations"]["id"].to_list() == ["d'ici"]
    with pytest.raises(SourceError, match="pas de paramètre « zone » \\(elle a : region\\)"):
        run(tmp_path, sql, zone="1")


def test_tables_of_required_sources_have_every_column_of_the_layout(tmp_path: Path) -> None:
    sql = (
        "CREATE TABLE organizations AS SELECT r.code AS id, t.label_fr, t.part_of "
        "FROM rows AS r "
        "JOIN decoupage_administratif__territories AS t ON t.id = 'territory/commune/' || r.code"
    )
    assert run(tmp_path, sql)["organizations"].rows() == [("01001", None, ["territory/region/84"])]


def test_tables_of_used_sources_not_loaded_are_empty(tmp_path: Path) -> None:
    sql = (
        "CREATE TABLE organizations AS "
        "SELECT r.code AS id, u.organization AS label_fr, o.part_of FROM rows AS r "
        "LEFT JOIN mesr_rnsr__register_units AS u ON u.rnsr = r.code "
        "LEFT JOIN mesr_rnsr__organizations AS o ON list_contains(o.supervised_by, r.code) ORDER BY id"
    )
    assert run(tmp_path, sql)["organizations"].rows() == [("01001", None, None), ("01002", None, None)]


def test_a_table_that_stands_beside_the_sql_is_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "numbers.csv").write_text("code,siren\n01001,012345678\n", encoding="utf-8")
    (tmp_path / "notes.csv").write_bytes(b"\xff\xfe")  # that the script does not name
    (tmp_path / "rows.csv").write_text(
        "code,label\n09009,Autre\n", encoding="utf-8"
    )  # as an input is: the input is read
    sql = (
        "CREATE TABLE organizations AS SELECT r.code AS id, n.siren, r.label AS label_fr "
        "FROM rows AS r LEFT JOIN numbers AS n USING (code) ORDER BY id"
    )
    assert run(tmp_path, sql)["organizations"].rows() == [
        ("01001", "L'Été", "012345678"),
        ("01002", None, None),
    ]
    (tmp_path / "numbers.csv").write_bytes(b"code,siren\n01001,\xff\xff\n")
    with pytest.raises(SourceError, match="numbers\\.csv : la table ne se lit pas comme un CSV"):
        run(tmp_path, sql)


def test_without_sql_the_raw_tables_that_the_layout_has_are_taken(tmp_path: Path) -> None:
    raw = pl.DataFrame({"id": ["o/1"], "serves": [" a ; b;; "], "label_fr": ["  "], "_file": "f", "_row": 2})
    found = tidy(source(tmp_path, None), {"organizations": raw, "rows": ROWS, "sites": raw.clear()})
    assert {name: table.rows() for name, table in found.items()} == {
        "organizations": [("o/1", None, ["a", "b"])]
    }


WRONG = [
    ("CREATE TABLE organizations AS SELECT nope FROM rows", "tidy.sql ne s'exécute pas : Binder Error.*nope"),
    ("SELEC 1", "Parser Error"),
    ("CREATE TABLE organisations AS SELECT code AS id FROM rows", "« organisations ».*« organizations »"),
    (
        "CREATE TABLE organizations AS SELECT code AS id, label FROM rows",
        "pas de colonne « label ».*« label_fr »",
    ),
    (
        "CREATE TABLE organizations AS SELECT code AS label_fr FROM rows",
        "manque à la table « organizations ».*« id »",
    ),
    (
        "CREATE TABLE sites AS SELECT * FROM decoupage_administratif__teritories",
        "ne donne pas.*« territories »",
    ),
    ("CREATE TABLE organizations AS SELECT * FROM read_csv('/etc/hostname')", "Permission Error"),
    ("COPY rows TO '/tmp/leak.csv'", "Permission Error"),
    ("ATTACH '/tmp/leak.db'", "Permission Error"),
    ("INSTALL httpfs", "Permission Error|disabled"),
    ("SET enable_external_access = true", "Error"),
    ("CREATE TABLE organizations AS SELECT * FROM 'http://127.0.0.1:9/x.parquet'", "Error"),
]


@pytest.mark.parametrize(("sql", "reason"), WRONG)
def test_wrong_or_forbidden_sql_is_one_sentence(tmp_path: Path, sql: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        run(tmp_path, sql)
    assert "\n" not in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.characters(max_codepoint=0x24F, exclude_characters="\0")
        | st.sampled_from("œŒæßẞøłđ’—…ﬁ\u0301\u1e9e\u2126\u212a\u00a0")
        | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        max_size=12,
    )
)
def test_names_are_normalised_alike_in_sql_and_in_python(text: str) -> None:
    assert _engine().execute("SELECT anc_norm($1)", [text]).fetchall() == [(normalise(text),)]


_ENGINES: list[duckdb.DuckDBPyConnection] = []


def _engine() -> duckdb.DuckDBPyConnection:
    if not _ENGINES:
        engine = duckdb.connect(":memory:")
        engine.execute(MACROS)
        _ENGINES.append(engine)
    return _ENGINES[0]


@pytest.mark.parametrize(
    ("name", "is_no_firm"),
    [
        ("Association Envie Loire", True),
        ("ASSOC TRANSFERTS", True),
        ("Duke University", True),
        ("Institut de Recherche Technologique B-Com", True),
        ("Associés en finance", False),
        ("Nge Fondations", False),
        ("Institut Mérieux", False),
    ],
)
def test_a_name_says_that_its_bearer_is_no_firm(name: str, is_no_firm: bool) -> None:
    assert _engine().execute("SELECT anc_is_no_firm($1)", [name]).fetchall() == [(is_no_firm,)]


def test_hashes_and_slugs() -> None:
    row = _engine().execute("SELECT anc_hash('abc'), anc_slug('L''Été — à Die')").fetchall()
    assert row == [("a9993e3647", "l-ete-a-die")]
