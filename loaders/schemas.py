"""JSON Schemas of the files that declare what a host may add: editors complete and check them as they are written."""

from __future__ import annotations

from typing import Any

from ..graph.declarations import adapter_of
from ..graph.indicators.declaration import IndicatorFile
from .filieres.files import FiliereFile
from .inference.preparation import RulesFile
from .sources.description import SourceFile

SCHEMAS: dict[str, type[Any]] = {
    "filiere": FiliereFile,
    "indicator": IndicatorFile,
    "rules": RulesFile,
    "source": SourceFile,
}
"""The models of the files, by the name of their schema."""


def schema_of(name: str) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a kind of files; raises KeyError where there is none.

    >>> schema_of("filiere")["required"]
    ['title', 'definition']
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://w3id.org/ancrage/schemas/{name}.json",
        **adapter_of(SCHEMAS[name]).json_schema(),
    }
