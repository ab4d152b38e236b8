"""Typed parameters of questions: a value given by a person becomes an RDF term, never query text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ID = "https://w3id.org/ancrage/id/"
DEFINITIONS = "https://w3id.org/ancrage/def/"
XSD = "http://www.w3.org/2001/XMLSchema#"

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_SCHEMES = ("http://", "https://", "urn:")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TERRITORY_CODES = (
    (re.compile(r"\d{9}"), "epci"),
    (re.compile(r"(?:\d{2}|2[AB])\d{3}"), "commune"),
    (re.compile(r"\d{2}|2[AB]|9[78]\d"), "department"),
)
_TERRITORY_KINDS = ("commune", "epci", "department", "region", "zone", "bassin", "adhoc")
_KINDS_OF_TERRITORY = {
    "commune": "Commune",
    "epci": "Intercommunality",
    "department": "Department",
    "region": "Region",
    "zone": "EmploymentZone",
    "bassin": "LabourPool",
    "adhoc": "AdHocTerritory",
}


def iri_term(iri: str) -> str:
    """Serialise an absolute IRI (http, https or urn) as a SPARQL term.

    Raises ValueError when it is not an IRI, so that nothing can leave the angle brackets.

    >>> iri_term("https://w3id.org/ancrage/id/territory/epci/200040715")
    '<https://w3id.org/ancrage/id/territory/epci/200040715>'
    """
    if not iri.startswith(_SCHEMES) or not _IRI.fullmatch(iri) or not _encodable(iri):
        raise ValueError(f"« {iri} » n'est pas une IRI absolue (http, https ou urn)")
    return f"<{iri}>"


def literal_term(text: str, datatype: str | None = None) -> str:
    r"""Serialise a text as an escaped SPARQL literal, typed when a datatype IRI is given.

    >>> print(literal_term('dit "bonjour"'))
    "dit \"bonjour\""
    >>> literal_term("2020", XSD + "gYear")
    '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    if not _encodable(text):
        raise ValueError("le texte contient un caractère qui n'est pas de l'Unicode valide")
    escaped = "".join(
        _ESCAPES.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c) for c in text
    )
    return f'"{escaped}"' + (f"^^{iri_term(datatype)}" if datatype else "")


