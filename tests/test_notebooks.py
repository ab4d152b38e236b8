"""The notebooks of the examples run from question to picture, and are kept without their outputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parent.parent / "examples" / "notebooks").glob("*.ipynb"))


def run(cells: list[dict[str, Any]], names: dict[str, Any]) -> list[Any]:
    """Run cells in order as a notebook does: the value of a last expression is shown; give what is shown."""
    shown = []
    for number, cell in enumerate(cells):
        body = ast.parse("".join(cell["source"]), f"cell {number}").body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
            if value is not None:
                shown.append(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))
    return shown


def cells_of(path: Path, kind: str) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == kind]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_picture(
    path: Path, example_data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANCRAGE_DATA_DIR", str(example_data_dir))
    shown = run(cells_of(path, "code"), {"__name__": "__main__"})
    assert any("<svg" in one and "</svg>" in one for one in shown)
    assert any("<table" in one for one in shown)
    assert "[26113" not in capsys.readouterr().err


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in cells_of(path, "code"):
        assert cell["outputs"] == [] and cell["execution_count"] is None
    assert len(cells_of(path, "markdown")) * 3 >= len(ids)


def test_the_gallery_is_whole() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "carte",
        "filiere",
        "manques-et-synergies",
        "portrait",
        "scenario",
        "suggestions-et-qualite",
    ]
