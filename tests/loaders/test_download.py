"""Files of sources taken from a real server on this machine: whole, resumed, unchanged, refused."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import ancrage.api.commands  # noqa: F401 - its modules register their commands
import pytest
from ancrage.api.commands.application import run
from ancrage.loaders.download import NotFetched, NothingToFetch, Origin, addresses, fetch
from ancrage.loaders.publisher_archives import unpack
from ancrage.loaders.read.source import Source, all_sources, find_inputs
from ancrage.words import Spoken

BODY = b"code;nom\n" + b"".join(b"%06d;essai\n" % number for number in range(400_000))


@dataclass
class Publisher:
    """A server of one file: what it answers, and the requests that it had."""

    body: bytes = BODY
    kind: str = "text/csv"
    etag: str = '"v1"'
    modified: str = ""
    cut: list[int] = field(default_factory=list)
    """Bytes after which each answer in turn is cut."""
    statuses: list[int] = field(default_factory=list)
    """What it answers instead, in turn."""
    ranges: bool = True
    lengths: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request as a server of files does."""
        self.asked.append({name.lower(): value for name, value in handler.headers.items()})
        asked = self.asked[-1]
        if handler.path == "/moved":
            self._head(handler, 302, {"Location": self.address})
        elif self.statuses:
            self._head(handler, self.statuses.pop(0), {})
        elif self.etag and asked.get("if-none-match") == self.etag:
            self._head(handler, 304, {})
        else:
            self._file(handler, asked)

    def _file(self, handler: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        start, headers, status = 0, {"Content-Type": self.kind}, 200
        headers |= {"ETag": self.etag} if self.etag else {}
        headers |= {"Last-Modified": self.modified} if self.modified else {}
        if self.ranges and "range" in asked and asked.get("if-range") in (self.etag, self.modified):
            start = int(asked["range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(self.body):
                self._head(handler, 416, {})
                return
            headers["Content-Range"] = f"bytes {start}-{len(self.body) - 1}/{len(self.body)}"
            status = 206
        rest = self.body[start:]
        if self.lengths:
            headers["Content-Length"] = str(len(rest))
        self._head(handler, status, headers)
        handler.wfile.write(rest[: self.cut.pop(0)] if self.cut else rest)

    @staticmethod
    def _head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("no_proxy", "*")
    made = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(ConnectionError):  # a client that refuses a file leaves
                made.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.address = f"http://127.0.0.1:{server.server_port}/file.csv"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def take(publisher: Publisher, path: Path, **options: Any) -> tuple[bool, list[str]]:
    said: list[Spoken] = []
    new = fetch(publisher.address, path, said.append, pause=lambda _: None, **options)
    return new, [sentence["fr"] for sentence in said]


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_comes_whole_with_its_origin_beside(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "source" / "file.csv"
    new, _ = take(publisher, path)
    assert new
    assert path.read_bytes() == BODY
    origin = json.loads((path.parent / "file.csv.origin").read_text(encoding="utf-8"))
    assert {name: origin[name] for name in ("address", "etag", "bytes", "sha256")} == {
        "address": publisher.address,
        "etag": '"v1"',
        "bytes": len(BODY),
        "sha256": hashlib.sha256(BODY).hexdigest(),
    }
    assert left(path.parent) == {"file.csv", "file.csv.origin"}


def test_what_did_not_change_is_not_taken_again(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    take(publisher, path)
    new, said = take(publisher, path)
    assert not new
    assert publisher.asked[-1]["if-none-match"] == '"v1"'
    assert any("inchangé depuis le 20" in sentence for sentence in said)
    assert left(tmp_path) == {"file.csv", "file.csv.origin"}


def test_a_new_edition_replaces_the_former(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    take(publisher, path)
    publisher.body, publisher.etag = BODY[:1000], '"v2"'
    assert take(publisher, path)[0]
    assert path.read_bytes() == BODY[:1000]


def test_a_file_that_was_changed_here_is_taken_again(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    take(publisher, path)
    path.write_bytes(b"changed")
    assert take(publisher, path)[0]
    assert "if-none-match" not in publisher.asked[-1]
    assert path.read_bytes() == BODY


def test_what_is_cut_goes_on_from_there(publisher: Publisher, tmp_path: Path) -> None:
    publisher.cut = [1_000_000, 2_000_000]
    new, said = take(publisher, tmp_path / "file.csv")
    assert new
    assert (tmp_path / "file.csv").read_bytes() == BODY
    assert [one.get("range") for one in publisher.asked] == [None, "bytes=1000000-", "bytes=3000000-"]
    assert "file.csv : repris à 3 Mo" in said


def test_what_stays_cut_is_kept_for_the_next_call(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    publisher.cut = [500_000, 0, 0, 0, 0]
    with pytest.raises(NotFetched, match=r"file\.csv") as caught:
        take(publisher, path)
    assert caught.value.told("fr").endswith("coupé après 1 Mo ; la même commande reprendra là.")
    assert left(tmp_path) == {"file.csv.part", "file.csv.part.origin"}
    assert take(publisher, path)[0]
    assert publisher.asked[-1]["range"] == "bytes=500000-"
    assert path.read_bytes() == BODY
    assert left(tmp_path) == {"file.csv", "file.csv.origin"}


@pytest.mark.parametrize("how", ["another edition", "no ranges", "no validator"])
def test_what_cannot_go_on_begins_again(how: str, publisher: Publisher, tmp_path: Path) -> None:
    publisher.cut = [500_000, 0, 0, 0, 0]
    if how == "no validator":
        publisher.etag = ""
    with pytest.raises(NotFetched):
        take(publisher, tmp_path / "file.csv")
    if how == "another edition":
        publisher.etag, publisher.body = '"v2"', BODY[::-1]
    publisher.ranges = how != "no ranges"
    assert take(publisher, tmp_path / "file.csv")[0]
    assert (tmp_path / "file.csv").read_bytes() == publisher.body


def test_a_part_longer_than_the_file_begins_again(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "file.csv.part").write_bytes(BODY + b"more")
    Origin(publisher.address, '"v1"').write(tmp_path / "file.csv.part")
    assert take(publisher, tmp_path / "file.csv")[0]
    assert (tmp_path / "file.csv").read_bytes() == BODY


def test_a_file_of_unknown_size_comes_whole(publisher: Publisher, tmp_path: Path) -> None:
    publisher.lengths = False
    assert take(publisher, tmp_path / "file.csv")[0]
    assert (tmp_path / "file.csv").read_bytes() == BODY


@pytest.mark.parametrize("lengths", [True, False])
def test_a_file_above_the_bound_is_refused(lengths: bool, publisher: Publisher, tmp_path: Path) -> None:
    publisher.lengths = lengths
    with pytest.raises(NotFetched) as caught:
        take(publisher, tmp_path / "file.csv", largest=1_000_000)
    assert "Mo, plus que les 1 permis" in caught.value.told("fr")
    assert left(tmp_path) == set()


def test_a_server_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.statuses = [503, 429]
    assert take(publisher, tmp_path / "file.csv")[0]
    publisher.statuses = [404]
    with pytest.raises(NotFetched) as caught:
        take(publisher, tmp_path / "other.csv")
    assert caught.value.told("fr") == f"{publisher.address} : le serveur répond 404 (Not Found)."
    assert publisher.statuses == []
    assert left(tmp_path) == {"file.csv", "file.csv.origin"}


@pytest.mark.parametrize(
    ("name", "kind", "body", "why"),
    [
        ("file.csv", "text/html; charset=utf-8", b"<html>", "c'est une page et non un fichier"),
        ("file.parquet", "application/octet-stream", b"PAR1 cut", "ce n'est pas du Parquet, ou il est coupé"),
        ("file.csv", "application/zip", b"PK\3\4....", "c'est une archive ZIP"),
        ("file.csv", "text/csv", b"", "le fichier est vide"),
    ],
)
def test_what_is_not_the_file_is_refused_and_the_former_stays(
    name: str, kind: str, body: bytes, why: str, publisher: Publisher, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"former")
    publisher.kind, publisher.body = kind, body
    with pytest.raises(NotFetched) as caught:
        take(publisher, tmp_path / name)
    assert why in caught.value.told("fr")
    assert (tmp_path / name).read_bytes() == b"former"
    assert left(tmp_path) == {name}


def test_a_server_that_is_away_and_an_address_that_is_none(publisher: Publisher, tmp_path: Path) -> None:
    publisher.address = "http://127.0.0.1:9/file.csv"
    with pytest.raises(NotFetched) as caught:
        take(publisher, tmp_path / "file.csv")
    assert "le serveur ne répond pas" in caught.value.told("fr")
    publisher.address = "file:///etc/hostname"
    with pytest.raises(NotFetched) as caught:
        take(publisher, tmp_path / "file.csv")
    assert caught.value.told("en") == "file:///etc/hostname: this is not an HTTP address."


def test_the_command_takes_what_load_reads(
    publisher: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = publisher.address.replace("/file.csv", "/moved")
    assert run(["fetch", "mesr-ilab", str(tmp_path), "--address", moved]) == 0
    out, err = capsys.readouterr()
    path = tmp_path / "mesr-ilab" / "fr-esr-laureats-concours-national-i-lab.csv"
    assert out == f"{path}\n"
    assert "fr-esr-laureats-concours-national-i-lab.csv" in err
    assert path.read_bytes() == BODY
    publisher.statuses = [403]
    path.unlink()
    assert run(["fetch", "mesr-ilab", str(tmp_path), "--address", moved]) == 1
    assert "Erreur" in capsys.readouterr().err
    assert run(["fetch", "insee-flores", str(tmp_path)]) == 1
    assert "n'ont pas d'adresse à eux : prenez-les depuis https://" in capsys.readouterr().err
    assert run(["fetch", "exchange", str(tmp_path)]) == 1
    assert "ceux qui les remplissent les envoient" in capsys.readouterr().err


def archive(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as open_archive:
        for name, body in files.items():
            open_archive.writestr(name, body)
    return made.getvalue()


def test_the_command_takes_out_of_archives_what_load_reads(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files of two archives that have one name stay two; what no source reads stays in."""
    fixtures = Path(__file__).parents[1] / "data" / "cordis"
    files = {
        name: (fixtures / f"h2020-{name}").read_bytes()
        for name in ("organization.csv", "project.csv", "euroSciVoc.csv")
    }
    publisher.body = archive({**files, "../../topics.csv": b"projectID\n", "csv/": b""})
    publisher.kind = "application/zip"
    base = publisher.address.rsplit("/", 1)[0]
    source = replace(
        Source.named("cordis"), archives=(f"{base}/cordis-h2020.zip", f"{base}/cordis-HORIZON.zip")
    )
    monkeypatch.setattr(Source, "named", lambda name: source)
    assert run(["fetch", "cordis", str(tmp_path)]) == 0
    out = capsys.readouterr().out.split()
    assert [Path(path).name for path in out] == [
        f"{stem}-{name}" for stem in ("cordis-h2020", "cordis-HORIZON") for name in files
    ]
    assert Path(out[0]).read_bytes() == files["organization.csv"]
    assert {str(path) for path in find_inputs(source, tmp_path)} == set(out)
    assert run(["fetch", "cordis", str(tmp_path)]) == 0
    assert "inchangé" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"PK\3\4 cut", "l'archive ne s'ouvre pas"),
        (archive({"readme.txt": b"."}), "n'a aucun fichier que « cordis » lise"),
        (archive({"project.csv": b"0" * 3000}), "ont plus de 0 Mo"),
    ],
)
def test_an_archive_that_is_broken_empty_or_swollen_is_refused(tmp_path: Path, body: bytes, why: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(body)
    with pytest.raises(NotFetched) as caught:
        unpack(Source.named("cordis"), path, largest=2000)
    assert why in caught.value.told("fr")
    assert left(tmp_path) == {"a.zip"}


def test_addresses_are_those_that_sources_tell(tmp_path: Path) -> None:
    found = addresses(Source.named("insee-sirene"), tmp_path)
    assert [path.name for _, path in found] == [
        "StockEtablissement_utf8.parquet",
        "StockUniteLegale_utf8.parquet",
    ]
    assert all(address.startswith("https://") for address, _ in found)
    for source in all_sources().values():
        if any(given.download for given in source.inputs):
            assert all(given.download or given.optional for given in source.inputs), source.name
    bare = replace(Source.named("mesr-ilab"), download="", homepage="")
    with pytest.raises(NothingToFetch):
        addresses(bare, tmp_path)
