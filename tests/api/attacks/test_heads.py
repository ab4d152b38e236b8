"""Heads that are long or have many parameters: nothing of them is kept, and no one of them holds the event loop."""

import difflib
import tracemalloc
from typing import Any

import pytest
from ancrage.api.errors import refusals
from ancrage.api.errors.refusals import MOST_TOLD, UnknownParameters
from ancrage.api.service.protocol import MOST_PARAMETERS
from ancrage.api.web.negotiation import LONGEST_KEPT, language, signature


def test_long_heads_are_not_kept() -> None:
    sent = 4 * LONGEST_KEPT
    tracemalloc.start()
    try:
        for n in range(500):
            text = f"{n}" + "a" * sent
            assert language(f"en,{text}") == "en" and signature(f"text/html,{text}/x")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 500 * sent // 4


def test_of_many_unknown_parameters_few_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = set()

    def near(name: str, *others: Any) -> list[str]:
        compared.add(name)
        return difflib.get_close_matches(name, *others)

    monkeypatch.setattr(refusals, "get_close_matches", near)
    error = UnknownParameters([f"illustrativ{n}" for n in range(900)], ["illustrative", "lang"])
    assert error.names == tuple(f"illustrativ{n}" for n in range(MOST_TOLD))
    assert "illustrativ900" not in str(error) and compared == {*error.names}


def test_an_address_of_too_many_parameters_is_refused(target: Any) -> None:
    for path in ("/?", "/api/v1/search?", "/agenda.ics?"):
        assert target.ask(path + "&=" * MOST_PARAMETERS).status == 414
        assert target.ask(path + "x&" * (MOST_PARAMETERS - 1)).status in (200, 400)
