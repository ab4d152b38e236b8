"""Write `loaders/sources/written_words.txt`: how words of names of organisations are written, by the names not all in capitals.

    python tools/written_words.py DATA

DATA is a data folder with the official sources. A word is kept where three names write it; the first word of a name tells nothing
of its capital.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
from ancrage.loaders.publish.staging import SourceVersions
from ancrage.loaders.read.persons import without_persons
from ancrage.loaders.sources.names import WRITTEN_WORDS, normalise, runs

SOURCES = (
    "mesr-rnsr",
    "mesr-etablissements",
    "scanr-h2020",
    "mesr-ecoles-doctorales",
    "mesr-ilab",
    "mesr-iphd",
    "mesr-inov",
    "egapro",
)
"""Sources under open licences whose names are not all in capitals."""
LEAST, MOST, SMALL, ACCENTED = 3, 0.6, 0.15, 0.1
"""Names that write a word, at least; shares of them that make an acronym of it, that make it small, that give it its accents."""


def names(data: Path) -> set[str]:
    """Return the names of organisations and of territories that a source writes with small letters."""
    versions = SourceVersions(data).current()
    found: set[str] = set()
    for source, table in (
        *((one, "organizations") for one in SOURCES),
        ("decoupage-administratif", "territories"),
    ):
        labels = pl.read_parquet(versions[source].tables()[table])["label_fr"].drop_nulls()
        found.update(name for name in labels if name != name.upper() and name != name.lower())
    return {name for name in found if without_persons(name) == name}


def written(data: Path) -> dict[str, str]:
    """Return the way each word is written most often."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names(data):
        for rank, run in enumerate(one for one in runs(name) if one[0].isalpha()):
            if len(run) > 1 and (rank or run == run.upper()):
                counts[normalise(run)][run] += 1
    return {word: form for word, forms in counts.items() if (form := form_of(forms))}


def form_of(forms: Counter[str]) -> str:
    """Return how a word is written: with accents where a tenth of names write them, small where some do; "" where too few do.

    >>> [form_of(Counter(forms)) for forms in ({"Ecologie": 5, "écologie": 3}, {"SATT": 8, "Satt": 1}, {"Ecole": 1})]
    ['écologie', 'SATT', '']
    """
    letters: Counter[str] = Counter()
    for form, count in forms.items():
        letters[form.lower()] += count
    total = letters.total()
    known = [form for form, count in letters.items() if count > 1 and count >= ACCENTED * total]
    if total < LEAST or not known:
        return ""
    form = max(known, key=lambda one: (not one.isascii(), letters[one]))
    if sum(count for one, count in forms.items() if one == one.upper()) >= MOST * total:
        return form.upper()
    small = sum(count for one, count in forms.items() if one == one.lower())
    return form if small >= SMALL * total else form[0].upper() + form[1:]


def main() -> None:
    """Write the file; words that a register in capitals gives as they are written by `recased` are left out."""
    found = written(Path(sys.argv[1]))
    kept = sorted(form for word, form in found.items() if form != word.capitalize())
    WRITTEN_WORDS.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(len(kept), "words")


if __name__ == "__main__":
    main()
