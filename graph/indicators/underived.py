"""Why no single query derives some indicators from the facts, in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...words import N_, Spoken
from .declaration import FOLDER, Indicator
from .derivations import derivation

_ANY, _YEAR = "territory/region/84", "2000"
_DISTANCES = N_("Elle demande les distances à vol d'oiseau entre communes : SPARQL n'a pas de trigonométrie.")
_NETWORK = N_(
    "Elle suit les chemins du réseau des acteurs, par méthode : une requête n'en compte pas les étapes."
)
_WHY: Mapping[str, Spoken] = MappingProxyType(
    {
        **dict.fromkeys(("distance", "reach", "catchment"), _DISTANCES),
        **dict.fromkeys(("academic-reach", "brokered"), _NETWORK),
        "variety": N_("Elle est l'exponentielle d'une entropie : SPARQL n'a ni logarithme ni exponentielle."),
        "location-quotient": N_(
            "Il n'y a de valeur que par secteur : la requête proposée ici ne tire qu'une valeur d'ensemble."
        ),
        "series": N_(
            "Il n'y a de valeur que par source et année : la requête proposée ici ne tire qu'une "
            "valeur d'ensemble."
        ),
    }
)
_OTHER = N_("Sa formule a été déclarée pour cette publication : aucune requête n'est écrite pour elle.")


def why_none(one: Indicator, every: Mapping[str, Indicator]) -> Spoken:
    """Say in French and in English why no single query derives an indicator; of a ratio, why none derives a part of it."""
    if one.formula == "ratio":
        parts = [every[str(one.options[name])] for name in ("of", "over")]
        return why_none(next(part for part in parts if derivation(part, every, _ANY, _YEAR) is None), every)
    if one.path is None or one.path.parent != FOLDER:
        return _OTHER
    return _WHY.get("series" if one.options.get("series") else one.formula, _OTHER)
