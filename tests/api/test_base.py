"""What `pip install .` alone gives: pages and questions of what is published; what needs an extra says which."""

import subprocess
import sys
from pathlib import Path

from openpyxl import Workbook

BLOCKED = (
    "import sys\nfor name in ('duckdb', 'fastexcel', 'pyvis', 'typst', 'docx'): sys.modules[name] = None\n"
)


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
    print(client.get("/filieres", headers={"Accept": "text/html"}).status_code)
    print(len(client.get("/filieres/timber-construction/dessin.json").json()["nodes"]) > 0)
"""
    done = python(code, data_dir)
    assert done.stdout.split() == ["True", "200", "True"], done.stderr


def test_a_load_says_what_reads_sources(tmp_path: Path) -> None:
    code = "from ancrage.api.cli import main\nsys.argv[0] = 'ancrage'\nmain()"
    done = python(code, "demo", "--no-serve", "--data-dir", tmp_path)
    assert done.returncode == 1 and "pip install 'ancrage[load]'" in done.stderr
    assert not (tmp_path / "current").exists()


def test_a_workbook_says_what_reads_it(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    code = "from pathlib import Path\nfrom ancrage.loaders.read.workbooks import open_workbook\nopen_workbook(Path(sys.argv[1]))"
    assert python(code, tmp_path / "a.xlsx").stderr.endswith(
        "PackageMissing: fastexcel is needed for this and is not installed: pip install 'ancrage[load]'\n"
    )
