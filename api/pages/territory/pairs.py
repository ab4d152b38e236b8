"""Which actors of a territory work with which from elsewhere: pairs, and the flows between both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, islice, product
from typing import Any, TypeAlias

from markupsafe import Markup

from ....graph.region.gazetteer import Territory
from ....graph.suggestions.directory import nameless
from ....words import N_, Number, Percent, gettext, ngettext, number
from ...render.blocks.tables import Column, LateRows, Table, full
from ...render.flow_drawing import Band, flow_svg
from ...web.links import href
from ...web.negotiation import Language
from .lists import EVIDENCE, SOURCES
from .matter import PortraitData
from .ties import facts_of, sides_of

Key: TypeAlias = tuple[int, str, str]
"""A pair: how many interactions it shares, below zero, then the actor from there and the one from elsewhere."""
HERE, AWAY = 6, 8
"""Actors that are drawn: of the territory, and of elsewhere."""
SHARE = 0.1
"""Part of its participations that an actor from there has there at least: a national body has a third, a stray one a fiftieth."""


def pairs(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List who from there shares interactions with whom from elsewhere: first the pairs that are drawn (`more`), most first.

    Who acts from there in a tenth of its participations (`SHARE`) is from there: sources place a national body at its seat as
    often as at its units, and it is no partner from elsewhere of its own units. Who has no place
    nor country told for its participations is on no side.
    """
    sides = sides_of(seen, territory)
    placed = Counter(actor for _, actor, here, *_ in sides.rows if here is not None)
    acting = Counter(actor for _, actor, here, *_ in sides.rows if here)
    local = {actor: acting[actor] >= SHARE * count for actor, count in placed.items()}
    counts, shared = _shared(sides.rows, local)
    keys = sorted((-count, *pair) for pair, count in counts.items())
    first = _first(keys, seen)
    drawn = set(first)
    took = seen.by("participations", "interaction")

    def row(key: Key) -> dict[str, Any]:
        count, one, other = key
        firm = set(took.of_all(shared[one] & shared[other]).select("evidence", "source"))
        return {
            "actor": seen.label(one), "actor_iri": one, "partner": seen.label(other), "partner_iri": other,
            "interactions": -count, **facts_of(firm),
        }  # fmt: skip

    rows = LateRows([*first, *(key for key in keys if key not in drawn)], row, sides.statuses)
    unknown = len({actor for _, actor, *_ in sides.rows} - placed.keys())
    note = N_(
        "Qui agit d’ici dans au moins {share} de ses participations est d’ici : les sources placent un organisme national à "
        "son siège aussi bien que dans ses unités. Acteurs sans lieu dit pour ces interactions, qui ne sont d’aucun côté : "
        "{none}.",
        share=Percent(SHARE),
        none=Number(unknown),
    )
    return Table(
        (
            Column("actor", N_("Acteur du territoire"), "link", weight=2),
            Column("partner", N_("Partenaire d’ailleurs"), "link", weight=2),
            Column("interactions", N_("Interactions communes"), "number"),
            EVIDENCE,
            SOURCES,
        ),
        rows,
        empty=N_("Aucun acteur d’ici n’a de partenaire connu ailleurs, dans les sources chargées."),
        notes=(note,) if rows else (),
        question="territory-partners-outside",
        more=_drawn(rows[: len(first)], len(rows), language) if first else {},
    )


def _shared(
    rows: Sequence[tuple[str, str, bool | None, str, str | None]], local: Mapping[str, bool]
) -> tuple[Counter[tuple[str, str]], Mapping[str, set[str]]]:
    """Count what each pair shares, of actors that are from there (`local`) or not; give what each takes part in."""
    actors: dict[str, tuple[dict[str, None], dict[str, None]]] = defaultdict(lambda: ({}, {}))
    shared: dict[str, set[str]] = defaultdict(set)
    for event, actor, *_ in rows:
        if actor in local:
            actors[event][local[actor]][actor] = None
            shared[actor].add(event)
    return Counter(chain.from_iterable(product(mine, theirs) for theirs, mine in actors.values())), shared


def _first(keys: Sequence[Key], seen: PortraitData) -> Sequence[Key]:
    """Give the pairs of the few actors of both sides that share most, and have a name."""
    for end, most in ((1, HERE), (2, AWAY)):
        totals: Counter[str] = Counter()
        for key in keys:
            totals[str(key[end])] -= key[0]
        named = (actor for actor, _ in totals.most_common() if not nameless(seen.label(actor)))
        best = set(islice(named, most))
        keys = [key for key in keys if key[end] in best]
    return keys


def _drawn(chosen: Sequence[Mapping[str, Any]], whole: int, language: Language) -> dict[str, Any]:
    """Draw pairs: the bands, what they show in one line, and how many rows stand behind."""
    names = {
        row[f"{end}_iri"]: (row[end], href(full(row[f"{end}_iri"])) or "")
        for row in chosen for end in ("actor", "partner")
    }  # fmt: skip
    bands = [
        Band(
            row["actor_iri"], row["partner_iri"], row["interactions"],
            ngettext(
                "{one} et {other} : {n} interaction commune", "{one} et {other} : {n} interactions communes",
                row["interactions"], language, one=row["actor"], other=row["partner"],
            ),
        )
        for row in chosen
    ]  # fmt: skip
    first = chosen[0]
    words = gettext(
        "{drawn} des {whole} couples connus, ceux des acteurs qui en ont le plus ; le premier : {one} et {other} ({n}).",
        language, drawn=number(len(chosen), language), whole=number(whole, language), one=first["actor"],
        other=first["partner"], n=number(first["interactions"], language),
    )  # fmt: skip
    heads = gettext("Acteurs d’ici", language), gettext("Leurs partenaires d’ailleurs", language)
    svg = Markup(flow_svg(bands, names, heads, words))
    return {"flows": svg, "words": words, "behind": len(chosen)}
