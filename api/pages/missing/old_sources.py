"""Sources out of date: the age of their data beside how often they are published."""

from __future__ import annotations

from datetime import date
from math import inf

from ....words import N_, Listed, Number
from ...labels.wording import FREQUENCIES
from ...reading.solutions import best_labels
from ...render.blocks.tables import Column, Table, Words
from ..territory.matter import PortraitData
from .asked import MissingParams

#: Months after which a source is out of date, by the frequency that its file tells.
LASTS = {"annual": 24, "semestrial": 12, "continuous": 12, "monthly": 3, "once": inf}
_UNTOLD = N_("non dite")


LATE = N_("dépassée")


def sources(seen: PortraitData, asked: MissingParams) -> Table:
    """List the sources with their date, frequency and load, and say which are out of date.

    A source is loaded where the graph describes it, by a graph of its own or in one that holds several, as the demo's:
    the same files then have the same answer.
    """
    from ....loaders.sources.description import all_sources

    today = asked.today or date.today()
    described = all_sources()
    loaded = {row["source"].rsplit("/", 1)[-1]: row for row in asked.loaded}
    named = ({**row, "thing": row["source"], "label": row["title"]} for row in asked.loaded if "title" in row)
    titles = {path.rsplit("/", 1)[-1]: told for path, told in best_labels(named, asked.language).items()}
    known = seen.rest["sources"].select("source", "date").iter_rows()
    dates = {path.rsplit("/", 1)[-1]: told or "" for path, told in known}
    listed, late = [], 0
    for name in sorted((described.keys() | loaded.keys()) - {"exchange"}):
        source, row = described.get(name), loaded.get(name, {})
        title, date_, frequency = (source.title, source.date, source.frequency) if source else ({}, "", "")
        when = (dates.get(name) or date_).rpartition("/")[2]
        old = months(when, today)
        state = _state(name in loaded or name in dates, old, LASTS.get(frequency))
        listed.append(
            {
                "source": title.get(asked.language) or titles.get(name, name), "name": name, "date": when, "months": old,
                "frequency": FREQUENCIES.get(frequency, _UNTOLD)[asked.language],
                "loaded": row.get("ended", "")[:10], "state": state[asked.language],
            }
        )  # fmt: skip
        late += state is LATE
    return Table(
        (
            Column("source", N_("Source")),
            Column("name", N_("Identifiant")),
            Column("date", N_("Date des données")),
            Column("months", N_("Âge en mois"), "number"),
            Column("frequency", N_("Fréquence")),
            Column("loaded", N_("Chargée le")),
            Column("state", N_("État")),
        ),
        listed,
        notes=(
            N_(
                "Dépassée, selon sa fréquence : plus de {lasts} depuis la date de ses données.",
                lasts=Listed(
                    [
                        N_("{n} mois ({frequency})", n=Number(n), frequency=FREQUENCIES[name])
                        for name, n in LASTS.items()
                        if n < inf
                    ]
                ),
            ),
        ),
        more={
            "total": late,
            "today": True,
            "counted": N_("sources dépassées"),
        },
    )


def months(when: str, today: date) -> int | None:
    """Count the months since a date, or the end of a year; None for no date.

    >>> months("2024", date(2026, 3, 1)), months("2026-01-15", date(2026, 3, 1)), months("", date(2026, 3, 1))
    (15, 2, None)
    """
    if not when[:4].isdigit():
        return None
    month = int(when[5:7]) if len(when) >= 7 else 12
    return max(0, (today.year - int(when[:4])) * 12 + today.month - month)


def _state(loaded: bool, old: int | None, lasts: float | None) -> Words:
    if not loaded:
        return N_("pas chargée")
    if old is None:
        return N_("date non dite")
    if lasts is None:
        return N_("fréquence non dite : à vérifier")
    return LATE if old > lasts else N_("à jour")
