"""Dossiers of many territories at once: one open graph, a page that lists them, and a CSV of their figures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from ...graph.region.gazetteer import Territory
from ...graph.region.view import RegionView
from ...graph.snapshots.reader import LocalReader
from ...graph.sparql.results import Rows, to_csv
from ...words import N_, Spoken
from ..labels.wording import level_name
from ..pages.territory.matter import PortraitData
from ..render.blocks.tables import figure
from ..render.files import whole_number
from ..render.rendering import alone, sayings
from ..web.negotiation import Language
from .content import build, created_of, software
from .files import place, write
from .html import style
from .model import Dossier
from .words import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)

#: Figures of the index, with their heads.
FIGURES: Mapping[str, Spoken] = {
    "population": N_("Population"),
    "programmes": N_("Formations"),
    "research-units": N_("Unités de recherche"),
    "interactions": N_("Interactions"),
    "gaps": N_("Manques"),
    "suggestions": N_("Suggestions"),
}


@dataclass(frozen=True)
class DossierContext:
    """What dossiers of one snapshot are made from, opened once."""

    matter: RegionView
    seen: PortraitData
    created: str

    def dossier(self, territory: Territory, language: Language = "fr") -> Dossier:
        """Build the dossier of a territory."""
        return build(self.seen, self.matter, territory, language, self.created)


@contextmanager
def desk(data_dir: Path, *, illustrative: bool = False, hurried: bool = False) -> Iterator[DossierContext]:
    """Open what dossiers are made from; raises NoSnapshot where nothing is published.

    A `hurried` one does not measure the quality of suggestions, once a publication, where it is not kept yet: it says so.
    """
    with LocalReader.current(data_dir) as reader:
        everything = RegionView.of(reader, illustrative=True, hurried=hurried)
        matter = everything if illustrative else RegionView.of(reader, hurried=hurried)
        yield DossierContext(matter, PortraitData.of(matter, everything), created_of(reader.snapshot))


@dataclass
class Batch:
    """Dossiers being written in a folder: those done and those that failed, with the reason."""

    folder: Path
    formats: Sequence[str]
    language: Language
    whole: Territory
    snapshot: str
    created: str
    done: list[tuple[Dossier, list[str]]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def run(
        self,
        desk_: DossierContext,
        territories: Iterable[Territory],
        told: Callable[[Territory], None] = lambda _: None,
    ) -> None:
        """Write the dossiers of territories, then the index; one that fails is told there. Raises OSError."""
        for territory in territories:
            told(territory)
            try:
                dossier = desk_.dossier(territory, self.language)
                paths = write(dossier, self.folder, self.formats)
            except OSError:
                raise
            except Exception as error:
                log.exception("the dossier of %s failed", territory.id)
                self.failed.append((territory.label, f"{type(error).__name__}: {error}"))
                continue
            self.done.append((dossier, [path.name for path in paths]))
        place(self.folder / "index.html", self.index().encode())
        place(self.folder / "index.csv", to_csv(self.rows()))

    def rows(self) -> Rows:
        """Give the figures of the dossiers, a row each."""
        names = [
            "code",
            "territory",
            "label",
            "level",
            *FIGURES,
            "snapshot",
            "files",
        ]
        return Rows(
            names,
            [
                [
                    one.territory.rsplit("/", 1)[-1],
                    one.territory,
                    one.label,
                    one.level,
                    *(whole_number(one.summary[name]) for name in FIGURES),
                    one.snapshot,
                    " ; ".join(files),
                ]
                for one, files in self.done
            ],
        )

    def index(self) -> str:
        """Write the page that lists the dossiers."""
        lines = []
        for one, files in self.done:
            cells = [figure(_number(one.summary[name]), 0, self.language) or "∅" for name in FIGURES]
            links = [
                (
                    f"{name}/index.csv" if name.endswith("-csv") else name,
                    name.rsplit("-" if name.endswith("-csv") else ".", 1)[-1],
                )
                for name in files
            ]
            lines.append((one, cells, links))
        return alone(
            "dossier_index.html",
            **sayings(self.language),
            style=Markup(style()),
            software=software(),
            overall=self.whole,
            level=level_name(self.whole.level, self.language),
            date=date_of(self.created, self.language),
            publication=self.snapshot,
            headers=[words[self.language] for words in FIGURES.values()],
            rows=lines,
            failures=self.failed,
        )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
