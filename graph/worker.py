"""One query process seen from the pool: started, asked with a deadline, killed."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .evaluation import Evaluated, Request
from .formats import NotAcceptable
from .snapshot import Snapshot
from .syntax import QuerySyntax
from .worker_process import START, pack, unpack

_STARTING = 15.0
"""Seconds a process may take to start, or to open a snapshot."""


class QueryTimeout(TimeoutError):  # noqa: N818
    """A query that took longer than its deadline; keeps `deadline` in seconds."""

    def __init__(self, deadline: float) -> None:
        super().__init__(f"the query was stopped after {deadline:g} s")
        self.deadline = deadline


class QueryExhausted(MemoryError):  # noqa: N818
    """A query that exhausted its process; keeps `reason`: memory, the answer's size, or a crash."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the query needs too much: {reason}")
        self.reason = reason


class QueryFailed(RuntimeError):  # noqa: N818
    """A query the engine gave up on; keeps its `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the engine could not answer: {reason}")
        self.reason = reason


class WorkerError(ChildProcessError):
    """A query process that does not start or cannot open its snapshot; keeps `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"query process: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class _Frame:
    header: dict[str, Any]
    body: bytes


class Worker:
    """A process of `ancrage.graph.worker_process` with its pipes; one thread at a time may use it.

    It runs in its own session with a bare environment. `isolated` tells whether it is cut off every network,
    `snapshot` the id of the snapshot it has open, `alive` whether it can be asked again.
    """

    def __init__(self, memory: int) -> None:
        command = [sys.executable, "-P", "-m", "ancrage.graph.worker_process", str(memory)]
        kept = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in kept if name in os.environ} | {"MALLOC_ARENA_MAX": "1"},
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self.alive = True
        self.isolated = False
        self.snapshot = ""
        self.resident = 0
        self._ahead = b""

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def wait_ready(self) -> None:
        """Wait until the process can be asked; raises WorkerError."""
        self.isolated = bool(self._starting(None)["isolated"])

    def open(self, snapshot: Snapshot) -> None:
        """Make the process open a snapshot; raises WorkerError."""
        if self.snapshot != snapshot.id:
            self.snapshot = str(self._starting({"open": str(snapshot.path)})["opened"])

    def query(self, request: Request, deadline: float, largest: int) -> Evaluated:
        """Evaluate a query in the process and return the answer of at most `largest` bytes.

        Raises QueryTimeout after `deadline` seconds and QueryExhausted for a crash or too much memory: the
        process is dead then. Raises QuerySyntax, NotAcceptable, QueryFailed, and QueryExhausted for an answer
        that is too large: the process lives.
        """
        asked = {"query": vars(request), "deadline": deadline, "largest": largest}
        try:
            frame = self._ask(asked, deadline)
        except TimeoutError:
            self.kill()
            raise QueryTimeout(deadline) from None
        except EOFError:
            raise self._crash(deadline) from None
        header = frame.header
        self.resident = int(header.get("resident", 0))
        if "error" not in header:
            return Evaluated(header["kind"], header["media_type"], frame.body)
        of = header.get("of", [])
        if header["error"] == "syntax":
            raise QuerySyntax(*of)
        if header["error"] == "accept":
            raise NotAcceptable(of[0], of[1], tuple(of[2]))
        if header["error"] == "size":
            raise QueryExhausted(f"its answer has {of[0]} bytes, the limit is {largest}")
        if header["error"] == "memory":
            self.kill()
            raise QueryExhausted("memory")
        raise QueryFailed(str(of[0]))

    def kill(self) -> None:
        """End the process at once; `reap` collects it."""
        self.alive = False
        self._process.kill()

    def reap(self) -> None:
        """End the process if it is not dead yet, wait for its end and close its pipes."""
        self.alive = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()

    def _starting(self, request: dict[str, Any] | None) -> dict[str, Any]:
        try:
            frame = self._ask(request, _STARTING)
        except TimeoutError:
            self.kill()
            raise WorkerError(f"no answer for {_STARTING:g} s") from None
        except EOFError:
            self.kill()
            raise WorkerError(f"ended with {self._process.wait()}") from None
        if "error" in frame.header:
            raise WorkerError(str(frame.header.get("of", [frame.header["error"]])[0]))
        return frame.header

    def _crash(self, deadline: float) -> QueryExhausted | QueryTimeout:
        self.kill()
        code = self._process.wait()
        if code == -signal.SIGALRM:
            return QueryTimeout(deadline)
        if code == -signal.SIGABRT:
            return QueryExhausted("memory")
        with suppress(ValueError):
            return QueryExhausted(f"its process died ({signal.Signals(-code).name})")
        return QueryExhausted(f"its process died ({code})")

    def _ask(self, request: dict[str, Any] | None, seconds: float) -> _Frame:
        """Write a request and read a frame; raises TimeoutError, and EOFError when the process is dead."""
        end = time.monotonic() + seconds
        if request is not None:
            self._write(pack(request), end)
        header, body = unpack(self._read(START, end))
        return _Frame(json.loads(self._read(header, end)), self._read(body, end))

    def _write(self, data: bytes, end: float) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._input, rest) :]
            except BlockingIOError:
                self._wait(self._input, select.POLLOUT, end)
            except BrokenPipeError:
                raise EOFError from None

    def _read(self, size: int, end: float) -> bytes:
        """Read exactly so many bytes, waiting for them until `end`; what comes with them is kept for later."""
        parts = [self._ahead]
        missing = size - len(self._ahead)
        while missing > 0:
            try:
                part = os.read(self._output, 1 << 20)
            except BlockingIOError:
                self._wait(self._output, select.POLLIN, end)
                continue
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        self._ahead = data[size:]
        return data[:size]

    def _wait(self, descriptor: int, event: int, end: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError
