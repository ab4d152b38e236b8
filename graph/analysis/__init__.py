"""The analysis: its methods, and the gaps, synergies, suggestions and scenarios made with them.

Everything of use to others is named here and read when first used: `from ancrage.graph.analysis import gaps, RegionView`.
The names stand in `__init__.pyi`, for people and type checkers; a method may bear the name of its module, and is
then what the name means here.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def _homes() -> dict[str, str]:
    """Read where each name is defined: `{"location_quotient": ".specialisation"}`."""
    stub = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    return {
        name.name: "." * one.level + (one.module or "")
        for one in ast.parse(stub).body
        if isinstance(one, ast.ImportFrom)
        for name in one.names
    }


_HOMES = _homes()
__all__ = sorted(_HOMES)


class _Package(ModuleType):
    """This package: a module of it that is read does not take the place of the method of its name."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _HOMES):
            super().__setattr__(name, value)


def __getattr__(name: str) -> object:
    """Read a name from its module when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Package
