"""RML in Turtle: what is wrong is one sentence with file, line and triples map; right ones stand in tests/data/mapping."""

import io
import re
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.loaders.mapping import rml_turtle, yarrrml
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.mapping.quads import XSD
from ancrage.loaders.mapping.rml import MappingError, WrongCell
from ancrage.loaders.sources.declaration import SourceError

PREFIXES = "@prefix rml: <http://w3id.org/rml/> . @prefix ex: <http://e.x/> . @base <http://e.x/> .\n"
SOURCE = 'rml:logicalSource [ rml:source [ rml:path "rows.csv" ] ; rml:referenceFormulation rml:CSV ]'
SUBJECT = 'rml:subjectMap [ rml:template "http://e.x/{id}" ]'
OBJECT = "rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap [ rml:reference 'x' ] ]"


def quads(text: str, folder: Path) -> set[str]:
    data = b"".join(Mapping.parse(PREFIXES + text, syntax="rml").quads(folder))
    return {str(quad) for quad in ox.parse(data, format=ox.RdfFormat.N_QUADS)}


REFUSED = [
    ("<A> a rml:TriplesMap ; rml:subject ex:a .", 2, "« logicalSource » est attendu une fois, il y en a 0"),
    (f"<A> {SOURCE} .", 2, "« subjectMap » est attendu une fois, il y en a 0"),
    (f"<A> {SOURCE} ;\n {SUBJECT} , [ rml:constant ex:a ] .", 2, "il y en a 2"),
    (f"<A> {SOURCE} ;\n rml:subjectMap [\n rml:termType rml:Literal ; rml:reference 'id' ] .", 4, "« Literal »"),
    (f"<A> {SOURCE} ;\n rml:subjectMap [ rml:template 'a' ; rml:reference 'id' ] .", 3, "il y en a 2"),
    (f"<A> {SOURCE} ; rml:subjectMap [ rml:constant 'text' ] .", 2, "la constante « text »"),
    (f"<A> {SOURCE} ; rml:subjectMap [ rml:constant [] ] .", 2, "la constante « _:"),
    (f"<A> {SOURCE} ; rml:subjectMap [ rml:template '{{{{id}}}}' ] .", 2, "qui n'entoure pas une référence"),
    (f"<A> {SOURCE} ; rml:subjectMap [ rml:template 'a{{}}' ] .", 2, "qui n'entoure pas une référence"),
    (f"<A> {SOURCE} ; rml:subjectMap [ rml:tmplate 'a' ] .", 2, "« tmplate » est inconnue ici"),
    (f"<A> {SOURCE} ; {SUBJECT} ;\n rml:predicateObjectMap [ rml:predicate ex:x ] .", 3, "un objet sont attendus"),
    (f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:predicate 'x' ; rml:object 1 ] .", 2, "la constante « x »"),
    (
        f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap "
        "[ rml:reference 'x' ; rml:language 'fr' ; rml:datatype ex:y ] ] .",
        2,
        "pas les deux",
    ),
    (
        f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap "
        "[ rml:reference 'x' ; rml:language 'fr' ; rml:termType rml:IRI ] ] .",
        2,
        "seul un littéral",
    ),
    (
        f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap "
        "[ rml:termType rml:BlankNode ] ] .",
        2,
        "« constant » est attendu une fois, il y en a 0",
    ),
    (
        f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap "
        "[ rml:parentTriplesMap <Parents> ] ] .\n<Parent> rml:subject ex:a .",
        2,
        "« http://e.x/Parents », qui n'existe pas",
    ),
    (
        f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap [\n"
        " rml:parentTriplesMap <B> ] ] .\n"
        "<B> rml:logicalSource [ rml:source 'other.csv' ] ; rml:subject ex:b .",
        3,
        "demande une condition",
    ),
    (f"<A> {SOURCE} ; {SUBJECT} ; rml:predicateObjectMap [ rml:functionExecution [] ] .", 2, "functionExecution"),
    ("<A> rml:logicalSource [ rml:source 'http://a.b/c.csv' ] ; rml:subject ex:a .", 2, "est distante"),
    ("<A> rml:logicalSource [ rml:source 'c.xml' ; rml:referenceFormulation rml:XPath ] ; rml:subject ex:a .", 2, "« XPath »"),
    ("<A> rml:logicalSource [ rml:source 'c.csv' ; rml:iterator ex:a ] ; rml:subject ex:a .", 2, "demande un texte"),
    ("<A> ex:nothing ex:there .", None, "aucune correspondance"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "reason"), REFUSED)
def test_a_wrong_mapping_is_refused_with_its_line(
    text: str, line: int | None, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        Mapping.read(path)
    sentence = str(caught.value)
    assert sentence.startswith(
        f"wrong.ttl, ligne {line}, mapping « A » : " if line else "wrong.ttl, en tête : "
    )
    assert reason in sentence
    assert sentence.count(". ") == 0


def test_what_is_no_turtle_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    path.write_text(PREFIXES + "<a> <b>\n <c> ;; <d .", encoding="utf-8")
    with pytest.raises(MappingError, match=r"^wrong\.ttl, ligne 3 : ce n'est pas du Turtle \("):
        Mapping.read(path)


def test_both_readers_give_one_model() -> None:
    turtle = """
    @prefix rr: <http://www.w3.org/ns/r2rml#> . @prefix rml: <http://semweb.mmlab.be/ns/rml#> .
    @prefix ex: <http://e.x/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <urn:map/a> rml:logicalSource [ rml:source "a.csv" ] ;
      rr:subjectMap [ rr:template "http://e.x/{id}" ; rr:class ex:A ] ;
      rr:predicateObjectMap
        [ rr:predicate ex:n ; rr:objectMap [ rml:reference "n" ; rr:datatype xsd:integer ] ],
        [ rr:predicate ex:b ; rr:objectMap [
          rr:parentTriplesMap <urn:map/b> ; rr:joinCondition [ rr:child "b" ; rr:parent "id" ] ] ] .
    <urn:map/b> rml:logicalSource [ rml:source "b.csv" ] ; rr:subjectMap [ rml:reference "iri" ] .
    """
    yaml = (
        "prefixes: {ex: 'http://e.x/'}\nmappings:\n"
        "  a: {sources: [[a.csv~csv]], s: 'ex:$(id)', po: [[a, ex:A], [ex:n, $(n), xsd:integer],\n"
        "    {p: ex:b, o: {mapping: b, condition: {function: equal, parameters: [[str1, $(b)], [str2, $(id)]]}}}]}\n"
        "  b: {sources: [[b.csv~csv]], s: $(iri)}\n"
    )
    assert rml_turtle.parse(turtle) == yarrrml.parse(yaml)


@pytest.mark.parametrize("suffix", ["parquet", "xlsx"])
def test_tables_that_are_no_text_are_read_by_their_suffix(suffix: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1, 2], "x": ["a", None]})
    if suffix == "parquet":
        frame.write_parquet(tmp_path / "rows.parquet")
    else:
        frame.write_excel(tmp_path / "rows.xlsx")
    text = f"<A> rml:logicalSource [ rml:source [ rml:path 'rows.{suffix}' ] ] ; {SUBJECT} ; {OBJECT} ."
    assert quads(text, tmp_path) == {'<http://e.x/1> <http://e.x/x> "a"'}


