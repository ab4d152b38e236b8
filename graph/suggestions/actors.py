"""Suggestions to an actor: companies for a laboratory or an institution, laboratories for a company."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from ...words import EMPTY, N_, NN_, Named, Number, Said, of_name
from ..findings.model import Finding, Question, Reason, Refusal, Report, Thing, Words
from ..region.view import RegionView
from .brief import Figures, because, short
from .candidates import able
from .choice import Best, choose, locate
from .directory import COMPANY
from .notes import already, notes
from .quality import COMPANIES, LABORATORIES
from .reasons import Reasons
from .trust import Trust

METHODS = ("l3", "katz", "resource_allocation", "rank_rates")
Why = tuple[tuple[Reason, ...], Figures]


def suggest_actor(
    matter: RegionView,
    actor: str,
    *,
    count: int | None,
    to: str | None,
    radius: float | None,
    level: float,
    everyone: bool,
) -> Report:
    """Suggest partners of the other side to an actor: as many as are worth showing, or `count`."""
    basis, trust = Reasons.of(matter), Trust.of(matter)
    period, who = basis.period, basis.who
    node = period.ties.at[actor]
    academic = who.kind[actor] != COMPANY
    thing = who.thing(actor)
    name = thing.label
    kind, title = (
        (COMPANIES, N_("Entreprises avec qui {name} pourrait travailler", name=name))
        if academic
        else (LABORATORIES, N_("Laboratoires avec qui {name} pourrait travailler", name=name))
    )
    shown = trust.shown(kind) if count is None else count
    rows = _rows(basis, actor, everyone) if academic else np.array([node])
    others = np.arange(period.n_a, period.n_a + period.n_c) if academic else np.arange(period.n_a)
    others = others[able(period, others, everyone)]
    others = others[locate(basis, others, node, to, radius)]
    sides = np.repeat(rows, len(others)), np.tile(others, len(rows))
    pairs = np.column_stack(sides if academic else sides[::-1]) - [0, period.n_a]
    # no one actor of an institution fills its list
    each = max(2, -(-shown // 3)) if len(rows) > 1 else None
    gone = actor in who.closed
    best = choose(basis, pairs[:0] if gone else pairs, by_company=academic, count=shown, each=each)
    findings = tuple(
        finding(basis, thing, best, at, why, academic=academic)
        for at, why in enumerate(basis.of_pairs(best.pairs, best.parts))
    )
    refusals: tuple[Refusal, ...] = ()
    if gone:
        refusals = (_closed(name, kind),)
    elif not shown:
        refusals = (trust.refusal(kind),)
    elif not findings:
        refusals = (_nobody(basis, node, academic, len(others)),)
    given = {"subject": actor, "count": count, "to": to, "radius": radius}
    parameters = {key: str(value) for key, value in given.items() if value is not None}
    met = already(basis, np.unique(pairs[:, 0]) if academic else np.array([node]), academic)
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
        notes(basis, kind, met, everyone),
    )


def _rows(basis: Reasons, actor: str, everyone: bool) -> npt.NDArray[np.intp]:
    """Give the numbers of an academic actor and of its units that may work with somebody and of which something is known."""
    period, units = basis.period, basis.who.units.get(actor, ())
    known = [period.ties.at[unit] for unit in units if unit in period.ties.at]
    ready = [unit for unit in known if able(period, np.array([unit]), everyone)[0] and basis.facts.of(unit)]
    return np.array([period.ties.at[actor], *ready])


def finding(basis: Reasons, subject: Thing, best: Best, at: int, why: Why, *, academic: bool) -> Finding:
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
        COMPANIES if academic else LABORATORIES,
        subject,
        other,
        sentence,
        reasons,
        figures,
        best,
        at,
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
) -> Finding:
    """Make the finding of a pair, with its figures and where it comes from."""
    a, c = (basis.period.ties.nodes[node] for node in (int(best.a[at]), int(best.c[at]) + basis.period.n_a))
    steps = [step for reason in reasons for step in reason.path]
    return Finding(
        kind,
        subject,
        other,
        sentence,
        evidence=dict(Counter(step.evidence for step in steps)),
        facts={
            "rank": at + 1,
            "score": round(float(best.score[at]), 4),
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


def _closed(name: str, kind: str) -> Refusal:
    return Refusal(
        kind,
        N_("Aucune suggestion : une source dit que cette organisation n’est plus ({name}).", name=name),
        "an end",
        "no end",
    )


def _nobody(basis: Reasons, node: int, academic: bool, looked: int) -> Refusal:
    projects = basis.period.projects(node)
    known = NN_("{n} projet connu", "{n} projets connus", projects)
    values = {"known": known, "name": Said(of_name, (basis.facts.thing(node).label,)), "n": Number(looked)}
    words = N_(
        "Aucune suggestion : {known} {name}, et aucun laboratoire ou établissement parmi les {n} regardés n’a avec lui de "
        "partenaire, de discipline, de filière ou de département en commun.",
        **values,
    )
    if academic:
        words = N_(
            "Aucune suggestion : {known} {name}, et aucune entreprise parmi les {n} regardées n’a avec lui de partenaire, de "
            "discipline, de filière ou de département en commun.",
            **values,
        )
    return Refusal(
        COMPANIES if academic else LABORATORIES,
        words,
        f"{projects} projects, {looked} candidates",
        "1 reason",
    )
