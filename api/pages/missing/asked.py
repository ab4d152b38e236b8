"""What is asked of a page of what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ...web.negotiation import Language


@dataclass(frozen=True)
class MissingParams:
    """What is asked of a subject: the level of territories, the source kept, and what the graph says of its sources."""

    language: Language
    level: str = "epci"
    source: str = ""
    loaded: Sequence[Mapping[str, str]] = ()
    today: date | None = None
