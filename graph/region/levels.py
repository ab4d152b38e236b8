"""The region that is looked at, and the levels of territories, apart from the frames that read them."""

from __future__ import annotations

from ...queries.parameters import KINDS_OF_TERRITORY
from ...words import N_, Message

REGION = "region/84"
"""The territory of the analysis unless another is asked."""

LEVELS = tuple(KINDS_OF_TERRITORY)
"""Levels of territories, communes first."""

AREAS = ("epci", "department", "adhoc", "zone", "bassin", "region")
"""Levels above communes, those of most visits first: what is computed ahead is computed in this order."""

BY_NAME = ("epci", "commune", "department", "region", "adhoc", "zone", "bassin")
"""Of territories with one name, the first of these levels is meant, everywhere."""

TERRITORY_KINDS: dict[str, tuple[Message, Message]] = {
    "commune": (N_("commune"), N_("communes")),
    "epci": (N_("intercommunalité"), N_("intercommunalités")),
    "department": (N_("département"), N_("départements")),
    "region": (N_("région"), N_("régions")),
    "zone": (N_("zone d’emploi"), N_("zones d’emploi")),
    "bassin": (N_("bassin d’emploi"), N_("bassins d’emploi")),
    "adhoc": (N_("territoire de projet"), N_("territoires de projet")),
}
"""Levels of territories: one, and several."""


def municipality_path(territory: str) -> str:
    """Give how the path of the authority of a commune begins, by its SIREN, since no source says which one governs it.

    "" of other territories, whose authorities sources give (frame `authorities`).

    >>> municipality_path("territory/commune/38185"), municipality_path("territory/department/38")
    ('organization/21380185', '')
    """
    _, level, code = territory.split("/")
    return f"organization/21{code[:2]}0{code[2:]}" if level == "commune" else ""
