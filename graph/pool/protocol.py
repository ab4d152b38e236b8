"""What a pool and a query process say to each other over their pipes.

A request is its length (4 bytes, big endian) and JSON. What the process says is a sequence of frames: a fixed
start of 20 bytes and a payload of at most `LARGEST_PAYLOAD` bytes. An answer is one frame when it is small
(`WHOLE`), or a `BEGUN`, pieces (`PIECE`) and an `END`: only the end makes it complete, so a process that dies
leaves an answer that is known to be cut.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from ..sparql.formats import GRAPHS, RESULTS, Format, Kind

Engine: TypeAlias = Literal["oxigraph", "columns", "fallen"]
STORE: Final = "oxigraph"
COLUMNS: Final = "columns"
FALLEN: Final = "fallen"
"""What answers: the store, columns, or the store because the columns cannot be read."""

READY, OPENED, WHOLE, BEGUN, PIECE, END, ERROR = b"R", b"O", b"A", b"B", b"P", b"E", b"X"

LARGEST_PAYLOAD = 1 << 20
"""Most bytes of one frame's payload."""

_START = struct.Struct(">cBB?QIB3x")
_LENGTH = struct.Struct(">I")
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_KINDS: tuple[Kind, ...] = ("select", "ask", "graph")
_FORMATS = (*RESULTS, *GRAPHS)
_ENGINES: tuple[Engine, ...] = (STORE, COLUMNS, FALLEN)


class BrokenFrame(ValueError):  # noqa: N818
    """Bytes that no query process writes."""


@dataclass(frozen=True)
class Head:
    """What is known of an answer before its bytes: its `kind`, its `format`, whether gzip `packed` it, the `engine`."""

    kind: Kind
    format: Format
    packed: bool = False
    engine: Engine = STORE


def pack_request(request: dict[str, Any]) -> bytes:
    r"""Return a request as bytes.

    >>> pack_request({"open": "é"})
    b'\x00\x00\x00\x0e{"open": "\xc3\xa9"}'
    """
    text = _ENCODER.encode(request).encode("utf-8", "surrogatepass")
    return _LENGTH.pack(len(text)) + text


def read_request(exactly: Callable[[int], bytes | None]) -> dict[str, Any] | None:
    """Read a request with a function that reads exactly so many bytes; None at the end of the pipe."""
    start = exactly(_LENGTH.size)
    text = None if start is None else exactly(_LENGTH.unpack(start)[0])
    return None if text is None else json.loads(text.decode("utf-8", "surrogatepass"))


def pack(tag: bytes, payload: bytes = b"", head: Head | None = None, resident: int = 0) -> bytes:
    """Return a frame; `resident` is the memory the process takes, in bytes (0: as before)."""
    if head is None:
        return _START.pack(tag, 0, 0, False, resident, len(payload), 0) + payload
    kind, format = _KINDS.index(head.kind), _NUMBERS[head.format.name]
    engine = _ENGINES.index(head.engine)
    return _START.pack(tag, kind, format, head.packed, resident, len(payload), engine) + payload


def pack_json(tag: bytes, told: object) -> bytes:
    """Return a frame whose payload is JSON."""
    return pack(tag, json.dumps(told).encode())


_NUMBERS = {format.name: number for number, format in enumerate(_FORMATS)}
_READ = {
    (_KINDS.index(kind), _NUMBERS[format.name], packed, number): Head(kind, format, packed, engine)
    for kind in _KINDS
    for format in (GRAPHS if kind == "graph" else RESULTS)
    for packed in (False, True)
    for number, engine in enumerate(_ENGINES)
}


class Frames:
    r"""Frames put together again from what a pipe gives, piece by piece.

    >>> frames = Frames()
    >>> frames.feed(pack(READY) + pack(PIECE, b"abc")[:21])
    [(b'R', None, 0, b'')]
    >>> frames.feed(b"bc")
    [(b'P', None, 0, b'abc')]
    """

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[tuple[bytes, Head | None, int, bytes]]:
        """Return the frames complete now: tag, head of an answer, resident bytes, payload.

        Raises BrokenFrame for what no query process writes.
        """
        if self._rest:
            data = self._rest + data
        found = []
        at, size = 0, len(data)
        while size - at >= _START.size:
            tag, kind, format, packed, resident, length, engine = _START.unpack_from(data, at)
            if length > LARGEST_PAYLOAD:
                raise BrokenFrame(f"a frame of {length} bytes")
            begin = at + _START.size
            if size - begin < length:
                break
            head = _READ.get((kind, format, packed, engine)) if tag in (WHOLE, BEGUN) else None
            at = begin + length
            found.append((tag, head, resident, data[begin:at]))
        self._rest = data[at:]
        return found
