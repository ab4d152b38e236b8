"""Sentences: French in the code, given in the language asked; at once (`gettext`, `ngettext`) or later (`N_`, `NN_`).

Placeholders are those of `str.format`, by name: `gettext("{n} sites à {place}", language, n=3, place="Die")`. A value that is
itself said in several languages (`Spoken`) is written in the language of the sentence.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .catalogues import SOURCE, catalogue, languages
from .marks import mark_number


class Spoken(Mapping[str, str]):
    """What is said in every language: a mapping from a language to a text, made when it is asked."""

    @abstractmethod
    def __getitem__(self, language: str) -> str:
        """Say it in a language."""

    def __str__(self) -> str:
        return self[SOURCE]

    def __iter__(self) -> Iterator[str]:
        return iter(languages())

    def __len__(self) -> int:
        return len(languages())


@dataclass(frozen=True, eq=False)
class Message(Spoken):
    """A sentence to be said later: its French, the plural if any with its `count`, values of placeholders.

    >>> Message("n. d.")["en"], dict(Message("n. d."))
    ('n/a', {'fr': 'n. d.', 'en': 'n/a'})
    """

    source: str
    several: str | None = None
    count: float = 0
    filled: Mapping[str, Any] = field(default_factory=dict)
    context: str | None = None

    def __getitem__(self, language: str) -> str:
        """Say it in a language; one that no catalogue has is French.

        Raises: KeyError for a placeholder without a value.
        """
        said = self._form(language)
        if self.several is None and not self.filled:
            return said
        values = {name: placeholder_value(value, language) for name, value in self.filled.items()}
        if self.several is not None and "n" not in values:
            values["n"] = mark_number(self.count, language)
        return said.format_map(values)

    def of(self, count: float) -> Message:
        """Give the sentence for a count.

        >>> NN_("{n} résultat", "{n} résultats", 1).of(2)["en"]
        '2 results'
        """
        return replace(self, count=count)

    def _form(self, language: str) -> str:
        if language == SOURCE:
            return self.source if self.several is None or abs(self.count) < 2 else self.several
        known = catalogue(language)
        if self.several is not None:
            whole = int(abs(self.count)) if self.count == int(self.count) else 2
            return known.ngettext(self.source, self.several, whole)
        if not self.source:
            return ""
        return known.pgettext(self.context, self.source) if self.context else known.gettext(self.source)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Message):
            return self._parts == other._parts
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash((self.source, self.several, self.count, self.context))

    @property
    def _parts(self) -> tuple[object, ...]:
        return self.source, self.several, self.count, dict(self.filled), self.context


@dataclass(frozen=True, eq=True)
class Named(Spoken):
    """The name of a thing of the graph: in French, and in English where the graph has it.

    >>> Named("bois", "timber")["en"], Named("Die")["en"], Named("bois", None)["fr"]
    ('timber', 'Die', 'bois')
    """

    french: str
    english: str | None = None

    def __getitem__(self, language: str) -> str:
        """Give the name in a language, or the French one; of a third language the catalogue may have it."""
        if language == "en":
            return self.english or self.french
        return (
            self.french if language == SOURCE or not self.french else catalogue(language).gettext(self.french)
        )


@dataclass(frozen=True, eq=True)
class Said(Spoken):
    """What a function says of some things, which is given the language last: `Said(seen.word, status)`."""

    say: Callable[..., str]
    about: tuple[object, ...] = ()

    def __getitem__(self, language: str) -> str:
        """Say it in a language."""
        return self.say(*self.about, language)


EMPTY = Named("")
"""Nothing, in every language."""


def placeholder_value(value: object, language: str) -> object:
    """Give a value of a placeholder in a language: what is said in several is said in it, the rest is left."""
    return value[language] if isinstance(value, Mapping) else value


def N_(message: str, /, **values: Any) -> Message:  # noqa: N802 - the mark that gettext knows
    """Mark a sentence for the catalogues, to be said where the language is known.

    >>> N_("n. d.")["en"], N_("plus de {share}", share=N_("n. d."))["en"]
    ('n/a', 'more than n/a')
    """
    return Message(message, filled=values)


def NN_(one: str, many: str, count: float, /, **values: Any) -> Message:  # noqa: N802
    """Mark a sentence that agrees with a count, which it may show as `{n}`; in French 0 and 1,5 are singular.

    >>> [NN_("{n} résultat", "{n} résultats", n)[language] for n in (0, 2) for language in ("fr", "en")]
    ['0 résultat', '0 results', '2 résultats', '2 results']
    """
    return Message(one, many, count, values)


def gettext(message: str, language: str, /, **values: Any) -> str:
    """Say a sentence in a language.

    >>> gettext("plus de {share}", "en", share=3), gettext("n. d.", "fr")
    ('more than 3', 'n. d.')
    """
    return Message(message, filled=values)[language]


def ngettext(one: str, many: str, count: float, language: str, /, **values: Any) -> str:
    """Say in a language a sentence that agrees with a count, which it may show as `{n}`.

    >>> ngettext("{n} résultat", "{n} résultats", 2000, "en")
    '2,000 results'
    """
    return Message(one, many, count, values)[language]


def pgettext(context: str, message: str, language: str, /, **values: Any) -> str:
    """Say a sentence that is said otherwise elsewhere: the `context` tells the two apart.

    >>> pgettext("nobody says this", "Commune", "en")
    'Commune'
    """
    return Message(message, filled=values, context=context)[language]
