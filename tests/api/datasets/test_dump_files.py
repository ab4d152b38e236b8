"""Dumps over HTTP: whole, in part, compressed or plain; each under its licence, ODbL in no file of another."""

import gzip
import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.precompute.artifacts import Derivations
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.artifacts import derived_folder
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient

GRAPHS = "https://w3id.org/ancrage/graph/"
SYNTAX = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}
PLAIN = {"Accept-Encoding": "identity"}


def stored(data_dir: Path, *names: str) -> set[ox.Quad]:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    store = ox.Store.read_only(str(snapshot.store))
    graphs = [ox.NamedNode(GRAPHS + name) for name in names]
    return {quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)}


@pytest.mark.parametrize("suffix", ["nq", "trig"])
@pytest.mark.parametrize(
    ("name", "graphs"),
    [
        ("essai", ("essai",)),
        ("illustrative", ("illustrative",)),
        ("licence/cc-by-4.0", ("filieres", "ontology", "provenance")),
    ],
)
def test_a_dump_is_its_graphs(
    client: TestClient, data_dir: Path, suffix: str, name: str, graphs: tuple[str, ...]
) -> None:
    packed = client.get(f"/dumps/{name}.{suffix}.gz", headers=PLAIN)
    assert packed.status_code == 200, packed.text
    assert packed.headers["content-type"] == "application/gzip"
    plain = client.get(f"/dumps/{name}.{suffix}", headers=PLAIN)
    assert plain.content == gzip.decompress(packed.content)
    assert plain.headers["content-length"] == str(len(plain.content))
    assert plain.headers["content-type"].startswith(
        {"nq": "application/n-quads", "trig": "application/trig"}[suffix]
    )
    read = {ox.Quad(*quad) for quad in ox.parse(plain.content, SYNTAX[suffix])}
    wanted = stored(data_dir, *graphs)
    assert len(read) == len(wanted)
    ground = {quad for quad in wanted if "_:" not in str(quad)}
    assert ground <= read


def test_who_takes_gzip_gets_plain_files_compressed_on_the_way(client: TestClient) -> None:
    plain = client.get("/dumps/essai.nq", headers=PLAIN)
    encoded = client.get("/dumps/essai.nq", headers={"Accept-Encoding": "gzip"})
    assert encoded.headers["content-encoding"] == "gzip"
    assert encoded.content == plain.content  # the client has decompressed it
    assert encoded.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert int(encoded.headers["content-length"]) < len(plain.content)


def test_headers_of_a_file(client: TestClient, data_dir: Path) -> None:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    answer = client.get("/dumps/licence/cc-by-4.0.nq.gz", headers=PLAIN)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["ancrage-snapshot"] == snapshot.id
    assert answer.headers["content-disposition"] == 'attachment; filename="ancrage-licence-cc-by-4.0.nq.gz"'
    assert answer.headers["accept-ranges"] == "bytes"
    assert '<https://spdx.org/licenses/CC-BY-4.0>; rel="license"' in answer.headers["link"]
    for conditional in (
        {"If-None-Match": answer.headers["etag"]},
        {"If-None-Match": f'"x", {answer.headers["etag"]}'},
        {"If-Modified-Since": answer.headers["last-modified"]},
    ):
        again = client.get("/dumps/licence/cc-by-4.0.nq.gz", headers={**PLAIN, **conditional})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
    assert client.get("/dumps/essai.nq.gz", headers={"If-None-Match": '"x"'}).status_code == 200
    head = client.head("/dumps/licence/cc-by-4.0.nq", headers=PLAIN)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(gzip.decompress(answer.content))


def test_a_download_is_resumed_across_the_files_of_the_whole(client: TestClient) -> None:
    path = "/dumps/licence/cc-by-4.0.nq.gz"
    whole = client.get(path, headers=PLAIN)
    size = len(whole.content)
    parts = b""
    for begin in range(0, size, 997):
        answer = client.get(path, headers={**PLAIN, "Range": f"bytes={begin}-{begin + 996}"})
        assert answer.status_code == 206
        end = min(begin + 997, size)
        assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{size}"
        assert answer.headers["content-length"] == str(end - begin)
        parts += answer.content
    assert parts == whole.content
    last = client.get(path, headers={**PLAIN, "Range": "bytes=-10", "If-Range": whole.headers["etag"]})
    assert (last.status_code, last.content) == (206, whole.content[-10:])
    rest = client.get(path, headers={**PLAIN, "Range": f"bytes={size - 3}-"})
    assert rest.content == whole.content[-3:]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=99999999-", 416), ("bytes=-0", 416), ("bytes=5-2", 200), ("bytes=0-1,4-5", 200), ("lines=0-1", 200),
        ("bytes=-", 200), ("bytes=a-b", 200), (f"bytes={'9' * 4_000}-", 416), (f"bytes={'9' * 5_000}-", 200),
    ],
)  # fmt: skip
def test_other_ranges(client: TestClient, asked: str, status: int) -> None:
    answer = client.get("/dumps/essai.nq.gz", headers={**PLAIN, "Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-range"].startswith("bytes */")
        assert answer.content == b""
    stale = client.get("/dumps/essai.nq.gz", headers={**PLAIN, "Range": "bytes=0-1", "If-Range": '"older"'})
    assert stale.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "nothing.nq",
        "essai.ttl",
        "essai",
        "../current.nq",
        "..%2f..%2fcurrent.nq",
        "essai.nq.bz2",
        "licence/mit.nq",
        ".nq",
        "%00.nq",
    ],
)
def test_other_files_are_not_found(client: TestClient, path: str) -> None:
    answer = client.get(f"/dumps/{path}")
    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_list_for_programs_and_for_people(client: TestClient) -> None:
    listed = client.get("/dumps", params={"format": "json"}).json()
    files = {file["url"].removeprefix("http://testserver/dumps/"): file for file in listed["files"]}
    assert "licence/cc-by-4.0.trig.gz" in files
    assert not any(
        "illustrative" in graph for file in files.values() if file["whole"] for graph in file["graphs"]
    )
    essai = client.get("/dumps/essai.nq.gz", headers=PLAIN).content
    told = {f["url"]: f for f in client.get("/dumps?format=json").json()["files"]}[
        "http://testserver/dumps/essai.nq.gz"
    ]
    assert (told["bytes"], told["sha256"]) == (len(essai), hashlib.sha256(essai).hexdigest())
    page = client.get("/dumps", headers={"Accept": "text/html"}).text
    for url in files:
        assert f'href="/dumps/{url}"' in page
    assert "données inventées, hors des indicateurs" in page


