"""Files of pages: compressed for whoever takes it, tagged, told unchanged."""

import gzip
from pathlib import Path

import pytest
from ancrage.api.render.rendering import STATIC
from ancrage.api.web import assets
from fastapi.testclient import TestClient

ADDRESS = "/static/vendor/yasgui.min.js"
FILE = STATIC / "vendor" / "yasgui.min.js"


def test_a_script_is_compressed_for_whoever_takes_it(client: TestClient) -> None:
    with client.stream("GET", ADDRESS, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(raw) < FILE.stat().st_size / 3
    assert gzip.decompress(raw) == FILE.read_bytes()
    plain = client.get(ADDRESS, headers={"Accept-Encoding": "identity"})
    assert plain.content == FILE.read_bytes()
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] != answer.headers["etag"]
    assert plain.headers["vary"] == answer.headers["vary"] == "Accept-Encoding"


def test_what_a_browser_has_is_not_sent_again(client: TestClient) -> None:
    for encoding in ("gzip", "identity"):
        first = client.get(ADDRESS, headers={"Accept-Encoding": encoding})
        again = client.get(
            ADDRESS, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    dated = {"Accept-Encoding": "gzip", "If-Modified-Since": first.headers["last-modified"]}
    assert client.get(ADDRESS, headers=dated).status_code == 304


def test_head_and_missing_files(client: TestClient) -> None:
    head = client.head(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert head.content == b""
    assert int(head.headers["content-length"]) > 200_000
    assert client.get("/static/vendor/nothing.js").status_code == 404
    assert client.get("/static/../app.py").status_code == 404


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client: TestClient) -> None:
    part = client.get(ADDRESS, headers={"Range": "bytes=0-9", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, FILE.read_bytes()[:10])


@pytest.mark.parametrize("is_there", [True, False])
def test_the_documentation_is_linked_where_it_is_written(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_there: bool
) -> None:
    monkeypatch.setattr(assets, "SITE", tmp_path if is_there else tmp_path / "nowhere")
    assets.has_documentation.cache_clear()
    page = client.get(f"/methodes?lang=fr&is_there={is_there}", headers={"Accept": "text/html"})
    assets.has_documentation.cache_clear()
    assert page.status_code == 200 and ('href="/docs/"' in page.text) is is_there
