"""Whatever is sent to a described address, and to the others: no error of ours, and "come back" only where it is described.

`ANCRAGE_FUZZ=N` draws N requests of each kind instead of the few of the default run.
"""

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition

pytestmark = pytest.mark.long


KEY = "the-key-of-the-attacked-service"
DESCRIBED = create_app(Settings(data_dir=Path("/nonexistent"), write_key=KEY)).openapi()["paths"]
LONG = int(os.environ.get("ANCRAGE_FUZZ", "0"))
#: Values for the parameters of paths, so that something is found.
KNOWN = {
    "kind": ["epci", "commune"], "code": ["299000001", "0990001A"], "slug": ["timber-construction"],
    "path": ["site/0990001A", "base.nq.gz"], "term": ["Commune"], "suffix": ["csv", "json", "svg"],
    "bloc": ["acces", "emploi"], "name": ["programmes", "die", "territory-programmes"], "sujet": ["sources"],
    "territory": ["299000001"], "subject": ["299000001", "timber-construction"],
}  # fmt: skip
#: Query strings that are none, that repeat themselves, that are no text, or that no number holds.
RAW = (
    "%", "%ZZ=%", "=&&=;", "a=%00&%00=a", "%ED%A0%80=%ED%A0%80", "lang=%ED%A0%80&format=%ED%A0%80", "lang=%FF&format=%C0%80",
    "page=99999999999999999999999999&size=-1&count=1e999", "page=%D9%A3&size=%C2%B2&year=%C2%B2", "q=%00%FF%ED%A0%80&q=b&q=c",
    "lang=en&lang=fr&format=csv&format=json", "format=html%0D%0AX:1", "radius=nan&count=inf&page=-0", "kind[]=a&kind=a&kind=b",
    "q=" + "%F0%9F%92%A9" * 50, "&".join("a=b" for _ in range(1200)), "territory=%ED%A0%80&within=%00&code=%FF&iri=%ED%A0%80",
)  # fmt: skip
odd = st.sampled_from(
    [b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"%", b"%ZZ", b"-1", b"9" * 40, b"1e999", b"nan", b"inf",
     "٣".encode(), "²".encode(), b"null", b"[]", b"{}", b"../..", b"<x>", b"a b", b"'\"\\", b"\r\nX: 1", b"*", b"?", b"true",
     b"json", b"csv", b"xlsx", b"html", b"en", "é".encode(), "\u202e".encode(), b"urn:a", b"http://[", b"a" * 300]
)  # fmt: skip
value = st.one_of(
    odd, st.binary(max_size=12), st.text(max_size=12).map(lambda text: text.encode("utf-8", "ignore"))
)
json_value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("\ud800")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8) | st.just("iris"), inner, max_size=3)
    ),
    max_leaves=8,
)
ASSUMPTIONS = (
    "open-branch 26113 'Antenne'", "close-branch x", "merge-epci 1,2 'a'", {"assumption": "open-branch", "place": "26113"},
    {"assumption": "open-programme", "place": 1, "capacity": "9" * 5000}, [1], None, 1, "", "'", "\0", "\ud800",
)  # fmt: skip
scenario = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["x", "\ud800", "X y", "", 1]) | json_value,
        "label": st.sampled_from(["Essai", "\ud800", "\0"]) | json_value,
        "label_en": json_value,
        "assumptions": st.lists(st.sampled_from(ASSUMPTIONS) | json_value, max_size=3) | json_value,
    },
)


@pytest.fixture(scope="module")
def patient(hostile_data: Path, server_of: Callable[..., Any]) -> Iterator[Any]:
    """A service that takes its time: what is fuzzed is not the deadline."""
    with server_of(hostile_data, ANCRAGE_DEADLINE="20", ANCRAGE_MEMORY="512M", ANCRAGE_WORKERS="2") as made:
        yield made
        made.unharmed()
        assert not [line for line in made.log if "Traceback" in line]


