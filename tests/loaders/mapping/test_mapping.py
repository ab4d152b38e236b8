"""Golden mappings: tests/data/mapping/<case>/ holds a mapping, its inputs and the quads expected."""

from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.loaders.mapping.mapping import CHUNK_ROWS, Mapping
from ancrage.loaders.mapping.rml import MappingError
from ancrage.loaders.sources.declaration import SourceError
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parents[2] / "data" / "mapping"
EX = "prefixes: {ex: 'http://example.org/'}\n"


def canonical(data: bytes) -> set[str]:
    dataset = ox.Dataset(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str, tmp_path: Path) -> None:
    folder = CASES / case
    out = tmp_path / "out.nq"
    report = Mapping.read(next(folder.glob("mapping.*"))).write(folder, out)
    found = out.read_bytes()
    assert canonical(found) == canonical((folder / "expected.nq").read_bytes())
    assert report.quads == found.count(b"\n") == sum(report.mappings.values())


def quads(
    text: str, graph: str | None = None, strict: bool | None = None, **tables: pl.DataFrame
) -> set[str]:
    data = b"".join(Mapping.parse(EX + text).quads(tables, graph=graph, strict=strict))
    return {str(quad) for quad in ox.parse(data, format=ox.RdfFormat.N_QUADS)}


ROWS = "mappings: {row: {sources: [[rows.csv~csv]], s: 'ex:$(id)', po: [%s]}}"


def test_a_list_cell_gives_one_quad_an_item_and_no_item_none() -> None:
    rows = pl.DataFrame({"id": ["1", "2", "3"], "to": [["a", "b", ""], [], None]})
    found = quads(ROWS % "[ex:to, 'ex:$(to)~iri']", rows=rows)
    assert found == {
        "<http://example.org/1> <http://example.org/to> <http://example.org/a>",
        "<http://example.org/1> <http://example.org/to> <http://example.org/b>",
    }


def test_typed_columns_are_written_as_plain_numbers_and_dates() -> None:
    rows = pl.DataFrame({"id": [1], "x": [1e-7], "n": [3.0], "big": [1e20]}).with_columns(
        d=pl.date(2024, 5, 1), m=pl.lit("12.30").cast(pl.Decimal(9, 2)), b=pl.lit(True)
    )
    found = quads(
        ROWS % "[ex:x, $(x), xsd:decimal], [ex:n, $(n), xsd:integer], [ex:big, $(big), xsd:decimal], "
        "[ex:d, $(d), xsd:date], [ex:m, $(m), xsd:decimal], [ex:b, $(b), xsd:boolean]",
        rows=rows,
    )
    values = {quad.split(" ", 2)[2].split("^^")[0] for quad in found}
    assert values == {'"0.0000001"', '"3"', '"100000000000000000000"', '"2024-05-01"', '"12.3"', '"true"'}


def test_the_graph_given_is_for_quads_without_one() -> None:
    found = quads(ROWS % "[ex:a, $(id)]", graph="http://example.org/g", rows=pl.DataFrame({"id": ["1"]}))
    assert found == {'<http://example.org/1> <http://example.org/a> "1" <http://example.org/g>'}


def test_an_absent_table_is_skipped_and_an_absent_column_is_empty() -> None:
    rows = pl.DataFrame({"id": ["1"]})
    assert quads(ROWS % "[ex:a, $(id)], [ex:b, $(b)]", rows=rows) == {
        '<http://example.org/1> <http://example.org/a> "1"'
    }
    assert quads(ROWS % "[ex:a, $(id)]", other=rows) == set()


def test_rows_beyond_one_chunk_are_all_written(tmp_path: Path) -> None:
    count = CHUNK_ROWS * 2 + 1
    rows = pl.DataFrame({"id": range(count)})
    mapping = Mapping.parse(EX + ROWS % "[a, ex:Row], [ex:n, $(id), xsd:integer]")
    report = mapping.write({"rows": rows}, tmp_path / "out.nq")
    assert (report.quads, report.mappings) == (2 * count, {"row": 2 * count})
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "out.nq"), format=ox.RdfFormat.N_QUADS)
    assert len(store) == 2 * count


