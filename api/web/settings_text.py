"""Settings in words: the rows of their reference, and what a wrong value should have been."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BeforeValidator, SecretStr, ValidationError
from pydantic.fields import FieldInfo

PREFIX, FILE = "ANCRAGE_", "_FILE"

#: Units of a size, as powers of two.
UNITS = {"": 0, "K": 10, "M": 20, "G": 30}

_ENGLISH: dict[Any, str] = {
    int: "integer",
    float: "number",
    bool: "true, false",
    SecretStr: "secret",
    Path: "path",
    str: "text",
}
_FRENCH: dict[Any, str] = {
    int: "un nombre entier",
    float: "un nombre",
    bool: "true ou false",
    Path: "un chemin",
}


class Row(NamedTuple):
    """A line of the reference: the variable, its type and default as text, its meaning in English and French."""

    name: str
    type: str
    default: str
    english: str
    french: str


def variable(name: str) -> str:
    """Give the environment variable of a setting.

    >>> variable("base_url")
    'ANCRAGE_BASE_URL'
    """
    return PREFIX + name.upper()


def row(name: str, field: FieldInfo) -> Row:
    """Describe a setting."""
    return Row(variable(name), _type(field), _default(field), str(field.description), _meaning(field))


def wrong_values(error: ValidationError, given: Mapping[str, Any], fields: Mapping[str, FieldInfo]) -> str:
    """Say what is wrong in one French sentence: each setting, its value unless it is secret, what it takes.

    Settings `given` as arguments go by their own name, the others by their variable.
    """
    parts = []
    for one in error.errors():
        name = str(one["loc"][0])
        field = fields[name]
        label = name if name in given else variable(name)
        if name not in given and not os.environ.get(label):
            label += FILE
        expected = str(one["ctx"]["error"]) if one["type"] == "value_error" else _expected(field)
        value = "" if SecretStr in _kinds(field) else f" vaut « {str(one['input'])[:80]} »"
        parts.append(f"{label}{value} : il faut {expected} ({_meaning(field)})")
    return " ; ".join(dict.fromkeys(parts)) + "."


def _meaning(field: FieldInfo) -> str:
    more = field.json_schema_extra
    return str(more["fr"]) if isinstance(more, dict) else ""


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "$XDG_DATA_HOME/ancrage"
    value = field.default
    if _is_size(field):
        return _size(value)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _size(value: int) -> str:
    return next(f"{value >> bits}{unit}" for unit, bits in reversed(UNITS.items()) if not value % (1 << bits))


def _is_size(field: FieldInfo) -> bool:
    return any(isinstance(one, BeforeValidator) and one.func.__name__ == "in_bytes" for one in field.metadata)


def _type(field: FieldInfo) -> str:
    """Name a setting's type in English, with its bounds."""
    kind = _kinds(field)[0]
    if get_origin(kind) is Literal:
        return ", ".join(map(str, get_args(kind)))
    named = "size" if _is_size(field) else _ENGLISH.get(kind, "list")
    return named + _bounds(field, " from {} to {}", ", at least {}", " above {}")


def _expected(field: FieldInfo) -> str:
    """Say in French what a setting takes."""
    kind = _kinds(field)[0]
    if get_origin(kind) is Literal:
        return "l'un de : " + ", ".join(map(str, get_args(kind)))
    named = "une taille comme 512M ou 2G" if _is_size(field) else _FRENCH.get(kind, "un texte")
    return named + _bounds(field, " de {} à {}", " d'au moins {}", " supérieur à {}")


def _kinds(field: FieldInfo) -> list[Any]:
    """List the types that a field takes, None apart."""
    annotation = field.annotation
    options = [annotation] if get_origin(annotation) in (None, tuple, Literal) else get_args(annotation)
    return [one for one in options if one is not type(None)]


def _bounds(field: FieldInfo, between: str, least: str, above: str) -> str:
    """Say a field's bounds by these patterns, or nothing."""
    found = {
        name: _size(value) if _is_size(field) else str(value)
        for one in field.metadata
        for name in ("ge", "gt", "le")
        if (value := getattr(one, name, None)) is not None
    }
    if "ge" in found and "le" in found:
        return between.format(found["ge"], found["le"])
    if "gt" in found:
        return above.format(found["gt"])
    return least.format(found["ge"]) if found.get("ge", "0") not in ("0", "0G") else ""
