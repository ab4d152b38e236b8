"""Terms that are wrong whatever shapes say: a name of our namespace that the ontology lacks, a text that XML cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

import pyoxigraph as ox
from rdflib import Graph, URIRef

from ...ontology.vocabulary import ANC, ontology_files
from ...words import EMPTY, N_, Spoken
from .report import Result

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
UNWRITABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]"
"""Signs that XML, in which what is published is written too, cannot hold: a pattern of Python and of Polars."""
_UNWRITABLE = re.compile(UNWRITABLE)
_COMPONENT = "http://www.w3.org/ns/shacl#ClosedConstraintComponent"


@cache
def own_terms() -> frozenset[str]:
    """Give the IRIs of the terms that the ontology defines in its namespace.

    >>> ANC + "headcount" in own_terms(), ANC + "headCount" in own_terms()
    (True, False)
    """
    subjects = {triple.subject for file in ontology_files() for triple in ox.parse(path=str(file))}
    names = (one.value for one in subjects if isinstance(one, ox.NamedNode))
    return frozenset(name for name in names if name.startswith(ANC))


def strange_terms(quads: Iterable[ox.Quad]) -> list[Result]:
    """Tell each quad whose property or class is of the project's namespace and not of its ontology, or whose text is unwritable.

    >>> s, o = ox.NamedNode("http://e.org/s"), ox.Literal("4")
    >>> [found] = strange_terms([ox.Quad(s, ox.NamedNode(ANC + "headCount"), o)])
    >>> found.message("en")
    'anc:headCount is no term of the ontology; did you mean anc:headcount?'
    """
    found = []
    known = own_terms()
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and (sign := _UNWRITABLE.search(quad.object.value)):
            code = f"U+{ord(sign[0]):04X}"
            found.append(
                _result(quad, N_("le texte a le signe {code}, qui ne s'écrit pas en XML.", code=code))
            )
        term = quad.object if quad.predicate.value == _TYPE else quad.predicate
        if not isinstance(term, ox.NamedNode) or not term.value.startswith(ANC):
            continue
        if term.value not in known and "/" not in term.value.removeprefix(ANC):  # terms of shapes are below
            found.append(_result(quad, _unknown(term.value.removeprefix(ANC))))
    return sorted(found, key=lambda one: (str(one.focus), str(one.path), str(one.value)))


def _unknown(name: str) -> Spoken:
    near = get_close_matches(name, [one.removeprefix(ANC) for one in own_terms()], n=1)
    words = N_(" ; vouliez-vous dire anc:{near} ?", near=near[0]) if near else EMPTY
    return N_(
        "anc:{name} n'est pas un terme de l'ontologie{words}{near}",
        name=name,
        words=words,
        near=("" if near else "."),
    )


def _result(quad: ox.Quad, message: Spoken) -> Result:
    assert isinstance(quad.subject, (ox.NamedNode, ox.BlankNode))
    assert not isinstance(quad.object, ox.Triple)
    return Result(
        focus=quad.subject,
        path=URIRef(quad.predicate.value),
        value=quad.object,
        severity="Violation",
        shape="",
        component=_COMPONENT,
        messages=dict(message),
        shapes=Graph(),
    )
