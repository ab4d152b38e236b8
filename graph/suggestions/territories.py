"""Suggestions to a territory: laboratories for its companies, and programmes for what it does and lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...words import N_, Number, Said, decimals_beside, territory_name
from ..findings.model import Finding, Reason, Refusal, Report, Step, Thing, Words
from ..region.gazetteer import Territory
from ..region.view import RegionView
from .actors import Why, pair_finding
from .brief import because, short
from .choice import Best, able, choose
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
    basis = Reasons.of(matter)
    thing = Thing(territory.id, territory.label, "territory")
    far = basis.ground.distances(territory)
    inside = np.zeros(len(basis.ground), dtype=bool)
    inside[territory.communes] = True
    located = _located(basis, everyone)
    companies = [node for node, at in located.items() if inside[at]]
    reach = radius or AROUND
    around = not companies or radius is not None
    if around:
        companies = [node for node, at in located.items() if far[at] <= reach]
    companies.sort(key=lambda node: (node not in basis.period.chains, -basis.period.projects(node), node))
    looked = companies[:MOST]
    academics = np.arange(basis.period.n_a)
    academics = academics[able(basis, academics, everyone)]
    sides = np.array(looked, dtype=np.intp) - basis.period.n_a
    pairs = np.column_stack([np.repeat(academics, len(sides)), np.tile(sides, len(academics))])
    best = choose(basis, pairs, by_company=False, count=count, each=EACH)
    findings: list[Finding] = []
    for rank, why in enumerate(basis.of_pairs(best.pairs)):
        at = located[int(best.c[rank]) + basis.period.n_a]
        away = (
            None
            if inside[at]
            else N_("{km} km", km=Number(float(far[at]), decimals_beside(float(far[at]), reach)))
        )
        place = _Place(basis.ground.labels[at], float(far[at]), away)
        findings.append(_finding(basis, thing, best, rank, why, place, level))
    programmes, refusals = suggest_programmes(matter, territory, far, count=count, reach=reach)
    if not findings:
        refusals = (_no_company(territory, len(looked), reach), *refusals)
    title = N_(
        "Laboratoires et formations avec qui {territory} pourrait travailler",
        territory=Said(territory_name, (territory.label, territory.level)),
    )
    words = notes(basis, level, None, everyone)
    if around and findings:
        words = (_around(reach, asked=radius is not None), *words)
    return Report(
        title,
        thing,
        (*findings, *programmes),
        refusals,
        matter.snapshot,
        {"subject": territory.id, "count": str(count)} | ({"radius": str(radius)} if radius else {}),
        matter.illustrative,
        matter.scenario,
        level,
        (*words, *_limits(matter, len(companies), bool(findings))),
    )


@dataclass(frozen=True)
class _Place:
    """Where a company is: its commune, the km to the territory, and these in words where it is outside."""

    label: str
    km: float
    away: Words | None

    def reason(self, company: Thing, territory: Thing) -> Reason:
        """Tell where the company is."""
        if self.away is None:
            step = Step(company, N_("est située ({where}) dans", where=self.label), territory)
            words = N_("{company} ({where}) est dans le territoire.", company=company.label, where=self.label)
            return Reason("place", words, (step,))
        words = N_(
            "{company} ({where}) est hors du territoire, à {away}.",
            company=company.label,
            where=self.label,
            away=self.away,
        )
        return Reason("place", words)


def _located(basis: Reasons, everyone: bool) -> dict[int, int]:
    """Give the companies that can be suggested, with the commune of each, where it is known."""
    first, last = basis.period.n_a, basis.period.n_a + basis.period.n_c
    spots = {node: basis.spot(node) for node in sorted(basis.period.place) if first <= node < last}
    located = {node: at for node, at in spots.items() if at is not None}
    kept = able(basis, located, everyone)
    return {node: at for (node, at), keep in zip(located.items(), kept, strict=True) if keep}


def _finding(
    basis: Reasons, territory: Thing, best: Best, rank: int, why: Why, place: _Place, level: float
) -> Finding:
    reasons, figures = why
    laboratory = basis.facts.thing(int(best.a[rank]))
    company = basis.facts.thing(int(best.c[rank]) + basis.period.n_a)
    figures["company_km"] = round(place.km, 1)
    if place.away is None:
        sentence = N_(
            "{laboratory} pourrait travailler avec {company} ({where})",
            laboratory=laboratory.label,
            company=company.label,
            where=place.label,
        )
    else:
        sentence = N_(
            "Hors du territoire : {laboratory} pourrait travailler avec {company} ({where}, à {far} de la commune la plus "
            "proche du territoire)",
            laboratory=laboratory.label,
            company=company.label,
            where=place.label,
            far=place.away,
        )
    finding = pair_finding(
        basis,
        "laboratory",
        territory,
        laboratory,
        because(sentence, short(reasons, figures)),
        (place.reason(company, territory), *reasons),
        figures,
        best,
        rank,
        level,
    )
    return finding if place.away is None else replace(finding, scope="around")


def _limits(matter: RegionView, companies: int, suggested: bool) -> Iterator[Words]:
    """Say what the suggestions leave aside, and how far they are to be trusted."""
    if companies > MOST:
        yield N_(
            "Sur {n} entreprises situées, {most} sont regardées : celles d’une filière, puis celles qui ont le plus de "
            "projets.",
            n=Number(companies),
            most=Number(MOST),
        )
    if suggested:
        yield Trust.of(matter).territory_words()
        yield N_("Une entreprise dont la commune n’est pas connue n’est d’aucun territoire.")


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


def _no_company(territory: Territory, companies: int, reach: float) -> Refusal:
    return Refusal(
        "laboratory",
        N_(
            "Pas de laboratoire suggéré : aucune entreprise connue par un projet n’est située dans le territoire ({territory}) "
            "ni à moins de {km} km, ou aucun laboratoire n’a de raison de travailler avec elles.",
            territory=territory.label,
            km=Number(reach),
        ),
        f"{companies} companies",
        "1 company",
    )
