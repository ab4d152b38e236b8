"""How findings are told to people: kinds, figures with their interval, evidence, paths, the question to ask again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from math import floor, isfinite, log10

from ...graph.analysis.uncertainty import Estimate
from ...graph.findings.model import Finding, Question, Report, Step
from ...ontology.labels import Term
from ...words import N_, Number, Spoken, first_upper, gettext, number, percent
from ..labels.rule_words import PACKAGE_BASIS
from ..web.negotiation import Language

#: Kinds of findings, in the order they are told; what is missing comes last.
KINDS: dict[str, Spoken] = {
    "demand": N_("demande sans offre"),
    "tie": N_("offre sans lien"),
    "link": N_("maillon manquant de filière"),
    "access": N_("accès insuffisant"),
    "ties": N_("liens existants"),
    "complementarity": N_("complémentarités"),
    "fields": N_("champs académiques en appui"),
    "helix": N_("synergie des trois hélices"),
    "brokerage": N_("intermédiaires et structures relais"),
    "company": N_("entreprises"),
    "laboratory": N_("laboratoires"),
    "school": N_("écoles et employeurs"),
    "grant": N_("soutiens interrompus"),
    "chain": N_("membres d’une même filière"),
    "programme": N_("formations d’ailleurs"),
    "request": N_("demandes"),
    "quality": N_("qualité des suggestions"),
    "difference": N_("chiffres du scénario"),
    "data": N_("données manquantes (ce qu’on ne sait pas)"),
}
_DATA = "data"


def kind_words(kind: str, language: Language = "fr") -> str:
    """Name a kind; one that has no name here is told as it is.

    >>> kind_words("tie"), kind_words("tie", "en"), kind_words("other-thing")
    ('offre sans lien', 'supply without a tie', 'other thing')
    """
    return KINDS[kind][language] if kind in KINDS else kind.replace("-", " ").replace("_", " ")


def kinds_of(report: Report) -> list[str]:
    """List the kinds of a report: those with what chance hardly explains, other findings, then refusals; missing data last."""
    found = list(
        dict.fromkeys([*(one.kind for one in report.findings), *(one.kind for one in report.refusals)])
    )
    firm = {one.kind for one in report.findings if one.distinct}
    told = {one.kind for one in report.findings}
    known = list(KINDS)
    return sorted(
        found,
        key=lambda kind: (
            kind == _DATA, kind not in firm, kind not in told, known.index(kind) if kind in KINDS else found.index(kind),
        ),
    )  # fmt: skip


_SHARE = "part "
"""How the name of a measure that is a share begins, in French."""


def figure(value: float, language: Language = "fr") -> str:
    r"""Write a figure with three figures that count.

    >>> figure(1235.4).replace("\u202f", " "), figure(2.456), figure(0.01234), figure(3.0), figure(0.5, "en")
    ('1 235', '2,46', '0,0123', '3', '0.5')
    """
    if not isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "n. d."
    decimals = min(9, max(0, 2 - floor(log10(abs(value))))) if value else 0
    text = number(value, language, decimals)
    return text.rstrip("0").rstrip(".,") if decimals else text


def strength_words(finding: Finding, language: Language = "fr") -> str:
    """Write the strength of a finding: a share as a percentage, else three figures that count; nothing where it has none."""
    return "" if finding.strength is None else _written(finding, finding.strength.value, language)


def interval(finding: Finding, language: Language = "fr") -> str:
    """Write the interval of a finding's strength as the strength is, or nothing where it has none or it is the value itself."""
    strength = finding.strength
    if strength is None or not _spread(strength):
        return ""
    return f"[{_written(finding, strength.low, language)} – {_written(finding, strength.high, language)}]"


def _spread(strength: Estimate) -> bool:
    return strength.low != strength.high and strength.low < strength.high


def _written(finding: Finding, value: float, language: Language) -> str:
    """Write a strength or a bound of it: all three in one unit, with as many decimals."""
    strength = finding.strength
    assert strength is not None
    if not isfinite(value):
        return figure(value, language)
    if finding.measure.get("fr", "").startswith(_SHARE):
        return percent(value, language, 1)
    if not _spread(strength):
        return figure(value, language)
    known = [one for one in (strength.value, strength.low, strength.high) if isfinite(one)]
    largest = max(map(abs, known))
    decimals = min(9, max(0, 2 - floor(log10(largest)))) if largest else 0
    whole = all(one == round(one) for one in known)
    return number(value, language, 0 if whole else decimals)


def evidence_words(counts: Mapping[str, int], language: Language = "fr") -> str:
    """Write how many facts of each evidence status are used.

    >>> evidence_words({"documented": 12, "illustrative": 1})
    'documenté : 12, illustratif : 1'
    """
    return ", ".join(
        gettext("{name} : {text}", language, name=status_words(status, language), text=Number(count))
        for status, count in sorted(counts.items())
    )


def status_words(status: str, language: Language = "fr") -> str:
    """Name an evidence status.

    >>> status_words("declared"), status_words("declared", "en")
    ('déclaré', 'declared')
    """
    return Term.of(f"evidence-status/{status.rsplit('/', 1)[-1]}")[language]


def chance_words(finding: Finding, language: Language = "fr") -> str:
    """Say whether chance alone may have made a finding; nothing where that was not tested."""
    if finding.distinct is None and finding.q is None and finding.p is None:
        return ""
    value, name = (finding.q, "q") if finding.q is not None else (finding.p, "p")
    told = "" if value is None else f" ({name} {_small(value, language)})"
    if finding.distinct:
        return (gettext("hasard écarté", language)) + told
    return (gettext("hasard non écarté", language)) + told


def _small(value: float, language: Language) -> str:
    if value < 0.001:
        return gettext("< 0,001", language)
    return f"= {figure(value, language)}"


def path_words(
    path: tuple[Step, ...],
    language: Language = "fr",
    basis: Callable[[str, Language, str], str] = PACKAGE_BASIS,
) -> list[str]:
    """Write a path, a step a line: from, tie, to, and the evidence of the tie.

    `basis` says in words what a step rests on, a source or a rule that may read the name of where it is from.

    >>> from ...graph.findings.model import Thing
    >>> step = Step(Thing("a", "ENSAG"), {"fr": "est à", "en": "is in"}, Thing("b", "Grenoble"), "documented", "uai", 2024)
    >>> path_words((step,))
    ['ENSAG → est à → Grenoble (documenté, uai, 2024)']
    """
    lines = []
    for step in path:
        told = [
            status_words(step.evidence, language),
            *([basis(step.source, language, step.subject.label)] if step.source else []),
        ]
        told += [str(step.year)] if step.year is not None else []
        relation = step.relation.get(language) or step.relation.get("fr", "")
        lines.append(
            f"{step.subject.named(language)} → {relation} → {step.object.named(language)} ({', '.join(told)})"
        )
    return lines


def question_words(question: Question) -> str:
    """Write the command that asks a question again.

    >>> question_words(Question("territory-jobs", {"territory": "200040715", "name": "Ma commune"}))
    "ancrage query territory-jobs -p territory=200040715 -p 'name=Ma commune'"
    """
    words = ["ancrage", "query", question.name]
    for name, value in question.parameters.items():
        words += ["-p", f"{name}={value}"]
    return shlex.join(words)


def heading(kind: str, count: int, language: Language = "fr") -> str:
    """Write the heading of a section: the kind, and how many findings it has.

    >>> heading("tie", 3)
    'Offre sans lien (3)'
    """
    return f"{first_upper(kind_words(kind, language))} ({count})"
