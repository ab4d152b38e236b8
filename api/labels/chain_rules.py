"""Rules that place members in filières, told in words: for the pages of filières and of actors."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ...loaders.inference.rules import pattern
from ...loaders.sources.names import normalise
from ...words import gettext
from ...words.numbers import date
from ..web.negotiation import Language
from .typesetting import typeset


@dataclass(frozen=True)
class Rule:
    """A rule in words: what it looks through, the words or codes it reads, what it sets aside; who decided one by identifiers.

    `reads` are what it reads: words, codes, identifiers, refusals.
    """

    id: str
    subject: str
    function: str
    stage: str
    words: str
    excluded: str
    codes: bool
    reads: frozenset[str] = frozenset()
    identifiers: int = 0
    who: str = ""
    day: str = ""
    why: str = ""

    def told(self, said: Language = "fr", most: int = 2) -> str:
        """Say what the rule reads, in a few words: `most` of its own at most.

        >>> Rule("r", "project", "", "", "bois, charpent*, foret, wood", "", False).told().replace("\u00a0", " ")
        'mots « bois », « charpent* »…'
        """
        if self.reads & {"identifiers", "refusals"}:
            return typeset(gettext("{name} : {text}", said, name=self.decision(said), text=self.why), said)
        words = self.words.split(", ") if self.words else []
        quoted = ", ".join(gettext("« {first} »", said, first=one) for one in words[:most])
        more = "…" if len(words) > most else ""
        parts = [gettext("mots {words}{more}", said, words=quoted, more=more)] if words else []
        if self.codes:
            parts.append(gettext("codes NAF des maillons", said))
        return typeset(gettext(" ; ", said).join(parts), said)

    def found(self, label: str, said: Language = "fr") -> str:
        """Say which words of a label the rule reads; what the rule reads, where another label of the thing has them.

        >>> Rule("r", "project", "", "", "bois, charpent*, wood", "", False).found("Berry Wood").replace("\u00a0", " ")
        '« wood »'
        """
        words = words_read(self.words.split(", "), label)
        return quoted(words, said) if words else self.told(said)

    def decision(self, said: Language) -> str:
        """Say by which role, and when, identifiers were accepted or refused; why is in French, as the file says it."""
        facts = {"who": self.who, "day": date(self.day, said)}
        if "refusals" in self.reads:
            return gettext("identifiants refusés ({who}, {day})", said, **facts)
        return gettext("identifiant vérifié ({who}, {day})", said, **facts)


def words_read(words: Iterable[str], label: str) -> list[str]:
    """List what words or stems of a rule read in a label, as it writes them, in small letters.

    >>> words_read(["ergotherapeut*", "formation d ingenieur"], "DE Ergothérapeute, Formation d’ingénieur")
    ['ergothérapeute', 'formation d’ingénieur']
    """
    looked = [one for one in words if one]
    parts = [*re.finditer(r"[^\W_]+", label)]
    starts, plain = [], ""
    for part in parts:
        starts.append(len(plain))
        plain += normalise(part[0]) + " "
    found = []
    for match in re.finditer(pattern(looked), plain) if looked else ():
        first, last = (bisect_right(starts, at) for at in (match.start(), match.end() - 1))
        found.append(label[parts[first - 1].start() : parts[last - 1].end()].lower())
    return list(dict.fromkeys(found))


def quoted(words: Iterable[str], said: Language) -> str:
    """Write words between quotation marks, one after the other."""
    return typeset(", ".join(gettext("« {first} »", said, first=one) for one in words), said)


def rules_of(every: pl.DataFrame, path: str) -> tuple[Rule, ...]:
    """Give the rules of a filière among those of all, in their order."""
    rows = every.filter(pl.col("chain") == path)
    found: dict[str, tuple[int, Rule]] = {}
    names = ("rule", "rank", "subject", "function", "stage", "reads", "words", "excluded")
    decided = ("identifiers", "who", "day", "why")
    for row in rows.select(*names, *decided).iter_rows(named=True):
        rule, rank = row["rule"], int(row["rank"] or 9999)
        before = found[rule][1].reads if rule in found else frozenset[str]()
        reads = before | {row["reads"]}
        texts = {name: row[name] or "" for name in ("subject", "function", "stage", "words", "excluded")}
        told = Rule(
            id=rule,
            **texts,
            codes="codes" in reads,
            reads=reads,
            identifiers=int(row["identifiers"] or 0),
            who=row["who"] or "",
            day=str(row["day"] or ""),
            why=row["why"] or "",
        )
        found[rule] = (rank, told)
    return tuple(told for _, told in sorted(found.values(), key=lambda one: (one[0], one[1].id)))
