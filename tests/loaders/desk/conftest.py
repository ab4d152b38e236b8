"""A desk with one need of each kind of help, at the example graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ancrage.loaders.desk.acts import Acts
from ancrage.loaders.desk.candidates import Candidate
from ancrage.loaders.desk.ledger import Ledger, Need
from ancrage.loaders.desk.states import MatchState
from ancrage.loaders.operations.safe import Safe
from ancrage.loaders.operations.store import Operations

PLACE = {"territory": "territory/commune/38185", "place": "Grenoble", "when": "printemps", "mode": ""}
CONTACT = {
    "structure": "Mairie de Canari",
    "siren": "",
    "name": "Zoé Canari",
    "email": "zoe.canari@example.org",
}
PUBLIC = {"title": "Diagnostic du centre-bourg", "structure": "Mairie", "siren": "", "about": []}


@dataclass
class Desk:
    """A desk to be worked at in tests."""

    store: Operations
    safe: Safe
    acts: Acts
    ledger: Ledger

    def read(self, id: str) -> Need:
        return self.ledger.read().needs[id]

    def filed(
        self, type: str = "interaction-type/territorial-diagnosis", words: str = "Un diagnostic"
    ) -> str:
        id = self.acts.begin(f"token {len(self.ledger.read().needs)}", type, [], words)
        self.acts.place(self.read(id), PLACE)
        self.acts.file(self.read(id), CONTACT)
        return id

    def accepted(self, **told: Any) -> str:
        id = self.filed()
        need = self.read(id)
        self.acts.accept(need, "ana", {**PUBLIC, "type": need.type, **told})
        return id

    def proposed(self, id: str, node: str = "organization/0383546Y", name: str = "Université") -> None:
        self.acts.propose(self.read(id), "ana", Candidate(node, name, provider=node))

    def move(self, id: str, to: MatchState, node: str = "organization/0383546Y", reason: str = "") -> None:
        self.acts.move(self.read(id), "ana", node, to, reason=reason)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Operations.open(tmp_path)
    safe = Safe.open(store, tmp_path)
    yield Desk(store, safe, Acts(store, safe), Ledger(store))
    store.close()
