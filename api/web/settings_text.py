"""Settings in words: the rows of their reference, and what a wrong value should have been."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BeforeValidator, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from ...words import N_, Message, Spoken
from .data_folder import PREFIX

FILE = "_FILE"

#: Units of a size, as powers of two.
UNITS = {"": 0, "K": 10, "M": 20, "G": 30}

_KINDS: Mapping[Any, Message] = {
    int: N_("un nombre entier"),
    float: N_("un nombre"),
    bool: N_("true ou false"),
    SecretStr: N_("un secret"),
    Path: N_("un chemin"),
    str: N_("un texte"),
    tuple: N_("une liste"),
}


class Row(NamedTuple):
    """A line of the reference: the variable, what it takes, its default as text, and what it means."""

    name: str
    takes: Spoken
    default: str
    meaning: Spoken


class WrongSetting(NamedTuple):
    """A setting with a wrong value: its `name`, the `label` that people gave it by, and the `sentence`, which says `{name}`."""

    name: str
    label: str
    sentence: Message

    def told(self, language: str) -> str:
        """Say it in a language."""
        return replace(self.sentence, filled={"name": self.label, **self.sentence.filled})[language]


def variable(name: str) -> str:
    """Give the environment variable of a setting.

    >>> variable("base_url")
    'ANCRAGE_BASE_URL'
    """
    return PREFIX + name.upper()


def row(name: str, field: FieldInfo) -> Row:
    """Describe a setting."""
    return Row(variable(name), _takes(field), _default(field), Message(str(field.description)))


def wrong_values(
    error: ValidationError, given: Mapping[str, Any], fields: Mapping[str, FieldInfo]
) -> list[WrongSetting]:
    """Say what is wrong: each setting, its value unless it is secret, what it takes and what it means.

    Settings `given` as arguments go by their own name, the others by their variable.
    """
    return [_wrong(one, given, fields[str(one["loc"][0])]) for one in error.errors()]


def _wrong(one: Mapping[str, Any], given: Mapping[str, Any], field: FieldInfo) -> WrongSetting:
    name = str(one["loc"][0])
    label = name if name in given else variable(name)
    if name not in given and os.environ.get(label + FILE):
        label += FILE
    expected = one.get("ctx", {}).get("reason") or _takes(field)
    meaning = Message(str(field.description))
    if SecretStr in _kinds(field) or one["input"] == "":
        return WrongSetting(
            name, label, N_("{name} : il faut {expected} ({meaning})", expected=expected, meaning=meaning)
        )
    return WrongSetting(
        name,
        label,
        N_(
            "{name} vaut « {value} » : il faut {expected} ({meaning})",
            value=str(one["input"])[:80],
            expected=expected,
            meaning=meaning,
        ),
    )


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


def _takes(field: FieldInfo) -> Spoken:
    """Say what a setting takes, with its bounds."""
    kind = _kinds(field)[0]
    if get_origin(kind) is Literal:
        return N_("l'un de : {choices}", choices=", ".join(map(str, get_args(kind))))
    named = N_("une taille comme 512M ou 2G") if _is_size(field) else _KINDS[get_origin(kind) or kind]
    return _within(named, field)


def _kinds(field: FieldInfo) -> list[Any]:
    """List the types that a field takes, None apart."""
    annotation = field.annotation
    options = [annotation] if get_origin(annotation) in (None, tuple, Literal) else get_args(annotation)
    return [one for one in options if one is not type(None)]


def _within(kind: Message, field: FieldInfo) -> Spoken:
    """Add to a kind of value the bounds of a field."""
    found = {
        name: _size(value) if _is_size(field) else str(value)
        for one in field.metadata
        for name in ("ge", "gt", "le")
        if (value := getattr(one, name, None)) is not None
    }
    if "ge" in found and "le" in found:
        return N_("{kind} de {low} à {high}", kind=kind, low=found["ge"], high=found["le"])
    if "gt" in found and "le" in found:
        return N_(
            "{kind} supérieur à {bound}, {high} au plus", kind=kind, bound=found["gt"], high=found["le"]
        )
    if "gt" in found:
        return N_("{kind} supérieur à {bound}", kind=kind, bound=found["gt"])
    if found.get("ge", "0") not in ("0", "0G"):
        return N_("{kind} d'au moins {least}", kind=kind, least=found["ge"])
    return kind
