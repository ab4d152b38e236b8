"""Pictures painted by processes of their own: the painter never lets other threads run, for tenths of a second.

Run as a module, it is such a process: it reads SVG drawings and writes PNG pictures, one at a time, until its input ends.
"""

from __future__ import annotations

import atexit
import struct
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

from resvg import render, usvg

FONTS = Path(__file__).parents[1] / "fonts"
ZOOM = 2.0
PAINTERS = 2
"""Processes at most; they start when they are first needed."""
_WHITE = (255, 255, 255, 255)
_HEAD = struct.Struct("<fQ")


class NotPainted(RuntimeError):  # noqa: N818
    """A drawing that could not be painted."""


def to_png(svg: str, zoom: float = ZOOM) -> bytes:
    """Paint an SVG of ours on white, with the letters that the package ships; raises ValueError if it is no SVG.

    >>> to_png('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>')[1:4]
    b'PNG'
    """
    try:
        tree = usvg.Tree.from_str(svg, _options())
    except BaseException as error:  # what the library cannot read it panics at, and a panic is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        raise ValueError(str(error)) from error
    width, height = (max(1, round(zoom * one)) for one in tree.int_size())
    return render(tree, (zoom, 0.0, 0.0, 0.0, zoom, 0.0), bg_size=(width, height), bg_color=_WHITE)


def _options() -> usvg.Options:
    """Read our letters; they are of one thread, and cost less than a millisecond."""
    made = usvg.Options.default()
    made.font_family = "DejaVu Sans"
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        made.load_font_file(str(FONTS / name))
    return made


class Painters:
    """At most `many` processes that paint, for any number of threads: who asks first is painted first."""

    def __init__(self, many: int = PAINTERS) -> None:
        self._threads = ThreadPoolExecutor(many, thread_name_prefix="painter")
        self._own = threading.local()
        self._started: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    def paint(self, svg: str, zoom: float = ZOOM) -> bytes:
        """Paint as `to_png` does, waiting for a free process; raises NotPainted."""
        return self.submit(svg, zoom).result()

    def submit(self, svg: str, zoom: float = ZOOM) -> Future[bytes]:
        """Promise what `paint` gives."""
        return self._threads.submit(self._paint, svg, zoom)

    def close(self) -> None:
        """End the processes; a drawing that is being painted is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in list(self._started):
            self._end(process)

    def _paint(self, svg: str, zoom: float) -> bytes:
        """Paint in the process of this thread."""
        process = self._process()
        assert process.stdin and process.stdout
        body = svg.encode()
        try:
            process.stdin.write(_HEAD.pack(zoom, len(body)) + body)
            process.stdin.flush()
            answer = _read(process.stdout)
        except OSError:
            answer = None
        if answer is None:
            self._end(process)
            raise NotPainted("the process that paints ended")
        done, picture = answer
        if not done:
            raise NotPainted(picture.decode())
        return picture

    def _process(self) -> subprocess.Popen[bytes]:
        """Give the process of this thread, started when it has none or it ended."""
        process: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if process is not None:
            if process.poll() is None:
                return process
            self._end(process)
        command = [sys.executable, "-m", __name__]
        self._own.process = new = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with self._lock:
            self._started.add(new)
        return new

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._started.discard(process)
        process.kill()
        process.communicate()


def _read(stream: IO[bytes]) -> tuple[float, bytes] | None:
    """Read one message: its number and its bytes; None where the stream ends."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    number, size = _HEAD.unpack(head)
    body = stream.read(size)
    return (number, body) if len(body) == size else None


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Paint what comes until nothing comes; an answer has 1 and the picture, or 0 and the reason."""
    while (message := _read(asked)) is not None:
        zoom, svg = message
        try:
            done, body = 1.0, to_png(svg.decode(), zoom)
        except ValueError as error:
            done, body = 0.0, str(error).encode()
        answers.write(_HEAD.pack(done, len(body)) + body)
        answers.flush()


painters = Painters()
"""The processes of this application."""
atexit.register(painters.close)

if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
