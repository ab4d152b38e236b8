"""The documentation as a site: built whole, offline, and refused where a link leads nowhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ancrage.api import app
from ancrage.api.web.assets import Documentation
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

ROOT = Path(__file__).parents[1]


def build(folder: Path, site: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "mkdocs", "build", "-f", str(folder / "mkdocs.yml"), "-d", str(site)]
    return subprocess.run(line, capture_output=True, text=True, timeout=300)


def test_the_documentation_builds_and_fetches_nothing(tmp_path: Path) -> None:
    done = build(ROOT, tmp_path)
    assert done.returncode == 0, done.stderr
    pages = {str(path.relative_to(ROOT / "docs").with_suffix(".html")) for path in ROOT.glob("docs/**/*.md")}
    assert all((tmp_path / page).is_file() for page in pages)
    menu = re.findall(r'caption-text">([^<]*)', (tmp_path / "index.html").read_text("utf-8"))
    assert menu[-1] == "Decisions" and "How to" in menu
    assert (tmp_path / "css/tables.css").is_file() and not (tmp_path / "menu.py").exists()
    for path in tmp_path.glob("**/*.html"):
        loaded = re.findall(
            r"<(?:script|img)[^>]* src=\"(https?:[^\"]+)|<link[^>]* href=\"(https?:[^\"]+)",
            path.read_text("utf-8"),
        )
        assert not [one for one in loaded if "canonical" not in "".join(one)], path


def test_each_of_forty_questions_leads_to_its_answer() -> None:
    """Pages and headings are checked by the build; here, that each is in two languages, and that what is named exists."""
    text = (ROOT / "docs" / "questions.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]*\?) · ([^|]*\?) \| (.*) \|$", text, re.MULTILINE)
    assert len(rows) == 40 and all("](" in answer for _, _, answer in rows)
    reference = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    commands = tuple(f"{one} " for one in re.findall("^## (ancrage .*)$", reference, re.MULTILINE))
    named = re.findall(r"`(ancrage [a-z ]+)", text)
    assert len(named) > 9 and all(f"{one} ".startswith(commands) for one in named)
    addresses = set(
        re.findall(r"^### GET (/\S+)$", (ROOT / "docs/reference/http.md").read_text("utf-8"), re.MULTILINE)
    )
    told = set(re.findall(r"`(/[a-z]+)`", text))
    assert told and told <= {"/" + one.split("/")[1] for one in addresses} | {"/openapi", "/developpeurs"}


def test_a_service_shows_the_site_at_docs_or_says_how_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "Documentation", lambda: Documentation(tmp_path / "site"))
    client = TestClient(app.create_app(Settings(data_dir=tmp_path / "data")))
    absent = client.get("/docs", headers={"Accept": "text/html"})
    assert absent.status_code == 404 and "just docs" in absent.text
    assert client.get("/docs/", headers={"Accept": "application/json"}).json()["title"] == "Not Found"
    assert build(ROOT, tmp_path / "site").returncode == 0
    first = client.get("/docs", headers={"Accept": "text/html"})
    assert first.url.path == "/docs/" and "knowledge graph of academic" in first.text
    assert client.get("/docs/how-to/host.html").status_code == 200
    assert client.get("/docs/none.html").status_code == client.get("/docs/../mkdocs.yml").status_code == 404
    (tmp_path / "site/404.html").unlink()  # the service has its own
    for page in (tmp_path / "site").glob("**/*.html"):  # nothing that the service's policy stops
        said = page.read_text("utf-8")
        assert not re.search(r"<script(?![^>]* src=)|<[^>]+ style=", said), page


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "tools/docs", tmp_path / "tools/docs")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# A\n\n[b](b.md)\n", encoding="utf-8")
    assert build(tmp_path, tmp_path / "site").returncode == 1
    (tmp_path / "docs/b.md").write_text("# B\n\n[a](index.md#c)\n", encoding="utf-8")
    refused = build(tmp_path, tmp_path / "site")
    assert refused.returncode == 1 and "#c" in refused.stderr
