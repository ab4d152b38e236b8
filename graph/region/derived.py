"""Frames made of several frames of the matter, for indicators: each row is an item at a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import polars as pl

from .actor_types import ACADEMIC_TYPES
from .firmness import less_firm
from .relays import relays_of
from .view import RegionView

COMPANY = "actor-type/company"
BELOW_HIGHER_EDUCATION = "level/eqf4"
"""The one level of the scheme that a baccalaureate has: the scheme begins there."""
_YEAR = timedelta(days=365)


def interaction_places(matter: RegionView) -> pl.DataFrame:
    """Give each participation with the type, year, evidence, source and theme of its interaction.

    It is as firm as the weaker of the interaction and of its place.

    Columns: interaction, actor, type (of the actor), role, place, family (of the interaction), year, evidence, about.
    """
    facts = matter.frame("interactions").rename({"type": "family"}).unique("interaction", keep="first")
    rows = matter.frame("participations").join(facts, on="interaction", how="left")
    if "located" not in rows.columns:
        return rows
    located = pl.col("located").str.split("/").list.last()
    return rows.with_columns(evidence=less_firm(pl.col("evidence"), located)).drop("located")


def hiring_plans(matter: RegionView) -> pl.DataFrame:
    """Give the hiring plans with `least`: what is published, else the least that a number under secrecy can be; null for neither.

    Of a labour pool that lies over two départements one number may be secret and the other not: it has a least.
    """
    return matter.frame("hirings").with_columns(least=pl.coalesce("value", "low"))


def distinct_participations(participations: pl.DataFrame) -> pl.DataFrame:
    """Give one row for each participation: an actor of two kinds, or in two roles, has several in a frame.

    >>> distinct_participations(pl.DataFrame({"interaction": ["i", "i"], "actor": ["a", "a"], "place": [None, None]})).height
    1
    """
    return participations.unique(("interaction", "actor", "place"), maintain_order=True)


def academic_company(matter: RegionView) -> pl.DataFrame:
    """Give `interaction_places` of the interactions in which both a company and an academic actor take part."""
    rows = matter.once(interaction_places)
    with_company = rows.filter(pl.col("type") == COMPANY).select("interaction").unique()
    with_academic = rows.filter(pl.col("type").is_in(ACADEMIC_TYPES)).select("interaction").unique()
    return rows.join(with_company, on="interaction", how="semi").join(
        with_academic, on="interaction", how="semi"
    )


def followed(matter: RegionView) -> pl.DataFrame:
    """Give the programmes of higher education where they can be followed.

    What is of a level below (`BELOW_HIGHER_EDUCATION`: a BPJEPS, which Parcoursup lists) is none; what has no known level is one.
    """
    return matter.frame("programmes").filter(pl.col("level").ne_missing(BELOW_HIGHER_EDUCATION))


def taught(matter: RegionView) -> pl.DataFrame:
    """Give the programmes of higher education where they are taught: without the places they can only be followed from (`mode`).

    No source tells such places: a scenario that offers a programme elsewhere does.
    """
    rows = matter.once(followed)
    return rows.filter(pl.col("mode").is_null()) if "mode" in rows.columns else rows


def programme_families(matter: RegionView) -> pl.DataFrame:
    """Give each programme, place, and family of occupations it prepares for (inferred from its label)."""
    families = matter.frame("preparations").select("programme", "family").unique()
    return matter.once(taught).join(families, on="programme")


def unplaced_programmes(matter: RegionView) -> pl.DataFrame:
    """Give the programmes that no source places, at the head office of each institution that offers them."""
    rows = matter.frame("programmes")
    placed = rows.drop_nulls("place").select("programme").unique()
    seats = matter.frame("seats").select("place", institution="organization").unique()
    return rows.join(placed, on="programme", how="anti").drop("place").join(seats, on="institution")


def capacities(matter: RegionView) -> pl.DataFrame:
    """Give each programme and place with the places it has there: known for some programmes only.

    The places of a programme that is taught in several communes are shared equally among them. A site told in its commune
    and in the intercommunality around it is in one place.
    """
    rows = matter.once(taught).unique(["programme", "place"], keep="first").drop_nulls("place")
    is_commune = pl.col("place").str.contains("/commune/", literal=True)
    rows = rows.filter(is_commune | ~is_commune.any().over("programme"))
    return rows.with_columns(value=pl.col("capacity") / pl.len().over("programme"))


def recent_events(matter: RegionView) -> pl.DataFrame:
    """Give the public events to come and those of the twelve months before the publication: an agenda keeps what is past.

    What has no day is left out.
    """
    rows, day = matter.frame("events"), matter.snapshot[:8]
    if not day.isdecimal():
        return rows
    since = date.fromisoformat(day) - _YEAR
    return rows.filter(pl.coalesce("until", "from").cast(pl.String) >= since.isoformat())


#: Frames by name: those of the matter are found by their own name.
DERIVED: Mapping[str, Callable[[RegionView], pl.DataFrame]] = MappingProxyType(
    {
        "interaction-places": interaction_places,
        "academic-company": academic_company,
        "followed": followed,
        "taught": taught,
        "relay-structures": relays_of,
        "programme-families": programme_families,
        "unplaced-programmes": unplaced_programmes,
        "capacities": capacities,
        "recent-events": recent_events,
    }
)

INFERRED = frozenset({"members", "programme-families", "capacities"})
"""Frames with rows that are no facts as sources state them: a rule of ours makes them (ties, families, shares of places)."""


def rows_of(matter: RegionView, name: str) -> pl.DataFrame:
    """Give a frame by its name, of the matter or derived; raises QueryNotFound for another name."""
    return matter.once(DERIVED[name]) if name in DERIVED else matter.frame(name)
