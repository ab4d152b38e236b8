"""Internships of an application: their ledger and acts, those of agreements, and the thread that publishes both."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.internships.acts import Acts
from ...loaders.internships.agreements import publication as agreements_publication
from ...loaders.internships.agreements.acts import Acts as AgreementActs
from ...loaders.internships.agreements.ledger import Agreements
from ...loaders.internships.ledger import Internships
from ...loaders.internships.publication import NAME, publish
from ...loaders.write.request import Written
from ...loaders.write.writer import Writer
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


def _make(devices: Devices, writer: Writer, settings: Settings) -> InternshipDesk:
    store = devices.store
    ledger, agreements = Internships(store), Agreements(store)

    def both(writer: Writer) -> Written:
        publish(writer, ledger, settings.publisher)
        return agreements_publication.publish(writer, agreements, settings.publisher)

    publisher = Publisher(both, writer, NAME)
    return InternshipDesk(
        devices, publisher, ledger, Acts(store), agreements, AgreementActs(store, agreements)
    )


INTERNSHIPS = Room(NAME, _make)
