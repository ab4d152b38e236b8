"""Posts and wishes that stand, in the exchange layout, published into a graph of their own by the one writer.

A post is a request of its host for interns, a wish an offer of its institution, both declared. Invented ones stay out.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import polars as pl

from ...graph.internships.posts import Post, Wish
from ...graph.snapshots.provenance import GRAPHS
from ...words import N_
from ..desk.publication import Rows, described, frame, mapped, organization, put, source
from ..write.request import Written
from ..write.writer import Writer
from .ledger import ILLUSTRATIVE, Filed, Internships

NAME = "internships"
GRAPH = GRAPHS + NAME
TITLE = N_("Stages : postes et vœux déposés")


def is_from_here(announcement: str) -> bool:
    """Tell whether a request or an offer of the graph was filed on the site, by its path.

    >>> is_from_here("request/internships/ab12"), is_from_here("request/desk/ab12")
    (True, False)
    """
    return announcement.split("/")[1:2] == [NAME]


def tables(
    ledger: Internships, publisher: str, described: Container[str] = frozenset()
) -> dict[str, pl.DataFrame]:
    """Give posts and wishes that were not taken back as tables of the exchange layout, in a stable order; empty where none is.

    Organisations that others have `described` (paths) are referred to; the others are described here.
    """
    rows: Rows = {}
    for one in _public(ledger):
        table = "requests" if isinstance(one.told, Post) else "offers"
        label, path = _organization(one)
        if path not in described and all(path != row["id"] for row in rows.get("organizations", ())):
            rows.setdefault("organizations", []).append(organization(path, label, NAME))
        rows.setdefault(table, []).append({"issued_by": [path], **_row(one)})
    if not rows:
        return {}
    rows["sources"] = [source(NAME, TITLE, publisher)]
    return {name: frame(name, made) for name, made in rows.items()}


def publish(writer: Writer, ledger: Internships, publisher: str) -> Written:
    """Put what stands in the graph of internships, in place of what was there; raises what `Writer.write` raises."""

    def read() -> bytes:
        paths = {_organization(one)[1] for one in _public(ledger.read())}
        return mapped(tables(ledger, publisher, described(writer, paths, GRAPH)), GRAPH)

    return put(writer, GRAPH, read)


def _public(ledger: Internships) -> list[Filed[Post] | Filed[Wish]]:
    every: list[Filed[Post] | Filed[Wish]] = [*ledger.posts.values(), *ledger.wishes.values()]
    public = (one for one in every if not one.ended and one.told.evidence != ILLUSTRATIVE)
    return sorted(public, key=lambda one: one.id)


def _organization(one: Filed[Post] | Filed[Wish]) -> tuple[str, str]:
    """Give the name and the path of the organisation that a post or a wish is of: a known one, else one of its own."""
    told, own = one.told, f"organization/internships-{one.id.rpartition('/')[2]}"
    if isinstance(told, Post):
        return told.host, told.host_path or own
    return told.institution, told.institution_path or own


def _row(one: Filed[Post] | Filed[Wish]) -> dict[str, Any]:
    told, name = one.told, one.id.rpartition("/")[2]
    places = [told.place] if isinstance(told, Post) else [*told.places]
    return {
        "id": f"{'request' if isinstance(told, Post) else 'offer'}/{NAME}/{name}",
        "label_fr": told.title,
        "types": [told.type],
        "territories": [place for place in places if place] or None,
        "concerns": [*told.subjects] or None,
        "mode": told.mode or None,
        "created": one.filed[:10],
        "evidence": "evidence-status/declared",
        "source": f"source/{NAME}",
    }
