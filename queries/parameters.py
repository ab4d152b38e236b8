"""Typed parameters of questions: a value given by a person becomes an RDF term, never query text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from ..words import N_, SOURCE, AncrageError, Named, Spoken

ID = "https://w3id.org/ancrage/id/"
DEFINITIONS = "https://w3id.org/ancrage/def/"
XSD = "http://www.w3.org/2001/XMLSchema#"

_LEAVES = re.compile(r"[\x00-\x20\x7f<>\"{}|^`\\]")
_SCHEMES = ("http://", "https://", "urn:")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TERRITORY_CODES = (
    (re.compile(r"([0-9]{9})"), "epci"),
    (re.compile(r"((?:[0-9]{2}|2[AB])[0-9]{3})"), "commune"),
    (re.compile(r"([0-9]{2}|2[AB]|9[78][0-9])"), "department"),
    (re.compile(r"R([0-9]{2,3})"), "region"),
    (re.compile(r"ZE([0-9]{4})"), "zone"),
)
"""Codes as the exchange layout writes them: the code itself, and the kind of territory."""
KINDS_OF_TERRITORY = {
    "commune": "Commune",
    "epci": "Intercommunality",
    "department": "Department",
    "region": "Region",
    "zone": "EmploymentZone",
    "bassin": "LabourPool",
    "adhoc": "AdHocTerritory",
}
"""Levels of territories, and the class that each has in the ontology."""


class BadValue(AncrageError, ValueError):  # noqa: N818
    """A value does not fit the type of its parameter; `reason` says why."""

    code = "bad-value"
    said_in = SOURCE

    def __init__(self, reason: Spoken) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def message(self) -> Spoken:
        """What is said."""
        return self.reason


def iri_term(iri: str) -> str:
    """Serialise an absolute IRI (http, https or urn) as a SPARQL term.

    Raises BadValue when the engine would not read it as an IRI, so that nothing can leave the angle brackets.

    >>> iri_term("https://w3id.org/ancrage/id/territory/epci/200040715")
    '<https://w3id.org/ancrage/id/territory/epci/200040715>'
    """
    try:
        if iri.startswith(_SCHEMES) and not _LEAVES.search(iri):
            return f"<{NamedNode(iri).value}>"
    except ValueError:
        pass
    raise BadValue(
        N_("« {iri} » n'est pas une IRI absolue (http, https ou urn)", iri=_shown(iri)),
    )


def literal_term(text: str, datatype: str | None = None) -> str:
    r"""Serialise a text as an escaped SPARQL literal, typed when a datatype IRI is given.

    >>> print(literal_term('dit "bonjour"'))
    "dit \"bonjour\""
    >>> literal_term("2020", XSD + "gYear")
    '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    """
    if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise BadValue(
            N_("le texte contient un caractère qui n'est pas de l'Unicode valide"),
        )
    escaped = "".join(
        _ESCAPES.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 32 or ord(c) == 127 else c) for c in text
    )
    return f'"{escaped}"' + (f"^^{iri_term(datatype)}" if datatype else "")


def _shown(value: str) -> str:
    """Give a value as a message quotes it: printable, and no longer than a line."""
    text = "".join(character if character.isprintable() else "�" for character in value)
    return text if len(text) <= 80 else text[:79] + "…"


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
        if code := pattern.fullmatch(path.upper()):
            return iri_term(f"{ID}territory/{kind}/{code[1]}")
    kind, _, name = path.partition("/")
    if kind in KINDS_OF_TERRITORY and name and "/" not in name and _SLUG.fullmatch(name):
        return iri_term(f"{ID}territory/{kind}/{name}")
    codes = "(38185, 200040715, 38), region/84, zone/8409, bassin/8401, adhoc/sillon-alpin"
    raise BadValue(
        N_(
            "« {value} » n'est pas un territoire : donnez un code de commune, d'EPCI ou de département "
            "{codes} ou une IRI",
            value=_shown(value),
            codes=codes,
        ),
    )


def _organization(value: str) -> str:
    code = value.removeprefix("organization/")
    if re.fullmatch(r"[0-9 ]+", code):
        code = code.replace(" ", "")
    elif re.fullmatch(r"[0-9]{7}[a-z]|[0-9]{9}[a-z]", code):
        code = code.upper()
    iri = _local(code, "organization")
    if iri is None:
        codes = "(UAI, RNSR, SIREN, SIRET, PIC, Paysage)"
        raise BadValue(
            N_(
                "« {value} » n'est pas une organisation : donnez un code {codes} ou une IRI",
                value=_shown(value),
                codes=codes,
            ),
        )
    return iri_term(iri)


