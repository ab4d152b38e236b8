"""What the tables of a filière are made of, and the columns that several have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ....words import N_
from ...reading.solutions import Reading, Solutions
from ...render.blocks.tables import Column, Words
from ...web.links import local_name
from ...web.negotiation import Language
from .chain import Chain
from .reading import View

STAGE = Column("stage", N_("Étape"))
FUNCTION = Column("function", N_("Fonction"))
UNKNOWN: Words = N_("non précisée")


@dataclass(frozen=True)
class ChainBlockParams:
    """What the tables are made of: the filière as asked for, names, the language, and what questions answer."""

    view: View
    reading: Reading
    said: Language
    asked: Mapping[str, Solutions]

    @property
    def chain(self) -> Chain:
        """The filière."""
        return self.view.chain

    def members_at(self, stage: str, function: str) -> str:
        """Give the address of the members at a stage (none known: "") with a function."""
        asked = {"stage": local_name(stage) if stage else "none", "function": local_name(function)}
        return f"/filieres/{self.chain.slug}?{urlencode(asked)}#membres"

    def stage(self, path: str) -> str:
        """Name a stage."""
        return dict(self.chain.stages)[path][self.said] if path else UNKNOWN[self.said]
