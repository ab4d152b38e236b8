"""Assumptions in words: what a cause of a difference is called, in French and English."""

from __future__ import annotations

from ..findings.model import Words
from ..findings.words import listed_en, listed_fr
from ..region.gazetteer import Ground
from ..region.view import Matter
from .assumptions import Assumption, Close, Merge, Offer, Open
from .names import Named

_OF = {
    "branch": ("de l'antenne", "the branch"),
    "relay": ("de la structure relais", "the relay"),
    "programme": ("de la formation", "the programme"),
    "platform": ("de la plateforme", "the platform"),
}
_MODES = {
    "hybrid": ("en mode hybride", "in hybrid mode"),
    "remote": ("à distance", "remotely"),
    "relayed": ("en relais", "relayed"),
}


def described(assumption: Assumption, matter: Matter) -> Words:
    """Name a resolved assumption, as « l'ouverture de l'antenne … »; `matter` is the one it is applied to."""
    ground = Ground.of(matter)
    if isinstance(assumption, Merge):
        gone = [ground.territory(one).label for one in assumption.territories]
        return {
            "fr": f"la fusion de {listed_fr(gone)} en « {assumption.label} »",
            "en": f"the merger of {listed_en(gone)} into “{assumption.label}”",
        }
    if isinstance(assumption, Offer):
        label = Named.of(matter, "programme").labels[assumption.programme]
        branches = Named.of(matter, "branch").labels
        places = [branches.get(one) or _commune(ground, one) for one in assumption.places]
        french, english = _MODES[assumption.mode]
        return {
            "fr": f"l'ouverture de la formation « {label} » {french} depuis {listed_fr(places)}",
            "en": f"offering the programme “{label}” {english} from {listed_en(places)}",
        }
    french, english = _OF[assumption.kind]
    if isinstance(assumption, Open):
        place = _commune(ground, assumption.place)
        return {
            "fr": f"l'ouverture {french} « {assumption.label} » à {place}",
            "en": f"opening {english} “{assumption.label}” in {place}",
        }
    label = Named.of(matter, assumption.kind).labels[assumption.node]
    at = _commune(ground, assumption.at) if assumption.at else ""
    if isinstance(assumption, Close):
        return {
            "fr": f"la fermeture {french} « {label} »" + (f" à {at}" if at else ""),
            "en": f"closing {english} “{label}”" + (f" in {at}" if at else ""),
        }
    place = _commune(ground, assumption.place)
    return {
        "fr": f"le déménagement {french} « {label} »" + (f" de {at}" if at else "") + f" à {place}",
        "en": f"moving {english} “{label}”" + (f" from {at}" if at else "") + f" to {place}",
    }


def _commune(ground: Ground, place: str) -> str:
    return ", ".join(ground.labels[one] for one in ground.at(place)) or place
