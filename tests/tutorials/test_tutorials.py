"""Each tutorial is followed from its first line to its last on the demonstration: those of pages in both languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from .conftest import PASSWORD
from .tutorial import PATIENCE_S, SERVICE, Reader, Step, environment, steps

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
PAIRS = {
    "charge-de-mission": "officer",
    "guichet": "desk",
    "analyste": "analyst",
    "partenaire": "partner",
    "hebergeur": "host",
}
"""Each French tutorial and the English one that says the same."""
TWINS = ("partner", "hebergeur")
"""Those that build the whole graph again, and whose code, which is the same, is run in the other language."""


def read(name: str) -> str:
    return (TUTORIALS / f"{name}.md").read_text(encoding="utf-8")


def test_each_tutorial_is_in_both_languages() -> None:
    assert {path.stem for path in TUTORIALS.glob("*.md")} == {*PAIRS, *PAIRS.values()}
    for french, english in PAIRS.items():
        assert (
            f"]({english}.md)" in read(french).split("## 1.")[0]
            and f"]({french}.md)" in read(english).split("## 1.")[0]
        )


@pytest.mark.parametrize(("french", "english"), PAIRS.items())
def test_both_languages_ask_the_same(french: str, english: str) -> None:
    """The same acts in the same order; the same addresses and the same code."""

    def acts(name: str) -> list[tuple[str, str, str]]:
        def same(step: Step) -> tuple[str, str, str]:
            whole = step.kind in ("open", "run", "file")
            return step.kind, step.about if whole else "", step.text if whole else ""

        return [same(step) for step in steps(read(name))]

    assert acts(french) == acts(english)
    heads = [re.findall(r"^## (\d+\.|.)", read(name), re.MULTILINE) for name in (french, english)]
    assert heads[0] == heads[1] == [f"{number}." for number in range(1, len(heads[0]) + 1)]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "language"),
    [
        (one, language)
        for pair in PAIRS.items()
        for one, language in zip(pair, ("fr", "en"), strict=True)
        if one not in TWINS
    ],
)
def test_a_tutorial_leads_where_it_says(
    name: str,
    language: str,
    demonstration: Callable[[], Path],
    served: Callable[..., AbstractContextManager[str]],
    visitor: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = read(name)
    if "```nginx" in text and not shutil.which("nginx", path=environment()["PATH"]):
        pytest.skip("nginx is not installed")
    data = demonstration()
    folder = tmp_path / "folder"
    folder.mkdir()
    locale = {"fr": "fr-FR", "en": "en-GB"}[language]
    for one in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv("LANG", locale.replace("-", "_") + ".UTF-8")
    monkeypatch.setenv("ANCRAGE_DATA_DIR", str(data))
    with ExitStack() as stack:
        page = stack.enter_context(visitor(locale=locale))
        reader = Reader(folder, page, password=PASSWORD, services=stack)
        if SERVICE not in {step.text for step in steps(text)}:
            reader.site = stack.enter_context(served(data, read_ahead=False, deadline=PATIENCE_S))
        reader.follow(text)
