"""What the facts of a territory call for: its schools and its employers, whom its authorities supported, its filières.

These are no forecasts: each item joins two facts that the sources tell, and names an actor of the territory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import log1p
from typing import Any

import polars as pl

from ...words import EMPTY, N_, NN_, Number, decimals_beside
from ..analysis.adjacency import Values
from ..findings.model import Finding, Reason, Refusal, Step, Thing, Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.levels import municipality_path
from ..region.view import RegionView
from .demand import Demand
from .directory import Directory

Row = dict[str, Any]
"""One member of a filière at one commune, as the frame has it."""

OF_FACTS = 3
"""Items of a kind that are told unless a number is given: one a school, one whom an authority supported, one a filière."""
REACH = 30.0
"""Kilometres within which a member of the same filière is near."""
REMOTE = r"(?i)enti[eè]rement (?:en|à) distan"
"""How the label of a programme says that it is followed wholly at a distance: its school is no place where students are."""
SILENT = 2
"""Years without a grant, where the authority's later grants are known, after which a support is told to have stopped."""
_SUPPORTED = frozenset([
    "higher-education", "research-organization", "research-unit", "research-federation", "academic-component",
    "public-research", "cluster", "incubator", "transfer-office", "student-group", "association",
])  # fmt: skip
_DOES = {
    "researches": N_("fait de la recherche pour"),
    "produces": N_("produit dans"),
    "trains": N_("forme pour"),
}


def suggest_of_facts(
    matter: RegionView, territory: Territory, far: Values, *, count: int
) -> tuple[Finding, ...]:
    """Tell what the schools of a territory, the grants of its authorities and its filières call for."""
    return (
        *_schools(matter, territory, count),
        *_grants(matter, territory, count),
        *_chains(matter, territory, far, count),
    )


def no_facts(territory: Territory, found: tuple[Finding, ...]) -> Iterator[Refusal]:
    """Say which kinds have nothing for a territory."""
    if found:
        return
    yield Refusal(
        "school",
        N_(
            "Rien à relier avec les faits connus ({territory}) : ni formation à une famille de métiers difficile à recruter, ni "
            "subvention à un acteur académique ou associatif, ni membre de filière n’y est connu.",
            territory=territory.label,
        ),
        "0 programmes, 0 grants, 0 members",
        "1 programme, grant or member",
    )


def _schools(matter: RegionView, territory: Territory, count: int) -> Iterator[Finding]:
    """Tell the programmes of a territory that prepare for what it hires with difficulty, one a school and a family."""
    ground, who = Gazetteer.of(matter), Directory.of(matter)
    wanted = Demand.by_commune(matter, ground, territory)
    rows = (
        matter.frame("preparations")
        .select("programme", "family", "evidence")
        .unique()
        .sort("programme", "family")
    )
    prepared: dict[str, list[tuple[str, str]]] = {}
    for programme, family, evidence in rows.iter_rows():
        prepared.setdefault(programme, []).append((family, evidence))
    taught = ground.locate(matter.frame("programmes").drop_nulls("place")).drop_nulls("institution")
    taught = taught.filter(~pl.col("label").str.contains(REMOTE).fill_null(False))
    taught = taught.sort("programme", "at").unique("programme", keep="first", maintain_order=True)
    found = []
    for programme, label, at, school in taught.select("programme", "label", "at", "institution").iter_rows():
        if at in wanted and (families := prepared.get(programme)):
            known = wanted[at].here
            family, evidence = min(families, key=lambda one: (-known(one[0]), one[0]))
            if known(family) >= 1:
                found.append((-known(family), school, programme, label, at, (family, evidence)))
    seen: set[str] = set()
    thing = Thing(territory.id, territory.label, "territory")
    for plans, school, programme, label, at, (family, evidence) in sorted(found):
        if seen & {school, family} or len(seen) == 2 * count:
            continue
        seen |= {school, family}
        name = who.concept(family)
        subject = Thing(programme, label, "programme")
        around = wanted[at]
        words = N_(
            "{school} ({place}) pourrait placer ici les stagiaires et alternants de « {programme} », qui prépare à une partie de "
            "la famille « {family} » : {hirings}.",
            school=who.label(school),
            place=ground.labels[at],
            programme=label,
            hirings=around.difficult(family),
            family=name,
        )
        steps = (
            Step(who.thing(school), N_("forme à"), subject),
            Step(
                subject,
                N_("prépare à"),
                Thing(family, name["fr"], "family", name["en"]),
                evidence or "inferred",
            ),
        )
        reason = Reason(
            "demand",
            N_(
                "Besoin, famille « {family} » : {plans} ; la formation n’y prépare qu’en partie.",
                plans=around.difficult(family),
                family=name,
            ),
            steps,
            log1p(-plans),
        )
        yield _made(
            "school", thing, who.thing(school), words, (reason,), {"difficult_hiring_plans": round(-plans, 1)}
        )


