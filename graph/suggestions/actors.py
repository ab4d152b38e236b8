"""Suggestions to an actor: companies for a laboratory or an institution, laboratories for a company."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ...words import EMPTY, N_, NN_, Named, Number
from ..findings.model import Finding, Question, Reason, Refusal, Report, Thing, Words
from ..region.view import RegionView
from .brief import Figures, because, short
from .choice import Best, able, choose, locate
from .directory import COMPANY
from .notes import already, notes
from .reasons import Reasons
from .trust import Trust

METHODS = ("l3", "katz", "resource_allocation", "poisson_interval", "auc", "precision_at")
Why = tuple[tuple[Reason, ...], Figures]


def suggest_actor(
    matter: RegionView,
    actor: str,
    *,
    count: int,
    to: str | None,
    radius: float | None,
    level: float,
    everyone: bool,
) -> Report:
    """Suggest partners of the other side to an actor."""
    basis = Reasons.of(matter)
    period, who = basis.period, basis.who
    node = period.ties.at[actor]
    academic = who.kind[actor] != COMPANY
    if academic:
        units = [period.ties.at[unit] for unit in who.units.get(actor, ()) if unit in period.ties.at]
        units = [unit for unit in units if able(basis, [unit], everyone)[0] and len(basis.facts.of(unit))]
        rows = np.array([node, *units])
        others = np.arange(period.n_c)
        others = others[able(basis, others + period.n_a, everyone)]
        others = others[locate(basis, others + period.n_a, node, to, radius)]
        pairs = np.column_stack([np.repeat(rows, len(others)), np.tile(others, len(rows))])
    else:
        others = np.arange(period.n_a)
        others = others[able(basis, others, everyone)]
        others = others[locate(basis, others, node, to, radius)]
        pairs = np.column_stack([others, np.full(len(others), node - period.n_a)])
    each = (
        max(2, -(-count // 3)) if academic and len(rows) > 1 else None
    )  # no one actor of an institution fills its list
    best = choose(basis, pairs, by_company=academic, count=count, each=each)
    thing = who.thing(actor)
    whys = basis.of_pairs(best.pairs)
    findings = tuple(
        finding(basis, thing, best, at, level, why, academic=academic) for at, why in enumerate(whys)
    )
    name = thing.label
    refusals = () if findings else (_nobody(basis, node, academic, len(others)),)
    title = N_("Laboratoires et établissements avec qui {name} pourrait travailler", name=name)
    if academic:
        title = N_("Entreprises avec qui {name} pourrait travailler", name=name)
    parameters = {"subject": actor, "count": str(count)}
    parameters |= {key: str(value) for key, value in (("to", to), ("radius", radius)) if value is not None}
    return Report(
        title,
        thing,
        findings,
        refusals,
        matter.snapshot,
        parameters,
        matter.illustrative,
        matter.scenario,
        level,
        notes(
            basis,
            level,
            already(basis, np.unique(pairs[:, 0]) if academic else np.array([node]), academic),
            everyone,
        ),
    )


def finding(
    basis: Reasons, subject: Thing, best: Best, at: int, level: float, why: Why, *, academic: bool
) -> Finding:
    """Tell one suggestion to an actor."""
    period = basis.period
    a, c = int(best.a[at]), int(best.c[at])
    reasons, figures = why
    laboratory, company = basis.facts.thing(a), basis.facts.thing(c + period.n_a)
    other = company if academic else laboratory
    km = figures.get("km")
    via = academic and laboratory.id != subject.id
    who: Words = Named(subject.label)
    if via:
        who = N_("Par « {laboratory} », {subject}", laboratory=laboratory.label, subject=subject.label)
    sentence = because(
        N_(
            "{who} pourrait travailler avec {other}{away}",
            who=who,
            other=other.label,
            away=N_(" (à {km} km)", km=Number(float(km))) if km else EMPTY,
        ),
        short(reasons, figures),
    )
    return pair_finding(
        basis,
        "company" if academic else "laboratory",
        subject,
        other,
        sentence,
        reasons,
        figures,
        best,
        at,
        level,
    )


def pair_finding(
    basis: Reasons,
    kind: str,
    subject: Thing,
    other: Thing,
    sentence: Words,
    reasons: tuple[Reason, ...],
    figures: Figures,
    best: Best,
    at: int,
    level: float,
) -> Finding:
    """Make the finding of a pair, with its strength and where it comes from."""
    trust = Trust.of(basis.matter)
    a, c = (basis.period.ties.nodes[node] for node in (int(best.a[at]), int(best.c[at]) + basis.period.n_a))
    above = float(best.above[at])
    strength = trust.rate(above, level)
    steps = [step for reason in reasons for step in reason.path]
    split = trust.split
    measure = N_("part des paires aussi bien classées fin {split} qui se sont liées ensuite", split=split)
    return Finding(
        kind,
        subject,
        other,
        sentence,
        strength,
        measure if strength else {},
        evidence=dict(Counter(step.evidence for step in steps)),
        facts={
            "rank": at + 1,
            "score": round(float(best.score[at]), 4),
            "pairs_above": round(above, 6),
            "laboratory": a,
            "company": c,
            **figures,
        },
        reasons=reasons,
        question=Question(
            "suggestion-precedents", {"organization": a.rsplit("/", 1)[-1], "partner": c.rsplit("/", 1)[-1]}
        ),
        methods=METHODS,
        sources=tuple(sorted({step.source for step in steps if step.source})),
    )


def _nobody(basis: Reasons, node: int, academic: bool, looked: int) -> Refusal:
    projects = basis.period.projects(node)
    known = NN_("{n} projet connu", "{n} projets connus", projects)
    values = {"known": known, "name": basis.facts.thing(node).label, "n": Number(looked)}
    words = N_(
        "Aucune suggestion : {known} de {name}, et aucun laboratoire ou établissement parmi les {n} regardés n’a avec lui de "
        "partenaire, de discipline, de filière ou de département en commun.",
        **values,
    )
    if academic:
        words = N_(
            "Aucune suggestion : {known} de {name}, et aucune entreprise parmi les {n} regardées n’a avec lui de partenaire, de "
            "discipline, de filière ou de département en commun.",
            **values,
        )
    return Refusal(
        "company" if academic else "laboratory",
        words,
        f"{projects} projects, {looked} candidates",
        "1 reason",
    )
