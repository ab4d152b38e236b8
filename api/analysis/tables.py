"""Reports in a terminal: a section a kind, the strongest first, missing data apart, then what could not be said."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from itertools import groupby
from unicodedata import category

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...graph.findings.model import Finding, Report
from ...words import N_, first_upper, gettext, ngettext
from ..web.negotiation import Language
from .words import (
    chance_words,
    evidence_words,
    heading,
    interval,
    kind_words,
    kinds_of,
    path_words,
    question_words,
    strength_words,
)

#: What stands for unbreakable spaces while lines are broken, for rich breaks at any space; and what is written then:
#: ordinary spaces, so that a command copied from an answer runs, and narrow ones within numbers.
_GLUED = {0xA0: 0xE0A0, 0x202F: 0xE02F}
_MARKED = re.compile(" (?=[:;!?»])|(?<=«) ")
_FREED = {0xE0A0: " ", 0xE02F: "\u202f"}


def show(report: Report, console: Console, language: Language = "fr", *, why: bool = False) -> None:
    """Print a report; `why` adds reasons, paths, question, methods and sources under each finding."""
    console.print(plain(report.title[language], "bold"))
    if not report.findings:
        nothing = gettext("Rien n’est constaté.", language)
        console.print(plain(nothing))
    for kind in kinds_of(report):
        found = report.of(kind)
        if found:
            console.print()
            console.print(plain(heading(kind, len(found), language), "bold"))
            for measure, group in groupby(found, key=lambda one: _measure(one, language)):
                if measure:
                    console.print(plain(f"  {first_upper(measure)}", "dim italic"))
                console.print(_section(list(group), language, why))
    if report.refusals:
        console.print()
        told = gettext("Ce qui n’a pas pu être calculé", language)
        console.print(plain(told, "bold"))
        for refusal in report.refusals:
            kind = first_upper(kind_words(refusal.kind, language))
            words = gettext("{name} : {text}", language, name=kind, text=refusal.words)
            console.print(Padding(plain(words), (0, 0, 0, 2)))
    _foot(report, console, language)


def _section(found: Sequence[Finding], language: Language, why: bool) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), expand=False)
    measured = any(one.strength is not None for one in found)
    if not measured:
        table.add_column(width=1)
    else:
        table.add_column(justify="right", min_width=20, max_width=27, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for one in found:
        table.add_row(_strength(one, language) if measured else Text("•", "dim"), _said(one, language, why))
    return table


def _measure(finding: Finding, language: Language) -> str:
    return "" if finding.strength is None else finding.measure.get(language, "")


def _strength(finding: Finding, language: Language) -> Text:
    if finding.strength is None:
        return Text("")
    made = plain(strength_words(finding, language), "bold")
    if told := interval(finding, language):
        made.append(f" {told}", "not bold")
    return made


def _said(finding: Finding, language: Language, why: bool) -> Group:
    under = [evidence_words(finding.evidence, language), chance_words(finding, language)]
    parts: list[Text | Padding] = [plain(finding.sentence[language])]
    if any(under):
        parts.append(plain(" · ".join(part for part in under if part), "dim"))
    if why:
        parts += [Padding(line, (0, 0, 0, 2)) for line in _reasons(finding, language)]
    return Group(*parts)


def _reasons(finding: Finding, language: Language) -> list[Text]:
    lines = []
    for reason in finding.reasons:
        lines.append(plain(f"• {reason.words[language]}"))
        lines += [plain(f"  {line}") for line in path_words(reason.path, language)]
    told = {
        N_("question"): question_words(finding.question) if finding.question else "",
        N_("méthodes"): ", ".join(finding.methods),
        N_("sources"): ", ".join(finding.sources),
    }
    return [
        *lines,
        *(
            plain(gettext("{name} : {text}", language, name=name, text=text), "dim")
            for name, text in told.items()
            if text
        ),
    ]


def _foot(report: Report, console: Console, language: Language) -> None:
    lines = [note[language] for note in report.notes]
    if report.scenario:
        lines.append(
            gettext(
                "Scénario : {scenario} ; tous les chiffres sont simulés.", language, scenario=report.scenario
            )
        )
    if report.illustrative:
        lines.append(gettext("Des données illustratives (inventées) sont comptées.", language))
    count = ngettext("{n} constat", "{n} constats", len(report), language)
    lines.append(f"{count} · publication {report.snapshot}" if report.snapshot else count)
    console.print()
    for line in lines:
        console.print(plain(line, "dim"))


def plain(text: str, style: str = "") -> Text:
    """Make a text of data that cannot move the cursor; lines do not break at unbreakable spaces."""
    return Text(_MARKED.sub("\ue0a0", _printable(text)).translate(_GLUED), style)


class Output:
    """Standard output as it is when something is written, for a console whose lines do not break at unbreakable spaces."""

    def write(self, text: str) -> int:
        """Write a text, with spaces again."""
        return sys.stdout.write(text.translate(_FREED))

    def __getattr__(self, name: str) -> object:
        return getattr(sys.stdout, name)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or category(c) == "Zs" else "�" for c in text)
