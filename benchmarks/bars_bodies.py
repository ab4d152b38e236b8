"""Bar of bodies: every route that reads one is sent a body without end, and ten megabytes before anything is read."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from bars_writes import growth, settled
from clients import ask
from measures import Measure
from serving import Server

MIB = 1 << 20
ENDLESS = 256 * MIB
"""Bytes after which a body counts as taken whole."""
SILENCE = 20.0
"""Seconds without a byte taken or given after which a client hangs up."""
READERS = {
    ("POST", "/sparql"): "application/sparql-query",
    ("POST", "/editor/names"): "application/json",
    ("POST", "/editor/places"): "application/json",
    ("POST", "/api/v1/scenarios"): "application/json",
    ("PUT", "/api/v1/scenarios/bench"): "application/json",
    ("POST", "/update"): "application/sparql-update",
    ("PUT", "/graphs?graph=urn:bench:body"): "application/n-triples",
    ("POST", "/graphs?graph=urn:bench:body"): "application/n-triples",
}
"""Routes that read a body, with a media type that each takes."""


def bodies(server: Server, key: str, upload: int) -> Iterator[Measure]:
    """Send each route, in chunks, a body without end, and one of ten megabytes by a client that listens only after it.

    `upload` is the limit of the routes that take graphs, in bytes: they are sent ten megabytes more.
    """
    before = settled(server)
    endless: Counter[int] = Counter()
    worst, at = 0, ""
    for (method, path), kind in READERS.items():
        status, taken = _endless(server, method, path, kind, key)
        endless[status if taken < ENDLESS else 200] += 1
        if (more := growth(before)) > worst:
            worst, at = more, path
    yield Measure(
        f"bodies without end, {len(READERS)} routes",
        "413; API memory + ≤ 10 MB",
        f"{dict(endless)} (0: none); + {worst / 1e6:.1f} MB at most{f' (from {at})' if at else ''}",
        set(endless) == {413} and worst <= 10e6 and server.alive,
    )
    late: Counter[int] = Counter()
    for (method, path), kind in READERS.items():
        size = 10 * MIB + (upload if path.startswith(("/update", "/graphs")) else 0)
        body = (
            b"# aaaaa\n" * (MIB // 8) for _ in range(size // MIB)
        )  # in chunks: what is too much shows late
        sent = {"Content_Type": kind, "Authorization": f"Bearer {key}"}
        late[ask(server.port, path, method, body, timeout=SILENCE, **sent).status] += 1
    yield Measure(
        "— 10 MB too many, sent before listening",
        "413, not a reset",
        f"{dict(late)} (0: reset)",
        set(late) == {413},
    )


def _endless(server: Server, method: str, path: str, kind: str, key: str) -> tuple[int, int]:
    """Send a body in chunks for as long as it is taken; give the status (0: none), and how much was sent."""
    piece = b"10000\r\n" + b"# aaaaa\n" * (1 << 13) + b"\r\n"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: {kind}\r\n"
        f"Authorization: Bearer {key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    sent, received = 0, b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=SILENCE) as stream:
        with suppress(OSError):
            stream.sendall(head.encode())
            while sent < ENDLESS:
                stream.sendall(piece)
                sent += len(piece)
        with suppress(OSError):
            received = stream.recv(1 << 16)
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/") else 0, sent
