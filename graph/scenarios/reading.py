"""Scenarios as people write them: a TOML or JSON file, a dictionary, or one line an assumption."""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ...words import N_, Named
from ..findings.model import Words
from .assumptions import (
    CLASSES,
    LISTS,
    MODES,
    Assumption,
    Scenario,
    ScenarioError,
)

_WHERE: Mapping[str, Words] = {
    "place": N_("une commune (« place »)"),
    "node": N_("ce dont il s'agit (« node »)"),
    "label": N_("un titre (« label »)"),
    "programme": N_("une formation (« programme »)"),
    "area": N_("un territoire (« area »)"),
}
_DIGITS = 5
"""Digits of a number of places at most."""
_ONLY = {  # details that some kinds of opening alone have
    "organization": ("branch", "programme", "platform"),
    "serves": ("branch", "relay"),
    "services": ("branch",),
    "level": ("programme",),
    "capacity": ("programme",),
    "families": ("programme",),
    "chain": ("programme",),
}


def read_scenario(source: Path | str | Mapping[str, Any]) -> Scenario:
    """Read a scenario from a dictionary or from a file in TOML (`.toml`) or JSON.

    It has a `name`, a `label` (French), perhaps a `label_en`, and `assumptions`, each a line or a table. Raises
    ScenarioError, which names the assumption, and OSError.

    >>> made = {"name": "die", "label": "Die", "assumptions": ["open-branch 26113 'Antenne de Die'"]}
    >>> read_scenario(made).assumptions[0].place
    '26113'
    """
    table = source if isinstance(source, Mapping) else _load(Path(source))
    if not _written(table):
        raise ScenarioError(
            N_("Le scénario contient un caractère qui n'en est pas un (une moitié de paire UTF-16)."),
        )
    if unknown := sorted(set(table) - {"name", "label", "label_en", "assumptions"}):
        raise ScenarioError(
            N_(
                "Un scénario n'a pas de champ « {unknown} » : name, label, label_en, assumptions.",
                unknown=unknown[0],
            ),
        )
    for name in ("name", "label"):
        if not isinstance(table.get(name), str):
            raise ScenarioError(N_("Il manque au scénario son champ « {name} ».", name=name))
    given = table.get("assumptions", ())
    if not isinstance(given, list | tuple):
        raise ScenarioError(N_("« assumptions » est une liste."))
    assumptions = tuple(
        parse_assumption(line) if isinstance(line, str) else read_assumption(line) for line in given
    )
    return Scenario(table["name"], table["label"], assumptions, str(table.get("label_en", "")))


def parse_assumption(line: str) -> Assumption:
    """Read an assumption from one line; raises ScenarioError.

    >>> parse_assumption("open-branch 26113 'Antenne de Die'")
    Open(kind='branch', place='26113', label='Antenne de Die', id=None, organization=None, serves=(), services=(), \
level=None, capacity=None, families=(), chain=None)
    >>> parse_assumption("merge-epci 200040715,200018166 'Grande métropole'").territories
    ('200040715', '200018166')
    """
    try:
        words = shlex.split(line)
    except ValueError:
        raise _bad(line, N_("un guillemet n'est pas fermé")) from None
    if not words:
        raise _bad(line, N_("elle est vide"))
    kind = _class(words[0], line)
    known = {field.name for field in fields(kind)} - {"kind"}
    table: dict[str, Any] = {"assumption": words[0]}
    left = list(kind.positional)
    for word in words[1:]:
        name, sign, value = word.partition("=")
        if not (sign and name in known):
            left = [field for field in left if field not in table]
            if not left:
                raise _bad(line, N_("« {word} » est de trop", word=word))
            name, value = left.pop(0), word
        if name in table:
            raise _bad(line, N_("« {name} » y est deux fois", name=name))
        table[name] = [part.strip() for part in value.split(",")] if name in LISTS else value
    return read_assumption(table, line)


def read_assumption(table: Mapping[str, Any], line: str | None = None) -> Assumption:
    """Read an assumption from a dictionary; raises ScenarioError, which tells it as it was given.

    >>> read_assumption({"assumption": "close-branch", "node": "antenne-privas"}).to_line()
    'close-branch antenne-privas'
    """
    if not isinstance(table, Mapping):
        shown = json.dumps(table, ensure_ascii=False, default=str)
        raise _bad(shown, N_("ce n'est ni une ligne ni une table"))
    shown = line or json.dumps(dict(table), ensure_ascii=False, default=str)
    kind = _class(str(table.get("assumption", "")), shown)
    thing = str(table["assumption"]).partition("-")[2]
    own = {field.name: field for field in fields(kind) if thing in _ONLY.get(field.name, (thing,))}
    values: dict[str, Any] = {"kind": thing} if own.pop("kind", None) else {}
    for name, value in table.items():
        if name == "assumption":
            continue
        if name not in own:
            has = ", ".join(own)
            raise _bad(shown, N_("elle n'a pas de champ « {name} » : {fields}", name=name, fields=has))
        values[name] = _value(name, value, shown)
    for name, field in own.items():
        if field.default is MISSING and not values.get(name):
            raise _bad(shown, N_("il y manque {what}", what=_WHERE.get(name, Named(f"« {name} »"))))
    if values.get("mode", MODES[0]) not in MODES:
        raise _bad(shown, N_("son mode est {names}", names=", ".join(MODES)))
    assumption: Assumption = kind(**values)
    return assumption


def _load(path: Path) -> Mapping[str, Any]:
    text = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except ValueError as error:
        raise ScenarioError(N_("{path} ne se lit pas : {error}.", path=path.name, error=error)) from None
    if not isinstance(table, dict):
        raise ScenarioError(N_("{path} n'est pas un scénario.", path=path.name))
    return table


def _written(value: Any) -> bool:
    r"""Tell whether all texts of a value can be written as UTF-8.

    >>> _written({"label": "Die"}), _written(["\ud800"])
    (True, False)
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _class(name: str, shown: str) -> type[Assumption]:
    if name not in CLASSES:
        near = get_close_matches(name, CLASSES, n=3, cutoff=0.4) or list(CLASSES)
        raise _bad(
            shown,
            N_("« {name} » n'est pas une hypothèse ; {names} en sont", name=name, names=", ".join(near)),
        )
    return CLASSES[name]


def _value(name: str, value: Any, shown: str) -> Any:
    if name in LISTS:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list | tuple) or not all(
            isinstance(part, str) and part.strip() for part in names
        ):
            raise _bad(shown, N_("« {name} » est une liste de noms", name=name))
        return tuple(names)
    if name == "capacity":
        text = str(value)
        if not text.isdecimal() or not text.isascii() or len(text) > _DIGITS:
            raise _bad(
                shown, N_("le nombre de places est un entier, de {n} chiffres au plus", n=str(_DIGITS))
            )
        return int(text)
    if not isinstance(value, str):
        raise _bad(shown, N_("« {name} » est un texte", name=name))
    return value


def _bad(shown: str, reason: Words) -> ScenarioError:
    return ScenarioError(
        N_("L'hypothèse « {assumption} » ne se comprend pas : {reason}.", assumption=shown, reason=reason)
    )
