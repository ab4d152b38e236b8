"""Servers of the benchmarks: started on loopback, watched (processor time, memory), stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


class NotStarted(RuntimeError):  # noqa: N818
    """A server that does not answer; keeps its `name`."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} did not start: {reason}")
        self.name = name


class Server:
    """A server process: its `name`, its `port` on loopback, the `path` where it takes queries."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], port: int, path: str) -> None:
        self.name = name
        self.process = process
        self.port = port
        self.path = path

    @property
    def pid(self) -> int:
        """Number of the process that was started."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def url(self, path: str = "") -> str:
        """Give an address of this server."""
        return f"http://127.0.0.1:{self.port}{path or self.path}"

    def cpu(self) -> float:
        """Seconds of processor time of the process and its descendants, ended ones included."""
        return sum(_cpu(pid) for pid in family(self.pid))

    def fronts(self) -> list[int]:
        """List the processes that speak HTTP: all but the query processes."""
        return [pid for pid in family(self.pid) if "graph.pool.child" not in command(pid)]

    def workers(self) -> list[int]:
        """List the query processes of ancrage."""
        return [pid for pid in family(self.pid) if "graph.pool.child" in command(pid)]

    def stop(self) -> None:
        """End the process: politely, then at once."""
        self.process.terminate()
        try:
            self.process.wait(12)
        except subprocess.TimeoutExpired:
            for pid in reversed(family(self.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait()


def free_port() -> int:
    """Give a port of loopback that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def program(name: str) -> str | None:
    """Find a program beside this interpreter, or on the path."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def start_ancrage(data: Path, log: Path, *, wait: float = 60, **settings: object) -> Server:
    """Start `ancrage serve` with these settings (`cache=0` is ANCRAGE_CACHE=0), within `wait` seconds; raises NotStarted."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANCRAGE_")}
    environment |= {f"ANCRAGE_{name.upper()}": str(value) for name, value in settings.items()}
    port = free_port()
    command = [program("ancrage") or "ancrage", "serve", "--data-dir", str(data), "--port", str(port)]
    server = _start("ancrage serve", command, port, "/sparql", log, environment)
    wait_for(server, "/sparql?query=ASK%20%7B%7D", log, wait)
    return server


def start_oxigraph(store: Path, log: Path) -> Server:
    """Start `oxigraph serve-read-only`; raises NotStarted."""
    port = free_port()
    command = [program("oxigraph") or "oxigraph", "serve-read-only", "-l", str(store)]
    server = _start("oxigraph serve", [*command, "-b", f"127.0.0.1:{port}"], port, "/query", log)
    wait_for(server, "/query?query=ASK%20%7B%7D", log)
    return server


def wait_for(server: Server, path: str, log: Path, seconds: float = 60) -> None:
    """Wait until an address answers; raises NotStarted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.alive:
        with suppress(OSError), urllib.request.urlopen(server.url(path), timeout=5):
            return
        time.sleep(0.1)
    server.stop()
    raise NotStarted(server.name, log.read_text(errors="replace")[-500:] or f"no answer for {seconds:g} s")


def settle(server: Server, seconds: float = 90) -> None:
    """Wait until a server that has just started is at rest: ours reads names and large pages, and counts, first."""
    end = time.monotonic() + seconds
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        before = server.cpu()
        time.sleep(0.7)
        quiet = quiet + 1 if server.cpu() - before < 0.04 else 0


def _start(
    name: str,
    command: Sequence[str],
    port: int,
    path: str,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Server:
    with log.open("ab") as output:  # what a service that was killed has said stays
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, cwd=folder)
    return Server(name, process, port, path)


@contextmanager
def stopping(*servers: Server) -> Iterator[None]:
    """Stop servers at the end."""
    try:
        yield
    finally:
        for server in servers:
            server.stop()


def family(pid: int) -> list[int]:
    """List a process and its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def command(pid: int) -> str:
    """Give the command line of a process ("" when it has ended)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) / _TICK if fields else 0.0


def memory(pid: int, name: str = "VmRSS") -> int:
    """Give a figure of a process's memory in bytes (`VmRSS` now, `VmHWM` the highest)."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def forget_peak(pid: int) -> None:
    """Start the highest memory (`VmHWM`) of a process again from what it has now."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def machine_busy() -> float:
    """Seconds of processor time that all processes of the machine used since it started."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / _TICK
