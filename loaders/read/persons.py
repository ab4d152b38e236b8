"""No natural person enters: names of persons, e-mails and telephones are taken out of the cells of all sources, at the door.

A part of a label is a person when it begins with a title (« M. », « Mme », « Dr ») or is nothing but a first name and a
name (« sisprobe / Nick Arndt »). What is named after somebody keeps its name: a part that holds a common noun
(« Laboratoire Jean Kuntzmann ») is no person, nor is one of `eponyms.txt` (« Université Lyon 1 - Claude Bernard »).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import polars as pl

from ...words import N_, NN_, Spoken
from ..sources.names import normalise
from ..sources.parts import Input
from .checks import Fault
from .headers import Headers
from .texts import text_columns

HERE = Path(__file__).parent
MOST_TOLD = 10
"""Rows that a warning names."""
CONTACT = N_("Un courriel ou un téléphone : aucune donnée sur une personne n'entre dans le graphe.")
NOBODY_LEFT = N_(
    "Ce libellé est le nom d'une personne, ou d'une entreprise qui le porte : aucun n'entre dans le graphe. "
    "Dire ce qu'est la chose, sans le nom (« Menuiserie à Die »)."
)
MAIL = re.compile(r"(?:mailto:)?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
TELEPHONE = re.compile(r"(?<![\w.,/-])(?:(?:\+|00)33[ .]?(?:\(0\))?|0)[1-9](?:[ .-]?[0-9]{2}){4}(?!\.?\w)")
TITLE = (
    r"(?:M\.|MM\.|Mme\.?|MME|Mlle\.?|Mr\.?|Mrs\.?|Monsieur|Madame|Mademoiselle|Dr\.?|DR\.|Docteur|Pr\.?|Prof\.?"
    r"|Professeur|Maître|MONSIEUR|MADAME|DOCTEUR|PROFESSEUR)"
)
NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]{0,63}|(?:d[eiu]|d'|d’|la|le|van|von|der|den|el|al|ben|bin)(?=\s+[A-ZÀ-ÖØ-Þ]))"
#: Titles where a part begins, or after the form of a practice, and the names that follow; « M. Ap. » shortens no first name.
TITLED = re.compile(
    rf"(?:^|(?<=[/(,;:–—|])|(?<=[/(,;:–—|] )|(?<= - )|(?<=\. ))(?!M\. Ap\. )(?:{TITLE}\s+)+{NAME}(?:\s+{NAME}){{0,4}}"
    rf"|(?<=(?i:selarl)) (?i:du docteur) {NAME}(?:\s+{NAME}){{0,4}}"
)
SPACES = re.compile(r"\s{2,}")
#: What is left of separators when the part beside them is gone.
LOOSE = (r"\(\s*\)", r"^\s*\([^()]*\)\s*$", r"^[\s/;,:–—|+&-]+", r"(?<=/)(?:\s*/)+")
#: The same at the end, of a text read backwards: read forwards, each separator would begin a search of all that follows.
LOOSE_END = re.compile(r"^(?:[\s/;]|[-–—|](?=\s))+")
SEPARATOR = re.compile(r"(\s+/\s*|\s*/\s+|\s+[-–—|]\s+|\s*[()]\s*)")
LISTED = re.compile(rf"{SEPARATOR.pattern[:-1]}|\s*[,;:]\s*)")
"""What separates the parts of a label that holds an e-mail or a telephone: a name may stand between commas there."""
WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]*\.?|d[eiu]|la|le|van|von|der|den|el|al|ben|bin", re.UNICODE)
#: What a source writes for nobody, in the form of `normalise`.
NOBODY = frozenset(
    (
        "aucuneaide", "aucune aide", "0 aide", "pas daide pour le partenaire donc pas dacte attributif", "pas de laboratoire",
        "neant", "aucun", "aucune", "sans objet", "non renseigne", "non communique", "non defini", "a definir", "inconnu",
    )
)  # fmt: skip
_SHOP = re.compile(r"\w{3,}eries?")
"""How most trades end: « menuiserie », « fromageries »."""


@cache
def _listed(name: str) -> frozenset[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return (
        frozenset(rows) if name == "eponyms.txt" else frozenset(word for row in rows for word in row.split())
    )


def is_person(part: str) -> bool:
    """Tell whether a part of a label is a first name and a name, in either order, and nothing else.

    A trade and one name beside it are a firm.

    >>> [is_person(part) for part in ("Jean-Marc Popot", "ARNDT Nick", "Jean Kuntzmann", "Laboratoire Jean Dupont")]
    [True, True, False, False]
    >>> [is_person(part) for part in ("Menuiserie Bernard", "GARAGE ROBERT", "Transports Rousseau Éric", "Valérie Martin")]
    [False, False, True, True]
    """
    words = part.split()
    plain = normalise(part).split()
    if not 2 <= len(words) <= 5 or _listed("nouns.txt") & set(plain) or not all(map(WORD.fullmatch, words)):
        return False
    if sum(len(word.strip(".")) > 1 and word[0].isupper() for word in words) < 2 or _is_eponym(plain):
        return False
    first, last = (normalise(word).split() for word in (words[0], words[-1]))
    trades = sum(map(_is_trade, plain))
    if trades and len(plain) - trades < 2:
        return False
    return any(ends and _listed("first_names.txt").issuperset(ends[:2]) for ends in (first, last))


def _is_trade(word: str) -> bool:
    shop = _SHOP.fullmatch(word) and word not in _listed("first_names.txt")
    return bool(shop) or word in _listed("trades.txt")


def _is_eponym(plain: Collection[str]) -> bool:
    said = " ".join(plain)
    return said in _listed("eponyms.txt") or " ".join(reversed(list(plain))) in _listed("eponyms.txt")


def _without_contact(text: str) -> str:
    return TELEPHONE.sub("", MAIL.sub("", text))


def without_persons(text: str, *, bare: bool = True) -> str | None:
    """Take e-mails, telephones and names of persons (with a title; `bare`: without, too) out of a text; None: nothing left.

    >>> [without_persons(text) for text in ("sisprobe / Nick Arndt", "Mme Jeanne Dupont", "jeanne dupont", "Lycée Jean Moulin")]
    ['sisprobe', None, None, 'Lycée Jean Moulin']
    """
    # A pattern that begins with spaces reads a run of them again from each, also those that stood about what is gone.
    plain = SPACES.sub(" ", text)
    without_contact = _without_contact(plain)
    found = SPACES.sub(" ", TITLED.sub("", without_contact))
    parts = (SEPARATOR if without_contact == plain else LISTED).split(found)
    names = [part.title() for part in parts] if text.islower() else parts  # what was typed in a hurry
    kept = [
        "" if bare and place % 2 == 0 and is_person(name.strip(" ,;:")) else part
        for place, (part, name) in enumerate(zip(parts, names, strict=True))
    ]
    if found == plain and kept == parts:
        return text
    joined = "".join(kept)
    for loose in LOOSE:
        joined = re.sub(loose, "", joined)
    joined = " ".join(LOOSE_END.sub("", joined[::-1])[::-1].split()).strip(" ,;:|")
    return joined if re.search(r"\w", joined) else None


OMITTED = "[…]"
"""What stands in a title for a name that is left out, as French typography writes it."""
SENTENCE_NAME = re.compile(
    rf"(?:(?<![\w'’-])(?P<before>[\w'’-]+))?(?P<gap>(?<!\s)\s+|^|(?<=\W))(?P<name>{NAME}(?:\s+{NAME}){{1,4}})(?=\W|$)"
)
COMPANION = re.compile(rf"(?<={re.escape(OMITTED)})(?P<and> et |, )(?P<name>{NAME}\s+{NAME})(?=\W|$)")
WITH = frozenset(("avec", "par"))
"""Words before two names that nothing else tells to be a person's: « rencontre avec », « animé par »."""
#: A capacity, a colon and a name, which no list of first names need have: « Stagiaire : Maëlane Losada ».
CAPACITY = re.compile(
    r"\b(?i:stagiaires?|contacts?|étudiante?s?|doctorante?s?|encadrante?s?|tut(?:eur|rice)s?|référente?s?|intervenante?s?"
    rf"|animat(?:eur|rice)s?|responsables?|aut(?:eur|rice)s?)\s?:\s?(?P<name>{NAME}(?:\s+{NAME}){{1,2}})(?!\w)"
)
#: A civil title written short, and the names that follow: « la thèse de Mme Dupont » (in full, it is mostly of a work).
CIVIL_SHORT = re.compile(
    rf"(?:(?<![\w'’-])(?P<before>[\w'’-]+)\s+)?(?<![\w'’-])(?:MM?\.|Mme\.?|MME|Mlle\.?|Dr\.?|Pr\.?)\s+(?!Ap\.)"
    rf"(?P<name>{NAME}(?:\s+{NAME}){{0,3}})"
)


