"""What `from ancrage.graph.analysis import …` gives: every method and analysis, documented, read when first used."""

from __future__ import annotations

import inspect
import subprocess
import sys

import ancrage.graph.analysis as analysis
import pytest
from ancrage.graph.analysis.methods import documented


@pytest.mark.parametrize("name", analysis.__all__)
def test_a_name_imports_and_is_documented(name: str) -> None:
    found = getattr(analysis, name)
    assert not inspect.ismodule(found)
    assert found.__name__ == name
    assert inspect.getdoc(found)
    assert name in dir(analysis)


def test_every_method_is_there() -> None:
    assert set(documented()) <= set(analysis.__all__)


def test_a_method_keeps_its_name_whatever_was_read_before() -> None:
    code = (
        "import ancrage.graph.analysis.complementarity, ancrage.graph.gaps; "
        "from ancrage.graph.analysis import complementarity, betweenness, CountTable; "
        "import ancrage.graph.analysis.betweenness; "
        "from ancrage.graph.analysis import betweenness as again; "
        "print(type(complementarity).__name__, betweenness is again, CountTable.__module__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["function", "True", "ancrage.graph.analysis.table"]


def test_a_name_costs_nothing_before_its_use() -> None:
    code = "import sys, ancrage.graph.analysis; print('numpy' in sys.modules, 'polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="attribute nowhere"):
        analysis.nowhere  # type: ignore[attr-defined]  # noqa: B018
