"""What the shapes say of a value that they refuse, so that a form which refuses it says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from ..words import SOURCE, Spoken, gettext
from .vocabulary import ANC, PREFIXES, shape_files

_SH = PREFIXES["sh"]


@dataclass(frozen=True)
class Refusal(Spoken):
    """The sentence of a constraint (`datatype`) that the shape of a class has on a property, in the language asked.

    >>> Refusal("Interaction", "startDate", "lessThanOrEquals")["en"]
    'The end comes before the start.'
    """

    target: str
    path: str
    constraint: str

    def __getitem__(self, language: str) -> str:
        """Say it in a language; raises KeyError where no shape has this constraint."""
        texts = _sentences()[self.target, self.path, self.constraint]
        return texts.get(language) or gettext(texts[SOURCE], language)


END_FIRST = Refusal("Interaction", "startDate", "lessThanOrEquals")
NO_SIREN = Refusal(PREFIXES["org"] + "Organization", "siren", "pattern")
NO_TYPE = Refusal("Interaction", "interactionType", "class")
OF_FIELDS: Mapping[str, Refusal] = {
    "type": Refusal("Announcement", "interactionType", "class"),
    "mode": Refusal("Interaction", "attendanceMode", "in"),
    "off": Refusal("AgendaEvent", "eventStatus", "in"),
    "start": Refusal("Interaction", "startDate", "datatype"),
    "end": Refusal("Interaction", "endDate", "datatype"),
    "opening": Refusal("AgendaEvent", "startTime", "datatype"),
    "closing": Refusal("AgendaEvent", "endTime", "datatype"),
}
"""What is said of a value that cannot be, by the name of a form's field."""


@cache
def _sentences() -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    """Read the messages of property shapes by class and property, without the project's namespace, and constraint."""
    told: dict[BlankNode, dict[str, str]] = {}
    paths: dict[BlankNode, str] = {}
    constraints: dict[BlankNode, list[str]] = {}
    targets: dict[object, list[str]] = {}
    properties: dict[BlankNode, object] = {}
    for file in shape_files():
        for quad in parse(path=str(file), format=RdfFormat.TURTLE, rename_blank_nodes=True):
            subject, name, value = quad.subject, quad.predicate.value.removeprefix(_SH), quad.object
            if name == "targetClass" and isinstance(value, NamedNode):
                targets.setdefault(subject, []).append(value.value.removeprefix(ANC))
            elif name == "property" and isinstance(value, BlankNode):
                properties[value] = subject
            elif not isinstance(subject, BlankNode):
                continue
            elif name == "message" and isinstance(value, Literal):
                told.setdefault(subject, {})[value.language or SOURCE] = value.value
            elif name == "path" and isinstance(value, NamedNode):
                paths[subject] = value.value.removeprefix(ANC)
            elif name != "severity":
                constraints.setdefault(subject, []).append(name)
    return {
        (target, paths[node], constraint): told[node]
        for node, shape in properties.items()
        if node in paths and node in told
        for target in targets.get(shape, ())
        for constraint in constraints.get(node, ())
    }
