"""A real provider of identities in a process of its own: oidc-provider-mock, with PKCE held to, and what a bad one would do.

    python provider_process.py

It writes its address, then serves. `PUT /faults` takes what it does wrong from then on: `claims` of the ID token changed
(null: left out), `signed` by another way (`none`, `secret`, `stranger`), `userinfo` as `jwt`, or a forged one; `GET /seen`
gives the paths that were asked for.
"""

import base64
import hashlib
import io
import json
import warnings
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

warnings.simplefilter("ignore")  # the provider's own library speaks of its next version

import flask  # noqa: E402
import oidc_provider_mock  # type: ignore[import-untyped, unused-ignore]  # noqa: E402
from joserfc import jwt  # noqa: E402
from joserfc.jwk import OctKey, RSAKey  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402
from werkzeug.test import run_wsgi_app  # noqa: E402

SECRET = "a secret of the site, long enough to sign"
PROVIDER = oidc_provider_mock.app()
with PROVIDER.test_request_context():
    PROVIDER.preprocess_request()
    KEY = RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
STRANGER = RSAKey.generate_key(2048)
faults: dict[str, Any] = {}
challenges: dict[str, str] = {}
seen: list[str] = []


def encode(claims: dict[str, Any], way: str) -> str:
    if way == "none":
        parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
    if way == "secret":
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
    key = STRANGER if way == "stranger" else KEY
    return jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, key)


def payload(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return read


def fulfils(form: dict[str, list[str]]) -> bool:
    """Tell whether the verifier is the one of the challenge under which the code was given (RFC 7636)."""
    digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
    challenge = challenges.get(form.get("code", [""])[0], "none was given")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge


def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    query = parse_qs(environ.get("QUERY_STRING", ""))
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))

    def answer(status: str, content: bytes, kind: str = "application/json") -> Iterable[bytes]:
        start(status, [("Content-Type", kind), ("Content-Length", str(len(content)))])
        return [content]

    if path == "/faults":
        faults.clear()
        faults.update(json.loads(body))
        seen.clear()
        return answer("200 OK", b"{}")
    if path == "/seen":
        return answer("200 OK", json.dumps(seen).encode())
    seen.append(path)
    if path == "/oauth2/token" and not fulfils(parse_qs(body.decode())):
        return answer("400 Bad Request", b'{"error": "invalid_grant"}')
    environ["wsgi.input"] = io.BytesIO(body)
    pieces, status, headers = run_wsgi_app(PROVIDER.wsgi_app, environ)
    content = b"".join(pieces)
    if path == "/oauth2/authorize" and method == "POST" and "Location" in headers:
        code = parse_qs(urlsplit(headers["Location"]).query).get("code", [""])[0]
        assert query["code_challenge_method"] == ["S256"]
        challenges[code] = query["code_challenge"][0]
    elif path == "/oauth2/token" and status.startswith("200"):
        token = json.loads(content)
        claims = {**payload(token["id_token"]), **faults.get("claims", {})}
        claims = {name: value for name, value in claims.items() if value is not None}
        token["id_token"] = encode(claims, faults.get("signed", ""))
        content = json.dumps(token).encode()
    elif path == "/userinfo" and status.startswith("200") and "userinfo" in faults:
        issuer = f"http://{environ['HTTP_HOST']}"
        claims = {**json.loads(content), "iss": issuer, "aud": "ancrage", **faults.get("userinfo_claims", {})}
        return answer("200 OK", encode(claims, faults["userinfo"]).encode(), "application/jwt; charset=utf-8")
    headers["Content-Length"] = str(len(content))
    start(status, list(headers))
    return [content]


if __name__ == "__main__":
    server = make_server("localhost", 0, serve, threaded=True)
    print(f"http://localhost:{server.server_port}", flush=True)
    server.serve_forever(0.1)
