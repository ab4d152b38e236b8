"""A mail server for tests, which keeps what it receives."""

import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from .endpoints import free_port


class Mailbox:
    """A mail server of our own, which may be away, and refuses addresses that begin with « unknown »."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], Any]] = []
        self.port = free_port()
        self._controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("unknown"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def open(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def wait(self, count: int) -> list[tuple[list[str], Any]]:
        """Give the messages once there are so many."""
        end = time.monotonic() + 20
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(self.messages) == count, [whom for whom, _ in self.messages]
        return self.messages


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """A real mail server, which keeps what it receives."""
    made = Mailbox()
    made.open()
    yield made
    made.close()
