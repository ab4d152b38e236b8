"""Answers in gzip, ours (ISA-L) beside zlib at level 5, which was ours: processor time and bytes, by kind of page.

Usage: python benchmarks/compression.py DATA_DIR

The first addresses of each kind of page of `benchmarks/pages.py`, and one SPARQL answer of 20,000 rows in JSON, are asked as
they are made, then compressed in this process by both, in turn; each time is the least of nine.
"""

from __future__ import annotations

import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ancrage.graph.pool.compression import gzip
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from pages import MIXES
from serving import start_ancrage, stopping

_ROWS = "/sparql?format=json&query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%2020000"
_MOST = 3
"""Addresses of a kind."""


def zlib_5(body: bytes) -> bytes:
    """Compress as answers were before."""
    writer = zlib.compressobj(5, zlib.DEFLATED, 31)
    return writer.compress(body) + writer.flush()


def compressible(address: str) -> bytes:
    """Give an answer as it was made; empty where the service compresses none of its kind."""
    with urllib.request.urlopen(address) as answer:
        return answer.read() if "Accept-Encoding" in answer.headers.get("Vary", "") else b""


def seconds(compress: Callable[[bytes], bytes], bodies: Sequence[bytes]) -> float:
    """Give processor time of all bodies."""
    begin = time.process_time()
    for body in bodies:
        compress(body)
    return time.process_time() - begin


def main(data: Path) -> None:
    """Print a line a kind."""
    with LocalReader.current(data) as reader:
        view = RegionView(reader, None, reader.snapshot.id)
        paths = {mix.name: mix.paths(view)[:_MOST] for mix in MIXES}
    paths |= {"SPARQL, 20,000 rows": [_ROWS]}
    print(f"{'':32} {'kB':>6} {'ms':>7} {'ratio':>6} {'bytes':>6}   (ratios: ours to zlib 5)")
    with tempfile.TemporaryDirectory() as folder:
        server = start_ancrage(data, Path(folder) / "log", read_ahead=False)
        with stopping(server):
            for name, some in paths.items():
                bodies = [body for path in some if (body := compressible(server.url(path)))]
                if not bodies:
                    continue
                tries = [(seconds(gzip, bodies), seconds(zlib_5, bodies)) for _ in range(9)]
                ours, theirs = (min(some) for some in zip(*tries, strict=True))
                size, reference = (sum(len(one(body)) for body in bodies) for one in (gzip, zlib_5))
                kilobytes = sum(map(len, bodies)) / len(bodies) / 1000
                print(
                    f"{name:32} {kilobytes:6.0f} {1000 * ours / len(bodies):7.2f}"
                    f" {ours / theirs:6.2f} {size / reference:6.2f}"
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
