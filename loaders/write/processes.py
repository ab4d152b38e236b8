"""The processes that do writes, seen from their writer: asked one thing after the other, kept where another write may come."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from mmap import PAGESIZE
from pathlib import Path
from typing import IO, Any

from ...graph.pool.errors import WorkerError
from .request import EditExhausted, EditFailed, EditTimeout, unpack_error

_STARTING = 60.0
"""Seconds a process may take to start."""
_FAT = 4
"""A process that keeps more than this part of `memory` after a write does no other."""
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START")


class WriteProcess:
    """A process that does writes, one after the other, until one fails; it dies with who started it."""

    def __init__(self) -> None:
        """Start it; `ask` waits until it is ready."""
        self._socket, theirs = socket.socketpair()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ancrage.loaders.write.process"],
                stdin=theirs.fileno(),
                stdout=self._words,
                stderr=self._words,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
                | {"MALLOC_ARENA_MAX": "1"},
                start_new_session=True,
            )
        self._isolated: bool | None = None
        self._stopped = False

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    @property
    def resident(self) -> int:
        """The memory that it takes, in bytes; 0 where the system does not tell."""
        with suppress(OSError, ValueError):
            pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
            return int(pages) * PAGESIZE
        return 0

    def wait_ready(self, *, strict: bool) -> None:
        """Wait until it has started; raises WorkerError where it can reach a network and is `strict`, and as `ask`."""
        if self._isolated is None:
            self._isolated = bool(self._told(_STARTING)["isolated"])
        if strict and not self._isolated:
            raise WorkerError("it can reach the network, which strict mode refuses")

    def ask(
        self, request: Mapping[str, Any], deadline: float, upload: IO[bytes] | None = None
    ) -> dict[str, Any]:
        """Have it do a part of a write within so many seconds, with an open file.

        Raises what that raises, EditTimeout, EditExhausted where it dies, EditFailed where it gives up.
        """
        line = json.dumps({**request, "deadline": deadline}).encode() + b"\n"
        try:
            self._socket.settimeout(deadline)
            if upload is not None:
                socket.send_fds(self._socket, [b" "], [upload.fileno()])
            self._socket.sendall(line)
        except TimeoutError:
            raise EditTimeout(deadline) from None
        except OSError:
            raise self._crash(deadline) from None
        answer = self._told(deadline)
        if "error" in answer:
            raise unpack_error(answer)
        return answer

    def stop(self) -> None:
        """End what it does, which fails with EditExhausted; from any thread."""
        self._stopped = True
        self._process.kill()

    def end(self) -> None:
        """End it, and let go of it."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        self._words.close()

    def _told(self, deadline: float) -> dict[str, Any]:
        try:
            told: dict[str, Any] = json.loads(self._line(time.monotonic() + deadline))
        except TimeoutError:
            raise EditTimeout(deadline) from None
        except (EOFError, ConnectionError):
            raise self._crash(deadline) from None
        return told

    def _line(self, end: float) -> bytes:
        """Read to the end of a line; raises TimeoutError at `end`, EOFError when the other side is gone."""
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b"\n"):
            self._socket.settimeout(max(0.001, end - time.monotonic()))
            part = self._socket.recv(1 << 16)
            if not part:
                raise EOFError
            parts.append(part)
        return b"".join(parts)

    def _crash(self, deadline: float) -> Exception:
        """Say why it died."""
        code = self._process.wait()
        if self._stopped:
            return EditExhausted("the service is stopping")
        if code == -signal.SIGALRM:
            return EditTimeout(deadline)
        if code == -signal.SIGABRT:
            return EditExhausted("memory")
        if code < 0:
            return EditExhausted(f"its process died ({signal.Signals(-code).name})")
        self._words.seek(0)
        said = self._words.read().decode("utf-8", "replace").strip().splitlines()
        return EditFailed(f"its process ended ({code}){': ' + said[-1] if said else ''}")


class WriteProcesses:
    """Processes for writes: each does one; with `warm`, one that did it without an error waits for the next."""

    def __init__(self, *, warm: bool = False, memory: int = 2 << 30) -> None:
        self._warm, self._memory = warm, memory
        self._lock = threading.Lock()
        self._waiting: WriteProcess | None = None
        self._closed = False

    def start(self) -> None:
        """Have one start that will wait for a write, where `warm` and none waits."""
        with self._lock:
            if self._warm and not self._closed and (self._waiting is None or not self._waiting.alive):
                self._leave()
                self._waiting = WriteProcess()

    @contextmanager
    def turn(self) -> Iterator[WriteProcess]:
        """Give a process for one write: the one that waits, or another; ended where the write fails."""
        with self._lock:
            process, self._waiting = self._waiting, None
        if process is not None and not process.alive:
            process.end()
            process = None
        process = process or WriteProcess()
        try:
            yield process
        except BaseException:
            process.end()
            self.start()  # so that the next need not wait for its imports
            raise
        with self._lock:
            if (
                self._warm
                and not self._closed
                and self._waiting is None
                and process.resident <= self._memory // _FAT
            ):
                self._waiting = process
                return
        process.end()

    def close(self) -> None:
        """End the one that waits, and keep none any more."""
        with self._lock:
            self._closed = True
            self._leave()

    def _leave(self) -> None:
        if self._waiting is not None:
            self._waiting.end()
            self._waiting = None
