"""What the rules that place actors in filières read, in words."""

from __future__ import annotations

from ....words import N_
from ...labels.chain_rules import rules_of
from ...render.blocks.tables import Column
from ...web.negotiation import Language
from .matter import ActorData

RULE = Column("rule", N_("Code de la règle"), "file")
READS = Column("reads", N_("Règle"))


def chain_rule(known: ActorData, chain: str, rule: str | None, said: Language) -> str:
    """Say what a rule of a filière reads; its code where the graph does not describe it."""
    key = ("rules", chain)
    if key not in known.made:
        known.made[key] = {one.id: one for one in rules_of(known.frames["chain-rules"], chain)}
    found = known.made[key].get(rule)
    return (found.told(said) if found else "") or rule or ""
