"""What a question may mean where its words are not all in one thing: a subject, a kind and a place; a word mistyped; a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ...graph.finder.finding import Finder, SearchRequest
from ...graph.finder.occupations import Occupation
from ...graph.region.text import EMPTY, asked_words, fold, stems
from ...words import N_, Spoken, gettext
from ..web.negotiation import Language
from .asking import FACETS, KIND_NAMES, Search, short, value_name

#: Words that people use for a kind of things, folded, in the singular.
KIND_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("laboratoire", "labo", "lab", "unite", "laboratory"), "unites"),
    **dict.fromkeys(("formation", "diplome", "cursus", "etude", "programme", "degree", "course", "training"), "formations"),
    **dict.fromkeys(("entreprise", "societe", "industriel", "acteur", "company", "firm", "actor"), "acteurs"),
    **dict.fromkeys(("projet", "partenariat", "collaboration", "project", "partnership"), "interactions"),
    **dict.fromkeys(("dispositif", "scheme"), "dispositifs"),
    **dict.fromkeys(("strategie", "strategy"), "strategies"),
}  # fmt: skip
#: Words, folded and in the singular, of what has a page of its own.
PAGES: Mapping[str, tuple[str, Spoken]] = {
    **dict.fromkeys(("stage", "alternance", "apprentissage", "stagiaire", "internship"), ("/stages", N_("Stages"))),
    **dict.fromkeys(("evenement", "conference", "agenda", "event"), ("/agenda", N_("Agenda"))),
    **dict.fromkeys(("demande", "offre", "besoin", "guichet", "request", "offer"), ("/demandes", N_("Demandes et offres"))),
    **dict.fromkeys(("relais", "antenne", "relay"), ("/relais", N_("Relais"))),
    **dict.fromkeys(("filiere",), ("/filieres", N_("Filières"))),
    **dict.fromkeys(("carte", "map"), ("/cartes", N_("Cartes"))),
}  # fmt: skip
OWN_PAGES = tuple(
    (title, address) for address, title in dict(PAGES.values()).items() if title not in KIND_NAMES.values()
)
"""Title and address of each of these pages that no kind of things has."""
#: Words, folded, that say that a place is near: the place alone counts.
NEARNESS = frozenset(
    ("pres", "proche", "proches", "autour", "environs", "alentours", "cote", "vers", "near", "around")
)
MOST = 4
_KIND, _PLACE = FACETS[0], FACETS[1]
_LEVELS = ("commune", "epci", "department", "region")


@dataclass(frozen=True)
class Meaning:
    """A search that finds something: how it is understood in words, its address, and how many results it has."""

    words: str
    address: str
    count: int


def meanings(finder: Finder, asked: Search, found: int, language: Language) -> list[Meaning]:
    """List other ways to understand a question that find more than it did (`found`): the narrowest place first.

    A question on which facets are chosen is left as it is. A name of the region's territories is a place, a word of
    `KIND_WORDS` a kind; what is left is looked for there. Where nothing is in a commune, what holds it is tried.
    A question in other words of the family of its own, as names of occupations attest them, or in those of what the
    occupations deal with, is one more.
    """
    if not asked.text or any(asked.chosen.values()):
        return []
    ways = [*_read(finder, asked.text, asked, language), *_akin(finder, asked, language)]
    made = {one.address: one for one in ways if one.count > found}
    if not found and not made and (text := corrected(finder, asked.text)) != asked.text:
        ways = [*_read(finder, text, asked, language)] or [_in_words(finder, text, asked, language)]
        made = {one.address: one for one in ways if one.count}
    return [*made.values()][:MOST]


def pages(text: str, language: Language) -> list[tuple[str, str]]:
    """Give the pages that the words of a question name: title and address.

    >>> pages("Stages à Grenoble", "fr"), pages("bois", "fr")
    ([('Stages', '/stages')], [])
    """
    found = [PAGES[one] for one in map(_singular, fold(text).split()) if one in PAGES]
    return [(words[language], address) for address, words in dict.fromkeys(found)]


def corrected(finder: Finder, text: str) -> str:
    """Write a question with a word of its family, or the nearest of a name, in place of each that finds no thing nor page."""
    words = asked_words(text)
    mended = [
        word
        if _singular(fold(word)) in PAGES or len(finder.find(SearchRequest(word)))
        else next(iter((*kin(finder, word), *finder.near(word, 1))), word)
        for word in words
    ]
    return " ".join(mended) if mended != words else text


#: Words of the longest question of which each word is tried without.
MOST_WORDS = 8
#: Shorter questions whose results a page shows, and how many of each.
TOLD, FIRST = 3, 5


def shorter_questions(count: Callable[[str], int], text: str) -> list[tuple[str, int]]:
    """List the questions of one word less that find something, the rarest first, and how many things; else those of one word.

    `count` tells how many things a question finds. A question of more than `MOST_WORDS` words is too long for it.

    >>> shorter_questions(lambda one: {"tourisme": 3, "durable": 40}.get(one, 0), "tourisme durable")
    [('tourisme', 3), ('durable', 40)]
    """
    words = list(dict.fromkeys(asked_words(text)))
    if not 1 < len(words) <= MOST_WORDS:
        return []
    shorter = [" ".join(words[:at] + words[at + 1 :]) for at in range(len(words))]
    for questions in (shorter, words):
        counts = {one: count(one) for one in questions}
        if found := [(one, many) for one, many in counts.items() if many]:
            return sorted(found, key=lambda pair: pair[1])
    return []


def kin(finder: Finder, word: str) -> list[str]:
    """List the words of the family of a word that find something, what finds most first, one of each stem."""
    known = {
        tuple(stems(other)): other for other in finder.trades.kin(fold(word)) if stems(other) != stems(word)
    }
    counts = {other: len(finder.find(SearchRequest(other))) for other in known.values()}
    return sorted((other for other in counts if counts[other]), key=lambda other: (-counts[other], other))


def occupations(finder: Finder, asked: Search) -> list[Occupation]:
    """List the occupations that the words of a question name, those that employers of the region plan to hire most first."""
    return [] if any(asked.chosen.values()) else finder.trades.named(asked.text)[:MOST]


def _akin(finder: Finder, asked: Search, language: Language) -> Iterator[Meaning]:
    """Ask again with another word of the family of each word."""
    words = asked_words(asked.text)
    for place, word in enumerate(words):
        for other in (*kin(finder, word), *finder.trades.subjects(fold(word))):
            text = " ".join([*words[:place], other, *words[place + 1 :]])
            yield _in_words(finder, text, asked, language)


def _in_words(finder: Finder, text: str, asked: Search, language: Language) -> Meaning:
    """Ask for other words alone."""
    search = Search(text, {}, 1, asked.illustrative, asked.lang)
    found = finder.find(search.asked(finder))
    return Meaning(_told(finder, text, "", "", language), search.address(), len(found))


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and word != "relais" else word


def _read(finder: Finder, text: str, asked: Search, language: Language) -> Iterator[Meaning]:
    """Understand a question: its place and what holds it, then its kind and subject alone."""
    place, rest = _place(finder, fold(text).split())
    if place:
        rest = [word for word in rest if word not in NEARNESS]
    kind, subject = _kind(rest)
    if (not subject and not kind) or (not place and not kind and text == asked.text):
        return
    least = 0
    for where in place or ("",):
        chosen = {_KIND.name: (kind,) if kind else (), _PLACE.name: (short(_PLACE, where),) if where else ()}
        search = Search(subject, chosen, 1, asked.illustrative, asked.lang)
        count = len(finder.find(search.asked(finder)))
        if count > least:  # a wider place that has nothing more tells nothing more
            least = count
            yield Meaning(_told(finder, subject, kind, where, language), search.address(), count)


def _kind(words: list[str]) -> tuple[str, str]:
    """Find the kind that words name first, and the others, which tell the subject."""
    kind = next((KIND_WORDS[one] for one in map(_singular, words) if one in KIND_WORDS), "")
    return kind, " ".join(one for one in words if _singular(one) not in KIND_WORDS and one not in EMPTY)


def _place(finder: Finder, words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Find the longest run of words that names a territory of the region: it and what holds it, and the words left."""
    for size in range(min(len(words), 6), 0, -1):
        for start in range(len(words) - size + 1):
            if found := finder.territories(" ".join(words[start : start + size])):
                level = {one.split("/")[1]: one for one in reversed(found)}
                return tuple(level[one] for one in _LEVELS if one in level), words[:start] + words[
                    start + size :
                ]
    return (), words


def _told(finder: Finder, subject: str, kind: str, place: str, language: Language) -> str:
    """Say how a question is understood.

    Three parts at most: « bois » · Unités de recherche · Isère (département).
    """
    parts = [gettext("« {text} »", language, text=subject)] if subject else []
    parts += [KIND_NAMES[kind][language]] if kind else []
    parts += [value_name(finder, _PLACE, place, language)] if place else []
    return " · ".join(parts)
