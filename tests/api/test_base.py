"""What `pip install .` alone gives: pages and questions of what is published; what needs an extra says which."""

import subprocess
import sys
from pathlib import Path

import pytest
from ancrage.api.web.packages import DEVICES
from openpyxl import Workbook

ABSENT = ("duckdb", "fastexcel", "pyvis", "typst", "docx", *DEVICES)
BLOCKED = f"import sys\nfor name in {ABSENT}: sys.modules[name] = None\n"
ANCRAGE = "from ancrage.api.cli import main\nsys.argv[0] = 'ancrage'\nmain()"


def python(code: str, *args: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-c", BLOCKED + code, *map(str, args)]
    return subprocess.run(line, capture_output=True, text=True, timeout=300)


def test_pages_counts_and_drawings_need_no_extra(data_dir: Path) -> None:
    code = """
from pathlib import Path
from fastapi.testclient import TestClient
from ancrage.api.app import create_app
from ancrage.api.web.settings import Settings
with TestClient(create_app(Settings(data_dir=Path(sys.argv[1]), workers=1, read_ahead=False))) as client:
    count = client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"})
    print(int(count.text.split()[1]) > 0)
    page = client.get("/filieres", headers={"Accept": "text/html"})
    print(page.status_code, "/demandes" in page.text, 'href="/relais">Dispositifs<' in page.text)
    print(len(client.get("/filieres/timber-construction/dessin.json").json()["nodes"]) > 0)
    print(client.get("/scenarios/none", headers={"Accept": "text/html"}).status_code)
    for path in ("/demandes", "/compte/cles", "/stages", "/scenarios/garder", "/api/v1/desk/rates"):
        page, told = client.get(path, headers={"Accept": "text/html"}), client.get(path)
        said = [answer.text.count("pip install") for answer in (page, told)]
        print(page.status_code, told.status_code, min(said), "il faut" in told.json()["detail_fr"])
    print(client.post("/demandes/nouvelle").status_code, client.get("/demandesx").status_code)
"""
    done = python(code, data_dir)
    said = done.stdout.splitlines()
    assert said[:4] == ["True", "200 False True", "True", "404"], done.stderr
    assert said[4:-1] == ["501 501 1 True"] * 5 and said[-1] == "501 404", done.stdout


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["load", "exchange", "examples/aura"], "load"),
        (["demo", "--no-serve"], "devices"),
        (["account", "list"], "devices"),
        (["desk", "daily"], "devices"),
    ],
)
def test_a_command_says_what_it_needs(arguments: list[str], extra: str, tmp_path: Path) -> None:
    done = python(ANCRAGE, *arguments, "--data-dir", tmp_path)
    assert done.returncode == 1 and f"pip install 'ancrage[{extra}]'" in done.stderr
    assert done.stderr.count("Erreur") == 1 and not (tmp_path / "current").exists()
    assert extra == "load" or not list(tmp_path.iterdir())


def test_a_workbook_says_what_reads_it(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    code = "from pathlib import Path\nfrom ancrage.loaders.read.workbooks import open_workbook\nopen_workbook(Path(sys.argv[1]))"
    assert python(code, tmp_path / "a.xlsx").stderr.endswith(
        "PackageMissing: fastexcel is needed for this and is not installed: pip install 'ancrage[load]'\n"
    )
