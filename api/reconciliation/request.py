"""What a client asks, read and bounded: batches of names as version 0.2 of the specification writes them, and as its draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, TypeAlias

from ...words import N_, Spoken
from ..errors.problems import BadRequest
from .properties import PROPERTIES, known_property
from .types import BROADER, known_type

BATCH = 100
"""Names of a batch, at most; a larger one is refused (413), as the specification has it."""
MOST_TEXTS = 1000
"""Names, identifiers and values of all questions of a batch together, at most: each may be compared with all there are."""
LONGEST = 500
"""Signs of a text, at most."""
MOST_VALUES = 50
"""Properties of a name, and values of a property, at most."""
MOST_IDS = 500
"""Things that properties are asked of at once, at most."""
CANDIDATES, MOST_CANDIDATES = 5, 50
"""Candidates of a name: unless another limit is asked for, and at most."""
_STRICT = ("any", "should", "all")

Strict: TypeAlias = Literal["any", "should", "all"]
Quantifier: TypeAlias = Literal["any", "all", "none"]
_QUANTIFIERS: tuple[Quantifier, ...] = ("any", "all", "none")


@dataclass(frozen=True)
class Condition:
    """Values that a property must have; `required` leaves out what has them not, else it is told beside each candidate."""

    property: str
    values: tuple[str, ...]
    quantifier: Quantifier = "any"
    required: bool = False


@dataclass(frozen=True)
class Question:
    """A name to be reconciled, with what is known beside it."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    strict: Strict = "any"
    limit: int = CANDIDATES
    conditions: tuple[Condition, ...] = field(default=())

    @property
    def texts(self) -> int:
        """How many names, identifiers and values it has."""
        return len(self.names) + len(self.ids) + sum(len(one.values) for one in self.conditions)

    def values(self, property: str) -> tuple[str, ...]:
        """Give the values that one of the conditions wants of a property."""
        wanted = (one for one in self.conditions if one.property == property and one.quantifier != "none")
        return tuple(value for one in wanted for value in one.values)


@dataclass(frozen=True)
class Extension:
    """Properties asked of things."""

    ids: tuple[str, ...]
    properties: tuple[str, ...]


def refusal(message: Spoken, status: int = 400) -> BadRequest:
    """Give the error of a request that cannot be answered."""
    return BadRequest(status, message)


def read_json(text: str | bytes, name: str) -> Any:
    """Read JSON; raises BadRequest that says where it is broken."""
    try:
        given = json.loads(text)
        json.dumps(given, ensure_ascii=False).encode()  # half a sign, written \ud800, is in no text
        return given
    except (ValueError, RecursionError) as error:
        at = getattr(error, "pos", 0)
        message = N_("« {name} » n’est pas du JSON : erreur au signe {at}.", name=name, at=at + 1)
        raise refusal(message) from error


def read_batch(text: str) -> dict[str, Question]:
    """Read a batch as version 0.2 writes it: questions by key; raises BadRequest that names the key.

    >>> read_batch('{"q0": {"query": "CNRS", "type": "organization", "properties": [{"pid": "siren", "v": 180089013}]}}')["q0"]
    ... # doctest: +NORMALIZE_WHITESPACE
    Question(names=('CNRS',), ids=(), types=('Organization',), strict='any', limit=5,
      conditions=(Condition(property='siren', values=('180089013',), quantifier='any', required=False),))
    """
    given = read_json(text, "queries")
    if not isinstance(given, dict):
        raise refusal(N_("« queries » est un objet JSON : une clé par nom à rapprocher."))
    _check_size(len(given))
    batch = {key: _in_words(key, partial(_question, one)) for key, one in given.items()}
    _check_texts(batch.values())
    return batch


def read_draft_batch(body: bytes) -> list[Question]:
    """Read a batch as the draft writes it: a list of questions made of conditions; raises BadRequest that names the rank."""
    given = read_json(body, "body")
    listed = given.get("queries") if isinstance(given, dict) else None
    if not isinstance(listed, list):
        raise refusal(N_("Le corps est un objet JSON dont « queries » est une liste."))
    _check_size(len(listed))
    batch = [_in_words(str(rank), partial(_draft_question, one)) for rank, one in enumerate(listed)]
    _check_texts(batch)
    return batch


def read_extension(given: Any) -> Extension:
    """Read which properties are asked of which things; raises BadRequest."""
    given = given if isinstance(given, dict) else {}
    ids, properties = given.get("ids"), given.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise refusal(N_("La demande a « ids » et « properties », deux listes."))
    if len(ids) > MOST_IDS:
        raise refusal(N_("{n} identifiants au plus à la fois.", n=MOST_IDS), 413)
    names = [one.get("id") if isinstance(one, dict) else one for one in properties]
    return Extension(
        tuple(dict.fromkeys(_text(one) for one in ids)), tuple(dict.fromkeys(_property(one) for one in names))
    )


