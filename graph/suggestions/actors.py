"""Suggestions to an actor: companies for a laboratory or an institution, laboratories for a company."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..analysis.adjacency import Places, Values
from ..findings import Finding, Question, Reason, Refusal, Report, Thing, Words
from ..matter import Matter
from ..words import count_en, count_fr, listed_en, listed_fr, number_en, number_fr
from .directory import COMPANY
from .features import FEATURES
from .quality import NAMES
from .reasons import Reasons, short
from .trust import Trust

METHODS = ("l3", "katz", "resource_allocation", "poisson_interval", "auc", "precision_at")
_GROUND = [list(FEATURES).index(name) for name in ("paths", "circle", "shared", "near", "chain")]
_FIELD = list(FEATURES).index("field")
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Best:
    """Pairs chosen, best first: places of the two sides, score, share of untied pairs above."""

    a: Places
    c: Places
    score: Values
    above: Values


def suggest_actor(
    matter: Matter,
    actor: str,
    *,
    count: int,
    to: str | None,
    radius: float | None,
    level: float,
    everyone: bool,
) -> Report:
    """Suggest partners of the other side to an actor."""
    told = Reasons.of(matter)
    period, who = told.period, told.who
    node = period.ties.at[actor]
    academic = who.kind[actor] != COMPANY
    if academic:
        units = [period.ties.at[one] for one in who.units.get(actor, ()) if one in period.ties.at]
        rows = np.array(
            [node, *(one for one in units if able(told, [one], everyone)[0] and len(told.facts.of(one)))]
        )
        others = np.arange(period.n_c)
        others = others[able(told, others + period.n_a, everyone)]
        others = others[located(told, others + period.n_a, node, to, radius)]
        pairs = np.column_stack([np.repeat(rows, len(others)), np.tile(others, len(rows))])
    else:
        others = np.arange(period.n_a)
        others = others[able(told, others, everyone)]
        others = others[located(told, others, node, to, radius)]
        pairs = np.column_stack([others, np.full(len(others), node - period.n_a)])
    best = choose(told, pairs, by_company=academic, count=count)
    thing = who.thing(actor)
    findings = tuple(finding(told, thing, best, at, level, academic=academic) for at in range(len(best.a)))
    name = thing.label
    refusals = () if findings else (_nobody(told, node, academic, len(others)),)
    title: Words = {
        "fr": f"{'Entreprises' if academic else 'Laboratoires et établissements'} avec qui {name} pourrait travailler",
        "en": f"{'Companies' if academic else 'Laboratories and institutions'} that {name} could work with",
    }
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
            told,
            level,
            already(told, np.unique(pairs[:, 0]) if academic else np.array([node]), academic),
            everyone,
        ),
    )


def able(told: Reasons, nodes: Iterable[int] | Places, everyone: bool) -> Mask:
    """Tell who can be suggested: open, known by a project or a value chain, and unless `everyone`, named and not known abroad."""
    period, who = told.period, told.who
    found = []
    double = period.ties.double
    for node in nodes:
        name = period.ties.nodes[int(node)]
        if int(node) in double:
            found.append(False)
            continue
        active = period.projects(int(node)) > 0 or int(node) in period.chains
        found.append(
            active and name not in who.closed and (everyone or (who.named(name) and not who.abroad(name)))
        )
    return np.array(found, dtype=bool)


def located(told: Reasons, nodes: Places, node: int, to: str | None, radius: float | None) -> Mask:
    """Tell who is in a territory, or within so many km of it (of the actor, without a territory); all when neither is given."""
    if to is None and radius is None:
        return np.ones(len(nodes), dtype=bool)
    ground, here = told.ground, told.spot(node)
    if to is not None:
        far = ground.distances(ground.territory(to))
    elif here is not None:
        far = ground.distances(ground.territory(ground.ids[here]))
    else:
        return np.zeros(len(nodes), dtype=bool)
    spots = [told.spot(int(one)) for one in nodes]
    return np.array([at is not None and bool(far[at] <= (radius or 0.0)) for at in spots], dtype=bool)


def choose(told: Reasons, pairs: Places, *, by_company: bool, count: int, each: int | None = None) -> Best:
    """Choose the best pairs that are not tied and have a reason, one for each company (or laboratory).

    Actors whose names read the same are suggested once; `each` bounds how often one of the other side comes back.
    """
    period, ranking = told.period, told.ranking
    ties = period.ties
    wanted, other = (pairs[:, 1], pairs[:, 0]) if by_company else (pairs[:, 0], pairs[:, 1])
    alias, peers = (ties.alias_c, ties.alias_a) if by_company else (ties.alias_a, ties.alias_c)
    if len(pairs):
        known = np.isin(alias[wanted], alias[wanted[period.tied(pairs)]])
        pairs, wanted, other = pairs[~known], wanted[~known], other[~known]
    if not len(pairs):
        return Best(*(np.empty(0, dtype=np.intp) for _ in range(2)), np.empty(0), np.empty(0))
    raw = period.of(pairs)
    founded = (raw[:, _GROUND] > 0).any(axis=1) | (raw[:, _FIELD] > 0)
    scores = np.where(founded, ranking.weigh(raw), -np.inf)
    kept: list[int] = []
    seen: set[int] = set()
    times: Counter[int] = Counter()
    for at in np.lexsort((pairs[:, 1], pairs[:, 0], -scores)).tolist():
        key, peer = int(alias[wanted[at]]), int(peers[other[at]])
        if scores[at] == -np.inf or len(kept) == count:
            break
        if key not in seen and (each is None or times[peer] < each):
            seen.add(key)
            times[peer] += 1
            kept.append(at)
    chosen = pairs[kept]
    return Best(chosen[:, 0], chosen[:, 1], scores[kept], ranking.above(scores[kept]))


def finding(told: Reasons, subject: Thing, best: Best, at: int, level: float, *, academic: bool) -> Finding:
    """Tell one suggestion to an actor."""
    period = told.period
    a, c = int(best.a[at]), int(best.c[at])
    reasons, figures = told.of_pair(a, c)
    laboratory, company = told.facts.thing(a), told.facts.thing(c + period.n_a)
    other = company if academic else laboratory
    km = figures.get("km")
    where_fr = f" (à {number_fr(float(km))} km)" if km else ""
    where_en = f" ({number_en(float(km))} km away)" if km else ""
    why = {language: short(reasons, figures, language) for language in ("fr", "en")}
    via = academic and laboratory.id != subject.id
    lead_fr = f"Par {laboratory.label}, {subject.label}" if via else subject.label
    lead_en = f"Through {laboratory.label}, {subject.label}" if via else subject.label
    sentence = {
        "fr": f"{lead_fr} pourrait travailler avec {other.label}{where_fr}"
        + (f" : {why['fr']}." if why["fr"] else "."),
        "en": f"{lead_en} could work with {other.label}{where_en}"
        + (f": {why['en']}." if why["en"] else "."),
    }
    return made(
        told,
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


def made(
    told: Reasons,
    kind: str,
    subject: Thing,
    other: Thing,
    sentence: Words,
    reasons: tuple[Reason, ...],
    figures: dict[str, float | int | str | None],
    best: Best,
    at: int,
    level: float,
) -> Finding:
    """Make the finding of a pair, with its strength and where it comes from."""
    trust = Trust.of(told.matter)
    a, c = (told.period.ties.nodes[node] for node in (int(best.a[at]), int(best.c[at]) + told.period.n_a))
    above = float(best.above[at])
    strength = trust.rate(above, level)
    steps = [step for reason in reasons for step in reason.path]
    split = trust.split
    measure: Words = {
        "fr": f"part des paires aussi bien classées fin {split} qui se sont liées ensuite",
        "en": f"share of pairs that stood as high at the end of {split} and were tied since",
    }
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


def already(told: Reasons, rows: Places, academic: bool) -> Words | None:
    """Tell the ties that are there already, which are not suggested."""
    period = told.period
    found: dict[int, int] = {}
    for row in rows.tolist():
        peers = (
            period.incidence[[row]].indices + period.n_a
            if academic
            else period.partners_of_company(row - period.n_a)
        )
        for peer in peers.tolist():
            years = [met.year or 0 for met in told.facts.shared(row, peer)[:1]]
            found[peer] = max(found.get(peer, 0), *years)
    if not found:
        return None
    named = sorted(
        (one for one in found if told.who.named(period.ties.nodes[one])), key=lambda one: (-found[one], one)
    )[:5]
    names = [
        f"{told.who.label(period.ties.nodes[one])}" + (f" ({found[one]})" if found[one] else "")
        for one in named
    ]
    noun = (
        ("entreprise", "entreprises", "company", "companies")
        if academic
        else ("acteur académique", "acteurs académiques", "academic actor", "academic actors")
    )
    return {
        "fr": f"Déjà en lien, donc pas proposé : {count_fr(len(found), noun[0], noun[1])}"
        + (f", dont {listed_fr(names)}." if names else "."),
        "en": f"Tied already, so not suggested: {count_en(len(found), noun[2], noun[3])}"
        + (f", among them {listed_en(names)}." if names else "."),
    }


def notes(told: Reasons, level: float, known: Words | None, everyone: bool) -> tuple[Words, ...]:
    """Tell what a reader must know: quality, what is left out, what the data cannot say."""
    out: list[Words] = [Trust.of(told.matter).words()]
    if known:
        out.append(known)
    sources = sorted(one for one in told.period.events["source"].drop_nulls().unique().to_list())
    names = listed_fr([NAMES.get(one, one.rsplit("/", 1)[-1]) for one in sources])
    out.append(
        {
            "fr": f"Un lien est un projet commun à une entreprise et à un acteur académique, dans {names or 'aucune source'} : les contrats directs, "
            "stages et thèses Cifre n’y sont pas."
            + (
                ""
                if everyone
                else " Les acteurs connus à l’étranger, ou par un numéro sans nom, ne sont pas proposés."
            ),
            "en": "A tie is a project shared by a company and an academic actor, in these sources: direct contracts, internships and Cifre theses are not there."
            + ("" if everyone else " Actors known abroad, or by a number without a name, are not suggested."),
        }
    )
    if told.matter.illustrative:
        out.append(
            {
                "fr": "Des faits illustratifs entrent dans ces suggestions ; ils sont dits.",
                "en": "Illustrative facts enter these suggestions; they are told.",
            }
        )
    return tuple(out)


def _nobody(told: Reasons, node: int, academic: bool, looked: int) -> Refusal:
    side = (
        ("entreprise", "companies")
        if academic
        else ("laboratoire ou établissement", "laboratories or institutions")
    )
    projects = told.period.projects(node)
    return Refusal(
        "company" if academic else "laboratory",
        {
            "fr": f"Aucune suggestion : {count_fr(projects, 'projet connu', 'projets connus')} de {told.facts.thing(node).label}, et aucun {side[0]} "
            f"parmi les {number_fr(looked)} regardés n’a avec lui de partenaire, de discipline, de filière ou de département en commun.",
            "en": f"No suggestion: {count_en(projects, 'known project')} of {told.facts.thing(node).label}, and none of the {number_en(looked)} "
            f"{side[1]} looked at shares a partner, a field, a value chain or a department with it.",
        },
        f"{projects} projects, {looked} candidates",
        "1 reason",
    )
