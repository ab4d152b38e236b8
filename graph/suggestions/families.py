"""Which companies bear one name: of one group, or several establishments of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .directory import alias, nameless

_BRAND = 0.75
"""Where so large a share of the labels that hold a word begin with it, it is a name: « Thales », and not « saint »."""
#: Words that tell a kind wherever they stand.
_KINDS = frozenset([
    "groupe", "caisse", "laboratoire", "laboratoires", "manufacture", "mutualite", "union", "institut", "association",
    "compagnie", "entreprise", "etablissements", "ets", "soc", "banque", "transports", "atelier", "ateliers", "centre",
    "cabinet", "blue", "plastic",
])  # fmt: skip


def families(labels: Sequence[str], every: Iterable[str]) -> list[str]:
    """Give the name that each company bears: the first word of its label, or the first two where the first tells a kind.

    `every`: the labels of all actors, which tell names from kinds.

    >>> every = ["Thales SA", "Thales Avionics", "Groupe Seb", "Un groupe", "Son groupe", "Groupe LDLC"]
    >>> families(["THALES ALENIA SPACE", "Groupe SEB Moulinex", "Groupe LDLC"], every)
    ['thales', 'groupe seb', 'groupe ldlc']
    """
    first: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for label in every:
        words = alias(label).split()
        anywhere.update(set(words))
        first.update(words[:1])
    found = []
    for label in labels:
        words = alias(label).split() or [""]
        if nameless(label):  # a number alone: nobody's namesake
            found.append(label)
            continue
        word = words[0]
        brand = len(word) > 2 and word not in _KINDS and first[word] >= _BRAND * anywhere[word]
        found.append(word if brand else " ".join(words[:2]))
    return found
