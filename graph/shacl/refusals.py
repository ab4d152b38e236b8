"""What shapes ask that nobody would evaluate: refused by name, where they would else be said to conform."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, Graph, Namespace
from rdflib.namespace import SH
from rdflib.term import Node

from ...words import N_, Message, SentenceError
from ..sparql.tokens import tokens

_SHACL = Namespace(str(SH))
_VALIDATORS = tuple(_SHACL[name] for name in ("validator", "nodeValidator", "propertyValidator"))
_SCRIPTS = tuple(_SHACL[name] for name in ("js", "expression"))
_FORBIDDEN = frozenset({"MINUS", "VALUES", "SERVICE"})
"""What SHACL forbids in the SPARQL of constraints (section 5.2.1), since it has no meaning with `$this` bound."""
_BOUND = frozenset({"this", "shapesGraph", "currentShape"})


class UnevaluatedShape(SentenceError, ValueError):  # noqa: N818
    """Shapes ask what is not evaluated."""

    code = "unevaluated-shape"


def refuse_unevaluated(shapes: Graph) -> None:
    """Raise UnevaluatedShape for the first thing that shapes ask and nobody would evaluate."""
    for sentence in _faults(shapes):
        raise UnevaluatedShape(sentence)


def components_of(shapes: Graph) -> list[Node]:
    """List the constraint components that shapes declare themselves, and use.

    >>> components_of(Graph())
    []
    """
    declared = sorted(shapes.subjects(RDF.type, SH.ConstraintComponent), key=str)
    return [
        one for one in declared if any(_uses(shapes, parameter) for parameter in _parameters(shapes, one))
    ]


def _parameters(shapes: Graph, component: Node) -> list[Node]:
    paths = (shapes.value(one, SH.path) for one in shapes.objects(component, SH.parameter))
    return [path for path in paths if path is not None]


def _uses(shapes: Graph, path: Node) -> bool:
    return (None, path, None) in shapes


def _faults(shapes: Graph) -> Iterator[Message]:
    for component in components_of(shapes):
        if not any((component, validator, None) in shapes for validator in _VALIDATORS):
            name = component.n3()
            yield N_("Le composant {name} n'a pas de validateur : rien ne serait évalué.", name=name)
    for script in _SCRIPTS:
        for shape in sorted(shapes.subjects(script, None), key=str):
            told = f"sh:{script.removeprefix(str(SH))}"
            yield N_("La forme {n3} emploie {told}, qui n'est pas évalué ici.", n3=shape.n3(), told=told)
    for head in ("select", "ask"):
        for constraint, text in sorted(shapes.subject_objects(_SHACL[head]), key=str):
            if (None, SH.target, constraint) in shapes:
                continue
            for word in _forbidden(str(text)):
                yield N_(
                    "Le SPARQL d'une contrainte emploie {word}, que SHACL interdit là : « {text} ».",
                    word=word,
                    text=_start(text),
                )


def _start(text: Node) -> str:
    return " ".join(str(text).split())[:80]


def _forbidden(text: str) -> Iterator[str]:
    """Give what a query has that SHACL forbids.

    >>> list(_forbidden("SELECT $this { $this ?p 'MINUS' MINUS { ?a ?b ?c } }"))
    ['MINUS']
    >>> list(_forbidden("SELECT $this { BIND(1 AS $this) }"))
    ['AS $this']
    """
    before = ""
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word in _FORBIDDEN:
            yield word
        if before == "AS" and token.kind == "variable" and token.text[1:] in _BOUND:
            yield f"AS {token.text}"
        before = word
