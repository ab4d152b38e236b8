"""Gaps, suggestions and ties of a dossier: each finding with its strength, its evidence and its reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...graph.suggestions.directory import nameless
from ...words import N_, NN_, Spoken, first_upper, gettext
from .making import Making, flat, write_point
from .model import Card, Element, Paragraph, Points, Section, shorten
from .pictures import interactions

Found = Mapping[str, Any]

EACH: Mapping[str, int] = {"M": 5, "S": 5, "L": 3}
"""Findings of a kind that are printed, by the letter of their reference; the CSV has them all."""
REASONS = 4

#: What stands above the reasons of a finding, by the letter of its reference.
HEADINGS: Mapping[str, Spoken] = {
    "M": N_("Faits à l’appui"),
    "S": N_("Pourquoi"),
    "L": N_("Exemples et faits"),
}
#: What stands there instead where the reasons are places: the nearest known ones.
NEAREST = N_("Les plus proches")
#: Kinds of findings whose sentence says its reasons already: they stay in the CSV.
SAID = frozenset({"complementarity"})
#: Kinds that are printed only where chance hardly explains them: hints on the whole region, of little use at a meeting.
PROVED = frozenset({"complementarity", "fields"})
_RULE = re.compile(r"\s*; (?:règle|rule) [a-z0-9-]+$")
#: What a kind of gap is, for a reader who never saw one.
MEANING: Mapping[str, Spoken] = {
    "demand": N_(
        "Des emplois ou des recrutements auxquels peu de formations du supérieur connues préparent, au regard "
        "de la région."
    ),
    "tie": N_(
        "Une offre de formation ou de recherche proche, sans lien connu avec les acteurs du territoire."
    ),
    "link": N_("Un maillon d’une filière qui n’a aucun membre connu à proximité."),
    "access": N_("Une partie des habitants est loin d’une formation, d’un laboratoire ou d’une antenne."),
    "laboratory": N_("Des laboratoires qui pourraient travailler avec une entreprise du territoire."),
    "school": N_("Des écoles du territoire, et ce que ses employeurs peinent à recruter."),
    "grant": N_("Ceux que ses collectivités ont soutenus, et dont rien n’est connu depuis."),
    "chain": N_("Les filières présentes, et le membre proche avec qui rien n’est connu."),
}
#: What is said instead where all the findings of the kind are of the surroundings.
AROUND: Mapping[str, Spoken] = {
    "demand": N_(
        "Des emplois ou des recrutements auxquels peu de formations du supérieur connues préparent, au regard "
        "de la région : comptés dans des zones ou des bassins d’emploi entiers, qui débordent du "
        "territoire."
    ),
}


def gaps(making: Making) -> Section:
    """Tell the gaps, missing data kept apart for the part on limits."""
    found = making.findings["lacunes"]
    lead = making.say(
        N_(
            "Chaque manque compare ce que l’on connaît ici à ce que donnerait le rythme de la "
            "région. « Hasard écarté » veut dire qu’un tel écart s’expliquerait mal par le seul "
            "hasard ; « hasard non écarté », qu’il est un indice à vérifier."
        )
    )
    parts = kinds(making, found, "M", leave=("data",))
    table(making, "manques", found, N_("Manques, avec leurs chiffres"))
    return Section(blocks=(Paragraph(lead), *empty(making, found, parts)), parts=tuple(parts))


def suggestions(making: Making) -> Section:
    """Tell the suggestions with their reasons, and how good they were in the past."""
    found = making.findings["suggestions"]
    lead = making.say(
        N_(
            "Une suggestion est une piste à examiner, pas une prévision : elle dit ses raisons, et "
            "ce qui en a été vérifié."
        )
    )
    parts = kinds(making, found, "S")
    table(making, "suggestions", found, N_("Suggestions, avec leurs raisons"))
    parts += told_notes(making, found, "s-qualite", N_("Ce que valent ces suggestions"))
    return Section(blocks=(Paragraph(lead), *empty(making, found, parts)), parts=tuple(parts))


def ties(making: Making) -> Section:
    """Tell who works with whom, and the synergies that are computed."""
    found = making.findings["synergies"]
    partners = making.block("partenaires")
    places = [row for row in partners.rows if row["side"] == "territory"]
    actors = [row for row in partners.rows if row["side"] == "actor" and row["here"] is not True]
    actors.sort(key=lambda row: nameless(str(row["partner"])))  # those that have a name first
    blocks: list[Element] = [
        *interactions(making),
        *making.table(
            "partenaires-territoires",
            replace(partners, rows=places),
            N_("Territoires des partenaires"),
            first=8,
            leave=("side_shown",),
        ),
    ]
    if actors:
        blocks += making.table(
            "partenaires",
            replace(partners, rows=actors, notes=()),
            N_("Acteurs de l’extérieur, ou sans lieu dit, dans les mêmes interactions"),
            first=10,
        )
    parts = kinds(making, found, "L")
    table(making, "synergies", found, N_("Synergies, avec leurs chiffres"))
    parts += told_notes(making, found, "l-savoir", N_("À savoir"))
    return Section(blocks=(*blocks, *empty(making, found, parts)), parts=tuple(parts))


def told_notes(making: Making, report: Found, id: str, title: Spoken) -> list[Section]:
    """Make a part of what a reader must know of all findings of a report."""
    notes = tuple(Paragraph(making.set(note[making.language]), "note") for note in report["notes"])
    return [Section(id, making.say(title), notes)] if notes else []


def kinds(making: Making, report: Found, letter: str, leave: Sequence[str] = ()) -> list[Section]:
    """Make a part for each kind of findings: its cards, how many are left out, and what was refused.

    Those of which nothing is printed share the last part: a list that says why, kind by kind.
    """
    parts: list[Section] = []
    silent: list[str] = []
    for kind in sorted(report["kinds"], key=_elsewhere):
        if kind["kind"] in leave:
            continue
        name = kind["kind"]
        cards = [card(making, one, letter, name) for one in choose(kind, EACH[letter])]
        meaning = AROUND if _elsewhere(kind) and name in AROUND else MEANING
        blocks: list[Element] = (
            [Paragraph(making.say(meaning[name]), "note")] if name in meaning and cards else []
        )
        blocks += cards
        if (left := kind["count"] - len(cards)) > 0:
            blocks.append(Paragraph(making.say(_left(left, name in PROVED and not cards)), "note"))
        blocks += [
            Paragraph(sentence(making.set(words[making.language])), "absent") for words in kind["refused"]
        ]
        title = making.set(first_upper(kind["name"][making.language]))
        if cards:
            parts.append(Section(f"{letter.lower()}-{name}", title, tuple(blocks)))
        else:
            silent += [write_point(making, title, block) for block in blocks]
    if silent:
        words = making.say(N_("Ce qui n’a pas pu être établi"))
        parts.append(Section(f"{letter.lower()}-sans", words, (Points(tuple(silent)),)))
    return parts


def _left(count: int, chance: bool) -> Spoken:
    """Say how many findings are in the files alone; where none is printed, that chance may explain them."""
    if chance:
        return NN_(
            "{n} indice, que le hasard peut expliquer, dans les fichiers CSV.",
            "{n} indices, que le hasard peut expliquer, dans les fichiers CSV.",
            count,
        )
    return NN_("{n} autre dans les fichiers CSV.", "{n} autres dans les fichiers CSV.", count)


def is_own(one: Found) -> bool:
    """Tell whether a finding is of the territory itself, not of its zone, its pool or its surroundings."""
    return bool(one["scope"] == "territory")


def _elsewhere(kind: Found) -> bool:
    """Tell whether all the findings of a kind are of the surroundings: such a kind comes after the others.

    >>> near, mine = {"scope": "zone"}, {"scope": "territory"}
    >>> [_elsewhere({"findings": found}) for found in ([], [near], [near, mine])]
    [False, True, False]
    """
    return bool(kind["findings"]) and not any(is_own(one) for one in kind["findings"])


def empty(making: Making, report: Found, parts: Sequence[Section]) -> tuple[Element, ...]:
    """Say why a report has nothing: it failed, or nothing was found in what is known."""
    if report.get("failed"):
        words = making.say(N_("Cette analyse a échoué ; le reste du dossier est complet."))
        return (Paragraph(words, "warning"),)
    if not any(part.blocks for part in parts):
        words = making.say(
            N_(
                "Rien n’a été trouvé dans ce que l’on connaît de ce territoire : cela peut tenir aux "
                "données plus qu’au terrain."
            )
        )
        return (Paragraph(words, "absent"),)
    return ()


def choose(kind: Found, most: int) -> list[Found]:
    """Choose the findings of a kind to print: of PROVED, those that are.

    >>> kind = {"kind": "fields", "findings": [{"n": 1, "distinct": False}, {"n": 2, "distinct": True}]}
    >>> [one["n"] for one in choose(kind, 5)]
    [2]
    """
    return [one for one in kind["findings"] if kind["kind"] not in PROVED or one["distinct"]][:most]


def card(making: Making, one: Found, letter: str, kind: str) -> Card:
    """Make the card of a finding, and cite it."""
    language = making.language
    details = []
    if one["strength"][language]:
        measure = one["measure"].get(language, "")
        details.append(
            gettext(
                "{measure} : {language_}",
                language,
                measure=first_upper(measure),
                language_=one["strength"][language],
            )
        )
    if one["chance"][language]:
        details.append(first_upper(one["chance"][language]))
    if one["evidence"][language]:
        details.append(making.say(N_("Faits utilisés – {language_}", language_=one["evidence"][language])))
    making.references.methods.update(dict.fromkeys(one["methods"]))
    reference = making.references.cite(
        letter,
        making.set(shorten(one["sentence"][language])),
        shown=making.set(one["strength"][language]),
        method=one["asked_words"] or ", ".join(making.method(name) for name in one["methods"]),
        sources=one["sources"],
        evidence=one["evidence"][language],
    )
    near = letter == "M" and all(reason["kind"] == "distance" for reason in one["reasons"])
    return Card(
        reference,
        making.set(one["sentence"][language]),
        tuple(making.set(text) for text in details),
        making.say(NEAREST if near else HEADINGS[letter]),
        () if kind in SAID else tuple(making.set(text) for text in reasons(one, language)),
        bool(one["illustrative"]),
    )


def reasons(one: Found, language: str) -> list[str]:
    """Choose the reasons to print: one of each kind first, then others, at most REASONS, without names of rules.

    >>> found = {"reasons": [{"kind": k, "words": {"fr": k + n}} for k, n in (("a", "1"), ("a", "2"), ("b", "1"))]}
    >>> reasons(found, "fr")
    ['A1', 'B1', 'A2']
    >>> reasons({"reasons": [{"kind": "a", "words": {"fr": "BTS (4 km)\u202f; règle cosmetics-trains"}}]}, "fr")
    ['BTS (4 km)']
    """
    seen: set[str] = set()
    first: list[str] = []
    others: list[str] = []
    for reason in one["reasons"]:
        (others if reason["kind"] in seen else first).append(reason["words"][language])
        seen.add(reason["kind"])
    texts = dict.fromkeys(first_upper(_RULE.sub("", text)) for text in [*first, *others])
    return list(texts)[:REASONS]


def sentence(text: str) -> str:
    """Write a text as a sentence: a capital, and a full stop unless it has its own end.

    >>> sentence("too few ties"), sentence("Trop peu.")
    ('Too few ties.', 'Trop peu.')
    """
    return first_upper(text) + ("" if text.endswith((".", "!", "?", "…")) else ".")


def table(making: Making, id: str, report: Found, words: Spoken) -> None:
    """Keep the flat rows of a report for the CSV, unless there are none."""
    if rows := report.get("rows", {}).get(making.language):
        making.data[id] = (making.say(words), flat(rows))
