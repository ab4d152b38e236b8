"""Every route of the application answers with the security headers and a content policy that lets no script in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.app import create_app
from ancrage.api.web.security import SECURITY_HEADERS
from ancrage.api.web.settings import Settings

#: What stands for the parameters of a route's path.
VALUES = {
    "kind": "epci", "code": "299000001", "slug": "timber-construction", "name": "territory-programmes",
    "path": "site/0990001A", "term": "Commune", "graph": "base", "file": "base.nq.gz",
}  # fmt: skip
#: Pages with a form that anybody may fill in: the only ones that set a cookie for nobody known.
FORMS = ("/connexion", "/demandes/nouvelle")
#: Pages that draw, and may style what they draw.
DRAWING = ("/sparql", "/filieres/", "/queries/")


def routes() -> list[tuple[str, str]]:
    """List the methods and paths of the application, as it declares them, without the parameters' names."""
    app = create_app(Settings(data_dir=Path("/nonexistent"), write_key="k" * 16))
    found = {
        ("GET", "/static/ancrage.css"),
        ("GET", "/openapi.json"),
        ("GET", "/sparql"),
        ("POST", "/sparql"),
    }
    waiting: list[Any] = list(app.routes)
    while waiting:
        route = waiting.pop()
        router = getattr(route, "original_router", None)  # how FastAPI keeps a router that was included
        waiting += router.routes if router is not None else ()
        found |= {(method, str(route.path)) for method in getattr(route, "methods", None) or ()}
    return sorted(found)


def filled(template: str) -> str:
    """Put a value for each parameter of a path."""
    path = template
    while "{" in path:
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        path = before + VALUES.get(name.partition(":")[0], "x") + after
    return path


ROUTES = routes()


def check(answer: Any, path: str) -> None:
    """Check the headers of one answer."""
    assert answer.status < 500 or answer.status in (503, 504), (path, answer.body[:200])
    missing = SECURITY_HEADERS.keys() - answer.headers.keys()
    assert not missing, (path, missing)
    directives = {
        words[0]: words[1:]
        for part in answer.headers["content-security-policy"].split(";")
        if (words := part.split())
    }
    assert directives["default-src"] == ["'none'"], path
    assert directives["script-src"] == ["'self'"], path
    for name in ("base-uri", "frame-ancestors", "form-action"):
        assert directives.get(name) in (["'none'"], ["'self'"]), (path, name)
    for name, sources in directives.items():
        assert "'unsafe-eval'" not in sources
        assert "'unsafe-hashes'" not in sources
        assert not {"*", "http:", "https:"} & set(sources), (path, name)
        if "'unsafe-inline'" in sources:
            assert name.startswith("style-src"), (path, name)
            assert path.startswith(DRAWING), path
        assert not any("//" in source for source in sources), (path, name)
    assert answer.headers["x-content-type-options"] == "nosniff"
    cookie = answer.headers.get("set-cookie", "")
    assert not cookie or path in FORMS, path
    assert not cookie or (cookie.startswith("ancrage_form=") and "HttpOnly" in cookie), cookie
    assert "server" not in answer.headers


def test_the_routes_are_found() -> None:
    paths = {path for _, path in ROUTES}
    assert {"/", "/healthz", "/readyz", "/metrics", "/doc/{path:path}", "/sparql", "/recherche"} <= paths
    assert len(paths) > 15


@pytest.mark.long
@pytest.mark.parametrize(("method", "template"), ROUTES)
def test_every_answer_carries_the_policy(target: Any, method: str, template: str) -> None:
    path = filled(template)
    for accept in ("text/html", "*/*", "text/turtle", "image/png"):
        answer = target.ask(path, method, Accept=accept, Origin="https://elsewhere.example")
        check(answer, path)
        if answer.status not in (301, 303, 304, 307, 308) and method == "GET":
            assert answer.headers.get("content-type"), path
    check(target.ask(path, "TRACE"), path)


@pytest.mark.parametrize(
    "path", ["/nothing", "/doc/nothing", "/%00", "/static/nothing.js", "/queries/x", "/sparql?query=%7B"]
)
def test_errors_carry_it_too(target: Any, path: str) -> None:
    for accept in ("text/html", "application/json"):
        answer = target.ask(path, Accept=accept)
        assert answer.status >= 400
        check(answer, path)


def test_an_unexpected_error_carries_it_too_and_says_nothing(
    hostile_data: Path, server_of: Callable[..., Any]
) -> None:
    code = (
        "import sys\nfrom ancrage.api.pages import home as pages\nfrom ancrage.api.cli import main\n"
        "@pages.router.get('/broken')\ndef broken(): raise ValueError('CANARY of the error')\nmain()"
    )
    with server_of(hostile_data, code=code) as service:
        for accept in ("text/html", "application/json"):
            answer = service.ask("/broken", Accept=accept)
            assert answer.status == 500
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert not SECURITY_HEADERS.keys() - answer.headers.keys()
            assert b"CANARY" not in answer.body
            assert b"Traceback" not in answer.body
        service.unharmed()
    assert "CANARY" not in "".join(service.log)
    assert "ValueError at" in "".join(service.log)


def test_a_foreign_site_may_read_the_data_and_their_errors(target: Any) -> None:
    for path, accept in (
        ("/sparql?query=ASK%7B%7D", "*/*"),
        ("/sparql?query=ASK%7B", "*/*"),
        ("/doc/site/0990001A", "text/turtle"),
        ("/doc/nothing", "text/turtle"),
        ("/id/site/0990001A", "text/turtle"),
        ("/queries/territory-programmes?territory=299000001", "application/json"),
    ):
        answer = target.ask(path, Accept=accept, Origin="https://elsewhere.example")
        assert answer.headers.get("access-control-allow-origin") == "*", (path, answer.status)
        assert "access-control-allow-credentials" not in answer.headers


def test_no_foreign_site_may_write(target: Any) -> None:
    for path in ("/update", "/graphs?default"):
        answer = target.ask(
            path,
            "OPTIONS",
            Origin="https://elsewhere.example",
            Access_Control_Request_Method="POST",
            Access_Control_Request_Headers="authorization",
        )
        allowed = answer.headers.get("access-control-allow-headers", "").lower()
        assert "authorization" not in allowed
