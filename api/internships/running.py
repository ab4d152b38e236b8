"""Internships of an application: their ledger and acts, those of agreements, and the thread that publishes these."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.internships.acts import Acts
from ...loaders.internships.agreements.acts import Acts as AgreementActs
from ...loaders.internships.agreements.ledger import Agreements
from ...loaders.internships.agreements.publication import publish
from ...loaders.internships.ledger import Internships
from ..accounts.devices import Devices
from ..desk.room import Publisher, Room, Work
from ..web.settings import Settings


@dataclass(frozen=True)
class InternshipDesk(Work):
    """What the pages of internships work on."""

    ledger: Internships
    acts: Acts
    agreements: Agreements
    agreement_acts: AgreementActs

    def read(self) -> None:
        """Bring its ledgers up to date; raises StoreUnreachable."""
        self.ledger.read()
        self.agreements.read()


def _make(devices: Devices, settings: Settings) -> InternshipDesk:
    store = devices.store
    agreements = Agreements(store)
    publisher = Publisher(
        lambda writer: publish(writer, agreements, settings.publisher), settings, "agreements"
    )
    publisher.tell()  # what a process that ended had no time to publish
    return InternshipDesk(
        devices, publisher, Internships(store), Acts(store), agreements, AgreementActs(store)
    )


INTERNSHIPS = Room("internships", _make)
