"""Pages made ahead: the application's own answers, kept as files, given to browsers as they would be made."""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ancrage.api.app import create_app
from ancrage.api.pages.territory import page
from ancrage.api.precompute import starting as ahead
from ancrage.api.precompute.child import Child
from ancrage.api.precompute.kept_pages import KeptPages, address_of, pages_folder, seen_settings
from ancrage.api.precompute.pages import addresses, make
from ancrage.api.web.kept_answers import CacheEntry
from ancrage.api.web.negotiation import Language
from ancrage.api.web.settings import Settings
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.graph.snapshots.snapshot import Snapshots
from fastapi.testclient import TestClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr"}
WANTED: tuple[tuple[str, Language], ...] = (
    ("/", "fr"),
    ("/filieres/timber-construction", "en"),
    ("/acteurs/0990001A", "fr"),
    ("/ce-qui-manque/rien", "fr"),
    ("/territoires/epci/299000001", "fr"),
)


def always() -> bool:
    return True


def until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.fixture
def published(tmp_path: Path, publisher: Callable[[Path, Path], str]) -> Path:
    publisher(tmp_path / "data", tmp_path / "one")
    return tmp_path / "data"


@pytest.fixture
def settings(published: Path) -> Settings:
    return Settings(data_dir=published, workers=1, read_ahead=False)


@pytest.fixture
def pages(published: Path, settings: Settings) -> KeptPages:
    snapshot = Snapshots(published).current()
    assert snapshot is not None
    made = KeptPages(pages_folder(snapshot.path / "derived", settings))
    assert asyncio.run(make(create_app(settings), made, WANTED, always)) == 4
    assert made.finished and not made.has("/ce-qui-manque/rien", "fr")
    return made


@pytest.fixture
def client(settings: Settings, pages: KeptPages) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as made:
        yield made


def test_a_page_made_ahead_is_the_page_made_on_demand(client: TestClient, settings: Settings) -> None:
    with TestClient(create_app(settings)) as other:
        other.app.state.ahead.pages = lambda _: KeptPages(settings.data_dir / "none")  # type: ignore[attr-defined]
        for address, said in WANTED[:3]:
            asked = {**BROWSER, "Accept-Language": said}
            given, made = client.get(address, headers=asked), other.get(address, headers=asked)
            assert given.content == made.content
            assert dict(given.headers) == dict(made.headers)
            joint = "&" if "?" in address else "?"
            chosen = client.get(f"{address}{joint}lang={said}", headers=BROWSER)
            assert f'href="/sources?lang={said}"' in chosen.text  # its links keep the language
            assert chosen.headers["etag"] != given.headers["etag"]
            assert (
                client.get(address, headers={**asked, "If-None-Match": given.headers["etag"]}).status_code
                == 304
            )


def test_a_portrait_offers_its_tabs_to_be_made_ahead(
    example_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    monkeypatch.setattr(page, "offer", lambda _, addresses: offered.extend(addresses))
    portrait = "/territoires/epci/200040715"
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1, read_ahead=False))) as client:
        body = client.get(portrait, headers=BROWSER).text
        assert offered == list(dict.fromkeys(re.findall(rf'href="({portrait}/[^"#]+)"><?', body)))[:5]
        assert len(set(offered)) == 5
        client.get(f"{portrait}?compare=peers", headers=BROWSER)
        client.get(offered[0], headers=BROWSER)
        client.get("/territoires/commune/38185", headers=BROWSER)
    assert len(offered) == 5, "none of a comparison, of a tab or of a commune"


def test_what_a_page_in_french_offers_is_made_with_it(settings: Settings, tmp_path: Path) -> None:
    made = KeptPages(tmp_path / "pages")
    for said in ("fr", "en"):
        page_of = CacheEntry([], said, "Mon", b"<p>", offers=(f"/sources?essai={said}",))
        made.keep("/", said, page_of)
    assert asyncio.run(make(create_app(settings), made, [("/", "fr"), ("/", "en")], always)) == 1
    assert made.has("/sources?essai=fr", "fr") and not made.has("/sources?essai=en", "en")


def test_it_is_given_from_where_it_is_kept_to_browsers_alone(client: TestClient, pages: KeptPages) -> None:
    kept = pages.find("/acteurs/0990001A", "fr")
    assert kept is not None
    pages.keep("/acteurs/0990001A", "fr", CacheEntry(kept.headers, kept.tag, kept.modified, b"<p>kept</p>"))
    assert client.get("/acteurs/0990001A", headers=BROWSER).text == "<p>kept</p>"
    assert (
        client.get("/acteurs/0990001A?lang=fr", headers={**BROWSER, "Accept-Language": "en"}).text
        == "<p>kept</p>"
    )
    assert client.get("/acteurs/0990001A?lang=en", headers=BROWSER).text != "<p>kept</p>"
    assert client.get("/acteurs/0990001A", headers={"Accept": "text/turtle"}).text != "<p>kept</p>"


def test_what_tells_its_site_or_holds_for_a_day_is_not_kept(settings: Settings, tmp_path: Path) -> None:
    made = KeptPages(tmp_path / "pages")
    assert (
        asyncio.run(make(create_app(settings), made, [("/developpeurs", "fr"), ("/sources", "fr")], always))
        == 1
    )
    assert not made.has("/developpeurs", "fr") and made.has("/sources", "fr")


