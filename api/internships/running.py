"""Internships of an application: their ledger and acts, those of agreements, and the thread that publishes these."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from anyio import to_thread
from fastapi import FastAPI, Request

from ...loaders.internships.acts import Acts
from ...loaders.internships.agreements.acts import Acts as AgreementActs
from ...loaders.internships.agreements.ledger import Agreements
from ...loaders.internships.agreements.publication import publish
from ...loaders.internships.ledger import Internships
from ...loaders.operations.store import StoreUnreachable
from ..accounts.devices import Devices, devices_of
from ..desk.running import Publisher
from ..web.page_error import PageError

_STARTING = threading.Lock()


@dataclass(frozen=True)
class InternshipDesk:
    """What the pages of internships work on."""

    devices: Devices
    ledger: Internships
    acts: Acts
    agreements: Agreements
    agreement_acts: AgreementActs
    publisher: Publisher


def open_internships(app: FastAPI, devices: Devices) -> InternshipDesk:
    """Give the internships of an application, made by who asks first."""
    with _STARTING:
        made: InternshipDesk | None = getattr(app.state, "internships", None)
        if made is None:
            agreements, settings = Agreements(devices.store), app.state.settings
            made = app.state.internships = InternshipDesk(
                devices,
                Internships(devices.store),
                Acts(devices.store),
                agreements,
                AgreementActs(devices.store),
                Publisher(
                    lambda writer: publish(writer, agreements, settings.publisher), settings, "agreements"
                ),
            )
            made.publisher.tell()  # what a process that ended had no time to publish
        return made


def close_internships(app: FastAPI) -> None:
    """End the thread that publishes."""
    made: InternshipDesk | None = getattr(app.state, "internships", None)
    if made is not None:
        made.publisher.close()
        app.state.internships = None


async def internships_of(request: Request) -> InternshipDesk:
    """Give the internships, with all that was done until now; raises PageError (503) where their store does not answer."""
    devices = await devices_of(request)
    desk: InternshipDesk = await to_thread.run_sync(open_internships, request.app, devices)
    try:
        await to_thread.run_sync(desk.ledger.read)
        await to_thread.run_sync(desk.agreements.read)
    except StoreUnreachable as error:
        raise PageError.of(error, 503, {"Retry-After": "10"}) from error
    return desk