@pytest.mark.long
def test_odbl_stands_in_no_file_of_another_licence(tmp_path: Path) -> None:
    lines = {"libre": "etalab-2.0", "anr": "ODbL-1.0", "filieres": None, "essai-2": "etalab-2.0"}
    for name in lines:
        text = f'<{GRAPHS}s> <http://e.org/p> "from {name}" <{GRAPHS}{name}> .\n'
        (tmp_path / f"{name}.nq").write_text(text, encoding="utf-8")
    graphs = {
        GRAPHS + name: {"role": "base", "licence": licence, "quads": 1} for name, licence in lines.items()
    }
    quads = build_store(sorted(tmp_path.glob("*.nq")), tmp_path / "store", merged=list(graphs))
    Snapshots(tmp_path / "data").publish(
        tmp_path / "store", {"quads": quads, "graphs": graphs, "merged": True}
    )
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        free = client.get("/dumps/licence/etalab-2.0.nq").text
        shared = client.get("/dumps/licence/odbl-1.0.nq").text
        assert ("from libre" in free, "from essai-2" in free, "from anr" in free, "from filieres" in free) == (
            True, True, False, False,
        )  # fmt: skip
        assert ("from anr" in shared, "from filieres" in shared, "from libre" in shared) == (
            True,
            True,
            False,
        )
        assert shared.count("# graph <") == 2
        assert "licence https://spdx.org/licenses/ODbL-1.0" in shared


@pytest.mark.long
def test_numbers_and_files_follow_publications_and_rollbacks(
    tmp_path: Path, publisher: Callable[[Path, Path], str]
) -> None:
    data = tmp_path / "data"
    first = publisher(data, tmp_path / "one")

    def numbers(client: TestClient) -> tuple[str, int]:
        """What is counted, and of which publication: an older one while the current is counted."""
        answer = client.get("/.well-known/void.nt")
        assert answer.status_code == 200
        whole = "<http://testserver/catalog#dataset> <http://rdfs.org/ns/void#triples> "
        line = next(line for line in answer.text.splitlines() if line.startswith(whole))
        snapshot = answer.headers["ancrage-snapshot"]
        assert snapshot in answer.headers["etag"]
        return snapshot, int(line.split('"')[1])

    def file(client: TestClient) -> tuple[str, bytes]:
        answer = client.get("/dumps/essai.nq.gz", headers=PLAIN)
        assert answer.status_code == 200, answer.text
        return answer.headers["ancrage-snapshot"], answer.content

    def follows(client: TestClient, snapshot: str) -> None:
        end = time.monotonic() + 120
        while {numbers(client)[0], file(client)[0]} != {snapshot}:
            assert time.monotonic() < end
            time.sleep(0.2)

    with TestClient(create_app(Settings(data_dir=data, workers=1))) as client:
        end = time.monotonic() + 120
        while client.get("/dumps/essai.nq.gz").status_code == 503:  # the first files are being made
            assert time.monotonic() < end
            time.sleep(0.2)
        before = numbers(client), file(client)
        assert before[0][0] == before[1][0] == first
        extra = tmp_path / "extra.nq"
        extra.write_text(f'<http://e.org/s> <http://e.org/p> "new" <{GRAPHS}essai> .\n', encoding="utf-8")
        build_store([extra], tmp_path / "two", merged=[GRAPHS + "essai"])
        about = {"graphs": {GRAPHS + "essai": {"role": "base", "quads": 1}}, "merged": True, "quads": 1}
        second = Snapshots(data).publish(tmp_path / "two", about)
        said, sent = numbers(client), file(client)
        assert said in (before[0], (second.id, 1)), "the former serve until the new are there"
        assert sent == before[1] or sent[0] == second.id
        follows(client, second.id)
        assert numbers(client) == (second.id, 1)
        assert b"new" in gzip.decompress(file(client)[1])
        Snapshots(data).rollback()
        assert numbers(client) == before[0], "never of a publication newer than the current one"
        assert file(client) == before[1]
        assert client.get("/dumps/filieres.nq.gz").status_code == 200


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_only_be_read_is_served_too(data_dir: Path) -> None:
    snapshot = Snapshots(data_dir).current()
    assert snapshot is not None
    snapshot.path.chmod(0o500)
    try:
        made = Derivations(Snapshots(data_dir), lambda: snapshot)
        assert made.folder(snapshot) != derived_folder(snapshot)
        made.close()
    finally:
        snapshot.path.chmod(0o700)
