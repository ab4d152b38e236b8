"""Write `loaders/sources/accents.txt`: words that people write with accents, for sources that lost them.

    python tools/accents.py OFFICIAL

OFFICIAL is a folder of official files. A word is kept where files under open licences write it in small letters four times
and, five times in six, with the same accents; one that the name of a commune has without them is left out.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from ancrage.loaders.sources.names import ACCENTS, normalise

FOLDERS = (
    "anct-programmes",
    "fete-de-la-science",
    "france-travail-rome",
    "mesr-ecoles-doctorales",
    "mesr-ilab",
    "mesr-implantations",
    "mesr-inov",
    "mesr-iphd",
    "mesr-parcoursup",
    "mesr-principaux-etablissements",
    "mesr-rnsr",
    "mesr-trouver-mon-master",
    "openagenda",
)
COMMUNES = "laposte-hexasmal", "insee-cog"
LEAST, SHARE = 4, 0.84
MISSPELT = frozenset({"éxupéry"})
"""Words that the files write wrongly more often than well."""
_SMALL = re.compile(r"(?<![\w./@_-])[a-zà-ÿ]{3,}(?![\w/@_])")
_FIRST = re.compile(r"(?<![\w./@_-])[A-ZÀ-Ý][a-zà-ÿ]{2,}(?![\w/@_])")
_CODE = re.compile(r"\\u([0-9a-f]{4})")


def texts(official: Path, folders: tuple[str, ...]) -> list[str]:
    """Read the tables of some folders."""
    found = []
    for folder in folders:
        for path in sorted((official / folder).rglob("*")):
            # the reduced export of Parcoursup is the one that lost them
            if path.suffix in (".csv", ".json", ".txt") and "colonnes-reduites" not in path.name:
                raw = path.read_bytes()
                try:
                    text = raw.decode("utf-8")
                except UnicodeDecodeError:
                    text = raw.decode("latin-1")
                found.append(_CODE.sub(lambda code: chr(int(code[1], 16)), text))
    return found


def accents(texts: list[str], communes: list[str]) -> list[str]:
    """Return the words that are written with accents, in small letters, sorted.

    >>> accents(["un lycée, le lycée ; un Lycée, deux Lycées, le Lycée, lycee, lycée, lycée", "marche marché marché marché"], [])
    ['lycée']
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        small, first = Counter(_SMALL.findall(text)), Counter(_FIRST.findall(text))
        # a capital loses its own accent where people type it; one that has it was meant, and counts twice
        weights = ((word, 0 if word[0] in "AEIOUC" else 1 if word[0].isascii() else 2) for word in first)
        first = Counter({word: weight * first[word] for word, weight in weights})
        for word, count in (small + first).items():
            counts[normalise(word)][word.lower()] += count
    plain = {
        word.lower() for text in communes for word in re.findall(r"[^\W\d_]+", text) if word != word.upper()
    }
    found = []
    for word, forms in counts.items():
        form, count = forms.most_common(1)[0]
        known = not form.isascii() and len(form) == len(word) and word not in plain and form not in MISSPELT
        if known and count >= LEAST and count >= SHARE * forms.total():
            found.append(form)
    return sorted(found)


def main() -> None:
    """Write the file."""
    official = Path(sys.argv[1])
    found = accents(texts(official, FOLDERS), texts(official, COMMUNES))
    ACCENTS.write_text("\n".join(found) + "\n", encoding="utf-8")
    print(len(found), "words")


if __name__ == "__main__":
    main()
