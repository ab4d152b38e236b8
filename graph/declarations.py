"""Declarations: files of TOML read into models of pydantic; what is wrong is one error with file, line, key, nearest name."""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Annotated, Any, TypeGuard, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from ..words import DECLARED, N_, SOURCE, AncrageError, Message, Spoken

STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
"""The configuration of models: a key that is not known is refused."""

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""How names of files and identifiers are written."""

_EUROPEAN = "http://publications.europa.eu/resource/authority/frequency/"
FREQUENCIES: Mapping[str, str] = {
    "once": _EUROPEAN + "NEVER",
    "annual": _EUROPEAN + "ANNUAL",
    "semestrial": _EUROPEAN + "ANNUAL_2",
    "monthly": _EUROPEAN + "MONTHLY",
    "continuous": _EUROPEAN + "CONT",
}
"""How often data are published, and the term (IRI) of each in the European Union's list."""

Model = TypeVar("Model")
Position = tuple[str | int, ...]

_HEAD = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEYS = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_DOTTED = re.compile(rf"\s*({_KEYS}(?:\s*\.\s*{_KEYS})*)\s*=")
_WRONG = "declaration"


class DeclarationError(AncrageError, ValueError):
    """A file of declarations cannot be used; keeps `path`, `line` (from 1; None: the whole file) and `reason`."""

    code = "declaration"
    said_in = SOURCE

    def __init__(self, path: Path, line: int | None, reason: Message) -> None:
        super().__init__(path, line, reason)
        self.path, self.line, self.reason = path, line, reason

    @property
    def message(self) -> Spoken:
        """What is said: the file, the line and the reason."""
        values = {"file": self.path.name, "line": self.line, "reason": self.reason}
        if self.line is None:
            return N_("{file} : {reason}.", **values)
        return N_("{file}, ligne {line} : {reason}.", **values)


def nearest(name: str, known: Iterable[str]) -> Message:
    """Name the known name nearest to one, or all of them where none is near.

    >>> nearest("programes", ["programmes", "units"])["fr"]
    ' ; le plus proche est « programmes »'
    >>> nearest("x", ["programmes", "units"])["en"]
    '; known: programmes, units'
    """
    names = list(known)
    if found := get_close_matches(name, names, n=1, cutoff=0.6):
        return N_(" ; le plus proche est « {name} »", name=found[0])
    return N_(" ; sont connus : {names}", names=", ".join(names))


def wrong(reason: Message) -> PydanticCustomError:
    """Give the error that a validator raises."""
    return PydanticCustomError(_WRONG, "{reason}", {"reason": reason})


def is_a(what: Message) -> WrapValidator:
    """Tell whatever is wrong with a value in one way: it is not what it should be; our own errors stay."""

    def check(value: Any, handler: Any) -> Any:
        try:
            return handler(value)
        except ValidationError as error:
            if any(one["type"] == _WRONG for one in error.errors(include_url=False)):
                raise
            raise PydanticCustomError(_WRONG, "{what}", {"what": what}) from None

    return WrapValidator(check)