def check(answer: Any, operation: dict[str, Any], asked: str) -> None:
    """Check that an answer is no error of ours; 503 and 504 only where they are described, and 503 with a time."""
    status = answer.status
    if status in (503, 504):
        assert str(status) in operation["responses"], (asked, status, answer.body[:300])
        assert status == 504 or "retry-after" in answer.headers, asked
    else:
        assert 0 < status < 500, (asked, status, answer.body[:300])
    if status >= 400 and "json" in answer.headers.get("content-type", ""):
        assert answer.json()["status"] == status, asked
    assert b"/tmp/" not in answer.body, (asked, answer.body[:300])  # where the data are


def operations(*methods: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, one)
        for path, told in DESCRIBED.items()
        for method, one in told.items()
        if method in methods
    ]


def address(draw: Callable[[Any], Any], path: str, operation: dict[str, Any]) -> str:
    """Fill an address: known values and odd ones, parameters left out, named twice or unknown."""

    def filled(match: re.Match[str]) -> str:
        known = [one.encode() for one in KNOWN.get(match[1], ["x"])]
        return quote_from_bytes(draw(st.sampled_from(known) | st.sampled_from(known) | value), safe="/")

    pairs = []
    for one in operation.get("parameters", ()):
        if one["in"] == "query" and draw(st.booleans()):
            good = one.get("example") or next(iter(one["schema"].get("examples", ())), "") or ""
            goods = [str(told).encode() for told in (good if isinstance(good, list) else [good])]
            goods += [told.encode() for told in KNOWN.get(one["name"], ())]
            for told in draw(st.lists(st.sampled_from(goods) | value, min_size=1, max_size=2)):
                pairs.append(f"{quote(one['name'])}={quote_from_bytes(told)}")
    if draw(st.integers(0, 9)) == 0:
        pairs.append(quote_from_bytes(draw(value)) + "=" + quote_from_bytes(draw(value)))
    made = re.sub(r"\{(\w+)\}", filled, path)
    return (made if made.startswith("/") else "/") + ("?" + "&".join(pairs) if pairs else "")


