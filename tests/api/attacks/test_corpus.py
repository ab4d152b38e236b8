"""The corpus of queries (corpus.toml), one after the other, and the rows it must cover."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
CORPUS = tomllib.loads((FOLDER / "corpus.toml").read_text("utf-8"))


@pytest.mark.long
@pytest.mark.parametrize("attack", CORPUS["query"], ids=lambda attack: attack["name"])
def test_a_query_of_the_corpus(
    target: Any, listener: Any, written: Callable[..., str], attack: dict[str, Any]
) -> None:
    text = written(attack["parts"], listener.url)
    ways = (
        [target.sparql] if 504 in attack["status"] or len(text) > 8000 else [target.sparql, target.by_address]
    )
    for answer in (way(text) for way in ways):
        assert answer.status in attack["status"], answer.body[:300]
        assert answer.whole != (answer.status == 200 and attack.get("cut", False)), "whole, or cut"
        if answer.status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["access-control-allow-origin"] == "*"
            assert ("retry-after" in answer.headers) == (answer.status in (429, 503))
            assert len(answer.body) < 2000


def test_every_row_is_attacked_or_says_why_not() -> None:
    rows = set(CORPUS["rows"])
    attacked = {attack["row"] for attack in CORPUS["query"]} | CORPUS["tests"].keys()
    assert attacked | CORPUS["untested"].keys() == rows
    assert not attacked & CORPUS["untested"].keys()
    for files in CORPUS["tests"].values():
        assert all((FOLDER / name).is_file() for name in files)
    names = [attack["name"] for attack in CORPUS["query"]]
    assert len(names) == len(set(names))