def one_of(*known: str) -> Any:
    """Give the type of a text that is one of some, which editors propose."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in known:
            raise PydanticCustomError(_WRONG, "{known}", {"known": known, "value": value})
        return value

    return Annotated[str, BeforeValidator(check), Field(json_schema_extra={"enum": list(known)})]


def _named(value: str) -> str:
    if not NAME.fullmatch(value):
        raise wrong(N_("« {value} » n'est pas un nom en minuscules, chiffres et tirets", value=value))
    return value


def _regular(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        reason = N_("« {value} » n'est pas une expression régulière ({error})", value=value, error=error)
        raise wrong(reason) from error
    return value


_Bare = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Text = Annotated[_Bare, is_a(N_("un texte"))]
Name = Annotated[_Bare, is_a(N_("un texte")), AfterValidator(_named)]
Pattern = Annotated[str, is_a(N_("un texte")), AfterValidator(_regular)]
Flag = Annotated[StrictBool, is_a(N_("true ou false, sans guillemets"))]
_TEXTS = is_a(N_('une liste de textes : ["…"]'))
Texts = Annotated[tuple[_Bare, ...], _TEXTS]
SomeTexts = Annotated[tuple[_Bare, ...], Field(min_length=1), _TEXTS]
Names = Annotated[tuple[Name, ...], Field(min_length=1), _TEXTS]
Count = Annotated[int, Field(strict=True, ge=0), is_a(N_("un nombre entier, positif ou nul"))]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False), is_a(N_("un nombre"))]
Positive = Annotated[
    float, Field(strict=True, ge=0, allow_inf_nan=False), is_a(N_("un nombre, positif ou nul"))
]


def _two_languages(value: Any) -> Any:
    if isinstance(value, Mapping) and {*value} == {*DECLARED}:
        return value
    raise ValueError


Words = Annotated[
    dict[str, _Bare], BeforeValidator(_two_languages), is_a(N_("une phrase fr et une phrase en, deux textes"))
]
"""A text in French and in English."""


@lru_cache(maxsize=1024)
def _read_toml(text: str) -> Mapping[str, Any]:
    """Read TOML, once a text: a load reads each source, indicator and filière several times; nobody changes what it holds."""
    return tomllib.loads(text)


class DeclarationFile:
    """A file of TOML: its `data`, and where its keys stand.

    Raises DeclarationError where it is no TOML in UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            body = path.read_bytes()
        except OSError as error:
            raise DeclarationError(path, None, N_("le fichier est illisible")) from error
        try:
            self.text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            reason = N_("le fichier n'est pas en UTF-8 à cet endroit : enregistrez-le en UTF-8")
            raise DeclarationError(path, line, reason) from error
        try:
            self.data: Mapping[str, Any] = _read_toml(self.text)
        except (ValueError, RecursionError) as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else self.text.rstrip().count("\n") + 1
            raise DeclarationError(path, line, N_("TOML illisible à cet endroit")) from error

    @property
    def id(self) -> str:
        """The name of the file, which identifies what it declares; raises DeclarationError where it is no name."""
        if not NAME.fullmatch(self.path.stem):
            reason = N_(
                "le nom du fichier, son identifiant, s'écrit en minuscules sans accent, chiffres et tirets"
            )
            raise DeclarationError(self.path, None, reason)
        return self.path.stem

    def read(self, model: type[Model]) -> Model:
        """Give what the file declares; raises DeclarationError about what is wrong first, unknown keys before all."""
        adapter = adapter_of(model)
        try:
            return adapter.validate_python(self.data)
        except ValidationError as error:
            faults = sorted(error.errors(include_url=False), key=lambda one: one["type"] not in _UNKNOWN)
            raise self._told(faults[0], partial(_keys_at, adapter)) from None

    def refuse(self, reason: Message, *position: str | int, value: object = None) -> DeclarationError:
        """Give the error about the key at a position, or about a value in it."""
        return DeclarationError(self.path, self.line(position, value), reason)

    def line(self, position: Position, value: object = None) -> int | None:
        """Find the line of a key, of the table that it would be in, or of a value given inline; None: the whole file."""
        known = lines_of(self.text)
        depth = next((size for size in range(len(position), 0, -1) if position[:size] in known), 0)
        if not depth:
            return None
        line = known[position[:depth]]
        inner = [
            re.compile(rf"\b{re.escape(part)}\s*=") for part in position[depth:] if isinstance(part, str)
        ]
        if isinstance(value, str):
            inner = [re.compile(f"[\"']{re.escape(value)}[\"']")]
        after = min((other for other in known.values() if other > line), default=self.text.count("\n") + 2)
        rows = list(enumerate(self.text.splitlines(), 1))[line - 1 : after - 1]
        return next((number for test in inner for number, row in rows if test.search(row)), line)

    def _told(self, fault: Any, known_at: Any) -> DeclarationError:
        position, context, value = fault["loc"], fault.get("ctx", {}), fault["input"]
        key = next((part for part in reversed(position) if isinstance(part, str)), "")
        if fault["type"] in _MISSING:
            reason = N_("la clé « {key} » manque", key=key)
        elif fault["type"] in _UNKNOWN:
            reason = N_("clé inconnue « {key} »{near}", key=key, near=nearest(key, known_at(position[:-1])))
        elif "reason" in context:
            reason = context["reason"]
        elif "known" in context:
            near = nearest(str(value), context["known"])
            reason = N_(
                "« {value} » n'est pas une valeur de « {key} »{near}", value=value, key=key, near=near
            )
        else:
            what = context.get("what") or _KINDS.get(fault["type"], N_("autre chose"))
            reason = N_("« {key} » demande {what}", key=key, what=what)
        return self.refuse(reason, *position, value=value)


_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
_MISSING = ("missing", "missing_argument")
_KINDS = {
    "dataclass_type": N_("une table"),
    "dict_type": N_("une table"),
    "tuple_type": N_("une suite de tables"),
    "string_type": N_("un texte"),
}


def _keys_at(adapter: TypeAdapter[Any], position: Position) -> list[str]:
    """List the keys that the table at a position may have."""
    schema = adapter.json_schema()
    here = schema
    for part in position:
        here = schema["$defs"][here["$ref"].rpartition("/")[2]] if "$ref" in here else here
        here = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
    here = schema["$defs"][here["$ref"].rpartition("/")[2]] if "$ref" in here else here
    return list(here.get("properties", {}))


_ADAPTERS: dict[object, TypeAdapter[Any]] = {}


def adapter_of(model: type[Model]) -> TypeAdapter[Model]:
    """Give what validates a model, and tells its JSON Schema."""
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


@cache
def lines_of(text: str) -> dict[Position, int]:
    r"""Give the line of each table and key of a text in TOML, by its position; those in tables in line are not looked for.

    >>> lines_of('title.fr = "a"\n[[links]]\nstage = "b"')
    {('title',): 1, ('title', 'fr'): 1, ('links',): 2, ('links', 0): 2, ('links', 0, 'stage'): 3}
    """
    found: dict[Position, int] = {}
    ranks: Counter[Position] = Counter()
    table: Position = ()
    quoted = False
    for number, line in enumerate(text.splitlines(), 1):
        inside, quoted = quoted, quoted ^ bool((line.count('"""') + line.count("'''")) % 2)
        if inside:
            continue
        if head := _HEAD.match(line):
            table = ()
            *parents, last = _parts(head[2])
            for part in parents:
                table = (*table, part)
                if ranks[table]:
                    table = (*table, ranks[table] - 1)
            table = (*table, last)
            found.setdefault(table, number)
            if head[1] == "[[":
                ranks[table] += 1
                table = (*table, ranks[table] - 1)
                found[table] = number
        elif key := _DOTTED.match(line):
            parts = _parts(key[1])
            for size in range(1, len(parts) + 1):
                found.setdefault((*table, *parts[:size]), number)
    return found


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(_KEYS, dotted)]


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value of TOML is a number that one can count with: neither a truth value nor infinite."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
