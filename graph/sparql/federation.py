"""SERVICE without the engine: its clauses found in a query, and their solutions written back as VALUES.

The engine never calls another server. A clause `SERVICE <endpoint> { … }` is evaluated by itself (SPARQL 1.1
Federated Query, §4: the pattern is evaluated at the endpoint, and its solutions are joined), so it can be asked
beforehand and replaced by a block of its solutions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from ...words import N_, AncrageError, Spoken
from .limits import MAX_BYTES, QueryRefused, check_query
from .reasons import Reason
from .tokens import Token, tokens
from .tokens import place as place_of

MAX_SOLUTIONS = 10_000
"""Most solutions of one clause."""
MAX_VALUES = 512 * 1024
"""Longest block of solutions, in bytes."""

_VARIABLE = re.compile(r"[A-Za-z_À-\U000effff][\w·]*")
_GENID = "https://w3id.org/ancrage/.well-known/genid/"


class ServiceFailed(AncrageError, RuntimeError):  # noqa: N818
    """An endpoint that SERVICE names did not give solutions; keeps `endpoint` and `reason`."""

    code = "service-failed"

    def __init__(self, endpoint: str, reason: Reason) -> None:
        super().__init__(f"SERVICE <{endpoint}>: {reason}")
        self.endpoint = endpoint
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "Le service {endpoint} n’a pas donné de réponse : {reason}.",
            endpoint=self.endpoint,
            reason=self.reason,
        )


@dataclass(frozen=True)
class Clause:
    """A SERVICE clause: its place in the text (`start`, `end`), its `endpoint`, `silent`, and the `query` to ask."""

    start: int
    end: int
    endpoint: str
    silent: bool
    query: str


def mentions_service(text: str) -> bool:
    """Tell whether the word SERVICE stands anywhere in a text; most queries are told by this alone."""
    return "service" in text.lower()


def find_clauses(text: str) -> list[Clause]:
    """Find the SERVICE clauses of a query of the public, in order.

    A clause is asked with the query's prefixes. Raises QueryRefused where a clause has no constant endpoint or
    stands in another one, and what `check_query` raises of the query to ask.

    >>> clauses = find_clauses("PREFIX e: <http://e.org/> SELECT * { ?s e:p ?o SERVICE SILENT e:sparql { ?o e:q ?x } }")
    >>> clauses[0].endpoint, clauses[0].silent
    ('http://e.org/sparql', True)
    >>> print(clauses[0].query)
    PREFIX e: <http://e.org/>
    SELECT * WHERE { ?o e:q ?x }
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return []  # refused for its size anyway
    found = list(tokens(text))
    prologue, prefixes = _prologue(found)
    clauses: list[Clause] = []
    place = 0
    while place < len(found):
        token = found[place]
        if token.kind == "word" and token.text.upper() == "SERVICE":
            clause, place = _clause(text, found, place, prologue, prefixes)
            clauses.append(clause)
        else:
            place += 1
    return clauses


def replace_clauses(text: str, blocks: Sequence[tuple[Clause, str]]) -> str:
    """Write blocks of solutions in the place of clauses.

    >>> text = "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }"
    >>> replace_clauses(text, [(find_clauses(text)[0], "{ }")])
    'SELECT * { { } }'
    """
    for clause, block in sorted(blocks, key=lambda pair: -pair[0].start):
        text = text[: clause.start] + block + text[clause.end :]
    return text


