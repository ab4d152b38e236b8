"""The sheet of a meeting being made: its language, its sections, and the sources that it cites."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ....words import N_, Spoken
from ...labels.typesetting import typeset
from ...pages.territory.matter import PortraitData
from ...web.negotiation import Language
from ..model import Element, Paragraph, Section
from .between import Pair

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """A sheet being made: of which pair, from what, and the numbers of the sources that its figures come from so far."""

    pair: Pair
    seen: PortraitData
    created: str
    sources: dict[str, int] = field(default_factory=dict)

    @property
    def language(self) -> Language:
        """The language it is written in."""
        return self.pair.context.language

    def say(self, words: Spoken) -> str:
        """Say something in the language of the sheet, with its spaces."""
        return typeset(words[self.language], self.language)

    def set(self, text: str) -> str:
        """Typeset a text that is in the language already."""
        return typeset(text, self.language)

    def cite(self, *names: str) -> str:
        """Give the numbers of sources in the list at the end, where they are put.

        >>> sheet = Sheet(None, None, "")  # type: ignore[arg-type]
        >>> sheet.cite("insee", "", "anr"), sheet.cite("anr"), list(sheet.sources)
        ('1, 2', '2', ['insee', 'anr'])
        """
        known = [name for name in dict.fromkeys(names) if name]
        for name in known:
            self.sources.setdefault(name, len(self.sources) + 1)
        return ", ".join(str(number) for number in sorted(self.sources[name] for name in known))

    def section(self, id: str, title: Spoken, make: Callable[[Sheet], Sequence[Element]]) -> Section:
        """Make a section; one that fails says so in its place, and the others stand."""
        try:
            blocks = tuple(make(self))
        except Exception:
            log.exception(
                "section %s of the sheet of %s and %s failed", id, *(one.path for one in self.pair.sides)
            )
            said = self.say(N_("Cette partie n’a pas pu être faite. Le reste de la fiche est complet."))
            blocks = (Paragraph(said, "warning"),)
        return Section(id, self.say(title), blocks)
