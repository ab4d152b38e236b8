"""Texts of our own questions: read from files, with the terms they are asked of put in safely."""

import functools
import json
import re
from collections.abc import Sequence
from pathlib import Path

QUESTIONS = Path(__file__).parents[1] / "questions"

PREFIXES = """PREFIX anc: <https://w3id.org/ancrage/def/>
PREFIX id: <https://w3id.org/ancrage/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

#: Signs that RFC 3987 lets stand in no path: a store refuses an IRI that has one, as a lone % that escapes nothing.
_BARRED = r"\x00-\x20<>\"{}|\\^`%\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:[^{_BARRED}]*(?:%[0-9A-Fa-f]{{2}}[^{_BARRED}]*)*")
_VARIABLE = re.compile(r"\$([a-z_]+)\b")


class NotAnIri(ValueError):  # noqa: N818
    """A text that cannot stand between < and > in a query."""

    def __init__(self, value: str) -> None:
        super().__init__(f"Not an IRI: {value!r}.")
        self.value = value


def is_iri(value: str) -> bool:
    """Tell whether a text can stand between < and > in a query.

    >>> is_iri("urn:x"), is_iri("urn:x%C3%A9"), is_iri("urn:x>"), is_iri("urn:x%")
    (True, True, False, False)
    """
    return _IRI.fullmatch(value) is not None


def iri_term(value: str) -> str:
    """Serialise an IRI as a SPARQL term; raises NotAnIri where a character could leave the brackets.

    >>> iri_term("https://w3id.org/ancrage/id/territory/region/84")
    '<https://w3id.org/ancrage/id/territory/region/84>'
    """
    if not is_iri(value):
        raise NotAnIri(value)
    return f"<{value}>"


def text_term(value: str) -> str:
    r"""Serialise a string as a SPARQL literal.

    >>> text_term('say "oui"\n')
    '"say \\"oui\\"\\n"'
    """
    return json.dumps(value, ensure_ascii=False)


@functools.cache
def question(name: str) -> str:
    """Give the text of a question of ours, kept in `questions/`.

    >>> "partOfTerritory" in question("territory/parts")
    True
    """
    return (QUESTIONS / f"{name}.rq").read_text(encoding="utf-8")


def bound(text: str, **terms: str | Sequence[str]) -> str:
    """Replace each `$name` of a query of ours by the IRI (or IRIs) given for it, and add the prefixes.

    >>> bound("SELECT ?s { ?s anc:locatedIn $place }", place="urn:x").splitlines()[-1]
    'SELECT ?s { ?s anc:locatedIn <urn:x> }'
    """

    def serialised(name: str) -> str:
        given = terms[name]
        return " ".join(iri_term(iri) for iri in ([given] if isinstance(given, str) else given))

    return PREFIXES + _VARIABLE.sub(lambda found: serialised(found[1]), text)
