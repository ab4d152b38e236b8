"""What is said of access: who has nothing within reach, and how access compares with the region's."""

from __future__ import annotations

from dataclasses import dataclass

from ..words import agree_en, agree_fr, count_en, count_fr, number_en, number_fr, percent_en, percent_fr
from .wording import Facts, count_of


@dataclass(frozen=True)
class _Told:
    """The figures that a sentence says: inhabitants, those without, the part of access lacking, what lies nearby or is lost."""

    people: int
    without: int
    lack: float
    relayed: int
    remote: int
    lost: int

    @classmethod
    def of(cls, facts: Facts) -> _Told:
        return cls(
            count_of(facts, "residents"),
            count_of(facts, "residents_without"),
            1 - float(facts["relative_access"] or 0),
            count_of(facts, "residents_without_but_relayed"),
            count_of(facts, "remote_offers"),
            count_of(facts, "unplaced"),
        )


def sentence(
    level: tuple[str, str] | None,
    facts: Facts,
    km: tuple[str, str],
    distinct: bool | None,
    *,
    whole: bool = False,
) -> dict[str, str]:
    """Write the sentence of a finding from its figures.

    Args: `level` is the level of the programmes (None: research), `distinct` None where nothing was tested, as where the
    territory is the `whole` region.

    >>> facts = {"residents": 100, "residents_without": 40, "relative_access": 0.3}
    >>> sentence(None, facts, ("30", "30"), True)["en"]
    "Research: 40 inhabitants (40%) have no research unit within 30 km; their access is 70% below the region's on average."
    """
    told = _Told.of(facts)
    return {
        "fr": _french(level, told, km[0], distinct, whole).replace("’", "'"),
        "en": _english(level, told, km[1], distinct, whole),
    }


def _french(level: tuple[str, str] | None, told: _Told, km: str, distinct: bool | None, whole: bool) -> str:
    without, lack, relayed = told.without, told.lack, told.relayed
    noun = "formation connue" if level else "unité de recherche connue"
    text = f"Formations de {level[0]} : " if level else "Recherche : "
    if without:
        share = percent_fr(without / told.people)
        text += f"{count_fr(without, 'habitant')} ({share}) {agree_fr(without, 'n’a', 'n’ont')} aucune {noun} à moins de {km} km"
    else:
        text += f"chaque habitant a au moins une {noun} à moins de {km} km"
    if distinct is not None and lack > 0:
        below = f"en moyenne l'accès est inférieur de {percent_fr(lack)} à celui de la région"
        text += f" ; {below if lack < 1 else 'l’accès est nul'}"
        if not distinct:
            text += (
                ", ce qui peut tenir au hasard"
                if lack < 1
                else ", mais c'est trop peu d'habitants pour conclure"
            )
    elif distinct is not None:
        text += " ; en moyenne l'accès n'est pas inférieur à celui de la région"
    elif not whole:
        text += " ; ils sont trop peu nombreux pour être comparés à la région"
    text += "."
    if relayed:
        has = agree_fr(relayed, "a", "ont")
        text += f" {number_fr(relayed)} d'entre eux {has} un relais ou une antenne dans ce rayon (données illustratives)."
    if told.remote and without:
        offers = count_fr(told.remote, "offre est", "offres sont")
        text += f" {offers} à distance ou hybride{'s' if told.remote > 1 else ''} (données illustratives)."
    if told.lost:
        text += f" {count_fr(told.lost, 'formation')} de ce niveau {agree_fr(told.lost, 'n’a', 'n’ont')} pas de lieu connu."
    return text


def _english(level: tuple[str, str] | None, told: _Told, km: str, distinct: bool | None, whole: bool) -> str:
    without, lack, relayed = told.without, told.lack, told.relayed
    noun = "known programme" if level else "research unit"
    text = f"Programmes of {level[1]}: " if level else "Research: "
    if without:
        share = percent_en(without / told.people)
        text += f"{count_en(without, 'inhabitant')} ({share}) {agree_en(without, 'has', 'have')} no {noun} within {km} km"
    else:
        text += f"every inhabitant has at least one {noun} within {km} km"
    if distinct is not None and lack > 0:
        below = f"their access is {percent_en(lack)} below the region's on average"
        text += f"; {below if lack < 1 else 'there is no access'}"
        if not distinct:
            text += ", which may be chance" if lack < 1 else ", but too few people to conclude"
    elif distinct is not None:
        text += "; access is not below the region's on average"
    elif not whole:
        text += "; they are too few to be compared with the region"
    text += "."
    if relayed:
        has = agree_en(relayed, "has", "have")
        text += (
            f" {number_en(relayed)} of them {has} a relay or a branch within that radius (illustrative data)."
        )
    if told.remote and without:
        text += f" {count_en(told.remote, 'offer is', 'offers are')} remote or hybrid (illustrative data)."
    if told.lost:
        text += f" {count_en(told.lost, 'programme')} of this level {agree_en(told.lost, 'has', 'have')} no known place."
    return text
