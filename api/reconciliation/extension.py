"""Values of properties: asked of the graph for many things at once, written as the specification has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...ontology.labels import Term
from ..reading.solutions import Reading
from ..web.links import BASE, local_name
from ..web.query_texts import PREFIXES, iri_term, is_iri
from .entities import Entities
from .properties import PLACE_OR_ITSELF, PROPERTIES, Kind
from .request import Extension
from .types import type_name

Values: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Values by thing and by property, as the graph has them: texts, numbers, IRIs."""
_PLACES = "places"
"""What stands for the places of a thing while those above them are looked for: no property has this name."""


def read_values(reading: Reading, ids: Iterable[str], properties: Sequence[str]) -> Values:
    """Read the values of properties of things given by path; raises what the pool raises.

    What the graph has not, and a path that cannot be one, has no value.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    above = [name for name in properties if PROPERTIES[name].level]
    asked = {name: PROPERTIES[name].pattern for name in properties if name not in above}
    if above:
        asked[_PLACES] = PLACE_OR_ITSELF
    for thing, name, value in _select(reading, ids, asked):
        found[thing][name].append(value)
    if above:
        _find_above(reading, found, above)
    return found


def _select(
    reading: Reading, ids: Iterable[str], patterns: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield what patterns bind for things given by path: the path, the name of the pattern, the value."""
    things = [BASE + one for one in dict.fromkeys(ids) if is_iri(BASE + one)]
    if not things or not patterns:
        return
    given = f"VALUES ?thing {{ {' '.join(map(iri_term, things))} }}"
    parts = [
        f'{{ {pattern.replace("$things", given)} BIND("{name}" AS ?property) }}'
        for name, pattern in patterns.items()
    ]
    text = f"{PREFIXES}SELECT DISTINCT ?thing ?property ?value {{ {' UNION '.join(parts)} }} ORDER BY ?thing ?property ?value"
    for row in reading.select(text):
        yield row["thing"].removeprefix(BASE), row["property"], row["value"]


def _find_above(reading: Reading, found: dict[str, dict[str, list[str]]], names: Sequence[str]) -> None:
    """Put in the territories above places: asked of the places, since joined to their things the engine goes through all."""
    heads = {f"{BASE}territory/{PROPERTIES[name].level}/": name for name in names}
    places = {place.removeprefix(BASE) for listed in found.values() for place in listed.get(_PLACES, ())}
    above: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place, _, value in _select(
        reading, sorted(places), {_PLACES: "$things ?thing anc:partOfTerritory+ ?value"}
    ):
        for head, name in heads.items():
            if value.startswith(head):
                above[BASE + place].append((name, value))
    for thing, listed in found.items():
        for place in listed.pop(_PLACES, ()):
            own = [
                (name, place)
                for head, name in heads.items()
                if place.startswith(head) and place != BASE + thing
            ]
            for name, value in (*own, *above[place]):
                if value not in listed[name]:
                    listed[name].append(value)


@dataclass(frozen=True)
class Writer:
    """Writes values in a language; things are named as pages name them."""

    entities: Entities
    reading: Reading

    def value(self, property: str, value: str) -> dict[str, Any]:
        """Write a value as the specification has it: `str`, `int`, `float`, or a thing with its name."""
        match PROPERTIES[property].kind:
            case Kind.THING:
                path = value.removeprefix(BASE)
                return {"id": path, "name": self.entities.name(path)}
            case Kind.CONCEPT:
                return {"str": self.concept(value)}
            case Kind.YEAR:
                return {"int": int(value[:4])} if value[:4].isdigit() else {"str": value}
            case Kind.NUMBER:
                return {"float": float(value)}
            case Kind.CODE:
                return {"str": local_name(value) if value.startswith(BASE) else value}
            case _:
                return {"str": value}

    def text(self, property: str, value: str) -> str:
        """Write a value as a text."""
        written = self.value(property, value)
        return str(written.get("name") or next(iter(written.values())))

    def concept(self, iri: str) -> str:
        """Name a concept; one of a classification by its code too.

        The ontology's own are named in the language, others as the graph has them.
        """
        if Term(iri).known:
            return Term(iri)[self.reading.language]
        name, code = self.reading.name(iri), local_name(iri)
        return (
            f"{code} {name}".strip()
            if code != name and any(sign.isdigit() for sign in code)
            else name or code
        )


def extend(entities: Entities, reading: Reading, asked: Extension) -> tuple[list[dict[str, Any]], list[Any]]:
    """Answer which properties things have: what the properties are, and a row a thing, in the order asked.

    Returns:
        The description of each property, and of each thing its identifier with the values of each property.
    """
    paths = {one: entities.find(one) or one for one in asked.ids}
    values = read_values(reading, paths.values(), asked.properties)
    concepts = {
        value
        for of_thing in values.values()
        for name, listed in of_thing.items()
        if PROPERTIES[name].kind is Kind.CONCEPT
        for value in listed
    }
    reading.learn_labels(one for one in concepts if not Term(one).known)
    writer = Writer(entities, reading)
    meta = [_described(name, reading.language) for name in asked.properties]
    rows = [
        (
            one,
            [
                (name, [writer.value(name, value) for value in values.get(path, {}).get(name, ())])
                for name in asked.properties
            ],
        )
        for one, path in paths.items()
    ]
    return meta, rows


def _described(name: str, language: str) -> dict[str, Any]:
    one = PROPERTIES[name]
    told: dict[str, Any] = {"id": name, "name": one.name[language]}
    if one.type:
        told["type"] = {"id": one.type, "name": type_name(one.type)[language]}
    return told


def in_version_2(meta: list[dict[str, Any]], rows: list[Any]) -> dict[str, Any]:
    """Write the answer as version 0.2 has it: rows by identifier."""
    return {"meta": meta, "rows": {one: dict(values) for one, values in rows}}


def in_draft(meta: list[dict[str, Any]], rows: list[Any]) -> dict[str, Any]:
    """Write the answer as the draft has it: a list of rows, each with a list of properties."""
    return {
        "meta": meta,
        "rows": [
            {"id": one, "properties": [{"id": name, "values": listed} for name, listed in values]}
            for one, values in rows
        ],
    }