def test_tables_in_memory_give_the_literals_that_json_would() -> None:
    text = f"<A> rml:logicalSource [ rml:source 'rows.json' ; rml:referenceFormulation rml:JSONPath ] ; {SUBJECT} ; {OBJECT} ."
    rows = {"rows": pl.DataFrame({"id": [1, 2], "x": [True, None]})}
    data = b"".join(Mapping.parse(PREFIXES + text, syntax="rml").quads(rows, strict=True))
    assert (
        data.decode()
        == '<http://e.x/1> <http://e.x/x> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n'
    )


def test_an_array_stands_for_its_items_before_rml_core_alone(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text('[{"id": 1, "x": ["a", "b"]}]', encoding="utf-8")
    text = f"<A> rml:logicalSource [ rml:source 'rows.json' ; rml:iterator '$[*]' ] ; {SUBJECT} ;\n{OBJECT} ."
    with pytest.raises(MappingError, match="« x » n'est pas une valeur simple"):
        quads(text, tmp_path)
    before = (PREFIXES + text).replace("http://w3id.org/rml/", "http://semweb.mmlab.be/ns/rml#")
    assert b"".join(Mapping.parse(before, syntax="rml").quads(tmp_path)).count(b"\n") == 2


def _archive(folder: Path, compression: str, count: int = 1) -> None:
    names = ["rows.csv", "other.csv"][:count]
    data = b"id,x\n1,a\n"
    if compression == "zip":
        with zipfile.ZipFile(folder / "rows.zip", "w") as archive:
            for name in names:
                archive.writestr(f"folder/{name}", data)
        return
    with tarfile.open(folder / "rows.zip", "w:gz" if compression == "targz" else "w:xz") as tar:
        for name in names:
            member = tarfile.TarInfo(f"../{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def _compressed(compression: str) -> str:
    source = f'rml:source [ rml:path "rows.zip" ; rml:compression rml:{compression} ] ; rml:referenceFormulation rml:CSV'
    return f"<A> rml:logicalSource [ {source} ] ; {SUBJECT} ; {OBJECT} ."


@pytest.mark.parametrize("compression", ["zip", "targz", "tarxz"])
def test_a_compressed_file_is_read_where_it_holds_one(compression: str, tmp_path: Path) -> None:
    _archive(tmp_path, compression)
    assert quads(_compressed(compression), tmp_path) == {'<http://e.x/1> <http://e.x/x> "a"'}
    assert {path.name for path in tmp_path.iterdir()} == {"rows.zip"}
    _archive(tmp_path, compression, 2)
    with pytest.raises(SourceError, match="un seul fichier est attendu dans l'archive, il y en a 2"):
        quads(_compressed(compression), tmp_path)


@pytest.mark.parametrize("compression", ["gzip", "zip", "targz", "tarxz", "rar"])
def test_a_broken_archive_is_told(compression: str, tmp_path: Path) -> None:
    (tmp_path / "rows.zip").write_bytes(b"nothing of the sort")
    with pytest.raises(SourceError, match=r"^rows\.zip .*(ne se décompresse pas|n'est pas lue)"):
        quads(_compressed(compression), tmp_path)


def test_an_archive_that_grows_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ancrage.loaders.mapping.archives.MAX_EXPANDED", 8)
    _archive(tmp_path, "zip")
    with pytest.raises(SourceError, match="il dépasse les bornes"):
        quads(_compressed("zip"), tmp_path)


def test_a_cell_that_is_no_iri_is_told_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,x\n1,a\n2,a b\n", encoding="utf-8")
    text = f"<A> {SOURCE} ; {SUBJECT} ; {OBJECT} .".replace("'x'", "'x' ; rml:termType rml:IRI")
    with pytest.raises(WrongCell, match=r"^rows\.csv, ligne 3, colonne « x » : « a b » n'est pas une IRI"):
        quads(text, tmp_path)


@pytest.mark.parametrize("page", ["mapping.md", "correspondance.md"])
def test_the_example_of_the_how_to_runs(page: str, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "how-to" / page).read_text(encoding="utf-8")
    units, cities = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    (turtle,), (told,) = (
        re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("turtle", "nquads")
    )
    for name, content in (("units.csv", units), ("cities.csv", cities), ("units.ttl", turtle)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    Mapping.read(tmp_path / "units.ttl").write(tmp_path, tmp_path / "units.nq")
    assert sorted((tmp_path / "units.nq").read_text().splitlines()) == sorted(told.splitlines())


def test_wrong_cells_are_left_out_and_told_where_they_may_be(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,x,n\n1,a b,1\n2,http://e.x/y,two\n3,rel,3\n", encoding="utf-8")
    text = (
        PREFIXES.replace("@base <http://e.x/> .", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .")
        + f"<urn:A> {SOURCE} ; rml:subjectMap [ rml:reference 'x' ] ; "
        + "rml:predicateObjectMap [ rml:predicate ex:n ; rml:objectMap [ rml:reference 'n' ; rml:datatype xsd:integer ] ], "
        + "[ rml:predicate ex:x ; rml:objectMap [ rml:reference 'x' ] ] ."
    )
    out = tmp_path / "out.nq"
    with pytest.raises(WrongCell, match="ligne 2, colonne « x » : « a b » n'est pas une IRI"):
        Mapping.parse(text, syntax="rml").write(tmp_path, out)
    assert not out.exists()
    report = Mapping.parse(text, syntax="rml").write(tmp_path, out, wrong="skip")
    assert out.read_text() == '<http://e.x/y> <http://e.x/x> "http://e.x/y" .\n'
    assert report.wrong.cells == {("rows.csv", 2, "x"), ("rows.csv", 4, "x"), ("rows.csv", 3, "n")}
    report = Mapping.parse(text, syntax="rml", base="http://b.x/").write(tmp_path, out, wrong="skip")
    assert report.wrong.cells == {("rows.csv", 2, "x"), ("rows.csv", 3, "n")}
    assert report.quads == out.read_text().count("\n") == 3


def _database(folder: Path, asked: str) -> str:
    with closing(sqlite3.connect(folder / "rows.db")) as base:
        base.executescript(
            "drop table if exists rows; drop table if exists empty;"
            "create table rows (id integer, x, n real); insert into rows values (1, 'a', 1.5), (2, null, 2);"
            "create table empty (id, x);"
        )
    source = "rml:source [ rml:path 'rows.db' ] ; rml:referenceFormulation rml:SQL2008Query"
    return f"<A> rml:logicalSource [ {source} ; rml:iterator '{asked}' ] ; {SUBJECT} ; {OBJECT} ."


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("rows", {'<http://e.x/1> <http://e.x/x> "a"'}),
        ("empty", set()),
        ("SELECT id, n AS x FROM rows WHERE n > 1.7", {f'<http://e.x/2> <http://e.x/x> "2"^^<{XSD}double>'}),
        (
            "select id + 5 as id, id as x from rows limit 1",
            {f'<http://e.x/6> <http://e.x/x> "1"^^<{XSD}integer>'},
        ),
    ],
)
def test_a_sqlite_database_gives_a_table_or_a_query(asked: str, expected: set[str], tmp_path: Path) -> None:
    assert quads(_database(tmp_path, asked), tmp_path) == expected


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("nothing", "la base refuse « nothing » (no such table: nothing)"),
        ("select id from", "la base refuse"),
        ("select id, id from rows", "deux colonnes du même nom"),
        ("with a as (select 1) delete from rows", "la base refuse"),
        (" ", "l'itérateur doit en nommer une table"),
    ],
)
def test_what_a_database_does_not_answer_is_told(asked: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^rows\.db ") as caught:
        quads(_database(tmp_path, asked), tmp_path)
    assert reason in str(caught.value)
    with pytest.raises(MappingError, match="n'a pas de colonne « x »"):
        quads(_database(tmp_path, "select id from rows"), tmp_path)
