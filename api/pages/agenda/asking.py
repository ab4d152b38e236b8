"""What a request asks of the agenda, and the address that asks it again with something changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from ....graph.region.agenda import DISTANCES, Agenda, AgendaRequest
from ....ontology.labels import concepts
from ....words import N_, Spoken, languages
from ...web.page_error import PageError
from ...web.parameters import is_true

PATH = "/agenda"
SIZE = 50
"""Events on one page."""
LONGEST, MOST_VALUES = 200, 50
TO_COME = "to-come"


@dataclass(frozen=True)
class Facet:
    """One thing to choose by: its name in addresses and in the agenda, its title, and what its paths begin with."""

    name: str
    title: Spoken
    head: str = ""


FACETS = (
    Facet("theme", N_("Thème")),
    Facet("mode", N_("Modalité"), "attendance-mode/"),
    Facet("relay", N_("Relais")),
    Facet("type", N_("Nature"), "interaction-type/"),
)


@dataclass(frozen=True)
class AgendaParams:
    """A page of the agenda, or a calendar of it: what is chosen, as the address says it."""

    text: str = ""
    territory: str = ""
    distance: int | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None
    month: str = ""
    to_come: bool = False
    illustrative: bool = False
    page: int = 1
    lang: str = ""

    def asked(self, agenda: Agenda, today: date) -> AgendaRequest:
        """Give the question to the agenda; raises UnknownName for a territory that is not known, SharedName for several."""
        territory = agenda.territory(self.territory) if self.territory else None
        first, last = self.first, self.last
        if self.month:
            begun, ended = month_days(self.month)
            first, last = max(first or begun, begun), min(last or ended, ended)
        if self.to_come:
            first = max(first or today, today)
        wanted = {
            facet.name: [facet.head + value for value in self.chosen.get(facet.name, ())] for facet in FACETS
        }
        return AgendaRequest(
            self.text, wanted, territory, self.distance if territory is not None else None, first, last,
            self.illustrative,
        )  # fmt: skip

    def with_(self, **changed: object) -> AgendaParams:
        """Give the same with something changed, at its first page."""
        return replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]

    def toggled(self, name: str, value: str) -> AgendaParams:
        """Give the same with a value chosen of a facet, or no longer."""
        values = self.chosen.get(name, ())
        changed = tuple(one for one in values if one != value) if value in values else (*values, value)
        return self.with_(chosen={**self.chosen, name: changed})

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the address says, but for the page."""
        told: list[tuple[str, str]] = [
            ("q", self.text),
            ("territory", self.territory),
            ("distance", "" if self.distance is None else str(self.distance)),
            *((facet.name, value) for facet in FACETS for value in self.chosen.get(facet.name, ())),
            ("since", self.first.isoformat() if self.first else ""),
            ("until", self.last.isoformat() if self.last else ""),
            ("month", self.month),
            ("when", TO_COME if self.to_come else ""),
            ("illustrative", "true" if self.illustrative else ""),
        ]
        return [(name, value) for name, value in told if value]

    def address(self, path: str = PATH) -> str:
        """Give the address that asks this."""
        pairs = [*self.pairs, *([("page", str(self.page))] if self.page > 1 else [])]
        pairs += [("lang", self.lang)] if self.lang else []
        return f"{path}?{urlencode(pairs)}" if pairs else path


def _described(name: str, text: str, example: object = None, **schema: Any) -> dict[str, Any]:
    told = {"name": name, "in": "query", "description": text, "schema": {"type": "string"} | schema}
    return told if example is None else {**told, "example": example}


def _chosen_of(name: str, text: str, example: str, of: Collection[str] = ()) -> dict[str, Any]:
    items: dict[str, Any] = {"type": "string"} | ({"enum": list(of)} if of else {})
    return _described(name, text, [example], type="array", items=items)


PARAMETERS: list[dict[str, Any]] = [
    _described("q", "mots · words", "science", maxLength=LONGEST),
    _described("territory", "territoire : code, chemin ou nom · code, path or name", "07", maxLength=LONGEST),
    _described("distance", "km autour · km around it", 25, type="integer", minimum=0, maximum=999),
    _chosen_of("theme", "thème : chemin · theme: path", "field/fete-de-la-science/biologie-et-sante"),
    _chosen_of("mode", "modalité · how it is attended", "remote", concepts("attendance-mode")),
    _chosen_of("relay", "relais : chemin · relay: path", "organization/0070021B"),
    _chosen_of("type", "nature · type", "science-event", concepts("interaction-type")),
    _described("since", "premier jour · first day", "2026-10-01", format="date"),
    _described("until", "dernier jour · last day", "2026-10-31", format="date"),
    _described("month", "mois, AAAA-MM · month", "2026-10"),
    _described("when", "à venir seulement · only what is to come", TO_COME, enum=[TO_COME]),
    _described(
        "illustrative", "les exemples inventés aussi · invented ones too", type="boolean", default=False
    ),
    _described("lang", "langue des phrases · language of sentences", enum=list(languages())),
]
"""What the page and the feeds take, as OpenAPI tells it."""
PAGE = _described("page", "page", 1, type="integer", minimum=1)
_TOO_LONG = N_("Une valeur de l’adresse est trop longue (200 caractères au plus).")


