"""The relays of an application: their ledger and acts, and the thread that publishes them."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from anyio import to_thread
from fastapi import FastAPI, Request

from ...loaders.operations.store import StoreUnreachable
from ...loaders.relays.ledger import Acts, Relays
from ...loaders.relays.publication import publish
from ..accounts.devices import Devices, devices_of
from ..desk.running import Publisher
from ..web.page_error import PageError

_STARTING = threading.Lock()


@dataclass(frozen=True)
class RelayDesk:
    """What the page of relays works on."""

    devices: Devices
    relays: Relays
    acts: Acts
    publisher: Publisher


def open_relays(app: FastAPI, devices: Devices) -> RelayDesk:
    """Give the relays of an application, made by who asks first."""
    with _STARTING:
        made: RelayDesk | None = getattr(app.state, "event_relays", None)
        if made is None:
            relays, settings = Relays(devices.store), app.state.settings
            made = app.state.event_relays = RelayDesk(
                devices,
                relays,
                Acts(devices.store),
                Publisher(lambda writer: publish(writer, relays, settings.publisher), settings, "relays"),
            )
            made.publisher.tell()  # what a process that ended had no time to publish
        return made


def close_relays(app: FastAPI) -> None:
    """End the thread that publishes."""
    made: RelayDesk | None = getattr(app.state, "event_relays", None)
    if made is not None:
        made.publisher.close()
        app.state.event_relays = None


async def relays_of(request: Request) -> RelayDesk:
    """Give the relays, with all that was said until now; raises PageError (503) where their store does not answer."""
    devices = await devices_of(request)
    desk: RelayDesk = await to_thread.run_sync(open_relays, request.app, devices)
    try:
        await to_thread.run_sync(desk.relays.read)
    except StoreUnreachable as error:
        raise PageError.of(error, 503, {"Retry-After": "10"}) from error
    return desk
