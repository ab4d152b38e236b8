"""A third language, made of the French between brackets: what stands outside brackets is translated by no catalogue."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from ancrage.api.render.rendering import sayings
from ancrage.api.web import negotiation
from ancrage.words import catalogues, marks
from babel.messages.catalog import Catalog

ROOT = Path(__file__).parents[1]
LANGUAGE = "de"
_BRACKETED = re.compile("⟦[^⟦⟧]*⟧")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_words", ROOT / "tools" / "words.py")
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


tool = _tool()


@contextmanager
def third_language(folder: Path, said: Catalog, patch: pytest.MonkeyPatch) -> Iterator[str]:
    """Add a folder of one language to the catalogues, for a while; `said` are the sentences there are."""
    shutil.copytree(tool.LOCALE, folder)
    made = Catalog(locale=LANGUAGE, charset="utf-8")
    for message in said:
        if isinstance(message.id, str) and message.id:
            made.add(message.id, string=f"⟦{message.id}⟧", context=message.context)
        elif message.id:
            made.add(message.id, string=[f"⟦{form}⟧" for form in message.id], context=message.context)
    for text in tool.elsewhere(LANGUAGE):
        made.add(text, string=f"⟦{text}⟧")
    path = folder / LANGUAGE / "LC_MESSAGES" / "ancrage.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(tool.written(made))
    kept = (
        catalogues.languages, catalogues.catalogue, catalogues.sentences, catalogues.locale, marks._marks,
        marks.percent_sign,
    )  # fmt: skip
    patch.setattr(catalogues, "FOLDER", folder)
    for one in (*kept, sayings, negotiation.language):
        one.cache_clear()
    yield LANGUAGE
    for one in (*kept, sayings, negotiation.language):
        one.cache_clear()


def outside(text: str) -> str:
    """Leave out what a catalogue translated, sentences inside sentences too.

    >>> outside("⟦plus de ⟦n. d.⟧⟧ mots")
    ' mots'
    """
    while (shorter := _BRACKETED.sub("", text)) != text:
        text = shorter
    return text
