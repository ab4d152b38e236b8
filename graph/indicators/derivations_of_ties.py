"""The SPARQL queries that derive what is counted of announcements of the desk and of other territories that partners act from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..region.view import REGION
from .queried import communes, here

_WITHIN = f"territory/{REGION}"
_LEVELS = {"department": "anc:Department", "epci": "anc:Intercommunality"}


def announcements(options: Mapping[str, Any], territory: str, _: str) -> str | None:
    """Count the announcements for the territory, or for one all the communes of which are in it.

    Without any announcement anywhere there is no value.
    """
    kind = f"?announcement a anc:{options['kind']}"
    match = (
        f"?match anc:matches{options['kind']} ?announcement ; anc:ledTo ?led" if options.get("led") else ""
    )
    named = f"{kind} ; anc:forTerritory ?named ."
    mine = f"{{ SELECT DISTINCT ?commune (1 AS ?inside) WHERE {{ {communes(territory)} }} }}"
    wholly = (
        f"{{ SELECT ?named (COUNT(?one) AS ?all) (SUM(COALESCE(?inside, 0)) AS ?here) WHERE {{\n"
        f"{{ SELECT DISTINCT ?named (?commune AS ?one) ?commune WHERE {{ {{ SELECT DISTINCT ?named WHERE {{ {named} }} }}\n"
        "?commune anc:partOfTerritory* ?named ; a anc:Commune } }\n"
        f"OPTIONAL {mine}\n}} GROUP BY ?named }}\nFILTER(?all > 0 && ?here = ?all)"
    )
    counted = f"SELECT (COUNT(DISTINCT ?announcement) AS ?count) WHERE {{\n{wholly}\n{named}\n{match}\n}}"
    every = f"SELECT (COUNT(DISTINCT ?announcement) AS ?any) WHERE {{ {kind} }}"
    return f"SELECT (IF(?any > 0, ?count, 1 / 0) AS ?value) WHERE {{\n{{ {counted} }}\n{{ {every} }}\n}}"


def counterparts(options: Mapping[str, Any], territory: str, _: str) -> str | None:
    """Count the other territories of a level, with a commune in the region, that partners of the interactions act from.

    One that shares a commune with the territory is no other; where all of them do, there is no value.
    """
    level = str(options["level"])
    if level not in _LEVELS:
        return None
    of_level = f"?other a ?level . FILTER(?level = {_LEVELS[level]})"
    events = (
        f"{{ SELECT DISTINCT ?interaction WHERE {{ {here(territory)} "
        "?took anc:participatesFrom ?place . ?interaction anc:hasParticipation ?took } }"
    )
    there = (
        f"{{ SELECT DISTINCT ?commune WHERE {{ {{ SELECT DISTINCT ?from WHERE {{ {events} "
        "?interaction anc:hasParticipation/anc:participatesFrom ?from } } "
        "?from anc:succeededBy*/anc:partOfTerritory? ?commune . ?commune a anc:Commune } }"
    )
    reached = f"{there} ?commune anc:partOfTerritory* ?other . {of_level}"
    own = f"SELECT DISTINCT ?other WHERE {{ {communes(territory)} ?commune anc:partOfTerritory* ?other . {of_level} }}"
    known = f"{communes(_WITHIN)} ?commune anc:partOfTerritory+ ?other . {of_level}"
    inside = f"{{ SELECT DISTINCT ?other WHERE {{ {known} }} }}"
    counted = (
        f"SELECT (COUNT(DISTINCT ?other) AS ?count) WHERE {{ {{ SELECT DISTINCT ?other WHERE {{ {reached} }} }}\n"
        f"{inside}\nMINUS {{ {own} }} }}"
    )
    if territory.startswith(f"territory/{level}/"):
        return f"SELECT (?count AS ?value) WHERE {{ {{ {counted} }} }}"
    left = f"SELECT (1 AS ?others) WHERE {{ {known}\nMINUS {{ {own} }} }} LIMIT 1"
    return f"SELECT (?count AS ?value) WHERE {{\n{{ {counted} }}\n{{ {left} }}\n}}"
