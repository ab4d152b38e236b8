"""Stages of filières without a named company: jobs counted all the same, or missing links where nothing is counted either."""

from __future__ import annotations

from ...words import EMPTY, N_, NN_, Named, first_upper
from ..findings.model import Finding, Refusal, Thing, Words
from .chains import Chains
from .setting import GapContext
from .totals import PRODUCES, StageTotal, named_stages, stage_totals, together


def unnamed(setting: GapContext, chains: Chains) -> tuple[list[Finding], list[Refusal]]:
    """Tell the stages without a named company in reach: counted all the same, or missing where what is counted is none.

    A stage that no source counts is not known: nothing is said of it.
    """
    reach = setting.region if setting.whole else setting.near
    missing, counted = [], []
    for chain in sorted(chains.stages):
        thing, (named, lost) = (
            chain_thing(setting, chains, chain),
            named_stages(setting.matter, chain, reach),
        )
        totals = stage_totals(setting.matter, chain, reach)
        missing += [
            _absent(setting, thing, one)
            for one, total in totals.items()
            if total is None and one not in named and not lost.get(one)
        ]
        told = [
            _counted(setting, stage, total, lost.get(stage, 0))
            for stage, total in totals.items()
            if total and stage not in named
        ]
        if told:
            words = N_(
                "Filière {chain} : des emplois ou des établissements sont comptés là où aucune entreprise placée n'est nommée ; "
                "ce ne sont pas des maillons manquants{where} : {stages}.",
                chain=Named(thing.label, first_upper(thing.named("en"))),
                where=EMPTY
                if setting.whole
                else N_(" (zones d'emploi qui ont une commune à moins de {km} km)", km=setting.km()),
                stages=together(told),
            )
            counted.append(
                Refusal("link", words, "totals without named companies", "one named company", chain)
            )
    return missing, counted


def _counted(setting: GapContext, stage: str, total: StageTotal, lost: int) -> Words:
    words = N_(
        "étape « {stage} » : {counted}", stage=setting.names(stage), counted=total.words(setting.names)
    )
    if not lost:
        return N_("{told}, aucune entreprise nommée", told=words)
    return NN_(
        "{told}, {n} entreprise nommée sans lieu connu",
        "{told}, {n} entreprises nommées sans lieu connu",
        lost,
        told=words,
    )


def _absent(setting: GapContext, chain: Thing, stage: str) -> Finding:
    """Tell a stage where nobody is named and nothing is counted."""
    return Finding(
        kind="link",
        subject=setting.thing,
        object=chain,
        sentence=N_(
            "Filière {chain}, étape « {stage} » : aucune entreprise nommée à moins de {km} km, et aucun emploi ni établissement "
            "compté dans ses secteurs.",
            chain=Named(chain.label, first_upper(chain.named("en"))),
            stage=setting.names(stage),
            km=setting.km(),
        ),
        facts={"stage": stage, "function": PRODUCES, "members_near": 0, "counted": 0},
        question=setting.question("chain-links-near-territory", radius=True, chain=chain.id),
    )


def chain_thing(setting: GapContext, chains: Chains, chain: str) -> Thing:
    """Give a filière (its path) as what a finding speaks of."""
    label = chains.labels.get(chain, chain.rsplit("/", 1)[-1])
    return Thing(chain, label, "chain", setting.names(chain)["en"])
