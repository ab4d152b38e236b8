"""What a thing is, in a few lines: the page that a client frames, and the fragment that it shows beside a suggestion."""

from __future__ import annotations

from html import escape

from ...words import N_, Spoken
from ..reading.solutions import Reading
from ..web.links import BASE, href
from ..web.page_error import PageError
from .entities import Entities
from .extension import Writer, read_values
from .properties import PROPERTIES
from .types import BROADER, described, type_name, with_broader

_SHOWN = {
    "Organization": (
        *("commune", "department", "parent", "activity", "size", "siren", "uai", "rnsr", "ror", "website"),
        "other-name",
    ),
    "Territory": ("code", "epci", "department", "region", "postal-code"),
}
"""Properties that a preview shows, in their order."""
_MOST = 4
"""Values of a property that are shown."""


class NoSuchThing(PageError):  # noqa: N818
    """Nothing has an identifier."""

    code = "no-such-thing"

    def __init__(self, id: str) -> None:
        super().__init__(404, N_("Rien n’a l’identifiant « {id} ».", id=id[:100]))


def facts(entities: Entities, reading: Reading, id: str) -> tuple[str, str, list[tuple[Spoken, str, str]]]:
    """Tell of a thing its path, the address of its page, and its properties: name, values, and an address where one is one.

    Raises NoSuchThing, and what the pool raises.
    """
    path = entities.find(id)
    if path is None or entities.named(path) is None:
        raise NoSuchThing(id)
    root = list(with_broader(entities.type(path)))[-1]
    values = read_values(reading, [path], _SHOWN[root]).get(path, {})
    writer = Writer(entities, reading)
    rows = []
    for name in _SHOWN[root]:
        if listed := values.get(name, ()):
            texts = list(dict.fromkeys(writer.text(name, value) for value in listed))
            more = f" (+{len(texts) - _MOST})" if len(texts) > _MOST else ""
            link = href(listed[0]) if name == "website" else None
            rows.append((PROPERTIES[name].name, ", ".join(texts[:_MOST]) + more, link or ""))
    return path, href(BASE + path) or "", rows


def fragment(kind: str, entities: Entities, id: str, language: str) -> str:
    """Write what a thing, a property or a type is as a piece of HTML, whose texts are escaped; raises NoSuchThing."""
    if kind == "entity":
        path = entities.find(id)
        named = entities.named(path) if path else None
        if path is None or named is None:
            raise NoSuchThing(id)
        types = ", ".join(type_name(type)[language] for type in with_broader(entities.type(path)))
        return _html(named.label, entities.names.precise(named, language) or types, path)
    if kind == "property" and id in PROPERTIES:
        return _html(PROPERTIES[id].name[language], PROPERTIES[id].meaning[language], id)
    if kind == "type" and id in BROADER:
        return _html(described(id, language)["name"], "", id)
    raise NoSuchThing(id)


def _html(*lines: str) -> str:
    name, *rest = (escape(line) for line in lines)
    return f"<div><strong>{name}</strong>{''.join(f'<br>{line}' for line in rest if line)}</div>"
