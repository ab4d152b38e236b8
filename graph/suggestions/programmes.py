"""Programmes for a territory: those that prepare for what it hires with difficulty, or for a value chain present there."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p

import numpy as np
import polars as pl

from ..analysis.access import gaussian
from ..analysis.adjacency import Values
from ..findings import Finding, Reason, Refusal, Step, Thing, Words
from ..ground import Ground, Territory
from ..matter import Matter
from ..words import agree_en, agree_fr, count_en, count_fr, listed_en, listed_fr, number_en, number_fr
from .directory import Directory

METHODS = ("gaussian", "great_circle")
REMOTE = r"(?i)enti[eè]rement (?:en|à) distan"
"""How the label of a programme says that it is followed wholly at a distance: its school is no place where students are."""
CHAIN = 3.0
"""What a value chain present in the territory counts for, beside the logarithm of the hiring plans."""


def suggest_programmes(
    matter: Matter, territory: Territory, far: Values, *, count: int, reach: float
) -> tuple[tuple[Finding, ...], tuple[Refusal, ...]]:
    """Suggest programmes taught within reach of a territory and not in it, and not wholly at a distance.

    score = [log(1 + hiring plans told difficult, of the families prepared for) + 3 if the value chain is there] × decay of
    the distance. No dated tie of a programme to a territory is known, so its quality cannot be measured.
    """
    ground, who = Ground.of(matter), Directory.of(matter)
    there = matter.frame("programmes").filter(~pl.col("label").str.contains(REMOTE).fill_null(False))
    places = ground.locate(there.drop_nulls("place")).sort("programme", "at")
    places = places.with_columns(km=pl.Series(far[places["at"].to_numpy()])).filter(pl.col("km").is_not_nan())
    nearest = places.sort("programme", "km", "at").unique("programme", keep="first", maintain_order=True)
    nearest = nearest.filter((pl.col("km") > 0) & (pl.col("km") <= reach))
    wanted = _demand(matter, ground, territory)
    prepared: dict[str, list[tuple[str, str]]] = {}
    for programme, family, evidence in (
        matter.frame("preparations")
        .select("programme", "family", "evidence")
        .unique()
        .sort("programme", "family")
        .iter_rows()
    ):
        if wanted.get(family, 0) > 0:
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
        plans = sum(wanted[family] for family, _ in families)
        score = (log1p(plans) + CHAIN * bool(links)) * float(decay(np.array([[km]]))[0, 0])
        if score > 0:
            found.append((score, programme, label, at, km, site, families, links, plans))
    found.sort(key=lambda one: (-one[0], one[1]))
    seen: set[tuple[str, int]] = set()
    findings: list[Finding] = []
    thing = Thing(territory.id, territory.label, "territory")
    for score, programme, label, at, km, site, families, links, plans in found:
        if (label, at) in seen or len(findings) == count:
            continue
        seen.add((label, at))
        subject = Thing(programme, label, "programme")
        reasons = _reasons(who, subject, thing, families, links, chains, wanted, ground.labels[at], km)
        why_fr, why_en = _why(who, families, links, chains, plans)
        school = who.label(site) if site else ""
        taught_fr = (
            f"« {label} » ({ground.labels[at]}{', ' + school if school else ''}, à {number_fr(km)} km)"
        )
        taught_en = (
            f"“{label}” ({ground.labels[at]}{', ' + school if school else ''}, {number_en(km)} km away)"
        )
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
                    "fr": f"{territory.label} pourrait accueillir des étudiants de la formation {taught_fr} : {why_fr}.",
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


def _demand(matter: Matter, ground: Ground, territory: Territory) -> dict[str, float]:
    """Sum the difficult hiring plans of the latest year by family, over the labour pools of a territory, by their share of it."""
    rows = matter.frame("hirings").filter(
        pl.col("indicator").str.ends_with("hiring-plans-difficult")
        & pl.col("value").is_not_null()
        & pl.col("family").is_not_null()
    )
    rows = rows.filter(pl.col("year") == pl.col("year").max())
    shares = {
        pool.id: len(set(pool.communes) & set(territory.communes)) / max(len(pool.communes), 1)
        for pool, _ in ground.containing(territory, "bassin")
    }
    found: dict[str, float] = {}
    for pool, family, value in (
        rows.group_by("pool", "family").agg(pl.col("value").sum()).sort("pool", "family").iter_rows()
    ):
        if pool in shares:
            found[family] = found.get(family, 0.0) + value * shares[pool]
    return found


def _chains(matter: Matter, ground: Ground, territory: Territory) -> dict[str, tuple[str, str, str]]:
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
    plans: float,
) -> tuple[str, str]:
    fr, en = [], []
    if families:
        names = [who.words.get(one, (one, one)) for one, _ in families]
        fr.append(
            f"elle prépare à des métiers où {_plans_fr(plans, 'est dit difficile', 'sont dits difficiles')} "
            f"({listed_fr([f'« {name[0]} »' for name in names])} ; part du bassin d’emploi)"
        )
        en.append(
            f"it prepares for occupations where {_plans_en(plans, 'is', 'are')} said to be difficult "
            f"({listed_en([f'“{name[1]}”' for name in names])}; share of the labour pool)"
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


def _plans_fr(plans: float, singular: str, several: str) -> str:
    """Write how many hiring plans, which the share of a labour pool makes a fraction, and words that agree with them.

    >>> _plans_fr(0.3, "est dit difficile", "sont dits difficiles")
    'moins d’un projet de recrutement est dit difficile'
    >>> _plans_fr(1.6, "dit difficile", "dits difficiles")
    'environ 2 projets de recrutement dits difficiles'
    """
    if plans < 1:
        return f"moins d’un projet de recrutement {singular}"
    known = count_fr(round(plans), "projet de recrutement", "projets de recrutement")
    return f"environ {known} {agree_fr(round(plans), singular, several)}"


def _plans_en(plans: float, singular: str = "", several: str = "") -> str:
    """Write the same in English.

    >>> _plans_en(0.3), _plans_en(1.2, "is", "are")
    ('less than one hiring plan', 'about 1 hiring plan is')
    """
    if plans < 1:
        return f"less than one hiring plan {singular}".rstrip()
    agreed = agree_en(round(plans), singular, several)
    return f"about {count_en(round(plans), 'hiring plan')} {agreed}".rstrip()


def _reasons(
    who: Directory,
    programme: Thing,
    territory: Thing,
    families: Sequence[tuple[str, str]],
    links: Sequence[str],
    chains: dict[str, tuple[str, str, str]],
    wanted: dict[str, float],
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
                    "fr": f"Besoin : {_plans_fr(wanted[family], 'dit difficile', 'dits difficiles')} "
                    f"en « {fr} » (part du bassin d’emploi).",
                    "en": f"Need: {_plans_en(wanted[family])} said to be difficult in “{en}” (share of the labour pool).",
                },
                (Step(programme, prepares, node, evidence or "inferred"), Step(territory, hires, node)),
                log1p(wanted[family]),
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
