"""SERVICE through the API: only endpoints on the allow-list, only public addresses, bounded in time and size."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

from ...graph.sparql.federation import (
    Clause,
    ServiceFailed,
    find_clauses,
    mentions_service,
    replace_clauses,
    values_block,
)
from ...graph.sparql.limits import QueryRefused
from ...graph.sparql.reasons import Reason
from ...graph.sparql.tokens import place

LARGEST = 8 << 20
"""Longest answer of an endpoint, in bytes."""
MOST_CLAUSES = 4
"""Most SERVICE clauses in a query."""
AT_ONCE = 4
"""Calls to endpoints at once; more are refused."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Federation:
    """Evaluates the SERVICE clauses of queries at the endpoints that are allowed, within `deadline` seconds each.

    Without an allowed endpoint every SERVICE is refused by the guard, as before. `permitted` decides which
    addresses may be called: public ones.

    >>> Federation([]).concerns("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }")
    False
    >>> Federation(["http://e.org/sparql"]).concerns("SELECT * { ?s ?p 'at your service' }")
    True
    """

    def __init__(
        self, allowed: Iterable[str], deadline: float = 10.0, permitted: Callable[[str], bool] | None = None
    ) -> None:
        self.allowed = frozenset(allowed)
        self.deadline = deadline
        self._permitted = permitted or is_public
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def concerns(self, text: str) -> bool:
        """Tell whether a query may have a clause to evaluate."""
        return bool(self.allowed) and mentions_service(text)

    async def resolve(self, text: str) -> str:
        """Return the query with the solutions of its SERVICE clauses in their place.

        Raises QueryRefused for an endpoint that is not allowed, ServiceFailed when one without SILENT fails.
        """
        clauses = await asyncio.to_thread(find_clauses, text)
        if len(clauses) > MOST_CLAUSES:
            raise QueryRefused(f"more than {MOST_CLAUSES} SERVICE", *place(text, clauses[MOST_CLAUSES].start))
        for clause in clauses:
            if clause.endpoint not in self.allowed:
                raise QueryRefused(f"SERVICE <{clause.endpoint}>", *place(text, clause.start))
        blocks = await asyncio.gather(*(asyncio.to_thread(self._block, clause) for clause in clauses))
        return replace_clauses(text, list(zip(clauses, blocks, strict=True)))

    def _block(self, clause: Clause) -> str:
        try:
            if not self._places.acquire(blocking=False):
                raise ServiceFailed(clause.endpoint, Reason("busy", str(AT_ONCE)))
            try:
                return values_block(clause, self._ask(clause))
            finally:
                self._places.release()
        except ServiceFailed:
            if clause.silent:  # SPARQL 1.1 Federated Query, §4: one solution that binds nothing
                return "{ }"
            raise

    def _ask(self, clause: Clause) -> object:
        end = time.monotonic() + self.deadline
        try:
            with PinnedConnection(clause.endpoint, self._permitted, self.deadline) as connection:
                body = _answer(connection, clause, end)
            return json.loads(body)
        except TimeoutError:
            raise ServiceFailed(clause.endpoint, Reason("late", f"{self.deadline:g}")) from None
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() >= end:
                raise ServiceFailed(clause.endpoint, Reason("late", f"{self.deadline:g}")) from None
            raise ServiceFailed(clause.endpoint, Reason("unreached", type(error).__name__)) from None
        except (ValueError, RecursionError):
            raise ServiceFailed(clause.endpoint, Reason("json")) from None


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, and leads to no other one inside.

    >>> [is_public(one) for one in ("9.9.9.9", "127.0.0.1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip.sixtofour is not None or ip.teredo is not None or ip in _NAT64:
            return False
    return ip.is_global and not ip.is_multicast


class PinnedConnection:
    """A connection to the very address that was checked: a name that changes meanwhile changes nothing.

    Raises ServiceFailed for what is no HTTP address, or one that is not permitted, OSError where it cannot be reached.
    """

    def __init__(self, endpoint: str, permitted: Callable[[str], bool], seconds: float) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ServiceFailed(endpoint, Reason("address"))
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = [one[4][0] for one in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)]
        if not found or not all(permitted(str(address)) for address in found):
            raise ServiceFailed(endpoint, Reason("private"))
        wire: socket.socket = socket.create_connection((str(found[0]), port), seconds)
        try:
            if parts.scheme == "https":
                wire = ssl.create_default_context().wrap_socket(wire, server_hostname=parts.hostname)
        except BaseException:
            wire.close()
            raise
        self.wire = wire
        self.late = threading.Timer(seconds, self._cut)  # an answer that drips is cut off too
        self.late.daemon = True
        self.late.start()
        self.connection = http.client.HTTPConnection(parts.hostname, port, timeout=seconds)
        self.connection.sock = wire
        self.path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def __enter__(self) -> PinnedConnection:
        return self

    def _cut(self) -> None:
        with suppress(OSError):
            self.wire.shutdown(socket.SHUT_RDWR)

    def __exit__(self, *error: object) -> None:
        self.late.cancel()
        self.connection.close()
        self.wire.close()


def _answer(opened: PinnedConnection, clause: Clause, end: float) -> bytes:
    headers = {
        "Accept": "application/sparql-results+json",
        "Accept-Encoding": "identity",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "ancrage",
        "Connection": "close",
    }
    opened.connection.request("POST", opened.path, urlencode({"query": clause.query}), headers)
    response = opened.connection.getresponse()
    if response.status != 200:  # a redirection is not followed either
        raise ServiceFailed(clause.endpoint, Reason("status", str(response.status)))
    body = bytearray()
    while True:
        rest = end - time.monotonic()
        if rest <= 0:
            raise TimeoutError
        opened.wire.settimeout(rest)
        if not (part := response.read1(1 << 16)):
            return bytes(body)
        body += part
        if len(body) > LARGEST:
            raise ServiceFailed(clause.endpoint, Reason("size", str(LARGEST)))
