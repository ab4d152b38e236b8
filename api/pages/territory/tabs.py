"""The tabs of a portrait: each has an address, the topics of key figures that it tells, and the blocks that declare it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ....words import N_, Spoken
from ...render.blocks.block import Block

WHO, TEACHING, ECONOMY = "qui-est-la", "formations-et-recherche", "economie-et-besoins"
TIES, TO_DO = "liens", "a-faire"


@dataclass(frozen=True)
class Tab:
    """A tab: its `name` in the address, what it is called, and the `topics` of its key figures (of `indicators.TOPICS`)."""

    name: str
    words: Spoken
    topics: Collection[str]

    def title(self, language: str) -> str:
        """Give the title of the tab."""
        return self.words[language]


TABS = (
    Tab(WHO, N_("Qui est là"), ("population",)),
    Tab(TEACHING, N_("Formations et recherche"), ("supply", "access")),
    Tab(ECONOMY, N_("Économie et besoins"), ("economy",)),
    Tab(TIES, N_("Liens"), ("interactions", "ties")),
    Tab(TO_DO, N_("À faire"), ("desk", "strategies")),
)


def tab_of(block: Block) -> Tab:
    """Give the tab where a block stands: the first for one that names none.

    >>> tab_of(Block("partenaires", N_("Qui travaille avec qui"), tab=TIES)).name, tab_of(Block("ponts", N_("Ponts"))).name
    ('liens', 'qui-est-la')
    """
    return next((one for one in TABS if one.name == block.tab), TABS[0])
