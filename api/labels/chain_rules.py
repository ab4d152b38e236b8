"""Rules that place members in filières, told in words: for the pages of filières and of actors."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ...words import gettext
from ..web.negotiation import Language
from .wording import typeset


@dataclass(frozen=True)
class Rule:
    """A rule in words: what it looks through, the words or codes it reads, what it sets aside."""

    id: str
    subject: str
    function: str
    stage: str
    words: str
    excluded: str
    codes: bool

    def told(self, said: Language = "fr", most: int = 2) -> str:
        """Say what the rule reads, in a few words: `most` of its own at most.

        >>> Rule("r", "project", "", "", "bois, charpent*, foret, wood", "", False).told().replace("\u00a0", " ")
        'mots « bois », « charpent* »…'
        """
        words = self.words.split(", ") if self.words else []
        quoted = ", ".join(gettext("« {first} »", said, first=one) for one in words[:most])
        more = "…" if len(words) > most else ""
        parts = [gettext("mots {words}{more}", said, words=quoted, more=more)] if words else []
        if self.codes:
            parts.append(gettext("codes NAF des maillons", said))
        return typeset(gettext(" ; ", said).join(parts), said)


def rules_of(every: pl.DataFrame, path: str) -> tuple[Rule, ...]:
    """Give the rules of a filière among those of all, in their order."""
    rows = every.filter(pl.col("chain") == path)
    found: dict[str, tuple[int, Rule]] = {}
    names = ("rule", "rank", "subject", "function", "stage", "reads", "words", "excluded")
    for rule, rank, subject, function, stage, reads, words, excluded in rows.select(names).iter_rows():
        codes = reads == "codes" or (rule in found and found[rule][1].codes)
        told = Rule(rule, subject, function, stage or "", words or "", excluded or "", codes)
        found[rule] = (int(rank or 9999), told)
    return tuple(told for _, told in sorted(found.values(), key=lambda one: (one[0], one[1].id)))
