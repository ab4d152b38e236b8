"""The methods as their docstrings tell them: all in the register, complete, and in French as in English."""

from __future__ import annotations

import importlib
import json
import re

import pytest
from ancrage.graph.analysis.methods import (
    FRENCH,
    REGISTER,
    SECTIONS,
    Method,
    documented,
    french,
    method_of,
    pieces,
    told,
    topics,
)

NAMES = sorted(documented())
TRANSLATED = ("summary", "convention", "limits", "anchor")
"""What a translation must hold; formulas and sources only where they have words."""
ENGLISH = re.compile(r"\b(?:the|with|and|of|by|over|mean|see|when|draws|after|rows?|each|number)\b")


def worded(text: str) -> bool:
    """Say whether a formula or a source has English words, code and titles apart."""
    return bool(
        ENGLISH.search(re.sub(r"`[^`]*`|Note on the bias.*?\(|Virtues of[^;]*|The Atlas of[^;.]*", "", text))
    )


def skeleton(method: Method) -> str:
    """Give the table to write in the French file for a method."""
    parts = [part for part in ("formula", "source") if worded(getattr(method, part))]
    rows = [
        f"{part} = {json.dumps(getattr(method, part), ensure_ascii=False)}" for part in (*TRANSLATED, *parts)
    ]
    return "\n".join([f"[{method.name}]", f'english = "{method.digest}"', *rows])


def test_every_method_is_in_the_register_and_once() -> None:
    listed = [method.name for topic in topics() for method, _ in topic.methods]
    missing = [documented()[name] for name in NAMES if name not in listed]
    assert not missing, (
        f"public functions with a Formula section that the pages would leave out: "
        f"{', '.join(one.path for one in missing)}. Add each under its topic in {REGISTER.name}, such as:\n"
        + "\n".join(f'{one.name} = {{ fr = "…", en = "…" }}' for one in missing)
    )
    assert len(listed) == len(set(listed)), "a method is in the register twice"


@pytest.mark.parametrize("name", NAMES)
def test_a_method_says_what_it_is(name: str) -> None:
    method = documented()[name]
    assert callable(getattr(importlib.import_module(f"ancrage.graph.analysis.{method.module}"), name))
    lacking = [part.capitalize() for part in SECTIONS if not getattr(method, part)]
    assert not lacking, f"the docstring of {method.path} has no section {' nor '.join(lacking)}"


@pytest.mark.parametrize("name", NAMES)
def test_a_method_is_told_in_french(name: str) -> None:
    method, table = documented()[name], french().get(name)
    assert table is not None, f"{FRENCH.name} has no [{name}]; translate and add:\n\n{skeleton(method)}\n"
    assert table.get("english") == method.digest, (
        f"the English text of {method.path} changed since it was translated: correct [{name}] in {FRENCH.name}, then "
        f'write there english = "{method.digest}". The English is now:\n\n{skeleton(method)}\n'
    )
    needed = {*TRANSLATED, *(part for part in ("formula", "source") if worded(getattr(method, part)))}
    assert needed <= table.keys(), (
        f"[{name}] in {FRENCH.name} lacks {', '.join(sorted(needed - table.keys()))}"
    )
    assert table.keys() <= {"english", "summary", *SECTIONS}
    said = told(method, "fr")
    assert re.findall(r"10\.\d+/[^\s,;]+", said.source) == re.findall(r"10\.\d+/[^\s,;]+", method.source)
    for part in ("convention", "limits"):
        linked = [
            {code for kind, code in pieces(getattr(one, part)) if kind == "code" and method_of(code)}
            for one in (method, said)
        ]
        assert linked[0] == linked[1], f"{part} of [{name}] names other methods than the English"


def test_nothing_is_translated_that_is_not_there() -> None:
    assert french().keys() <= documented().keys()
    for topic in topics():
        assert topic.title.keys() == {"fr", "en"}
        assert all(names.keys() == {"fr", "en"} for _, names in topic.methods)
