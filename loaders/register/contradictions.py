"""A source that contradicts itself: one number for organisations whose names have nothing in common. It links none of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import polars as pl

from ...words import N_, Spoken
from ..sources.names import is_initials
from .identifiers import is_sound
from .names import is_nameless, words

SCHEMES = ("siren", "siret", "uai", "rnsr")
"""Numbers that one organisation alone has."""
_LEAST = 50.0
"""Likeness of letters (of 100) under which two names without a word in common are far apart."""


def contradictions(organizations: pl.DataFrame) -> dict[str, dict[str, str]]:
    """Return, by « scheme:value », the organisations of a table that one number is given to under names far apart: their names.

    Schools of one legal unit, each with its code (UAI), are no contradiction.

    >>> rows = {"id": ["a", "b", "c"], "label_fr": ["Aledia", "Scierie du Vercors", "ALEDIA SA"], "siren": ["537455982"] * 3}
    >>> contradictions(pl.DataFrame(rows))
    {'siren:537455982': {'a': 'Aledia', 'b': 'Scierie du Vercors', 'c': 'ALEDIA SA'}}
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for scheme in SCHEMES if {"id", "label_fr"} <= {*organizations.columns} else ():
        if scheme in organizations.columns:
            coded = (
                pl.col("uai").is_null()
                if scheme.startswith("sire") and "uai" in organizations.columns
                else pl.lit(True)
            )
            rows = organizations.filter(coded).select("id", "label_fr", scheme).drop_nulls()
            if isinstance(rows.schema[scheme], pl.List):
                rows = rows.explode(scheme)
            for path, name, value in rows.filter(pl.col(scheme).is_duplicated()).iter_rows():
                if is_sound(scheme, value):
                    found[f"{scheme}:{value}"][path] = name
    return {
        number: names
        for number, names in found.items()
        if any(are_far(*two) for two in combinations(names.values(), 2))
    }


def contradiction_notes(
    name: str, organizations: pl.DataFrame, places: pl.DataFrame | None = None
) -> list[Spoken]:
    """Say each contradiction of the organisations of a source, and where a partner wrote it (`places`: table, id, file, row)."""
    told: list[Spoken] = []
    for number, names in contradictions(organizations).items():
        scheme, _, value = number.partition(":")
        where: Spoken | str = name
        if places is not None:
            rows = places.filter(pl.col("table") == "organizations", pl.col("id").is_in([*names]))
            if rows.height:
                where = N_(
                    "{file}, lignes {rows}", file=rows["file"][0], rows=", ".join(map(str, rows["row"]))
                )
        listed = ", ".join(f"« {one} »" for one in names.values())
        told.append(
            N_(
                "{where}, colonne « {column} » : {value} est donné à {names}, dont les noms n'ont rien en commun ; il ne "
                "rapproche personne.",
                where=where, column=scheme, value=value, names=listed,
            )
        )  # fmt: skip
    return told


def are_far(one: str, other: str) -> bool:
    """Tell whether two names have nothing in common: no word, few letters, and neither is made of initials of the other.

    >>> are_far("Soitec", "Boulangerie Martin"), are_far("Soitec SA", "SOITEC"), are_far("INP", "Institut polytechnique")
    (True, False, True)
    >>> are_far("CSTB", "Centre scientifique et technique du bâtiment")
    False
    """
    from rapidfuzz import fuzz

    if is_nameless(one) or is_nameless(other) or {*words(one)} & {*words(other)}:
        return False
    if is_initials(one, other) or is_initials(other, one):
        return False
    return fuzz.ratio(one.casefold(), other.casefold()) < _LEAST
