"""Programmes for a territory: those that prepare for what it hires with difficulty, or for a value chain present there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log1p

import numpy as np
import polars as pl

from ...words import EMPTY, N_, NN_, Listed, Number, Said, decimals_beside, first_upper, territory_name
from ..analysis.access import gaussian
from ..analysis.adjacency import Values
from ..findings.model import Finding, Reason, Refusal, Step, Thing, Words
from ..region.gazetteer import Gazetteer, Territory
from ..region.view import RegionView
from .demand import Demand
from .directory import Directory

METHODS = ("gaussian", "great_circle")
REMOTE = r"(?i)enti[eè]rement (?:en|à) distan"
"""How the label of a programme says that it is followed wholly at a distance: its school is no place where students are."""
CHAIN = 3.0
"""What a value chain present in the territory counts for, beside the logarithm of the hiring plans."""


def suggest_programmes(
    matter: RegionView, territory: Territory, far: Values, *, count: int, reach: float
) -> tuple[tuple[Finding, ...], tuple[Refusal, ...]]:
    """Suggest programmes taught within reach of a territory and not in it, and not wholly at a distance.

    score = [log(1 + hiring plans told difficult, of the families prepared for) + 3 if the value chain is there] × decay of
    the distance. No dated tie of a programme to a territory is known, so its quality cannot be measured.
    """
    ground, who = Gazetteer.of(matter), Directory.of(matter)
    there = matter.frame("programmes").filter(~pl.col("label").str.contains(REMOTE).fill_null(False))
    places = ground.locate(there.drop_nulls("place")).sort("programme", "at")
    places = places.with_columns(km=pl.Series(far[places["at"].to_numpy()])).filter(pl.col("km").is_not_nan())
    nearest = places.sort("programme", "km", "at").unique("programme", keep="first", maintain_order=True)
    nearest = nearest.filter((pl.col("km") > 0) & (pl.col("km") <= reach))
    wanted = Demand.of(matter, ground, territory)
    prepared: dict[str, list[tuple[str, str]]] = {}
    for programme, family, evidence in (
        matter.frame("preparations")
        .select("programme", "family", "evidence")
        .unique()
        .sort("programme", "family")
        .iter_rows()
    ):
        if wanted.plans.get(family, 0) > 0:
            prepared.setdefault(programme, []).append((family, evidence))
    chains = _chains(matter, ground, territory)
    trains: dict[str, set[str]] = {}
    for chain, member in (
        matter.frame("members")
        .filter(pl.col("function").str.ends_with("/trains"))
        .select("chain", "member")
        .unique()
        .iter_rows()
    ):
        if chain in chains:
            trains.setdefault(member, set()).add(chain)
    decay = gaussian(reach)
    found = []
    for programme, label, at, km, site in nearest.select(
        "programme", "label", "at", "km", "institution"
    ).iter_rows():
        families, links = prepared.get(programme, []), sorted(trains.get(programme, ()))
        plans = sum(wanted.plans[family] for family, _ in families)
        score = (log1p(plans) + CHAIN * bool(links)) * float(decay(np.array([[km]]))[0, 0])
        if score > 0:
            found.append((score, programme, label, at, km, site, families, links, plans))
    found.sort(key=lambda one: (-one[0], one[1]))
    seen: set[tuple[str, int]] = set()
    findings: list[Finding] = []
    thing = Thing(territory.id, territory.label, "territory")
    host = Said(_host, (territory,))
    for score, programme, label, at, km, site, families, links, plans in found:
        if (label, at) in seen or len(findings) == count:
            continue
        seen.add((label, at))
        subject = Thing(programme, label, "programme")
        reasons = _reasons(who, subject, thing, families, links, chains, wanted, ground.labels[at], km)
        school = N_(", {school}", school=who.label(site)) if site else EMPTY
        sentence = N_(
            "{host} pourrait accueillir des étudiants de la formation « {programme} » ({place}{school}, à {km} km) : {why}.",
            host=host,
            programme=label,
            place=ground.labels[at],
            school=school,
            km=Number(km, decimals_beside(km, reach)),
            why=_why(who, families, links, chains, wanted, plans),
        )
        findings.append(
            Finding(
                "programme",
                thing,
                subject,
                sentence,
                evidence=dict(Counter(step.evidence for reason in reasons for step in reason.path)),
                facts={
                    "rank": len(findings) + 1,
                    "score": round(score, 4),
                    "km": round(km, 1),
                    "difficult_hiring_plans": round(plans, 1),
                },
                reasons=reasons,
                methods=METHODS,
            )
        )
    if findings:
        unmeasured = Refusal(
            "programme",
            N_(
                "Qualité des suggestions de formations non mesurée : aucun lien daté entre une formation et un territoire n’est "
                "connu. Le classement suit les raisons dites."
            ),
            "0 dated ties",
            "30 dated ties",
        )
        return tuple(findings), (unmeasured,)
    return (), (
        Refusal(
            "programme",
            N_(
                "Pas de formation suggérée : aucune formation enseignée hors du territoire ({territory}) et à moins de {km} km "
                "ne prépare à une famille de métiers que ses employeurs disent difficile à recruter, ni à une filière présente.",
                territory=territory.label,
                km=Number(reach),
            ),
            "0 programmes",
            "1 programme",
        ),
    )


def _chains(matter: RegionView, ground: Gazetteer, territory: Territory) -> dict[str, tuple[str, str, str]]:
    """Give the value chains that produce or research in a territory: label, and the name of one member there."""
    labels = dict(
        matter.frame("chains").select("chain", "chainLabel").unique("chain", keep="first").iter_rows()
    )
    inside = set(territory.communes.tolist())
    rows = ground.locate(matter.frame("members").drop_nulls("place")).sort("chain", "member", "at")
    found: dict[str, tuple[str, str, str]] = {}
    for chain, function, label, at, evidence in rows.select(
        "chain", "function", "label", "at", "evidence"
    ).iter_rows():
        if at in inside and not function.endswith("/trains"):
            found.setdefault(chain, (labels.get(chain, chain), label or "", evidence or "inferred"))
    requests = matter.frame("requests").filter(
        pl.col("class").str.ends_with("Request") & (pl.col("territory") == territory.id)
    )
    for chain, label, evidence in (
        requests.select("about", "label", "evidence").drop_nulls().sort("about", "label").iter_rows()
    ):
        if chain in labels:
            found.setdefault(chain, (labels[chain], label, evidence))
    return found


def _why(
    who: Directory,
    families: Sequence[tuple[str, str]],
    links: Sequence[str],
    chains: dict[str, tuple[str, str, str]],
    wanted: Demand,
    plans: float,
) -> Words:
    parts: list[Words] = []
    if families:
        names = Listed([N_("« {name} »", name=who.concept(one)) for one, _ in families])
        parts.append(
            NN_(
                "{plans} dans toute la famille de métiers {names}, à laquelle elle ne prépare qu'en partie ({where})",
                "{plans} dans toutes les familles de métiers {names}, auxquelles elle ne prépare qu'en partie ({where})",
                len(families),
                plans=wanted.told_difficult(plans),
                names=names,
                where=wanted.where,
            )
        )
    if links:
        parts.append(
            NN_(
                "la filière {chains} est présente dans le territoire",
                "les filières {chains} sont présentes dans le territoire",
                len(links),
                chains=Listed([who.concept(one, chains[one][0]) for one in links]),
            )
        )
    return parts[0] if len(parts) == 1 else N_("{need} ; {chain}", need=parts[0], chain=parts[1])


def _host(territory: Territory, language: str) -> str:
    return first_upper(territory_name(territory.label, territory.level, language))


def _reasons(
    who: Directory,
    programme: Thing,
    territory: Thing,
    families: Sequence[tuple[str, str]],
    links: Sequence[str],
    chains: dict[str, tuple[str, str, str]],
    wanted: Demand,
    place: str,
    km: float,
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    for family, evidence in families:
        name = who.concept(family)
        node = Thing(family, name["fr"], "family", name["en"])
        words = N_(
            "Besoin : {plans} dans toute la famille « {family} » ({where}).",
            plans=wanted.difficult(wanted.plans[family]),
            family=name,
            where=wanted.where,
        )
        prepares = Step(programme, N_("prépare à"), node, evidence or "inferred")
        hires = Step(territory, N_("recrute avec difficulté en"), node)
        found.append(Reason("demand", words, (prepares, hires), log1p(wanted.plans[family])))
    for chain in links:
        label, member, evidence = chains[chain]
        name = who.concept(chain, label)
        node = Thing(chain, label, "chain", name["en"])
        words = N_(
            "Filière : la formation prépare à « {chain} », présente dans le territoire ({member}).",
            chain=name,
            member=member,
        )
        trains = Step(programme, N_("forme pour"), node, "inferred")
        has = Step(territory, N_("a dans la filière {member}", member=member), node, evidence)
        found.append(Reason("chain", words, (trains, has), CHAIN))
    away = N_("Distance : {km} km à vol d’oiseau ({place}).", km=Number(km), place=place)
    found.append(Reason("distance", away))
    return tuple(found)
