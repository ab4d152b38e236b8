"""Whatever is given for a parameter becomes terms inside its block: the rest of the query never changes."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.queries.files import read_query
from ancrage.queries.library import Library
from ancrage.queries.parameters import TYPES
from ancrage.queries.query import ParameterError, Query
from hypothesis import given, settings
from hypothesis import strategies as st

#: What leaves a literal, an IRI, a block or a line in careless hands.
CORPUS = [
    '"', "'", '"""', "'''", 'a" . ?s ?p ?o . #', "a' . ?s ?p ?o . #", '" } UNION { ?s ?p ?o } #',
    "\\", '\\"', "a\\", '\\\\"', "\\u0022", "\\u0022 } DROP ALL #", "\\U00000022", "\\u003E", "%22", "&quot;",
    "{", "}", "} }", "}} SELECT * { { ?s ?p ?o", "?x", "$x", "?s ?p ?o", "UNDEF", "(1 2)", "<<( )>>", "_:b", "[]",
    "#", "# comment", "x # } ", "//", "/* */", "-- ", ";", ".", ",", "|", "^", "`", "!", "@en", "^^xsd:integer",
    "\n", "a\nb", "a\r\n} #", "a\tb", "\x00", "a\x00b", "\x0b", "\x1f", "\x7f", "\u0085", "\u2028", "\u00a0", "\ufeff38",
    "<", ">", "<>", "<urn:x>", "https://e.org/>", "https://e.org/> } #", "https://e.org/\\u003E", "https://e.org/ x",
    "https://e.org/\n", 'https://e.org/"', "https://e.org/{x}", "https://e.org/|", "https://e.org/^", "https://e.org/`",
    "https://[", "https://e.org/%zz", "https://e.org/\u202e", "urn:x> <urn:y", "urn:", "javascript:alert(1)", "data:,x",
    "file:///etc/passwd", "http://127.0.0.1:1/", "../../etc/passwd", "epci/../..", "38/../39", "38 39", "38;39", "38\n39",
    "territory/38", "٣٨", "２０２０", "²", "1e3", "0x10", "-", "+", "--1", "1 2", "9" * 40, "2020}", "2020 ; DROP",
    "\ud800", "\udfff", "a\ud800", "😀", "é" * 5000, "SERVICE <http://127.0.0.1/> { ?s ?p ?o }", "DROP ALL", "BIND(1 AS ?x)",
]  # fmt: skip

#: A parameter of every type in one little query, twice, beside things that must not move.
TEMPLATE = """#+ title.fr: Un
#+ title.en: One
#+ summary.fr: Une.
#+ summary.en: One.
#+ param.x: {type} {example}
SELECT ?x ?y WHERE {{
  VALUES ?x {{ {term} }}  # VALUES ?x {{ "un commentaire" }}
  BIND("VALUES ?x {{ 1 }}" AS ?y)
  FILTER EXISTS {{ VALUES ?x {{ {term} }} }}
}}
"""
EXAMPLES = {
    "territory": "38", "territory-kind": "epci", "organization": "0383546Y", "resource": "site/a", "year": "2020",
    "gyear": "2020", "date": "2026-11-28", "integer": "10", "text": "bois", "words": "bois", "chain": "timber-construction",
    "interaction-type": "prize", "actor-role": "coordinator", "actor-type": "company", "evidence-status": "documented",
    "indicator": "population", "sector": "a38/CI", "field": "mesr/8", "scheme": "starter",
    "desk": "interface-universite-territoires",
}  # fmt: skip


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Query]:
    folder = tmp_path_factory.mktemp("queries") / "entities"
    folder.mkdir()
    made = {}
    for name, kind in TYPES.items():
        text = TEMPLATE.format(type=name, example=EXAMPLES[name], term=kind.term(EXAMPLES[name]))
        path = folder / f"of-{name}.rq"
        path.write_text(text, encoding="utf-8")
        made[name] = read_query(path)
    return made


def _outside(query: Query, text: str) -> list[str] | None:
    """Cut a bound text at its blocks: the pieces outside them, or None when a piece is not where it was."""
    pieces, at = [], 0
    for _, start, end in query.blocks:
        pieces.append(query.text[at:start])
        at = end
    pieces.append(query.text[at:])
    pattern = "(.*)".join(re.escape(piece) for piece in pieces)
    found = re.fullmatch(pattern, text, re.DOTALL)
    return list(found.groups()) if found else None


def _terms(block: str) -> list[object]:
    answer = ox.Store().query(f"SELECT ?x WHERE {{ VALUES ?x {{{block}}} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return [row["x"] for row in answer]


def _check(query: Query, value: str) -> bool:
    """Bind a value; where it fits, look at what it became; tell whether it fits."""
    try:
        text = query.bind(x=value)
    except ParameterError as error:
        assert error.parameter == "x"
        assert error.reason["fr"] and error.reason["en"]
        assert len(str(error)) < 400
        return False
    blocks = _outside(query, text)
    assert blocks is not None, "something outside the blocks has changed"
    assert len(blocks) == len(query.blocks) == 2
    wanted = len(dict.fromkeys(value.split())) if query.parameters[0].type == "words" else 1
    for block in blocks:
        terms = _terms(block)
        assert len(terms) == wanted, block
        if query.parameters[0].type == "text":
            [term] = terms
            assert isinstance(term, ox.Literal)
            assert term.value == value.strip()
    ox.Store().query(text)
    return True


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_value_never_leaves_its_block(kind: str, queries: dict[str, Query]) -> None:
    fitting = [value for value in CORPUS if _check(queries[kind], value)]
    if kind in ("text", "words"):
        refused = set(CORPUS) - set(fitting)
        assert all(not value.strip() or re.search("[\ud800-\udfff]", value) for value in refused)
    else:
        fitting = [
            value for value in fitting if not re.fullmatch(r"[0-9 ]+", value)
        ]  # figures of a SIREN are often grouped
        assert not any(re.search(r"[\s\"'<>{}\\#\x00-\x1f]", value.strip()) for value in fitting), fitting


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from(sorted(TYPES)))
def test_any_text_at_all(queries: dict[str, Query], value: str, kind: str) -> None:
    _check(queries[kind], value)


def test_the_corpus_at_the_real_questions() -> None:
    for query in Library().values():
        for parameter in query.parameters:
            rest = {p.name: p.example for p in query.parameters if p is not parameter}
            for value in ('a" } #', "a\\", "https://e.org/> } #", "38\n} #", "\\u0022"):
                try:
                    text = query.bind(**{**rest, parameter.name: value})
                except ParameterError:
                    continue
                assert _outside(query, text) is not None
                ox.Store().query(text)


def test_the_dataset_in_the_text_is_made_of_iris_only(tmp_path: Path) -> None:
    query = Library()["territory-identity"]
    text = query.over(["https://e.org/g"], ["https://e.org/h"], territory="38")
    assert "FROM <https://e.org/g>\nFROM NAMED <https://e.org/h>\nWHERE" in text
    ox.Store().query(text)
    for hostile in ("https://e.org/> #", "g", "javascript:x", "https://e.org/\n"):
        with pytest.raises(ValueError, match="IRI"):
            query.over([hostile], territory="38")
