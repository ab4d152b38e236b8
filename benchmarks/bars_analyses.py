"""Bar of the analyses: what a client gets while another asks for much."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from clients import Reply, ask
from generator import percentile
from measures import Measure
from serving import Server

GREEDY, MODEST = "127.0.4.1", "127.0.4.2"
AT_ONCE = 8
SUBJECTS = ("200040715", "200041465", "200071413")
_numbers = itertools.count()


def _suggestions(port: int, source: str) -> Reply:
    """Ask for suggestions that no cache has: each reaches a little farther than the one before."""
    number = next(_numbers)
    subject, radius = SUBJECTS[number % len(SUBJECTS)], 50 + number / 100
    return ask(port, f"/api/v1/suggestions?subject={subject}&radius={radius}", source=source)


def _gaps(port: int, source: str) -> Reply:
    number = next(_numbers)
    subject, radius = SUBJECTS[number % len(SUBJECTS)], 20 + number / 100
    return ask(port, f"/api/v1/gaps?territory={subject}&radius={radius}", source=source)


def shares(server: Server, seconds: float) -> Measure:
    """Keep eight asks for suggestions of one address going; ask from another, one thing after the other, for so long."""
    alone = [_gaps(server.port, MODEST), _suggestions(server.port, MODEST)]  # frames are read
    stop, greedy = threading.Event(), Counter[int]()

    def ask_again() -> None:
        while not stop.is_set():
            reply = _suggestions(server.port, GREEDY)
            greedy[reply.status] += 1
            if reply.status in (429, 503):
                stop.wait(min(1.0, float(reply.headers.get("retry-after", 1))))

    replies: list[Reply] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asking = [pool.submit(ask_again) for _ in range(AT_ONCE)]
        try:
            stop.wait(0.5)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                replies.append((_gaps, _suggestions)[len(replies) % 2](server.port, MODEST))
        finally:
            stop.set()
        for client in asking:
            client.result()
    statuses = Counter(reply.status for reply in replies)
    waits = [reply.seconds for reply in replies]
    return Measure(
        f"{AT_ONCE} suggestions at once from one address: another's gaps and suggestions",
        "100 % answered",
        f"{statuses[200] / len(replies):.0%} of {len(replies)}, p50 {percentile(waits, 0.5):.2f} s, {max(waits):.2f} s at most "
        f"(alone {alone[0].seconds:.2f} and {alone[1].seconds:.2f} s)",
        statuses[200] == len(replies),
        f"{seconds:g} s; the other: {dict(statuses)}; the first: {dict(greedy)}",
    )