def params_of(query: QueryParams) -> AgendaParams:
    """Read what an address asks; raises PageError (400) that says in French what is wrong.

    >>> params_of(QueryParams("territory=07&distance=25&mode=hybrid&month=2026-12")).address("/agenda.ics")
    '/agenda.ics?territory=07&distance=25&mode=hybrid&month=2026-12'
    """
    text, territory = (query.get(name, "").strip() for name in ("q", "territory"))
    if max(len(text), len(territory)) > LONGEST:
        raise PageError(400, _TOO_LONG)
    chosen = _chosen(query)
    month = query.get("month", "").strip()
    if month and not re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", month):
        raise PageError(400, N_("« month » s’écrit AAAA-MM."))
    when = query.get("when", "")
    if when not in ("", TO_COME):
        raise PageError(400, N_("« when » est vide, ou « to-come »."))
    first, last = _day(query, "since"), _day(query, "until")
    if first is not None and last is not None and last < first:
        raise PageError(400, N_("Le dernier jour vient avant le premier."))
    lang = query.get("lang", "")
    return AgendaParams(
        text, territory, _distance(query.get("distance", "").strip()), chosen, first, last, month, when == TO_COME,
        is_true(query, "illustrative"), _page(query.get("page", "1")), lang if lang in languages() else "",
    )  # fmt: skip


def refuse_values(asked: AgendaParams) -> None:
    """Refuse modes and types that the ontology does not have: a calendar of them would stay empty; raises PageError (400)."""
    for facet in FACETS:
        known = concepts(facet.head.rstrip("/")) if facet.head else {}
        for value in asked.chosen.get(facet.name, ()) if known else ():
            if value not in known:
                message = N_(
                    "« {name} » n’a pas de valeur « {value} » : donnez {known}.",
                    name=facet.name,
                    value=value,
                    known=", ".join(known),
                )
                raise PageError(400, message)


def _chosen(query: QueryParams) -> dict[str, tuple[str, ...]]:
    """Read the values chosen of each facet, each once."""
    chosen = {
        facet.name: tuple(dict.fromkeys(filter(None, map(str.strip, query.getlist(facet.name)))))
        for facet in FACETS
    }
    values = [value for one in chosen.values() for value in one]
    if any(len(one) > LONGEST for one in values):
        raise PageError(400, _TOO_LONG)
    if len(values) > MOST_VALUES:
        raise PageError(400, N_("Trop de valeurs sont choisies (50 au plus)."))
    return chosen


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) >= 1):
        raise PageError(400, N_("« page » est un nombre entier à partir de 1."))
    return int(text)


def _distance(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise PageError(
            400,
            N_(
                "« distance » est un nombre entier de kilomètres, de 0 à 999 ({names} par exemple).",
                names=", ".join(map(str, DISTANCES)),
            ),
        )
    return int(text)


def _day(query: QueryParams, name: str) -> date | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise PageError(400, N_("« {name} » est un jour, qui s’écrit AAAA-MM-JJ.", name=name))


def month_days(month: str) -> tuple[date, date]:
    """Give the first and the last day of a month.

    >>> month_days("2028-02")
    (datetime.date(2028, 2, 1), datetime.date(2028, 2, 29))
    """
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def month_beside(month: str, step: int) -> str:
    """Give the month before (-1) or after (1) another.

    >>> month_beside("2026-12", 1), month_beside("2026-01", -1)
    ('2027-01', '2025-12')
    """
    first, last = month_days(month)
    return (last + timedelta(days=1) if step > 0 else first - timedelta(days=1)).isoformat()[:7]


def weeks_of(month: str) -> Sequence[Sequence[date]]:
    """Give the weeks that a month touches, from Monday to Sunday.

    >>> [week[0].day for week in weeks_of("2026-12")]
    [30, 7, 14, 21, 28]
    """
    first, last = month_days(month)
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    return [[monday + timedelta(days=7 * week + day) for day in range(7)] for week in range(count)]
