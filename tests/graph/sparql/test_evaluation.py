"""Evaluation of one query on an open store."""

import sys
import threading

import pytest
from ancrage.graph.sparql.evaluation import Request, begin
from ancrage.graph.sparql.formats import NotAcceptable
from pyoxigraph import Store


@pytest.mark.parametrize(
    ("text", "accept"),
    [("SELECT * { ?s ?p ?o }", "text/turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv")],
)
def test_an_error_kept_by_who_asked_holds_nothing_of_the_engine(
    text: str, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it may be collected on another thread, which the engine's results do not bear."""
    told: list[BaseException | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda about: told.append(about.exc_value))
    with pytest.raises(NotAcceptable) as caught:
        begin(Store(), Request(text, accept))
    kept = [caught.value]
    del caught
    thread = threading.Thread(target=kept.clear)
    thread.start()
    thread.join()
    assert told == []
