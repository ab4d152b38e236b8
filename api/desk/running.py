"""The desk of an application: its ledger, its acts, and what it publishes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from anyio import to_thread
from fastapi import Request

from ...loaders.desk.acts import Acts
from ...loaders.desk.ledger import Ledger
from ...loaders.desk.outbox import Outbox, Postman, Server, WrongServer
from ...loaders.desk.publication import NAME
from ...loaders.devices.publications import Publication
from ...loaders.internships.agreements.ledger import Agreements
from ...words import N_, Spoken
from ..accounts.devices import Devices, Sweeper
from ..accounts.visitor import Form
from ..web.page_error import PageError
from ..web.page_language import choose_language
from ..web.settings import Settings
from .room import Room, Work

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk(Work):
    """What the pages of the desk work on."""

    ledger: Ledger
    agreements: Agreements
    acts: Acts
    outbox: Outbox
    settings: Settings
    postman: Postman | None
    sweeper: Sweeper

    def read(self) -> None:
        """Bring its ledgers up to date; raises StoreUnreachable."""
        self.ledger.read()
        self.agreements.read()

    def close(self) -> None:
        """End its threads."""
        self.sweeper.close()
        if self.postman is not None:
            self.postman.close()


def _make(devices: Devices, publication: Publication, settings: Settings) -> Desk:
    ledger, agreements = Ledger(devices.store), Agreements(devices.store)
    acts, outbox = Acts(devices.store, devices.safe), Outbox(devices.store, devices.safe)
    return Desk(
        devices,
        publication,
        ledger,
        agreements,
        acts,
        outbox,
        settings,
        _postman(outbox, settings),
        Sweeper(devices),
    )


def _postman(outbox: Outbox, settings: Settings) -> Postman | None:
    """Give who sends receipts; nobody where no mail server is set, or its address is none."""
    if settings.smtp is None or not settings.sender:
        return None
    try:
        server = Server.parse(settings.smtp.get_secret_value())
    except WrongServer as error:
        log.warning("receipts are not sent: %s", error)
        return None
    return Postman(outbox, server, settings.sender)


DESK = Room(NAME, _make)


async def was_done(devices: Devices, form: Form) -> bool:
    """Tell whether a form was sent before, and did what it asks for: who sent it twice is led on, as the first time.

    Raises PageError (400) for one that was cut, so that what it does could not be done once.
    """
    if not form.key:
        raise PageError(
            400, N_("Ce formulaire est incomplet. Rien n’est changé : rechargez la page, puis recommencez.")
        )
    return await to_thread.run_sync(devices.store.kept, form.key)


def done_text(request: Request, words: Mapping[str, Spoken]) -> str:
    """Give what is said of an act that was just done (`?done=`), on the page that it leads to; nothing of any other."""
    done = words.get(request.query_params.get("done", "")) if request.method == "GET" else None
    return done[choose_language(request)] if done else ""


def today() -> str:
    """Give the day, as dates are written in tables."""
    return datetime.now(UTC).date().isoformat()
