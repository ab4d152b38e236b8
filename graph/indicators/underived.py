"""Why no single query derives some indicators from the facts, in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .declaration import FOLDER, Indicator
from .derivations import derivation

_ANY, _YEAR = "territory/region/84", "2000"
_DISTANCES = (
    "Elle demande les distances à vol d'oiseau entre communes : SPARQL n'a pas de trigonométrie.",
    "It takes great-circle distances between communes: SPARQL has no trigonometry.",
)
_NETWORK = (
    "Elle suit les chemins du réseau des acteurs, par méthode : une requête n'en compte pas les étapes.",
    "It follows paths in the network of actors, by a method: a query does not count their steps.",
)
_DESK = (
    "Elle compte les annonces du guichet et des exemples, dont les territoires s'emboîtent : aucune requête n'est écrite.",
    "It counts announcements of the desk and of examples, whose territories lie in one another: no query is written.",
)
_WHY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("distance", "reach", "catchment"), _DISTANCES),
        **dict.fromkeys(("academic-reach", "brokered"), _NETWORK),
        "announcements": _DESK,
        "variety": (
            "Elle est l'exponentielle d'une entropie : SPARQL n'a ni logarithme ni exponentielle.",
            "It is the exponential of an entropy: SPARQL has neither logarithm nor exponential.",
        ),
        "location-quotient": (
            "Il n'y a de valeur que par secteur : la requête proposée ici ne tire qu'une valeur d'ensemble.",
            "There are values by sector alone: the query offered here derives one for all together.",
        ),
        "counterparts": (
            "Elle compte les autres territoires d'un niveau, sans ceux qui recouvrent celui-ci : aucune requête n'est écrite.",
            "It counts the other territories of a level, but those that overlap this one: no query is written.",
        ),
        "series": (
            "Il n'y a de valeur que par source et année : la requête proposée ici ne tire qu'une valeur d'ensemble.",
            "There are values by source and year alone: the query offered here derives one for all together.",
        ),
        "items": (
            "Les structures relais se tirent de trois faits (type, site, antenne) : aucune requête n'est écrite.",
            "Relay structures are drawn from three facts (type, site, branch): no query is written.",
        ),
    }
)
_OTHER = (
    "Sa formule a été déclarée pour cette publication : aucune requête n'est écrite pour elle.",
    "Its formula was declared for this publication: no query is written for it.",
)


def why_none(one: Indicator, every: Mapping[str, Indicator]) -> tuple[str, str]:
    """Say in French and in English why no single query derives an indicator; of a ratio, why none derives a part of it."""
    if one.formula == "ratio":
        parts = [every[str(one.options[name])] for name in ("of", "over")]
        return why_none(next(part for part in parts if derivation(part, every, _ANY, _YEAR) is None), every)
    if one.path is None or one.path.parent != FOLDER:
        return _OTHER
    return _WHY.get("series" if one.options.get("series") else one.formula, _OTHER)
