"""Properties of what names are reconciled with: what each is called, and how it is read in the graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from ...graph.region.text import fold
from ...loaders.publish.linked_tables import COLUMNS
from ...ontology.labels import Term
from ...queries.parameters import KINDS_OF_TERRITORY
from ...words import EMPTY, N_, Spoken
from ..web.links import BASE
from .types import ORGANIZATION, TERRITORY, with_broader


class Kind(Enum):
    """How a value is written: a text, the code of a thing, a concept by its name, another thing, a number."""

    TEXT = "text"
    CODE = "code"
    CONCEPT = "concept"
    THING = "thing"
    YEAR = "year"
    NUMBER = "number"


@dataclass(frozen=True)
class Property:
    """A property of organisations, of territories or of both.

    Attributes:
        name: what it is called.
        pattern: what binds `?value` for `?thing`, which `$things` gives in each of its branches.
        kind: how its values are written.
        roots: whose it is: `Organization`, `Territory`.
        type: the type of the things that are its values.
        meaning: what its name does not say.
        level: where values are the territories of a level above those that the pattern binds.
    """

    name: Spoken
    pattern: str
    kind: Kind = Kind.TEXT
    roots: tuple[str, ...] = (ORGANIZATION,)
    type: str = ""
    meaning: Spoken = EMPTY
    level: str = ""


_PLACE = """{ $things ?thing org:hasPrimarySite/anc:locatedIn ?value }
  UNION { $things ?thing org:hasSite/anc:locatedIn ?value FILTER NOT EXISTS { ?thing org:hasPrimarySite ?seat } }
  UNION { SELECT ?thing (SAMPLE(?from) AS ?value) {
    $things ?part anc:participant ?thing ; anc:participatesFrom ?from FILTER NOT EXISTS { ?thing org:hasSite ?site }
  } GROUP BY ?thing HAVING(COUNT(DISTINCT ?from) = 1) }"""
"""Places of an organisation: of its primary site, else of its sites, else the only one that it took part from."""
_WHERE = N_("de son site principal, à défaut de ses sites, à défaut la seule d’où il a pris part")
_BOTH = (ORGANIZATION, TERRITORY)
PLACE_OR_ITSELF = f"{{ {_PLACE} }} UNION {{ $things BIND(?thing AS ?value) }}"


def _of_level(level: str) -> str:
    """Keep the places of a level, which their paths say: by their class, the engine would go through all of them."""
    return f'FILTER(STRSTARTS(STR(?value), "{BASE}territory/{level}/"))'


def _above(level: str, name: Spoken) -> Property:
    """Declare the territory of a level above a thing, or above its places."""
    return Property(name, PLACE_OR_ITSELF, Kind.THING, _BOTH, KINDS_OF_TERRITORY[level], level=level)


def _number(name: str) -> Property:
    return Property(Term.of(name), f"$things ?thing anc:{name} ?value", Kind.CODE)


PROPERTIES: Mapping[str, Property] = {
    "name": Property(N_("nom"), "$things ?thing rdfs:label ?value", roots=_BOTH),
    "other-name": Property(
        N_("autre nom"),
        "$things ?thing skos:altLabel|skos:hiddenLabel ?value",
        meaning=N_("sigles et noms dans les sources"),
    ),
    "siren": _number("siren"),
    "siret": _number("siret"),
    "uai": _number("uai"),
    "rnsr": _number("rnsr"),
    "ror": _number("ror"),
    "pic": _number("pic"),
    "paysage": _number("paysage"),
    "idref": _number("idref"),
    "wikidata": _number("wikidata"),
    "kind": Property(N_("type d’acteur"), "$things ?thing anc:actorType ?value", Kind.CONCEPT),
    "commune": Property(
        N_("commune"),
        f"{{ {_PLACE} }} {_of_level('commune')}",
        Kind.THING,
        type="Commune",
        meaning=_WHERE,
    ),
    "commune-code": Property(
        N_("code commune (Insee)"),
        f"{{ {PLACE_OR_ITSELF} }} {_of_level('commune')}",
        Kind.CODE,
        _BOTH,
        meaning=_WHERE,
    ),
    "epci": _above("epci", N_("intercommunalité")),
    "department": _above("department", N_("département")),
    "region": _above("region", N_("région")),
    "zone": _above("zone", N_("zone d’emploi")),
    "country": Property(Term.of("countryCode"), "$things ?thing anc:countryCode ?value", Kind.CODE),
    "activity": Property(Term.of("mainActivity"), "$things ?thing anc:mainActivity ?value", Kind.CONCEPT),
    "size": Property(Term.of("sizeBand"), "$things ?thing anc:sizeBand ?value", Kind.CONCEPT),
    "parent": Property(
        N_("organisme de rattachement"),
        "$things ?thing org:subOrganizationOf|anc:supervisedBy ?value",
        Kind.THING,
        type=ORGANIZATION,
        meaning=N_("ce dont c’est une partie, ou une tutelle"),
    ),
    "start": Property(Term.of("startYear"), "$things ?thing anc:startYear ?value", Kind.YEAR),
    "end": Property(Term.of("endYear"), "$things ?thing anc:endYear ?value", Kind.YEAR),
    "website": Property(N_("site web"), "$things ?thing foaf:page ?value"),
    "code": Property(N_("code officiel"), "$things ?thing anc:inseeCode ?value", Kind.CODE, (TERRITORY,)),
    "postal-code": Property(
        Term.of("postalCode"), "$things ?thing anc:postalCode ?value", Kind.CODE, (TERRITORY,)
    ),
    "latitude": Property(N_("latitude"), "$things ?thing wgs:lat ?value", Kind.NUMBER, (TERRITORY,)),
    "longitude": Property(N_("longitude"), "$things ?thing wgs:long ?value", Kind.NUMBER, (TERRITORY,)),
}
"""Every property, in the order in which they are proposed."""


def known_property(name: str) -> str | None:
    """Give the property that an identifier, its name in a language or a heading of a table means; None for no one of ours.

    >>> known_property("Siren"), known_property("code INSEE"), known_property("main activity"), known_property("P31")
    ('siren', 'commune-code', 'activity', None)
    """
    return _called().get(fold(name))


@cache
def _called() -> Mapping[str, str]:
    found = {fold(heading): "commune-code" for heading in COLUMNS["commune"]}
    for name, one in PROPERTIES.items():
        found |= {fold(said): name for said in one.name.values()}
    return found | {fold(name): name for name in PROPERTIES}


def proposed(types: Iterable[str]) -> list[str]:
    """List the properties that things of some types have; of any where none is asked for.

    >>> proposed(["Commune"])[:3], "siren" in proposed(["University"])
    (['name', 'commune-code', 'epci'], True)
    """
    roots = {list(with_broader(type))[-1] for type in types} or {ORGANIZATION, TERRITORY}
    return [name for name, one in PROPERTIES.items() if roots & {*one.roots}]


def described(name: str, language: str) -> dict[str, str]:
    """Describe a property: identifier, name, and what the name does not say."""
    one = PROPERTIES[name]
    told = {"id": name, "name": one.name[language]}
    return told | ({"description": one.meaning[language]} if one.meaning[language] else {})
