"""Suggestions about a territory: laboratories for its companies, and what its schools, grants and filières call for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from ...words import N_, Number, Said, decimals_beside, territory_name
from ..findings.model import Finding, Reason, Refusal, Report, Step, Thing, Words
from ..region.gazetteer import Territory
from ..region.view import RegionView
from .actors import Why, pair_finding
from .brief import because, short
from .candidates import able
from .choice import Best, choose
from .local import OF_FACTS, no_facts, suggest_of_facts
from .notes import notes
from .quality import LABORATORIES, LEAST_TIES
from .reasons import Reasons
from .trust import Trust

MOST = 80
"""How many companies of a territory are looked at: those of a value chain first, then those of most projects."""


def suggest_territory(
    matter: RegionView,
    territory: Territory,
    *,
    count: int | None,
    radius: float | None,
    level: float,
    everyone: bool,
) -> Report:
    """Suggest what concerns a territory itself: laboratories for its companies; what its schools, grants, filières call for.

    Companies around it, within a radius, are looked at only where one is given: else two neighbours would be told the same.
    """
    basis, trust = Reasons.of(matter), Trust.of(matter)
    thing = Thing(territory.id, territory.label, "territory")
    far = basis.ground.distances(territory)
    wide = basis.ground.widen_distances(far)
    inside = np.zeros(len(wide), dtype=bool)
    inside[basis.ground.places_in(territory)] = True
    located = _located(basis, everyone)
    companies = [node for node, at in located.items() if (wide[at] <= radius if radius else inside[at])]
    companies.sort(key=lambda node: (node not in basis.period.chains, -basis.period.projects(node), node))
    looked = companies[:MOST]
    academics = np.arange(basis.period.n_a)
    academics = academics[able(basis.period, academics, everyone)]
    sides = np.array(looked, dtype=np.intp) - basis.period.n_a
    pairs = np.column_stack([np.repeat(academics, len(sides)), np.tile(sides, len(academics))])
    shown = trust.shown(LABORATORIES) if count is None else count
    best = choose(basis, pairs, by_company=False, count=shown, each=1)
    findings: list[Finding] = []
    for rank, why in enumerate(basis.of_pairs(best.pairs, best.parts)):
        at = located[int(best.c[rank]) + basis.period.n_a]
        km = float(wide[at])
        away = None if inside[at] else N_("{km} km", km=Number(km, decimals_beside(km, radius or km)))
        findings.append(_finding(basis, thing, best, rank, why, _Place(basis.ground.wide[at][1], km, away)))
    refusals: tuple[Refusal, ...] = ()
    if not shown:
        refusals = (trust.refusal(LABORATORIES),)
    elif not findings:
        refusals = (_no_company(territory, len(looked), radius),)
    facts = suggest_of_facts(matter, territory, far, count=count or OF_FACTS)
    title = N_(
        "Ce que {territory} pourrait relier",
        territory=Said(territory_name, (territory.label, territory.level)),
    )
    words = notes(basis, LABORATORIES, None, everyone) if findings else ()
    return Report(
        title,
        thing,
        (*findings, *facts),
        (*refusals, _no_forecast(), *no_facts(territory, facts)),
        matter.snapshot,
        {"subject": territory.id}
        | ({} if count is None else {"count": str(count)})
        | ({"radius": str(radius)} if radius else {}),
        matter.illustrative,
        matter.scenario,
        level,
        (*words, *_limits(len(companies), bool(findings))),
    )


def _no_forecast() -> Refusal:
    """Say why no programme of elsewhere is suggested."""
    return Refusal(
        "programme",
        N_(
            "Aucune formation d’ailleurs n’est proposée : aucun lien daté entre une formation et un territoire n’est connu, on "
            "ne peut donc pas vérifier que de telles suggestions vaudraient mieux que le hasard."
        ),
        "0 dated ties",
        f"{LEAST_TIES} dated ties",
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
            step = Step(company, N_("est située dans"), territory)
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
    """Give the companies that can be suggested, with the commune of each, or the département where it alone is known."""
    first, last = basis.period.n_a, basis.period.n_a + basis.period.n_c
    spots = {node: basis.spot(node) for node in sorted(basis.period.place) if first <= node < last}
    known = basis.period.ties.at
    sites = basis.ground.locate(basis.matter.frame("institutions"), wide=True).filter(
        pl.col("at") >= len(basis.ground)
    )
    alone = {known.get(one, -1): at for one, at in sites.select("organization", "at").sort("at").iter_rows()}
    located = {node: at for node, at in alone.items() if first <= node < last}
    located |= {node: at for node, at in spots.items() if at is not None}
    kept = able(basis.period, np.array(list(located), dtype=np.intp), everyone)
    return {node: at for (node, at), keep in zip(located.items(), kept, strict=True) if keep}


def _finding(basis: Reasons, territory: Thing, best: Best, rank: int, why: Why, place: _Place) -> Finding:
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
        LABORATORIES,
        territory,
        laboratory,
        because(sentence, short(reasons, figures)),
        (place.reason(company, territory), *reasons),
        figures,
        best,
        rank,
    )
    return finding if place.away is None else replace(finding, scope="around")


def _limits(companies: int, suggested: bool) -> Iterator[Words]:
    """Say what the suggestions leave aside."""
    if companies > MOST:
        yield N_(
            "Sur {n} entreprises situées, {most} sont regardées : celles d’une filière, puis celles qui ont le plus de "
            "projets.",
            n=Number(companies),
            most=Number(MOST),
        )
    if suggested:
        yield N_(
            "Une entreprise dont la commune n’est pas connue n’est comptée que dans son département et sa région, s’ils sont "
            "connus."
        )


def _no_company(territory: Territory, companies: int, radius: float | None) -> Refusal:
    words = N_(
        "Pas de laboratoire suggéré : aucune entreprise connue par un projet n’est située dans le territoire ({territory}), ou "
        "aucun laboratoire n’a de raison de travailler avec elles.",
        territory=territory.label,
    )
    if radius:
        words = N_(
            "Pas de laboratoire suggéré : aucune entreprise connue par un projet n’est située dans le territoire ({territory}) "
            "ni à moins de {km} km, ou aucun laboratoire n’a de raison de travailler avec elles.",
            territory=territory.label,
            km=Number(radius),
        )
    return Refusal(LABORATORIES, words, f"{companies} companies", "1 company")
