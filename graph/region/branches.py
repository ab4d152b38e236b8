"""Digital branches: what each offers and who runs it, and how many people are near it and near no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from .gazetteer import Gazetteer, Mask, Territory
from .view import RegionView

NEAR = 30.0
"""Kilometres within which a branch is near, as the crow flies: those of the indicator `reach-branch`."""


@dataclass(frozen=True)
class Branch:
    """A branch by the path of its site: its commune (None: not known), who runs it, what it offers, whom it serves."""

    site: str
    label: str
    place: Territory | None
    organizations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    evidence: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reach:
    """Inhabitants of the communes near a branch, of those that are near no other, and programmes taught near it."""

    people: float
    alone: float
    programmes: int


def branches_of(view: RegionView) -> list[Branch]:
    """List the branches of a view, the real before the illustrative, in the order of their names."""
    rows = view.frame("relays").filter(pl.col("kind") == "branch")
    gazetteer = Gazetteer.of(view)
    found = []
    for (site,), mine in rows.group_by("site", maintain_order=True):
        first = mine.row(0, named=True)
        places = [at for place in _distinct(mine, "place") for at in gazetteer.at(place)]
        found.append(
            Branch(
                str(site),
                first["label"] or str(site),
                gazetteer.commune(places[0]) if places else None,
                _distinct(mine, "organization"),
                _distinct(mine, "service"),
                _distinct(mine, "serves"),
                first["evidence"] or "",
                _distinct(mine, "source"),
            )
        )
    return sorted(found, key=lambda one: (one.evidence == "illustrative", one.label))


def reach_of(view: RegionView, branch: Branch, others: Iterable[Branch]) -> Reach | None:
    """Count who is within NEAR of a branch, and who of them of no other; None where nothing says where it is."""
    gazetteer = Gazetteer.of(view)
    if branch.place is None:
        return None
    near = _near(gazetteer, branch.place)
    served = np.zeros(len(gazetteer), dtype=bool)
    for other in others:
        if other.place is not None and other.site != branch.site:
            served |= _near(gazetteer, other.place)
    people = np.nan_to_num(gazetteer.population)
    taught = gazetteer.locate(view.frame("programmes")).filter(pl.col("at").is_in(np.flatnonzero(near)))
    return Reach(
        float(people[near].sum()), float(people[near & ~served].sum()), taught["programme"].n_unique()
    )


def _near(gazetteer: Gazetteer, place: Territory) -> Mask:
    near: Mask = np.nan_to_num(gazetteer.distances(place), nan=np.inf) <= NEAR
    return near


def _distinct(rows: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(rows[column].drop_nulls().unique(maintain_order=True))
