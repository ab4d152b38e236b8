"""The form of a named question: a picker for each parameter, names understood as things, errors by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...queries.parameters import DEFINITIONS, KINDS_OF_TERRITORY, TYPES, Parameter
from ...queries.query import ParameterError, Query
from ..labels.questions import LEVELS, word
from ..reading.names import Index, Named, territory_kind
from ..reading.questions import FINDERS, fits, short_value
from ..reading.solutions import Reading
from ..web.links import BASE

#: Closed lists that are no scheme of concepts: the class of their things.
CLASSES: Mapping[str, str] = {"scheme": "SupportScheme", "desk": "OneStopShop"}
#: Territories offered before anything is typed.
_OFFERED = ("region", "department")
_MOST_CHOICES = 600

Picker = Literal["list", "name", "number", "text"]


@dataclass(frozen=True)
class Choice:
    """One line of a list: its value, its name, the group it stands in, and whether it is the one chosen."""

    value: str
    label: str
    group: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a form; `finder` is the kind of things its suggestions come from, `meaning` what is understood."""

    name: str
    label: str
    accepts: str
    example: str
    optional: bool
    picker: Picker
    value: str
    error: str = ""
    finder: str = ""
    base: str = ""
    meaning: str = ""
    choices: tuple[Choice, ...] = ()
    nearest: tuple[Named, ...] = ()

    @property
    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The choices by group, groups in their order."""
        grouped: dict[str, list[Choice]] = {}
        for choice in self.choices:
            grouped.setdefault(choice.group, []).append(choice)
        return list(grouped.items())


def fields_of(
    reading: Reading,
    index: Index,
    query: Query,
    shown: Mapping[str, Sequence[str]],
    errors: Mapping[str, ParameterError],
    graphs: list[str] | None,
) -> list[Field]:
    """Describe the fields of a question's form, filled with the values shown."""
    return [
        _field(
            reading, index, parameter, list(shown.get(parameter.name, ())), errors.get(parameter.name), graphs
        )
        for parameter in query.parameters
    ]


def _field(
    reading: Reading,
    index: Index,
    parameter: Parameter,
    values: list[str],
    error: ParameterError | None,
    graphs: list[str] | None,
) -> Field:
    kind, language = TYPES[parameter.type], reading.language
    choices: tuple[Choice, ...] = ()
    picker: Picker = "text"
    finder = "" if kind.choices else FINDERS.get(parameter.type, "")
    if parameter.type == "territory-kind":
        picker, choices = "list", tuple(_levels(values, language))
    elif kind.choices:
        choices = tuple(_concepts(reading, kind.choices, values, graphs))
        picker = "list" if choices else "text"
    elif finder:
        picker = "name"
        if parameter.type == "territory":
            choices = tuple(_larger(index, language))
    elif parameter.type in ("year", "gyear", "integer"):
        picker = "number"
    text = ", ".join(values)
    return Field(
        name=parameter.name,
        label=kind.label[language],
        accepts=kind.accepts[language],
        example=parameter.example,
        optional=parameter.optional,
        picker=picker,
        value=text,
        error=error.reason[language] if error else "",
        finder=finder,
        base=f"{BASE}{parameter.type}/" if finder else "",
        meaning=_meaning(reading, parameter, values) if finder and not error else "",
        choices=choices,
        nearest=tuple(index.nearest(text, finder, 5)) if finder and error and text else (),
    )


def _meaning(reading: Reading, parameter: Parameter, values: Iterable[str]) -> str:
    """Name what codes stand for: « Isère, département »."""
    said = []
    for value in values:
        if not fits(parameter, value):
            continue
        iri = parameter.terms(value)[0].strip("<>")
        name = reading.name(iri)
        level = word(LEVELS, territory_kind(iri), reading.language) if parameter.type == "territory" else ""
        if name:
            said.append(f"{name} ({level})" if level else name)
    return ", ".join(said)


def _levels(values: list[str], said: str) -> Iterable[Choice]:
    for name, local in KINDS_OF_TERRITORY.items():
        chosen = any(value in (name, local, DEFINITIONS + local) for value in values)
        yield Choice(name, LEVELS[name][said], chosen=chosen)


def _larger(index: Index, said: str) -> Iterable[Choice]:
    for thing in index.things:
        level = territory_kind(thing.iri)
        if thing.kind == "territoires" and level in _OFFERED:
            yield Choice(short_value(thing.iri), f"{thing.label} ({LEVELS[level][said]})")


def _concepts(reading: Reading, path: str, values: list[str], graphs: list[str] | None) -> Iterable[Choice]:
    """List the things of a closed list by name, in the groups of their schemes; an unknown value stays chosen."""
    base = f"{BASE}{path}/"
    if path in CLASSES:
        pattern = f"?concept a <{DEFINITIONS}{CLASSES[path]}> . BIND(?concept AS ?scheme)"
    else:
        pattern = (
            "?concept <http://www.w3.org/2004/02/skos/core#inScheme> ?scheme . "
            f'FILTER(STRSTARTS(STR(?scheme), "{BASE}{path}"))'
        )
    block = reading.ask(f"SELECT DISTINCT ?concept ?scheme {{ {pattern} }} LIMIT {_MOST_CHOICES}", graphs)
    rows = [row for row in block.rows if row["concept"].startswith(base)]
    schemes = {row["scheme"] for row in rows} if path not in CLASSES else set()
    reading.learn_labels([*(row["concept"] for row in rows), *schemes])
    several = len(schemes) > 1
    wanted = {value.removeprefix(base).removeprefix(f"{path}/") for value in values}
    made = {
        (row["concept"], row["scheme"] if several else ""): Choice(
            row["concept"].removeprefix(base),
            reading.label(row["concept"]),
            reading.label(row["scheme"]) if several else "",
            row["concept"].removeprefix(base) in wanted,
        )
        for row in rows
    }
    listed = sorted(made.values(), key=lambda choice: (choice.group, choice.label.casefold()))
    unknown = wanted - {choice.value for choice in listed}
    return [*(Choice(value, value, chosen=True) for value in sorted(unknown) if listed), *listed]
