"""Internships of an application: their ledger and acts, those of agreements, and what both publish."""

from __future__ import annotations

from dataclasses import dataclass

from ...loaders.devices.publications import Publication
from ...loaders.internships.acts import Acts
from ...loaders.internships.agreements.acts import Acts as AgreementActs
from ...loaders.internships.agreements.ledger import Agreements
from ...loaders.internships.ledger import Internships
from ...loaders.internships.publication import NAME
from ..accounts.devices import Devices
from ..desk.room import Room, Work
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


def _make(devices: Devices, publication: Publication, settings: Settings) -> InternshipDesk:
    store, agreements = devices.store, Agreements(devices.store)
    return InternshipDesk(
        devices, publication, Internships(store), Acts(store), agreements, AgreementActs(store, agreements)
    )


INTERNSHIPS = Room(NAME, _make)
