"""How texts are compared: letters that no accent explains, and the scripts of pages, which do as the code does."""

import json
import re
import unicodedata
from pathlib import Path

import ancrage
import pytest
from ancrage.graph.region.text import fold
from ancrage.loaders.sources.names import normalise
from ancrage.words import unaccented

STATIC = Path(ancrage.__file__).parent / "api/static"


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Ørsted", "orsted"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Cœur", "coeur"),
        ("I.U.T. de Valence", "iut de valence"),
    ],
)
def test_names_keep_letters_that_no_accent_explains(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert "." in name or normalise(name) == folded


@pytest.mark.parametrize("script", ["definitions.js", "editor/words.js"])
def test_scripts_write_the_same_letters(script: str) -> None:
    [table] = re.findall(r"const written = ({.*})", (STATIC / script).read_text(encoding="utf-8"))
    kept = {
        one: unaccented(one)
        for one in map(chr, range(0xDF, 0x180))
        if unicodedata.normalize("NFD", one) == one
    }
    assert json.loads(table) == {
        one: plain for one, plain in kept.items() if plain.isascii() and one.islower()
    }
