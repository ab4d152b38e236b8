"""Validated agreements, in the exchange layout, published into a graph of their own by the one writer.

An agreement is an interaction of its type, declared, with its host and its institution; fewer than five students are withheld.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import polars as pl

from ....graph.snapshots.provenance import GRAPHS
from ....words import N_
from ...desk.publication import Outcome, Rows, described, frame, mapped, organization, put, source
from ...desk.states import Conclusion
from ...read.withholding import Containers, withhold
from ...write.request import Written
from ...write.writer import Writer
from .ledger import Agreement, Agreements
from .matches import is_of_match
from .states import LIVING

NAME = "agreements"
GRAPH = GRAPHS + NAME
_DECLARED = "evidence-status/declared"
_INFERRED = "evidence-status/inferred"
_SOURCE = f"source/{NAME}"
CONFIDENTIAL = N_("Stage dont le sujet est confidentiel")
TITLE = N_("Stages : conventions validées")


def tables(
    ledger: Agreements, publisher: str, described: Container[str] = frozenset()
) -> dict[str, pl.DataFrame]:
    """Give what is public of agreements as tables of the exchange layout, in a stable order; empty where nothing is.

    Hosts that others have `described` (paths) are referred to; the others are described here.
    """
    rows: Rows = {}
    for one in sorted(ledger.all.values(), key=lambda one: one.id):
        if one.public:
            _add(rows, one, described)
    if not rows:
        return {}
    rows["sources"] = [source(NAME, TITLE, publisher)]
    return withhold({name: frame(name, made) for name, made in rows.items()}, Containers())[0]


def publish(writer: Writer, ledger: Agreements, publisher: str) -> Written:
    """Put what is public in the graph of agreements, in place of what was there; raises what `Writer.write` raises."""

    def read() -> bytes:
        hosts = {one.in_force.host_path for one in ledger.read().all.values() if one.public}
        return mapped(tables(ledger, publisher, described(writer, hosts, GRAPH)), GRAPH)

    return put(writer, GRAPH, read)


def outcomes(ledger: Agreements) -> dict[str, Outcome]:
    """Give what agreements say came of the desk's matches, by the names of these."""
    every: dict[str, list[Agreement]] = {}
    for one in sorted(ledger.read().all.values(), key=lambda one: one.id):
        if is_of_match(one.post) and not one.illustrative:
            every.setdefault(one.post.partition("/")[2], []).append(one)
    found = {name: outcome(agreements) for name, agreements in every.items()}
    return {name: told for name, told in found.items() if told is not None}


def outcome(agreements: Sequence[Agreement]) -> Outcome | None:
    """Give what the agreements on a match say came of it; None while they say nothing.

    A match of whose agreements none is public and none lives any more, since nobody came or they were cancelled, rejected or let
    go, has led to nothing: it was dropped on the last of these days, for the reason then given.
    """
    if public := [one for one in agreements if one.public]:
        day = max(one.last_day for one in public)
        realised = {"outcome": Conclusion.REALISED.value, "date": day, "reason": ""}
        return Outcome([_interaction(one) for one in public], realised if day else {})
    if not agreements or any(one.state in LIVING and not one.valid for one in agreements):
        return None
    day, reason = max((one.given_up, one.reason) for one in agreements)
    return Outcome((), {"outcome": Conclusion.DROPPED.value, "date": day, "reason": reason or "other"})


def _interaction(one: Agreement) -> str:
    return f"interaction/{NAME}/{one.id.rpartition('/')[2]}"


def _add(rows: Rows, one: Agreement, described: Container[str]) -> None:
    terms, name = one.in_force, one.id.rpartition("/")[2]
    own: dict[str, Any] = {"evidence": _DECLARED, "source": _SOURCE}
    host = terms.host_path or f"organization/agreement-{name}"
    if host not in described:
        rows.setdefault("organizations", []).append(organization(host, terms.host, NAME))
    interaction = _interaction(one)
    rows.setdefault("interactions", []).append(
        {
            "id": interaction,
            "label_fr": CONFIDENTIAL["fr"] if terms.confidential else terms.subject,
            "types": [terms.type],
            "start": terms.start,
            "end": terms.end,
            "takes_place_in": [terms.place],
            "benefits": [terms.place],
            "concerns": [*terms.subjects] or None,
            "programme": terms.programme,
            "mode": terms.mode,
            "headcount": terms.students,
            **own,
        }
    )
    parts = (
        (host, ("demand", "host"), terms.place, _DECLARED),
        (terms.institution_path, ("supply", "supervisor"), terms.taught or None, _INFERRED),
    )
    rows.setdefault("participations", []).extend(
        {
            "id": f"{interaction}/p/{number}",
            "interaction": interaction,
            "organization": organization,
            "roles": [f"actor-role/{role}" for role in roles],
            "place": place,
            "place_evidence": evidence if place else None,
        }
        for number, (organization, roles, place, evidence) in enumerate(parts, 1)
    )
