"""What the tables of a filière are made of, and the columns that several have."""

from __future__ import annotations

from dataclasses import dataclass

from ....words import N_
from ...reading.solutions import Reading, Solutions
from ...render.blocks.tables import Column, Words
from ...web.negotiation import Language
from .chain import Chain
from .reading import View

STAGE = Column("stage", N_("Étape"))
FUNCTION = Column("function", N_("Fonction"))
UNKNOWN: Words = N_("non précisée")


@dataclass(frozen=True)
class ChainBlockParams:
    """What the tables are made of: the filière as asked for, names, the language, and the `sectors` around stages."""

    view: View
    reading: Reading
    said: Language
    sectors: Solutions

    @property
    def chain(self) -> Chain:
        """The filière."""
        return self.view.chain

    def stage(self, path: str) -> str:
        """Name a stage."""
        return dict(self.chain.stages)[path][self.said] if path else UNKNOWN[self.said]
