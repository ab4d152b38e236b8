"""The relays of an application: their ledger and acts, and what they publish."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.devices.publications import Publication
from ...loaders.relays.ledger import Acts, Relays
from ...loaders.relays.publication import NAME
from ..accounts.devices import Devices
from ..desk.room import Room, Work
from ..web.settings import Settings


@dataclass(frozen=True)
class RelayDesk(Work):
    """What the page of relays works on."""

    relays: Relays
    acts: Acts

    def read(self) -> None:
        """Bring its ledgers up to date; raises StoreUnreachable."""
        self.relays.read()


def _make(devices: Devices, publication: Publication, settings: Settings) -> RelayDesk:
    return RelayDesk(devices, publication, Relays(devices.store), Acts(devices.store))


RELAYS = Room(NAME, _make)
