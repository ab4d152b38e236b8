"""Bars of writes: hostile bodies, uploads over the limit, publications under load and SIGKILL, backups."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from clients import Reply, ask, sparql
from measures import Measure
from serving import Server, command, family, forget_peak, memory, program, settle

MIB = 1 << 20
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(8))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">'
    '<rdf:Description rdf:about="http://e.org/s"><e:p>&i;</e:p></rdf:Description></rdf:RDF>'
)
COUNTER = "urn:bench:counter"


def writes_exist(server: Server, key: str) -> bool:
    """Tell whether the service takes updates."""
    return ask(server.port, "/update", "POST", b"", Authorization=f"Bearer {key}").status not in (0, 404, 405)


def entities(server: Server, key: str, times: int) -> Measure:
    """Put RDF/XML whose entities expand to gigabytes; watch the memory of the API process."""
    name, bar = "RDF/XML entities that expand (8 levels, 677 bytes)", "refused; API memory + ≤ 10 MB"
    if not writes_exist(server, key):
        return Measure(name, bar, "no write over HTTP yet")
    before = settled(server)
    statuses = Counter(
        ask(
            server.port,
            "/graphs?graph=urn:bench:bomb",
            "PUT",
            ENTITIES.encode(),
            Content_Type="application/rdf+xml",
            Authorization=f"Bearer {key}",
        ).status
        for _ in range(times)
    )
    more = growth(before)
    refused = bool(statuses) and all(400 <= status < 500 for status in statuses)
    return Measure(
        name, bar, f"{dict(statuses)}; + {more / 1e6:.1f} MB", refused and more <= 10e6 and server.alive
    )


def settled(server: Server) -> dict[int, int]:
    """Let the service come to rest; give the memory of its processes that answer, by their number, in bytes."""
    settle(server)  # pages are read ahead after a publication
    for pid in server.fronts():
        forget_peak(pid)
    return {pid: memory(pid) for pid in server.fronts() if "write.process" not in command(pid)}


def growth(before: dict[int, int]) -> int:
    """Give by how many bytes, at most, the memory of a process went beyond what it was."""
    return max(memory(pid, "VmHWM") - at for pid, at in before.items())


def upload(server: Server, key: str, largest: int) -> Measure:
    """Send bodies over the limit, announced and not: how much is taken before the refusal, and kept in memory."""
    name, bar = f"upload over {largest / MIB:.0f} MiB", "413 while streaming; ≤ 1 MB buffered"
    if not writes_exist(server, key):
        return Measure(name, bar, "no write over HTTP yet")
    told: list[str] = []
    good = True
    growths = []
    # one write of an ordinary size first, so that what the process needs once is there already
    small = b"<urn:bench:s> <urn:bench:p> 1 .\n"
    headers = {"Content_Type": "application/n-triples", "Authorization": f"Bearer {key}"}
    ask(server.port, "/graphs?graph=urn:bench:upload", "PUT", small, **headers)
    ask(server.port, "/graphs?graph=urn:bench:upload", "DELETE", Authorization=headers["Authorization"])
    for announced in (True, False):
        repeated = []
        for _ in range(3):
            before = settled(server)
            reply, sent = _pour(server, key, largest * 4, announced)
            repeated.append(growth(before))
        growths.append(sorted(repeated)[1])
        told.append(
            f"{'announced' if announced else 'in chunks'} {reply.status} after {sent / MIB:.1f} MiB sent"
        )
        good &= reply.status == 413
    return Measure(
        name,
        bar,
        f"{', '.join(told)}; memory + {growths[0] / 1e6:.2f} and + {growths[1] / 1e6:.2f} MB",
        good and max(growths) <= 1e6 + 64 * 1024,
        f"of {largest * 4 / MIB:.0f} MiB each, memory the middle one of three; what was sent counts the kernel's socket buffers",
    )


def _pour(server: Server, key: str, size: int, announced: bool) -> tuple[Reply, int]:
    """Send a body piece by piece, as a client that listens while it sends; give how much was sent."""
    import select
    import socket

    piece = (b"<urn:bench:s> <urn:bench:p> 1 .\n" * 2048)[: 1 << 16]
    length = f"Content-Length: {size}" if announced else "Transfer-Encoding: chunked"
    head = (
        f"PUT /graphs?graph=urn:bench:upload HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Content-Type: application/n-triples\r\nAuthorization: Bearer {key}\r\n{length}\r\n\r\n"
    )
    sent, started, received = 0, time.perf_counter(), b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as stream:
        try:
            stream.sendall(head.encode())
            while sent < size and not select.select([stream], [], [], 0)[0]:
                framed = piece if announced else b"%x\r\n%b\r\n" % (len(piece), piece)
                stream.sendall(framed)
                sent += len(piece)
        except OSError:
            pass
        with suppress(OSError):
            received = stream.recv(1 << 16)
    status = int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/") else 0
    return Reply(status, time.perf_counter() - started, received), sent


def publication(
    restart: Callable[[], Server], server: Server, key: str, seconds: float, kills: int
) -> tuple[Server, Measure]:
    """Publish again and again under readers, then kill writers and the whole service at random instants.

    Each update sets two counters to the same number in one operation: a reader that sees them differ saw a torn
    publication; a number acknowledged and gone is a lost one.
    """
    name, bar = "publication under load and SIGKILL", "0 torn, 0 lost, 0 failed reads"
    if not writes_exist(server, key):
        return server, Measure(name, bar, "no update over HTTP yet")
    acknowledged = 0
    torn = lost = 0
    reads: Counter[int] = Counter()
    stop = threading.Event()
    seen = [0]
    current = [server]
    paused = threading.Event()

    def look() -> tuple[int, list[int]]:
        reply = sparql(
            current[0].port,
            f"SELECT ?v {{ GRAPH <{COUNTER}> {{ ?s <urn:bench:value> ?v }} }} # {time.monotonic_ns()}",
        )
        numbers = [int(line) for line in reply.body.decode().split()[1:]] if reply.status == 200 else []
        return reply.status, numbers

    def read() -> None:
        nonlocal torn
        while not stop.is_set():
            if paused.is_set():
                time.sleep(0.01)
                continue
            floor = acknowledged
            status, numbers = look()
            if paused.is_set() and status == 0:
                continue  # the service itself was killed
            reads[status] += 1
            if status == 200 and (len(numbers) != 2 or numbers[0] != numbers[1]):
                torn += 1
            elif status == 200 and numbers[0] < floor:
                torn += 1  # an older state than what was acknowledged before the question was asked
            if status == 200 and numbers:
                seen[0] = max(seen[0], numbers[0])

    if _set(server, key, 0) not in (200, 201, 204):
        return server, Measure(name, bar, "the first update was refused", False)
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    number = done = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number += 1
        if _set(server, key, number) in (200, 201, 204):
            acknowledged, done = number, done + 1
    killed = 0
    # writers: the process of a write, at a random instant of its work
    for _ in range(kills):
        number += 1
        result: list[int] = []
        thread = threading.Thread(target=lambda n=number, told=result: told.append(_set(current[0], key, n)))
        thread.start()
        time.sleep(random.uniform(0.0, 0.8))
        for pid in family(current[0].pid):
            if "write.process" in command(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
        thread.join()
        if result[0] in (200, 201, 204):
            acknowledged = number
        lost += _behind(look, acknowledged)
    # the whole service
    for _ in range(max(2, kills // 5)):
        number += 1
        result = []
        thread = threading.Thread(target=lambda n=number, told=result: told.append(_set(current[0], key, n)))
        thread.start()
        time.sleep(random.uniform(0.0, 0.8))
        paused.set()
        for pid in family(current[0].pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        thread.join()
        current[0].process.wait()
        if result[0] in (200, 201, 204):
            acknowledged = number
        current[0] = restart()
        paused.clear()
        lost += _behind(look, acknowledged)
    stop.set()
    for thread in threads:
        thread.join()
    failed = reads.total() - reads[200]
    return current[0], Measure(
        name,
        bar,
        f"{torn} torn, {lost} lost, {failed} failed of {reads.total():,} reads; {done} publications in {seconds:g} s, "
        f"{kills} writes with {killed} SIGKILLs of a writer, {max(2, kills // 5)} of the whole service",
        not torn and not lost and not failed and done > 0,
        f"statuses of reads {dict(reads)}" if failed else "",
    )


def _behind(look: Callable[[], tuple[int, list[int]]], acknowledged: int) -> int:
    status, numbers = look()
    return int(status != 200 or len(numbers) != 2 or min(numbers) < acknowledged)


def _set(server: Server, key: str, number: int) -> int:
    text = (
        f"DELETE {{ GRAPH <{COUNTER}> {{ ?s <urn:bench:value> ?v }} }} "
        f"INSERT {{ GRAPH <{COUNTER}> {{ <urn:bench:a> <urn:bench:value> {number} . "
        f"<urn:bench:b> <urn:bench:value> {number} }} }} "
        f"WHERE {{ OPTIONAL {{ GRAPH <{COUNTER}> {{ ?s <urn:bench:value> ?v }} }} }}"
    )
    return ask(
        server.port,
        "/update",
        "POST",
        text.encode(),
        Content_Type="application/sparql-update",
        Authorization=f"Bearer {key}",
    ).status


def backup(data: Path, scratch: Path, quads: int) -> Measure:
    """Back a data directory up, check the archive, restore it beside, compare the canonical hashes."""
    name, bar = "backup", "canonical hash equal after restore; restore ≤ 60 s at 1 M triples"
    tool = program("ancrage") or "ancrage"
    if not re.search(r"^\W*backup\b", _run(tool, "--help")[1], re.MULTILINE):
        return Measure(name, bar, "no command yet")
    archive, restored, again = scratch / "backup.tar.gz", scratch / "restored", scratch / "again.tar.gz"
    for path in (archive, again):
        path.unlink(missing_ok=True)
    shutil.rmtree(restored, ignore_errors=True)
    seconds = {}
    hashes = {}
    try:
        for step, words in _steps(data, archive, restored, again):
            started = time.perf_counter()
            code, said = _run(tool, *words)
            seconds[step] = time.perf_counter() - started
            if code:
                return Measure(name, bar, f"{step} failed ({code}): {said.strip()[-200:]}", False)
            if found := re.search(r"\b[0-9a-f]{64}\b", said):
                hashes[step] = found[0]
    finally:
        archive.unlink(missing_ok=True)
        again.unlink(missing_ok=True)
        shutil.rmtree(restored, ignore_errors=True)
    each = seconds["restore"] / quads * 1e6
    equal = bool(hashes.get("backup")) and hashes.get("backup") == hashes.get("again")
    told = ", ".join(f"{step} {took:.0f} s" for step, took in seconds.items())
    return Measure(
        name,
        bar,
        f"hash {'equal' if equal else 'NOT equal'}; restore {each:.0f} s a million ({quads:,} quads: {told})",
        equal and each <= 60,
        "" if equal else f"hashes {hashes}",
    )


def _steps(data: Path, archive: Path, restored: Path, again: Path) -> Iterator[tuple[str, list[str]]]:
    yield "backup", ["backup", str(archive), "--data-dir", str(data), "--json"]
    yield "verify", ["verify", str(archive), "--json"]
    yield "restore", ["restore", str(archive), "--data-dir", str(restored)]
    yield "again", ["backup", str(again), "--data-dir", str(restored), "--json"]


def _run(*words: str) -> tuple[int, str]:
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr
