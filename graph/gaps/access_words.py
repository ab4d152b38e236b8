"""What is said of access: who has nothing within reach, and how access compares with the region's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..findings.words import (
    agree_en,
    agree_fr,
    count_en,
    count_fr,
    number_en,
    number_fr,
    percent_en,
    percent_fr,
)
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
    level: tuple[str, str] | None,
    facts: Facts,
    km: tuple[str, str],
    compared: Compared,
    covered: tuple[str, str] = ("", ""),
) -> dict[str, str]:
    """Write the sentence of a finding from its figures.

    Args: `level` is the level of the programmes (None: research), `covered` what is said of how much is known.

    >>> facts = {"residents": 100, "residents_without": 40, "relative_access": 0.3, "catchment_km": 50}
    >>> sentence(None, facts, ("30", "30"), "tested")["en"].partition("; ")[2]
    "the mean access of the territory's inhabitants within 50 km is 70% below the rest of the region's."
    """
    told = _Told.of(facts)
    return {
        "fr": _french(level, told, km[0], _beside_french(told, compared)).replace("’", "'") + covered[0],
        "en": _english(level, told, km[1], _beside_english(told, compared)) + covered[1],
    }


def _french(level: tuple[str, str] | None, told: _Told, km: str, beside: str) -> str:
    without, relayed = told.without, told.relayed
    noun = "formation" if level else "unité de recherche"
    text = f"Formations de {level[0]} : " if level else "Recherche : "
    if without:
        share = percent_fr(without / told.people)
        has = agree_fr(without, "n’a", "n’ont")
        text += f"{count_fr(without, 'habitant')} ({share}) {has} aucune {noun} connue à moins de {km} km"
    else:
        text += f"chaque habitant a au moins une {noun} connue à moins de {km} km"
    text += f"{beside}."
    if relayed:
        has = agree_fr(relayed, "a", "ont")
        text += f" {number_fr(relayed)} d'entre eux {has} un relais ou une antenne à moins de {km} km (données illustratives)."
    if told.remote and without:
        offers = count_fr(told.remote, "offre est", "offres sont")
        text += f" {offers} à distance ou hybride{'s' if told.remote > 1 else ''} (données illustratives)."
    return text


def _beside_french(told: _Told, compared: Compared) -> str:
    if compared in ("whole", "above"):
        return ""
    if compared == "few":
        return " ; les habitants du territoire sont trop peu nombreux pour être comparés à ceux du reste de la région"
    lack = 1 - told.ratio
    access = f"l'accès moyen des habitants du territoire, dans un rayon de {told.catchment} km,"
    if lack >= 1:
        return f" ; {access} est nul"
    return f" ; {access} est inférieur de {percent_fr(lack)} à celui du reste de la région"


def _english(level: tuple[str, str] | None, told: _Told, km: str, beside: str) -> str:
    without, relayed = told.without, told.relayed
    noun = "programme" if level else "research unit"
    text = f"Programmes of {level[1]}: " if level else "Research: "
    if without:
        share = percent_en(without / told.people)
        text += f"{count_en(without, 'inhabitant')} ({share}) {agree_en(without, 'has', 'have')} no known {noun} within {km} km"
    else:
        text += f"every inhabitant has at least one known {noun} within {km} km"
    text += f"{beside}."
    if relayed:
        has = agree_en(relayed, "has", "have")
        text += f" {number_en(relayed)} of them {has} a relay or a branch within {km} km (illustrative data)."
    if told.remote and without:
        text += f" {count_en(told.remote, 'offer is', 'offers are')} remote or hybrid (illustrative data)."
    return text


def _beside_english(told: _Told, compared: Compared) -> str:
    if compared in ("whole", "above"):
        return ""
    if compared == "few":
        return "; the territory's inhabitants are too few to be compared with the rest of the region's"
    lack = 1 - told.ratio
    access = f"the mean access of the territory's inhabitants within {told.catchment} km"
    if lack >= 1:
        return f"; {access} is nil"
    return f"; {access} is {percent_en(lack)} below the rest of the region's"
