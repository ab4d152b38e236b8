"""Maps of a page as one file: a picture with their titles, legends and sources, or the table of their values."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response

from ...ontology.vocabulary import ID
from ...words import N_, first_upper, gettext, number
from ..labels.wording import LEVELS
from ..reading.cube import COLUMNS
from ..reading.solutions import Reading
from ..render.csvw import origin_of
from ..render.files import WRITTEN, file_headers, table_file
from ..web.negotiation import Language, Representation
from .asking import same_scale
from .atlas import Atlas
from .files import file_name, to_rows
from .places import KINDS
from .reading import Map, date_text, summary, wrap_text
from .svg import Panel, draw_maps

_LINE, _TITLE = 118, 70
"""Letters that a line of notes, and a title, hold over the width of one map."""


def file_of(
    request: Request,
    shown: Sequence[Map],
    chosen: Representation,
    reading: Reading,
    atlas: Atlas,
    said: Language,
) -> Response:
    """Write maps in a format; a picture that must be painted still is a drawing. Raises SheetTooSmall."""
    headers = file_headers(request, chosen, file_name(shown), atlas.matter.snapshot, said)
    if chosen not in WRITTEN:
        return Response(sheet(shown, reading, atlas, said).encode(), headers=headers)
    lines = [line for one in shown for line in (one.indicator.title[said], *words(one, reading, said))]
    about = {
        N_("Carte"): " – ".join(dict.fromkeys(lines)),
        N_("Résumé"): " ".join(summary(one, said) for one in shown),
        N_("Sources"): ", ".join(sources(shown, reading)),
        N_("Publication"): atlas.matter.snapshot,
        N_("Adresse"): str(request.url),
    }
    origin = origin_of(request, {name for one in shown for name in one.indicator.sources})
    body = table_file(to_rows(shown), chosen, about, said, columns=COLUMNS, origin=origin)
    return Response(body, headers=headers)


def sheet(shown: Sequence[Map], reading: Reading, atlas: Atlas, said: Language) -> str:
    """Draw maps in a row, with their titles; of one scale they share its legend and the words of its rule."""
    common = len(shown) == 2 and same_scale(shown)
    titles = [[*wrap_text(one.title(said), _TITLE), *words(one, reading, said)] for one in shown]
    notes = [f"{_named(one, shown, said)}{summary(one, said)}" for one in shown]
    if common:
        notes.append((gettext("Les deux cartes ont la même échelle. ", said)) + shown[0].rule(said))
    else:
        notes += dict.fromkeys(one.rule(said) for one in shown)
    if over := shown[0].over:
        notes.append(f"◆ {KINDS[over][0][said]} ({number(len(shown[0].places), said)}).")
    notes.append(source_line(shown, reading, atlas, said))
    lines = [line for note in notes for line in wrap_text(note, _LINE * len(shown))]
    panels = [
        Panel(one, heading, f"carte{place}")
        for place, (one, heading) in enumerate(zip(shown, titles, strict=True))
    ]
    return draw_maps(panels, common=common, notes=lines, language=said)


def _named(one: Map, shown: Sequence[Map], said: Language) -> str:
    """Say which of two maps a line is about."""
    if len(shown) == 1:
        return ""
    left = one is shown[0]
    return gettext("À gauche : ", said) if left else gettext("À droite : ", said)


def words(shown: Map, reading: Reading, said: Language) -> list[str]:
    """Say under the title of a map its group and unit, then its territories and its period."""
    groups = [ID + one.by for one in shown.parts if one.by]
    if groups:
        reading.learn_labels(groups)
    group = [first_upper(reading.label(one)) for one in groups]
    unit = shown.unit(said)
    place = f"{LEVELS[shown.level][said]} – {shown.within.label}"
    first = " · ".join([*group, *([unit] if unit else [])])
    when = date_text(shown.period, shown.as_of, said)
    second = first_upper(place) + (f" – {when}" if when else "")
    return [*([first] if first else []), second]


def sources(maps: Sequence[Map], reading: Reading) -> list[str]:
    """Name the sources of the indicators of maps."""
    names = dict.fromkeys(name for one in maps for each in one.indicators for name in each.sources)
    reading.learn_labels([f"{ID}source/{name}" for name in names])
    return [reading.label(f"{ID}source/{name}") for name in names]


def source_line(maps: Sequence[Map], reading: Reading, atlas: Atlas, said: Language) -> str:
    """Name the sources of maps, their publication, and whether made up data are counted."""
    named = ", ".join(sources(maps, reading))
    made = atlas.matter.snapshot
    note = ""
    if atlas.matter.illustrative:
        note = gettext(" Des données illustratives (inventées) sont comptées.", said)
    return gettext("Sources : {sources}. Publication {snapshot}.", said, sources=named, snapshot=made) + note
