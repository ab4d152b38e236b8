"""Terms of the namespace of the project that its ontology does not define, told with the nearest: a name written wrong."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

import pyoxigraph as ox
from rdflib import Graph, URIRef

from ...ontology.vocabulary import ANC, ontology_files
from ...words import EMPTY, N_
from .report import Result

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
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


def unknown_terms(quads: Iterable[ox.Quad]) -> list[Result]:
    """Tell each quad whose property, or whose class, is of the project's namespace and not of its ontology.

    >>> s, o = ox.NamedNode("http://e.org/s"), ox.Literal("4")
    >>> [found] = unknown_terms([ox.Quad(s, ox.NamedNode(ANC + "headCount"), o)])
    >>> found.message("en")
    'anc:headCount is no term of the ontology; did you mean anc:headcount?'
    """
    found = []
    known = own_terms()
    for quad in quads:
        term = quad.object if quad.predicate.value == _TYPE else quad.predicate
        if not isinstance(term, ox.NamedNode) or not term.value.startswith(ANC):
            continue
        if term.value not in known and "/" not in term.value.removeprefix(ANC):  # terms of shapes are below
            found.append(_result(quad, term.value))
    return sorted(found, key=lambda one: (str(one.focus), str(one.path), str(one.value)))


def _result(quad: ox.Quad, term: str) -> Result:
    assert isinstance(quad.subject, (ox.NamedNode, ox.BlankNode))
    assert not isinstance(quad.object, ox.Triple)
    name = term.removeprefix(ANC)
    near = get_close_matches(name, [one.removeprefix(ANC) for one in own_terms()], n=1)
    words = N_(" ; vouliez-vous dire anc:{near} ?", near=near[0]) if near else EMPTY
    return Result(
        focus=quad.subject,
        path=URIRef(quad.predicate.value),
        value=quad.object,
        severity="Violation",
        shape="",
        component=_COMPONENT,
        messages=N_(
            "anc:{name} n'est pas un terme de l'ontologie{words}{near}",
            name=name,
            words=words,
            near=("" if near else "."),
        ),
        shapes=Graph(),
    )