def test_making_stops_when_another_is_published_and_goes_on_later(settings: Settings, tmp_path: Path) -> None:
    made = KeptPages(tmp_path / "pages")
    left = iter([True, False])
    assert asyncio.run(make(create_app(settings), made, WANTED, lambda: next(left))) == 1
    assert made.has("/", "fr") and not made.finished
    assert asyncio.run(make(create_app(settings), made, WANTED, always)) == 3
    assert made.finished


def test_other_settings_that_pages_show_have_other_pages(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path)
    assert pages_folder(tmp_path, first) == pages_folder(
        tmp_path, Settings(data_dir="/elsewhere", port=1, workers=4)
    )
    assert pages_folder(tmp_path, first) != pages_folder(
        tmp_path, Settings(data_dir=tmp_path, publisher="Autre")
    )
    assert "write_key" not in seen_settings(Settings(data_dir=tmp_path, write_key="a" * 40))


def test_pages_of_code_and_settings_long_gone_are_dropped(tmp_path: Path) -> None:
    for at, name in enumerate(("a", "b", "c")):
        pages = KeptPages(tmp_path / name)
        pages.keep("/", "fr", CacheEntry([], name, "Mon", b""))
        os.utime(tmp_path / name, (at, at))
        pages.finish()
        os.utime(tmp_path / name, (at, at))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b", "c"]


def test_a_broken_file_is_a_page_to_make_again(tmp_path: Path) -> None:
    pages = KeptPages(tmp_path)
    pages.keep("/", "fr", CacheEntry([], "tag", "Mon", b"<p>whole</p>"))
    [path] = [one for one in tmp_path.rglob("*") if one.is_file()]
    path.write_bytes(path.read_bytes()[:-5])
    assert pages.find("/", "fr") is None
    (tmp_path / "file").write_text("")
    KeptPages(tmp_path / "file").keep(
        "/", "fr", CacheEntry([], "tag", "Mon", b"")
    )  # nothing can be kept there: no error


def test_the_language_is_no_part_of_an_address() -> None:
    assert address_of("/a", "lang=en", None) == ("/a", "en")
    assert address_of("/a", "x=1&lang=fr&y=", "en") == ("/a?x=1&y=", "fr")
    assert address_of("/a", "", "en-GB") == ("/a", "en")


def test_every_portrait_of_the_region_is_made_ahead(example_data_dir: Path) -> None:
    with LocalReader.current(example_data_dir) as reader:
        wanted = list(addresses(RegionView.of(reader)))
    assert len(set(wanted)) == len(wanted)
    assert {("/territoires/epci/200040715", "en"), ("/territoires/adhoc/sillon-alpin", "fr")} <= set(wanted)
    assert ("/territoires/commune/38185", "fr") in wanted and wanted[0] == ("/", "fr")


def test_a_service_that_reads_ahead_has_the_pages_made_by_another_process(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots = Snapshots(published)
    snapshot = snapshots.current()
    assert snapshot is not None
    given: list[tuple[str, ...]] = []
    monkeypatch.setattr(Child, "run", lambda _, *arguments, environment: given.append(arguments))
    settings = Settings(data_dir=published, publisher="Nous")
    made = ahead.Ahead(snapshots, lambda one: one.path / "derived", settings)
    made.job.look(snapshot, 9.0)
    made.job.join()
    assert given == []  # it has not lasted
    made.job.look(snapshot, 11.0)
    made.job.join()
    [command] = given
    assert command[0] == "ancrage.api.precompute_process" and '"publisher": "Nous"' in command[-1]
    made.job.look(snapshot, 12.0)
    made.job.join()
    assert len(given) == 1  # it ended and kept nothing: not at once again
    made.job.look(replace(snapshot, id="29990101T000000Z-00000000"), 11.0)
    made.job.join()
    assert len(given) == 2


def test_a_service_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    held = tmp_path / "held"
    lines = (
        "import fcntl, time",
        f"held = open({str(held)!r}, 'w')",
        "fcntl.flock(held, fcntl.LOCK_EX)",
        "print(1, file=held, flush=True)",
        "time.sleep(600)",
    )
    (tmp_path / "endless.py").write_text("\n".join(lines), encoding="utf-8")
    begin = "from ancrage.api.precompute.child import Child; Child().run('endless')"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    service = subprocess.Popen([sys.executable, "-c", begin], env={**os.environ, "PYTHONPATH": path})
    until(lambda: held.exists() and bool(held.read_text()))
    with held.open("r+") as mine:
        with pytest.raises(BlockingIOError):
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        service.kill()
        service.wait()
        fcntl.flock(mine, fcntl.LOCK_EX)  # waits for what the process held


@pytest.mark.parametrize(("ends", "told"), [("kill -INT $$", 0), ("echo Traceback >&2; exit 1", 1)])
def test_a_process_stopped_with_the_service_has_not_failed(
    published: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    ends: str,
    told: int,
) -> None:
    snapshots = Snapshots(published)
    snapshot = snapshots.current()
    assert snapshot is not None
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{ends}\n", encoding="utf-8")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    made = ahead.Ahead(snapshots, lambda one: one.path / "derived", Settings(data_dir=published))
    made.job.look(snapshot, 11.0)
    made.job.join()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "what is computed ahead failed: Traceback\n"
    ][:told]