fuzzed = settings(
    max_examples=LONG or 250,
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
READS = operations("get")
ACCEPTED = st.sampled_from(
    ["*/*", "text/html", "text/turtle", "application/json", "text/csv", "x", "a/b;q=\xff"]
)


def test_raw_query_strings_at_every_address_that_is_read(patient: Any) -> None:
    known = {f"/queries/{name}" for name in ("territory-programmes", "actor-ties")}
    paths = [
        (path, one)
        for _, path, one in READS
        if "{" in path or not path.startswith("/queries/") or path in known
    ]
    for number, (path, operation) in enumerate(paths):
        found = re.sub(r"\{(\w+)\}", lambda match: KNOWN.get(match[1], ["x"])[0], path)
        for raw in RAW if LONG else (RAW[(number + step * 5) % len(RAW)] for step in range(4)):
            asked = f"{found}?{raw}"
            accept = "text/html" if len(raw) % 2 else "application/json"
            check(patient.ask(asked, Accept=accept), operation, asked)


#: Headers that are not what they should be.
HEADERS = (
    "Host: [",
    "Host: ]",
    "Host: [::1",
    "Host: a:99999999",
    "Host: a b",
    "Host: \u00e9",
    "Host: //x",
    "Host: [v1.x]:1",
    "Host: a:b",
    "Host: ",
    "Host: \u00b2:\u00b2",
    "Accept: \u00ff",
    "Accept: text/html;q=nan",
    "Accept: */*;q=\u00b2",
    "Accept: ,;=",
    "Accept: a" + ",a/b" * 999,
    "Accept-Language: \u00e9;q=",
    "Accept-Language: fr;q=1e999,en;q=nan",
    "Accept-Language: *-*-*",
    "Accept-Encoding: \u00ff;q=\u00b2",
    "If-None-Match: *",
    "If-None-Match: W/\u00ff",
    "If-Modified-Since: Thu, 99 Foo 99999 99:99:99 GMT",
    "If-Modified-Since: \u00b2",
    'If-Match: "',
    "Range: bytes=-1-",
    "Range: bytes=9999999999999999999-",
    "Range: bytes=\u00b2-\u00b2",
    "If-Range: \u00ff",
    "X-Forwarded-For: \u00ff, [",
    "X-Forwarded-Proto: \u00ff",
    "X-Forwarded-Proto: javascript",
    "X-Forwarded-Host: [",
    "Cookie: \u00ff=;",
    "Origin: null",
    "Authorization: Bearer \u00ff",
    "Authorization: \u00ff",
    "Content-Type: \u00ff",
    "Content-Length: 0",
    "Upgrade: h2c\r\nConnection: upgrade",
    "Transfer-Encoding: chunked",
    "Expect: 100-continue",
    "Forwarded: for=[",
    "X-HTTP-Method-Override: PUT",
)


def test_headers_that_are_not_what_they_should_be(patient: Any) -> None:
    found = [re.sub(r"\{(\w+)\}", lambda match: KNOWN.get(match[1], ["x"])[0], path) for _, path, _ in READS]
    paths = [path for path in found if not path.startswith("/queries/")] + [
        "/queries/territory-programmes",
        "/sparql",
    ]
    for number, header in enumerate(HEADERS):
        for path in (
            paths
            if LONG
            else ("/sparql", "/.well-known/void", "/api/v1/search", "/", paths[number % len(paths)])
        ):
            host = "" if header.startswith("Host:") else "Host: a\r\n"
            end = b"0\r\n\r\n" if header.startswith("Transfer") else b""
            sent = (
                f"GET {path} HTTP/1.1\r\n{host}{header}\r\nConnection: close\r\n\r\n".encode("latin-1") + end
            )
            with socket.create_connection(("127.0.0.1", patient.port), timeout=60) as stream:
                stream.sendall(sent)
                status = stream.recv(12)[9:]
            assert status[:1] in (b"2", b"3", b"4", b"1") or status == b"503", (path, header, status)


def drawn(test: Callable[..., None], patient: Any) -> None:
    """Draw; once more where hypothesis holds its own draws for inconsistent, which says nothing of the service."""
    try:
        test(patient=patient)
    except FlakyStrategyDefinition:
        test(patient=patient)


def test_described_addresses_with_any_values(patient: Any) -> None:
    drawn(ask_described, patient)


def test_bodies_of_any_form(patient: Any) -> None:
    drawn(send_body, patient)


@fuzzed
@given(data=st.data())
def ask_described(patient: Any, data: st.DataObject) -> None:
    _, path, operation = data.draw(st.sampled_from(READS))
    asked = address(data.draw, path, operation)
    check(patient.ask(asked, Accept=data.draw(ACCEPTED)), operation, asked)


@fuzzed
@given(data=st.data())
def send_body(patient: Any, data: st.DataObject) -> None:
    method, path, operation = data.draw(st.sampled_from(operations("post", "put")))
    kinds = [*operation["requestBody"]["content"], "application/json", "text/plain;charset=\xff"]
    kind = data.draw(st.sampled_from(kinds))
    body: Any = json.dumps(data.draw(scenario if "scenario" in path else json_value)).encode()
    if data.draw(st.integers(0, 3)) == 0:
        body = data.draw(
            st.binary(max_size=40) | st.sampled_from([b"query=%ED%A0%80", b"update=%FF", b"[" * 9999])
        )
    asked = address(data.draw, path, operation)
    answer = patient.ask(asked, method.upper(), body, Content_Type=kind, Authorization=f"Bearer {KEY}")
    check(answer, operation, f"{method} {asked} {kind} {body[:300]!r}")


@pytest.mark.parametrize(
    "body", ["[1]", "[null]", "[[1]]", '"\\ud800"', "1", "null", "[" * 5000, '{"assumptions": 1}']
)
def test_a_scenario_that_is_none(patient: Any, body: str) -> None:
    for sent in (
        body,
        f'{{"name": "x", "label": "X", "assumptions": {body}}}',
        f'{{"name": "x", "label": {body}}}',
    ):
        answer = patient.ask("/api/v1/scenarios", "POST", sent.encode(), Content_Type="application/json")
        assert answer.status == 400, (sent, answer.body[:300])
        assert answer.headers["content-type"] == "application/problem+json"