def _encodable(text: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _local(value: str, kind: str) -> str | None:
    """Give the IRI of a value that is an IRI or a path below the base or the kind; None if it is neither."""
    if value.startswith(_SCHEMES):
        return value
    path = value.removeprefix(f"{kind}/")
    return f"{ID}{kind}/{path}" if _SLUG.fullmatch(path) else None


def _territory(value: str) -> str:
    if value.startswith(_SCHEMES):
        return iri_term(value)
    path = value.removeprefix("territory/")
    for pattern, kind in _TERRITORY_CODES:
        if pattern.fullmatch(path.upper()):
            return iri_term(f"{ID}territory/{kind}/{path.upper()}")
    kind, _, code = path.partition("/")
    if kind in _TERRITORY_KINDS and code and "/" not in code and _SLUG.fullmatch(code):
        return iri_term(f"{ID}territory/{kind}/{code}")
    raise ValueError(
        f"« {value} » n'est pas un territoire : donnez un code de commune, d'EPCI ou de département "
        "(38185, 200040715, 38), region/84, zone/8409, bassin/8401, adhoc/sillon-alpin ou une IRI"
    )


def _organization(value: str) -> str:
    code = value.removeprefix("organization/")
    if re.fullmatch(r"[\d ]+", code):
        code = code.replace(" ", "")
    elif re.fullmatch(r"\d{7}[a-z]|\d{9}[a-z]", code):
        code = code.upper()
    iri = _local(code, "organization")
    if iri is None:
        raise ValueError(
            f"« {value} » n'est pas une organisation : donnez un code (UAI, RNSR, SIREN, "
            "SIRET, PIC, Paysage) ou une IRI"
        )
    return iri_term(iri)


def _territory_kind(value: str) -> str:
    name = _KINDS_OF_TERRITORY.get(value, value.removeprefix(DEFINITIONS))
    if name not in _KINDS_OF_TERRITORY.values():
        known = ", ".join(_KINDS_OF_TERRITORY)
        raise ValueError(f"« {value} » n'est pas un niveau de territoire : donnez l'un de {known}")
    return iri_term(DEFINITIONS + name)


def _concept(kind: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        iri = _local(value, kind)
        if iri is None:
            raise ValueError(
                f"« {value} » n'est pas un identifiant de « {kind} » : donnez son nom court ou une IRI"
            )
        return iri_term(iri)

    return convert


def _resource(value: str) -> str:
    if value.startswith(_SCHEMES):
        return iri_term(value)
    if not _SLUG.fullmatch(value):
        raise ValueError(f"« {value} » n'est ni une IRI ni un chemin sous {ID}")
    return iri_term(ID + value)


def _year(value: str) -> str:
    if not re.fullmatch(r"[12]\d{3}", value):
        raise ValueError(f"« {value} » n'est pas une année sur quatre chiffres")
    return value


def _integer(value: str) -> str:
    if not re.fullmatch(r"[+-]?\d{1,18}", value):
        raise ValueError(f"« {value} » n'est pas un nombre entier")
    return str(int(value))


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("le texte est vide")
    return literal_term(value.strip())


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A type of parameter: its name for people, what it accepts, and how a value becomes a SPARQL term."""

    label_fr: str
    label_en: str
    accepts: str
    term: Callable[[str], str]


CONCEPT_KINDS = {
    "chain": ("value-chain", "filière", "value chain", "timber-construction"),
    "interaction-type": (
        "interaction-type",
        "type d'interaction",
        "interaction type",
        "collaborative-project",
    ),
    "actor-role": ("actor-role", "rôle", "role", "coordinator"),
    "actor-type": ("actor-type", "type d'acteur", "actor type", "company"),
    "evidence-status": ("evidence-status", "statut de preuve", "evidence status", "documented"),
    "indicator": ("indicator", "indicateur", "indicator", "population"),
    "sector": ("sector", "secteur", "sector", "a38/CI"),
    "scheme": ("scheme", "dispositif", "support scheme", "starter"),
    "desk": ("desk", "guichet", "one-stop shop", "interface-universite-territoires"),
}

TYPES: dict[str, ParameterType] = {
    "territory": ParameterType(
        "territoire", "territory", "200040715, 38185, 38, region/84, zone/8409, IRI", _territory
    ),
    "territory-kind": ParameterType("niveau", "level", ", ".join(_KINDS_OF_TERRITORY), _territory_kind),
    "organization": ParameterType(
        "organisation", "organisation", "0383546Y, 199812857W, 130026081, IRI", _organization
    ),
    "resource": ParameterType("ressource", "resource", "IRI ou chemin sous la base", _resource),
    "year": ParameterType("année", "year", "2020", _year),
    "gyear": ParameterType("année", "year", "2020", lambda value: literal_term(_year(value), XSD + "gYear")),
    "integer": ParameterType("nombre entier", "integer", "10", _integer),
    "text": ParameterType("texte", "text", "texte libre", _text),
    "words": ParameterType("mots", "words", "un ou plusieurs mots", _text),
    **{
        name: ParameterType(label_fr, label_en, f"{example}, IRI", _concept(kind))
        for name, (kind, label_fr, label_en, example) in CONCEPT_KINDS.items()
    },
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a question: name, type (a key of TYPES), example, and whether it may be left out."""

    name: str
    type: str
    example: str
    optional: bool = False

    def terms(self, value: object) -> tuple[str, ...]:
        """Give the SPARQL terms of a value: one, or one for each item of a list or word of a `words` text.

        Raises ValueError, with a French sentence, when the value does not fit the type.

        >>> Parameter("territory", "territory", "38").terms("200040715")
        ('<https://w3id.org/ancrage/id/territory/epci/200040715>',)
        >>> Parameter("words", "words", "bois").terms("bois construction")
        ('"bois"', '"construction"')
        """
        items: Iterable[object] = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        texts = [str(item).strip() for item in items]
        if self.type == "words":
            texts = [word for text in texts for word in text.split()]
        if not texts or not any(texts):
            raise ValueError("la valeur est vide")
        return tuple(dict.fromkeys(TYPES[self.type].term(text) for text in texts))
