"""Requests labelled by hand, which `benchmarks/desk_requests.py` measures the rules on."""

import csv
import re
from importlib import import_module
from pathlib import Path

import pytest
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.ontology.labels import concepts

ROOT = Path(__file__).parents[3]


def test_the_labelled_requests_are_sound_and_name_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    measured = import_module("desk_requests")
    offers, topics = measured.read_offers()
    requests = measured.read_requests(topics)
    assert (len(requests), len(offers)) == (120, 240) and all(request.right for request in requests)
    known = {f"interaction-type/{name}" for name in concepts("interaction-type")}
    assert {one.type for one in offers} <= known
    assert {request.need.type for request in requests} <= known | {""}
    second = measured.read_requests(topics, "second")
    assert [one.id for one in second if not one.right] == ["r097"]  # nothing answers it
    assert frozenset().union(*(one.right for one in second)) <= {one.id for one in offers}
    for name in ("requests", "offers", "second"):
        with (measured.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert {len(row) for row in rows} == {len(rows[0])}
        told = " ".join(" ".join(row) for row in rows)
        assert not re.search(r"\bM\.|\bMme\b|@|\b0\d(?:[ .]?\d\d){4}\b", told)


def test_both_labellings_agree_beyond_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    cohen_kappa_score = pytest.importorskip("sklearn.metrics").cohen_kappa_score
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    measured = import_module("desk_requests")
    offers, topics = measured.read_offers()
    sides = [
        [offer.id in one.right for one in measured.read_requests(topics, labels) for offer in offers]
        for labels in ("first", "second")
    ]
    made = measured.agreement()
    assert made["kappa"] == round(cohen_kappa_score(*sides), 3) > 0.6


@pytest.mark.parametrize("labels", ["first", "second"])
def test_rules_are_surely_better_than_plain_full_text(
    labels: str, monkeypatch: pytest.MonkeyPatch, example_reader: LocalReader
) -> None:
    """The example graph knows few places: what is measured here is type, filière and words."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    made = import_module("desk_requests").measure(RegionView.of(example_reader), labels=labels)
    more = made["rules above full text (SQLite, BM25)"]
    assert more["interval"][0] > 0 and more["points"] >= 15
