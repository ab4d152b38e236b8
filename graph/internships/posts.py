"""Posts that hosts offer and wishes of programmes: those of the graph, in the shape that the desk's have too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ..region.view import RegionView

TYPES = tuple(
    f"interaction-type/{name}"
    for name in (
        "internship",
        "territorial-internship",
        "work-study",
        "apprenticeship",
        "professionalisation-contract",
    )
)
"""Interaction types of internships, then of work-study."""
WORK_STUDY = frozenset(TYPES[2:])
REMOTE, HYBRID, RELAYED, IN_PERSON = (
    f"attendance-mode/{name}" for name in ("remote", "hybrid", "relayed", "in-person")
)


@dataclass(frozen=True)
class Post:
    """What a host offers: `seats` students at a `place` (a path), from `start` to `end` (dates; empty: not said).

    `subjects` are paths of families of occupations or of filières; empty: any. `relay` is the commune of the relay from which it
    may be held, if any; `evidence` is a name of a status.
    """

    id: str
    title: str
    type: str
    host: str
    place: str
    place_name: str = ""
    host_path: str = ""
    subjects: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    mode: str = ""
    seats: int = 1
    housing: bool = False
    transport: bool = False
    relay: str = ""
    evidence: str = "declared"


@dataclass(frozen=True)
class Wish:
    """What a programme seeks for `seats` of its students, taught in `places` (communes) and preparing for `subjects`.

    `reach` is how far they go each day in kilometres, `reach_hybrid` some days a week; `moves`: they go anywhere where there is
    housing; `drives`: they need no transport.
    """

    id: str
    title: str
    type: str
    programme: str
    institution: str = ""
    institution_path: str = ""
    places: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    start: str = ""
    end: str = ""
    mode: str = ""
    seats: int = 1
    reach: float = 0.0
    reach_hybrid: float = 0.0
    moves: bool = False
    drives: bool = True
    evidence: str = "declared"


def is_work_study(type: str) -> bool:
    """Tell whether a type is work-study, and no internship.

    >>> is_work_study("interaction-type/apprenticeship"), is_work_study("interaction-type/internship")
    (True, False)
    """
    return type in WORK_STUDY


def posts_of(view: RegionView, evidence: Iterable[str] | None = None) -> list[Post]:
    """List the posts that the graph knows, requests for interns that led to nothing yet; of some statuses where given."""
    labels = _labels(view)
    return [
        Post(
            id=announcement,
            title=label,
            type=type,
            host=labels.get(issuer, ""),
            host_path=issuer or "",
            place=places[0] if len(places) == 1 else "",
            place_name=", ".join(labels.get(place, place) for place in places),
            subjects=tuple(subjects),
            mode=mode or "",
            evidence=status,
        )
        for announcement, label, type, issuer, mode, status, places, subjects in _announced(
            view, "Request", evidence
        ).iter_rows()
    ]


def offered_of(view: RegionView, evidence: Iterable[str] | None = None) -> list[Wish]:
    """List what institutions say in the graph that they seek posts for: offers of interns, whose programme is not told."""
    labels = _labels(view)
    return [
        Wish(
            id=announcement,
            title=label,
            type=type,
            programme="",
            institution=labels.get(issuer, ""),
            institution_path=issuer or "",
            mode=mode or "",
            subjects=tuple(subjects),
            evidence=status,
        )
        for announcement, label, type, issuer, mode, status, _, subjects in _announced(
            view, "Offer", evidence
        ).iter_rows()
    ]


def _announced(view: RegionView, kind: str, evidence: Iterable[str] | None) -> pl.DataFrame:
    rows = view.frame("requests").filter(
        pl.col("class").str.ends_with(f"/{kind}") & pl.col("type").is_in(TYPES)
    )
    if evidence is not None:
        rows = rows.filter(pl.col("evidence").is_in([*evidence]))
    free = rows.filter(pl.col("led").is_null().all().over("announcement"))
    return (
        free.group_by("announcement")
        .agg(
            pl.col("label").min(),
            pl.col("type").min(),
            pl.col("issuer").min(),
            pl.col("mode").min(),
            pl.col("evidence").min(),
            pl.col("territory").drop_nulls().unique().sort().alias("places"),
            pl.col("about").drop_nulls().unique().sort().alias("subjects"),
        )
        .sort("label", "announcement")
    )


def _labels(view: RegionView) -> dict[str, str]:
    """Give the names of actors and territories that announcements refer to."""
    actors = view.frame("actors").select("actor", "label").drop_nulls().unique("actor", keep="first")
    territories = view.frame("territories").select("territory", "label").drop_nulls()
    places = view.frame("places").select("place", "label").drop_nulls()
    return dict([*actors.iter_rows(), *territories.iter_rows(), *places.iter_rows()])
