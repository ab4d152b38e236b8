"""The devices, which need the extra `devices`: accounts, desk, internships, announcements, relays, workbooks, scenarios kept."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI

from ..loaders.packages import PackageMissing
from .web.entries import has_entries
from .web.packages import check_device_packages
from .web.settings import Settings

if TYPE_CHECKING:
    from .desk.room import Room

log = logging.getLogger(__name__)

_PLACES = (
    *(
        "/agenda/annonces",
        "/agenda/relais",
        "/api/v1/desk",
        "/classeurs",
        "/compte",
        "/connexion",
        "/deconnexion",
        "/demandes",
        "/guichet",
    ),
    *("/offres", "/stages", "/scenarios/garder", "/scenarios/{name}/suppression"),
)
"""Where the addresses of devices begin."""


def routers() -> list[APIRouter]:
    """Give the addresses of the devices; without their packages, each says what to install."""
    try:
        check_device_packages()
    except PackageMissing:
        return [_absent()]
    from .accounts import pages, passkey_pages, provider_pages
    from .announcements import pages as announcements
    from .desk import board, need_page, offer_pages, outbox_pages, public_pages, request_pages
    from .event_relays import pages as event_relays
    from .internships import agreement_pages, form_pages, list_page, placement_page
    from .scenarios import saving
    from .submissions import pages as submissions

    accounts = (pages, passkey_pages, provider_pages)
    desk = (public_pages, request_pages, board, outbox_pages, need_page, offer_pages)
    internships = (list_page, form_pages, placement_page, agreement_pages)
    others = (saving, announcements, event_relays, submissions)
    return [module.router for module in (*accounts, *desk, *others, *internships)]


def _absent() -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def refuse() -> None:
        check_device_packages()

    for place in _PLACES:
        for path in (place, place + "/{rest:path}"):
            router.add_api_route(path, refuse, methods=["GET", "POST"])
    return router


def resume(app: FastAPI) -> None:
    """Publish what was entered before the service ended, where something was: nobody need visit it first."""
    settings: Settings = app.state.settings
    if not has_entries(settings):
        return
    from ..loaders.operations.safe import BadKey
    from ..loaders.operations.store import StoreUnreachable
    from .accounts.devices import open_devices

    try:
        opened = open_devices(app)
        for room in _rooms():
            room.open(app, opened)
    except (StoreUnreachable, BadKey, OSError) as error:
        log.warning("devices: nothing is sent before somebody visits them: %s", error)
    app.state.publications.start()  # it tries again by itself to open what does not open


async def close(app: FastAPI) -> None:
    """Let go of what devices keep of an application, where one was asked for."""
    await asyncio.to_thread(app.state.publications.close)
    if getattr(app.state, "devices", None) is None:
        return
    from .accounts.devices import close_devices

    for room in _rooms():
        await asyncio.to_thread(room.close, app)
    close_devices(app)


def _rooms() -> tuple[Room[Any], ...]:
    from .announcements.running import ANNOUNCEMENTS
    from .desk.running import DESK
    from .event_relays.running import RELAYS
    from .internships.running import INTERNSHIPS
    from .submissions.running import SUBMISSIONS

    return ANNOUNCEMENTS, RELAYS, INTERNSHIPS, SUBMISSIONS, DESK