def test_blank_nodes_differ_between_graphs_and_mappings() -> None:
    body = "{sources: [[r.csv~csv]], po: [[ex:x, $(x)]]}"
    text = f"mappings: {{a: {body}, b: {body}}}"
    table = {"r": pl.DataFrame({"x": ["1", "2"]})}
    mapping = Mapping.parse(EX + text)
    lines = [
        line
        for graph in ("http://example.org/g", "http://example.org/h")
        for line in b"".join(mapping.quads(table, graph=graph)).splitlines()
    ]
    assert len({line.split(b" ")[0] for line in lines}) == len(lines) == 8


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8))
def test_any_text_comes_back_from_a_literal(texts: list[str]) -> None:
    rows = pl.DataFrame({"id": range(len(texts)), "text": texts}, schema={"id": pl.Int64, "text": pl.String})
    data = b"".join(
        Mapping.parse(EX + ROWS % "[ex:t, $(text)], [ex:l, '« $(text) »', fr~lang]").quads({"rows": rows})
    )
    parsed = list(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    plain = {quad.subject.value: quad.object.value for quad in parsed if quad.predicate.value.endswith("t")}
    framed = {quad.subject.value: quad.object.value for quad in parsed if quad.predicate.value.endswith("l")}
    said = {f"http://example.org/{n}": text for n, text in enumerate(texts) if text}
    assert plain == said
    assert framed == {subject: f"« {text} »" for subject, text in said.items()}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), max_size=8, unique=True
    )
)
def test_any_text_makes_a_valid_iri_of_its_own_in_a_template(texts: list[str]) -> None:
    rows = pl.DataFrame({"id": texts}, schema={"id": pl.String})
    data = b"".join(Mapping.parse(EX + ROWS % "[ex:t, $(id)]").quads({"rows": rows}))
    parsed = list(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    assert len({quad.subject for quad in parsed}) == len(texts)


WRONG_CELLS = [
    ("[ex:x, $(x)~iri]", "a b", "n'est pas une IRI"),
    ("[ex:x, $(x)~iri]", "http://a/<b>", "n'est pas une IRI"),
    ("[ex:x, $(x)~iri]", "http://a/%zz", "n'est pas une IRI"),
    ("[ex:x, $(x)~iri]", "relative", "n'a pas de base"),
    ("[ex:x, $(x), xsd:integer]", "1.5", "n'est pas un entier"),
    ("[ex:x, $(x), xsd:nonNegativeInteger]", "-1", "n'est pas un entier positif ou nul"),
    ("[ex:x, $(x), xsd:decimal]", "1,5", "n'est pas un nombre décimal"),
    ("[ex:x, $(x), xsd:decimal]", "1e5", "n'est pas un nombre décimal"),
    ("[ex:x, $(x), xsd:date]", "2023-02-29", "n'est pas une date"),
    ("[ex:x, $(x), xsd:date]", "31/12/2023", "n'est pas une date"),
    ("[ex:x, $(x), xsd:gYear]", "98", "n'est pas une année"),
    ("[ex:x, $(x), xsd:boolean]", "oui", "n'est pas true ou false"),
    ("[ex:x, $(x), xsd:anyURI]", "a b", "n'est pas une adresse"),
    ("[ex:x, $(id), $(x)~lang]", "français", "n'est pas une étiquette de langue"),
    ('[ex:x, "$(x)-01-01", xsd:date]', "24", "n'est pas une date"),
]


@pytest.mark.parametrize(("statement", "value", "reason"), WRONG_CELLS)
def test_a_cell_that_cannot_be_its_term_is_named(
    statement: str, value: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text(f'id,x\n1,\n2,"{value}"\n', encoding="utf-8")
    out = tmp_path / "out.nq"
    with pytest.raises(MappingError, match=reason) as caught:
        Mapping.parse(EX + ROWS % statement).write(tmp_path, out)
    error = caught.value
    assert (error.mapping, error.row, error.column) == ("row", 3, "x")
    assert "rows.csv, ligne 3, colonne « x »" in str(error)
    assert list(tmp_path.iterdir()) == [tmp_path / "rows.csv"], (
        "neither a half-written file nor a temporary one is left"
    )


def test_the_file_already_there_stays_when_a_mapping_fails(tmp_path: Path) -> None:
    out = tmp_path / "out.nq"
    out.write_text("kept")
    with pytest.raises(MappingError):
        Mapping.parse(EX + ROWS % "[ex:x, $(id), xsd:date]").write({"rows": pl.DataFrame({"id": ["x"]})}, out)
    assert out.read_text() == "kept"


def test_a_column_that_a_folder_lacks_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,libelle\n1,a\n")
    with pytest.raises(
        MappingError, match=r"rows\.csv n'a pas de colonne « libele ».*le plus proche est « libelle »"
    ):
        Mapping.parse(EX + ROWS % "[ex:x, $(libele)]").write(tmp_path, tmp_path / "out.nq")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"rows\.csv n'existe pas"):
        Mapping.parse(EX + ROWS % "[ex:x, $(id)]").write(tmp_path, tmp_path / "out.nq")


WRONG_MAPPINGS = [
    ("mappings: {a: {sources: [[a.csv~csv]], s: 'ex:$(id)', po: [[ex:p, {function: grel:toUpperCase}]]}}",
     "mapping « a » : la fonction « grel:toUpperCase »"),
    ("mappings: {a: {sources: [[a.csv~csv]], s: {function: 'ex:f'}, po: [[ex:p, x]]}}",
     "la fonction « ex:f »"),
    ("mappings: {a: {sources: [[a.xml~xpath, /a]], s: 'ex:$(id)'}}", "xpath"),
    ("mappings: {a: {sources: ['http://x.org/a.csv~csv'], s: 'ex:$(id)'}}", "distante"),
    ("mappings: {a: {s: 'ex:$(id)'}}", "n'a pas de source"),
    ("mappings: {a: {sources: [[a.csv~csv]], s: 'foo:$(id)'}}", "le préfixe « foo » n'est pas déclaré"),
    ("mappings: {a: {sources: [rows], s: 'ex:$(id)'}}", "la source « rows » n'est pas décrite"),
    ("mappings: {a: {sources: [[a.csv~csv]], subjets: 'ex:$(id)'}}",
     "la clé « subjets » est inconnue.*subjects"),
    ("mapings: {}", "la clé « mapings » est inconnue"),
    ("mappings: {a: {sources: [[a.csv~csv]], s: 'ex:$(id)', po: [[ex:p]]}}", "prédicat, objet"),
    ("mappings: {a: {sources: [[a.csv~csv]], s: 'ex:$(id)', po: [{p: ex:p, o: {mapping: b}}]}}",
     "renvoie au mapping « b », qui n'existe pas"),
    ("mappings: {a: {sources: [[a.csv~csv]], s: ex:a, condition: {function: 'ex:near', parameters: []}}}",
     "la fonction « near » n'est pas prise en charge dans une condition"),
    ("mappings: {a: {sources: [[a.csv~csv]], s: 'ex:$(id)', s: 'ex:$(id)'}}", "la clé « s » est répétée"),
    ("mappings: {a: [", "ce n'est pas du YAML"),
    ("mappings: {}", "aucune correspondance"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), WRONG_MAPPINGS)
def test_a_mapping_beyond_what_is_supported_is_refused_in_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(MappingError, match=reason):
        Mapping.parse(EX + text)


WRONG_CONSTANTS = [
    ("[ex:p, 'a b~iri']", "relative"),
    ("[ex:p, 'http://a b/~iri']", "n'est pas une IRI"),
    ("[ex:p, douze, xsd:integer]", "n'est pas un entier"),
    ("[ex:p, x, 'français~lang']", "n'est pas une étiquette de langue"),
    ("{i: ex:p, o: texte}", "un objet qui soit une IRI"),
]


@pytest.mark.parametrize(("statement", "reason"), WRONG_CONSTANTS)
def test_a_wrong_constant_names_its_mapping(statement: str, reason: str) -> None:
    text = ROWS.removesuffix("}") % statement + ", other: {sources: [[o.csv~csv]], s: 'ex:$(id)'}}"
    with pytest.raises(MappingError, match=f"Correspondance « row » : .*{reason}"):
        list(Mapping.parse(EX + text).quads({"rows": pl.DataFrame({"id": ["1"]})}))


def test_a_mapping_that_does_not_exist_or_is_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.yml n'existe pas"):
        Mapping.read(tmp_path / "absent.yml")
    (tmp_path / "m.yml").write_bytes(b"base: \xe9")
    with pytest.raises(MappingError, match=r"m\.yml n'est pas en UTF-8 : octet 0xe9 à la position 6"):
        Mapping.read(tmp_path / "m.yml")


def test_a_graph_that_is_no_iri_and_a_folder_that_does_not_exist_are_named(tmp_path: Path) -> None:
    mapping = Mapping.parse(EX + ROWS % "[ex:x, $(id)]")
    rows = {"rows": pl.DataFrame({"id": ["1"]})}
    with pytest.raises(MappingError, match="« mon graphe » n'est pas l'IRI d'un graphe"):
        mapping.write(rows, tmp_path / "out.nq", graph="mon graphe")
    with pytest.raises(FileNotFoundError, match=r"Le dossier .*absent n'existe pas"):
        mapping.write(rows, tmp_path / "absent" / "out.nq")


def test_columns_of_any_type_are_written() -> None:
    rows = pl.DataFrame({"id": ["1"], "none": [None], "empty": [[]], "lists": [[None, 3]]}).with_columns(
        choice=pl.lit("a").cast(pl.Enum(["a", "b"])), hour=pl.time(9, 30), code=pl.lit(7, pl.UInt8)
    )
    statements = ", ".join(f"[ex:{name}, $({name})]" for name in rows.columns[1:])
    values = {
        quad.split(" ", 1)[1].removeprefix("<http://example.org/")
        for quad in quads(ROWS % statements, rows=rows)
    }
    assert values == {'lists> "3"', 'choice> "a"', 'hour> "09:30:00"', 'code> "7"'}
