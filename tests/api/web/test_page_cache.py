"""Pages kept for one publication: tags, dates, 304, gzip, HEAD, what is never kept."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from ancrage.api.app import create_app
from ancrage.api.web import negotiation
from ancrage.api.web.kept_answers import Answers, CacheEntry
from ancrage.api.web.page_cache import PageCache
from ancrage.api.web.settings import Settings
from ancrage.graph.pool.blocking import QueryTimeout
from ancrage.graph.snapshots.snapshot import Snapshots
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}
KEPT = (
    *(
        "/",
        "/territoires",
        "/territoires/epci/299000001",
        "/acteurs/0990001A",
        "/filieres",
        "/sources",
        "/def/",
    ),
    *("/filieres/timber-construction", "/recherche?q=essai", "/doc/site/0990001A", "/doc/site/0990001A.ttl"),
    *("/queries/territory-programmes?territory=299000001", "/def/Commune.ttl", "/doc/evidence-status.csv"),
)


@pytest.mark.parametrize("path", KEPT)
def test_a_page_has_a_strong_tag_and_is_answered_304_and_head(client: TestClient, path: str) -> None:
    first = client.get(path, headers=HTML)
    assert first.status_code == 200
    tag = first.headers["etag"]
    assert tag.startswith('"') and tag.endswith('"') and len(tag) > 20
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["last-modified"].endswith("GMT")
    again = client.get(path, headers={**HTML, "If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag and again.headers["vary"] == first.headers["vary"]
    dated = client.get(path, headers={**HTML, "If-Modified-Since": first.headers["last-modified"]})
    assert dated.status_code == 304
    changed = client.get(path, headers={**HTML, "If-None-Match": '"other"'})
    assert changed.content == first.content
    head = client.head(path, headers=HTML)
    assert head.content == b""
    for name in ("etag", "content-length", "content-type", "vary"):
        assert head.headers[name] == first.headers[name]


def test_a_date_never_wins_over_a_tag(client: TestClient) -> None:
    date = client.get("/", headers=HTML).headers["last-modified"]
    asked = {**HTML, "If-Modified-Since": date, "If-None-Match": '"other"'}
    assert client.get("/", headers=asked).status_code == 200


def test_representations_have_different_tags(client: TestClient) -> None:
    path = "/doc/site/0990001A"
    variants = [
        client.get(path, headers={"Accept": accept, "Accept-Language": language, "Accept-Encoding": encoding})
        for accept in ("text/html", "text/turtle", "application/ld+json", "text/csv")
        for language in ("fr", "en")
        for encoding in ("identity", "gzip")
    ]
    html = {v.headers["etag"] for v in variants if v.headers["content-type"].startswith("text/html")}
    assert len(html) == 4  # two languages, two encodings
    by_tag: dict[str, tuple[bytes, str]] = {}
    for variant in variants:
        known = by_tag.setdefault(variant.headers["etag"], (variant.content, variant.headers["content-type"]))
        assert known == (variant.content, variant.headers["content-type"])
        assert {"Accept", "Accept-Language"} <= set(variant.headers["vary"].split(", "))


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "Range"])
def test_a_list_that_is_too_long_counts_as_none(client: TestClient, name: str) -> None:
    """It was read again for each format, on the thread that answers everybody."""
    plain = client.get("/", headers={"Accept": "*/*", "Accept-Encoding": "identity"})
    long = {"Accept": "*/*", "Accept-Encoding": "identity", name: ",".join(["text/csv", "en", '"a"'] * 4_000)}
    answer = client.get("/", headers=long)
    assert (answer.status_code, answer.content) == (200, plain.content)


def test_an_accept_header_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = Mock(side_effect=negotiation._qualities)
    monkeypatch.setattr(negotiation, "_qualities", parsed)
    negotiation.signature("text/html, text/x-once")
    parsed.assert_called_once()


def test_gzip_only_for_who_takes_it(client: TestClient) -> None:
    plain = client.get("/", headers={**HTML, "Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    refused = client.get("/", headers={**HTML, "Accept-Encoding": "gzip;q=0, br"})
    assert "content-encoding" not in refused.headers
    with client.stream("GET", "/", headers={**HTML, "Accept-Encoding": "gzip"}) as taken:
        raw = b"".join(taken.iter_raw())
    assert taken.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert int(taken.headers["content-length"]) == len(raw) < len(plain.content)
    assert taken.headers["etag"] != plain.headers["etag"]


def test_errors_have_no_tag(client: TestClient) -> None:
    for path in ("/territoires/commune/00000", "/doc/site/none", "/rien"):
        response = client.get(path, headers=HTML)
        assert response.status_code == 404
        assert "etag" not in response.headers


def test_a_page_with_a_part_that_failed_is_not_kept(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool: Any = client.app.state.pool  # type: ignore[attr-defined]
    ask = pool.query
    path = "/territoires/epci/299000001?once=1"

    def failing(text: str, **options: Any) -> Any:
        if "ValueChainMembership" in text or "anc:member" in text or "ofValueChain" in text:
            raise QueryTimeout(1.0)
        return ask(text, **options)

    memory: Any = client.app.state.service.memory  # type: ignore[attr-defined]
    memory._kept.clear()
    monkeypatch.setattr(pool, "query", failing)
    broken = client.get(path, headers=HTML)
    assert broken.status_code == 200
    assert "trop de temps" in broken.text
    assert "etag" not in broken.headers
    monkeypatch.undo()
    mended = client.get(path, headers=HTML)
    assert "trop de temps" not in mended.text
    assert "etag" in mended.headers


@pytest.fixture
def published(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> Iterator[tuple[TestClient, Path]]:
    publisher(tmp_path / "data", tmp_path / "one")
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as made:
        yield made, tmp_path


def test_a_publication_and_a_rollback_change_every_tag(
    published: tuple[TestClient, Path], publisher: Callable[[Path, Path], str]
) -> None:
    client, folder = published
    first = client.get("/", headers=HTML)
    assert client.app.state.pages.entries == 1  # type: ignore[attr-defined]
    publisher(folder / "data", folder / "two")
    second = client.get("/", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    Snapshots(folder / "data").rollback()
    back = client.get("/", headers={**HTML, "If-None-Match": second.headers["etag"]})
    assert (back.status_code, back.headers["etag"]) == (200, first.headers["etag"])


def test_a_second_visit_asks_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/doc/territory/commune/99102"
    first = client.get(path, headers=HTML)
    pages: PageCache = client.app.state.pages  # type: ignore[attr-defined]
    hits = pages.hits

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("asked again")

    monkeypatch.setattr(client.app.state.pool, "query", never)  # type: ignore[attr-defined]
    same = {"Accept": "text/html;q=1.0 , image/png;q=0.2"}
    assert client.get(path, headers=same).content == first.content
    assert pages.hits == hits + 1


def test_what_is_kept_is_bounded() -> None:
    shelf = Answers(100_000)
    for number in range(50):
        shelf.keep((number,), CacheEntry([], str(number), "", b"x" * 8000))
        assert shelf.currsize <= 100_000
    assert shelf.get((49,)) is not None and shelf.get((0,)) is None
    shelf.keep(("large",), CacheEntry([], "", "", b"x" * 200_000))
    assert shelf.get(("large",)) is None
    shelf.keep((49,), CacheEntry([], "again", "", b"x" * 8000))
    assert shelf.currsize == sum(kept.size for kept in shelf.values())


def test_a_page_is_kept_compressed_whoever_asked_for_it(client: TestClient) -> None:
    path = "/territoires/epci/299000001?once=compressed"
    page = client.get(path, headers={**HTML, "Accept-Encoding": "identity"})
    assert "content-encoding" not in page.headers
    pages: Any = client.app.state.pages  # type: ignore[attr-defined]
    shelf = pages._shelf(page.headers["ancrage-snapshot"])
    [kept] = [one for key, one in shelf.items() if key[4] == b"once=compressed"]
    assert gzip.decompress(kept.body) == page.content
    assert kept.size < len(page.content) / 2
    again = client.get(path, headers={**HTML, "Accept-Encoding": "identity"})
    assert again.content == page.content and again.headers["etag"] == page.headers["etag"]


class _Slow:
    """An application whose page takes until `go` is set, and that counts how often it is made."""

    def __init__(self, reading: Any, etag: bool) -> None:
        self.reading, self.etag, self.made, self.go = reading, etag, 0, asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        await self.go.wait()
        scope["state"]["reading"] = self.reading
        headers = [(b"content-type", b"text/html"), *([(b"etag", b'"own"')] if self.etag else [])]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<p>page"})


@pytest.mark.parametrize(("own_tag", "made"), [(False, 1), (True, 3)])
def test_requests_for_a_page_being_made_wait_for_it(client: TestClient, own_tag: bool, made: int) -> None:
    state: Any = client.app.state  # type: ignore[attr-defined]
    snapshot = state.pool.snapshot().id
    reading = type("Reading", (), {"failed": False, "snapshot": snapshot})()
    sent: list[Any] = []

    async def visit() -> None:
        slow = _Slow(reading, own_tag)
        layer = PageCache(slow, 1 << 20)
        app = type("App", (), {"state": type("State", (), {"service": state.service})()})()

        async def send(message: Any) -> None:
            sent.append(message)

        def scope() -> dict[str, Any]:
            return {
                **{"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []},
                **{"scheme": "http", "app": app},
            }

        waiting = [asyncio.create_task(layer(scope(), _nothing, send)) for _ in range(3)]
        await asyncio.sleep(0)
        slow.go.set()
        await asyncio.gather(*waiting)
        assert slow.made == made

    asyncio.run(visit())
    assert [m["body"] for m in sent if m["type"] == "http.response.body"] == [b"<p>page"] * 3


def test_who_still_waits_for_a_former_publication_empties_nothing(client: TestClient) -> None:
    state: Any = client.app.state  # type: ignore[attr-defined]
    newer = state.pool.snapshot()
    current = [replace(newer, id="20000101T000000Z-00000000")]
    pool = type("Pool", (), {"snapshot": lambda _: current[0]})()
    service = type("Service", (), {"pool": pool})()
    app = type("App", (), {"state": type("State", (), {"service": service})()})()
    made: list[str] = []

    async def visits() -> None:
        go = asyncio.Event()

        async def pages(scope: Any, receive: Any, send: Any) -> None:
            made.append(scope["path"])
            if scope["path"] == "/former":
                await go.wait()
            scope["state"]["reading"] = type("Reading", (), {"failed": False, "snapshot": newer.id})()
            headers = [(b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"<p>page"})

        async def send(message: Any) -> None:
            return None

        layer = PageCache(pages, 1 << 20)

        def visit(path: str) -> Any:
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
            return layer({**scope, "scheme": "http", "app": app}, _nothing, send)

        waiting = [asyncio.create_task(visit("/former")) for _ in range(2)]
        await asyncio.sleep(0)
        current[0] = newer
        await visit("/new")
        go.set()
        await asyncio.gather(*waiting)
        await visit("/new")

    asyncio.run(visits())
    assert made.count("/new") == 1


async def _nothing() -> Any:
    return {"type": "http.request"}
