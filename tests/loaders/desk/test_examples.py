"""The demo's desk: each state is shown, all of it is marked, and none of it reaches the graph."""

from __future__ import annotations

from pathlib import Path

from ancrage.loaders.desk.examples import add_examples
from ancrage.loaders.desk.outbox import Outbox
from ancrage.loaders.desk.publication import tables
from ancrage.loaders.desk.rates import rates
from ancrage.loaders.desk.reminders import due
from ancrage.loaders.operations.store import now

from .conftest import Desk

EXAMPLES = Path(__file__).parents[3] / "examples" / "desk.toml"


def test_examples_show_each_state_once_and_stay_out_of_the_graph(desk: Desk) -> None:
    assert add_examples(desk.store, desk.safe, EXAMPLES) == 12
    assert add_examples(desk.store, desk.safe, EXAMPLES) == 0
    ledger = desk.ledger.read()
    states = {need.state.value for need in ledger.needs.values()}
    assert states == {"filed", "preparing", "helped", "no-help", "waiting", "refused"}
    assert all(need.illustrative for need in ledger.needs.values())
    assert all(offer.illustrative for offer in ledger.offers.values())
    assert all(need.title.startswith("[Exemple]") for need in ledger.needs.values() if need.title)
    assert tables(ledger, "Guichet") == {}
    assert all(rate.whole == 0 for rate in rates(ledger.needs.values(), now()))
    helped = {
        rate.key: (rate.part, rate.whole) for rate in rates(ledger.needs.values(), now(), illustrative=True)
    }
    assert helped["helped"] == (1, 4) and helped["agreed"] == (1, 4) and helped["nobody"] == (2, 6)
    written = due(ledger, Outbox(desk.store, desk.safe).people, {}, now())
    assert sorted((kind, len(needs)) for one in written for kind, needs in one.needs.items()) == [
        ("candidate", 1),
        ("judgement", 1),
        ("judgement", 1),
    ]  # no address is told of those: they are not one person
