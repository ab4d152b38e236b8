"""Programmes for a territory: those that prepare for what it hires with difficulty, or for a value chain present there."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p

import numpy as np
import polars as pl

from ..analysis.access import gaussian
from ..analysis.adjacency import Values
from ..findings.model import Finding, Reason, Refusal, Step, Thing, Words
from ..findings.words import (
    decimals_beside,
    first_upper,
    listed_en,
    listed_fr,
    number_en,
    number_fr,
    territory_fr,
)
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
    host = first_upper(territory_fr(territory.label, territory.level))
    for score, programme, label, at, km, site, families, links, plans in found:
        if (label, at) in seen or len(findings) == count:
            continue
        seen.add((label, at))
        subject = Thing(programme, label, "programme")
        reasons = _reasons(who, subject, thing, families, links, chains, wanted, ground.labels[at], km)
        why_fr, why_en = _why(who, families, links, chains, wanted, plans)
        school = who.label(site) if site else ""
        decimals = decimals_beside(km, reach)
        taught_fr = f"« {label} » ({ground.labels[at]}{', ' + school if school else ''}, à {number_fr(km, decimals)} km)"
        taught_en = f"“{label}” ({ground.labels[at]}{', ' + school if school else ''}, {number_en(km, decimals)} km away)"
        counts: dict[str, int] = {}
        for reason in reasons:
            for step in reason.path:
                counts[step.evidence] = counts.get(step.evidence, 0) + 1
        findings.append(
            Finding(
                "programme",
                thing,
                subject,
                {
                    "fr": f"{host} pourrait accueillir des étudiants de la formation {taught_fr} : {why_fr}.",
                    "en": f"{territory.label} could welcome students of the programme {taught_en}: {why_en}.",
                },
                evidence=counts,
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
            {
                "fr": "Qualité des suggestions de formations non mesurée : aucun lien daté entre une formation "
                "et un territoire n’est connu. Le classement suit les raisons dites.",
                "en": "Quality of suggested programmes not measured: no dated tie of a programme and a territory "
                "is known. The ranking follows the reasons told.",
            },
            "0 dated ties",
            "30 dated ties",
        )
        return tuple(findings), (unmeasured,)
    return (), (
        Refusal(
            "programme",
            {
                "fr": f"Pas de formation suggérée : aucune formation enseignée hors du territoire ({territory.label}) et à "
                f"moins de {number_fr(reach)} km ne prépare à une famille de "
                "métiers que ses employeurs disent difficile à recruter, ni à une filière présente.",
                "en": f"No programme suggested: none taught outside {territory.label} within {number_en(reach)} "
                f"km prepares for a family of occupations told "
                "difficult to hire there, nor for a value chain present there.",
            },
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
) -> tuple[str, str]:
    fr, en = [], []
    if families:
        names = [who.words.get(one, (one, one)) for one, _ in families]
        several = len(names) > 1
        whole = (
            ("toutes les familles", "all the families")
            if several
            else ("toute la famille", "the whole family")
        )
        which = "auxquelles" if several else "à laquelle"
        part = (f"{which} elle ne prépare qu'en partie", "for which it prepares in part only")
        fr.append(
            f"{wanted.said_fr(plans, 'est dit difficile', 'sont dits difficiles')} dans {whole[0]} de métiers "
            f"{listed_fr([f'« {name[0]} »' for name in names])}, {part[0]} ({wanted.where_fr})"
        )
        en.append(
            f"{wanted.said_en(plans, 'is', 'are')} said to be difficult in {whole[1]} of occupations "
            f"{listed_en([f'“{name[1]}”' for name in names])}, {part[1]} ({wanted.where_en})"
        )
    if links:
        single = len(links) == 1
        french = listed_fr([chains[one][0] for one in links])
        english = listed_en([who.words.get(one, (chains[one][0],) * 2)[1] for one in links])
        present = (
            ("la filière", "est présente") if single else ("les filières", "sont présentes"),
            ("the value chain", "is present") if single else ("the value chains", "are present"),
        )
        fr.append(f"{present[0][0]} {french} {present[0][1]} dans le territoire")
        en.append(f"{present[1][0]} {english} {present[1][1]} in the territory")
    return " ; ".join(fr), "; ".join(en)


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
        fr, en = who.words.get(family, (family, family))
        node = Thing(family, fr, "family", en)
        prepares: Words = {"fr": "prépare à", "en": "prepares for"}
        hires: Words = {"fr": "recrute avec difficulté en", "en": "hires with difficulty in"}
        found.append(
            Reason(
                "demand",
                {
                    "fr": f"Besoin : {wanted.said_fr(wanted.plans[family], 'dit difficile', 'dits difficiles')} "
                    f"dans toute la famille « {fr} » ({wanted.where_fr}).",
                    "en": f"Need: {wanted.said_en(wanted.plans[family])} said to be difficult in the whole family “{en}” "
                    f"({wanted.where_en}).",
                },
                (Step(programme, prepares, node, evidence or "inferred"), Step(territory, hires, node)),
                log1p(wanted.plans[family]),
            )
        )
    for chain in links:
        label, member, evidence = chains[chain]
        _, label_en = who.words.get(chain, (label, label))
        node = Thing(chain, label, "chain", label_en)
        found.append(
            Reason(
                "chain",
                {
                    "fr": f"Filière : la formation prépare à « {label} », présente dans le territoire ({member}).",
                    "en": f"Value chain: the programme trains for “{label_en}”, present in the territory ({member}).",
                },
                (
                    Step(programme, {"fr": "forme pour", "en": "trains for"}, node, "inferred"),
                    Step(
                        territory,
                        {"fr": f"a dans la filière {member}", "en": f"has in the value chain {member}"},
                        node,
                        evidence,
                    ),
                ),
                CHAIN,
            )
        )
    found.append(
        Reason(
            "distance",
            {
                "fr": f"Distance : {number_fr(km)} km à vol d’oiseau ({place}).",
                "en": f"Distance: {number_en(km)} km as the crow flies ({place}).",
            },
        )
    )
    return tuple(found)
