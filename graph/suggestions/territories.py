"""Suggestions to a territory: laboratories for its companies, and programmes for what it does and lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..findings.model import Finding, Reason, Refusal, Report, Step, Thing, Words
from ..findings.words import decimals_beside, number_en, number_fr, territory_fr
from ..region.gazetteer import Territory
from ..region.view import RegionView
from .actors import made
from .brief import short
from .choice import able, choose
from .notes import notes
from .programmes import suggest_programmes
from .reasons import Reasons
from .trust import Trust

AROUND = 30.0
"""Kilometres around a territory where companies are looked for when it has none that is known."""
MOST = 80
"""How many companies of a territory are looked at: those of a value chain first, then those of most projects."""
EACH = 2
"""How many times one company comes back."""


def suggest_territory(
    matter: RegionView,
    territory: Territory,
    *,
    count: int,
    radius: float | None,
    level: float,
    everyone: bool,
) -> Report:
    """Suggest laboratories, by the companies located in a territory (else around it), then programmes."""
    told = Reasons.of(matter)
    thing = Thing(territory.id, territory.label, "territory")
    far = told.ground.distances(territory)
    inside = np.zeros(len(told.ground), dtype=bool)
    inside[territory.communes] = True
    spots = {
        node: told.spot(node)
        for node in told.period.place
        if told.period.n_a <= node < told.period.n_a + told.period.n_c
    }
    located = {node: at for node, at in spots.items() if at is not None}
    kept = np.array(sorted(located), dtype=np.intp)
    kept = kept[able(told, kept, everyone)]
    companies = [int(node) for node in kept if inside[located[node]]]
    reach = radius or AROUND
    around = not companies or radius is not None
    if around:
        companies = [int(node) for node in kept if far[located[node]] <= reach]
    every = len(companies)
    companies.sort(key=lambda node: (node not in told.period.chains, -told.period.projects(node), node))
    companies = companies[:MOST]
    academics = np.arange(told.period.n_a)
    academics = academics[able(told, academics, everyone)]
    sides = np.array(companies, dtype=np.intp) - told.period.n_a
    pairs = np.column_stack([np.repeat(academics, len(sides)), np.tile(sides, len(academics))])
    best = choose(told, pairs, by_company=False, count=count, each=EACH)
    findings: list[Finding] = []
    for at, (reasons, figures) in enumerate(told.of_pairs(best.pairs)):
        a, c = int(best.a[at]), int(best.c[at])
        node = c + told.period.n_a
        laboratory, company = told.facts.thing(a), told.facts.thing(node)
        where, away = told.ground.labels[located[node]], float(far[located[node]])
        outside = not inside[located[node]]
        figures["company_km"] = round(away, 1)
        decimals = decimals_beside(away, reach)
        far_fr, far_en = f"{number_fr(away, decimals)} km", f"{number_en(away, decimals)} km"
        place = _place(company, thing, where, (far_fr, far_en) if outside else None)
        why = {language: short(reasons, figures, language) for language in ("fr", "en")}
        lead = ("Hors du territoire : ", "Outside the territory: ") if outside else ("", "")
        near_fr = f", à {far_fr} de la commune la plus proche du territoire" if outside else ""
        near_en = f", {far_en} from the nearest commune of the territory" if outside else ""
        sentence = {
            "fr": f"{lead[0]}{laboratory.label} pourrait travailler avec {company.label} ({where}{near_fr})"
            + (f" : {why['fr']}." if why["fr"] else "."),
            "en": f"{lead[1]}{laboratory.label} could work with {company.label} ({where}{near_en})"
            + (f": {why['en']}." if why["en"] else "."),
        }
        found = made(
            told, "laboratory", thing, laboratory, sentence, (place, *reasons), figures, best, at, level
        )
        findings.append(replace(found, scope="around") if outside else found)
    programmes, refused = suggest_programmes(matter, territory, far, count=count, reach=reach)
    refusals = list(refused)
    if not findings:
        refusals.insert(0, _no_company(territory, len(companies), reach))
    title: Words = {
        "fr": f"Laboratoires et formations avec qui {territory_fr(territory.label, territory.level)} pourrait travailler",
        "en": f"Laboratories and programmes that {territory.label} could work with",
    }
    first: list[Words] = [_around(reach, asked=radius is not None)] if around and findings else []
    more: list[Words] = []
    if every > MOST:
        more.append(
            {
                "fr": f"Sur {number_fr(every)} entreprises situées, {MOST} sont regardées : celles d’une "
                f"filière, puis celles qui ont "
                "le plus de projets.",
                "en": f"Of {number_en(every)} located companies, {MOST} are looked at: those of a value chain, "
                f"then those of most "
                "projects.",
            }
        )
    if findings:
        more.append(Trust.of(matter).territory_words())
        more.append(
            {
                "fr": "Une entreprise dont la commune n’est pas connue n’est d’aucun territoire.",
                "en": "A company whose commune is not known is in no territory.",
            }
        )
    return Report(
        title,
        thing,
        (*findings, *programmes),
        tuple(refusals),
        matter.snapshot,
        {"subject": territory.id, "count": str(count)} | ({"radius": str(radius)} if radius else {}),
        matter.illustrative,
        matter.scenario,
        level,
        (*first, *notes(told, level, None, everyone), *more),
    )


def _around(reach: float, *, asked: bool) -> Words:
    """Tell that the companies looked at are around the territory: because that was asked, or since none is in it."""
    if asked:
        return {
            "fr": f"Entreprises regardées : celles du territoire et à moins de {number_fr(reach)} km.",
            "en": f"Companies looked at: those in the territory and within {number_en(reach)} km.",
        }
    return {
        "fr": "Aucune entreprise connue par un projet n’est située dans le territoire : celles qui sont proposées sont hors "
        f"du territoire, à moins de {number_fr(reach)} km.",
        "en": "No company known by a project is located in the territory: those suggested are outside it, within "
        f"{number_en(reach)} km.",
    }


def _place(company: Thing, territory: Thing, where: str, away: tuple[str, str] | None) -> Reason:
    """Tell where a company is; `away` is its distance, in French and in English, where it is outside the territory."""
    step = Step(company, {"fr": f"est située ({where}) dans", "en": f"is located ({where}) in"}, territory)
    if away is None:
        return Reason(
            "place",
            {
                "fr": f"{company.label} ({where}) est dans le territoire.",
                "en": f"{company.label} ({where}) is in the territory.",
            },
            (step,),
        )
    return Reason(
        "place",
        {
            "fr": f"{company.label} ({where}) est hors du territoire, à {away[0]}.",
            "en": f"{company.label} ({where}) is outside the territory, {away[1]} away.",
        },
    )


def _no_company(territory: Territory, found: int, reach: float) -> Refusal:
    return Refusal(
        "laboratory",
        {
            "fr": f"Pas de laboratoire suggéré : aucune entreprise connue par un projet n’est située dans "
            f"le territoire ({territory.label}) ni à moins de {number_fr(reach)} km, "
            "ou aucun laboratoire n’a de raison de travailler avec elles.",
            "en": f"No laboratory suggested: no company known by a project is located in {territory.label} or "
            f"within {number_en(reach)} km, "
            "or no laboratory has a reason to work with them.",
        },
        f"{found} companies",
        "1 company",
    )