def without_named(title: str) -> str:
    """Leave names of persons out of a title, wherever they stand in its sentence.

    >>> without_named("Rencontre avec Maëlane Losada, scientifique au CNES"), without_named("Visite de la rue Jean Dupont")
    ('Rencontre avec […], scientifique au CNES', 'Visite de la rue Jean Dupont')
    """
    if title.startswith("http"):
        return _nameless_page(title)
    title = CIVIL_SHORT.sub(_told_name, CAPACITY.sub(_told_name, title))
    return COMPANION.sub(_companion, SENTENCE_NAME.sub(_omission, title))


def without_anybody(title: str) -> str | None:
    """Take out of a title what is taken out of a label, and the names in its sentence; None: nothing is left.

    >>> [without_anybody(text) for text in ("Visite / Ali Zaoui", "Stage LECOMTE Sarah", "M. Dupont", "Vu par Paul Dupont")]
    ['Visite', 'Stage […]', None, 'Vu par […]']
    """
    left = without_persons(title)
    if left is not None:
        return without_named(left)
    # A noun stands with the name: the whole was read as one.
    left = without_named(TITLED.sub("", _without_contact(title))).strip()
    return left if OMITTED in left and re.search(r"\w", left) else None


def _told_name(found: re.Match[str]) -> str:
    """Leave out the name that what stands before it says to be a person's; what a noun leads, or holds one, is no person."""
    around = f"{found.groupdict().get('before') or ''} {found['name']}"
    if _listed("nouns.txt") & set(normalise(around).split()):
        return found[0]
    return found[0].removesuffix(found["name"]) + OMITTED


