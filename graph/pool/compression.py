"""Answers in gzip by ISA-L, which takes a tenth of the time of zlib for a tenth more bytes (`docs/benchmarks.md`)."""

from isal import isal_zlib

_LEVEL = 2
"""The highest that costs no more than the lowest; 3 is slower."""
_FORMAT = 31
"""The longest window, in the format of gzip."""


def gzip_writer() -> isal_zlib.Compress:
    """Begin an answer: `compress` gives what is ready of a part, `flush` the rest."""
    return isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _FORMAT)


def gzip(body: bytes) -> bytes:
    """Compress an answer; the same bytes always give the same bytes on one machine.

    >>> import gzip as standard
    >>> standard.decompress(gzip(b"aaa"))
    b'aaa'
    """
    writer = gzip_writer()
    return writer.compress(body) + writer.flush()


def gunzip(body: bytes) -> bytes:
    """Give an answer as it was before `gzip`.

    >>> gunzip(gzip(b"aaa"))
    b'aaa'
    """
    return isal_zlib.decompress(body, _FORMAT)
