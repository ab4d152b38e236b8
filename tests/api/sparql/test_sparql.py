"""The SPARQL 1.1 Protocol: requests, formats, statuses, caching, sharing between sites, and the page."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.app import create_app
from ancrage.api.render import spreadsheets
from ancrage.api.sparql.answers import Answers
from ancrage.api.sparql.request import Call
from ancrage.api.web.security import SECURITY_HEADERS
from ancrage.api.web.settings import Settings
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.graph.snapshots.store import build_store
from fastapi.testclient import TestClient
from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from ...pages import plain

G = "https://w3id.org/ancrage/graph/"
SD = "http://www.w3.org/ns/sparql-service-description#"
ROLES = {"a": "base", "b": "base", "illustrative": "illustrative"}
SELECT = "SELECT ?s ?n { ?s <http://e.org/n> ?n } ORDER BY ?n"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s <http://e.org/m> ?n } { ?s <http://e.org/n> ?n }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
LARGE = "SELECT * { ?s ?p ?o } ORDER BY ?s"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f . ?g ?t ?h FILTER(?a != ?h) }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}


def publish(data_dir: Path, extra: str = "") -> str:
    snapshots = Snapshots(data_dir)
    with snapshots.staging() as folder:
        lines = [
            f"<http://e.org/{i}> <http://e.org/n> {n} <{G}a> ." for i, n in enumerate(['"x;=1+1"', '"b"@fr'])
        ]
        lines += [f'<http://e.org/c{i}> <http://e.org/p> "{i}" <{G}b> .' for i in range(200)]
        lines += [f'<http://e.org/i> <http://e.org/p> "jeu" <{G}illustrative> .', extra]
        (folder / "a.nq").write_text("\n".join(lines) + "\n", encoding="utf-8")
        merged = [G + name for name, role in ROLES.items() if role == "base"]
        quads = build_store([folder / "a.nq"], folder / "store", merged=merged)
        graphs = {G + name: {"role": role, "quads": 1} for name, role in ROLES.items()}
        return snapshots.publish(folder / "store", {"quads": quads, "graphs": graphs, "merged": True}).id


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sparql")
    publish(folder)
    return folder


@pytest.fixture(scope="module")
def web(data_dir: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1, deadline=0.8))) as client:
        yield client


def count(response: Any) -> int:
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


@pytest.fixture(params=["GET", "POST form", "POST query"])
def send(request: pytest.FixtureRequest, web: TestClient) -> Any:
    def sent(text: str, parameters: dict[str, Any] | None = None, accept: str = "*/*") -> Any:
        given = parameters or {}
        if request.param == "GET":
            return web.get("/sparql", params={"query": text, **given}, headers={"Accept": accept})
        if request.param == "POST form":
            return web.post("/sparql", data={"query": text, **given}, headers={"Accept": accept})
        headers = {"Accept": accept, "Content-Type": "application/sparql-query"}
        return web.post("/sparql", params=given, content=text.encode(), headers=headers)

    return sent


def test_the_three_ways_to_send_a_query(send: Any) -> None:
    response = send(SELECT)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert response.json()["head"]["vars"] == ["s", "n"]
    assert len(response.json()["results"]["bindings"]) == 2


def test_the_dataset_of_the_protocol(send: Any) -> None:
    assert count(send(COUNT)) == 202
    assert count(send(COUNT, {"default-graph-uri": [f"{G}illustrative"]})) == 1
    assert count(send(COUNT, {"default-graph-uri": [f"{G}illustrative", f"{G}a"]})) == 3
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(send(named)) == 203
    assert count(send(named, {"named-graph-uri": [f"{G}a", f"{G}illustrative"]})) == 3
    assert count(send(COUNT, {"named-graph-uri": [f"{G}a"]})) == 0
    assert count(send(named, {"default-graph-uri": [f"{G}a"]})) == 0
    inside = COUNT.replace("{", f"FROM <{G}a> {{", 1)
    assert count(send(inside)) == 2
    assert count(send(inside, {"default-graph-uri": [f"{G}illustrative"]})) == 1


def test_an_accent_and_a_plus_arrive_whole(send: Any) -> None:
    response = send("SELECT ?x { BIND('é+ %26 œ' AS ?x) }", accept="text/csv")
    assert response.text == "x\r\né+ %26 œ\r\n"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        ("text/html;q=0.3, text/csv;q=0.4", "text/csv; charset=utf-8"),
        ("application/*", "application/sparql-results+json"),
        ("*/*;q=0.1, text/*", "text/csv; charset=utf-8"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
    ],
)
def test_the_quality_of_accept_decides(web: TestClient, accept: str, media_type: str) -> None:
    response = web.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("format", "rdf"),
    [
        ("ttl", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("rdf", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
        ("trig", RdfFormat.TRIG),
        ("nq", RdfFormat.N_QUADS),
    ],
)
def test_a_graph_in_every_format_by_name_and_by_accept(web: TestClient, format: str, rdf: RdfFormat) -> None:
    by_name = web.get(
        "/sparql", params={"query": CONSTRUCT, "format": format}, headers={"Accept": "text/csv"}
    )
    by_accept = web.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": rdf.media_type})
    assert by_name.content == by_accept.content
    assert by_name.headers["content-type"].startswith(rdf.media_type)
    assert len(list(parse(by_name.content, rdf))) == 2


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_a_boolean_and_rows_by_name(web: TestClient, format: str) -> None:
    assert b"true" in web.get("/sparql", params={"query": ASK, "format": format}).content
    assert b"x;=1+1" in web.get("/sparql", params={"query": SELECT, "format": format}).content


def test_csv_for_french_spreadsheets(web: TestClient) -> None:
    response = web.get(
        "/sparql", params={"query": "SELECT ('=1+1' AS ?f) (1.5 AS ?d) {}", "format": "csv-fr"}
    )
    assert response.content == "\ufefff;d\r\n'=1+1;1,5\r\n".encode()
    assert web.get("/sparql", params={"query": CONSTRUCT, "format": "csv-fr"}).status_code == 406


def test_xml_and_json_tell_the_same(web: TestClient) -> None:
    read = []
    for name, format in (("json", QueryResultsFormat.JSON), ("xml", QueryResultsFormat.XML)):
        body = web.get("/sparql", params={"query": SELECT, "format": name}).content
        solutions = parse_query_results(body, format=format)
        assert isinstance(solutions, QuerySolutions)
        read.append([[str(value) for value in solution] for solution in solutions])
    assert read[0] == read[1]
    assert len(read[0]) == 2


PROBLEMS: dict[str, tuple[dict[str, str], str, int, dict[str, Any]]] = {
    "syntax": ({}, "SELECT * {\n ?s ?p ! }", 400, {"line": 2}),
    "nested": ({}, "SELECT * " + "{" * 2220 + "}" * 2220, 400, {"limit": 64}),
    "patterns": ({}, "SELECT * { " + "?s ?p ?o. " * 193 + "}", 400, {"limit": 128}),
    "service": ({}, "SELECT * {\n SERVICE <http://127.0.0.1/> {} }", 403, {"line": 2, "column": 2}),
    "load": ({}, "LOAD <http://127.0.0.1/>", 403, {}),
    "insert": ({}, "INSERT DATA { <a:a> <a:b> 1 }", 403, {}),
    "accept": ({"Accept": "image/png"}, SELECT, 406, {}),
    "accept graph": ({"Accept": "text/csv"}, CONSTRUCT, 406, {}),
    "too long": ({}, "ASK {} #" + "x" * 70_000, 413, {"limit": 65536}),
    "deadline": ({}, HEAVY, 504, {"limit": 0.8}),
}  # fmt: skip


@pytest.mark.parametrize(("headers", "text", "status", "told"), PROBLEMS.values(), ids=PROBLEMS)
def test_errors_are_problems(
    web: TestClient, headers: dict[str, str], text: str, status: int, told: dict[str, Any]
) -> None:
    response = web.post("/sparql", data={"query": text}, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert {key: problem[key] for key in told} == told
    assert web.get("/sparql", params={"query": ASK}).status_code == 200


def test_406_lists_the_formats(web: TestClient) -> None:
    rows = web.get("/sparql", params={"query": SELECT}, headers={"Accept": "image/png"}).json()
    assert "text/csv" in rows["formats"]
    graph = web.get("/sparql", params={"query": CONSTRUCT, "format": "csv"}).json()
    assert "text/turtle" in graph["formats"]
    unknown = web.get("/sparql", params={"query": SELECT, "format": "pdf"})
    assert unknown.status_code == 406
    assert "csv-fr" in unknown.json()["formats"]


def test_memory_is_422(data_dir: Path) -> None:
    doubling = "SELECT ?x34 { BIND('0123456789abcdef' AS ?x0) " + "".join(
        f"BIND(CONCAT(?x{i},?x{i}) AS ?x{i + 1}) " for i in range(34)
    ) + "}"  # fmt: skip
    settings = Settings(data_dir=data_dir, workers=1, deadline=20, memory=128 << 20)
    with TestClient(create_app(settings)) as client:
        response = client.get("/sparql", params={"query": doubling})
        assert response.status_code == 422
        assert client.get("/sparql", params={"query": ASK}).json()["boolean"] is True


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/json", "application/sparql-update"])
def test_another_body_is_415(web: TestClient, media_type: str) -> None:
    response = web.post("/sparql", content=ASK.encode(), headers={"Content-Type": media_type})
    assert response.status_code == 415
    assert "application/sparql-query" in response.headers["accept-post"]


def test_a_charset_other_than_utf_8_is_415_and_bad_bytes_are_400(web: TestClient) -> None:
    latin = {"Content-Type": "application/sparql-query; charset=iso-8859-1"}
    assert web.post("/sparql", content=ASK.encode(), headers=latin).status_code == 415
    utf8 = {"Content-Type": 'application/sparql-query; charset="UTF-8"'}
    assert web.post("/sparql", content=ASK.encode(), headers=utf8).status_code == 200
    assert web.post("/sparql", content=b"ASK { ?s ?p '\xff' }", headers=utf8).status_code == 400
    assert web.post("/sparql", content=b"query=%FF", headers=FORM).status_code == 400


def test_a_long_body_is_refused_while_it_comes(web: TestClient) -> None:
    def body() -> Iterator[bytes]:
        for _ in range(400):
            yield b"x" * 65_536

    headers = {"Content-Type": "application/sparql-query"}
    assert web.post("/sparql", content=body(), headers=headers).status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("query=", 400),
        ("query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("update=CLEAR+ALL", 403),
        ("query=ASK%7B%7D&default-graph-uri=not+an+iri", 400),
        ("x=1", 400),
    ],
)
def test_a_form_that_is_not_a_query(web: TestClient, body: str, status: int) -> None:
    assert web.post("/sparql", content=body.encode(), headers=FORM).status_code == status


@pytest.mark.long
def test_a_full_pool_is_503_and_a_greedy_client_429(data_dir: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with (
        TestClient(create_app(Settings(data_dir=data_dir, workers=1, deadline=1.5))) as client,
        ThreadPoolExecutor(24) as threads,
    ):
        sent = [threads.submit(client.get, "/sparql", params={"query": HEAVY}) for _ in range(24)]
        answers = [one.result() for one in sent]
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {429, 503, 504}
    assert 429 in statuses
    for answer in answers:
        if answer.status_code in (429, 503):
            assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_an_answer_is_kept_by_the_client_until_the_next_publication(tmp_path: Path) -> None:
    publish(tmp_path)
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:

        def get(headers: dict[str, str] | None = None, **parameters: str) -> Any:
            return client.get("/sparql", params={"query": SELECT, **parameters}, headers=headers or {})

        first = get()
        tag = first.headers["etag"]
        assert tag.startswith('"')
        assert first.headers["last-modified"].endswith("GMT")
        again = get({"If-None-Match": f'"other", {tag}'})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert get({"If-None-Match": tag}, format="csv").status_code == 200
        assert get(format="csv").headers["etag"] != tag
        csv = get(format="csv").headers["etag"]
        assert get({"If-None-Match": csv}, format="csv").status_code == 304
        publish(tmp_path, f'<http://e.org/new> <http://e.org/n> "z" <{G}a> .')
        after = get({"If-None-Match": tag})
        assert after.status_code == 200
        assert after.headers["etag"] != tag
        assert len(after.json()["results"]["bindings"]) == 3


def test_a_date_counts_without_tags_and_only_if_it_is_the_one_sent(web: TestClient) -> None:
    def get(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return int(web.get("/sparql", params={"query": SELECT}, headers=named).status_code)

    date = web.get("/sparql", params={"query": SELECT}).headers["last-modified"]
    assert get(If_Modified_Since=date) == 304
    assert get(If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT") == 200
    assert get(If_Modified_Since=date, If_None_Match='"other"') == 200
    assert get(If_None_Match="*") == 304


def test_a_304_tells_the_tag_the_client_has_and_nothing_of_the_content(web: TestClient) -> None:
    for query in (SELECT, LARGE):
        plain = web.get("/sparql", params={"query": query}, headers={"Accept-Encoding": "identity"})
        tag = plain.headers["etag"]
        again = web.get("/sparql", params={"query": query}, headers={"If-None-Match": f"W/{tag}"})
        assert again.status_code == 304
        assert again.headers["etag"] == tag
        assert "Accept-Encoding" in again.headers["vary"]
        assert not {"content-type", "content-encoding", "content-length"} & again.headers.keys()
    posted = web.post("/sparql", data={"query": SELECT}, headers={"If-None-Match": tag})
    assert posted.status_code == 200


@pytest.mark.parametrize("format", ["json", "csv-fr"])
def test_a_large_answer_is_compressed_for_who_takes_it(web: TestClient, format: str) -> None:
    def get(query: str, coding: str) -> Any:
        headers = {"Accept-Encoding": coding}
        return web.get("/sparql", params={"query": query, "format": format}, headers=headers)

    plain = get(LARGE, "identity")
    packed = get(LARGE, "br, gzip;q=0.5")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in get(SELECT, "gzip").headers
    assert "content-encoding" not in get(LARGE, "gzip;q=0").headers


@pytest.fixture
def kept(data_dir: Path) -> Iterator[tuple[TestClient, Answers]]:
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1))) as client:
        yield client, client.app.state.answers  # type: ignore[attr-defined]


def test_the_same_request_and_the_same_query_are_answered_from_memory(
    kept: tuple[TestClient, Answers],
) -> None:
    client, answers = kept
    first = client.get("/sparql", params={"query": SELECT})
    assert (answers.hits, answers.misses, answers.entries) == (0, 1, 1)
    client.app.state.pool.stream = None  # type: ignore[attr-defined]  # from here on nothing can be asked
    again = client.get("/sparql", params={"query": SELECT})
    assert again.content == first.content
    assert dict(again.headers) == dict(first.headers)
    spaced = f"# a comment\n{SELECT.replace(' ', '  ')}\n"
    assert client.get("/sparql", params={"query": spaced}).content == first.content
    assert client.post("/sparql", data={"query": SELECT}).content == first.content
    named = client.get("/sparql", params={"query": SELECT, "format": "json"}, headers={"Accept": "text/csv"})
    assert named.content == first.content
    assert client.get("/sparql", params={"query": SELECT}, headers={"If-None-Match": "*"}).status_code == 304
    head = client.head("/sparql", params={"query": SELECT})
    assert (head.content, head.headers["content-length"]) == (b"", first.headers["content-length"])
    assert answers.entries == 1
    assert answers.hits == 6


def test_the_page_and_its_script_ask_once(kept: tuple[TestClient, Answers]) -> None:
    client, answers = kept
    for query in (SELECT, LARGE, CONSTRUCT):
        page = client.get("/sparql", params={"query": query}, headers=BROWSER)
        accept = "application/sparql-results+json, text/turtle;q=0.9"
        client.post("/sparql", data={"query": query}, headers={"Accept": accept})
        assert client.get("/sparql", params={"query": query}, headers=BROWSER).text.count(
            "<td"
        ) == page.text.count("<td")
    assert (answers.entries, answers.misses, answers.hits) == (3, 3, 6)


def test_a_file_is_named_only_where_it_was_asked_by_name(kept: tuple[TestClient, Answers]) -> None:
    client, _ = kept
    for _ in range(2):
        named = client.get("/sparql", params={"query": SELECT, "format": "csv"})
        accepted = client.get("/sparql", params={"query": SELECT}, headers={"Accept": "text/csv"})
        assert "content-disposition" in named.headers
        assert "content-disposition" not in accepted.headers


def test_another_dataset_or_format_or_coding_is_another_answer(kept: tuple[TestClient, Answers]) -> None:
    client, answers = kept
    asked: list[dict[str, Any]] = [
        {},
        {"default-graph-uri": f"{G}illustrative"},
        {"default-graph-uri": [f"{G}illustrative", f"{G}a"]},
        {"named-graph-uri": f"{G}a"},
        {"format": "csv"},
        {"format": "csv-fr"},
        {"format": "xlsx"},
    ]
    seen = [client.get("/sparql", params={"query": COUNT, **one}).content for one in asked]
    assert len(set(seen)) == len(asked)
    assert [client.get("/sparql", params={"query": COUNT, **one}).content for one in asked] == seen
    assert (answers.misses, answers.hits) == (len(asked), len(asked))
    client.get("/sparql", params={"query": COUNT}, headers={"Accept-Encoding": "identity"})
    assert answers.misses == len(asked) + 1


@pytest.mark.parametrize("form", ["json", "csv-fr"])
def test_an_answer_is_kept_though_its_client_is_gone_as_soon_as_it_has_it(
    kept: tuple[TestClient, Answers], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, answers = kept

    async def gone(*_: object) -> None:
        raise ConnectionResetError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(Call, "whole", gone)
        with suppress(ConnectionResetError):
            client.get("/sparql", params={"query": COUNT, "format": form})
    assert (answers.entries, answers.hits) == (1, 0)
    assert client.get("/sparql", params={"query": COUNT, "format": form}).status_code == 200
    assert (answers.entries, answers.hits) == (1, 1)


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELEC", "SELECT * { SERVICE <x:y> {} }"])
def test_errors_and_what_changes_by_itself_are_not_kept(kept: tuple[TestClient, Answers], query: str) -> None:
    client, answers = kept
    first, second = (client.get("/sparql", params={"query": query}) for _ in range(2))
    assert first.status_code == second.status_code
    assert (answers.entries, answers.hits) == (0, 0)


def test_a_publication_forgets_the_answers(tmp_path: Path) -> None:
    publish(tmp_path)
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        assert [count(client.get("/sparql", params={"query": COUNT})) for _ in range(2)] == [202, 202]
        publish(tmp_path, f'<http://e.org/new> <http://e.org/n> "z" <{G}a> .')
        assert count(client.get("/sparql", params={"query": COUNT})) == 203
        Snapshots(tmp_path).rollback()
        assert count(client.get("/sparql", params={"query": COUNT})) == 202


def test_without_room_nothing_is_kept(data_dir: Path) -> None:
    with TestClient(create_app(Settings(data_dir=data_dir, workers=1, cache=0))) as client:
        for _ in range(2):
            assert client.get("/sparql", params={"query": SELECT}).headers["etag"]
        assert client.app.state.answers.misses == 0  # type: ignore[attr-defined]
        assert client.app.state.answers.entries == 0  # type: ignore[attr-defined]


def test_the_default_graph_can_be_the_stores_own(data_dir: Path, tmp_path: Path) -> None:
    tags = set()
    for name, expected in (("base", 202), ("plain", 202)):
        settings = Settings(data_dir=data_dir, workers=1, default_graph=name)
        with TestClient(create_app(settings)) as client:
            answer = client.get("/sparql", params={"query": COUNT})
            assert count(answer) == expected  # the store's own default graph holds the union
            tags.add(answer.headers["etag"])
    assert len(tags) == 2


def test_a_workbook(web: TestClient) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    response = web.get("/sparql", params={"query": SELECT, "format": "xlsx"})
    assert response.headers["content-type"].endswith("spreadsheetml.sheet")
    assert response.headers["content-disposition"] == 'attachment; filename="ancrage.xlsx"'
    book = load_workbook(BytesIO(response.content))
    assert [cell.value for cell in next(iter(book["Résultats"]))] == ["s", "n"]
    about = {row[0].value: row[1].value for row in book["À propos"] if row[0].value}
    assert SELECT in about.values()
    asked = {"query": SELECT, "format": "xlsx"}
    for english in (
        web.get("/sparql", params=asked, headers={"Accept-Language": "en"}),
        web.get("/sparql", params={**asked, "lang": "en"}),
        web.post("/sparql", data=asked, headers={"Accept-Language": "en"}),
    ):
        assert load_workbook(BytesIO(english.content)).sheetnames == ["Results", "About"]
        assert (
            english.headers["content-language"] == "en"
            and english.headers["etag"] != response.headers["etag"]
        )
    again = web.get("/sparql", params=asked)
    assert load_workbook(BytesIO(again.content)).sheetnames == ["Résultats", "À propos"]
    tag = {"If-None-Match": english.headers["etag"]}
    assert web.get("/sparql", params={**asked, "lang": "en"}, headers=tag).status_code == 304
    assert web.get("/sparql", params=asked, headers=tag).status_code == 200
    refused = web.get("/sparql", params={"query": CONSTRUCT, "format": "xlsx"})
    assert refused.status_code == 406
    assert "xlsx" in refused.json()["detail"]


def test_an_answer_too_large_for_a_worksheet_is_told_in_both_languages(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 1)
    refused = web.get("/sparql", params={"query": SELECT.replace("?s", "?large"), "format": "xlsx"})
    told = refused.json()
    assert (refused.status_code, told["code"], told["limit"]) == (422, "sheet-too-small", 0)
    assert "a worksheet holds" in told["detail"] and "une feuille de calcul en tient" in told["detail_fr"]


@pytest.mark.parametrize(
    ("parameters", "english", "french"),
    [
        (
            {"query": ["ASK {}", "ASK {}"]},
            "One query and one format at a time.",
            "Une seule requête et un seul format à la fois.",
        ),
        (
            {"update": "CLEAR ALL"},
            "Updates are not possible here.",
            "Les modifications ne se font pas ici.",
        ),
    ],
)
def test_what_the_protocol_refuses_is_told_in_both_languages(
    web: TestClient, parameters: dict[str, Any], english: str, french: str
) -> None:
    told = web.get("/sparql", params=parameters).json()
    assert (told["detail"], told["detail_fr"]) == (english, french)


def test_what_changes_by_itself_is_not_kept(web: TestClient) -> None:
    response = web.get("/sparql", params={"query": "SELECT (RAND() AS ?x) {}"})
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_head_is_get_without_the_body(web: TestClient) -> None:
    got = web.get("/sparql", params={"query": SELECT})
    head = web.head("/sparql", params={"query": SELECT})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "etag", "vary", "content-length"):
        assert head.headers[name] == got.headers[name]
    wrong = web.head("/sparql", params={"query": "SELEC"})
    assert (wrong.status_code, wrong.content) == (400, b"")


def test_other_sites_may_ask(web: TestClient) -> None:
    preflight = web.options("/sparql", headers={"Origin": "http://e.org"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]
    for query in (SELECT, "SELEC"):
        response = web.get("/sparql", params={"query": query}, headers={"Origin": "http://e.org"})
        assert response.headers["access-control-allow-origin"] == "*"
    refused = web.put("/sparql")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", [SELECT, "SELEC", CONSTRUCT])
def test_every_answer_has_the_policy(web: TestClient, query: str) -> None:
    for response in (
        web.get("/sparql", params={"query": query}),
        web.head("/sparql", params={"query": query}),
        web.get("/sparql", params={"query": query}, headers={"If-None-Match": "*"}),
        web.options("/sparql"),
        web.get("/sparql", headers={"Accept": "text/turtle"}),
    ):
        assert not SECURITY_HEADERS.keys() - response.headers.keys()
        assert response.headers["access-control-allow-origin"] == "*"


def test_a_header_without_end_is_refused(web: TestClient) -> None:
    accept = ", ".join(f"text/x{i}" for i in range(1000))
    assert web.get("/sparql", params={"query": SELECT}, headers={"Accept": accept}).status_code == 400


def test_the_service_is_in_the_description_of_the_api(web: TestClient) -> None:
    described = web.get("/openapi.json").json()["paths"]["/sparql"]
    assert {"get", "post"} == described.keys()
    example = next(one["example"] for one in described["get"]["parameters"] if one["name"] == "query")
    assert web.get("/sparql", params={"query": example}).status_code == 200
    for media_type, one in described["post"]["requestBody"]["content"].items():
        if isinstance(one["example"], str):
            sent = web.post("/sparql", content=one["example"].encode(), headers={"Content-Type": media_type})
        else:
            sent = web.post("/sparql", data=one["example"])
        assert sent.status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml", "application/ld+json"])
def test_the_service_describes_itself(web: TestClient, accept: str) -> None:
    response = web.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    format = RdfFormat.from_media_type(response.headers["content-type"])
    store = Store()
    store.extend(parse(response.content, format))
    endpoints = [q.object.value for q in store.quads_for_pattern(None, NamedNode(f"{SD}endpoint"), None)]  # type: ignore[union-attr]
    assert endpoints == ["http://testserver/sparql"]
    named = {q.object.value for q in store.quads_for_pattern(None, NamedNode(f"{SD}name"), None)}  # type: ignore[union-attr]
    assert named == {G + name for name in ROLES}
    formats = {q.object.value for q in store.quads_for_pattern(None, NamedNode(f"{SD}resultFormat"), None)}  # type: ignore[union-attr]
    assert "http://www.w3.org/ns/formats/JSON-LD" in formats
    assert all(name.startswith("http://www.w3.org/ns/formats/") for name in formats)
    assert b"BasicFederatedQuery" not in response.content
    tag = response.headers["etag"]
    assert web.get("/sparql", headers={"Accept": accept, "If-None-Match": tag}).status_code == 304


def test_a_person_gets_a_page(web: TestClient) -> None:
    empty = web.get("/sparql", headers=BROWSER)
    assert empty.headers["content-type"].startswith("text/html")
    assert "<textarea" in empty.text
    answered = web.get("/sparql", params={"query": SELECT}, headers=BROWSER)
    assert answered.status_code == 200
    assert "2 lignes" in answered.text
    assert "x;=1+1" in answered.text
    graph = web.get("/sparql", params={"query": CONSTRUCT}, headers=BROWSER)
    assert "&lt;http://e.org/m&gt;" in graph.text
    assert "Oui" in web.get("/sparql", params={"query": ASK, "format": "html"}).text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT * {\n ?s ?p ! }", 400, "Ligne 2, colonne 8 : « ! » est inattendu ici."),
        ("SELECT * { SERVICE <x:y> {} }", 403, "SERVICE n’est pas permis ici"),
        (HEAVY, 504, "arrêtée après 0,8 s"),
    ],
)
def test_a_person_gets_errors_in_the_page(web: TestClient, query: str, status: int, said: str) -> None:
    response = web.get("/sparql", params={"query": query}, headers=BROWSER)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert said in plain(response.text)


def test_a_query_cannot_write_in_the_page(web: TestClient) -> None:
    attack = "SELECT ('<script>alert(1)</script>' AS ?x) { } # </textarea><script>alert(2)</script>"
    page = web.get("/sparql", params={"query": attack}, headers=BROWSER).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "script-src 'self'" in web.get("/sparql", headers=BROWSER).headers["content-security-policy"]


def test_where_nothing_is_published_an_empty_graph_is_asked(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data_dir=tmp_path, workers=1))) as client:
        assert client.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is False
        assert client.get("/sparql", headers=BROWSER).status_code == 200


@pytest.mark.parametrize(("host", "told"), [("e.org:81", "http://e.org:81/a"), ("f.org", "http://f.org/a")])
def test_relative_iris_are_relative_to_the_address(web: TestClient, host: str, told: str) -> None:
    asked = {"query": "SELECT (<a> AS ?x) {}", "format": "csv"}
    assert web.get("/sparql", params=asked, headers={"Host": host}).text == f"x\r\n{told}\r\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p } }",
        "INSERT DATA { <a:a> <a:b> }",
        "LOAD <http://127.0.0.1/> TO <a:a>",
        "SELECT * { SERVICE ?x { ?s ?p ?o } #" + "x" * 3000,
    ],
)
def test_bad_syntax_is_told_before_what_is_not_allowed(web: TestClient, query: str) -> None:
    assert web.post("/sparql", data={"query": query}).status_code == 400


def test_a_long_text_is_checked_where_it_is_answered(web: TestClient) -> None:
    long = " #" + "x" * 3000
    service = web.post(
        "/sparql", data={"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }" + long}
    )
    assert (service.status_code, service.json()["column"]) == (403, 12)
    assert web.post("/sparql", data={"query": "SELECT * " + "{" * 99 + "}" * 99 + long}).json()["limit"] == 64
    answers = [web.post("/sparql", data={"query": text}).json() for text in (COUNT, COUNT + long)]
    assert answers[0] == answers[1]
    named = f"SELECT (COUNT(*) AS ?n) FROM <{G}illustrative> {{ ?s ?p ?o }}"
    answers = [web.post("/sparql", data={"query": text}).json() for text in (named, named + long)]
    assert answers[0] == answers[1]
