"""Assumptions in words: what a cause of a difference is called, in French and English."""

from __future__ import annotations

from collections.abc import Sequence

from ...words import N_, Listed, Said, at_name, of_name, of_territory
from ..findings.model import Words
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .assumptions import Assumption, Close, House, Merge, Offer, Open, Share
from .names import NameIndex

_OF = {
    "branch": N_("de l'antenne"),
    "relay": N_("de la structure relais"),
    "programme": N_("de la formation"),
    "platform": N_("de la plateforme"),
}
_MODES = {
    "hybrid": N_("en mode hybride"),
    "remote": N_("à distance"),
    "relayed": N_("en relais"),
}


def assumption_text(assumption: Assumption, matter: RegionView) -> Words:
    """Name a resolved assumption, as « l'ouverture de l'antenne … »; `matter` is the one it is applied to."""
    ground = Gazetteer.of(matter)
    if isinstance(assumption, Merge):
        gone = [
            Said(of_territory, (one.label, one.level))
            for one in map(ground.territory, assumption.territories)
        ]
        return N_("la fusion {gone} en « {assumption} »", gone=Listed(gone), assumption=assumption.label)
    if isinstance(assumption, Offer):
        return N_(
            "l'ouverture de la formation « {label} » {mode} depuis {places}",
            label=NameIndex.of(matter, "programme").labels[assumption.programme],
            mode=_MODES[assumption.mode],
            places=_places(assumption.places, matter),
        )
    if isinstance(assumption, Share):
        return N_(
            "le partage {mode}, depuis {places}, des évènements tenus dans le territoire « {territory} »",
            territory=ground.territory(assumption.area).label,
            mode=_MODES[assumption.mode],
            places=_places(assumption.places, matter),
        )
    if isinstance(assumption, House):
        return N_(
            "un logement pour chaque stagiaire et chaque alternant du territoire « {territory} »",
            territory=ground.territory(assumption.area).label,
        )
    if isinstance(assumption, Open):
        place = _commune(ground, assumption.place)
        return N_(
            "l'ouverture {kind} « {assumption} » {place}",
            kind=_OF[assumption.kind],
            assumption=assumption.label,
            place=Said(at_name, (place,)),
        )
    label = NameIndex.of(matter, assumption.kind).labels[assumption.node]
    told = {"kind": _OF[assumption.kind], "label": label}
    here = _commune(ground, assumption.at) if assumption.at else ""
    if isinstance(assumption, Close):
        if here:
            return N_("la fermeture {kind} « {label} » {at}", at=Said(at_name, (here,)), **told)
        return N_("la fermeture {kind} « {label} »", **told)
    to = Said(at_name, (_commune(ground, assumption.place),))
    if here:
        return N_("le déménagement {kind} « {label} » {of} {to}", of=Said(of_name, (here,)), to=to, **told)
    return N_("le déménagement {kind} « {label} » {to}", to=to, **told)


def _places(places: Sequence[str], matter: RegionView) -> Listed:
    branches, ground = NameIndex.of(matter, "branch").labels, Gazetteer.of(matter)
    return Listed([branches.get(one) or _commune(ground, one) for one in places])


def _commune(ground: Gazetteer, place: str) -> str:
    return ", ".join(ground.labels[one] for one in ground.at(place)) or place
