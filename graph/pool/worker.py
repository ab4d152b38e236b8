"""One query process seen from the pool: started, asked on an event loop, killed."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..snapshots.opening import remote_address
from ..snapshots.snapshot import Snapshot
from ..sparql.endpoint import Endpoint
from ..sparql.evaluation import Request
from .errors import Receiver, Told, WorkerError, told_error
from .protocol import BEGUN, END, ERROR, OPENED, PIECE, READY, WHOLE, BrokenFrame, Frames, Head, pack_request
from .relay import Relay

_STARTING = 15.0
"""Seconds a process may take to start, or to open a snapshot."""

_PIPE = 1 << 18
"""Bytes the pipe of answers holds, where the system allows it."""

_F_SETPIPE_SZ = 1031

_MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000:glibc.malloc.tcache_max=4096",
}
"""One arena, so that a cap on the address space is one on the memory; a larger cache of small pieces: queries make many."""


class Worker:
    """A process of `ancrage.graph.pool.child` with its pipes, used from one event loop.

    It runs in its own session with a bare environment, and dies with its parent. `isolated` tells whether it
    is cut off every network, `snapshot` the id of the snapshot it has open, `alive` whether it can be asked.
    """

    def __init__(self, memory: int, columns: bool = False) -> None:
        """Start the process, which may answer from `columns`; may be called on any thread, `attach` then on the loop's."""
        self._columns = columns
        self._line, self._held_line = os.pipe()
        self._calls, theirs = socket.socketpair()
        self._relay: Relay | None = None
        module = "ancrage.graph.pool.child"
        command = [sys.executable, "-P", "-m", module, str(memory), str(self._line), str(theirs.fileno())]
        kept = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START")
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in kept if name in os.environ} | _MEMORY,
            start_new_session=True,
            bufsize=0,
            pass_fds=(self._line, theirs.fileno()),
        )
        os.close(self._line)
        theirs.close()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        import fcntl  # Windows, which has none, imports the pool and starts no process

        with suppress(OSError):
            fcntl.fcntl(self._output, _F_SETPIPE_SZ, _PIPE)
        self.alive = True
        self.isolated = False
        self.snapshot = ""
        self.resident = 0
        self.on_death: Callable[[Worker], None] | None = None
        """Called when the process dies while nothing is asked of it."""
        self._frames = Frames()
        self.asked: deque[Receiver] = deque()
        """Who waits for an answer: the first one's request is at work, the others' are behind it."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reading = False
        self._unsent = b""

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def attach(self) -> None:
        """Use the process from the running loop, as soon as it can be asked; raises WorkerError."""
        self._loop = asyncio.get_running_loop()
        told = Told()
        self.asked.append(told)
        self._resume()
        self.isolated = bool(await self._told(told))

    async def open(self, snapshot: Snapshot) -> None:
        """Make the process open a snapshot; raises WorkerError."""
        if self.snapshot != snapshot.id:
            self._carry(snapshot)
            told = Told()
            self._send({"open": str(snapshot.path), "columns": self._columns}, told)
            self.snapshot = str(await self._told(told))

    def _carry(self, snapshot: Snapshot) -> None:
        """Make the calls of a process that is to open a remote store; whatever it asks, only that one is called."""
        url = remote_address(snapshot.path)
        if self._relay is not None:
            self._relay.endpoint = Endpoint(url) if url else None
        elif url:
            self._relay = Relay(self._calls, Endpoint(url))
            self._relay.start()

    def query(
        self, request: Request, deadline: float, largest: int, packed: bool, receiver: Receiver
    ) -> None:
        """Have a query evaluated in the process, after those asked before; the receiver is told, on the loop.

        Raises WorkerError where the process is dead. The deadline is the caller's to keep, by `kill`: the process only ends
        itself some time later.
        """
        asked = {"query": vars(request), "deadline": deadline, "largest": largest, "packed": packed}
        self._send(asked, receiver)

    def resume(self) -> None:
        """Go on reading what the process writes, after a receiver asked to wait."""
        if self.alive and not self._reading:
            self._resume()

    def kill(self) -> None:
        """End the process at once; whose query is at work is not told. `reap` collects it."""
        if not self.alive:
            return
        self.alive = False
        asked = list(self.asked)
        self.asked.clear()
        self._process.kill()
        self._detach()
        for receiver in asked:
            if isinstance(receiver, Told):
                receiver.failed(WorkerError("it was ended"))
            elif receiver is not asked[0]:
                receiver.put_off()

    def replace(self, receiver: Receiver, other: Receiver) -> None:
        """Tell another what one was to be told."""
        self.asked[self.asked.index(receiver)] = other

    def reap(self) -> int:
        """Wait for the end of a killed process, close its pipes and return its exit code (on any thread)."""
        self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
        if self._held_line >= 0:
            os.close(self._held_line)
            self._held_line = -1
        if self._relay is None:  # else its thread closes it
            self._calls.close()
        return code

    async def _told(self, told: Told) -> Any:
        try:
            return await asyncio.wait_for(told.payload, _STARTING)
        except TimeoutError:
            self.kill()
            raise WorkerError(f"no answer for {_STARTING:g} s") from None

    def _send(self, request: dict[str, Any], receiver: Receiver) -> None:
        if not self.alive:  # it died since it was chosen
            raise WorkerError("it died")
        self.asked.append(receiver)
        self._write(pack_request(request))

    def _write(self, data: bytes) -> None:
        if self._unsent:
            self._unsent += data
            return
        try:
            sent = os.write(self._input, data)
        except BlockingIOError:
            sent = 0
        except BrokenPipeError:
            return  # its end is read on the other pipe
        if sent < len(data):
            assert self._loop is not None
            self._unsent = data[sent:]
            self._loop.add_writer(self._input, self._writable)

    def _writable(self) -> None:
        assert self._loop is not None
        self._loop.remove_writer(self._input)
        rest, self._unsent = self._unsent, b""
        self._write(rest)

    def _resume(self) -> None:
        assert self._loop is not None
        self._reading = True
        self._loop.add_reader(self._output, self._readable)

    def _pause(self) -> None:
        assert self._loop is not None
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._output)

    def _detach(self) -> None:
        if self._loop is not None:
            self._pause()
            self._loop.remove_writer(self._input)

    def _readable(self) -> None:
        try:
            data = os.read(self._output, _PIPE)
        except BlockingIOError:
            return
        try:
            if not data:
                raise BrokenFrame("the end of the pipe")
            for tag, head, resident, payload in self._frames.feed(data):
                if self.alive:
                    self._frame(tag, head, resident, payload)
        except BrokenFrame:  # dead, or taken over by what it was asked
            if self.alive:
                self._die()

    def _die(self) -> None:
        """Tell the receiver with which exit code the process died; or who keeps it, if it died idle."""
        assert self._loop is not None
        receiver = self.asked[0] if self.asked else None
        self.kill()
        if receiver is not None:
            self._loop.run_in_executor(None, self.reap).add_done_callback(
                lambda done: receiver.crashed(None if done.cancelled() else done.result())
            )
        elif self.on_death is not None:
            self.on_death(self)

    def _frame(self, tag: bytes, head: Head | None, resident: int, payload: bytes) -> None:
        if not self.asked:
            raise BrokenFrame("nothing was asked")
        receiver = self.asked[0]
        if resident:
            self.resident = resident
        if tag == PIECE:
            if not receiver.piece(payload):
                self._pause()
        elif tag in (BEGUN, WHOLE):
            if head is None:
                raise BrokenFrame("an answer without a head")
            receiver.begun(head)
            if tag == WHOLE:
                self.asked.popleft()
                receiver.piece(payload)
                receiver.ended()
        elif tag == END:
            self.asked.popleft()
            receiver.ended()
        elif tag in (READY, OPENED) and isinstance(receiver, Told):
            try:
                told = json.loads(payload)
            except ValueError as error:
                raise BrokenFrame(str(error)) from None
            self.asked.popleft()
            receiver.tell(told)
        elif tag == ERROR:
            why = told_error(payload)
            self.asked.popleft()
            receiver.failed(why)
        else:
            raise BrokenFrame(f"a frame {tag!r}")
