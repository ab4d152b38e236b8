"""Sources out of date: the age of their data beside how often they are published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ...render.blocks.tables import Column, Table, Words
from ..territory.matter import Seen
from .asked import Asked

#: Months after which a source is out of date, by the frequency that its file tells.
LASTS = {"annual": 24, "annuelle": 24, "semestrial": 12, "en continu": 12, "continuous": 12, "monthly": 3}
FREQUENCIES: Mapping[str, Words] = {
    "annual": ("annuelle", "yearly"),
    "annuelle": ("annuelle", "yearly"),
    "semestrial": ("semestrielle", "twice a year"),
    "en continu": ("en continu", "continuous"),
    "": ("non dite", "not told"),
}


def sources(seen: Seen, asked: Asked) -> Table:
    """List the sources with their date, frequency and load, and say which are out of date.

    A source is loaded where the graph describes it, by a graph of its own or in one that holds several, as the demo's:
    the same files then have the same answer.
    """
    from ....loaders.sources.description import all_sources

    today = asked.today or date.today()
    described = all_sources()
    loaded: dict[str, Mapping[str, str]] = {}
    for row in asked.loaded:
        loaded[row["source"].rsplit("/", 1)[-1]] = row
    known = seen.rest["sources"].select("source", "date").iter_rows()
    dates = {path.rsplit("/", 1)[-1]: told or "" for path, told in known}
    listed = []
    for name in sorted(described.keys() | loaded.keys()):
        source = described.get(name)
        if name == "exchange" or (source is None and name not in loaded):
            continue
        row = loaded.get(name, {})
        is_loaded = name in loaded or name in dates
        when = (dates.get(name) or (source.date if source else "")).rpartition("/")[2]
        frequency = source.frequency if source else ""
        old = months(when, today)
        lasts = LASTS.get(frequency)
        listed.append(
            {
                "source": (source.title if source else {}).get(asked.language) or row.get("title", name),
                "name": name,
                "date": when,
                "months": old,
                "frequency": FREQUENCIES.get(frequency, (frequency, frequency))[asked.language == "en"],
                "loaded": row.get("ended", "")[:10],
                "state": _state(is_loaded, old, lasts)[asked.language == "en"],
                "late": bool(is_loaded and old is not None and lasts is not None and old > lasts),
            }
        )
    return Table(
        (
            Column("source", ("Source", "Source")),
            Column("name", ("Identifiant", "Identifier")),
            Column("date", ("Date des données", "Date of the data")),
            Column("months", ("Âge en mois", "Age in months"), "number"),
            Column("frequency", ("Fréquence", "Frequency")),
            Column("loaded", ("Chargée le", "Loaded on")),
            Column("state", ("État", "State")),
        ),
        listed,
        notes=(
            (
                "Dépassée : plus de 24 mois pour une source annuelle, de 12 pour une source semestrielle ou "
                "continue, depuis la date de ses données.",
                "Out of date: over 24 months for a yearly source, 12 for one that is continuous or comes twice a "
                "year, since the date of its data.",
            ),
        ),
        more={"total": sum(1 for row in listed if row["late"]), "today": True},
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


def _state(loaded: bool, old: int | None, lasts: int | None) -> Words:
    if not loaded:
        return "pas chargée", "not loaded"
    if old is None:
        return "date non dite", "date not told"
    if lasts is None:
        return "fréquence non dite : à vérifier", "frequency not told: to be checked"
    return ("dépassée", "out of date") if old > lasts else ("à jour", "up to date")
