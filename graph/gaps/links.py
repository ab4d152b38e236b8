"""Missing links of filières: stages where no known member trains, researches, produces, supports or relays nearby."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Question, Reason, Refusal, Step, Thing
from ..findings.words import (
    agree_fr,
    count_en,
    count_fr,
    decimals_beside,
    first_upper,
    listed_en,
    listed_fr,
    number_en,
    number_fr,
)
from .chains import Chains
from .chance import MEASURE, METHODS, Deficits
from .coverage import NOTHING, STAGED, Coverage, unmeasurable
from .located import Values
from .setting import Setting
from .wording import Facts, Found, count_of

DOES = {
    "chain-function/trains": ("aucun membre connu ne forme", "no known member trains"),
    "chain-function/researches": ("aucun membre connu ne fait de recherche", "no known member does research"),
    "chain-function/produces": ("aucun membre connu ne produit", "no known member produces"),
    "chain-function/supports": ("aucun membre connu n'appuie", "no known member supports"),
    "chain-function/relays": ("aucun membre connu ne relaie", "no known member relays"),
}
"""That nobody holds a function, in French and English."""


def link_gaps(setting: Setting) -> Found:
    """Find the links of each filière that no known member holds in the territory or within the radius.

    E = M · w / W, with M the placed members of the link in the rest of the region, w and W the jobs of the filière's sectors
    (A38, wider than the filière) within reach and in the rest. Links are not measured in filières and functions where too
    few members have a known stage and place: those may hold them.
    """
    chains = setting.matter.once(Chains.of)
    if not chains.links:
        error = TooFewData(
            "links of value chains", "is no placed member of a value chain", "one placed member"
        )
        return Found(
            refusals=[
                Refusal.of(
                    "link",
                    error,
                    "Aucun membre de filière n'est placé dans la région.",
                    "No member of a value chain has a place in the region.",
                )
            ]
        )
    lacking: dict[str, list[tuple[tuple[str, str], Coverage]]] = {}
    for key, known in sorted(chains.coverage.items()):
        if not known.enough:
            lacking.setdefault(key[0], []).append((_named(setting, chains, key), known))
    refusals = [
        replace(refusal, about=chain)
        for chain, unknown in lacking.items()
        for refusal in unmeasurable("link", STAGED, unknown)
    ]
    if setting.whole:
        return Found(_nobody(setting, chains), refusals)
    share = {chain: _share(weights, setting) for chain, weights in chains.weights.items()}
    rest = chains.located.count(setting.region & ~setting.near)
    near = chains.located.count(setting.near)
    expected = np.array([rest[one] * share.get(link[0], 0.0) for one, link in enumerate(chains.links)])
    enough = np.array(
        [chains.coverage[chain, function].enough for chain, _, function in chains.links], dtype=bool
    )
    found = Deficits.of(expected, near, rest, level=setting.level, told=enough)
    findings = [
        _link(setting, chains, found, one, int(near[one] + rest[one]))
        for one in range(len(chains.links))
        if enough[one] and (near[one] == 0 or found.told(one))
    ]
    return Found([*findings, *_nobody(setting, chains)], refusals, found.tests())


def _named(setting: Setting, chains: Chains, key: tuple[str, str]) -> tuple[str, str]:
    """Name a filière and a function, or a filière and the stages of its academic members."""
    chain, function = key
    label = chains.labels.get(chain, chain.rsplit("/", 1)[-1]), setting.names(chain)[1]
    does = (
        setting.names(function)
        if function
        else ("étapes des acteurs académiques", "stages of academic actors")
    )
    return f"{label[0]} – {does[0]}", f"{label[1]} – {does[1]}"


def _link(setting: Setting, chains: Chains, found: Deficits, one: int, total: int) -> Finding:
    chain, stage, function = chains.links[one]
    thing = Thing(chain, chains.labels.get(chain, chain.rsplit("/", 1)[-1]), "chain", setting.names(chain)[1])
    closest = chains.located.nearest(one, setting.distances, 1)
    facts: Facts = {
        "stage": stage,
        "function": function,
        "members_near": int(found.observed[one]),
        "members_in_region": total,
        "expected_members": float(found.expected[one]),
        "near_members_of_unknown_stage": _loose(setting, chains, chain, function),
        "nearest_km": closest[0][2] if closest else None,
    }
    nearest = ("", "")
    if closest and not facts["members_near"]:
        member, at, away = closest[0]
        decimals = decimals_beside(away, setting.radius)
        what, place = chains.located.label.get(member, member), setting.ground.labels[at]
        nearest = (
            f" Le plus proche : {what} ({place}, {number_fr(away, decimals)} km).",
            f" The nearest: {what} ({place}, {number_en(away, decimals)} km).",
        )
    coverage = chains.coverage[chain, function]
    facts |= coverage.facts
    return Finding(
        kind="link",
        subject=setting.thing,
        object=thing,
        sentence=_sentence(setting, thing, facts, nearest, coverage.words(STAGED)),
        strength=found.estimate(one),
        measure=MEASURE,
        p=found.chance(one),
        evidence=chains.located.evidence_of(setting.region, one),
        facts=facts,
        reasons=setting.nearest(
            chains.located,
            one,
            thing,
            "member",
            setting.names(function),
            rules=chains.rules.get(chains.links[one]),
            evidence="inferred",
        ),
        question=setting.question("chain-links-near-territory", radius=True, chain=chain),
        methods=METHODS,
    )


def _sentence(
    setting: Setting, chain: Thing, facts: Facts, nearest: tuple[str, str], covered: tuple[str, str]
) -> dict[str, str]:
    stage, function, km = setting.names(str(facts["stage"])), str(facts["function"]), setting.km()
    near, loose = count_of(facts, "members_near"), count_of(facts, "near_members_of_unknown_stage")
    expected = float(facts["expected_members"] or 0)
    if near:
        does = setting.names(function)
        known = (
            f"{count_fr(near, 'membre connu', 'membres connus')} à moins de {km[0]} km (fonction : {does[0]}), contre "
            f"{number_fr(expected, 1)} à proportion des emplois",
            f"{count_en(near, 'known member')} within {km[1]} km (function: {does[1]}), against "
            f"{number_en(expected, 1)} in proportion to jobs",
        )
    else:
        nobody = DOES.get(function, ("aucun membre connu n'agit", "no known member acts"))
        known = f"{nobody[0]} à moins de {km[0]} km", f"{nobody[1]} within {km[1]} km"
    also = ("", "")
    if loose:
        members = count_fr(loose, "membre proche", "membres proches"), count_en(loose, "near member")
        may = agree_fr(loose, "peut", "peuvent")
        also = (
            f" {members[0]} dont l'étape n'est pas connue {may} tenir ce maillon.",
            f" {members[1]} of unknown stage may hold this link.",
        )
    return {
        "fr": f"Filière {chain.label}, étape « {stage[0]} » : {known[0]}.{nearest[0]}{also[0]}{covered[0]}",
        "en": f"{first_upper(chain.named('en'))} value chain, stage “{stage[1]}”: {known[1]}.{nearest[1]}{also[1]}{covered[1]}",
    }


def _nobody(setting: Setting, chains: Chains) -> list[Finding]:
    """Tell, for each filière, the stages where nobody known trains or researches, here or elsewhere.

    Where too few of its academic members have a known stage, nothing is said: that is among the refusals.
    """
    findings = []
    for chain, stages in chains.stages.items():
        coverage = chains.coverage.get((chain, ""), NOTHING)
        if not coverage.enough:
            continue
        staged = {stage for one, stage, _ in chains.staged if one == chain}
        empty = [stage for stage in stages if stage not in staged]
        if not empty:
            continue
        label, loose = chains.labels[chain], coverage.every - coverage.known
        thing = Thing(chain, label, "chain", setting.names(chain)[1])
        names = [setting.names(one) for one in empty]
        french = listed_fr([f"« {one[0]} »" for one in names])
        english = listed_en([f"“{one[1]}”" for one in names])
        also = ("", "")
        if loose:
            may = agree_fr(loose, "peut", "peuvent")
            also = (
                f" {count_fr(loose, 'membre')} dont l'étape n'est pas connue {may} s'y trouver.",
                f" {count_en(loose, 'member')} of unknown stage may be there.",
            )
        reasons = tuple(
            Reason(
                "chain",
                dict(zip(("fr", "en"), setting.names(one), strict=True)),
                (
                    Step(
                        thing,
                        {"fr": "a pour étape", "en": "has the stage"},
                        setting.names.thing(one, "stage"),
                    ),
                ),
            )
            for one in empty
        )
        findings.append(
            Finding(
                kind="link",
                subject=setting.thing,
                object=thing,
                sentence={
                    "fr": f"Filière {label} : aucun acteur connu, ici ou ailleurs, ne forme ni ne fait de recherche à ces "
                    f"étapes : {french}.{also[0]}",
                    "en": f"{first_upper(thing.named('en'))} value chain: no known actor, here or elsewhere, trains or "
                    f"does research at these stages: {english}.{also[1]}",
                },
                evidence=chains.unstaged.get(chain, {}),
                facts={
                    "stages": ", ".join(empty),
                    "stages_without": len(empty),
                    "members_of_unknown_stage": loose,
                    **coverage.facts,
                },
                reasons=reasons,
                question=Question("chain-links-without-academic", {"chain": chain}),
                scope="everywhere",
            )
        )
    return findings


def _loose(setting: Setting, chains: Chains, chain: str, function: str) -> int:
    key = f"{chain} {function}"
    if key not in chains.loose.groups:
        return 0
    return int(chains.loose.count(setting.near)[chains.loose.groups.index(key)])


def _share(weights: Values, setting: Setting) -> float:
    rest = float(weights[setting.region & ~setting.near].sum())
    return float(weights[setting.near & setting.region].sum()) / rest if rest else 0.0
