"""Types of what names are reconciled with: classes of the ontology, by the end of their IRI, from broad to narrow."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ...ontology.labels import Term
from ...queries.parameters import KINDS_OF_TERRITORY
from ...words import N_, Spoken
from ..reading.names import territory_kind
from ..web.links import BASE

ORGANIZATION, TERRITORY = "Organization", "Territory"
UNIT, COMPANY, PUBLIC = "unit", "company", "public"

BROADER: Mapping[str, str] = {
    ORGANIZATION: "",
    "Company": ORGANIZATION,
    "HigherEducationInstitution": ORGANIZATION,
    "University": "HigherEducationInstitution",
    "School": "HigherEducationInstitution",
    "AcademicComponent": ORGANIZATION,
    "ResearchOrganization": ORGANIZATION,
    "ResearchUnit": ORGANIZATION,
    "ResearchTeam": ORGANIZATION,
    "ResearchFederation": ORGANIZATION,
    "DoctoralSchool": ORGANIZATION,
    "LocalAuthority": ORGANIZATION,
    "SecondarySchool": ORGANIZATION,
    TERRITORY: "",
    "Commune": TERRITORY,
    "FormerCommune": TERRITORY,
    "Intercommunality": TERRITORY,
    "Department": TERRITORY,
    "Region": TERRITORY,
    "EmploymentZone": TERRITORY,
    "LabourPool": TERRITORY,
    "AdHocTerritory": TERRITORY,
}
"""Every type, and the one above it."""
_GROUPS: Mapping[str, str] = {
    "Company": COMPANY,
    **dict.fromkeys(("ResearchUnit", "ResearchTeam", "ResearchFederation", "DoctoralSchool"), UNIT),
    **dict.fromkeys(
        ("HigherEducationInstitution", "University", "School", "ResearchOrganization", "LocalAuthority"),
        PUBLIC,
    ),
    "SecondarySchool": PUBLIC,
}


def type_name(type: str) -> Spoken:
    """Name a type.

    >>> type_name("ResearchUnit")["en"], type_name("Organization")["fr"]
    ('research unit', 'organisme')
    """
    return N_("organisme") if type == ORGANIZATION else Term.of(type)


def known_type(name: str) -> str | None:
    """Give the type that an identifier or an IRI names, in capitals or not; None for one that is not of ours.

    >>> known_type("territory"), known_type("https://w3id.org/ancrage/def/Commune"), known_type("Q5")
    ('Territory', 'Commune', None)
    """
    asked = name.rstrip("/").rpartition("/")[2].rpartition("#")[2].lower()
    return next((type for type in BROADER if type.lower() == asked), None)


def with_broader(type: str) -> Iterator[str]:
    """Yield a type, and those above it.

    >>> list(with_broader("University"))
    ['University', 'HigherEducationInstitution', 'Organization']
    """
    while type:
        yield type
        type = BROADER[type]


def type_of(path: str, classes: Mapping[str, str]) -> str:
    """Give the narrowest type of a thing by its path; `classes` are those that the graph gives.

    >>> type_of("territory/epci/200040715", {}), type_of("organization/x", {"organization/x": "Cluster"})
    ('Intercommunality', 'Organization')
    """
    said = classes.get(path, "")
    if level := territory_kind(BASE + path):
        return said or KINDS_OF_TERRITORY[level]
    return said if said in BROADER else ORGANIZATION


def are_about(types: Collection[str], root: str) -> bool:
    """Tell whether some types let things below a root be answered: without types, all are.

    >>> are_about(("Commune",), ORGANIZATION), are_about((), ORGANIZATION)
    (False, True)
    """
    return not types or any(root in with_broader(type) for type in types)


def group_of(types: Collection[str]) -> str:
    """Give the group of records (`loaders.register.linkage.Record`) that types ask for; nothing where they ask for several.

    >>> group_of(("ResearchUnit", "ResearchTeam")), group_of(("Company", "School")), group_of(("Organization",))
    ('unit', '', '')
    """
    groups = {_GROUPS.get(type, "") for type in types}
    return groups.pop() if len(groups) == 1 else ""


def described(type: str, language: str) -> dict[str, Any]:
    """Describe a type: identifier, name, and the type above it."""
    told: dict[str, Any] = {"id": type, "name": type_name(type)[language]}
    if above := BROADER[type]:
        told["broader"] = [described(above, language)]
    return told