def _territory_kind(value: str) -> str:
    name = KINDS_OF_TERRITORY.get(value, value.removeprefix(DEFINITIONS))
    if name not in KINDS_OF_TERRITORY.values():
        known = ", ".join(KINDS_OF_TERRITORY)
        raise BadValue(
            N_(
                "« {value} » n'est pas un niveau de territoire : donnez l'un de {known}",
                value=_shown(value),
                known=known,
            ),
        )
    return iri_term(DEFINITIONS + name)


def _concept(kind: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        iri = _local(value, kind)
        if iri is None:
            raise BadValue(
                N_(
                    "« {value} » n'est pas un identifiant de « {kind} » : donnez son nom court ou une IRI",
                    value=_shown(value),
                    kind=kind,
                ),
            )
        return iri_term(iri)

    return convert


def _resource(value: str) -> str:
    if value.startswith(_SCHEMES):
        return iri_term(value)
    if not _SLUG.fullmatch(value):
        raise BadValue(
            N_("« {value} » n'est ni une IRI ni un chemin sous {ID}", value=_shown(value), ID=ID),
        )
    return iri_term(ID + value)


def _year(value: str) -> str:
    if not re.fullmatch(r"[12][0-9]{3}", value):
        raise BadValue(
            N_("« {value} » n'est pas une année sur quatre chiffres", value=_shown(value)),
        )
    return value


def _date(value: str) -> str:
    with suppress(ValueError):
        if value == date.fromisoformat(value).isoformat():
            return literal_term(value)
    raise BadValue(N_("« {value} » n'est pas une date AAAA-MM-JJ", value=_shown(value)))


def _integer(value: str) -> str:
    if not re.fullmatch(r"[+]?[0-9]{1,18}", value):  # numbers of these questions are distances and counts
        raise BadValue(
            N_("« {value} » n'est pas un nombre entier à partir de 0", value=_shown(value)),
        )
    return str(int(value))


def _text(value: str) -> str:
    if not value.strip():
        raise BadValue(N_("le texte est vide"))
    return literal_term(value.strip())


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A type of parameter: its name and what it accepts (by language), and how a value becomes a term.

    `choices` names the short path under the base of a closed list (`value-chain`), if the type has one.
    """

    label: Spoken
    accepts: Spoken
    term: Callable[[str], str]
    choices: str = ""


def _listed(choices: str, label: Spoken, example: str) -> ParameterType:
    return ParameterType(label, Named(f"{example}, IRI"), _concept(choices), choices)


TYPES: dict[str, ParameterType] = {
    "territory": ParameterType(
        N_("territoire"), Named("200040715, 38185, 38, region/84, zone/8409, IRI"), _territory
    ),
    "territory-kind": ParameterType(N_("niveau"), Named(", ".join(KINDS_OF_TERRITORY)), _territory_kind),
    "organization": ParameterType(
        N_("organisation"), Named("0383546Y, 199812857W, 130026081, IRI"), _organization
    ),
    "resource": ParameterType(N_("ressource"), N_("IRI ou chemin sous la base"), _resource),
    "year": ParameterType(N_("année"), Named("2020"), _year),
    "gyear": ParameterType(
        N_("année"), Named("2020"), lambda value: literal_term(_year(value), XSD + "gYear")
    ),
    "date": ParameterType(N_("date"), N_("AAAA-MM-JJ"), _date),
    "integer": ParameterType(N_("nombre entier"), Named("10"), _integer),
    "text": ParameterType(N_("texte"), N_("texte libre"), _text),
    "words": ParameterType(N_("mots"), N_("un ou plusieurs mots"), _text),
    "chain": _listed("value-chain", N_("filière"), "timber-construction"),
    "interaction-type": _listed("interaction-type", N_("type d'interaction"), "collaborative-project"),
    "actor-role": _listed("actor-role", N_("rôle"), "coordinator"),
    "actor-type": _listed("actor-type", N_("type d'acteur"), "company"),
    "evidence-status": _listed("evidence-status", N_("statut de preuve"), "documented"),
    "indicator": _listed("indicator", N_("indicateur"), "population"),
    "sector": _listed("sector", N_("secteur"), "a38/CI"),
    "field": _listed("field", N_("domaine académique"), "mesr/8"),
    "scheme": _listed("scheme", N_("dispositif"), "starter"),
    "desk": _listed("desk", N_("guichet"), "interface-universite-territoires"),
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

        Raises BadValue when the value does not fit the type.

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
            raise BadValue(N_("la valeur est vide"))
        return tuple(dict.fromkeys(TYPES[self.type].term(text) for text in texts))
