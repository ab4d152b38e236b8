"""What is past its term is erased by the service itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from ancrage.api import devices as rooms
from ancrage.api.accounts.devices import Devices, Sweeper, close_devices
from ancrage.api.app import create_app
from ancrage.api.desk.running import DESK
from ancrage.api.web.settings import Settings
from ancrage.loaders.operations.tables import SEALED
from sqlalchemy import select


def put(devices: Devices, days: int) -> None:
    with devices.store.writing() as connection:
        devices.safe.put(connection, {"words": "mots"}, days)


def wait_until_left(devices: Devices, count: int) -> None:
    end = time.monotonic() + 20
    while True:
        with devices.store.reading() as connection:
            rows = connection.execute(select(SEALED.c.id).where(SEALED.c.content.is_not(None))).all()
        if len(rows) == count:
            return
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_sweeper_erases_at_its_start_and_again_and_notes_it_where_something_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sweeper, "every", 0.2)
    devices = Devices.open(Settings(data_dir=tmp_path))
    put(devices, -1)
    put(devices, 1)
    sweeper = Sweeper(devices)
    wait_until_left(devices, 1)
    put(devices, -1)
    wait_until_left(devices, 1)
    time.sleep(0.5)
    sweeper.close()
    lines = devices.audit.path.read_text().splitlines()
    assert len(lines) == 2 and all('"delete/contact"' in line and '"service"' in line for line in lines)
    devices.store.close()


def test_a_service_sweeps_when_it_starts_without_a_visit(tmp_path: Path) -> None:
    before = Devices.open(Settings(data_dir=tmp_path))
    put(before, -1)
    app = create_app(Settings(data_dir=tmp_path))
    app.state.write_processes = type("Processes", (), {"start": lambda _: None})()
    rooms.resume(app)
    wait_until_left(before, 0)
    DESK.close(app)
    close_devices(app)
    before.store.close()