def _grants(matter: RegionView, territory: Territory, count: int) -> Iterator[Finding]:
    """Tell whom the authorities of a territory supported and no longer do, as far as their later grants are known."""
    who = Directory.of(matter)
    parts = matter.frame("participations").select("interaction", "actor", "role").unique()
    dated = matter.frame("interactions").unique("interaction", keep="first").drop_nulls("year")
    given = parts.filter(pl.col("role") == "actor-role/funder").select("interaction", funder="actor")
    governing = matter.frame("authorities").filter(pl.col("territory") == territory.id)["authority"]
    town = municipality_path(territory.id)
    is_own = pl.col("funder").is_in(governing.to_list()) | (
        pl.col("funder").str.starts_with(town) & bool(town)
    )
    given = given.filter(is_own)
    rows = (
        given.join(dated.select("interaction", "year", "funding", "evidence", "source"), on="interaction")
        .join(
            parts.filter(pl.col("role") != "actor-role/funder").select("interaction", "actor"),
            on="interaction",
        )
        .sort("actor", "year", "interaction")
    )
    latest: dict[str, int] = dict(
        given.join(dated, on="interaction").group_by("funder").agg(pl.col("year").max()).iter_rows()
    )
    found = []
    for (actor, funder), met in rows.group_by("actor", "funder", maintain_order=True):
        last = int(met["year"].max())  # type: ignore[arg-type]
        kind = who.kind.get(str(actor), "")
        if kind in _SUPPORTED and last <= latest[str(funder)] - SILENT and str(actor) not in who.closed:
            total = float(met["funding"].fill_null(0).sum())
            found.append(
                (
                    -met["year"].n_unique(),
                    -total,
                    str(actor),
                    str(funder),
                    last,
                    met.tail(1).row(0, named=True),
                )
            )
    seen: set[str] = set()
    thing = Thing(territory.id, territory.label, "territory")
    for years, total, actor, funder, last, row in sorted(found, key=lambda one: one[:4]):
        if actor in seen or len(seen) == count:
            continue
        seen.add(actor)
        money: Words = EMPTY
        if total:
            money = N_(", {amount} € en tout", amount=Number(-total))
        words = N_(
            "{funder} a soutenu {actor} {years}{money}, pour la dernière fois en {last} ; rien n’est connu depuis, alors que ses "
            "subventions le sont jusqu’en {latest} : reprendre contact, ou dire que c’est fini.",
            funder=who.label(funder),
            actor=who.label(actor),
            years=NN_("une année", "{n} années", -years),
            money=money,
            last=last,
            latest=latest[funder],
        )
        step = Step(
            who.thing(funder), N_("a soutenu"), who.thing(actor), row["evidence"], row["source"], last
        )
        reason = Reason("grant", N_("Dernière subvention connue : {year}.", year=last), (step,))
        yield _made("grant", thing, who.thing(actor), words, (reason,), {"last_year": last, "years": -years})


