"""The relays of an application: their ledger and acts, and the thread that publishes them."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.relays.ledger import Acts, Relays
from ...loaders.relays.publication import publish
from ...loaders.write.writer import Writer
from ..accounts.devices import Devices
from ..desk.room import Publisher, Room, Work
from ..web.settings import Settings


@dataclass(frozen=True)
class RelayDesk(Work):
    """What the page of relays works on."""

    relays: Relays
    acts: Acts

    def read(self) -> None:
        """Bring its ledgers up to date; raises StoreUnreachable."""
        self.relays.read()


def _make(devices: Devices, writer: Writer, settings: Settings) -> RelayDesk:
    relays = Relays(devices.store)
    publisher = Publisher(lambda writer: publish(writer, relays, settings.publisher), writer, "relays")
    return RelayDesk(devices, publisher, relays, Acts(devices.store))


RELAYS = Room("event_relays", _make)