def read_types(given: Any) -> tuple[str, ...]:
    """Read the types that are asked for: one or a list, by identifier or as objects; raises BadRequest for an unknown one."""
    if given in (None, "", []):
        return ()
    found = []
    for one in given if isinstance(given, list) else [given]:
        name = _text(one.get("id") if isinstance(one, dict) else one)
        if (type := known_type(name)) is None:
            known = ", ".join(BROADER)
            raise refusal(N_("aucun type ne s’appelle « {name} » (types : {known})", name=name, known=known))
        found.append(type)
    return tuple(dict.fromkeys(found))


def read_count(given: Any, name: str, usual: int, most: int, least: int = 1) -> int:
    """Read a count of an address or of JSON; `usual` where there is none, `most` where it is larger; raises BadRequest."""
    if given in (None, ""):
        return usual
    text = str(given)
    if isinstance(given, bool) or not (
        text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least
    ):
        raise refusal(N_("« {name} » est un nombre entier à partir de {least}", name=name, least=least))
    return min(int(text), most)


def _check_size(count: int) -> None:
    if count > BATCH:
        raise refusal(N_("{n} noms au plus à la fois (`batchSize`).", n=BATCH), 413)


def _check_texts(batch: Iterable[Question]) -> None:
    if sum(one.texts for one in batch) > MOST_TEXTS:
        raise refusal(N_("{n} noms, identifiants et valeurs au plus à la fois.", n=MOST_TEXTS), 413)


def _in_words(key: str, read: Callable[[], Question]) -> Question:
    """Read a question; raises BadRequest whose sentence begins with its key."""
    try:
        return read()
    except BadRequest as error:
        message = N_("Demande « {key} » : {reason}.", key=key[:50], reason=error.message)
        raise refusal(message, error.status) from error


def _question(given: Any) -> Question:
    given = _object(given)
    query, properties = given.get("query"), given.get("properties") or []
    if not isinstance(properties, list) or len(properties) > MOST_VALUES:
        raise refusal(N_("« properties » est une liste de {n} objets au plus", n=MOST_VALUES))
    conditions = []
    for one in map(_object, properties):
        conditions.append(Condition(_property(one.get("pid")), tuple(_values(one.get("v")))))
    name = _text(query) if query is not None else ""
    if not name and not conditions:
        raise refusal(N_("il faut « query » ou « properties »"))
    strict = given.get("type_strict", "any")
    if strict not in _STRICT:
        raise refusal(_one_of("type_strict", ", ".join(_STRICT)))
    return Question(
        (name,) if name else (),
        (),
        read_types(given.get("type")),
        strict,
        read_count(given.get("limit"), "limit", CANDIDATES, MOST_CANDIDATES),
        tuple(conditions),
    )


def _draft_question(given: Any) -> Question:
    given = _object(given)
    listed = given.get("conditions")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_VALUES:
        raise refusal(N_("« conditions » est une liste de 1 à {n} objets", n=MOST_VALUES))
    names: list[str] = []
    ids: list[str] = []
    conditions = []
    for one in map(_object, listed):
        values = [value for value in _values(one.get("propertyValue")) if value]
        match one.get("matchType"):
            case "name":
                names += values
            case "id":
                ids += values
            case "property":
                conditions.append(_draft_condition(one, values))
            case _:
                raise refusal(_one_of("matchType", "name, id, property"))
    return Question(
        tuple(names),
        tuple(ids),
        read_types(given.get("type")),
        "any",
        read_count(given.get("limit"), "limit", CANDIDATES, MOST_CANDIDATES),
        tuple(conditions),
    )


def _draft_condition(given: Mapping[str, Any], values: Sequence[str]) -> Condition:
    said = given.get("matchQuantifier") or "any"
    quantifier = next((one for one in _QUANTIFIERS if one == said), None)
    if quantifier is None:
        names = ", ".join(_QUANTIFIERS)
        raise refusal(_one_of("matchQuantifier", names))
    if given.get("matchQualifier"):
        raise refusal(N_("aucun « matchQualifier » n’est offert"))
    return Condition(
        _property(given.get("propertyId")), tuple(values), quantifier, given.get("required") is True
    )


def _one_of(name: str, values: str) -> Spoken:
    return N_("« {name} » est l’une de ces valeurs : {values}", name=name, values=values)


def _object(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise refusal(N_("un objet JSON est attendu"))
    return given


def _property(given: Any) -> str:
    name = _text(given)
    if (property := known_property(name)) is None:
        known = ", ".join(PROPERTIES)
        raise refusal(
            N_("aucune propriété ne s’appelle « {name} » (propriétés : {known})", name=name, known=known)
        )
    return property


def _values(given: Any) -> Iterator[str]:
    """Yield the values of a property as texts: those of a list, a thing by its identifier."""
    listed = given if isinstance(given, list) else [given]
    if len(listed) > MOST_VALUES:
        raise refusal(N_("une propriété a {n} valeurs au plus", n=MOST_VALUES))
    for one in listed:
        value = one.get("id") if isinstance(one, dict) else one
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # spreadsheets write 130026081.0
        yield _text(value)


def _text(given: Any) -> str:
    if given is None or isinstance(given, list | dict):
        raise refusal(N_("un texte est attendu"))
    text = str(given).strip()
    if len(text) > LONGEST:
        raise refusal(N_("un texte a {n} signes au plus", n=LONGEST))
    return text
