"""What the shapes say of a value that they refuse, so that a form which refuses it says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import RdfFormat, Store

from ..words import SOURCE, Spoken, gettext
from .vocabulary import ANC, PREFIXES, shape_files

_SH = PREFIXES["sh"]
_MESSAGES = f"""PREFIX sh: <{_SH}>
SELECT ?target ?path ?constraint ?message {{
  ?shape sh:targetClass ?target ; sh:property ?property .
  ?property sh:path ?path ; sh:message ?message ; ?constraint ?value .
  FILTER(ISIRI(?path) && ISBLANK(?property) && ?constraint NOT IN (sh:path, sh:message, sh:severity))
}}"""


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
    shapes = Store()
    for file in shape_files():
        shapes.bulk_load(path=str(file), format=RdfFormat.TURTLE)
    told: dict[tuple[str, str, str], dict[str, str]] = {}
    for target, path, constraint, message in shapes.query(_MESSAGES):  # type: ignore[union-attr]
        key = (
            target.value.removeprefix(ANC),
            path.value.removeprefix(ANC),
            constraint.value.removeprefix(_SH),
        )
        told.setdefault(key, {})[message.language or SOURCE] = message.value
    return told
