"""Comparisons of a scenario as files and in a terminal: each figure before, after, by how much, and because of what."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...graph.findings.model import Words
from ...graph.scenarios.comparison import Comparison, Difference
from ...graph.scenarios.description import describe
from ...graph.scenarios.runs import observations
from ...graph.scenarios.sentences import difference_text, figure_text
from ...graph.scenarios.values import Value as Counted
from ...graph.sparql.results import Iri, Rows
from ...words import N_, first_upper, gettext, ngettext
from ..labels.columns import columns_of
from ..render.csvw import Origin
from ..render.files import table_file, whole_number
from ..render.rdf_document import write_rdf
from ..web.negotiation import DATA, JSON_LD, N_TRIPLES, TURTLE, Language, Representation
from .tables import plain

_STATUS: dict[str, Words] = {
    "missing": N_("inconnu"),
    "suppressed": N_("secret"),
    "insufficient": N_("trop peu"),
}

_COLUMNS = columns_of("comparison")


def to_rows(comparison: Comparison, language: Language = "fr") -> Rows:
    """Give a comparison as rows, one a figure and territory, unchanged ones too."""
    more = {"scenario": comparison.scenario.name, "snapshot": comparison.snapshot}
    rows = [{**row, "territory_iri": Iri(row["territory_iri"]), **more} for row in comparison.rows(language)]
    return Rows(list(_COLUMNS), [[whole_number(row[name]) for name in _COLUMNS] for row in rows])


def write(
    comparison: Comparison,
    chosen: Representation,
    language: Language = "fr",
    origin: Origin | None = None,
) -> bytes:
    """Write a comparison in a format of reports; raises SheetTooSmall."""
    if chosen == DATA:
        return json.dumps(comparison.to_dict(), ensure_ascii=False, indent=1).encode() + b"\n"
    if chosen in (TURTLE, JSON_LD, N_TRIPLES):
        triples = [*describe(comparison.scenario), *observations(comparison)]
        return write_rdf(list(dict.fromkeys(triples)), chosen)
    about = {
        N_("Scénario"): comparison.scenario.words[language],
        N_("Hypothèses"): "\n".join(one.to_line() for one in comparison.scenario.assumptions),
        N_("Publication"): comparison.snapshot,
        N_("À savoir"): " ".join(note[language] for note in comparison.notes),
    }
    rows = to_rows(comparison, language)
    return table_file(rows, chosen, about, language, columns=_COLUMNS, origin=origin)


def show(
    comparison: Comparison,
    console: Console,
    language: Language = "fr",
    *,
    every: bool = False,
    why: bool = False,
) -> None:
    """Print a comparison, a section a territory; `every` shows unchanged figures, `why` methods and questions."""
    _head(comparison, console, language)
    kept = [one for one in comparison if every or one.changed]
    named = {one.id for one in comparison.named}
    for territory in comparison.named:
        console.print()
        console.print(plain(territory.label, "bold"))
        mine = [one for one in kept if one.territory.id == territory.id]
        merged = [one for one in comparison if one.territory.id == territory.id and one.parts]
        _show_place(mine, merged, comparison.words, console, language, why)
    elsewhere = [one for one in kept if one.territory.id not in named]
    if elsewhere:
        console.print()
        console.print(plain(gettext("Ailleurs", language), "bold"))
        console.print(_section(elsewhere, language, why, comparison.words, places=True))
    _foot(comparison, console, language, len(comparison) - len(kept))


def _show_place(
    mine: list[Difference], merged: list[Difference], assumptions: Sequence[Words], console: Console, language: Language,
    why: bool,
) -> None:  # fmt: skip
    """Print the figures of a territory: people who gain or lose something near them, what merges, then all."""
    for one in mine:
        if one.changed and one.figure.indicator and one.figure.indicator.formula == "reach":
            console.print(plain(one.sentence[language]))
    if merged:
        console.print(_merger(merged, language))
        console.print()
    if mine:
        console.print(_section(mine, language, why, assumptions))
    elif not merged:
        console.print(plain(gettext("aucun chiffre ne change.", language)))


def _head(comparison: Comparison, console: Console, language: Language) -> None:
    """Print the title, the assumptions (numbered where there are several) and what they lose."""
    console.print(plain(comparison.report().title[language], "bold"))
    several = len(comparison.words) > 1
    for number, (assumption, words) in enumerate(
        zip(comparison.scenario.assumptions, comparison.words, strict=True), 1
    ):
        console.print(plain(f"{f'{number}. ' if several else ''}{first_upper(words[language])}"))
        console.print(plain(f"{'   ' if several else ''}{assumption.to_line()}", "dim"))
    for loss in comparison.losses:
        console.print()
        console.print(plain(loss.sentence[language]))


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, overflow="fold")
    return table


def _merger(listed: list[Difference], language: Language) -> Table:
    """Lay the figures of territories that merge beside those of what they merge into."""
    table = _table(gettext("chiffre", language))
    for thing, _ in listed[0].parts:
        table.add_column(thing.label, justify="right", overflow="fold")
    table.add_column(gettext("réunis", language), justify="right")
    for one in listed:
        values = [*(value for _, value in one.parts), one.after]
        if any(value.value for value in values):
            cells = [_value(one, value, language) for value in values]
            table.add_row(plain(first_upper(one.figure.label[language])), *cells)
    return table


def _section(
    listed: list[Difference],
    language: Language,
    why: bool,
    assumptions: Sequence[Words],
    *,
    places: bool = False,
) -> Table:
    """Lay figures before and after; `places` tells the territory of each, once where several follow one another."""
    names = [gettext("avant", language), gettext("après", language), gettext("écart", language)]
    first = gettext("chiffre", language)
    table = _table((gettext("territoire", language)) if places else first)
    if places:
        table.add_column(first, overflow="fold")
    for name in names:
        table.add_column(name, justify="right")
    if len(assumptions) > 1:
        table.add_column(gettext("par l’hypothèse", language), overflow="fold")
    last = None
    for one in listed:
        label = plain(first_upper(one.figure.label[language]))
        if why:
            asked = "" if one.figure.of_scenarios else f"ancrage indicators {one.figure.id}"
            told = [", ".join(one.figure.methods), asked]
            label.append("".join(f"\n  {text}" for text in told if text), "dim")
        cells = [label, _value(one, one.before, language), _value(one, one.after, language)]
        cells.append(plain(change_text(one, language) if one.changed else "=", "bold" if one.changed else ""))
        if len(assumptions) > 1:
            cells.append(plain(causes_text(one, language, assumptions)))
        if places:
            cells.insert(0, plain(one.territory.label if one.territory != last else ""))
            last = one.territory
        table.add_row(*cells)
    return table


def change_text(one: Difference, language: Language) -> str:
    """Write by how much a figure changes, with its sign; nothing where one of its values is not known."""
    if one.difference is None:
        return ""
    return difference_text(one.figure, one.difference, _more(one))[language]


def value_text(one: Difference, value: Counted, language: Language) -> str:
    """Write a value of a figure, before or after, or why there is none."""
    if value.value is None:
        return _STATUS[value.status][language] if value.status in _STATUS else "n. d."
    return figure_text(one.figure, value.value, _more(one))[language]


def causes_text(one: Difference, language: Language, assumptions: Sequence[Words]) -> str:
    """Name by their numbers the assumptions that change a figure, each with its part where there are several."""
    told = []
    for effect in one.effects:
        number = str(assumptions.index(effect.words) + 1)
        part = (
            ""
            if effect.difference is None
            else difference_text(one.figure, effect.difference, _more(one))[language]
        )
        told.append(f"{number} ({part})" if part and len(one.effects) > 1 else number)
    return ", ".join(told)


def _more(one: Difference) -> int:
    """Tell how many decimals more it takes for the difference to be seen, 4 at most."""
    for more in range(4 if one.changed else 0):
        if figure_text(one.figure, one.before.value, more) != figure_text(one.figure, one.after.value, more):
            return more
    return 0


def _value(one: Difference, value: Counted, language: Language) -> Text:
    return plain(value_text(one, value, language), "italic" if value.value is None else "")


def _foot(comparison: Comparison, console: Console, language: Language, left: int) -> None:
    lines = [note[language] for note in comparison.notes]
    if left:
        lines.append(
            ngettext(
                "{n} chiffre sans changement, non montrés (--all).",
                "{n} chiffres sans changement, non montrés (--all).",
                left,
                language,
            )
        )
    lines.append(gettext("Les chiffres d’après sont simulés ; rien n’est écrit dans le graphe.", language))
    lines.append(f"publication {comparison.snapshot}")
    console.print()
    for line in lines:
        console.print(plain(line, "dim"))
