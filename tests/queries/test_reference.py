"""The reference page names every question as its file does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ancrage.queries.library import Library

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_files_say() -> None:
    command = [sys.executable, str(ROOT / "tools" / "document_queries.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_page_names_every_question() -> None:
    page = (ROOT / "docs" / "reference" / "queries.md").read_text(encoding="utf-8")
    assert all(f"### {name}\n" in page for name in Library())
