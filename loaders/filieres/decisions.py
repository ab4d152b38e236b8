"""What persons decided of the members of a filière: lists of identifiers, accepted or refused, with who, when and why."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass as model

from ...graph.declarations import STRICT, Name, Text, is_a, one_of, wrong
from ...words import N_
from ..inference.membership import FUNCTIONS, SCHEMES
from ..register.identifiers import is_sound

#: The stages of a filière, from the resource to the end use (the scheme `chain-stages.ttl`, in its order).
STAGES = (
    "resource", "design", "equipment", "first-processing", "second-processing", "implementation", "trade",
    "recovery", "support",
)  # fmt: skip


def _role(value: str) -> str:
    if not value[:1].islower():
        raise wrong(
            N_("« {value} » n'est pas un rôle, écrit en minuscules (« rédaction d'ancrage »)", value=value)
        )
    return value


def _identifier(value: str) -> str:
    scheme, _, rest = value.partition(":")
    if scheme not in SCHEMES or not rest or rest != rest.strip():
        known = ", ".join(f"{one}:…" for one in SCHEMES)
        raise wrong(N_("« {value} » n'est pas un identifiant, écrit comme {known}", value=value, known=known))
    if not is_sound(scheme, rest):
        raise wrong(N_("« {value} » n'a pas la forme ou la clé de son identifiant", value=value))
    return value


_Identifiers = Annotated[
    tuple[Annotated[str, AfterValidator(_identifier)], ...],
    Field(min_length=1),
    is_a(N_("une liste d'identifiants qui n'est pas vide")),
]


@model(frozen=True, kw_only=True, config=STRICT)
class RefusalTable:
    """One `[[refusals]]` of the file of a filière: who is not of it, by identifiers, whatever codes and words say."""

    id: Name
    identifiers: _Identifiers
    who: Annotated[Text, AfterValidator(_role)]
    when: Annotated[date, is_a(N_("une date (2026-11-28)"))]
    why: Text


@model(frozen=True, kw_only=True, config=STRICT)
class MemberTable(RefusalTable):
    """One `[[members]]` of the file of a filière: who takes part in it, by identifiers that a person checked."""

    function: one_of(*FUNCTIONS)  # type: ignore[valid-type]
    stage: one_of(*STAGES) | None = None  # type: ignore[valid-type]
