"""Announcements as events of the exchange layout, declared, published into a graph of their own by the one writer."""

from __future__ import annotations

import polars as pl

from ...graph.snapshots.provenance import GRAPHS
from ...words import N_
from ..desk.publication import Rows, described, frame, mapped, modified, put, source
from ..write.request import Written
from ..write.writer import Writer
from .ledger import Announcement, Announcements

NAME = "announcements"
GRAPH = GRAPHS + NAME
TITLE = N_("Évènements annoncés par leurs organisateurs")
_DECLARED = "evidence-status/declared"
_SOURCE = f"source/{NAME}"


def tables(announcements: Announcements, publisher: str, known: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Give announcements as tables of the exchange layout, in a stable order; of organisers, those that are `known` alone."""
    rows: Rows = {}
    for one in sorted(announcements.all.values(), key=lambda one: one.id):
        _add(rows, one, known)
    if not rows:
        return {}
    rows["sources"] = [source(NAME, TITLE, publisher)]
    return {name: frame(name, made) for name, made in rows.items()}


def publish(writer: Writer, announcements: Announcements, publisher: str) -> Written:
    """Put announcements in their graph, in place of what was there; raises what `Writer.write` raises."""

    def read() -> bytes:
        told = announcements.read()
        named = {one.told.organization for one in told.all.values()}
        known = described(writer, named, GRAPH)
        moments = {one.path: one.changed for one in told.all.values()}
        return mapped(tables(told, publisher, known), GRAPH) + modified(moments, GRAPH)

    return put(writer, GRAPH, read)


def _add(rows: Rows, one: Announcement, known: frozenset[str]) -> None:
    told = one.told
    rows.setdefault("events", []).append(
        {
            "id": one.path,
            "label_fr": told.title,
            "types": [told.type],
            "start": told.start,
            "end": told.end or None,
            "start_time": told.opening or None,
            "end_time": told.closing or None,
            "status": told.off or None,
            "mode": told.mode,
            "takes_place_in": [told.place],
            "concerns": [told.about] if told.about else None,
            "homepage": told.homepage or None,
            "evidence": _DECLARED,
            "source": _SOURCE,
        }
    )
    if told.organization in known:
        rows.setdefault("participations", []).append(
            {
                "id": f"{one.path}/p/organiser",
                "interaction": one.path,
                "organization": told.organization,
                "roles": ["actor-role/organiser"],
            }
        )
