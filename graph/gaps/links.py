"""Missing links of filières: stages where no known member trains, researches, produces, supports or relays nearby."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...words import EMPTY, N_, NN_, Listed, Named, Number, Percent, decimals_beside, first_upper
from ..analysis.uncertainty import TooFewData
from ..findings.model import Finding, Question, Reason, Refusal, Step, Thing, Words
from .chains import Chains
from .chance import MEASURE, METHODS, Deficits
from .counted import chain_thing, unnamed
from .coverage import NEEDED, NOTHING, STAGED, Coverage, unmeasurable
from .located import Values
from .setting import GapContext
from .totals import PRODUCES
from .wording import Facts, GapFacts, count_of

DOES = {
    "chain-function/trains": N_("aucun membre connu ne forme"),
    "chain-function/researches": N_("aucun membre connu ne fait de recherche"),
    "chain-function/produces": N_("aucun membre connu ne produit"),
    "chain-function/supports": N_("aucun membre connu n'appuie"),
    "chain-function/relays": N_("aucun membre connu ne relaie"),
}
"""That nobody holds a function, in French and English."""

LEAST = 3
"""Members placed in the region that a function of a filière must have: where fewer are known, most territories have none."""


def link_gaps(setting: GapContext) -> GapFacts:
    """Find the links of each filière that no known member holds in the territory or within the radius.

    E = M · w / W, with M the placed members of the link in the rest of the region, w and W the jobs of the filière's sectors
    (A38, wider than the filière) within reach and in the rest. Links are not measured in filières and functions where too
    few members have a known stage and place, as those may hold them, or where fewer than `LEAST` are placed. Where companies
    are counted and none is named, that is told, and is no missing link; production is missing where neither names nor totals
    are.
    """
    chains = setting.matter.once(Chains.of)
    if not chains.links:
        error = TooFewData(
            "links of value chains", "is no placed member of a value chain", "one placed member"
        )
        return GapFacts(
            refusals=[Refusal.of("link", error, N_("Aucun membre de filière n'est placé dans la région."))]
        )
    known = {key for key, coverage in chains.coverage.items() if coverage.enough}
    scarce = {key for key, n in chains.placed.items() if n < LEAST} & known
    lacking: dict[str, list[tuple[Words, Coverage]]] = {}
    for key in sorted(chains.coverage.keys() - known):
        lacking.setdefault(key[0], []).append((_named(setting, chains, key), chains.coverage[key]))
    refusals = [
        replace(refusal, about=chain)
        for chain, unknown in lacking.items()
        for refusal in unmeasurable("link", STAGED, unknown)
    ]
    refusals += [_scarce(setting, chains, key) for key in sorted(scarce)]
    absent, counted = unnamed(setting, chains)
    refusals += counted
    if setting.whole:
        return GapFacts([*absent, *_nobody(setting, chains)], refusals)
    share = {chain: _share(weights, setting) for chain, weights in chains.weights.items()}
    rest = chains.located.count(setting.ground.widen(setting.region & ~setting.near))
    near = chains.located.count(setting.ground.widen(setting.near))
    every = chains.located.count(setting.ground.widen(setting.region | setting.near))
    expected = np.array([rest[one] * share.get(link[0], 0.0) for one, link in enumerate(chains.links)])
    measured = known - scarce
    enough = np.array([(chain, function) in measured for chain, _, function in chains.links], dtype=bool)
    found = Deficits.of(expected, near, rest, level=setting.level, told=enough)
    findings = [
        _link(setting, chains, found, one, int(every[one]))
        for one in range(len(chains.links))
        if enough[one] and (found.told(one) or (near[one] == 0 and chains.links[one][2] != PRODUCES))
    ]
    return GapFacts([*findings, *absent, *_nobody(setting, chains)], refusals, found.tests())


def _named(setting: GapContext, chains: Chains, key: tuple[str, str]) -> Words:
    """Name a filière and a function, or a filière and the stages of its academic members."""
    chain, function = key
    label = Named(chains.labels.get(chain, chain.rsplit("/", 1)[-1]), setting.names(chain)["en"])
    does = setting.names(function) if function else N_("étapes des acteurs académiques")
    return N_("{label} – {does}", label=label, does=does)


def _scarce(setting: GapContext, chains: Chains, key: tuple[str, str]) -> Refusal:
    """Refuse a function of a filière that too few members placed in the region are known to hold."""
    known = chains.placed[key]
    words = NN_(
        "Non mesurable : {n} membre seulement est placé dans la région pour « {name} » ; il en faudrait au moins {needed}.",
        "Non mesurable : {n} membres seulement sont placés dans la région pour « {name} » ; il en faudrait au moins {needed}.",
        known,
        name=_named(setting, chains, key),
        needed=Number(LEAST),
    )
    return Refusal("link", words, f"{known} placed members", f"at least {LEAST}", key[0])


def _link(setting: GapContext, chains: Chains, found: Deficits, one: int, total: int) -> Finding:
    chain, stage, function = chains.links[one]
    thing = chain_thing(setting, chains, chain)
    closest = chains.located.nearest(one, setting.wide_distances, 1)
    facts: Facts = {
        "stage": stage,
        "function": function,
        "members_near": int(found.observed[one]),
        "members_in_region": total,
        "expected_members": float(found.expected[one]),
        "near_members_of_unknown_stage": _loose(setting, chains, chain, function),
        "nearest_km": closest[0][2] if closest else None,
    }
    nearest: Words = EMPTY
    if closest and not facts["members_near"]:
        member, at, away = closest[0]
        decimals = decimals_beside(away, setting.radius)
        what, place = chains.located.label.get(member, member), setting.ground.wide[at][1]
        nearest = N_(
            " Le plus proche : {what} ({place}, {away} km).",
            what=what,
            place=place,
            away=Number(away, decimals),
        )
    coverage = chains.coverage[chain, function]
    facts |= coverage.facts
    return Finding(
        kind="link",
        subject=setting.thing,
        object=thing,
        sentence=_sentence(setting, thing, facts, nearest, _covered(setting, function, coverage)),
        strength=found.estimate(one),
        measure=MEASURE,
        p=found.chance(one),
        evidence=chains.located.evidence_of(setting.ground.widen(setting.region), one),
        facts=facts,
        reasons=setting.nearest(
            chains.located,
            one,
            thing,
            "member",
            setting.names(function),
            rules=chains.rules.get(chains.links[one]),
            evidence=chains.evidence.get(chains.links[one], {}),
        ),
        question=setting.question("chain-links-near-territory", radius=True, chain=chain),
        methods=METHODS,
    )


def _sentence(setting: GapContext, chain: Thing, facts: Facts, nearest: Words, covered: Words) -> Words:
    stage, function, km = setting.names(str(facts["stage"])), str(facts["function"]), setting.km()
    near, loose = count_of(facts, "members_near"), count_of(facts, "near_members_of_unknown_stage")
    expected = float(facts["expected_members"] or 0)
    if near:
        does = setting.names(function)
        known = NN_(
            "{n} membre connu à moins de {km} km (fonction : {does}), contre {expected} à proportion "
            "des emplois",
            "{n} membres connus à moins de {km} km (fonction : {does}), contre {expected} à "
            "proportion des emplois",
            near,
            km=km,
            does=does,
            expected=Number(expected, 1),
        )
    else:
        nobody = DOES.get(function, N_("aucun membre connu n'agit"))
        known = N_("{nobody} à moins de {km} km", nobody=nobody, km=km)
    also: Words = EMPTY
    if loose:
        also = NN_(
            " {n} membre proche dont l'étape n'est pas connue peut tenir ce maillon.",
            " {n} membres proches dont l'étape n'est pas connue peuvent tenir ce maillon.",
            loose,
        )
    return N_(
        "Filière {chain}, étape « {stage} » : {known}.{nearest}{also}{covered}",
        chain=Named(chain.label, first_upper(chain.named("en"))),
        stage=stage,
        known=known,
        nearest=nearest,
        also=also,
        covered=covered,
    )


def _nobody(setting: GapContext, chains: Chains) -> list[Finding]:
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
        loose, thing = coverage.every - coverage.known, chain_thing(setting, chains, chain)
        names = [setting.names(one) for one in empty]
        words = Listed([N_("« {name} »", name=one) for one in names])
        also: Words = EMPTY
        if loose:
            also = NN_(
                " {n} membre dont l'étape n'est pas connue peut s'y trouver.",
                " {n} membres dont l'étape n'est pas connue peuvent s'y trouver.",
                loose,
            )
        reasons = tuple(
            Reason(
                "chain",
                setting.names(one),
                (
                    Step(
                        thing,
                        N_("a pour étape"),
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
                sentence=N_(
                    "Filière {chain} : aucun acteur connu, ici ou ailleurs, ne forme ni ne fait de recherche à ces étapes : "
                    "{stages}.{also}",
                    chain=Named(thing.label, first_upper(thing.named("en"))),
                    stages=words,
                    also=also,
                ),
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


def _covered(setting: GapContext, function: str, coverage: Coverage) -> Words:
    """Count what is known of a function of a filière, of the members that its page counts: few, a share would hide it."""
    return NN_(
        " Couverture, fonction « {does} » : {n} membre sur {every} a une étape et un lieu connus (seuil : {needed}).",
        " Couverture, fonction « {does} » : {n} membres sur {every} ont une étape et un lieu connus (seuil : {needed}).",
        coverage.known,
        does=setting.names(function),
        every=Number(coverage.every),
        needed=Percent(NEEDED),
    )


def _loose(setting: GapContext, chains: Chains, chain: str, function: str) -> int:
    key = f"{chain} {function}"
    if key not in chains.loose.groups:
        return 0
    return int(chains.loose.count(setting.ground.widen(setting.near))[chains.loose.groups.index(key)])


def _share(weights: Values, setting: GapContext) -> float:
    rest = float(weights[setting.region & ~setting.near].sum())
    return float(weights[setting.near & setting.region].sum()) / rest if rest else 0.0
