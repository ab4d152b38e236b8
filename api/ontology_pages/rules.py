"""The SHACL shapes in words: what each asks of which things, how grave it is, and of which terms it speaks."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ...ontology.vocabulary import ANC, PREFIXES, shape_files
from ...words import N_, Spoken
from ..web.negotiation import Language
from .facts import Facts, Text
from .terms import curie

SH = PREFIXES["sh"]
SHAPES = ANC + "shapes/"
SEVERITIES: Mapping[str, Spoken] = {
    "Violation": N_("bloque la publication"),
    "Warning": N_("avertissement"),
    "Info": N_("information"),
}
_BOUNDS = {
    "minInclusive": "≥ {}", "maxInclusive": "≤ {}", "minExclusive": "> {}", "maxExclusive": "< {}",
    "pattern": "/{}/", "minLength": "sh:minLength {}", "datatype": "{}", "class": "{}", "nodeKind": "{}", "hasValue": "= {}",
}  # fmt: skip
#: A value that a message of SHACL-SPARQL tells of what it refuses.
_VALUE = re.compile(r"\{[?$]\w+\}")


@dataclass(frozen=True)
class Rule:
    """One constraint: its sentence, its severity, its path with a short form of what is asked, in signs."""

    said: Text
    severity: str
    path: str
    signs: str


@dataclass(frozen=True)
class Shape:
    """A node shape: the classes (or things) it is about, and its rules."""

    iri: str
    about: tuple[str, ...]
    rules: tuple[Rule, ...]
    terms: frozenset[str]

    @property
    def name(self) -> str:
        """The name after the namespace of shapes, which is the anchor on the page."""
        return self.iri.removeprefix(SHAPES)


@functools.cache
def shape_facts() -> Facts:
    """Read the files of the shapes once."""
    return Facts(shape_files())


@functools.cache
def shapes() -> tuple[Shape, ...]:
    """Read the shapes of the package, in the order of their files.

    >>> len(shapes()) > 20, shapes()[0].rules[0].severity in SEVERITIES
    (True, True)
    """
    facts = shape_facts()
    return tuple(_shape(facts, iri) for iri in facts.subjects(SH + "NodeShape"))


def _shape(facts: Facts, iri: str) -> Shape:
    about = facts.iris(
        iri, SH + "targetClass", SH + "targetNode", SH + "targetSubjectsOf", SH + "targetObjectsOf"
    )
    severity = _severity(facts, iri, "Violation")
    rules = (
        [Rule(facts.text(iri, SH + "message"), severity, "", "")] if facts.text(iri, SH + "message") else []
    )
    terms = {name for name in about if name.startswith(ANC)}
    for kind in ("property", "sparql"):
        for node in facts.values(iri, SH + kind):
            rules.append(_rule(facts, node, severity))
            terms.update(_mentioned(facts, node))
    return Shape(iri, tuple(about), tuple(rules), frozenset(terms))


def _severity(facts: Facts, node: Any, default: str) -> str:
    found = facts.iris(node, SH + "severity")
    return found[0].removeprefix(SH) if found else default


def _rule(facts: Facts, node: Any, severity: str) -> Rule:
    paths = facts.values(node, SH + "path")
    told = facts.text(node, SH + "message")
    return Rule(
        Text(tuple((language, _VALUE.sub("…", text)) for language, text in told.said)),
        _severity(facts, node, severity),
        path_text(facts, paths[0]) if paths else "",
        _signs(facts, node),
    )


def path_text(facts: Facts, path: Any) -> str:
    """Write a path of SHACL as SPARQL does, with the project's prefixes."""
    if isinstance(path, ox.NamedNode):
        return curie(path.value)
    if members := facts.members(path):
        return " / ".join(path_text(facts, one) for one in members)
    for name, form in (
        ("inversePath", "^{}"),
        ("zeroOrMorePath", "({})*"),
        ("oneOrMorePath", "({})+"),
        ("zeroOrOnePath", "({})?"),
    ):
        for inner in facts.values(path, SH + name):
            return form.format(path_text(facts, inner))
    for inner in facts.values(path, SH + "alternativePath"):
        return " | ".join(path_text(facts, one) for one in facts.members(inner))
    return ""


def _signs(facts: Facts, node: Any) -> str:
    def first(name: str) -> str:
        values = facts.values(node, SH + name)
        return (
            (values[0].value if isinstance(values[0], ox.Literal) else curie(values[0].value))
            if values
            else ""
        )

    least, most = first("minCount"), first("maxCount")
    parts = [f"{least or 0}..{most or '*'}"] if least or most else []
    parts += [form.format(value) for name, form in _BOUNDS.items() if (value := first(name))]
    for choices in facts.values(node, SH + "in"):
        parts.append("{" + ", ".join(curie(one.value) for one in facts.members(choices)) + "}")
    return " · ".join(parts)


def _mentioned(facts: Facts, node: Any) -> set[str]:
    """Collect the project's terms in a constraint's description, without following IRIs."""
    found: set[str] = set()
    for values in facts.by_subject.get(node, {}).values():
        for value in values:
            if isinstance(value, ox.BlankNode):
                found |= _mentioned(facts, value)
            elif isinstance(value, ox.NamedNode) and value.value.startswith(ANC):
                found.add(value.value)
    return found


def severity_word(severity: str, language: Language) -> str:
    """Say how grave a severity is.

    >>> severity_word("Violation", "en")
    'stops the publication'
    """
    return SEVERITIES[severity][language]
