"""What the devices keep beside the graph, opened once an application, when it is first asked for."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI, Request

from ...loaders.operations.accounts import Accounts
from ...loaders.operations.audit import AuditLog
from ...loaders.operations.ceremonies import Ceremonies
from ...loaders.operations.errand import Errand
from ...loaders.operations.identities import Identities
from ...loaders.operations.passkeys import Passkeys
from ...loaders.operations.safe import Safe
from ...loaders.operations.store import Operations, StoreUnreachable
from ...loaders.operations.throttle import Throttle
from ..web.page_error import PageError
from ..web.replica import refuse_on_replica
from ..web.settings import Settings

log = logging.getLogger(__name__)

_OPENING = threading.Lock()


@dataclass(frozen=True)
class Devices:
    """The operational store of a data folder, and what reads and writes it."""

    data_dir: Path
    store: Operations
    safe: Safe
    accounts: Accounts
    throttle: Throttle
    audit: AuditLog
    identities: Identities
    passkeys: Passkeys
    ceremonies: Ceremonies

    @classmethod
    def open(cls, settings: Settings) -> Devices:
        """Open what the settings name; raises StoreUnreachable, BadKey."""
        address = settings.operations.get_secret_value() if settings.operations else ""
        keys = settings.contact_key.get_secret_value() if settings.contact_key else ""
        store = Operations.open(settings.data_dir, address)
        try:
            safe = Safe.open(store, settings.data_dir, keys)
        except Exception:
            store.close()
            raise
        return cls(
            settings.data_dir,
            store,
            safe,
            Accounts(store),
            Throttle(store, safe),
            AuditLog(settings.data_dir),
            Identities(store),
            Passkeys(store),
            Ceremonies(store),
        )

    def sweep(self, who: str) -> int:
        """Erase what is past its term, and tries of the day before; give how many contents there were, told to the audit log."""
        erased = self.safe.sweep()
        self.throttle.sweep()
        if erased:
            self.audit.add("delete/contact", who, f"{erased} past their term")
        return erased


class Sweeper(Errand):
    """Erases what is past its term, at its start and every few hours: no timer of the host is needed for it."""

    soon, most, every = 60.0, 3600.0, 6 * 3600.0

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        super().__init__("sweeper")

    def act(self) -> bool:
        """Erase what is due."""
        try:
            self._devices.sweep("service")
        except (StoreUnreachable, OSError) as error:
            log.warning("what is past its term is not erased: %s", error)
            return False
        return True


def open_devices(app: FastAPI) -> Devices:
    """Give what the devices of an application keep; opened by who asks first. Raises as `Devices.open`."""
    with _OPENING:
        made: Devices | None = getattr(app.state, "devices", None)
        if made is None:
            made = app.state.devices = Devices.open(app.state.settings)
        return made


def close_devices(app: FastAPI) -> None:
    """Let go of what was opened."""
    made: Devices | None = getattr(app.state, "devices", None)
    if made is not None:
        made.store.close()
        app.state.devices = None


async def devices_of(request: Request) -> Devices:
    """Give what the devices keep; raises PageError (503) where it cannot be opened, and in a replica, which has none."""
    refuse_on_replica(request.app.state.settings)
    made: Devices | None = getattr(request.app.state, "devices", None)
    if made is not None:
        return made
    try:
        return await to_thread.run_sync(open_devices, request.app)
    except (StoreUnreachable, OSError) as error:
        raise unreachable(error) from error


def unreachable(error: StoreUnreachable | OSError) -> PageError:
    """Give what a page answers where the register does not, and log why."""
    told = error if isinstance(error, StoreUnreachable) else StoreUnreachable(str(error))
    log.warning("the register does not answer: %s", told.reason.partition("\n")[0])
    return PageError.of(told, 503, {"Retry-After": "10"})
