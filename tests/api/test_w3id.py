"""The redirects of https://w3id.org/ancrage/, by Apache as w3id.org runs it: each identifier leads where the service answers."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from ancrage.api.web.links import BASE
from fastapi.testclient import TestClient

from ..endpoints import free_port

RULES = Path(__file__).parents[2] / "deploy" / "w3id" / ".htaccess"
W3ID, SERVICE = "https://w3id.org/ancrage/", "https://atlas.example.org/"
MODULES = "/usr/lib/apache2/modules"


@pytest.fixture(scope="module")
def w3id() -> Iterator[str]:
    """The address where Apache reads the rules as w3id.org does, in the folder of the name space."""
    apache = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
    if not apache:
        pytest.skip("apache2 is not installed")
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)  # its process is not that of the test
        (folder / "site" / "ancrage").mkdir(parents=True)
        shutil.copy(RULES, folder / "site" / "ancrage")
        modules = "\n".join(
            f"LoadModule {one}_module {MODULES}/mod_{one}.so"
            for one in ("mpm_event", "authz_core", "rewrite")
        )
        (folder / "apache.conf").write_text(
            f"""{modules}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/errors
User www-data
Group www-data
DocumentRoot {folder}/site
<Directory {folder}/site>
  AllowOverride All
  Require all granted
</Directory>
""",
            encoding="utf-8",
        )
        server = subprocess.Popen([apache, "-X", "-f", str(folder / "apache.conf")])
        try:
            for _ in range(100):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/ancrage/"
        finally:
            server.terminate()
            server.wait(10)


@pytest.mark.parametrize(
    ("iri", "accept", "given"),
    [
        (W3ID, "text/html", "text/html"),
        (f"{W3ID}def/", "text/turtle", "text/turtle"),
        (f"{W3ID}def/Commune", "application/ld+json", "application/ld+json"),
        (f"{W3ID}def/Commune?lang=en", "text/html", "text/html"),
        (f"{BASE}site/0990001A", "text/turtle", "text/turtle"),
        (f"{BASE}site/0990001A.nt", "*/*", "application/n-triples"),
        (f"{BASE}territory/region/99", "text/html", "text/html"),
        (f"{W3ID}graph/essai", "application/rdf+xml", "application/rdf+xml"),
        (f"{W3ID}schemas/indicator.json", "application/json", "application/schema+json"),
        (f"{W3ID}contexts/v1.jsonld", "application/ld+json", "application/ld+json"),
    ],
)
def test_an_identifier_leads_to_what_describes_it(
    w3id: str, client: TestClient, iri: str, accept: str, given: str
) -> None:
    answer = httpx.get(w3id + iri.removeprefix(W3ID), headers={"Accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (302, SERVICE + iri.removeprefix(W3ID))
    served = client.get(f"/{iri.removeprefix(W3ID)}", headers={"Accept": accept})
    assert served.status_code == 200, served.text
    assert served.headers["content-type"].startswith(given)


@pytest.mark.parametrize(
    "path", ["id/programme/a%20b", "id/x/%C3%A9t%C3%A9", "id/x/a+b&c=d", "doc/site/1", "idea"]
)
def test_a_path_stays_as_it_is_written_and_no_other_is_answered(w3id: str, path: str) -> None:
    answer = httpx.get(w3id + path)
    if path.startswith("id/"):
        assert answer.headers["location"].casefold() == (SERVICE + path).casefold()
    else:
        assert answer.status_code == 404
