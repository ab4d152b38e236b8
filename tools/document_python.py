"""The page of the Python face, from signatures and docstrings; `tools/document.py` writes it to docs/reference/python.md."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from textwrap import dedent
from typing import Any

import ancrage
from ancrage.api.notebook.answer import Answer
from ancrage.api.notebook.arguments import BadArgument
from ancrage.api.notebook.findings import ReportView
from ancrage.api.notebook.network import Network
from ancrage.api.notebook.opened import OpenGraph, WrongForm
from ancrage.api.notebook.tabular import Tabular
from ancrage.api.notebook.views import Chain, Indicators, MapView, Outcome, Portrait
from ancrage.graph.analysis.uncertainty import BadTable
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.networks import BadYears
from ancrage.graph.scenarios.assumptions import ScenarioError
from ancrage.graph.snapshots.reader import NoSnapshot
from ancrage.graph.sparql.remote import RemoteFailed
from ancrage.loaders.packages import PackageMissing
from ancrage.queries.library import QueryNotFound
from ancrage.queries.query import ParameterError

ANSWERS = (Tabular, Answer, Portrait, MapView, Indicators, Chain, ReportView, Outcome, Network)
ERRORS = (
    *(
        NoSnapshot,
        UnknownName,
        QueryNotFound,
        ParameterError,
        WrongForm,
        ScenarioError,
        BadArgument,
        BadTable,
    ),
    *(BadYears, PackageMissing, RemoteFailed),
)
HEAD = """# Python

Written by `python tools/document.py` from the docstrings. How to work with it: [from Python](../how-to/python.md),
[en français](../how-to/carnets.md). The methods of the analysis, on matrices alone: [methods](methods.md). Examples follow
each other; they run on what `ancrage demo` published.

```python
import ancrage
```
"""


SPOKEN = """They say themselves in the language of the locale, else French; `error.told("en")` says one in another."""


class _Bare(str):
    """An annotation that is written without quotes."""

    __repr__ = str.__str__


def page() -> str:
    """Return the page: how a publication is opened, what is asked of it, what answers are, what is raised."""
    parts = [HEAD, f"## ancrage.open\n\n{_callable('ancrage.open', ancrage.open)}"]
    parts += [_kind(kind) for kind in (OpenGraph, *ANSWERS)]
    rows = (f"| `{one.__module__}.{one.__name__}` | {next(_docstring(one)).strip()} |\n" for one in ERRORS)
    return (
        "\n".join(parts)
        + f"\n## Errors\n\n{SPOKEN}\n\n| error | raised for |\n| --- | --- |\n{''.join(rows)}"
    )


def _kind(kind: type) -> str:
    """Tell a class: what it is, its fields, and each public member that it defines."""
    bases = [base.__name__ for base in kind.__bases__ if base in ANSWERS]
    parts = [f"## {kind.__name__}\n", *_docstring(kind)]
    if bases:
        parts.append(f"All that [{bases[0]}](#{bases[0].lower()}) has, and:\n")
    given = fields(kind) if is_dataclass(kind) else ()
    parts += [f"- `{one.name}`: `{one.type}`" for one in given] + [""] * bool(given)
    for name, member in vars(kind).items():
        if name.startswith("_") or not (called := _function(member)):
            continue
        parts.append(f"### {kind.__name__}.{name}\n")
        parts.append(
            _callable(name, called, signed=inspect.isfunction(member) or isinstance(member, classmethod))
        )
    return "\n".join(parts)


def _function(member: Any) -> Callable[..., Any] | None:
    """Give what a member of a class runs: a method, or what a property reads; None of a plain value."""
    found = next(
        (getattr(member, name) for name in ("fget", "func", "__func__") if hasattr(member, name)), member
    )
    return found if inspect.isfunction(found) else None


def _callable(name: str, called: Callable[..., Any], *, signed: bool = True) -> str:
    signature = inspect.signature(called)
    given = [
        one.replace(annotation=_Bare(one.annotation)) if one.annotation is not one.empty else one
        for one in signature.parameters.values()
        if one.name not in ("self", "cls")
    ]
    answer = signature.return_annotation
    plain = str(signature.replace(parameters=given, return_annotation=_Bare(answer)))
    if len(plain) > 90:  # a parameter a line, where one marks those that are named
        lines, named = [], False
        for one in given:
            if one.kind is one.KEYWORD_ONLY and not named:
                lines, named = [*lines, "*"], True
            lines.append(str(one))
        plain = "(\n" + "".join(f"    {one},\n" for one in lines) + f") -> {answer}"
    shown = f"{name}{plain}" if signed else f"{name}: {answer}"
    return "\n".join([f"```text\n{shown}\n```\n", *_docstring(called)])


def _docstring(of: Any) -> Iterator[str]:
    """Give the paragraphs of a docstring: arguments as a list, examples as code."""
    for text in re.split(r"\n\s*\n", inspect.getdoc(of) or ""):
        title, _, rest = text.partition("\n")
        if title == "Examples:":
            yield f"```python\n{dedent(rest)}\n```\n"
        elif title == "Args:":
            listed = re.sub(r"\n\s+", " ", re.sub(r"^(\w+): ", r"- `\1`: ", dedent(rest), flags=re.MULTILINE))
            yield f"{listed}\n"
        elif text.startswith(">>>"):
            yield f"```pycon\n{text}\n```\n"
        else:
            yield f"{_paragraph(text)}\n"


def _paragraph(text: str) -> str:
    return " ".join(text.split())
