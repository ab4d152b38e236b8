"""What changed between publications: listed, fed, as files; a partner's copy follows them all the way."""

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pyoxigraph
import pytest
import rdflib
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.artifacts import PARTITIONS, derive, derived_folder, dump_file
from ancrage.graph.snapshots.canonical import sort_graph
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.updates.differences import side_of
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.ontology.vocabulary import ANC
from fastapi.testclient import TestClient
from rdflib.namespace import DCAT, DCTERMS, XSD

DOCS = Path(__file__).parents[3] / "docs" / "how-to"
PLAIN = {"Accept-Encoding": "identity"}


def load(folder: Path, *values: str) -> Snapshot:
    (folder / "a.ttl").write_text(
        "\n".join(f"<http://e.org/s> <http://e.org/p> {value} ." for value in values), encoding="utf-8"
    )
    snapshot = Pipeline(folder / "data").load_rdf(folder / "a.ttl", GRAPHS + "a").snapshot
    assert snapshot is not None
    return snapshot


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with three publications, the first of them pruned."""
    folder = tmp_path_factory.mktemp("changes")
    (folder / "b.ttl").write_text("<http://e.org/s> <http://e.org/p> [ <http://e.org/q> 1 ] .")
    Pipeline(folder / "data").load_rdf(folder / "b.ttl", GRAPHS + "b", publish=False)
    for values in (["'gone'"], ["'one'", "'two'"], ["'two'", "03"]):
        load(folder, *values)
    Snapshots(folder / "data").prune(2)
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=folder / "data", workers=1))) as made:
        yield made


def kept(folder: Path) -> list[str]:
    return [one.id for one in Snapshots(folder / "data").list()]


def ask(client: TestClient, path: str) -> httpx.Response:
    """Ask for a file as it is, again while it is being made: a busy machine takes its time."""
    while (answer := client.get(path, headers=PLAIN)).status_code == 503:
        time.sleep(1)
    return answer  # type: ignore[return-value]


def test_a_file_of_differences_is_made_once_and_never_changes(client: TestClient, folder: Path) -> None:
    before, after = kept(folder)
    answer = ask(client, f"/changes/{before}..{after}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/rdf-patch")
    lines = answer.text.splitlines()
    assert (
        f'A <http://e.org/s> <http://e.org/p> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <{GRAPHS}a> .'
        in lines
    )
    assert f'D <http://e.org/s> <http://e.org/p> "one" <{GRAPHS}a> .' in lines
    assert not any(f"<{GRAPHS}b>" in line for line in lines)
    packed = client.get(f"/changes/{before}..{after}.gz", headers=PLAIN)
    assert gzip.decompress(packed.content) == answer.content
    assert "immutable" in packed.headers["cache-control"]
    again = client.get(f"/changes/{before}..{after}.gz", headers={"If-None-Match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    led = client.get(f"/changes/{before}..current", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (307, f"/changes/{before}..{after}")
    back = ask(client, f"/changes/{after}..{before}").text.splitlines()
    swapped = {
        "A" + line[1:] if line[0] == "D" else "D" + line[1:] for line in lines if line[:2] in ("A ", "D ")
    }
    assert {line for line in back if line[:2] in ("A ", "D ")} == swapped


def test_what_is_not_kept_is_gone_and_what_never_was_is_not_found(client: TestClient, folder: Path) -> None:
    now = kept(folder)[-1]
    first = next(Snapshots(folder / "data").history())["id"]
    gone = client.get(f"/changes/{first}..{now}", headers={"Accept": "application/json"})
    assert gone.status_code == 410
    assert "take the files of /dumps" in gone.json()["detail"]
    for pair in (
        f"20200101T000000Z-00000000..{now}",
        "hier..demain",
        now,
        f"{now}..{now}.bz2",
        "a..b",
        "%00",
    ):
        assert client.get(f"/changes/{pair}").status_code == 404, pair


def test_the_list_and_the_feed(client: TestClient, folder: Path) -> None:
    before, after = kept(folder)
    ask(client, f"/changes/{before}..{after}")
    told = client.get("/changes", params={"format": "json"}).json()
    assert told["current"] == after
    newest, oldest = told["publications"]
    assert (newest["id"], newest["before"], oldest["before"], oldest["changes"]) == (
        after,
        before,
        None,
        None,
    )
    assert newest["graphs"][GRAPHS + "a"] == {"added": 1, "removed": 1}
    assert client.get(newest["changes"]).status_code == 200
    feed = client.get("/changes/feed.atom")
    assert feed.headers["content-type"] == "application/atom+xml"
    assert (
        client.get("/changes/feed.atom", headers={"If-None-Match": feed.headers["etag"]}).status_code == 304
    )
    atom = "{http://www.w3.org/2005/Atom}"
    entries = ElementTree.fromstring(feed.text).findall(f"{atom}entry")
    assert [str(entry.findtext(f"{atom}id")).rsplit("/", 1)[-1] for entry in entries] == [after, before]
    links = [link.get("href") for link in entries[0].findall(f"{atom}link") if link.get("rel") == "related"]
    assert links == [f"http://testserver/changes/{before}..{after}"]
    page = client.get("/changes", headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    assert f'href="/changes/{before}..{after}.gz"' in page
    assert "+1 −1" in page


def test_a_parameter_that_is_not_known_is_refused_with_the_nearest(client: TestClient) -> None:
    for path in ("/changes", "/changes/feed.atom", "/changes/20261128T120000Z-0a1b2c3d..current"):
        answer = client.get(path, params={"lnag": "en"}, headers={"Accept": "application/json"})
        assert answer.status_code == 400, path
        told = answer.json()["detail_fr"]
        assert "« lnag »" in told and "Vouliez-vous dire « lang »" in told, told
        assert client.get(path, params={"lang": "en"}, follow_redirects=False).status_code < 400, path


def test_the_feed_tells_a_rollback(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "own", symlinks=True, ignore=shutil.ignore_patterns("*.draft"))
    snapshots, atom = Snapshots(tmp_path / "own" / "data"), "{http://www.w3.org/2005/Atom}"

    def told() -> tuple[list[str], str, str]:
        with TestClient(create_app(Settings(data_dir=snapshots.data_dir, workers=1))) as client:
            answer = client.get("/changes/feed.atom")
        feed = ElementTree.fromstring(answer.text)
        ids = [str(entry.findtext(f"{atom}id")).rsplit("/", 1)[-1] for entry in feed.findall(f"{atom}entry")]
        assert feed.findtext(f"{atom}updated") == feed.findtext(f"{atom}entry/{atom}updated")
        return ids, str(feed.findtext(f"{atom}updated")), answer.headers["etag"]

    ids, date, tag = told()
    time.sleep(1)  # dates are to the second
    snapshots.rollback()
    back = told()
    assert back[0] == ids[1:] and back[1] > date and back[2] != tag


def test_a_dump_of_a_graph_that_did_not_change_is_the_same_file(folder: Path, tmp_path: Path) -> None:
    drafts = shutil.ignore_patterns("*.draft")  # of the service that other tests ask, at work beside
    shutil.copytree(folder, tmp_path / "own", symlinks=True, ignore=drafts)
    with TestClient(create_app(Settings(data_dir=tmp_path / "own" / "data", workers=1))) as client:

        def heads(name: str) -> tuple[str, str]:
            answer = ask(client, f"/dumps/{name}.nq.gz")
            assert gzip.decompress(answer.content).splitlines()[1:] == sorted(
                gzip.decompress(answer.content).splitlines()[1:]
            )
            return answer.headers["etag"], answer.headers["last-modified"]

        before = {name: heads(name) for name in ("a", "b", "ontology")}
    time.sleep(1)  # dates are to the second
    load(tmp_path / "own", "'three'")
    with TestClient(create_app(Settings(data_dir=tmp_path / "own" / "data", workers=1))) as client:
        current = Snapshots(tmp_path / "own" / "data").current()
        assert current is not None
        files = [dump_file(GRAPHS + name, "nq") for name in before]
        derive(current, derived_folder(current), [PARTITIONS, *files])
        after = {name: heads(name) for name in before}
        catalogue = client.get("/catalog.nt").text
        told = rdflib.Graph().parse(data=client.get("/catalog.ttl").content, format="turtle")
        for name in before:
            date = told.value(rdflib.URIRef(f"http://testserver/catalog#graph-{name}"), DCTERMS.modified)
            assert (datetime.fromisoformat(str(date)) == current.created) == (name == "a"), name
        sizes = [one for one in told.objects(None, DCAT.byteSize) if isinstance(one, rdflib.Literal)]
        assert {one.datatype for one in sizes} == {XSD.nonNegativeInteger}
        for name in before:
            digest = hashlib.sha256(client.get(f"/dumps/{name}.nq.gz", headers=PLAIN).content).hexdigest()
            assert f'spdx.org/rdf/terms#checksumValue> "{digest}"^^' in catalogue
    assert {name for name in before if before[name] != after[name]} == {"a"}
    assert (
        '/catalog#dataset> <http://purl.org/dc/terms/identifier> "http://testserver/catalog#dataset"'
        in catalogue
    )


def script_of(guide: str) -> str:
    text = (DOCS / f"{guide}.md").read_text(encoding="utf-8")
    return text.partition("```python\n")[2].partition("```")[0]


def test_both_guides_have_the_same_script() -> None:
    bare = [re.sub(r"  # .*", "", script_of(guide)) for guide in ("sync", "synchroniser")]
    assert bare[0] == bare[1]


def test_the_query_of_the_guides_counts_organisations_as_the_endpoint_does() -> None:
    queries = {
        (DOCS / f"{guide}.md").read_text(encoding="utf-8").partition("```sparql\n")[2].partition("```")[0]
        for guide in ("sync", "synchroniser")
    }
    (text,), org = queries, "http://www.w3.org/ns/org#Organization"
    copy = pyoxigraph.Store()
    lines = [
        *(f"<http://e.org/{name}> a <{org}> <{GRAPHS}x> ." for name in "abc"),
        f"<http://e.org/d> a <{org}> <{GRAPHS}illustrative> .",
        f"<http://e.org/a> <{ANC}recordOf> <http://e.org/b> <{GRAPHS}register> .",
    ]
    quads = "\n".join(lines).replace(" a <", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <")
    copy.load(quads, format=pyoxigraph.RdfFormat.N_QUADS)
    assert [[int(one["organisations"].value)] for one in copy.query(text)] == [[2]]  # type: ignore[union-attr]


def test_the_script_of_the_guide_keeps_a_copy_in_step(
    folder: Path, tmp_path: Path, served: Callable[..., AbstractContextManager[str]]
) -> None:
    shutil.copytree(folder, tmp_path / "own", symlinks=True, ignore=shutil.ignore_patterns("*.draft"))
    data, copy = tmp_path / "own" / "data", tmp_path / "copy.nq"
    (tmp_path / "sync.py").write_text(script_of("sync"), encoding="utf-8")

    def follows(host: str) -> bool:
        """Run the script once the service serves the current publication, and tell whether the copy is what the store has."""
        current = Snapshots(data).current()
        assert current is not None
        end = time.monotonic() + 120
        while httpx.get(f"{host}/changes?format=json", timeout=60).json()["current"] != current.id:
            assert time.monotonic() < end
            time.sleep(0.2)
        subprocess.run([sys.executable, tmp_path / "sync.py", host, copy], check=True, timeout=600)
        with side_of(current) as side:
            stored = {
                line for graph in side.graphs for line in sort_graph(side.store, graph, tmp_path / "runs")
            }
        noted = set(json.loads(copy.with_suffix(".json").read_text()).values())
        return set(copy.read_bytes().splitlines(keepends=True)) == stored and noted == {current.id}

    with served(data) as host:
        assert follows(host), "the first time"
        load(tmp_path / "own", "'two'", "'é'")
        assert follows(host), "a publication later"
        (tmp_path / "own" / "b.ttl").write_text(
            "<http://e.org/s> <http://e.org/p> [ <http://e.org/q> 2 ], 1 ."
        )
        Pipeline(data).load_rdf(tmp_path / "own" / "b.ttl", GRAPHS + "b", publish=False)
        Pipeline(data).load_rdf(tmp_path / "own" / "b.ttl", GRAPHS + "c")
        assert follows(host), "with blank nodes and a new graph"
        Snapshots(data).rollback()
        assert follows(host), "after a rollback"
