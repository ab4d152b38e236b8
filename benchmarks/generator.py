"""Load on a server of loopback: requests over kept connections, each answer timed.

`run` plays a list of requests once over some connections, in one process with non-blocking sockets, and keeps the
answers: for queries that cost more than their transport. `hammer` repeats a list of addresses for some seconds, by `wrk`
when it is installed (Debian's package `wrk`), else by two processes of `run`: for what a server does thousands of times
a second.
"""

from __future__ import annotations

import json
import multiprocessing
import selectors
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

JSON = "application/sparql-results+json"


@dataclass
class Sample:
    """One answer: the `number` of its request, `status` (0: the connection broke), `seconds`, `body`."""

    number: int
    status: int
    seconds: float
    body: bytes = field(repr=False, default=b"")


@dataclass
class Load:
    """What one run gave: its `samples` and how long it took in all, in seconds."""

    samples: list[Sample]
    seconds: float

    @property
    def good(self) -> list[Sample]:
        """Answers with status 200."""
        return [sample for sample in self.samples if sample.status == 200]

    @property
    def failures(self) -> int:
        """Number of answers that are not good."""
        return len(self.samples) - len(self.good)

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.good) / self.seconds if self.seconds else 0.0

    def percentile(self, part: float) -> float:
        """Seconds that this part (0.95) of the good answers took at most."""
        return percentile([sample.seconds for sample in self.good], part)


