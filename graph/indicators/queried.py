"""Pieces of the queries that derive indicators: the communes of a territory, and the places that were or are in them."""

from __future__ import annotations

from ...ontology.vocabulary import ID


def communes(territory: str) -> str:
    """Give the communes of the territory (its path), found from it and not from all communes."""
    inside = f"{{ SELECT DISTINCT ?commune WHERE {{ ?commune anc:partOfTerritory* <{ID}{territory}> }} }}"
    return f"{inside} ?commune a ?sort . FILTER(?sort = anc:Commune)"


def here(territory: str) -> str:
    """Give the places that are, or became, communes of the territory, are districts of one, or départements in it."""
    return (
        "{ SELECT DISTINCT ?place WHERE { "
        f"?within anc:partOfTerritory* <{ID}{territory}> ; a ?sort . "
        "FILTER(?sort IN (anc:Commune, anc:MunicipalDistrict, anc:Department)) "
        "?place anc:succeededBy* ?within . } }"
    )
