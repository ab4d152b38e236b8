"""The announcements of an application: their ledger and acts, and what they publish."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.announcements.ledger import Acts, Announcements
from ...loaders.announcements.publication import NAME
from ...loaders.devices.publications import Publication
from ..accounts.devices import Devices
from ..desk.room import Room, Work
from ..web.settings import Settings


@dataclass(frozen=True)
class AnnouncementDesk(Work):
    """What the pages of announcements work on."""

    announcements: Announcements
    acts: Acts

    def read(self) -> None:
        """Bring its ledger up to date; raises StoreUnreachable."""
        self.announcements.read()


def _make(devices: Devices, publication: Publication, settings: Settings) -> AnnouncementDesk:
    return AnnouncementDesk(devices, publication, Announcements(devices.store), Acts(devices.store))


ANNOUNCEMENTS = Room(NAME, _make)
