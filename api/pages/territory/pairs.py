"""Which actors of a territory work with which from elsewhere: pairs, and the flows between both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from markupsafe import Markup
from scipy.sparse import csr_array  # type: ignore[import-untyped, unused-ignore]

from ....graph.region.gazetteer import Territory
from ....graph.suggestions.directory import nameless
from ....words import N_, Number, Percent, gettext, ngettext, number
from ...render.blocks.tables import Column, LateRows, Table, full
from ...render.flow_drawing import Band, flow_svg
from ...web.links import href
from ...web.negotiation import Language
from .lists import EVIDENCE, SOURCES
from .matter import PortraitData
from .participations import UNKNOWN, Places, columns_of, matrix
from .sides import Sides, sides_of

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
    known = _Pairs.of(sides)
    first = known.first(seen)

    def row(at: int) -> dict[str, Any]:
        one, other = (known.actors[end[at]] for end in (known.ones, known.others))
        return {
            "actor": seen.label(one), "actor_iri": one, "partner": seen.label(other), "partner_iri": other,
            "interactions": int(known.counts[at]), **sides.firmness_of(known.shared(at)),
        }  # fmt: skip

    rest = np.setdiff1d(np.arange(len(known.counts)), first)
    rows = LateRows([*first.tolist(), *rest.tolist()], row, sides.statuses)
    unknown = int((sides.by_actor[np.unique(sides.actors)] == UNKNOWN).sum())
    note = N_(
        "Un acteur est compté d’ici si au moins {share} de ses participations le sont : les sources placent un organisme "
        "national à son siège aussi bien que dans ses unités. Acteurs sans lieu dit pour ces interactions, comptés d’aucun "
        "côté : {none}.",
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
        more=_drawn(rows[: len(first)], len(rows), language) if len(first) else {},
    )


@dataclass(frozen=True)
class _Pairs:
    """Pairs of an actor from there and one from elsewhere, most shared first: places in `actors`, and the interactions shared.

    `takes` has a row an actor, a column an interaction of `events`, and 1 where the first takes part in the second.
    """

    actors: Sequence[str]
    events: Places
    takes: csr_array
    ones: Places
    others: Places
    counts: Places

    @classmethod
    def of(cls, sides: Sides) -> _Pairs:
        """Count what each pair shares: an interaction counts once, for the actors that have a side in one of them."""
        events, of_event = np.unique(sides.events, return_inverse=True)
        actors, of_actor = np.unique(sides.actors, return_inverse=True)
        takes = matrix(of_actor, of_event, (len(actors), len(events)))
        placed = np.bincount(of_actor[sides.here != UNKNOWN], minlength=len(actors))
        acting = np.bincount(of_actor[sides.here == 1], minlength=len(actors))
        local = acting >= SHARE * placed
        mine, theirs = (np.flatnonzero((placed > 0) & side) for side in (local, ~local))
        shared = (takes[mine] @ takes[theirs].T).tocoo()
        ones, others, counts = mine[shared.row], theirs[shared.col], shared.data
        order = np.lexsort((others, ones, -counts))
        names = [sides.known.actors[actor] for actor in actors]
        return cls(names, events, takes, ones[order], others[order], counts[order])

    def shared(self, at: int) -> list[int]:
        """Give the interactions of a pair, by their places in those of the publication."""
        one, other = (columns_of(self.takes, end[at]) for end in (self.ones, self.others))
        found: list[int] = self.events[[*set(one).intersection(other)]].tolist()
        return found

    def first(self, seen: PortraitData) -> Places:
        """Give the pairs of the few actors of both sides that share most, and have a name."""
        kept = np.arange(len(self.counts))
        for end, most in ((self.ones, HERE), (self.others, AWAY)):
            codes, met = np.unique(end[kept], return_index=True)
            totals = np.bincount(end[kept], self.counts[kept], len(self.actors))
            ranked = codes[np.lexsort((met, -totals[codes]))]
            named = (code for code in ranked if not nameless(seen.label(self.actors[code])))
            kept = kept[np.isin(end[kept], [*islice(named, most)])]
        return kept


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
