"""What notebooks show, in the language of the locale: values that write themselves as HTML, offline, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from shutil import get_terminal_size
from typing import Any, TypeVar

import polars as pl

from ...graph.indicators.cube import Value
from ...graph.indicators.declaration import TOPICS, Indicator
from ...graph.region.gazetteer import Territory
from ...graph.region.names import UnknownName
from ...graph.scenarios.differences import Comparison
from ...graph.scenarios.names import nearest
from ...graph.sparql.results import Rows
from ...graph.sparql.results import Value as Cell
from ...graph.sparql.terminal_table import to_table
from ...ontology.labels import Term
from ...words import N_, Spoken, gettext, ngettext, number
from ...words.locales import language
from ..analysis import comparisons
from ..maps.drawing import STATUSES
from ..maps.reading import Map, cell_text, summary
from .spoken import in_the_locale
from .tabular import Tabular

_VALUE = (N_("Indicateur"), N_("Valeur"), N_("Période"))
_DECLARED = (_VALUE[0], N_("Titre"), N_("Thème"), N_("Définition"))
_MEMBER = (N_("Membre"), N_("Fonction"), N_("Maillon"), N_("Preuve"))
_CHANGE = (N_("Territoire"), N_("Chiffre"), N_("Avant"), N_("Après"), N_("En clair"))
MOST = 50
"""Rows of a table that are shown; the rest is counted."""


_T = TypeVar("_T")


def _of_id(known: Mapping[str, _T], name: str, indicators: Mapping[str, Indicator]) -> _T:
    if name not in known:
        titles = {each: one.title[language()] for each, one in indicators.items()}
        raise UnknownName("indicator", name, nearest(name, titles))
    return known[name]


def table(head: Sequence[str | Spoken], rows: Iterable[Sequence[object]], caption: str = "") -> str:
    """Write rows as an HTML table; numbers to the right, only the first rows.

    >>> table(["a"], [["<b>"], [2]])[-87:]
    '<tr><td>&lt;b&gt;</td></tr><tr><td style="text-align:right">2</td></tr></tbody></table>'
    """
    made = list(rows)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in made[:MOST])
    titles = "".join(f'<th scope="col">{escape(_heading(one))}</th>' for one in head)
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    left = f"<p>{escape(more(len(made)))}.</p>" if len(made) > MOST else ""
    return f"<table>{told}<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>{left}"


def _heading(words: str | Spoken) -> str:
    return words if isinstance(words, str) else words[language()]


def more(count: int) -> str:
    """Count the rows that are not shown."""
    return ngettext("… et {n} autre ligne", "… et {n} autres lignes", count - MOST, language())


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None or not isinstance(value, int | float):
        return f"<td>{escape('' if value is None else str(value))}</td>"
    shown = number(value, language(), 0 if float(value).is_integer() else 2)
    return f'<td style="text-align:right">{escape(shown)}</td>'


def terminal_table(
    title: str, head: Sequence[str | Spoken], rows: Sequence[Sequence[Any]], snapshot: str
) -> str:
    """Write rows as a table for a terminal, between a title and the publication; only the first rows.

    >>> print(terminal_table("Deux lieux", ["lieu", "n"], [["Gap", 5], ["Die", 12]], "1"))
    Deux lieux
    <BLANKLINE>
    lieu   n
    ----  --
    Gap    5
    Die   12
    <BLANKLINE>
    publication 1
    """
    # a terminal has no narrow spaces
    cells = [
        [re.sub("[\u202f\xa0]", " ", x) if isinstance(x, str) else x for x in row] for row in rows[:MOST]
    ]
    shown = to_table(Rows([_heading(one) for one in head], cells), get_terminal_size().columns)
    left = f"\n{more(len(rows))}" if len(rows) > MOST else ""
    if not rows:
        left = f"\n\n{gettext('Aucune ligne.', language())}"
    return f"{title}\n\n{shown}{left}\n\npublication {snapshot}"


def foot(snapshot: str) -> str:
    """Write the publication under a table."""
    return f"<p><small>{escape(f'publication {snapshot}')}</small></p>"


def value_text(value: Value) -> str:
    """Write a value with its unit, or why there is none."""
    one, said = value.indicator, language()
    if value.value is None:
        return STATUSES.get(value.status or "missing", STATUSES["missing"])[said]
    unit = one.unit_label.get(said) or {"%": "%", "km": "km"}.get(one.unit, "")
    return f"{number(value.value, said, one.decimals)} {unit}".strip()


@dataclass(frozen=True, repr=False)
class Portrait(Tabular):
    """The latest value of every indicator of a territory; `frame` has them as a table."""

    territory: Territory
    values: tuple[Value, ...]
    snapshot: str
    where: str = field(default="", repr=False)

    @property
    def frame(self) -> pl.DataFrame:
        """Indicator, title, period, value, low, high, unit, status."""
        rows = [
            (v.indicator.id, v.indicator.title["fr"], v.period, v.value, v.low, v.high, v.indicator.unit, v.status)
            for v in self.values
        ]  # fmt: skip
        names = ("indicator", "title", "period", "value", "low", "high", "unit", "status")
        floats = ("value", "low", "high")
        schema = {name: pl.Float64 if name in floats else pl.String for name in names}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @in_the_locale
    def __getitem__(self, indicator: str) -> Value:
        """Give the value of an indicator by its id; raises UnknownName, with the nearest."""
        known = {one.indicator.id: one for one in self.values}
        return _of_id(known, indicator, {name: one.indicator for name, one in known.items()})

    def __repr__(self) -> str:
        title = f"{self.territory.label} ({self.territory.id.removeprefix('territory/')})"
        return terminal_table(title, _VALUE, self._rows(), self.snapshot)

    def _rows(self, topic: str = "") -> list[tuple[str, str, str | None]]:
        """Write the values, of a topic or all."""
        said = language()
        return [
            (v.indicator.title[said], value_text(v), v.period)
            for v in self.values
            if topic in ("", v.indicator.topic)
        ]

    def _repr_html_(self) -> str:
        parts = [f"<h3>{escape(self.territory.label)}</h3>", self.where]
        for topic, words in TOPICS.items():
            if rows := self._rows(topic):
                parts.append(table(_VALUE, rows, words[language()]))
        if not self.values:
            none = gettext("Aucun indicateur ne dit rien de ce territoire.", language())
            parts.append(f"<p>{escape(none)}</p>")
        return "".join([*parts, foot(self.snapshot)])


@dataclass(frozen=True, repr=False)
class Indicators(Tabular):
    """The indicators that are declared."""

    declared: list[Indicator]

    @property
    def frame(self) -> pl.DataFrame:
        """Id, topic, title, unit, definition."""
        rows = [(i.id, i.topic, i.title["fr"], i.unit, i.definition["fr"]) for i in self.declared]
        names = ("indicator", "topic", "title", "unit", "definition")
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    @in_the_locale
    def __getitem__(self, indicator: str) -> Indicator:
        """Give an indicator by its id; raises UnknownName, with the nearest."""
        known = {one.id: one for one in self.declared}
        return _of_id(known, indicator, known)

    def __len__(self) -> int:
        return len(self.declared)

    def __iter__(self) -> Any:
        return iter(self.declared)

    def __repr__(self) -> str:
        said = language()
        rows: list[list[Cell]] = [[i.id, i.title[said], TOPICS[i.topic][said]] for i in self.declared]
        head = [_heading(one) for one in _DECLARED[:3]]
        return to_table(Rows(head, rows), get_terminal_size().columns)

    def _repr_html_(self) -> str:
        said = language()
        rows = [(i.id, i.title[said], TOPICS[i.topic][said], i.definition[said]) for i in self.declared]
        counted = ngettext("{n} indicateur", "{n} indicateurs", len(rows), said)
        topics = [words[said] for words in TOPICS.values()]
        return f"<p>{escape(counted)}</p>" + "".join(
            table(_DECLARED, of_topic, topic)
            for topic in topics
            if (of_topic := [row for row in rows if row[2] == topic])
        )


@dataclass(frozen=True, repr=False)
class MapView(Tabular):
    """A map: its picture (`svg`), and its values as a `frame`."""

    map: Map
    svg: str = field(repr=False)
    snapshot: str

    @property
    def frame(self) -> pl.DataFrame:
        """Territory, label, value, low, high, status."""
        rows = [(c.territory.id, c.territory.label, c.value, c.low, c.high, c.status) for c in self.map.cells]
        names = ("territory", "label", "value", "low", "high", "status")
        schema = {n: pl.Float64 if n in ("value", "low", "high") else pl.String for n in names}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def __repr__(self) -> str:
        said = language()
        rows = [(c.territory.label, cell_text(c, self.map.indicator, said)) for c in self.map.cells]
        title = f"{self.map.indicator.title[said]}. {summary(self.map, said)}"
        return terminal_table(title, (_CHANGE[0], _VALUE[1]), rows, self.snapshot)

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg}<figcaption>{escape(summary(self.map, language()))}</figcaption></figure>{foot(self.snapshot)}"


@dataclass(frozen=True, repr=False)
class Chain(Tabular):
    """A filière: its `links` with their activities, and its `members` with what they do, where and by what rule."""

    id: str
    label: str
    links: pl.DataFrame
    members: pl.DataFrame
    svg: str = field(repr=False)
    snapshot: str

    @property
    def frame(self) -> pl.DataFrame:
        """The members: chain, stage, function, member, label, place, rule, evidence, what it does and its link in words."""
        return self.members

    def _who(self) -> list[tuple[str, str, str, str]]:
        """List each member once a function and a link, with its evidence."""
        shown = self.members.unique(["member", "does", "link"], maintain_order=True).sort(
            "link", "does", "label"
        )
        return [
            (
                label or member.rsplit("/", 1)[-1],
                does,
                link,
                Term.of(f"evidence-status/{evidence}")[language()],
            )
            for member, label, does, link, evidence in shown.select(
                "member", "label", "does", "link", "evidence"
            ).iter_rows()
        ]

    def __repr__(self) -> str:
        return terminal_table(self.label, _MEMBER, self._who(), self.snapshot)

    def _repr_html_(self) -> str:
        who, said = self._who(), language()
        links = [
            (label or stage, ", ".join(sorted({code.rsplit("/", 1)[-1] for code in codes if code})))
            for stage, label, codes in self.links.group_by("stage", "stageLabel", maintain_order=True)
            .agg("activity")
            .iter_rows()
        ]
        return (
            f"<h3>{escape(self.label)}</h3>{self.svg}"
            + table((_MEMBER[2], N_("Activités (NAF)")), links, gettext("Maillons", said))
            + (
                table(_MEMBER, who, gettext("Membres", said))
                if who
                else f"<p>{gettext('Aucun membre.', said)}</p>"
            )
            + foot(self.snapshot)
        )


@dataclass(frozen=True, repr=False)
class Outcome(Tabular):
    """What a scenario changes; `comparison` has every figure before and after."""

    comparison: Comparison

    @property
    def frame(self) -> pl.DataFrame:
        """The differences as flat rows."""
        return pl.DataFrame(self.comparison.rows(), infer_schema_length=None)

    def __iter__(self) -> Any:
        return iter(self.comparison.changed())

    def __len__(self) -> int:
        return len(self.comparison.changed())

    def _changes(self) -> list[tuple[object, ...]]:
        said = language()
        return [
            (
                one.territory.label,
                one.figure.label[said],
                comparisons.value_text(one, one.before, said),
                comparisons.value_text(one, one.after, said),
                one.sentence[said],
            )
            for one in self.comparison.changed()
        ]

    @property
    def _title(self) -> str:
        return gettext("Scénario : {scenario}", language(), scenario=self.comparison.scenario.words)

    def __repr__(self) -> str:
        return terminal_table(self._title, _CHANGE, self._changes(), self.comparison.snapshot)

    def _repr_html_(self) -> str:
        rows, said = self._changes(), language()
        none = gettext("Ce scénario ne change aucun chiffre.", said)
        shown = table(_CHANGE, rows) if rows else f"<p>{escape(none)}</p>"
        shown = "".join(f"<p>{escape(one.sentence[said])}</p>" for one in self.comparison.losses) + shown
        notes = "".join(f"<li>{escape(note[said])}</li>" for note in self.comparison.notes)
        listed = f"<ul>{notes}</ul>" if notes else ""
        return f"<h3>{escape(self._title)}</h3>{shown}{listed}{foot(self.comparison.snapshot)}"
