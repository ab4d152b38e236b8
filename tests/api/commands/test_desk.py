"""The desk's day on the command line, with a real mail server."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from ancrage.api.accounts.devices import Devices
from ancrage.api.commands.application import run
from ancrage.api.web.settings import Settings
from ancrage.loaders.desk.outbox import Outbox
from ancrage.loaders.operations.tables import SEALED
from sqlalchemy import select, update


class Received:
    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.to += envelope.rcpt_tos
        return "250 OK"


def test_each_day_what_is_due_leaves_and_what_is_past_is_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    devices = Devices.open(Settings(data_dir=tmp_path))
    with devices.store.writing() as connection:
        contact = devices.safe.put(connection, {"email": "ana@example.org"}, 10)
        past = devices.safe.put(connection, {"email": "old@example.org"}, 10)
        connection.execute(update(SEALED).where(SEALED.c.id == past).values(expires="2026-01-01T00:00:00Z"))
    Outbox(devices.store, devices.safe).write("r", contact, "candidate", "Relance", "Bonjour.\n")
    assert run(["desk", "daily", "--data-dir", str(tmp_path)]) == 0
    assert "rien ne part" in capsys.readouterr().out
    with devices.store.reading() as connection:
        left = connection.execute(select(SEALED.c.id).where(SEALED.c.content.is_not(None))).scalars().all()
    assert left == [contact]
    received = Received()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        monkeypatch.setenv("ANCRAGE_SMTP", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("ANCRAGE_SENDER", "guichet@example.org")
        for sent in (1, 0):
            assert run(["desk", "daily", "--data-dir", str(tmp_path)]) == 0
            assert f"{sent} message" in capsys.readouterr().out
    finally:
        controller.stop()
    assert received.to == ["ana@example.org"]
    devices.store.close()