def percentile(values: Sequence[float], part: float) -> float:
    """Give the value that a part of the values does not exceed (NaN without values).

    >>> percentile([4, 1, 3, 2], 0.5)
    2
    """
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, max(0, -(-int(part * 1000) * len(ordered) // 1000) - 1))]


def get(port: int, path: str, accept: str = JSON, headers: str = "") -> bytes:
    """Write a GET request as bytes; `headers` are more lines, each with its CRLF."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {accept}\r\n{headers}\r\n"
    return head.encode()


def query_path(path: str, text: str, parameters: str = "") -> str:
    """Give the address of a query sent by GET."""
    return f"{path}?query={quote(text, safe='')}{parameters}"


class _Connection:
    """A kept connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.number = -1
        self.socket: socket.socket | None = None

    def open(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def begin(self, number: int, request: bytes) -> None:
        self.number = number
        self.data = bytearray()
        self.head = -1
        self.length: int | None = None
        self.status = 0
        self.closes = False
        opened = self.open()
        self.started = time.perf_counter()
        opened.setblocking(True)
        opened.sendall(request)
        opened.setblocking(False)

    def receive(self) -> bool:
        """Read what is there; tell whether the answer is whole."""
        assert self.socket is not None
        try:
            part = self.socket.recv(1 << 18)
        except BlockingIOError:
            return False
        except OSError:
            part = b""
        self.data += part
        if self.head < 0 and (end := self.data.find(b"\r\n\r\n")) >= 0:
            self._read_head(end + 4)
        if not part:
            self.close()
            if self.head < 0 or self.length is not None:
                self.status = 0
            return True
        if self.head < 0:
            return False
        if self.length is not None:
            return len(self.data) >= self.head + self.length
        return self.data.endswith(b"\r\n0\r\n\r\n") or self.data[self.head :] == b"0\r\n\r\n"

    def _read_head(self, end: int) -> None:
        lines = self.data[:end].decode("latin-1").split("\r\n")
        fields = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:]}
        self.head, self.status = end, int(lines[0].split()[1])
        self.closes = fields.get("connection", "").lower() == "close"
        self.chunked = "chunked" in fields.get("transfer-encoding", "")
        self.length = None if self.chunked else int(fields.get("content-length", 0))
        if not self.chunked and "content-length" not in fields and self.closes:
            self.length = None

    def body(self) -> bytes:
        rest = bytes(self.data[self.head :]) if self.head >= 0 else b""
        return b"".join(_chunks(rest)) if self.head >= 0 and self.chunked else rest


def _chunks(data: bytes) -> Iterator[bytes]:
    place = 0
    while (end := data.find(b"\r\n", place)) >= 0:
        size = int(data[place:end].split(b";")[0] or b"0", 16)
        if not size:
            return
        yield data[end + 2 : end + 2 + size]
        place = end + 4 + size


def run(
    port: int, requests: Iterable[bytes], connections: int, *, keep: bool = True, seconds: float | None = None
) -> Load:
    """Play requests, each once, over so many connections; no new one begins after `seconds`.

    With `keep`, the bodies are kept.
    """
    rest = iter(enumerate(requests))
    samples: list[Sample] = []
    started = time.perf_counter()
    with selectors.DefaultSelector() as selector:

        def begin(connection: _Connection) -> bool:
            if seconds is not None and time.perf_counter() - started > seconds:
                return False
            for number, request in rest:
                try:
                    connection.begin(number, request)
                except OSError:
                    connection.close()
                    samples.append(Sample(number, 0, 0.0))
                    continue
                assert connection.socket is not None
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                return True
            return False

        all_of_them = [_Connection(port) for _ in range(connections)]
        active = sum(begin(connection) for connection in all_of_them)
        while active:
            for key, _ in selector.select():
                connection: _Connection = key.data
                if not connection.receive():
                    continue
                took = time.perf_counter() - connection.started
                body = connection.body() if keep else b""
                samples.append(Sample(connection.number, connection.status, took, body))
                selector.unregister(key.fileobj)
                if connection.closes:
                    connection.close()
                active += begin(connection) - 1
        for connection in all_of_them:
            connection.close()
    return Load(samples, time.perf_counter() - started)


@dataclass
class Rate:
    """What hammering gave: good answers a second, median and p95 in seconds, failures; `by` what tool."""

    rate: float
    median: float
    p95: float
    failures: int
    by: str


_LUA = """
local requests = {}
function init(arguments)
  for line in io.lines("%(file)s") do
    requests[#requests + 1] = wrk.format("GET", line, {["Accept"] = "%(accept)s"})
  end
end
local last = 0
function request()
  last = last %% #requests + 1
  return requests[last]
end
function done(summary, latency, _)
  local errors = summary.errors
  local form = '\\n@{"requests": %%d, "microseconds": %%d, "p50": %%d, "p95": %%d, "failures": %%d}\\n'
  io.write(string.format(form,
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def hammer(
    port: int, paths: Sequence[str], connections: int, seconds: float, accept: str = JSON, wrk: bool = True
) -> Rate:
    """Repeat a list of addresses over so many connections for some seconds."""
    tool = shutil.which("wrk") if wrk else None
    return (_wrk if tool else _own)(port, paths, connections, seconds, accept)


def _wrk(port: int, paths: Sequence[str], connections: int, seconds: float, accept: str) -> Rate:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "script.lua")
        listed.write_text("\n".join(paths) + "\n")
        script.write_text(_LUA % {"file": listed, "accept": accept})
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "60s", "-s", str(script)]
        printed = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True
        ).stdout
    said: dict[str, Any] = json.loads(printed[printed.rindex("@{") + 1 :])
    good = said["requests"] - said["failures"]
    return Rate(
        good / said["microseconds"] * 1e6, said["p50"] / 1e6, said["p95"] / 1e6, said["failures"], "wrk"
    )


def _own(port: int, paths: Sequence[str], connections: int, seconds: float, accept: str) -> Rate:
    processes = min(2, connections)
    each = connections // processes
    context = multiprocessing.get_context("fork")
    with context.Pool(processes) as pool:
        work = [
            (port, [*paths[number::processes], *paths[:number]], each, seconds, accept)
            for number in range(processes)
        ]
        parts = pool.starmap(_repeat, work)
    times = [one for took, _, _ in parts for one in took]
    return Rate(
        sum(len(took) / lasted for took, _, lasted in parts),
        statistics.median(times) if times else float("nan"),
        percentile(times, 0.95),
        sum(failed for _, failed, _ in parts),
        "own generator",
    )


def _repeat(
    port: int, paths: Sequence[str], connections: int, seconds: float, accept: str
) -> tuple[list[float], int, float]:
    requests = [get(port, path, accept) for path in paths]

    def endless() -> Iterator[bytes]:
        while True:
            yield from requests

    load = run(port, endless(), connections, keep=False, seconds=seconds)
    return [sample.seconds for sample in load.good], load.failures, load.seconds
