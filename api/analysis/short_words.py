"""A finding in the one sentence that is read first: what is lacking and by how much, without coverage, secrecy nor chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...graph.findings.model import Finding
from ...graph.gaps.links import DOES
from ...graph.gaps.wording import seasonal_words
from ...ontology.labels import Term
from ...words import EMPTY, N_, NN_, Number, Percent, Said, Spoken, of_name

RESEARCH = "actor-type/research-unit"


def short_sentence(one: Finding) -> Mapping[str, str]:
    """Say a gap in one sentence; its own sentence where its kind has no shorter one.

    >>> from ...graph.findings.model import Thing
    >>> pool, trade = Thing("territory/bassin/1", "Ardèche Centre"), Thing("fap/S", "Hôtellerie")
    >>> facts = {"year": 2024, "plans": 228, "programmes": 0, "expected_programmes": 3.2}
    >>> short_sentence(Finding("demand", pool, trade, {}, facts=facts))["fr"].partition(", ")[2]
    'et aucune formation du supérieur connue n’y prépare.'
    """
    made = _SHORT[one.kind](one) if one.kind in _SHORT else None
    return one.sentence if made is None else made


def _demand(one: Finding) -> Spoken | None:
    facts: Mapping[str, Any] = one.facts
    if "plans" not in facts:
        return None
    told = {"year": facts["year"], "pool": Said(of_name, (one.subject.label,))}
    if "families" in facts:
        return NN_(
            "Dans le bassin d’emploi {pool}, aucune formation du supérieur connue ne prépare au métier de {n} projet de "
            "recrutement de {year} ({first}).",
            "Dans le bassin d’emploi {pool}, aucune formation du supérieur connue ne prépare aux métiers de {n} projets de "
            "recrutement de {year} (d’abord {first}).",
            facts["plans"], first=one.reasons[0].words, **told,
        )  # fmt: skip
    known = facts["programmes"]
    if not known:
        supply: Spoken = N_("aucune formation du supérieur connue n’y prépare")
    else:
        supply = NN_(
            "{n} formation du supérieur connue y prépare, contre environ {expected} au rythme du reste de la région",
            "{n} formations du supérieur connues y préparent, contre environ {expected} au rythme du reste de la région",
            known, expected=Number(round(facts["expected_programmes"])),
        )  # fmt: skip
    told_seasonal = seasonal_words(one.facts)
    seasonal = N_(" ({words})", words=told_seasonal) if told_seasonal else EMPTY
    return NN_(
        "« {family} » : {n} projet de recrutement{seasonal} en {year} dans le bassin d’emploi {pool}, et {supply}.",
        "« {family} » : {n} projets de recrutement{seasonal} en {year} dans le bassin d’emploi {pool}, et {supply}.",
        facts["plans"], family=one.object.name, seasonal=seasonal, supply=supply, **told,
    )  # fmt: skip


def _link(one: Finding) -> Spoken | None:
    facts: Mapping[str, Any] = one.facts
    nobody, stage = DOES.get(str(facts.get("function"))), Term.of(str(facts.get("stage")))
    radius = one.question.parameters.get("radius") if one.question else None
    if nobody is None or facts["members_near"] or not stage.known or radius is None:
        return None
    away = facts.get("nearest_km")
    nearest = N_(" ; le plus proche est à {away} km", away=Number(round(away))) if away else EMPTY
    return N_(
        "Dans la filière {chain}, {nobody} à moins de {km} km pour l’étape « {stage} »{nearest}.",
        chain=one.object.name, nobody=nobody, km=radius, stage=stage, nearest=nearest,
    )  # fmt: skip


def _access(one: Finding) -> Spoken | None:
    facts: Mapping[str, Any] = one.facts
    radius = one.question.parameters.get("radius") if one.question else None
    if radius is None or not (facts.get("residents_without") or facts.get("relative_access")):
        return None
    if not facts["residents_without"]:
        return N_(
            "Les habitants ont un accès {what} inférieur de {share} à celui du reste de la région.",
            share=Percent(1 - facts["relative_access"]),
            what=N_("à la recherche")
            if one.object.id == RESEARCH
            else N_("aux formations de {level}", level=one.object.name),
        )
    told = {"share": Percent(facts["share_without"]), "km": radius}
    if one.object.id == RESEARCH:
        return NN_(
            "{n} habitant ({share}) n’a aucune unité de recherche connue à moins de {km} km.",
            "{n} habitants ({share}) n’ont aucune unité de recherche connue à moins de {km} km.",
            facts["residents_without"], **told,
        )  # fmt: skip
    return NN_(
        "{n} habitant ({share}) n’a aucune formation connue de {level} à moins de {km} km.",
        "{n} habitants ({share}) n’ont aucune formation connue de {level} à moins de {km} km.",
        facts["residents_without"], level=one.object.name, **told,
    )  # fmt: skip


def _tie(one: Finding) -> Spoken | None:
    if "units_without_partner" not in one.facts:
        return None
    return NN_(
        "{n} unité de recherche sur {every} n’a ni entreprise ni collectivité parmi ses partenaires connus.",
        "{n} unités de recherche sur {every} n’ont ni entreprise ni collectivité parmi leurs partenaires connus.",
        float(one.facts["units_without_partner"] or 0), every=one.facts["units"],
    )  # fmt: skip


_SHORT: Mapping[str, Callable[[Finding], Spoken | None]] = {
    "demand": _demand,
    "link": _link,
    "access": _access,
    "tie": _tie,
}
