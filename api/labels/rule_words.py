"""What ties rest on, in words: what rules of filières, which the graph describes, and of occupations read; names of sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

import polars as pl

from ...graph.suggestions.source_names import NAMES as SHORT
from ...loaders.inference.preparation import read_rules
from ...words import Spoken, gettext
from ..web.negotiation import Language
from .basis_names import source_title, source_titles
from .chain_rules import Rule, quoted, rules_of, words_read

_SHOWN = 4
"""Words shown of rules that are told together."""


class BasisWords:
    """Says what a rule reads, and names a source, by its title if it has no shorter name; what is neither stays as it is.

    So does a name that the rules of two filières have: none is told by the words of another's. `titles` are those of sources
    that the package does not describe, a partner's, by short name.
    """

    def __init__(
        self, rules: Iterable[Rule] = (), titles: Mapping[str, Spoken] = MappingProxyType({})
    ) -> None:
        every, self._titles = list(rules), titles
        several = {name for name, n in Counter(one.id for one in every).items() if n > 1}
        self._chains = {one.id: one for one in every if one.id not in several}

    @classmethod
    def of(cls, rules: pl.DataFrame, sources: pl.DataFrame) -> BasisWords:
        """Read the rules of all filières and the titles of sources from their frames."""
        chains = rules["chain"].unique().to_list() if "chain" in rules.columns else []
        return cls((one for chain in chains for one in rules_of(rules, chain)), source_titles(sources))

    def __call__(self, rule: str, said: Language, label: str = "") -> str:
        """Say it in a few words: those that it reads in the label of a thing, else those that it looks for.

        >>> BasisWords()("architecture", "en"), BasisWords()("uai", "fr", "ENSAG")
        ('rule: words “architecture”', 'uai')
        >>> BasisWords()("agriculture", "fr", "BTSA Agronomie").replace("\u00a0", " ")
        'lu dans son nom : « agronomie »'
        >>> BasisWords()("source/anr-aapg", "fr"), BasisWords()("source/gone", "fr")
        ('ANR AAPG', 'gone')
        """
        if rule.startswith("source/"):
            title = SHORT.get(rule) or self._titles.get(rule.removeprefix("source/"))
            return title[said] if title else source_title(rule, said)
        found = self._chains.get(rule)
        listed = found.words.split(", ") if found else _words().get(rule, ())
        if words := words_read(listed, label):
            return gettext("lu dans son nom : {words}", said, words=quoted(words, said))
        told = (found.told(said) if found else "") or occupation_rules([rule], said)
        if told == rule:
            return rule
        return gettext("règle : {told}", said, told=told)


PACKAGE_BASIS = BasisWords()
"""By the rules and the sources of the package alone."""


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


def occupation_words(read: Iterable[tuple[str, str]], said: Language) -> str:
    """Say which words rules of occupations read, of pairs (rule, label): the most frequent first; without any, what rules read.

    >>> read = [("agriculture", "BTSA Agronomie"), ("agriculture", "Ingénieur agronome"), ("agriculture", "Agronomie")]
    >>> occupation_words(read, "en"), occupation_words([("architecture", "Autre")], "en")
    ('“agronomie”, “agronome”', 'words “architecture”')
    """
    pairs = list(read)
    found = Counter(word for rule, label in pairs for word in words_read(_words().get(rule, ()), label))
    if not found:
        return occupation_rules({rule for rule, _ in pairs}, said)
    told = sorted(found, key=lambda word: (-found[word], word))
    return quoted(told[:_SHOWN], said) + ("…" if len(told) > _SHOWN else "")


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return {rule.id: rule.words for rule in read_rules()}
