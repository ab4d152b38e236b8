"""Linked data: redirections of identifiers and descriptions in every format."""

import json

import pyoxigraph as ox
import pytest
from fastapi.testclient import TestClient

SITE = "https://w3id.org/ancrage/id/site/0990001A"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
SITE_OF = ox.NamedNode("http://www.w3.org/ns/org#hasSite")


@pytest.mark.parametrize(
    ("path", "accept", "location"),
    [
        ("/id/site/0990001A", "text/html", "/doc/site/0990001A"),
        ("/id/site/0990001A", "text/turtle", "/doc/site/0990001A.ttl"),
        ("/id/site/0990001A.jsonld", "text/html", "/doc/site/0990001A.jsonld"),
        ("/id/site/0990001A?format=nt", "text/html", "/doc/site/0990001A.nt"),
        ("/id/territory/epci/299000001", "text/html", "/territoires/epci/299000001"),
        ("/id/organization/0990001A", "text/html", "/acteurs/0990001A"),
        ("/id/value-chain/timber-construction", "text/html", "/filieres/timber-construction"),
        ("/id/territory/epci/299000001", "application/ld+json", "/doc/territory/epci/299000001.jsonld"),
    ],
)
def test_an_identifier_redirects(client: TestClient, path: str, accept: str, location: str) -> None:
    response = client.get(path, headers={"Accept": accept}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, location)
    assert "Accept" in response.headers["vary"]


@pytest.mark.parametrize(
    ("suffix", "syntax"),
    [(".ttl", ox.RdfFormat.TURTLE), (".nt", ox.RdfFormat.N_TRIPLES), (".jsonld", ox.RdfFormat.JSON_LD)],
)
def test_a_description_says_what_is_said_and_what_points_here(
    client: TestClient, suffix: str, syntax: ox.RdfFormat
) -> None:
    response = client.get(f"/doc/site/0990001A{suffix}")
    triples = {(q.subject, q.predicate, q.object) for q in ox.parse(response.content, syntax)}
    assert (ox.NamedNode(SITE), LABEL, ox.Literal("Siège de l'université", language="fr")) in triples
    assert any(s != ox.NamedNode(SITE) and p == SITE_OF for s, p, _ in triples)
    assert f'</doc/site/0990001A{suffix}>; rel="alternate"' in response.headers["link"]
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_description_as_a_page(client: TestClient) -> None:
    response = client.get("/doc/site/0990001A", headers={"Accept": "text/html"})
    assert "Siège de l&#39;université" in response.text
    assert 'href="/acteurs/0990001A"' in response.text


def test_suffix_and_format_win_over_accept(client: TestClient) -> None:
    response = client.get("/doc/site/0990001A.nt", headers={"Accept": "text/html"})
    assert response.headers["content-type"].startswith("application/n-triples")
    response = client.get("/doc/site/0990001A?format=jsonld", headers={"Accept": "text/html"})
    assert json.loads(response.content)


@pytest.mark.parametrize("path", ["/id/site/none", "/doc/site/none", "/doc/site/a<b>", '/doc/x"y'])
def test_what_nobody_describes_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path, follow_redirects=False).status_code == 404


def test_a_format_nobody_knows_is_refused_with_the_list(client: TestClient) -> None:
    response = client.get("/doc/site/0990001A?format=docx", headers={"Accept": "application/json"})
    assert response.status_code == 406
    assert "text/turtle" in response.json()["detail"]


def test_a_script_address_never_becomes_a_link(client: TestClient) -> None:
    for path in ("/acteurs/essai-0000000001", "/doc/organization/essai-0000000001"):
        text = client.get(path, headers={"Accept": "text/html"}).text
        assert 'href="javascript:' not in text.lower()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_incoming_links_are_counted_and_capped(client: TestClient) -> None:
    text = client.get("/doc/territory/commune/99101", headers={"Accept": "text/html"}).text
    assert "Ce qui la cite" in text
