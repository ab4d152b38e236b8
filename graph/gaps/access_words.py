"""What is said of access: who has nothing within reach, and how access compares with the region's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...words import EMPTY, N_, NN_, Number, Percent
from ..findings.model import Words
from .wording import Facts, count_of

Compared = Literal["tested", "above", "few", "whole"]
"""How access is set beside that of the rest of the region: tested where it is less; not told where it is as much or more (that is
no lack), where there are too few people, nor where the territory is the region."""


@dataclass(frozen=True)
class _Told:
    """The figures that a sentence says: inhabitants, those without, access beside the region's, what lies nearby or is lost."""

    people: int
    without: int
    ratio: float
    catchment: int
    relayed: int
    remote: int

    @classmethod
    def of(cls, facts: Facts) -> _Told:
        return cls(
            count_of(facts, "residents"),
            count_of(facts, "residents_without"),
            float(facts["relative_access"] or 0),
            count_of(facts, "catchment_km"),
            count_of(facts, "residents_without_but_relayed"),
            count_of(facts, "remote_offers"),
        )


def sentence(
    level: Words | None,
    facts: Facts,
    km: Words,
    compared: Compared,
    covered: Words = EMPTY,
    *,
    made_up: bool = False,
) -> Words:
    """Write the sentence of a finding from its figures.

    Args: `level` is the level of the programmes (None: research), `covered` what is said of how much is known;
    `made_up` says that illustrative relays and offers are counted in.

    >>> facts = {"residents": 100, "residents_without": 40, "relative_access": 0.3, "catchment_km": 50}
    >>> sentence(None, facts, Number(30), "tested")["en"].partition("; ")[2]
    "the mean access of the territory's inhabitants within 50 km is 70% below the rest of the region's."
    """
    told = _Told.of(facts)
    shown = N_(" (données illustratives comprises)") if made_up else EMPTY
    relayed: Words = EMPTY
    if told.relayed:
        relayed = (
            N_(
                " Ces {n} habitants ont tous un relais ou une antenne à moins de {km} km{shown}.",
                n=Number(told.relayed),
                km=km,
                shown=shown,
            )
            if told.relayed == told.without > 1
            else NN_(
                " {n} d'entre eux a un relais ou une antenne à moins de {km} km{shown}.",
                " {n} d'entre eux ont un relais ou une antenne à moins de {km} km{shown}.",
                told.relayed,
                km=km,
                shown=shown,
            )
        )
    remote: Words = EMPTY
    if told.remote and told.without:
        remote = NN_(
            " {n} offre est à distance ou hybride{shown}.",
            " {n} offres sont à distance ou hybrides{shown}.",
            told.remote,
            shown=shown,
        )
    return N_(
        "{reach}{beside}.{relayed}{remote}{covered}",
        reach=_of_programmes(level, told, km) if level else _of_research(told, km),
        beside=_beside(told, compared),
        relayed=relayed,
        remote=remote,
        covered=covered,
    )


def _of_programmes(level: Words, told: _Told, km: Words) -> Words:
    if not told.without:
        return N_(
            "Formations de {level} : chaque habitant a au moins une formation connue à moins de {km} km",
            level=level,
            km=km,
        )
    return NN_(
        "Formations de {level} : {n} habitant ({share}) n'a aucune formation connue à moins de {km} km",
        "Formations de {level} : {n} habitants ({share}) n'ont aucune formation connue à moins de {km} km",
        told.without,
        level=level,
        share=Percent(told.without / told.people),
        km=km,
    )


def _of_research(told: _Told, km: Words) -> Words:
    if not told.without:
        return N_(
            "Recherche : chaque habitant a au moins une unité de recherche connue à moins de {km} km", km=km
        )
    return NN_(
        "Recherche : {n} habitant ({share}) n'a aucune unité de recherche connue à moins de {km} km",
        "Recherche : {n} habitants ({share}) n'ont aucune unité de recherche connue à moins de {km} km",
        told.without,
        share=Percent(told.without / told.people),
        km=km,
    )


def _beside(told: _Told, compared: Compared) -> Words:
    if compared in ("whole", "above"):
        return EMPTY
    if compared == "few":
        return N_(
            " ; les habitants du territoire sont trop peu nombreux pour être comparés à ceux du reste de la région"
        )
    lack = 1 - told.ratio
    if lack >= 1:
        return N_(
            " ; l'accès moyen des habitants du territoire, dans un rayon de {catchment} km, est nul",
            catchment=told.catchment,
        )
    return N_(
        " ; l'accès moyen des habitants du territoire, dans un rayon de {catchment} km, est inférieur de {lack} à celui du "
        "reste de la région",
        catchment=told.catchment,
        lack=Percent(lack),
    )
