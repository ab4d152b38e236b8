"""Rules behind an inferred tie, in words: those of filières, which the graph describes, and those of occupations."""

from __future__ import annotations

import polars as pl

from ..actors.rules import occupation_rules
from ..chain_rules import rules_of
from ..negotiation import Language


class RuleWords:
    """Says what a rule reads; what is no rule, as the name of a source, stays as it is.

    `rules` is the frame of the rules of filières.
    """

    def __init__(self, rules: pl.DataFrame) -> None:
        chains = rules["chain"].unique().to_list() if "chain" in rules.columns else []
        self._chains = {one.id: one for chain in chains for one in rules_of(rules, chain)}

    def __call__(self, rule: str, said: Language) -> str:
        """Say it in a few words.

        >>> RuleWords(pl.DataFrame())("architecture", "en"), RuleWords(pl.DataFrame())("uai", "fr")
        ('rule: words “architecture”', 'uai')
        """
        found = self._chains.get(rule)
        told = (found.told(said) if found else "") or occupation_rules([rule], said)
        if told == rule:
            return rule
        return f"rule: {told}" if said == "en" else f"règle : {told}"
