"""How texts are compared, by pages and by the finder: words without accents or case, short forms in full, French stems."""

from __future__ import annotations

import functools
import re
import unicodedata

import tantivy

from ...words import unaccented

_WORD = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.)+[^\W\d_]\b\.?")
"""An acronym written with dots: « I.U.T », « I.U.T. »."""
#: Endings that the stemmer knows with their accents alone.
_ENDINGS = ((re.compile(r"iere(s?)\b"), r"ière\1"), (re.compile(r"ee(s?)\b"), r"ée\1"))
#: Words of one family whose stems differ: the beginning of some, and the word that stands for all.
_FAMILIES = (
    (re.compile(r"\bforest\w*"), "foret"),
    (re.compile(r"\bbois(?:ee?s?|ements?)\b"), "bois"),
    (re.compile(r"\bhospital(?:s|ier\w*|is\w+)?\b"), "hopital"),
)
#: Endings of verbs alone, which the stemmer takes off names (« Privas », « Forez », « data ») and no noun or adjective has.
_CONJUGATED = ("a", "as", "ez")
_LEAST = 4
"""Letters of the shortest stem that tells a word from others: « génie » and « gènes » have three in common."""
_WHOLE = "0"
"""What ends a word that the stemmer must leave: no ending that it knows has it."""
ACRONYM = 3
"""Letters of the longest word that is taken for an acronym, of which none is a slip of the pen of another."""
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "univ": "universite", "agglo": "agglomeration"}
#: Words that are asked for only when there is nothing else.
EMPTY = frozenset((
    "a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "elle", "en", "et", "il",
    "je", "l", "la", "le", "les", "leur", "mais", "n", "ne", "nous", "on", "ou", "par", "pas",
    "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "un", "une", "vos", "votre",
    "y", "the", "of", "and", "for", "in", "on", "to",
))  # fmt: skip
STEMMED, WORDS = "fr_stem_folded", "words_folded"


@functools.lru_cache(maxsize=1 << 13)
def fold(text: str) -> str:
    """Lower the case, drop accents and punctuation, and write usual short forms in full; acronyms lose their dots.

    >>> fold("Univ. de St-Étienne"), fold("I.U.T de Valence"), fold("I.U.T. B"), fold("Ørsted (œuvre d'Élan, 5 m²)")
    ('universite de saint etienne', 'iut de valence', 'iut b', 'orsted oeuvre d elan 5 m2')
    """
    bare = _undotted(unaccented(unicodedata.normalize("NFKC", text)))
    return " ".join(_SHORT_FORMS.get(word, word) for word in _WORD.split(bare) if word)


def _undotted(text: str) -> str:
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text)


def asked_words(text: str) -> list[str]:
    """List the words of a question that count, accents kept: the empty ones only when there is no other.

    >>> asked_words("la filière du bois"), asked_words("l'"), asked_words("univ. A B")
    (['filière', 'bois'], ['l'], ['universite', 'b'])
    """
    words = [_SHORT_FORMS.get(word, word) for word in re.findall(r"[^\W_]+", _undotted(text.lower()))]
    words = [word for word in dict.fromkeys(words) if fold(word)]
    return [word for word in words if fold(word) not in EMPTY] or words


def prepare_text(text: str) -> str:
    """Write a text so that its stems do not depend on how it is accented.

    Half of the sources write without accents: they are dropped, and the endings that need theirs get them back.

    >>> prepare_text("Filière forestière"), prepare_text("FILIERES FORESTIERES")
    ('filière foret', 'filières foret')
    """
    plain = fold(text)
    for pattern, written in (*_FAMILIES, *_ENDINGS):
        plain = pattern.sub(written, plain)
    return " ".join(map(_guarded, plain.split()))


@functools.lru_cache(maxsize=1 << 15)
def _guarded(word: str) -> str:
    """Write a word so that the stemmer leaves it, without its plural, where its stem would be that of another word."""
    if not (cut := stemmer().analyze(word)):
        return word  # a word that counts for nothing
    plain = unaccented(word)
    bare = plain[:-1] if plain.endswith(("s", "x")) and len(plain) >= _LEAST else plain
    if plain.endswith(_CONJUGATED) or len(bare) < _LEAST:
        return bare + _WHOLE
    return bare.removesuffix("e") + _WHOLE if any(len(stem) < _LEAST for stem in cut) else word


@functools.cache
def stemmer() -> tantivy.TextAnalyzer:
    """Give what cuts a prepared text in French stems: lower case, stop words, stem, then no accents."""
    made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    made = made.filter(tantivy.Filter.stopword("french")).filter(tantivy.Filter.stemmer("french"))
    return made.filter(tantivy.Filter.ascii_fold()).build()


@functools.cache
def splitter() -> tantivy.TextAnalyzer:
    """Give what cuts a text in whole words, without case or accents."""
    made = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    return made.filter(tantivy.Filter.ascii_fold()).build()


def stems(word: str) -> list[str]:
    """Give the stems that a word stands under, the same with its accents and without.

    >>> stems("entreprises") == stems("entreprise"), stems("laitière") == stems("LAITIERS") == stems("laitiere")
    (True, True)
    >>> stems("Privas") == stems("privée"), stems("génie") == stems("gènes"), stems("médias") == stems("média")
    (False, False, True)
    """
    return list(dict.fromkeys(stemmer().analyze(prepare_text(word))))