def _companion(found: re.Match[str]) -> str:
    """Leave out two names that follow a person's: « […] et Amin Maalouf »."""
    return found["and"] + OMITTED if _looks_named(found["name"].split()) else found[0]


def _nameless_page(address: str) -> str:
    """Cut an address before the last of its parts where that, words with dashes between, names a person."""
    part = address.rstrip("/").rpartition("/")[2]
    words = [word for word in part.split("-") if word]
    for rank, word in enumerate(words[:-1]):
        named = " ".join(words[rank : rank + 2]).title()
        led = words[rank - 1] if rank else ""
        known = any(_is_eponym(words[rank : rank + size]) for size in range(2, 6))
        if (
            word in _listed("first_names.txt")
            and led not in _listed("nouns.txt")
            and not known
            and is_person(named)
        ):
            return address[: address.index(part)].rstrip("/")
    return address


def _looks_named(words: list[str]) -> bool:
    """Tell whether two words are written as a first name and a name, and neither is a noun."""
    return len(words) == 2 and all(
        word[0].isupper() and not word.isupper() and not _listed("nouns.txt") & set(normalise(word).split())
        for word in words
    )


def _omission(found: re.Match[str]) -> str:
    """Write a run of names that a title has, without the person that it names."""
    before, words = found["before"] or "", found["name"].split()
    for rank in range(len(words) - 1):
        led = normalise(words[rank - 1] if rank else before)
        if led.split()[-1:] and led.split()[-1] in _listed("nouns.txt"):
            continue
        first = words[-1] if words[rank].isupper() and not words[-1].isupper() else words[rank]
        named = is_person(" ".join(words[rank:])) and normalise(first).split()[0] in _listed(
            "first_names.txt"
        )
        met = rank == 0 and led in WITH and _looks_named(words)
        if named or met:
            return f"{before}{found['gap']}{' '.join([*words[:rank], OMITTED])}"
    return found[0]


CIVIL = re.compile(
    rf"(?<![\w'’])(?:MM?\.|Mme\.?|MME|Mlle\.?|Mrs?\.?|Monsieur|Madame|Mademoiselle)\s+(?!Ap\.){NAME}"
)


def names_anybody(text: str, *, sentence: bool = False) -> bool:
    """Tell whether a text that a form would make public holds what is taken out at the door; `sentence`: a name anywhere in it.

    >>> [names_anybody(text, sentence=True) for text in ("L’école de Mme Dupont", "Écrire à m@exemple.fr", "Lycée Jean Moulin")]
    [True, True, False]
    """
    plain = " ".join(text.split())
    named = sentence and (CIVIL.search(plain) is not None or without_named(plain) != plain)
    return named or without_persons(plain) != plain


#: Coarse patterns (in Rust) of the cells that may hold a contact, a person or a word for nobody: others are let through unread.
CONTACT_LIKE = r"@|(?:\+|00)33|0[1-9](?:[ .-]?[0-9]{2}){4}"
SUSPECT = (
    rf"{CONTACT_LIKE}|{TITLE}|^\s*[\p{{Ll}}'’-]+(?:\s+[\p{{Ll}}'’-]+){{1,2}}\s*$"
    r"|\p{Lu}[\w'’-]+\s+(?:\p{Lu}|d[eiu] |la |le |v[ao]n |den |der |el |al |ben |bin )"
)
NOBODY_LIKE = r"(?i)^[\W_]*(?:aucun|0[\W_]|pas[\W_]|n[eé]|sans[\W_]|non[\W_]|[aà]\p{M}?[\W_]|inconnu)"


