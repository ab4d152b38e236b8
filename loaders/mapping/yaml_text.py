"""YAML read strictly: a repeated key is an error, and an error is one sentence with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ...words import EMPTY, N_
from .rml import MappingError


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML whose repeated keys are errors; in C where it can be, which takes a tenth of the time."""


def _mapping_node(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.MarkedYAMLError(
                problem=f"la clé « {key} » est répétée", problem_mark=key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_node)


def load_yaml(text: str, path: Path | None = None) -> Any:
    """Return the data of a YAML text; raise `MappingError` when it is not YAML or repeats a key."""
    name = path.name if path else N_("La correspondance")
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = N_(", ligne {line}", line=mark.line + 1) if mark else EMPTY
        raise MappingError(
            N_(
                "{name}{where} : ce n'est pas du YAML ({problem}).",
                name=name,
                where=where,
                problem=error.problem,
            ),
            path=path,
        ) from error
    except yaml.YAMLError as error:
        raise MappingError(
            N_("{name} : ce n'est pas du YAML ({error}).", name=name, error=error), path=path
        ) from error
