"""The stream of interactions: whoever walks its pages has each member once, and the state of every publication."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
from ancrage.graph.finder.artifacts import compare
from ancrage.graph.snapshots.artifacts import changes_file, derive, derived_folder
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.graph.snapshots.snapshot import Snapshot, Snapshots
from ancrage.graph.updates import stream
from ancrage.graph.updates.stream import MEMBERS, STREAM, Stream, append
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.ontology.vocabulary import ANC, ID
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode, Quad, Store
from rdflib import RDF, Dataset, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, RDFS, XSD

LDES, TREE, AS = (
    Namespace(one)
    for one in ("https://w3id.org/ldes#", "https://w3id.org/tree#", "https://www.w3.org/ns/activitystreams#")
)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's, of its own parsers

ROOT = "/ldes/interactions"


def write(folder: Path, years: dict[int, int], graph: str = "a") -> Snapshot:
    """Publish interactions by number, each with its year and a participation."""
    lines = [
        f"@prefix anc: <{ANC}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> . @prefix prov: <{PROV}> ."
        f' <{ID}organization/110000001> a anc:Company ; rdfs:label "Essai" .'
    ]
    for number, year in years.items():
        thing = f"{ID}interaction/{graph}/{number}"
        lines.append(
            f'<{thing}> a anc:Interaction ; rdfs:label "{number}"@fr ; anc:year "{year}"^^xsd:gYear ;'
            f" anc:interactionType <{ID}interaction-type/grant> ; anc:evidenceStatus <{ID}evidence-status/documented> ; "
            f" prov:hadPrimarySource <{ID}source/x> ;"
            f" anc:hasParticipation <{thing}/p/1> ; <http://e.org/note> [ <http://e.org/says> {number} ] ."
            f" <{thing}/p/1> a anc:Participation ; anc:participantRole <{ID}actor-role/partner> ;"
            f" anc:participant <{ID}organization/110000001> ."
        )
    file = folder / f"{graph}.ttl"
    file.write_text("\n".join(lines), encoding="utf-8")
    pipeline = Pipeline(folder / "data", trusted=True)
    snapshot = pipeline.load_rdf(file, GRAPHS + graph).snapshot
    assert snapshot is not None
    return snapshot


def dataset(answer: httpx.Response, format: str) -> Dataset:
    made = Dataset()
    made.parse(data=answer.content, format=format)
    return made


def parsed(answer: httpx.Response) -> Dataset:
    assert answer.status_code == 200, answer.text
    return dataset(answer, "trig")


def ask(client: TestClient, path: str, snapshot: Snapshot | None = None) -> httpx.Response:
    """Ask until it is made, and made of a publication."""
    while True:
        answer = client.get(path)
        if answer.status_code != 503 and (
            snapshot is None or answer.headers.get("ancrage-snapshot") == snapshot.id
        ):
            return answer  # type: ignore[return-value]
        time.sleep(0.3)


class Walk:
    """What a client gets who follows relations from the root: members in order, by page, and what each holds."""

    def __init__(self, client: TestClient, snapshot: Snapshot) -> None:
        root = ask(client, ROOT, snapshot)
        self.stream = node = URIRef(f"http://testserver{ROOT}")
        page, before = parsed(root), ""
        assert (node, RDF.type, LDES.EventStream) in page
        assert page.value(node, LDES.timestampPath) == DCTERMS.created
        assert page.value(node, LDES.versionOfPath) == DCTERMS.isVersionOf
        self.pages: list[tuple[str, int, httpx.Response]] = []
        self.dates: dict[str, str] = {}
        self.state: dict[str, set[tuple[str, str, str]]] = {}
        while relation := page.value(node, TREE.relation):
            assert (relation, RDF.type, TREE.GreaterThanOrEqualToRelation) in page
            assert page.value(relation, TREE.path) == DCTERMS.created
            bound, node = page.value(relation, TREE.value), URIRef(str(page.value(relation, TREE.node)))
            answer = ask(client, str(node))
            page = parsed(answer)
            dated = {
                str(one): str(page.value(one, DCTERMS.created))
                for one in page.objects(self.stream, TREE.member)
            }
            assert 0 < len(dated) <= MEMBERS and not dated.keys() & self.dates.keys()
            assert before <= str(bound) == min(dated.values())
            self.dates |= dated
            before = max(dated.values())
            for member in sorted(dated, key=lambda one: dated[one]):
                thing = str(page.value(URIRef(member), DCTERMS.isVersionOf))
                self.state[thing] = {(str(s), str(p), str(o)) for s, p, o in page.graph(URIRef(member))}
                if (URIRef(member), RDF.type, AS.Delete) in page:
                    assert not self.state.pop(thing)
            self.pages.append((str(node), len(dated), answer))

    def years(self) -> dict[int, int]:
        """The year of each interaction of graph `a`, as the client would have it now."""
        return {
            int(thing.rsplit("/", 1)[-1]): int(object)
            for thing, triples in self.state.items()
            for subject, predicate, object in triples
            if predicate == ANC + "year" and subject == thing
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stream")


@pytest.fixture(scope="module")
def first(folder: Path) -> Snapshot:
    return write(folder, dict.fromkeys(range(MEMBERS * 2 + 30), 2020))


@pytest.fixture(scope="module")
def client(folder: Path, first: Snapshot) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=folder / "data", workers=1))) as made:
        yield made


@pytest.mark.long
def test_each_member_is_met_once_and_publications_add_theirs(
    client: TestClient, folder: Path, first: Snapshot
) -> None:
    years = dict.fromkeys(range(MEMBERS * 2 + 30), 2020)
    walk = Walk(client, first)
    assert walk.years() == years and len(walk.dates) == len(years)
    assert [members for _, members, _ in walk.pages] == [MEMBERS, MEMBERS, 30]
    part = f"{ID}interaction/a/7/p/1"
    said = {triple for triple in walk.state[f"{ID}interaction/a/7"] if triple[0] == part}
    assert (part, ANC + "participant", f"{ID}organization/110000001") in said
    changed = {**years, 3: 2021, 300: 2022}
    del changed[5]
    again = Walk(client, write(folder, changed))
    assert again.years() == changed
    news = again.dates.keys() - walk.dates.keys()
    assert {one.partition("#")[0].rsplit("/", 1)[-1] for one in news} == {"3", "5", "300"}
    assert walk.dates.items() <= again.dates.items() and len(again.dates) == len(walk.dates) + 3
    write(folder, {1: 1999}, "illustrative")  # of no base graph, and the same otherwise: nothing is added
    last = Snapshots(folder / "data").current()
    assert last is not None and Walk(client, last).dates == again.dates


def test_full_pages_never_change_and_the_last_is_asked_again(client: TestClient, first: Snapshot) -> None:
    current = Snapshots(client.app.state.settings.data_dir).current()  # type: ignore[attr-defined]
    assert current is not None
    *closed, (_, _, last) = Walk(client, current).pages
    assert closed
    for address, _, answer in closed:
        assert "immutable" in answer.headers["cache-control"]
        tag = answer.headers["etag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert last.headers["cache-control"] == "public, no-cache" and last.headers["etag"]
    assert client.get(f"{ROOT}/{first.id}/9").status_code == 404
    assert client.get(f"{ROOT}/20200101T000000Z-00000000/1").status_code == 410
    assert client.get(f"{ROOT}/{first.id}/0").status_code in (400, 404, 422)
    for format in ("nq", "jsonld"):
        quads = ask(client, f"{ROOT}/{first.id}/1?format={format}")
        name = {"nq": "nquads", "jsonld": "json-ld"}[format]
        ours = set(dataset(quads, name).subjects(DCTERMS.isVersionOf))
        assert len(ours) == MEMBERS


def test_only_interactions_are_members_and_a_rollback_begins_the_stream_anew(tmp_path: Path) -> None:
    said = (
        f"anc:interactionType <{ID}interaction-type/grant> ; anc:evidenceStatus <{ID}evidence-status/documented> ;"
        f" <{PROV}hadPrimarySource> <{ID}source/x>"
    )
    between = (
        f"anc:tieBetween <{ID}organization/110000001> , <{ID}organization/110000002> ; anc:sharedProjects 1"
    )
    (tmp_path / "b.ttl").write_text(
        f"@prefix anc: <{ANC}> . <{ID}interaction/b/1> a anc:ResearchProject ; {said} ."
        f" <{ID}tie/b/1> a anc:Tie ; {said} ; {between} ."
        f' <{ID}organization/110000002> a anc:Company ; <{RDFS}label> "Autre" .'
    )
    Pipeline(tmp_path / "data", trusted=True).load_rdf(tmp_path / "b.ttl", GRAPHS + "b", publish=False)
    first = write(tmp_path, {1: 2020})
    with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
        one = Walk(client, first)
        assert one.state.keys() == {f"{ID}interaction/{name}/1" for name in "ab"}
        second = Walk(client, write(tmp_path, {1: 2021, 2: 2022}))
        assert second.years() == {1: 2021, 2: 2022}
        Snapshots(tmp_path / "data").rollback()
        back = Walk(client, first)
        assert back.years() == {1: 2020} and back.dates == one.dates
        gone, there = second.pages[0][0], back.pages[0][0]
        assert gone != there and client.get(gone).status_code == 410, "who read what was withdrawn is told"
        again = Walk(client, write(tmp_path, {1: 2020, 3: 2023}))
        assert again.years() == {1: 2020, 3: 2023} and again.pages[0][0] == gone
        assert second.dates.items() <= again.dates.items(), "who did not notice goes on"
        assert client.get(there).status_code == 410


def test_a_page_is_the_same_file_from_publication_to_publication(folder: Path, first: Snapshot) -> None:
    before = Snapshots(folder / "data").current()
    assert before is not None
    after = write(folder, {1: 2020, 2: 2020})
    for snapshot in (before, after):
        derive(snapshot, derived_folder(snapshot), [STREAM], {STREAM: append})
    one, other = (Stream.read(derived_folder(snapshot) / STREAM) for snapshot in (before, after))
    assert one and other and one.begun == other.begun == first.id and other.members > one.members
    for number in range(len(one.firsts)):
        same = (one.folder / f"{number}.nq.gz").samefile(other.folder / f"{number}.nq.gz")
        assert same == other.closed(number) == one.closed(number) or number == len(one.firsts) - 1
    assert all(a <= b for a, b in pairwise(other.firsts))


def test_what_another_graph_says_of_a_participation_is_a_version_and_the_rest_is_not_read(
    folder: Path, first: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, dict.fromkeys(range(9), 2020))
    thing, read = f"{ID}interaction/a/7", list[str]()
    given = stream._described

    def described(store: Store, one: NamedNode, base: frozenset[str]) -> Iterator[Quad]:
        read.append(one.value)
        return given(store, one, base)

    monkeypatch.setattr(stream, "_described", described)
    for text in (
        f'<{thing}/p/1> <http://e.org/note> "more" .',
        f'<{thing}/p/2> <http://e.org/note> "apart" .',
    ):
        (folder / "b.ttl").write_text(text, encoding="utf-8")
        current = Snapshots(folder / "data").current()
        after = Pipeline(folder / "data", trusted=True).load_rdf(folder / "b.ttl", GRAPHS + "b").snapshot
        assert current is not None and after is not None
        derive(current, derived_folder(current), [STREAM], {STREAM: append})
        read.clear()
        changes = changes_file(current.id)
        derive(after, derived_folder(after), [changes, STREAM], {changes: compare, STREAM: append})
        before, now = (Stream.read(derived_folder(one) / STREAM) for one in (current, after))
        assert before and now and now.members == before.members + 1
        member = now.page(len(now.firsts) - 1)
        assert NamedNode(f"{thing}#{after.id}") in {quad.subject for quad in member}
        assert ("more" in str(member[-9:])) == (text.count("more") > 0)
        assert set(read) == {thing, f"{thing}/p/1"}
