"""Key figures of a territory beside its parent's or its peers', and their trends, from the cube."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from markupsafe import Markup

from ....graph.analysis.uncertainty import TooFewData
from ....graph.indicators.basis import Basis
from ....graph.indicators.cube import Value
from ....graph.indicators.declaration import TOPICS, Indicator
from ....graph.indicators.facts import names_of
from ....graph.indicators.peers import Peer
from ....graph.indicators.rows import INSUFFICIENT, MISSING
from ....graph.region.gazetteer import Territory
from ....words import N_, gettext
from ...indicators.words import date_words, facts_words, formula_words, unplaced_words
from ...labels.basis_names import source_title
from ...labels.wording import level_name
from ...maps.reading import bounds
from ...render.blocks.tables import Column, Table, figure
from ...render.chart_drawing import years
from ...web.negotiation import Language
from .coverage import coverage_note
from .lists import source_name
from .matter import PortraitData
from .trend_sources import by_source

NO_CASE = N_("aucun cas connu")
PARTLY = N_("connu en partie")
#: What the shares of interactions are divided by.
_OF_INTERACTIONS = {"outside-share": "interactions", "ei-index": "interactions"}
_WHOLE = 0.9999
"""Share of the communes from which a parent holds a territory whole: shares are fractions."""
LEAST_PEERS = 3
"""Peers that must have a value for their median to be told."""
PEERS = "peers"
"""Word of the address for the comparison with peers."""
#: Which territories a level is compared with, the first first.
PARENTS: Mapping[str, tuple[str, ...]] = {
    "commune": ("epci", "department", "zone", "region"),
    "epci": ("department", "zone", "region"),
    "department": ("region",),
    "zone": ("department", "region"),
    "bassin": ("department", "region"),
    "adhoc": ("region",),
    "region": (),
}
#: What is read first of each topic; the rest follows in the order of the files.
FIRST = (
    *(
        "population",
        "population-sparse-share",
        "communes",
        "centres-share",
        "distance-to-higher-education",
        "distance-to-programme",
    ),
    *(
        "programmes",
        "masters-at-head-office",
        "students",
        "students-on-site",
        "institutions",
        "teaching-sites",
    ),
    *(
        "research-units",
        "programmes-per-100000",
        "establishments",
        "establishments-per-1000",
        "salaried-jobs",
    ),
    *("chain-members", "companies-in-interactions", "interactions", "interactions-per-100000"),
    *("interactions-academic-company", "interactions-academic-company-share", "partner-intercommunalities"),
    *("partner-departments", "outside-share"),
    *("reach-programme", "reach-research-unit", "reach-branch", "access-programme", "requests", "conversion"),
)
#: Units in UCUM that are written.
_UNITS = {"%": "%", "km": "km"}
FIGURE_COLUMNS = (
    Column("topic", N_("Thème")),
    Column("indicator", N_("Indicateur")),
    Column("id", N_("Identifiant")),
    Column("value", N_("Valeur"), "number"),
    Column("low", N_("Borne basse"), "number"),
    Column("high", N_("Borne haute"), "number"),
    Column("unit", N_("Unité")),
    Column("period", N_("Période")),
    Column("as_of", N_("Années des données")),
    Column("status", N_("Pourquoi vide"), "status"),
    Column("compared_with", N_("Comparé à")),
    Column("comparison", N_("Valeur comparée"), "number"),
    Column("comparison_low", N_("Borne basse de la valeur comparée"), "number"),
    Column("comparison_high", N_("Borne haute de la valeur comparée"), "number"),
    Column("comparison_status", N_("Pourquoi vide"), "status"),
    Column("least", N_("Minimum des pairs"), "number"),
    Column("most", N_("Maximum des pairs"), "number"),
    Column("peers_known", N_("Pairs dont la valeur est connue"), "number"),
    Column("evidence", N_("Preuve")),
    Column("facts", N_("Faits par statut")),
    Column("sources", N_("Sources")),
    Column("definition", N_("Définition")),
    Column("formula", N_("Méthode")),
)


@dataclass(frozen=True)
class Comparison:
    """What figures are compared with: a `key` of the address, a `label`, and one or several territories."""

    key: str
    label: str
    territories: tuple[str, ...] = ()
    peers: tuple[Peer, ...] = ()
    refused: str = ""
    choices: tuple[tuple[str, str], ...] = field(default=())


def comparison(seen: PortraitData, territory: Territory, asked: str, language: Language) -> Comparison:
    """Choose what to compare with: what is asked, else the first parent that holds it whole, the region looked at, or peers."""
    parents: list[tuple[str, str]] = []
    usual = ""
    for level in PARENTS.get(territory.level, ()):
        for other, share in seen.containing(territory, level):
            if share >= 0.5 or (level == "department" and share > 0):
                whole, key = share > _WHOLE, other.id.removeprefix("territory/")
                parents.append((key, _named(other, language, whole)))
                known = whole or (level == "region" and bool(seen.ground.inside[other.communes].any()))
                usual = usual or (key if known else "")
    peers_label = gettext("pairs de même structure", language)
    choices = (*parents, (PEERS, peers_label))
    key = asked if asked in dict(choices) else usual or PEERS
    if key != PEERS:
        return Comparison(key, dict(choices)[key], (f"territory/{key}",), choices=choices)
    try:
        peers = tuple(seen.structures.peers(territory.id))
    except TooFewData:
        return Comparison(key, peers_label, refused=refusal(language), choices=choices)
    return Comparison(key, peers_label, tuple(one.id for one in peers), peers, choices=choices)


def _named(territory: Territory, language: Language, whole: bool) -> str:
    """Name a territory to compare with, with its level where its name is that of a town; say if it holds only a part."""
    told = [level_name(territory.level, language)] if territory.level == "zone" else []
    told += [] if whole else [gettext("qui en contient une partie", language)]
    return f"{territory.label} ({', '.join(told)})" if told else territory.label


def refusal(language: Language) -> str:
    """Say why there are no peers."""
    return gettext(
        "Pas de pairs calculés : il faut connaître la population, la densité et au moins 20 établissements du territoire, "
        "et au moins 8 territoires du même niveau dans la région.",
        language,
    )


def figures(
    seen: PortraitData,
    territory: Territory,
    beside: Comparison,
    language: Language,
    names: Collection[str] | None = None,
) -> Table:
    """Give the latest whole of each indicator, or of those named, in the order of topics, beside the comparison."""
    others = [{one.indicator.id: one for one in seen.values(path)} for path in beside.territories]
    # a series by year has its curve among the trends: its last year, not over yet, is no key figure
    values = [one for one in seen.values(territory.id) if not one.indicator.options.get("series")]
    order = {topic: rank for rank, topic in enumerate(TOPICS)}
    first = {name: rank for rank, name in enumerate(FIRST)}
    mine = {one.indicator.id: one for one in values}
    of_ties = years_of_interactions(seen, territory)
    rows = [
        _row(one, mine, others, beside, language)
        | {
            "as_of": (of_ties if rests_on_interactions(one.indicator) else "")
            or seen.cube.as_of(one.indicator.id, one.period),
            "formula": formula_words(one.indicator, seen.cube.indicators, language),
        }
        for one in sorted(values, key=lambda v: (order[v.indicator.topic], first.get(v.indicator.id, 99)))
        if names is None or one.indicator.id in names
    ]
    return Table(
        FIGURE_COLUMNS,
        rows,
        empty=N_("Aucun indicateur n’est calculé pour ce territoire."),
        more={"about": {N_("Comparé à"): beside.label}},
    )


def years_of_interactions(seen: PortraitData, *territories: Territory) -> str:
    """Give the years of the interactions known there: those of all sources are more than those of a few interactions."""
    told = {year for one in territories for year in seen.rows("participations", one)["year"] if year}
    return "–".join(str(year) for year in sorted({min(told), max(told)})) if told else ""


def rests_on_interactions(indicator: Indicator) -> bool:
    """Tell whether an indicator is of the interactions of a territory: its years are theirs."""
    return indicator.topic in ("interactions", "ties") and indicator.id != "relay-structures"


def _row(
    one: Value,
    mine: Mapping[str, Value],
    others: Sequence[Mapping[str, Value]],
    beside: Comparison,
    language: Language,
) -> dict[str, Any]:
    indicator = one.indicator
    row = figure_description(indicator, language) | {
        "indicator": total_of(indicator, language),
        "evidence": one.evidence,
        "facts": facts_words(one.facts, language),
        "own": _own(one, language),
        "sources": one.sources,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "period": one.period,
        "status": one.status,
        "status_words": _status_words(one, mine, language),
        "shown": figure_text(one, language),
        "bounds": bounds(one.low, one.high, indicator, language),
        "compared_with": beside.label if others else None,
        "comparison": None,
        "comparison_low": None,
        "comparison_high": None,
        "comparison_status": None,
        "comparison_status_words": "",
        "comparison_shown": None,
        "comparison_bounds": "",
        "least": None,
        "most": None,
        "peers_known": None,
        "peers": None,
    }
    found = [other[indicator.id] for other in others if indicator.id in other]
    known = [other.value for other in found if other.value is not None]
    if beside.peers:
        row["peers_known"], row["peers"] = len(known), len(beside.territories)
    if known and (not beside.peers or len(known) >= LEAST_PEERS):
        row["comparison"] = median(known)
        row["comparison_shown"] = figure(median(known), indicator.decimals, language, row["unit"])
        if beside.peers:
            row["least"], row["most"] = min(known), max(known)
            row["range_shown"] = " – ".join(
                figure(one, indicator.decimals, language) for one in (min(known), max(known))
            )
    elif known:
        row["comparison_status"] = INSUFFICIENT
    elif found:
        row["comparison_status"] = found[0].status
    if found and not beside.peers:
        [other] = found
        row["comparison_low"], row["comparison_high"] = other.low, other.high
        row["comparison_status_words"] = _status_words(other, others[0], language)
        row["comparison_bounds"] = bounds(other.low, other.high, indicator, language)
    return row


def _own(one: Value, language: Language) -> str | None:
    """Say of which facts a figure is, by status or else by source; None where its definition says it."""
    if words := facts_words(one.facts, language):
        return words
    sources = names_of(one.sources)
    if one.evidence == one.indicator.evidence and sources == one.indicator.sources:
        return None
    return ", ".join(source_title(name, language) for name in sources)


def _status_words(one: Value, mine: Mapping[str, Value], language: Language) -> str:
    """Say why a figure has no value, where the words of its status would say too much; "" where they do not."""
    if _no_case(one, mine):
        return NO_CASE[language]
    return PARTLY[language] if one.status == MISSING and one.low is not None else ""


def _no_case(one: Value, mine: Mapping[str, Value]) -> bool:
    """Tell whether a share has no value because there is nothing to divide by, which is not too few cases."""
    formula = one.indicator.formula
    over = one.indicator.options.get("over") if formula == "ratio" else _OF_INTERACTIONS.get(formula)
    below = mine.get(str(over))
    return one.status == INSUFFICIENT and below is not None and not below.value


def total_of(indicator: Indicator, language: Language) -> str:
    """Name the whole of an indicator that has groups: its title tells the groups, its value is their total."""
    title = indicator.title[language]
    if indicator.dimension is None or indicator.options.get("series"):
        return title
    return gettext("{title} : total", language, title=title)


def figure_description(indicator: Indicator, language: Language) -> dict[str, Any]:
    """Give what a figure opens, its method apart: its definition, sources and evidence."""
    return {
        "id": indicator.id,
        "topic_id": indicator.topic,
        "topic": TOPICS[indicator.topic][language],
        "indicator": indicator.title[language],
        "unit": _UNITS.get(indicator.unit, ""),
        "unit_label": indicator.unit_label.get(language, ""),
        "definition": indicator.definition[language],
        "limits": indicator.limits.get(language, ""),
        "sources": ", ".join(indicator.sources),
        "evidence": indicator.evidence,
        "again": indicator.dimension is not None and "-by-" in indicator.id,
    }


def figure_details(seen: PortraitData, indicator: Indicator, language: Language) -> dict[str, Any]:
    """Add to what a figure is what its page opens: its method in a sentence, its sources with their dates and addresses."""
    basis = seen.bases.get(indicator.id) or Basis(())
    return figure_description(indicator, language) | {
        "indicator": total_of(indicator, language).replace(" :", "\u00a0:"),
        "method": formula_words(indicator, seen.cube.indicators, language),
        "unplaced": unplaced_words(indicator, basis, language),
        "dated": [
            (
                one.title[language],
                f"/sources#{one.name}" if one.name in seen.loaded else "",
                date_words(one.date, language),
            )
            for one in basis.sources
        ],
    }


def figure_text(one: Value, language: Language) -> str:
    """Write a value; an empty text where there is none.

    The status is told apart: absent, suppressed and too few are not zero.
    """
    return figure(one.value, one.indicator.decimals, language, _UNITS.get(one.indicator.unit, ""))


TREND_COLUMNS = (
    Column("indicator", N_("Indicateur")),
    Column("id", N_("Identifiant")),
    Column("period", N_("Période")),
    Column("value", N_("Valeur"), "number"),
    Column("unit", N_("Unité")),
    Column("status", N_("Pourquoi vide"), "status"),
    Column("known", N_("Au moins"), "number"),
    Column("covered_by", N_("Sources qui couvrent l’année"), "file"),
)


def trends(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """Give the series of every indicator that has several periods; `more` has a curve for each.

    Interactions have one series a source: sources enter in different years, and the sum of all would tell them, not the
    territory. Years that a source does not cover have no value; `known` is what is counted there all the same.
    """
    rows: list[dict[str, Any]] = []
    curves: list[dict[str, Any]] = []
    for series in seen.series(territory.id).values():
        if len(series) > 1:
            _add(rows, curves, series, figure_description(series[0].indicator, language), language)
    sourced = by_source(seen, territory)
    for source, series in sourced.items():
        about = figure_description(series[0].indicator, language)
        about["indicator"] += f" – {seen.source(source, language)}"
        _add(rows, curves, series, about, language)
    notes = (coverage_note(seen.years, seen.source),) if sourced else ()
    return Table(
        TREND_COLUMNS,
        rows,
        empty=N_(
            "Aucune série : les sources chargées ne disent rien d’ici, année par année, ce qui ne "
            "dit pas qu’il n’y a rien."
        ),
        notes=notes,
        more={"curves": curves},
    )


def _add(
    rows: list[dict[str, Any]],
    curves: list[dict[str, Any]],
    series: Sequence[Value],
    about: Mapping[str, Any],
    language: Language,
) -> None:
    """Add the rows of a series, and its curve where it has values at two periods or more."""
    made = [
        {
            **about,
            "evidence": one.evidence,
            "sources": one.sources,
            "period": one.period,
            "value": one.value,
            "status": one.status,
            "shown": figure_text(one, language),
            "known": one.low if one.value is None else None,
            "covered_by": source_name(one.by) if one.by and one.value is not None else "",
        }
        for one in series
    ]
    rows += made
    if sum(one.value is not None for one in series) > 1:
        curves.append(curve(series, about, language) | {"series": made})


def curve(series: Sequence[Value], about: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Draw a series as a line over its years, and say how it goes; periods without a value break it."""
    first, last = (next(one for one in order if one.value is not None) for order in (series, series[::-1]))
    words = _course(series, first, last, language)
    values = {one.period: one.value for one in series}
    drawn = Markup(years(values, str(about.get("indicator", "")), words, language))
    return {**about, "words": words, "drawn": drawn}


def _course(series: Sequence[Value], first: Value, last: Value, language: Language) -> str:
    """Say how a series goes: the same all along, or from its first value to its last, and its peak where it is neither."""
    known = [one for one in series if one.value is not None]
    peak = max(known, key=lambda one: one.value or 0.0)
    start, end, most = (figure_text(one, language) for one in (first, last, peak))
    years = {"first": first.period, "last": last.period}
    if len({one.value for one in known}) == 1:
        return gettext("{value} chaque année connue, de {first} à {last}", language, value=start, **years)
    ends = {"start": start, "end": end, **years}
    if peak.value in (first.value, last.value):
        return gettext("de {start} ({first}) à {end} ({last})", language, **ends)
    if [one.value for one in known if one is not peak] == [first.value] * (len(known) - 1):
        return gettext(
            "{most} en {peak}, {start} les autres années connues, de {first} à {last}",
            language,
            most=most,
            peak=peak.period,
            start=start,
            **years,
        )
    return gettext(
        "de {start} ({first}) à {end} ({last}), au plus {most} ({peak})",
        language,
        most=most,
        peak=peak.period,
        **ends,
    )
