"""The library: headers, names, binding as terms, refusals in one sentence."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import polars as pl
import pyoxigraph
import pytest
from ancrage.graph.sparql.limits import check_query
from ancrage.queries.columns import heading, variables
from ancrage.queries.files import QueryFileError, read_query
from ancrage.queries.library import Library, QueryNotFound
from ancrage.queries.parameters import TYPES
from ancrage.queries.query import ParameterError, Query

LIBRARY = Library()
GOOD = """#+ title.fr: Un
#+ title.en: One
#+ summary.fr: Une.
#+ summary.en: One.
#+ tags: a
#+ param.x: territory 38
SELECT ?x WHERE { VALUES ?x { <https://w3id.org/ancrage/id/territory/department/38> } }
"""
HOSTILE = [
    'x" } } ; DROP ALL #',
    "https://e.org/> } UNION { ?s ?p ?o } #",
    "https://e.org/a b",
    "38 } . ?s ?p ?o . VALUES ?y { 1",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://e.org/\n>",
    "https://e.org/\\u003E",
    "https://e.org/{x}",
    "../../territory/commune/38185",
    "epci/a/../b",
    "",
    "   ",
    "\ud800",
]


def _file(tmp_path: Path, text: str, name: str = "a-question.rq") -> Path:
    path = tmp_path / "entities" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _block(text: str, name: str) -> str:
    found = re.search(rf"VALUES \?{name} \{{([^}}]*)\}}", text)
    assert found
    return found[1].strip()


def test_library_holds_every_file_by_its_name() -> None:
    files = {path.stem for path in LIBRARY.folder.glob("*/*.rq")}
    assert set(LIBRARY) == files
    assert len(LIBRARY) >= 40


def test_sections_are_the_folders() -> None:
    sections = LIBRARY.sections()
    assert sum(map(len, sections.values())) == len(LIBRARY)
    assert all((LIBRARY.folder / section).is_dir() for section in sections)


def test_unknown_name_gives_the_nearest() -> None:
    with pytest.raises(QueryNotFound, match="voulez-vous dire « territory-sites »") as error:
        LIBRARY["teritory-sites"]
    assert error.value.name == "teritory-sites"
    assert "territory-sites" in error.value.nearest
    assert "nope" not in LIBRARY
    assert LIBRARY.get("nope") is None


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("200040715", "epci/200040715"),
        ("R84", "region/84"),
        ("ze8409", "zone/8409"),
        ("38185", "commune/38185"),
        ("2A004", "commune/2A004"),
        ("2a004", "commune/2A004"),
        ("38", "department/38"),
        ("974", "department/974"),
        ("2B", "department/2B"),
        ("region/84", "region/84"),
        ("zone/8409", "zone/8409"),
        ("bassin/8401", "bassin/8401"),
        ("adhoc/sillon-alpin", "adhoc/sillon-alpin"),
        ("territory/epci/200040715", "epci/200040715"),
        ("https://w3id.org/ancrage/id/territory/region/84", "region/84"),
    ],
)
def test_territory_codes(value: str, path: str) -> None:
    text = LIBRARY["territory-identity"].bind(territory=value)
    assert _block(text, "territory") == f"<https://w3id.org/ancrage/id/territory/{path}>"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0383546Y", "0383546Y"),
        ("0383546y", "0383546Y"),
        ("199812857w", "199812857W"),
        ("130 026 081", "130026081"),
        ("Y7ch7", "Y7ch7"),
        ("anr-pia-0123456789", "anr-pia-0123456789"),
        ("organization/0383546Y", "0383546Y"),
    ],
)
def test_organization_codes(value: str, code: str) -> None:
    text = LIBRARY["actor-identity"].bind(organization=value)
    assert _block(text, "organization") == f"<https://w3id.org/ancrage/id/organization/{code}>"


def test_every_block_of_a_parameter_is_bound() -> None:
    query = LIBRARY["actor-partners"]
    assert query.text.count("VALUES ?organization {") > 1
    text = query.bind(organization="0730858L")
    assert "0383546Y" not in text.split("PREFIX", 1)[1]
    assert text.count("organization/0730858L") == query.text.count("VALUES ?organization {")


def test_words_become_several_literals() -> None:
    text = LIBRARY["search-organizations"].bind(word='université "alpes"')
    assert '{ "université" "\\"alpes\\"" }' in text


def test_a_list_becomes_several_terms() -> None:
    text = LIBRARY["node-attributes"].bind(node=["organization/a", "organization/b"])
    base = "https://w3id.org/ancrage/id/organization"
    assert _block(text, "node") == f"<{base}/a> <{base}/b>"


def test_optional_parameter_keeps_its_example() -> None:
    query = LIBRARY["institution-territory"]
    assert query.parameter("level").optional
    assert _block(query.bind(within="38"), "level") == "anc:Intercommunality"
    assert _block(query.bind(within="38", level="department"), "level").endswith("def/Department>")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", ["territory-identity", "actor-identity", "chain-links", "node-attributes"])
def test_hostile_terms_are_refused(name: str, hostile: str) -> None:
    query = LIBRARY[name]
    parameter = query.parameters[0].name
    with pytest.raises(ParameterError) as error:
        query.bind(**{parameter: hostile})
    assert error.value.query == name
    assert error.value.parameter == parameter
    assert error.value.value == hostile


@pytest.mark.parametrize("hostile", [text for text in HOSTILE if text.strip() and "\ud800" not in text])
def test_hostile_texts_stay_literals(hostile: str) -> None:
    text = LIBRARY["organization-successors"].bind(code=hostile)
    store = pyoxigraph.Store()
    probe = 'SELECT ?code WHERE { VALUES ?code { "" } }'.replace('""', _literal_of(text))
    rows = store.query(probe)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    assert [row["code"].value for row in rows] == [hostile.strip()]
    store.query(text)


def _literal_of(text: str) -> str:
    start = text.index("VALUES ?code {") + len("VALUES ?code {")
    return text[start : text.index("\n", start)].rstrip(" }").strip()


def test_missing_unknown_and_bad_parameters_are_one_sentence() -> None:
    query = LIBRARY["territory-identity"]
    with pytest.raises(ParameterError, match=r"il manque \(par exemple : 200040715\)\.$"):
        query.bind()
    with pytest.raises(
        ParameterError, match=r"vouliez-vous dire « territory » \? \(paramètres : territory\)\.$"
    ) as unknown:
        query.bind(territoire="38")
    assert unknown.value.value == "38"
    with pytest.raises(ParameterError, match="n'est pas un territoire") as bad:
        query.bind(territory="Grenoble !")
    assert bad.value.value == "Grenoble !"


def test_years_are_four_digits(tmp_path: Path) -> None:
    text = GOOD.replace("territory 38", "gyear 2020").replace(
        "<https://w3id.org/ancrage/id/territory/department/38>",
        '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>',
    )
    query = read_query(_file(tmp_path, text))
    assert _block(query.bind(x=2024), "x") == '"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    with pytest.raises(ParameterError, match="quatre chiffres"):
        query.bind(x="24")


def test_dates_are_days_of_the_calendar(tmp_path: Path) -> None:
    text = GOOD.replace("territory 38", "date 2026-11-28").replace(
        "<https://w3id.org/ancrage/id/territory/department/38>", '"2026-11-28"'
    )
    query = read_query(_file(tmp_path, text))
    assert _block(query.bind(x="2024-02-29"), "x") == '"2024-02-29"'
    for bad in ("2099-13-45", "2023-02-29", "20240229", "28/11/2026"):
        with pytest.raises(ParameterError, match="AAAA-MM-JJ"):
            query.bind(x=bad)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("#+ title.fr: Un\n", ""), "“title.fr” is missing"),
        (("#+ tags: a\n", "#+ tag: a\n"), "there is no header “tag”"),
        (("#+ tags: a\n", "#+ tags a\n"), "a header line reads"),
        (("#+ tags: a\n", "#+ tags: a\n#+ tags: b\n"), "given twice"),
        (("territory 38", "place 38"), "unknown type, “place”"),
        (("territory 38", "territory"), "has no example"),
        (("VALUES ?x", "VALUES ?z"), "has no block “VALUES \\?x"),
        (("38> } }", "38>"), "is not closed"),
        (("SELECT ?x WHERE", "WHERE"), "no SELECT"),
        (("#+ tags: a\n", "#+ tags: a\n#+ graphs: all\n"), "“graphs” wants"),
        (("#+ tags: a\n", "#+ tags: a\n#+ column.x: place\n"), "the type of a column is thing"),
        (("#+ tags: a\n", "#+ tags: a\n#+ column.x: text | un\n"), "“type \\| French \\| English”"),
        (
            ("#+ tags: a\n", "#+ tags: a\n#+ column.y: text\n"),
            "names a variable that the answer does not have",
        ),
    ],
)
def test_broken_files_are_named(tmp_path: Path, change: tuple[str, str], reason: str) -> None:
    assert isinstance(read_query(_file(tmp_path, GOOD)), Query)
    with pytest.raises(QueryFileError, match=reason) as error:
        read_query(_file(tmp_path, GOOD.replace(*change)))
    assert error.value.file.name == "a-question.rq"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("SELECT ?x WHERE", "SELECT ?x", "SELECT ?x"),
        ("38> } }", "38>", "VALUES"),
        ("title.en: ", "title.en: \udcff", "title.en"),
    ],
)
def test_the_line_that_is_wrong_is_told(tmp_path: Path, old: str, new: str, line: str) -> None:
    text = GOOD.replace(old, new)
    path = tmp_path / "a-question.rq"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(QueryFileError) as error:
        read_query(path)
    wrong = next(number for number, one in enumerate(text.splitlines(), 1) if line in one)
    assert error.value.line == wrong and f"line {wrong}" in error.value.told("en")


def test_columns_are_those_of_the_header_then_those_that_questions_share(tmp_path: Path) -> None:
    text = GOOD.replace("SELECT ?x", "SELECT ?x (COUNT(?y) AS ?units) ?department ?departmentLabel")
    text = text.replace(
        "#+ tags: a\n", "#+ tags: a\n#+ column.x: year | quand | when\n#+ column.units: number\n"
    )
    columns = read_query(_file(tmp_path, text)).columns
    assert {name: column.type for name, column in columns.items()} == {
        "x": "year", "units": "number", "department": "thing", "departmentLabel": "text"
    }  # fmt: skip
    assert columns["x"].heading["en"] == "when" and columns["units"].heading["fr"] == "unités"
    assert heading("x", "fr", columns) == "quand" and heading("x", "fr") == "x"


def test_a_name_stands_beside_what_it_names() -> None:
    """Files in another language look the name up by the thing."""
    alone = {
        f"{name}.{column}"
        for name, query in Library().items()
        for column in query.columns
        if column.endswith("Label") and column.removesuffix("Label") not in query.columns
    }
    assert alone == {
        "organizations-without-french-label.otherLabel",  # the name that it has in another language
        "scenario-assumptions.assumptionLabel",  # a sentence, and no page of its own
    }


def test_every_shared_column_is_that_of_a_question() -> None:
    used = {name.removesuffix("Label") for query in LIBRARY.values() for name in query.columns}
    assert variables().keys() - used == set()


def test_a_name_is_kebab_case_and_unique(tmp_path: Path) -> None:
    with pytest.raises(QueryFileError, match="in lower case, digits and hyphens"):
        read_query(_file(tmp_path, GOOD, "A_question.rq"))
    (tmp_path / "entities" / "A_question.rq").unlink()
    _file(tmp_path, GOOD)
    (tmp_path / "gaps").mkdir()
    (tmp_path / "gaps" / "a-question.rq").write_text(GOOD, encoding="utf-8")
    with pytest.raises(QueryFileError, match="a question is called"):
        Library(tmp_path)


def test_a_folder_beside_adds_questions_and_what_is_wrong_there_is_set_aside(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    wrong = {
        "a-question.rq": GOOD,
        "syntax.rq": GOOD.replace("SELECT ?x", "SELECT ?x FILTER"),
        "header.rq": GOOD.replace("#+ tags: a", "#+ tags a"),
        "service.rq": GOOD.replace("VALUES", "SERVICE <https://example.org/> { } VALUES"),
        "territory-identity.rq": GOOD,
        "letters.rq": "",
    }
    for name, text in wrong.items():
        (own / name).write_text(text, encoding="utf-8")
    (own / "letters.rq").write_bytes(GOOD.replace("Un", "é").encode("latin-1"))
    (own / "named.rq").write_text(GOOD.replace("SELECT ?x", "SELECT ?x #SERVICE\n"), encoding="utf-8")
    library = Library(beside=(own,), check=check_query)
    assert "named" in library  # the word alone asks nobody
    assert library["a-question"].section == "own" and len(library) == len(LIBRARY) + 2
    assert library["territory-identity"] == LIBRARY["territory-identity"]
    told = {error.file.name: (error.line, error.told("fr")) for error in library.broken}
    assert set(told) == set(wrong) - {"a-question.rq"}
    lines = GOOD.splitlines()
    assert told["header.rq"][0] == lines.index("#+ tags: a") + 1
    assert told["syntax.rq"][0] == next(n for n, line in enumerate(lines, 1) if "SELECT" in line)
    assert "SERVICE" in told["service.rq"][1] and "UTF-8" in told["letters.rq"][1]
    assert Library(beside=(tmp_path / "nowhere",)).broken == ()


def test_values_in_comments_and_texts_are_left_alone(tmp_path: Path) -> None:
    text = GOOD + '# VALUES ?x { 1 }\n# a "quote\n# BIND("VALUES ?x { 2 }" AS ?z)\n'
    bound = read_query(_file(tmp_path, text)).bind(x="07")
    assert bound.count("department/07") == 1
    assert "# VALUES ?x { 1 }" in bound


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_examples_of_parameters_are_those_of_the_text(name: str) -> None:
    query = LIBRARY[name]
    examples = {parameter.name: parameter.example for parameter in query.parameters}
    prefixes = {match[1]: match[2] for match in re.finditer(r"PREFIX (\w*): <([^>]*)>", query.text)}

    def full(term: str) -> str:
        prefix, _, local = term.partition(":")
        return f"<{prefixes[prefix]}{local}>" if prefix in prefixes else term

    for parameter in query.parameters:
        assert parameter.type in TYPES
        expected = " ".join(parameter.terms(examples[parameter.name]))
        for block, start, end in query.blocks:
            if block == parameter.name:
                assert " ".join(full(term) for term in query.text[start:end].split()) == expected


@pytest.mark.parametrize("name", sorted(LIBRARY))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_question_is_titled_summed_up_and_tagged(name: str, language: str) -> None:
    query = LIBRARY[name]
    assert query.tags
    assert query.title[language] != query.title["en" if language == "fr" else "fr"]
    assert query.summary[language].endswith(".")
    description = query.describe(language)
    assert query.title[language] in description
    assert all(parameter.name in description for parameter in query.parameters)


def test_the_twenty_five_competency_questions_are_there_once() -> None:
    asked = [tag for query in LIBRARY.tagged("cq") for tag in query.tags if re.fullmatch(r"cq\d\d", tag)]
    assert sorted(asked) == [f"cq{number:02}" for number in range(1, 26)]


def test_titles_are_unique() -> None:
    for language in ("fr", "en"):
        titles = [query.title[language] for query in LIBRARY.values()]
        assert len(titles) == len(set(titles))


def test_organisations_and_programmes_of_examples_are_in_the_demo() -> None:
    """Who reads « par exemple : … » and tries it must get an answer; those of our tests are in no official file."""
    folders = (files("ancrage.examples") / name for name in ("aura", "aura-odbl"))
    known = {
        path
        for folder in folders
        for table in ("organizations", "programmes")
        if (file := Path(str(folder)) / f"{table}.csv.gz").is_file()
        for path in pl.read_csv(file, columns=["id"], infer_schema=False)["id"]
    }
    asked = [
        (name, parameter.example)
        for name in LIBRARY
        for parameter in LIBRARY[name].parameters
        if parameter.type == "organization" or parameter.example.startswith("programme/")
    ]
    assert len(asked) > 20
    assert [one for one in asked if not {one[1], f"organization/{one[1]}"} & known] == []
