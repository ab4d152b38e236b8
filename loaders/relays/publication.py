"""Relays of events in the exchange layout, published into a graph of their own by the one writer.

A structure that relays an event takes part in it, in the role of a relay, from the place where it does; declared. The event
changed when something was last said of it, so that calendars and feeds tell it anew.
"""

from __future__ import annotations

import polars as pl

from ...graph.snapshots.provenance import GRAPHS
from ...words import N_
from ..desk.publication import Rows, described, frame, mapped, modified, put, source
from ..write.request import Written
from ..write.writer import Writer
from .ledger import Relays

NAME = "relays"
GRAPH = GRAPHS + NAME
TITLE = N_("Évènements relayés, déclarés par les structures relais")


def tables(relays: Relays, publisher: str, known: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Give relays as tables of the exchange layout, in a stable order, those of `known` events and structures alone."""
    rows: Rows = {}
    for one in sorted(relays.all.values(), key=lambda one: one.id):
        if {one.event, one.organization} <= known:
            rows.setdefault("participations", []).append(
                {
                    "id": f"{one.event}/p/{one.id.replace('/', '-')}",
                    "interaction": one.event,
                    "organization": one.organization,
                    "roles": ["actor-role/relay"],
                    "place": one.place,
                    "place_evidence": "evidence-status/declared",
                }
            )
    if known.isdisjoint(relays.moments):
        return {}
    rows["sources"] = [source(NAME, TITLE, publisher)]
    return {name: frame(name, made) for name, made in rows.items()}


def publish(writer: Writer, relays: Relays, publisher: str) -> Written:
    """Put relays in their graph, in place of what was there; raises what `Writer.write` raises.

    What names an event or a structure that no graph describes any more waits until one does.
    """

    def read() -> bytes:
        told = relays.read()
        named = {*told.moments, *(one.organization for one in told.all.values())}
        known = described(writer, named, GRAPH)
        moments = {event: at for event, at in told.moments.items() if event in known}
        return mapped(tables(told, publisher, known), GRAPH) + modified(moments, GRAPH)

    return put(writer, GRAPH, read)
