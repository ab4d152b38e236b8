"""The catalogues: `locale/<language>/LC_MESSAGES/ancrage.po`, and the `.mo` that a build compiles from it."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale


SOURCE = "fr"
"""The language of the sentences in the code."""
DECLARED = (SOURCE, "en")
"""The languages that declarations (questions, indicators, filières, terms) say their texts in: catalogues add others."""
DOMAIN = "ancrage"
FOLDER = Path(__file__).parent / "locale"


@cache
def languages() -> tuple[str, ...]:
    """List the languages that sentences have, that of the code first; a folder under `locale/` makes one.

    >>> languages()[:2]
    ('fr', 'en')
    """
    return (SOURCE, *sorted(path.name for path in FOLDER.iterdir() if (path / "LC_MESSAGES").is_dir()))


@cache
def catalogue(language: str) -> NullTranslations:
    """Read the catalogue of a language; the source language, or one without a folder, has an empty one.

    A checkout has no `.mo`, or an old one: then the `.po` is read, once a process.

    >>> catalogue("fr").gettext("n. d."), catalogue("en").gettext("n. d.")
    ('n. d.', 'n/a')
    """
    if language == SOURCE or language not in languages():
        return NullTranslations()
    return GNUTranslations(BytesIO(_compiled(language)))


def _compiled(language: str) -> bytes:
    source = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and not (source.exists() and source.stat().st_mtime > compiled.stat().st_mtime):
        return compiled.read_bytes()
    return compile_catalogue(source)


@cache
def sentences(context: str, language: str) -> dict[str, str | tuple[str, ...]]:
    """Give the sentences of a context in a language by their French, for code that is not ours to call: a page's scripts.

    A sentence that agrees with a count has its forms. The source language has none: a sentence says itself.

    >>> sentences("editor", "en")["Tableau"], sentences("editor", "en")["{n} ligne"], sentences("editor", "fr")
    ('Table', ('{n} row', '{n} rows'), {})
    """
    from babel.messages.mofile import read_mo

    if language == SOURCE or language not in languages():
        return {}
    made: dict[str, str | tuple[str, ...]] = {}
    for one in read_mo(BytesIO(_compiled(language))):
        if one.context == context and one.string:
            several = not isinstance(one.id, str)
            made[one.id[0] if several else str(one.id)] = tuple(one.string) if several else str(one.string)
    return made


def compile_catalogue(source: Path) -> bytes:
    """Give a `.po` file as `gettext` reads it (`.mo`)."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = BytesIO()
    with source.open("rb") as file:
        write_mo(made, read_po(file))
    return made.getvalue()


@cache
def locale(language: str) -> Locale:
    """Give the conventions of a language: those of the `Language` field of its catalogue, or its own.

    >>> str(locale("fr")), str(locale("en"))
    ('fr', 'en_GB')
    """
    from babel import Locale  # a process that says nothing does not load it

    return Locale.parse(catalogue(language).info().get("language", language))


def own_name(language: str) -> str:
    """Give the name of a language in itself.

    >>> own_name("en"), own_name("fr")
    ('English', 'français')
    """
    from babel import Locale

    return str(Locale.parse(language).get_language_name(language))


def country_name(code: str, language: str) -> str:
    """Give the name of a country, by its code of two letters, in a language; the code where none is known.

    >>> country_name("DE", "fr"), country_name("GR", "en"), country_name("ZZZ", "en")
    ('Allemagne', 'Greece', 'ZZZ')
    """
    return str(locale(language).territories.get(code, code))
