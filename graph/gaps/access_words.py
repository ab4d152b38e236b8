"""What is said of access: who has nothing within reach, and how access compares with the region's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..words import agree_en, agree_fr, count_en, count_fr, number_en, number_fr, percent_en, percent_fr
from .wording import Facts, count_of

Compared = Literal["tested", "told", "few", "whole"]
"""How access is set beside the region's: tested; told without a test, since too much of the supply has no known place; not
told, as there are too few people; nor where the territory is the region."""


@dataclass(frozen=True)
class _Told:
    """The figures that a sentence says: inhabitants, those without, access beside the region's, what lies nearby or is lost."""

    people: int
    without: int
    ratio: float
    catchment: int
    relayed: int
    remote: int
    lost: int
    every: int

    @classmethod
    def of(cls, facts: Facts) -> _Told:
        return cls(
            count_of(facts, "residents"),
            count_of(facts, "residents_without"),
            float(facts["relative_access"] or 0),
            count_of(facts, "catchment_km"),
            count_of(facts, "residents_without_but_relayed"),
            count_of(facts, "remote_offers"),
            count_of(facts, "unplaced"),
            count_of(facts, "known"),
        )


def sentence(
    level: tuple[str, str] | None,
    facts: Facts,
    km: tuple[str, str],
    compared: Compared,
    *,
    blurred: bool = False,
    chance: bool = False,
) -> dict[str, str]:
    """Write the sentence of a finding from its figures.

    Args: `level` is the level of the programmes (None: research), `blurred` whether so many have no known place that this
    comes first, `chance` whether chance may explain a lack that was tested.

    >>> facts = {"residents": 100, "residents_without": 40, "relative_access": 0.3, "catchment_km": 50}
    >>> sentence(None, facts, ("30", "30"), "tested")["en"].removeprefix("Research: 40 inhabitants (40%) have no known ")
    "research unit within 30 km; the mean access of the territory's inhabitants within 50 km is 70% below the region's."
    """
    told = _Told.of(facts)
    return {
        "fr": _french(level, told, km[0], blurred, _beside_french(told, compared, chance)).replace("’", "'"),
        "en": _english(level, told, km[1], blurred, _beside_english(told, compared, chance)),
    }


def _french(level: tuple[str, str] | None, told: _Told, km: str, blurred: bool, beside: str) -> str:
    without, relayed = told.without, told.relayed
    noun, nouns = ("formation", "formations") if level else ("unité de recherche", "unités de recherche")
    text = f"Formations de {level[0]} : " if level else "Recherche : "
    if blurred:
        has = agree_fr(told.lost, "n’a", "n’ont")
        text += (
            f"{number_fr(told.lost)} des {number_fr(told.every)} {nouns} connues {has} pas de lieu connu ; "
        )
        text += "d'après les autres, "
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
    if told.lost and level and not blurred:
        text += f" {count_fr(told.lost, 'formation')} de ce niveau {agree_fr(told.lost, 'n’a', 'n’ont')} pas de lieu connu."
    return text


def _beside_french(told: _Told, compared: Compared, chance: bool) -> str:
    if compared == "whole":
        return ""
    if compared == "few":
        return " ; les habitants du territoire sont trop peu nombreux pour être comparés à ceux de la région"
    lack = 1 - told.ratio
    access = f"l'accès moyen des habitants du territoire, dans un rayon de {told.catchment} km,"
    if lack >= 1:
        text = f" ; {access} est nul"
    elif lack > 0:
        text = f" ; {access} est inférieur de {percent_fr(lack)} à celui de la région"
    elif round(-lack, 2) > 0:
        text = f" ; {access} est supérieur de {percent_fr(-lack)} à celui de la région"
    else:
        text = f" ; {access} est celui de la région"
    if compared == "told":
        return f"{text}, sans qu'on puisse en conclure"
    if chance:
        text += (
            ", ce qui peut tenir au hasard" if lack < 1 else ", mais c'est trop peu d'habitants pour conclure"
        )
    return text


def _english(level: tuple[str, str] | None, told: _Told, km: str, blurred: bool, beside: str) -> str:
    without, relayed = told.without, told.relayed
    noun = "programme" if level else "research unit"
    text = f"Programmes of {level[1]}: " if level else "Research: "
    if blurred:
        text += (
            f"{number_en(told.lost)} of {count_en(told.every, f'known {noun}')} {agree_en(told.lost, 'has', 'have')} "
            "no known place; by the others, "
        )
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
    if told.lost and level and not blurred:
        text += f" {count_en(told.lost, 'programme')} of this level {agree_en(told.lost, 'has', 'have')} no known place."
    return text


def _beside_english(told: _Told, compared: Compared, chance: bool) -> str:
    if compared == "whole":
        return ""
    if compared == "few":
        return "; the territory's inhabitants are too few to be compared with the region's"
    lack = 1 - told.ratio
    access = f"the mean access of the territory's inhabitants within {told.catchment} km"
    if lack >= 1:
        text = f"; {access} is nil"
    elif lack > 0:
        text = f"; {access} is {percent_en(lack)} below the region's"
    elif round(-lack, 2) > 0:
        text = f"; {access} is {percent_en(-lack)} above the region's"
    else:
        text = f"; {access} is the region's"
    if compared == "told":
        return f"{text}, from which nothing can be concluded"
    if chance:
        text += ", which may be chance" if lack < 1 else ", but too few people to conclude"
    return text
