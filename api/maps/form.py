"""The choices of the forms of maps: indicators by topic, territories, groups; written once a publication, then marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from html import escape

from markupsafe import Markup

from ...graph.indicators.declaration import TOPICS
from ...graph.pool.blocking import NoSnapshot
from ...graph.region.text import fold
from ...ontology.vocabulary import ID
from ...words import first_upper, gettext
from ..labels.wording import LEVELS
from ..reading.solutions import Reading
from ..web.negotiation import Language
from .atlas import Atlas
from .reading import Map

Groups = Iterable[tuple[str, Iterable[tuple[str, str]]]]


def options(groups: Groups) -> str:
    """Write the options of a select, in groups; a group without name stands alone.

    >>> options([("", [("a", "A")]), ("B", [("b", "b & c")])])
    '<option value="a">A</option><optgroup label="B"><option value="b">b &amp; c</option></optgroup>'
    """
    parts = []
    for name, pairs in groups:
        made = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in pairs)
        parts.append(f'<optgroup label="{escape(name)}">{made}</optgroup>' if name else made)
    return "".join(parts)


def mark_choice(made: str, value: str, text: str = "") -> Markup:
    """Mark the option that is chosen; one that the list does not offer comes first, so that a form asks again what is drawn.

    >>> a = options([("", [("a", "A")])])
    >>> str(mark_choice(a, "a", "A"))
    '<option value="a" selected>A</option>'
    >>> str(mark_choice(a, "b", "B"))
    '<option value="b" selected>B</option><option value="a">A</option>'
    """
    named = f'<option value="{escape(value)}"'
    if f"{named}>" not in made:
        return Markup(f"{named} selected>{escape(text or value)}</option>{made}")
    return Markup(made.replace(f"{named}>", f"{named} selected>", 1))


def topics(atlas: Atlas, said: Language) -> str:
    """Give the indicators, by topic, as options."""

    def made() -> str:
        found: dict[str, list[tuple[str, str]]] = {topic: [] for topic in TOPICS}
        for one in atlas.cube.indicators.values():
            if not one.illustrative or atlas.matter.illustrative:
                found[one.topic].append((one.id, first_upper(one.title[said])))
        ordered = {
            topic: sorted(pairs, key=lambda pair: fold(pair[1])) for topic, pairs in found.items() if pairs
        }
        return options((TOPICS[topic][said], pairs) for topic, pairs in ordered.items())

    return _once(atlas, f"topics {said}", made)


def withins(atlas: Atlas, said: Language) -> str:
    """Give the territories that a map may be within as options: regions, départements, ad hoc, zones, EPCI."""

    def made() -> str:
        return options(
            (
                first_upper(LEVELS[level][said]),
                [(one.id.removeprefix("territory/"), one.label) for one in found],
            )
            for level, found in atlas.withins()
            if found
        )

    return _once(atlas, f"withins {said}", made)


def groups(atlas: Atlas, shown: Map, reading: Reading, said: Language) -> list[tuple[str, str]]:
    """List the groups of an indicator, the whole first."""
    found = atlas.groups(shown.indicator.id)
    with suppress(NoSnapshot):
        reading.learn_labels([ID + one for one in found if one])
    whole = gettext("Total", said)
    named = [(one or "", first_upper(reading.label(ID + one)) if one else whole) for one in found]
    return sorted(named, key=lambda pair: (pair[0] != "", fold(pair[1])))


def _once(atlas: Atlas, name: str, made: Callable[[], str]) -> str:
    kept = atlas.forms
    if name not in kept:
        kept[name] = made()
    return kept[name]
