"""Which public events were announced by whom, folded from the events of a store; and the acts that say so."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..operations.folding import Fold, of_payload
from ..operations.store import Draft, Event, Operations


@dataclass(frozen=True)
class PublicEvent:
    """What an announcement says; `organization`, `type`, `mode`, `place`, `about` and `off` are paths (empty: none).

    `start` and `end` are days, `opening` and `closing` hours ("18:30") of one held on one day, `off` what became of one that
    is not held.
    """

    title: str
    type: str
    mode: str
    place: str
    place_name: str
    start: str
    end: str = ""
    opening: str = ""
    closing: str = ""
    about: str = ""
    homepage: str = ""
    organization: str = ""
    off: str = ""


@dataclass(frozen=True)
class Announcement:
    """An event that was announced, at a version; `changed` is when it last was."""

    id: str
    version: int
    changed: str
    told: PublicEvent

    @property
    def path(self) -> str:
        """Its path in the graph.

        >>> Announcement("announcement/0a", 1, "", PublicEvent("Nuit", "", "", "", "", "2027-01-02")).path
        'event/announcements/0a'
        """
        return f"event/announcements/{self.id.rpartition('/')[2]}"


class Announcements(Fold):
    """The announcements of a store that stand, by identifier, in the order in which they were made."""

    def __init__(self, store: Operations) -> None:
        super().__init__(store)
        self.all: dict[str, Announcement] = {}

    def _fold(self, event: Event) -> None:
        if event.kind == "announcement-removed":
            self.all.pop(event.subject, None)
        elif event.kind == "announcement-made":
            told = of_payload(PublicEvent, event.payload)
            self.all[event.subject] = Announcement(event.subject, event.version, event.at, told)


class Acts:
    """What organisations do, in a store; `key` makes a form that is sent twice count once."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def make(self, who: str, told: PublicEvent, *, key: str = "") -> str:
        """Announce an event; give the identifier."""
        id = f"announcement/{secrets.token_hex(6)}"
        return self._store.append([_draft(who, id, asdict(told))], key=key or None)[0].subject

    def change(self, who: str, one: Announcement, told: PublicEvent, *, key: str = "") -> None:
        """Say something else of an event; raises Conflict."""
        self._store.append([_draft(who, one.id, asdict(told), one.version)], key=key or None)

    def remove(self, who: str, one: Announcement, *, key: str = "") -> None:
        """Take an event out of the agenda; raises Conflict."""
        self._store.append([Draft(who, "announcement-removed", one.id, {}, one.version)], key=key or None)


def _draft(who: str, id: str, told: Mapping[str, Any], version: int | None = None) -> Draft:
    return Draft(who, "announcement-made", id, told, version)
