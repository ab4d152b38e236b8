"""The form of a named question: a picker for each parameter, names understood as things, errors by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...queries.parameters import DEFINITIONS, KINDS_OF_TERRITORY, TYPES, BadValue, Parameter
from ...queries.query import ParameterError, Query
from ...words import N_, Said, Spoken
from ..labels.questions import LEVELS, word
from ..reading.names import Index, Named, territory_kind
from ..reading.solutions import Reading
from ..web.links import BASE
from ..web.negotiation import Language

#: Parameters whose value may be a name, and the kind of things it is looked for among.
FINDERS: Mapping[str, str] = {"territory": "territoires", "organization": "acteurs"}
#: Parameters near whose values others are offered by name.
_NAMED: Mapping[str, str] = {**FINDERS, "chain": "filieres"}
#: Types of parameters whose French word is feminine.
_FEMININE = ("organization", "resource", "chain")
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


@dataclass(frozen=True)
class Understood:
    """A name given for a parameter, the thing it was understood as, and the other things it may be."""

    parameter: str
    text: str
    thing: Named
    others: tuple[Named, ...]


class Unclear(ParameterError):  # noqa: N818
    """A value that names no thing, or several; keeps the things it may be (`nearest`: label, IRI and the value to give)."""

    def __init__(
        self, query: str, parameter: str, value: str, reason: Spoken, things: Iterable[Named]
    ) -> None:
        super().__init__(query, parameter, value, reason)
        self.nearest = [
            {"label": thing.label, "iri": thing.iri, "value": short_value(thing.iri)} for thing in things
        ]


def short_value(iri: str) -> str:
    """Give what one types for a thing: its code, or its path under the base.

    >>> short_value(BASE + "territory/epci/200040715"), short_value(BASE + "territory/region/84")
    ('200040715', 'region/84')
    >>> short_value(BASE + "organization/0383546Y"), short_value(BASE + "value-chain/timber-construction")
    ('0383546Y', 'timber-construction')
    """
    local = iri.removeprefix(BASE)
    for head in ("territory/commune/", "territory/epci/", "territory/department/", "territory/"):
        if local.startswith(head):
            return local.removeprefix(head)
    return local.partition("/")[2] or local


def understand(
    query: Query, given: Mapping[str, Sequence[str]], index: Index, *, strict: bool = False
) -> tuple[dict[str, list[str]], list[Understood]]:
    """Turn names of territories and organisations into IRIs; tell which were understood, and as what.

    A page tells its reader what it understood, and takes what comes closest; a file tells nobody: with `strict`, a name
    counts where it is exact and one thing's alone. Raises ParameterError for a parameter that the question does not
    have, and Unclear for a name that does not count.
    """
    values: dict[str, list[str]] = {}
    understood: list[Understood] = []
    for name, texts in given.items():
        parameter = query.parameter(name)
        kept: list[str] = []
        for text in texts:
            pieces = _pieces(parameter, text, index)
            for piece in pieces:
                found = _named(parameter, piece, index)
                if strict and (near := found or _near(parameter, piece, index)):
                    _check_clear(query, parameter, piece, near, index)
                if found:
                    understood.append(Understood(name, piece, found[0], tuple(found[1:6])))
                kept.append(found[0].iri if found else piece)
        values[name] = kept
    return values, understood


def _near(parameter: Parameter, text: str, index: Index) -> list[Named]:
    """List what a text that is no value may have been meant for."""
    if parameter.type not in FINDERS or not text.isprintable() or _fits(parameter, text):
        return []
    return index.nearest(text, FINDERS[parameter.type], 5)


def _check_clear(query: Query, parameter: Parameter, text: str, found: Sequence[Named], index: Index) -> None:
    """Refuse a name that is nobody's own, or several things'; raises Unclear, which gives their codes."""
    meant = index.called(text, FINDERS[parameter.type])
    if len(meant) == 1:
        return
    offered = (meant or found)[:5]

    codes = Said(_offered, (index, offered))
    if meant:
        reason = N_("plusieurs portent le nom « {text} » ; donnez un code : {codes}", text=text, codes=codes)
    else:
        reason = N_(
            "« {text} » n’est le nom exact de rien ; donnez un code ou un nom entier : {codes}",
            text=text,
            codes=codes,
        )
    raise Unclear(query.name, parameter.name, text, reason, offered)


def _offered(index: Index, things: Sequence[Named], language: Language) -> str:
    """List things with what is to be typed for each."""
    return ", ".join(
        f"{short_value(one.iri)} ({one.label}, {index.precise(one, language)})" for one in things
    )


def check_known(
    query: Query,
    values: Mapping[str, Sequence[str]],
    index: Index,
    reading: Reading,
    graphs: list[str] | None,
) -> None:
    """Refuse codes of things that the publication does not describe: an empty answer would say "nobody there".

    The example of a parameter is nobody's mistake: it is asked even where the publication lacks it. Values that do not
    fit their type are refused by their type. Raises Unclear.
    """
    for name, texts in values.items():
        parameter = query.parameter(name)
        kind = TYPES[parameter.type]
        if parameter.type == "territory-kind":
            continue
        for text in texts:
            if text == parameter.example or not _fits(parameter, text):
                continue
            things = [term.strip("<>") for term in parameter.terms(text) if term.startswith("<")]
            if not all(_described(iri, index, reading, graphs) for iri in things):
                values_of = {"kind": kind.label, "text": text}
                reason = N_("la publication ne décrit aucun {kind} « {text} »", **values_of)
                if parameter.type in _FEMININE:
                    reason = N_("la publication ne décrit aucune {kind} « {text} »", **values_of)
                near = index.nearest(text, _NAMED.get(parameter.type, ""), 5)
                raise Unclear(query.name, name, text, reason, near)


def _described(iri: str, index: Index, reading: Reading, graphs: list[str] | None) -> bool:
    """Say whether anything is said of a thing in the graphs a question reads; an answer that does not come says yes."""
    if iri in index:
        return True
    found = reading.ask(f"SELECT (1 AS ?known) {{ <{iri}> ?p ?o }} LIMIT 1", graphs)
    return bool(found.rows or found.failure)


def _pieces(parameter: Parameter, text: str, index: Index) -> list[str]:
    """Split a list of codes or names, unless the whole is one name (some have a comma)."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if parameter.type not in FINDERS or len(parts) < 2 or _named(parameter, text, index):
        return [text]
    return (
        parts if all(_fits(parameter, part) or _named(parameter, part, index) for part in parts) else [text]
    )


def _fits(parameter: Parameter, text: str) -> bool:
    try:
        parameter.terms(text)
    except BadValue:
        return False
    return True


def _named(parameter: Parameter, text: str, index: Index) -> list[Named]:
    """List the things a text may name, best first; none where it is a code or an IRI already."""
    kind = FINDERS.get(parameter.type)
    if kind is None or text.startswith(("http:", "https:", "urn:")) or not text.isprintable():
        return []
    try:
        term = parameter.terms(text)[0]
    except BadValue:
        return index.find(text, kind)
    if parameter.type == "territory":  # only a code fits, and no name looks like one
        return []
    found = index.find(text, kind)  # any word could be the code of an organisation: one that exists wins
    return [] if any(f"<{thing.iri}>" == term for thing in found) else found


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
    finder = FINDERS.get(parameter.type, "")
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
        meaning=_meaning(reading, index, parameter, values) if finder and not error else "",
        choices=choices,
        nearest=tuple(index.nearest(text, finder, 5)) if finder and error and text else (),
    )


def _meaning(reading: Reading, index: Index, parameter: Parameter, values: Iterable[str]) -> str:
    """Name what codes stand for: « Isère, département »."""
    said = []
    for value in values:
        if not _fits(parameter, value):
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