def values_block(clause: Clause, results: Any) -> str:
    """Write the solutions of SPARQL results (JSON) as a group with one VALUES.

    A blank node of another server becomes an IRI of its own (RDF 1.1, §3.5: skolemisation): it joins with nothing
    but itself. Raises ServiceFailed for anything that is not results, or too many.

    >>> clause = Clause(0, 0, "http://e.org/", False, "")
    >>> row = {"s": {"type": "uri", "value": "http://e.org/a"}, "n": {"type": "literal", "value": "x", "xml:lang": "fr"}}
    >>> values_block(clause, {"head": {"vars": ["s", "n"]}, "results": {"bindings": [row, {}]}})
    '{ VALUES (?s ?n) { (<http://e.org/a> "x"@fr) (UNDEF UNDEF) } }'
    """
    try:
        names = list(dict.fromkeys(results["head"]["vars"]))
        bindings = results["results"]["bindings"]
        if not all(isinstance(name, str) and _VARIABLE.fullmatch(name) for name in names):
            raise ValueError("a variable's name is not one")
        if len(bindings) > MAX_SOLUTIONS:
            raise ValueError(f"it gave {len(bindings)} solutions, the limit is {MAX_SOLUTIONS}")
        rows = [f"({' '.join(_term(clause, row.get(name)) for name in names)})" for row in bindings]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ServiceFailed(clause.endpoint, Reason("unread", str(error))) from None
    block = f"{{ VALUES ({' '.join('?' + name for name in names)}) {{ {' '.join(rows)} }} }}"
    if len(block.encode("utf-8", "surrogatepass")) > MAX_VALUES:
        raise ServiceFailed(clause.endpoint, Reason("size", str(MAX_VALUES)))
    return block


def _prologue(found: Sequence[Token]) -> tuple[str, Mapping[str, str]]:
    """Return the query's prologue as text, and its prefixes."""
    lines, prefixes = [], {}
    for place, token in enumerate(found[:-1]):
        if token.kind != "word":
            continue
        after = found[place + 1]
        if token.text.upper() == "BASE" and after.kind == "iri":
            lines.append(f"BASE {after.text}")
        elif token.text.upper() == "PREFIX" and place + 2 < len(found) and found[place + 2].kind == "iri":
            lines.append(f"PREFIX {after.text} {found[place + 2].text}")
            prefixes[after.text[:-1]] = found[place + 2].text[1:-1]
    return "".join(line + "\n" for line in lines), prefixes


def _clause(
    text: str, found: Sequence[Token], place: int, prologue: str, prefixes: Mapping[str, str]
) -> tuple[Clause, int]:
    """Read the clause that begins at a token; return it and the place after it."""
    service, at = found[place], place + 1
    silent = at < len(found) and found[at].text.upper() == "SILENT"
    at += silent
    if at + 1 >= len(found) or found[at + 1].text != "{":
        raise _refused(text, service)
    endpoint = _endpoint(text, found[at], prefixes)
    depth, end = 0, at + 1
    while end < len(found):
        depth += {"{": 1, "}": -1}.get(found[end].text, 0)
        if not depth:
            break
        end += 1
    else:
        raise _refused(text, service)
    last = found[end].offset + 1
    query = f"{prologue}SELECT * WHERE {text[found[at + 1].offset : last]}"
    check_query(query)
    return Clause(service.offset, last, endpoint, silent, query), end + 1


def _endpoint(text: str, token: Token, prefixes: Mapping[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    if token.kind == "name" and colon and prefix in prefixes and "\\" not in local:
        return prefixes[prefix] + local
    raise _refused(text, token)


def _refused(text: str, token: Token) -> QueryRefused:
    return QueryRefused("SERVICE without a constant endpoint", *place_of(text, token.offset))


def _term(clause: Clause, binding: Any) -> str:
    if binding is None:
        return "UNDEF"
    kind, value = binding["type"], binding["value"]
    if kind == "uri":
        return str(NamedNode(value))
    if kind == "bnode":
        name = hashlib.blake2b(
            f"{clause.endpoint} {clause.query} {value}".encode(), digest_size=12
        ).hexdigest()
        return str(NamedNode(_GENID + name))
    if kind not in ("literal", "typed-literal"):
        raise ValueError(f"a term of kind {kind!r}")
    if language := binding.get("xml:lang"):
        return str(Literal(value, language=language))
    datatype = binding.get("datatype")
    return str(Literal(value, datatype=NamedNode(datatype))) if datatype else str(Literal(value))
