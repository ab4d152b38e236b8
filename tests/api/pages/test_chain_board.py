"""The board of a filière: who is in which cell, who is named first, who is elsewhere, which link is missing."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

from ancrage.api.pages.value_chain.block_params import ChainBlockParams
from ancrage.api.pages.value_chain.blocks import places
from ancrage.api.pages.value_chain.board import NAMED, Scope, board_of
from ancrage.api.pages.value_chain.chain import Chain
from ancrage.api.reading.solutions import Solutions
from ancrage.graph.chains.network import Actor, ChainNetwork, Tie
from ancrage.graph.findings.model import Finding, Report, Thing
from ancrage.words import Named

DESIGN, TRADE = "chain-stage/design", "chain-stage/trade"
MAKES, TRAINS, RELAYS = (f"chain-function/{name}" for name in ("produces", "trains", "relays"))


def filiere(members: Iterable[Actor], ties: Iterable[Tie] = ()) -> Chain:
    found = {one.path: one for one in members}
    text = {"fr": "x", "en": "x"}
    return Chain(
        "value-chain/x", text, text, tuple((one, text) for one in (DESIGN, TRADE)),
        tuple((one, text) for one in (TRAINS, MAKES, RELAYS)), (), (), ChainNetwork("value-chain/x", found, ties),
    )  # fmt: skip


def firm(name: str, *stages: str, label: str = "") -> Actor:
    return Actor(name, label or name, "company", {MAKES}, set(stages))


def test_cells_name_the_best_tied_first_and_group_one_name() -> None:
    members = [firm(name, DESIGN) for name in "abcde"] + [
        Actor(f"p{rank}", "BTS", "programme", {TRAINS}, set()) for rank in range(3)
    ]
    board = board_of(
        filiere(members, [Tie("e", "a", "works-with"), Tie("e", "d", "works-with")]), Scope(), None
    )
    cell = board.cells[DESIGN, MAKES]
    assert [one.label for one in cell.main] == ["e", "a", "d"] and [one.label for one in cell.others] == [
        "b",
        "c",
    ]
    assert (cell.count, cell.rest, cell.elsewhere) == (5, 2, 0) and len(cell.main) == NAMED
    (bts,) = board.cells["", TRAINS].main
    assert (bts.label, len(bts.members)) == ("BTS", 3)
    assert (
        board.stages == (DESIGN, TRADE, "")
        and board.functions == (TRAINS, MAKES)
        and board.nobody == (RELAYS,)
    )


def test_one_more_name_than_shown_is_shown() -> None:
    cell = board_of(filiere([firm(name, DESIGN) for name in "abcd"]), Scope(), None).cells[DESIGN, MAKES]
    assert (len(cell.main), cell.others) == (4, ())


def test_who_is_elsewhere_is_counted_and_shown_last_when_asked() -> None:
    chain = filiere([firm("far", DESIGN), firm("near", DESIGN)], [Tie("far", "near", "works-with")])
    here = board_of(chain, Scope("Ici", frozenset({"near"})), None).cells[DESIGN, MAKES]
    assert ([one.label for one in here.main], here.elsewhere) == (["near"], 1)
    wide = board_of(chain, Scope("Ici", frozenset({"near"}), wide=True), None).cells[DESIGN, MAKES]
    assert [(one.label, one.inside) for one in wide.main] == [
        ("near", True),
        ("far", False),
    ] and not wide.elsewhere


def test_a_missing_link_is_marked_where_nobody_is() -> None:
    thing = Thing("territory/region/84", "Ici")
    told = [
        Finding(
            "link", thing, thing, Named("x"), facts={"stage": TRADE, "function": MAKES, "members_near": 0}
        ),
        Finding("link", thing, thing, Named("x"), facts={"stages": f"{DESIGN}, {TRADE}"}),
        Finding(
            "link", thing, thing, Named("x"), facts={"stage": DESIGN, "function": MAKES, "members_near": 2}
        ),
    ]
    members = [firm("a", DESIGN), Actor("t", "T", "programme", {TRAINS}, {DESIGN})]
    board = board_of(filiere(members), Scope(), Report(Named("x"), thing, tuple(told)))
    assert {key for key, cell in board.cells.items() if cell.missing} == {(TRADE, MAKES), (TRADE, TRAINS)}


def test_members_are_counted_in_each_departement_where_they_stand() -> None:
    firms = [firm("a", DESIGN), firm("b", DESIGN), firm("c", TRADE)]
    isere, rhone = "territory/department/38", "territory/department/69"
    firms[0].territories, firms[1].territories = {isere, rhone, "territory/epci/1"}, {isere}
    reading: Any = SimpleNamespace(learn_labels=list, label=lambda iri: iri.rpartition("/")[2])
    view = cast("Any", SimpleNamespace(chain=filiere(firms)))
    rows = places(ChainBlockParams(view, reading, "fr", Solutions(""))).rows
    assert [(row["department"], row["members"]) for row in rows] == [("38", 2), ("69", 1)]
    assert Actor("a", "A", "company", places={isere}).towns == {isere}
    assert Actor("a", "A", "company", places={isere, "territory/commune/1"}).towns == {"territory/commune/1"}