def clean(
    table: pl.DataFrame, places: Collection[str] = (), titles: Collection[str] = ()
) -> tuple[pl.DataFrame, dict[str, list[int]]]:
    """Take persons, and words for nobody, out of the text of a raw table; give the rows that lost a person by column, too.

    `places` are columns of names of places, where a bare name is that of a place ("Aucun", "MONT BERNARD"); `titles` are
    columns of sentences, where a name may stand anywhere.
    """
    changed: dict[str, list[int]] = {}
    for column in text_columns(table, rf"{SUSPECT}|^https?://|{NOBODY_LIKE}"):
        bare, texts = column not in places, table[column].drop_nulls().unique()
        new: dict[str, str | None] = {}
        suspect = rf"{SUSPECT}|^https?://" if column in titles else SUSPECT
        for text in texts.filter(texts.str.contains(suspect)):
            told = without_anybody(text) if column in titles else without_persons(text, bare=bare)
            if told != text:
                new[text] = told
        if new:
            changed[column] = table.filter(pl.col(column).is_in(list(new)))["_row"].to_list()
        if bare:
            short = texts.filter(texts.str.contains(NOBODY_LIKE))
            new |= dict.fromkeys(text for text in short if normalise(text) in NOBODY)
        if new:
            table = table.with_columns(pl.col(column).replace(new))
    return table, changed


def removal_notes(
    table: str, changed: Mapping[str, list[int]], headers: Headers | None = None, file: str = ""
) -> list[Spoken]:
    """Say what was taken out of a table, or of one `file` of it, without repeating it: one sentence a column.

    >>> [one["fr"] for one in removal_notes("partners", {"name": [3, 9]})]
    ['table partners, colonne « name », lignes 3, 9 : nom de personne, courriel ou téléphone retiré.']
    """
    where: Spoken | str = file if headers else N_("table {table}", table=table)
    return [
        NN_(
            "{where}, colonne « {column} », ligne {rows} : nom de personne, courriel ou téléphone retiré.",
            "{where}, colonne « {column} », lignes {rows} : nom de personne, courriel ou téléphone retiré.",
            len(rows),
            where=where,
            column=headers.heading(file, column) if headers else column,
            rows=", ".join(map(str, rows[:MOST_TOLD])) + ("…" if len(rows) > MOST_TOLD else ""),
        )
        for column, rows in changed.items()
    ]


def mask_persons(rejected: pl.DataFrame, titles: Collection[str] = ()) -> pl.DataFrame:
    """Take persons out of the values of rejected rows, which reports print; `titles`: columns of sentences."""
    read = (
        value and (without_anybody(value) if column in titles else without_persons(value))
        for column, value in rejected.select("column", "value").iter_rows()
    )
    return rejected.with_columns(value=pl.Series(list(read), dtype=pl.String))


def person_faults(tables: Mapping[str, pl.DataFrame], inputs: Collection[Input]) -> Iterator[Fault]:
    """List the labels of partners' tables that are nothing but a person: their rows are refused, and say so."""
    for given in inputs:
        frame = tables.get(given.table)
        if frame is None or "label_fr" not in frame.columns or "label_fr" in given.places:
            continue
        left = without_anybody if "label_fr" in given.titles else without_persons
        suspect = frame.select("_row", "label_fr").filter(pl.col("label_fr").str.contains(SUSPECT))
        if rows := [row for row, text in suspect.iter_rows() if left(text) is None]:
            yield Fault(given.table, "label_fr", dict.fromkeys(rows, NOBODY_LEFT))


def contact_faults(tables: Mapping[str, pl.DataFrame]) -> Iterator[Fault]:
    """List the cells of partners' tables that hold an e-mail or a telephone: their rows are refused, and say so."""
    for table, frame in tables.items():
        for column in text_columns(frame, CONTACT_LIKE):
            suspect = (
                frame.select("_row", column).filter(pl.col(column).str.contains(CONTACT_LIKE)).iter_rows()
            )
            rows = [row for row, text in suspect if MAIL.search(text) or TELEPHONE.search(text)]
            if rows:
                yield Fault(table, column, dict.fromkeys(rows, CONTACT))
