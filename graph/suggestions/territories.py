"""Suggestions to a territory: laboratories for its companies, and programmes for what it does and lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...words import N_, Number, Said, decimals_beside, territory_name
from ..findings.model import Finding, Reason, Refusal, Report, Step, Thing, Words
from ..region.gazetteer import Territory
from ..region.view import RegionView
from .actors import made
from .brief import because, short
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
        far_away = N_("{km} km", km=Number(away, decimals)) if outside else None
        place = _place(company, thing, where, far_away)
        sentence = because(
            N_(
                "Hors du territoire : {laboratory} pourrait travailler avec {company} ({where}, à {far} de la commune la plus "
                "proche du territoire)",
                laboratory=laboratory.label,
                company=company.label,
                where=where,
                far=far_away,
            )
            if outside
            else N_(
                "{laboratory} pourrait travailler avec {company} ({where})",
                laboratory=laboratory.label,
                company=company.label,
                where=where,
            ),
            short(reasons, figures),
        )
        found = made(
            told, "laboratory", thing, laboratory, sentence, (place, *reasons), figures, best, at, level
        )
        findings.append(replace(found, scope="around") if outside else found)
    programmes, refused = suggest_programmes(matter, territory, far, count=count, reach=reach)
    refusals = list(refused)
    if not findings:
        refusals.insert(0, _no_company(territory, len(companies), reach))
    title = N_(
        "Laboratoires et formations avec qui {territory} pourrait travailler",
        territory=Said(territory_name, (territory.label, territory.level)),
    )
    first: list[Words] = [_around(reach, asked=radius is not None)] if around and findings else []
    more: list[Words] = []
    if every > MOST:
        more.append(
            N_(
                "Sur {n} entreprises situées, {most} sont regardées : celles d’une filière, puis celles qui ont le plus de "
                "projets.",
                n=Number(every),
                most=Number(MOST),
            )
        )
    if findings:
        more.append(Trust.of(matter).territory_words())
        more.append(N_("Une entreprise dont la commune n’est pas connue n’est d’aucun territoire."))
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
        return N_(
            "Entreprises regardées : celles du territoire et à moins de {km} km.",
            km=Number(reach),
        )
    return N_(
        "Aucune entreprise connue par un projet n’est située dans le territoire : celles qui sont proposées sont hors du "
        "territoire, à moins de {km} km.",
        km=Number(reach),
    )


def _place(company: Thing, territory: Thing, where: str, away: Words | None) -> Reason:
    """Tell where a company is; `away` is its distance, where it is outside the territory."""
    if away is not None:
        words = N_(
            "{company} ({where}) est hors du territoire, à {away}.",
            company=company.label,
            where=where,
            away=away,
        )
        return Reason("place", words)
    step = Step(company, N_("est située ({where}) dans", where=where), territory)
    words = N_("{company} ({where}) est dans le territoire.", company=company.label, where=where)
    return Reason("place", words, (step,))


def _no_company(territory: Territory, found: int, reach: float) -> Refusal:
    return Refusal(
        "laboratory",
        N_(
            "Pas de laboratoire suggéré : aucune entreprise connue par un projet n’est située dans le territoire ({territory}) "
            "ni à moins de {km} km, ou aucun laboratoire n’a de raison de travailler avec elles.",
            territory=territory.label,
            km=Number(reach),
        ),
        f"{found} companies",
        "1 company",
    )
