"""Which structure relays which event where, folded from the events of a store; and the acts that say so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..operations.folding import Fold
from ..operations.store import Draft, Event, Operations


@dataclass(frozen=True)
class Relay:
    """A structure that relays an event in a territory (`organization`, `event`, `place`: paths), at a version."""

    id: str
    version: int
    event: str
    organization: str
    place: str
    said: str


def relay_id(event: str, organization: str) -> str:
    """Give the identifier of what a structure says of an event: it says one thing of each.

    >>> relay_id("interaction/a", "organization/b") == relay_id("interaction/a", "organization/b")
    True
    """
    return f"relay/{hashlib.sha256(f'{event} {organization}'.encode()).hexdigest()[:16]}"


class Relays(Fold):
    """The relays of a store; `all` has those that stand, by identifier, `versions` how often each was changed.

    `moments` has when something was last said of each event, what was taken back among it.
    """

    def __init__(self, store: Operations) -> None:
        super().__init__(store)
        self.all: dict[str, Relay] = {}
        self.versions: dict[str, int] = {}
        self.moments: dict[str, str] = {}

    def _fold(self, event: Event) -> None:
        if not event.subject.startswith("relay/"):
            return
        self.versions[event.subject] = event.version
        if event.kind == "relay-ended":
            if ended := self.all.pop(event.subject, None):
                self.moments[ended.event] = event.at
        elif event.kind == "relay-said":
            told = event.payload
            self.moments[told["event"]] = event.at
            self.all[event.subject] = Relay(
                event.subject, event.version, told["event"], told["organization"], told["place"], event.at
            )

    def of(self, event: str, organization: str) -> Relay | None:
        """Give what a structure says of an event, if it does."""
        return self.all.get(relay_id(event, organization))


class Acts:
    """What structures do, in a store; `key` makes a form that is sent twice count once."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def say(self, who: str, event: str, organization: str, place: str, version: int, *, key: str = "") -> str:
        """Say that a structure relays an event in a place, in place of what it said; give the identifier. Raises Conflict."""
        id = relay_id(event, organization)
        payload = {"event": event, "organization": organization, "place": place}
        self._store.append([Draft(who, "relay-said", id, payload, version)], key=key or None)
        return id

    def end(self, who: str, id: str, version: int, *, key: str = "") -> None:
        """Take back what was said, read at a version. Raises Conflict."""
        self._store.append([Draft(who, "relay-ended", id, {}, version)], key=key or None)
