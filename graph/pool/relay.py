"""Calls to a remote store from a query process, which has no network: the process that started it makes them.

A call goes down a pipe as JSON on a line. The answer comes back in parts, each with its size before it; a part of no bytes
ends it, a size below zero is that of an error. Only the one endpoint of the generation that is open is ever called.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..sparql.reasons import Reason, pack_reason, unpack_reason

if TYPE_CHECKING:
    from ..sparql.endpoint import Endpoint
    from ..sparql.remote import Call, Fetch

_SIZE = struct.Struct("!q")


def fetch_over(line: int, url: str) -> Fetch:
    """Give what a query process fetches with: calls go over a file descriptor."""
    from ..sparql.remote import RemoteFailed

    def fetch(call: Call) -> bytes:
        with os.fdopen(os.dup(line), "r+b", buffering=0) as pipe:
            pipe.write(json.dumps(asdict(call)).encode() + b"\n")
            parts = []
            while size := _SIZE.unpack(_exactly(pipe.fileno(), _SIZE.size))[0]:
                body = _exactly(pipe.fileno(), abs(size))
                if size < 0:
                    raise RemoteFailed(url, unpack_reason(json.loads(body)))
                parts.append(body)
            return b"".join(parts)

    return fetch


def _exactly(descriptor: int, size: int) -> bytes:
    parts, rest = [], size
    while rest:
        part = os.read(descriptor, rest)
        if not part:
            raise EOFError("the process that makes the calls is gone")
        parts.append(part)
        rest -= len(part)
    return b"".join(parts)


class Relay(threading.Thread):
    """Makes the calls that come up a socket at an `endpoint` (None: at none), until it is closed at its other end."""

    def __init__(self, line: socket.socket, endpoint: Endpoint | None) -> None:
        super().__init__(name="remote-store", daemon=True)
        self._line, self.endpoint = line, endpoint

    def run(self) -> None:
        """Answer call after call."""
        from ..sparql.remote import Call, RemoteFailed

        with suppress(OSError), self._line, self._line.makefile("rb") as calls:
            for text in calls:
                told = json.loads(text)
                graphs = {name: tuple(told[name]) for name in ("default_graphs", "named_graphs")}
                try:
                    if (endpoint := self.endpoint) is None:
                        raise RemoteFailed("", Reason("empty"))
                    for part in endpoint.read(Call(told["query"], told["accept"], **graphs)):
                        self._line.sendall(_SIZE.pack(len(part)) + part)
                except RemoteFailed as error:
                    reason = json.dumps(pack_reason(error.reason)).encode()
                    self._line.sendall(_SIZE.pack(-len(reason)) + reason)
                else:
                    self._line.sendall(_SIZE.pack(0))
