"""Errors of the face for Python say themselves in the language of the locale, all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ancrage
import pytest
from ancrage.api.notebook.opened import OpenGraph
from ancrage.words import AncrageError, Named


def kinds(kind: type[AncrageError] = AncrageError) -> Iterator[type[AncrageError]]:
    """Give every class of errors that is there once the face is."""
    for one in kind.__subclasses__():
        yield one
        yield from kinds(one)


REACHED = sorted(
    {one for one in kinds() if one.__module__.startswith("ancrage.")},
    key=lambda one: (one.__module__, one.__name__),
)


@pytest.mark.parametrize("kind", REACHED, ids=lambda kind: kind.__name__)
def test_every_error_says_itself_in_the_language_asked(kind: type[AncrageError]) -> None:
    told = {"__init__": lambda _: None, "message": Named("en français", "in English")}
    error = type(kind.__name__, (kind,), told)()
    said = []
    for language in ("fr", "en"):
        error.spoken = language
        said.append(str(error))
    assert said == ["en français", "in English"]


def test_there_are_such_errors() -> None:
    assert len(REACHED) > 30


@pytest.mark.parametrize(
    ("locale", "said"), [("fr_FR.UTF-8", "ez-vous dire"), ("en_GB.UTF-8", "did you mean")]
)
def test_the_face_speaks_the_locale(
    example_data_dir: Path, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with OpenGraph.at(example_data_dir) as graph:
        for work in (lambda: graph.portrait("Grenobl"), lambda: graph.query("territory-unit")):
            with pytest.raises(AncrageError) as refused:
                work()
            assert said in str(refused.value)


@pytest.mark.parametrize(("locale", "said"), [("C", "Aucune publication"), ("en_GB.UTF-8", "publi")])
def test_where_nothing_is_published_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with pytest.raises(AncrageError, match=said) as refused:
        ancrage.open(tmp_path)
    assert ("Aucune" in str(refused.value)) == (locale == "C")


FRENCH = re.compile(
    r"(?i)\b(?:indicateurs?|valeur|période|membres?|preuves?|scénario|constat|liens|territoires? (?:a|ont))\b"
)
ENGLISH = re.compile(r"\b(?:Indicator|Value|Period|Members?|Evidence|Finding|In words|have a value)\b")


@pytest.mark.parametrize(("locale", "other"), [("en_GB.UTF-8", FRENCH), ("fr_FR.UTF-8", ENGLISH)])
def test_what_the_face_shows_is_in_the_language_of_the_locale(
    example_data_dir: Path, monkeypatch: pytest.MonkeyPatch, locale: str, other: re.Pattern[str]
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with OpenGraph.at(example_data_dir) as graph:
        shown = (
            graph.portrait("200040715"), graph.indicators, graph.map("population", "epci"),
            graph.filiere("timber-construction"), graph.query("territory-units", territory="epci/200040715"),
            graph.scenario("open-branch 26113 'Antenne de Die'"), graph.gaps("200040715"), graph.network("actors"),
        )  # fmt: skip
        texts = [text for one in shown for text in (repr(one), one._repr_html_()) if "<Network" not in text]
    assert [text[:200] for text in texts if other.search(text)] == []