def _chains(matter: RegionView, territory: Territory, far: Values, count: int) -> Iterator[Finding]:
    """Tell, of each filière with a member in a territory, the nearest one that does something else and shares no project."""
    ground, who = Gazetteer.of(matter), Directory.of(matter)
    members = matter.frame("members").drop_nulls("place")
    columns = ("chain", "function", "member", "label", "place", "evidence")
    rows = ground.locate(members.select(columns).unique(), wide=True)
    rows = rows.filter(
        ~pl.col("member").str.starts_with("interaction/") & ~pl.col("member").str.starts_with("project/")
    )
    rows = rows.filter(~pl.col("member").is_in(list(who.closed))).sort("chain", "function", "member", "at")
    rows = rows.with_columns(
        km=pl.Series(ground.widen_distances(far)[rows["at"].to_numpy()]),
        does=pl.col("function").str.split("/").list.last(),
        wide=pl.col("at") >= len(ground),
    )
    inside = rows.filter(pl.col("at").is_in(ground.places_in(territory)))
    met = _met(matter)
    schools = dict(
        matter.frame("programmes")
        .select("programme", "institution")
        .unique("programme", keep="first")
        .iter_rows()
    )
    labels: dict[str, str] = dict(
        matter.frame("chains").select("chain", "chainLabel").unique("chain", keep="first").iter_rows()
    )
    thing = Thing(territory.id, territory.label, "territory")
    told = 0
    for chain in inside["chain"].unique(maintain_order=True).to_list():
        pair = _pair(
            inside.filter(pl.col("chain") == chain), rows.filter(pl.col("chain") == chain), met, schools
        )
        if pair is None or told == count:
            continue
        told += 1
        mine, other = pair
        name = who.concept(chain, labels.get(chain))
        node = Thing(chain, labels.get(chain, chain), "chain", name["en"])
        here, there = (Thing(one["member"], _named(who, one, schools), "member") for one in (mine, other))
        km = float(other["km"])
        away = (
            N_("dans le territoire")
            if km == 0
            else N_("à {km} km", km=Number(km, decimals_beside(km, REACH)))
        )
        words = N_(
            "Filière « {chain} » : {here} ({place}) {does} la filière, et {there} ({other_place}, {away}) {other_does} la "
            "filière ; aucun projet commun n’est connu.",
            chain=name,
            here=here.label,
            place=ground.wide[mine["at"]][1],
            does=_DOES[mine["does"]],
            there=there.label,
            other_place=ground.wide[other["at"]][1],
            away=away,
            other_does=_DOES[other["does"]],
        )
        steps = tuple(
            Step(one, _DOES[row["does"]], node, row["evidence"] or "inferred")
            for one, row in ((here, mine), (there, other))
        )
        reason = Reason(
            "chain", N_("Filière : « {chain} », par une règle ou une personne.", chain=name), steps
        )
        yield _made(
            "chain",
            thing,
            node,
            words,
            (reason,),
            {"km": round(km, 1), "member": mine["member"], "other": other["member"]},
        )


def _pair(
    mine: pl.DataFrame, every: pl.DataFrame, met: set[frozenset[str]], schools: dict[str, str | None]
) -> tuple[Row, Row] | None:
    """Choose a member of the territory and the nearest one within reach that does something else, without a project in common.

    One of whom the département alone is known (`wide`) comes after those whose commune is.
    """
    rank = {"produces": 0, "researches": 1, "trains": 2}
    near = (
        every.filter((pl.col("km") <= REACH) & pl.col("does").is_in(list(rank)))
        .sort("wide", "km", "member")
        .to_dicts()
    )
    own = [row for row in mine.to_dicts() if row["does"] in rank]
    for one in sorted(own, key=lambda row: (rank[row["does"]], row["wide"], row["member"])):
        for other in near:
            ends = [schools.get(row["member"]) or row["member"] for row in (one, other)]
            if other["does"] != one["does"] and ends[0] != ends[1] and frozenset(ends) not in met:
                return one, other
    return None


def _met(matter: RegionView) -> set[frozenset[str]]:
    """Give the pairs of members of filières that share an interaction."""
    members = set(matter.frame("members")["member"].to_list())
    taught = matter.frame("programmes").filter(pl.col("programme").is_in(list(members)))
    wanted = members | set(taught["institution"].drop_nulls().to_list())
    rows = (
        matter.frame("participations")
        .filter(pl.col("actor").is_in(list(wanted)))
        .select("interaction", "actor")
        .unique()
    )
    both = rows.join(rows, on="interaction").filter(pl.col("actor") < pl.col("actor_right"))
    return {frozenset(pair) for pair in both.select("actor", "actor_right").unique().iter_rows()}


def _named(who: Directory, row: Row, schools: dict[str, str | None]) -> str:
    """Name a member: a programme with its school."""
    label, school = str(row["label"] or row["member"]), schools.get(str(row["member"]))
    return f"{label}, {who.label(school)}" if school else label


def _made(
    kind: str,
    territory: Thing,
    other: Thing,
    words: Words,
    reasons: tuple[Reason, ...],
    facts: dict[str, float | int | str],
) -> Finding:
    steps = [step for reason in reasons for step in reason.path]
    return Finding(
        kind,
        territory,
        other,
        words,
        evidence=dict(Counter(step.evidence for step in steps)),
        facts=facts,
        reasons=reasons,
        methods=("great_circle",) if kind == "chain" else (),
        sources=tuple(sorted({step.source for step in steps if step.source})),
    )
