"""What rules read, in words: those that place actors in filières, and those that tie programmes to occupations."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from ...loaders.preparation import read_rules
from ..blocks.tables import Column
from ..chain_rules import Rule, rules_of
from ..negotiation import Language
from .matter import Known

RULE = Column("rule", ("Code de la règle", "Code of the rule"), "file")
READS = Column("reads", ("Règle", "Rule"))
_SHOWN = 4
"""Words shown of rules that are told together."""


def chain_rule(known: Known, chain: str, rule: str | None, said: Language) -> str:
    """Say what a rule of a filière reads; its code where the graph does not describe it."""
    key = ("rules", chain)
    if key not in known.made:
        known.made[key] = {one.id: one for one in rules_of(known.frames["chain-rules"], chain)}
    found = known.made[key].get(rule)
    return (found.told(said) if found else "") or rule or ""


def occupation_rules(rules: Iterable[str], said: Language) -> str:
    """Say what rules of occupations read: a word of each; their codes where the rules of this version have others.

    >>> occupation_rules(["architecture", "agriculture"], "en"), occupation_rules(["gone"], "fr")
    ('words “agronom*”, “architecture”…', 'gone')
    """
    listed = sorted(rules)
    words = [_words().get(rule, ()) for rule in listed]
    if not all(words):
        return ", ".join(listed)
    several = len(words) > 1
    first = [one[0] for one in words] if several else [*words[0]] if words else []
    rest = [one for more in words for one in more[1:]] if several else []
    told = Rule("", "programme", "", "", ", ".join([*first, *rest]), "", False)
    return told.told(said, min(len(first), _SHOWN))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {rule.id: rule.words for rule in read_rules()}
