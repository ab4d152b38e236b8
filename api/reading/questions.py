"""Named questions as they are asked: values understood as things, things that are known, the graphs that are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...graph.snapshots.reader import LocalReader
from ...graph.snapshots.snapshot import BASE_ROLES
from ...queries.parameters import TYPES, BadValue, Parameter
from ...queries.query import ParameterError, Query, without_header
from ...words import N_, SOURCE, Said, Spoken
from ..web.links import BASE
from ..web.negotiation import Language
from .names import Index, Named, build_index
from .solutions import Memory, Reading

#: Parameters whose value may be a name, and the kind of things it is looked for among.
FINDERS: Mapping[str, str] = {"territory": "territoires", "organization": "acteurs", "chain": "filieres"}
#: Types of parameters whose French word is feminine.
_FEMININE = ("organization", "resource", "chain")


def dataset_of(graphs: Mapping[str, Mapping[str, object]], query: Query) -> list[str] | None:
    """Give the default graphs a question needs: None for the base dataset, else a list."""
    if set(query.graphs) <= {"base"}:
        return None
    roles = {role for name in query.graphs for role in (BASE_ROLES if name == "base" else (name,))}
    return sorted(iri for iri, about in graphs.items() if about.get("role", "base") in roles)


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
    """Turn names of territories, organisations and filières into IRIs; tell which were understood, and as what.

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
                if strict and (near := _offers(parameter, piece, found, index)):
                    _check_clear(query, parameter, piece, near, index)
                if found:
                    understood.append(Understood(name, piece, found[0], tuple(found[1:6])))
                kept.append(found[0].iri if found else piece)
        values[name] = kept
    return values, understood


def _offers(parameter: Parameter, text: str, found: list[Named], index: Index) -> list[Named]:
    """List what a text may have been meant for: what was found of it, else what is near, where it is no value.

    Of a number, what has it for a code with the zero that a spreadsheet takes off comes first: « 7 » is Ardèche.
    """
    if parameter.type not in FINDERS or not text.isprintable() or fits(parameter, text):
        return found
    kind = FINDERS[parameter.type]
    whole = index.called(f"0{text}", kind) if text.isdecimal() else []
    return [*whole, *(found or index.nearest(text, kind, 5))]


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
        f"{short_value(one.iri)} ({', '.join(filter(None, (one.label, index.precise(one, language))))})"
        for one in things
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
            if text == parameter.example or not fits(parameter, text):
                continue
            things = [term.strip("<>") for term in parameter.terms(text) if term.startswith("<")]
            if not all(_described(iri, index, reading, graphs) for iri in things):
                values_of = {"kind": kind.label, "text": text}
                reason = N_("la publication ne décrit aucun {kind} « {text} »", **values_of)
                if parameter.type in _FEMININE:
                    reason = N_("la publication ne décrit aucune {kind} « {text} »", **values_of)
                near = index.nearest(text, FINDERS.get(parameter.type, ""), 5)
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
    return parts if all(fits(parameter, part) or _named(parameter, part, index) for part in parts) else [text]


def fits(parameter: Parameter, text: str) -> bool:
    """Tell whether a text is a value of the type of a parameter."""
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


def reading_with(reader: LocalReader, language: Language = SOURCE) -> Reading:
    """Give a reading of the publication of a reader, for what asks without the service."""
    apart = reader.snapshot.graphs("illustrative")
    return Reading(reader, reader.snapshot.id, Memory(), lambda error, _: str(error), apart, language)


def posed(
    reader: LocalReader, query: Query, given: Mapping[str, Sequence[str]]
) -> tuple[str, list[str] | None]:
    """Give the text of a question and the graphs it reads, for a reader: what a file of the service would answer.

    Names of territories, organisations and filières are understood where they are exact; the names of the publication are
    only read for a value that is no code of a thing it describes. Raises ParameterError, and Unclear with the nearest things.
    """
    graphs = dataset_of(reader.snapshot.manifest.get("graphs", {}), query)
    reading = reading_with(reader)
    try:
        values = {name: list(texts) for name, texts in given.items()}
        text = query.bind(**values)
        check_known(query, values, Index(), reading, graphs)
    except ParameterError as error:
        named = next((p for p in query.parameters if p.name == error.parameter), None)
        if named is None or named.name not in given:
            raise
        index = build_index(reading)
        values, _ = understand(query, given, index, strict=True)
        check_known(query, values, index, reading, graphs)
        text = query.bind(**values)
    return without_header(text), graphs
