"""The SPARQL query that derives the value of an indicator for a territory from the facts, where one query can.

It is made of the questions of the matter, which the formulas read too, so that both read the same facts in two ways. What needs
distances, logarithms, a network of actors or two series compared has no such query: `underived` tells why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ...ontology.vocabulary import ID
from ...queries.library import Library
from ..region.actor_types import ACADEMIC_TYPES
from ..region.derived import BELOW_HIGHER_EDUCATION, COMPANY
from ..region.gazetteer import GRIDS, URBAN
from ..region.inside_outside import HOME
from ..region.relays import RELAY
from .board import LEAST_KNOWN
from .declaration import Indicator
from .derivations_of_ties import announcements, counterparts
from .partners import MINIMUM
from .queried import communes, here
from .selection import LEAST_PLACED

_LIBRARY = Library()
_PREFIX = re.compile(r"PREFIX\s+(\S+)\s+(<\S+>)")
_COMMENT = re.compile(r"^#.*$", re.MULTILINE)
OBSERVED = f"<{ID}indicator/population>"
_PEOPLE = (
    f"?observation anc:refIndicator {OBSERVED} ; anc:refTerritory ?commune ; anc:obsValue ?people ; anc:refPeriod ?year .\n"
    f"{{ SELECT (MAX(?any) AS ?year) WHERE {{ ?o anc:refIndicator {OBSERVED} ; anc:refTerritory ?where . "
    '?o anc:refPeriod ?any . FILTER(CONTAINS(STR(?where), "/commune/")) } }'
)
_GRIDS = {"density": "densityClass", "rurality": "ruralityType", "centrality": "centralityLevel"}
Maker = Callable[[Mapping[str, Any], str, str], str | None]


def derivation(one: Indicator, every: Mapping[str, Indicator], territory: str, year: str) -> str | None:
    """Give the query that derives the whole of an indicator for a territory (its path); None where no single query does.

    Args: `year` is that of the publication: what ended before is left out. It answers one row, `value`; none, or no value,
    where nothing is known.
    """
    inner = _inner(one, every, territory, year)
    if inner is None:
        return None
    found = dict(_PREFIX.findall(inner))
    text = _PREFIX.sub("", _COMMENT.sub("", inner))
    prefixes = "".join(f"PREFIX {name} {iri}\n" for name, iri in sorted({**_PREFIXES, **found}.items()))
    return prefixes + re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"


def _inner(one: Indicator, every: Mapping[str, Indicator], territory: str, year: str) -> str | None:
    if one.formula == "ratio":
        parts = [_inner(every[str(one.options[name])], every, territory, year) for name in ("of", "over")]
        if None in parts:
            return None
        above, below = (
            f"{{ {str(part).replace('AS ?value)', f'AS ?{name})', 1)} }}"
            for part, name in zip(parts, ("above", "below"), strict=True)
        )
        times = float(one.options.get("times", 1))
        least = f" && ?below >= {one.minimum:g}" if one.minimum else ""
        return f"SELECT ({times:g} * ?above / ?below AS ?value) WHERE {{\n{above}\n{below}\nFILTER(?below > 0{least})\n}}"
    made = _MAKERS.get(one.formula)
    return made(one.options, territory, year) if made else None


def _items(options: Mapping[str, Any], territory: str, year: str) -> str | None:
    """Count the distinct items of a frame whose place is, or became, a commune of the territory.

    None is a zero only where most items of the frame have a place, as in the cube (`coverage.is_partial`).
    """
    frame = str(options["frame"])
    if options.get("series") or frame not in _FRAMES:
        return None
    item, kept = options["item"], _where(options, year, frame)
    placed = f"{{ SELECT * WHERE {{ {here(territory)} {_AT[frame]} }} }}" if frame in _AT else here(territory)
    counted = f"SELECT (COUNT(DISTINCT ?{item}) AS ?count) WHERE {{\n{placed}\n{_FRAMES[frame]}\n{kept}\n}}"
    abroad = (
        f'OPTIONAL {{ ?actor anc:countryCode ?country }} FILTER(COALESCE(?country, "{HOME}") = "{HOME}")'
        if item == "actor"
        else ""
    )
    every = (
        f"SELECT (COUNT(DISTINCT ?{item}) AS ?all) (COUNT(DISTINCT ?placed) AS ?known) WHERE {{\n"
        f"{_ANYWHERE.get(frame, '')}\n{_FRAMES[frame]}\n{kept}\n{abroad}\nBIND(IF(BOUND(?place), ?{item}, 1 / 0) AS ?placed)\n}}"
    )
    known = f"?count > 0 || ?known > 0 && ?known >= {LEAST_PLACED:g} * ?all"
    return f"SELECT (IF({known}, ?count, 1 / 0) AS ?value) WHERE {{\n{{ {counted} }}\n{{ {every} }}\n}}"


def _total(options: Mapping[str, Any], territory: str, year: str) -> str | None:
    """Add up what organisations or programmes of the territory are told to have, in the latest period where there are some."""
    frame = str(options["frame"])
    if frame not in _FRAMES:
        return None
    share = options.get("known", 0)
    valued = "" if share else " && BOUND(?value)"
    kept = f"{_FRAMES[frame]} {_where(options, year, frame)} FILTER(BOUND(?place){valued})"
    latest, last = "", ""
    if options.get("period"):
        latest = f"{{ SELECT (MAX(?period) AS ?latest) WHERE {{ {kept} FILTER(BOUND(?value)) }} }}\n"
        last = "FILTER(?period = ?latest)\n"
    columns = "?organization ?place ?period" if latest else "?programme ?place"
    too_few = f" || COUNT(?told) < {share:g} * COUNT(*)" if share else ""
    return (
        f"SELECT (IF(COUNT(?told) = 0{too_few}, 1 / 0, SUM(COALESCE(?told, 0))) AS ?value) WHERE {{\n{latest}"
        f"{{ SELECT DISTINCT {columns} (?value AS ?told) WHERE {{ {here(territory)}\n{kept} }} }}\n{last}}}"
    )


def _population(options: Mapping[str, Any], territory: str, _: str) -> str | None:
    """Add up the population of the communes, of those of some classes of grids where they are named.

    Communes of unknown class, a hundredth of the people at most, are taken to be what the others are, as in the cube.
    """
    every = f"{{ SELECT DISTINCT ?commune WHERE {{ {communes(territory)} }} }}\n{_PEOPLE}"
    grids = [grid for grid in GRIDS if grid in options]
    if not grids:
        return f"SELECT (SUM(?people) AS ?value) WHERE {{\n{every}\n}}"
    told = "\n".join(f"OPTIONAL {{ ?commune anc:{term} ?{grid} }}" for grid, term in _GRIDS.items())
    kept = " * ".join(
        f"IF(COALESCE(?{grid} IN ({_named(grid, options)}), false), 1, IF({_known(grid)}, 0, 1 / 0))"
        for grid in grids
    )
    return (
        f"SELECT (IF(?seen >= {LEAST_KNOWN:g} * ?all, ROUND(?kept * ?all / ?seen), 1 / 0) AS ?value) WHERE {{ {{\n"
        "SELECT (SUM(?people) AS ?all) (SUM(IF(BOUND(?share), ?people, 0)) AS ?seen) "
        f"(SUM(COALESCE(?share * ?people, 0)) AS ?kept) WHERE {{\n{every}\n{told}\nBIND({kept} AS ?share)\n}} }} }}"
    )


def _count_communes(options: Mapping[str, Any], territory: str, _: str) -> str | None:
    """Count the communes, those of some classes of grids where they are named."""
    theirs = f"{communes(territory)} {_in_classes(options)}"
    return f"SELECT (COUNT(DISTINCT ?commune) AS ?value) WHERE {{ {theirs} }}"


def _in_classes(options: Mapping[str, Any]) -> str:
    """Keep the communes of the classes of grids that options name."""
    grids = [grid for grid in GRIDS if grid in options]
    return " ".join(
        f"?commune anc:{_GRIDS[grid]} ?{grid} . FILTER(?{grid} IN ({_named(grid, options)}))"
        for grid in grids
    )


def _named(grid: str, options: Mapping[str, Any]) -> str:
    return ", ".join(f"<{ID}{grid}/{name}>" for name in options[grid])


def _known(grid: str) -> str:
    """Say whether the class of a commune is known: that of an urban one is, which no type of rurality is of."""
    urban = ", ".join(f"<{ID}{name}>" for name in sorted(URBAN))
    return f"BOUND(?{grid})" + (f" || COALESCE(?density IN ({urban}), false)" if grid == "rurality" else "")


def _observed(options: Mapping[str, Any], territory: str, _: str) -> str | None:
    """Add up the observations of the units that lie wholly in the territory, in the latest period.

    What is `published` is the least there is: the lower bound where there is no value. Else one cell without a value leaves
    the sum without.
    """
    frame, unit = str(options["frame"]), str(options["unit"])
    if frame not in _FRAMES or unit not in _AREAS:
        return None
    left = ", ".join(f"<{ID}{one}>" for one in options.get("leave", ()))
    rows = f"{_FRAMES[frame]} {_where(options, '', frame)}"
    rows += f" FILTER(?{options['by']} NOT IN ({left}))" if left else ""
    latest = f"{{ SELECT (MAX(?year) AS ?latest) WHERE {{ {rows} }} }}"
    published = bool(options.get("published"))
    none = "COUNT(?told) = 0" if published else "COUNT(?told) = 0 || COUNT(?told) < COUNT(*)"
    told, bound = ("COALESCE(?value, ?low)", " && BOUND(?told)") if published else ("?value", "")
    wholly = _observed_communes(territory, rows) if unit == "place" else _areas_within(territory, unit)
    return (
        f"SELECT (IF({none}, 1 / 0, SUM(?told)) AS ?value) WHERE {{\n{latest}\n{wholly}\n"
        f"{{ SELECT ?{unit} ?year ({told} AS ?told) WHERE {{ {rows} }} }}\nFILTER(?year = ?latest{bound})\n}}"
    )


def _areas_within(territory: str, unit: str) -> str:
    """Give the zones or pools all the communes of which are in the territory."""
    area = _AREAS[unit]
    return (
        f"{{ SELECT ?{unit} (COUNT(DISTINCT ?commune) AS ?mine) WHERE {{ {communes(territory)} "
        f"?commune anc:partOfTerritory ?{unit} . ?{unit} a {area} }} GROUP BY ?{unit} }}\n"
        f"{{ SELECT ?{unit} (COUNT(DISTINCT ?any) AS ?all) WHERE {{ ?{unit} a {area} . "
        f"?any anc:partOfTerritory ?{unit} ; a anc:Commune }} GROUP BY ?{unit} }}\nFILTER(?mine = ?all)"
    )


def _observed_communes(territory: str, rows: str) -> str:
    """Give the places of the territory, where those of all but a hundredth of its people are observed."""
    seen = (
        f"{{ SELECT DISTINCT ?commune (1 AS ?observed) WHERE {{ {communes(territory)} ?place anc:succeededBy* ?commune . "
        f"{{ SELECT DISTINCT ?place WHERE {{ {rows} }} }} }} }}"
    )
    theirs = f"{{ SELECT DISTINCT ?commune WHERE {{ {communes(territory)} }} }}"
    return (
        f"{here(territory)}\n{{ SELECT (SUM(?people) AS ?all) (SUM(IF(BOUND(?observed), ?people, 0)) AS ?seen) WHERE {{\n"
        f"{theirs}\n{_PEOPLE}\nOPTIONAL {seen}\n}} }}\nFILTER(?seen >= {LEAST_KNOWN:g} * ?all)"
    )


def _sides(value: str, counted: str) -> Maker:
    """Make the query of a measure of the interactions inside and outside, from the named question that counts them.

    Under `MINIMUM` of what is `counted` there is no value, as in the cube.
    """

    def made(_: Mapping[str, Any], territory: str, __: str) -> str | None:
        text = _LIBRARY["territory-ties-inside-outside"].bind(territory=territory.removeprefix("territory/"))
        rows = text.split("ORDER BY")[0]
        return f"SELECT (IF({counted} >= {MINIMUM}, {value}, 1 / 0) AS ?value) WHERE {{ {{ {rows} }} }}"

    return made


_OUT, _IN = "SUM(IF(?outside > 0, 1, 0))", "SUM(IF(?inside > 1, 1, 0))"

_MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "items": _items,
        "total": _total,
        "population": _population,
        "communes": _count_communes,
        "observed": _observed,
        "announcements": announcements,
        "counterparts": counterparts,
        "outside-share": _sides(f"100 * {_OUT} / COUNT(*)", "COUNT(*)"),
        "ei-index": _sides(f"({_OUT} - {_IN}) / ({_OUT} + {_IN})", f"{_OUT} + {_IN}"),
    }
)


_AREAS = {"zone": "anc:EmploymentZone", "pool": "anc:LabourPool", "place": "anc:Commune"}


def _question(name: str) -> str:
    """Give the question of a frame of the matter as a group of its own."""
    return f"{{ {_COMMENT.sub('', _LIBRARY[f'matter-{name}'].text).strip()} }}"


def _between(types: Iterable[str]) -> str:
    """Keep the interactions in which an actor of one of some types takes part."""
    listed = " ".join(f"<{ID}{one}>" for one in types)
    return (
        f"{{ SELECT DISTINCT ?interaction WHERE {{ VALUES ?kind {{ {listed} }} ?one anc:actorType ?kind . "
        "?part anc:participant ?one . ?interaction anc:hasParticipation ?part } }"
    )


_TAUGHT_QUESTION = (
    f"{_question('programmes')}\nFILTER(!BOUND(?level) || ?level != <{ID}{BELOW_HIGHER_EDUCATION}>)"
)
_TAKING_PART = "OPTIONAL { ?took anc:participantRole ?role } OPTIONAL { ?actor anc:actorType ?type }"
_FRAMES: Mapping[str, str] = MappingProxyType(
    {
        **{name: _question(name) for name in ("programmes", "units", "institutions", "members", "relays", "platforms")},
        **{name: _question(name) for name in ("establishments", "jobs", "hirings", "students", "students-on-site")},
        "relay-structures": f"?node anc:actorType <{ID}{RELAY}> .",
        **dict.fromkeys(("followed", "taught"), _TAUGHT_QUESTION),
        "programme-families": _TAUGHT_QUESTION
        + f"\n{{ SELECT DISTINCT ?programme WHERE {{ {_question('preparations')} }} }}",
        "capacities": _TAUGHT_QUESTION
        + "\n{ SELECT ?programme (COUNT(DISTINCT ?one) AS ?every) (COUNT(DISTINCT ?town) AS ?towns) WHERE { "
        "?programme anc:taughtAt/anc:locatedIn ?one "
        'BIND(IF(CONTAINS(STR(?one), "/commune/"), ?one, 1 / 0) AS ?town) } '
        "GROUP BY ?programme }\nBIND(?capacity / IF(?towns > 0, ?towns, ?every) AS ?value)",
        "interaction-places": _TAKING_PART,
        "academic-company": f"{_TAKING_PART}\n{_between([COMPANY])}\n{_between(ACADEMIC_TYPES)}",
        "unplaced-programmes": f"{{ SELECT ?programme ?institution ?source ?end WHERE {{ {_question('programmes')}\n"
        "MINUS { ?programme anc:taughtAt/anc:locatedIn ?any } } }\n?institution org:hasPrimarySite/anc:locatedIn ?place .",
    }
)  # fmt: skip
_PREFIXES = {"anc:": "<https://w3id.org/ancrage/def/>", "org:": "<http://www.w3.org/ns/org#>"}
_ENDING = frozenset(
    {
        "programmes",
        "units",
        "institutions",
        "followed",
        "taught",
        "programme-families",
        "unplaced-programmes",
        "capacities",
    }
)
"""Frames whose items may have ended."""


def _where(options: Mapping[str, Any], year: str, frame: str) -> str:
    """Keep the rows that `where` names, and what has not ended."""
    made = [f'FILTER(!BOUND(?end) || SUBSTR(STR(?end), 1, 4) >= "{year}")'] if frame in _ENDING else []
    for column, wanted in options.get("where", {}).items():
        values = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        exact = ", ".join(f'"{start}{one}"' for one in values if not one.endswith("*") for start in ("", ID))
        tests = [f"STR(?{column}) IN ({exact})"] if exact else []
        tests += [f'STRSTARTS(STR(?{column}), "{ID}{one[:-1]}")' for one in values if one.endswith("*")]
        made.append(f"FILTER({' || '.join(tests)})")
    return "\n".join(made)


_TAUGHT = "?programme anc:taughtAt ?site . ?site anc:locatedIn ?place ."
_AT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("programmes", "followed", "taught", "programme-families"), _TAUGHT),
        "units": "?unit org:hasSite ?at . ?at anc:locatedIn ?place .",
        "members": "{ ?member anc:taughtAt/anc:locatedIn ?place } UNION { ?member org:hasSite/anc:locatedIn ?place } "
        "UNION { ?member anc:hasParticipation/anc:participatesFrom ?place } "
        'UNION { ?took anc:participant ?member ; anc:participatesFrom ?place FILTER(CONTAINS(STR(?place), "/commune/")) }',
        "relays": "?site anc:locatedIn ?place .",
        "relay-structures": "?at anc:locatedIn ?place . ?node org:hasSite ?at .",
        "platforms": "?platform anc:locatedIn ?place .",
        **dict.fromkeys(
            ("interaction-places", "academic-company"),
            "?took anc:participatesFrom ?place ; anc:participant ?actor . ?interaction anc:hasParticipation ?took .",
        ),
    }
)
"""How the items of a frame are at a place, told before the frame: a place that may be unknown makes slow joins."""
_ANYWHERE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("interaction-places", "academic-company"),
            "?took anc:participant ?actor . ?interaction anc:hasParticipation ?took . "
            "OPTIONAL { ?took anc:participatesFrom ?place }",
        ),
        "relay-structures": "OPTIONAL { ?node org:hasSite/anc:locatedIn ?place }",
    }
)
"""How the items of a frame whose text binds no place are, with or without one."""
