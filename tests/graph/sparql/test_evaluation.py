"""Evaluation of one query on an open store."""

import sys
import threading
from types import FrameType
from typing import Any

import pytest
from ancrage.graph.sparql.evaluation import Request, Results, begin, evaluate
from ancrage.graph.sparql.formats import NotAcceptable
from pyoxigraph import QuerySolutions, Store


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


def test_a_frame_that_a_store_keeps_holds_nothing_of_the_engine() -> None:
    """Spark's client looks at the frames of who calls it, and leaves them to the sweep of any thread."""
    frames: list[FrameType] = []

    class Keeping:
        def query(self, query: str, **options: Any) -> Any:
            frames.extend((sys._getframe(1), sys._getframe(2)))
            return Store().query(query, **options)

    evaluate(Keeping(), Request("SELECT * { ?s ?p ?o }"))
    assert [frame.f_code.co_name for frame in frames] == ["begin", "evaluate"]
    assert not any(
        isinstance(one, Results | QuerySolutions) for frame in frames for one in frame.f_locals.values()
    )
