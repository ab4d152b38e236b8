"""Tables of what is missing: territories without data, links nobody fills, old sources, references that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from .negotiation import Language
from .portrait_lists import level_words, source_name
from .portrait_matter import Seen
from .portrait_tables import Column, Table, Words
from .wording import fold

LEVELS = ("epci", "department", "zone", "bassin", "adhoc", "region", "commune")
#: Months after which a source is out of date, by the frequency that its file tells.
LASTS = {"annual": 24, "annuelle": 24, "semestrial": 12, "en continu": 12, "continuous": 12, "monthly": 3}
FREQUENCIES: Mapping[str, Words] = {
    "annual": ("annuelle", "yearly"),
    "annuelle": ("annuelle", "yearly"),
    "semestrial": ("semestrielle", "twice a year"),
    "en continu": ("en continu", "continuous"),
    "": ("non dite", "not told"),
}


@dataclass(frozen=True)
class Asked:
    """What is asked of a subject: the level of territories, the source kept, and what the graph says of its sources."""

    language: Language
    level: str = "epci"
    source: str = ""
    loaded: Sequence[Mapping[str, str]] = ()
    today: date | None = None


@dataclass(frozen=True)
class Subject:
    """A page of what is missing: its title, what it means, and what makes its table."""

    name: str
    words: Words
    meaning: Words
    make: Callable[[Seen, Asked], Table]


def territories(seen: Seen, asked: Asked) -> Table:
    """Count, for each territory of a level, the indicators that have no value, by reason."""
    latest = (
        seen.cube.frame.filter(pl.col("by").is_null())
        .sort("period").group_by("territory", "indicator", maintain_order=True).last()
    )  # fmt: skip
    counted = latest.group_by("territory").agg(
        known=pl.col("value").is_not_null().sum(),
        zero=(pl.col("value") == 0).sum(),
        missing=(pl.col("value").is_null() & (pl.col("status").fill_null("missing") == "missing")).sum(),
        suppressed=(pl.col("status") == "suppressed").sum(),
        insufficient=(pl.col("status") == "insufficient").sum(),
    )
    nothing = latest.filter(pl.col("indicator").is_in(["teaching-sites", "research-units", "interactions"]))
    silent = nothing.group_by("territory").agg(silent=(pl.col("value").fill_null(0.0) == 0).all())
    places = seen.cube.territories.filter(pl.col("level") == asked.level)
    rows = places.join(counted, on="territory", how="left").join(silent, on="territory", how="left")
    yes = "yes" if asked.language == "en" else "oui"
    listed = [
        {
            "territory": row["label"],
            "territory_iri": row["territory"],
            "level": level_words(row["level"], asked.language),
            "silent": yes if row["silent"] else "",
            **{name: row[name] or 0 for name in ("known", "zero", "missing", "suppressed", "insufficient")},
        }
        for row in rows.iter_rows(named=True)
    ]
    return Table(
        (
            Column("territory", ("Territoire", "Territory"), "link"),
            Column(
                "silent", ("Ni site, ni unité, ni interaction connus", "No known site, unit or interaction")
            ),
            Column("known", ("Indicateurs connus", "Known indicators"), "number"),
            Column("zero", ("dont nuls", "of which zero"), "number"),
            Column("missing", ("Absents des sources", "Not in the sources"), "number"),
            Column("suppressed", ("Secret statistique", "Suppressed"), "number"),
            Column("insufficient", ("Trop peu de cas", "Too few cases"), "number"),
        ),
        sorted(listed, key=lambda row: (fold(str(row["territory"])), str(row["territory_iri"]))),
        notes=(
            (
                "Dans l’ordre des noms. Un territoire sans site connu n’est pas un territoire sans activité : les sources ne disent pas tout.",
                "In the order of names. A territory without a known site is not one without activity: sources do not tell all.",
            ),
        ),
        question="territories-without-site",
        more={"total": sum(1 for row in listed if row["silent"])},
    )


def links(seen: Seen, asked: Asked) -> Table:
    """List the functions at each stage of each filière that no member placed in the region is known to hold."""
    english = asked.language == "en"
    chains = seen.rest["chains"].select("chain", "chainLabel", "stage").unique().sort("chain", "stage")
    members = seen.rest["members"].select("chain", "stage", "function", "member").unique()
    placed = seen.placed["members"].select("chain", "stage", "function", "member").unique()
    keys = ["chain", "stage", "function"]
    known, here = (frame.group_by(keys).len() for frame in (members, placed))
    found = {tuple(row[:3]): row[3] for row in known.iter_rows()}
    there = {tuple(row[:3]): row[3] for row in here.iter_rows()}
    functions = sorted(name for name in seen.names if name.startswith("chain-function/"))
    listed = [
        {
            "chain": label,
            "chain_iri": chain,
            "stage": seen.word(stage, asked.language),
            "function": seen.word(function, asked.language),
            "members": found.get((chain, stage, function), 0),
            "why": (
                (
                    "known elsewhere, none placed in the region"
                    if english
                    else "connus ailleurs, aucun situé dans la région"
                )
                if found.get((chain, stage, function))
                else ("no source tells any" if english else "aucune source n’en décrit")
            ),
        }
        for chain, label, stage in chains.iter_rows()
        for function in functions
        if not there.get((chain, stage, function))
    ]
    return Table(
        (
            Column("chain", ("Filière", "Value chain"), "link"),
            Column("stage", ("Étape", "Stage")),
            Column("function", ("Fonction", "Function")),
            Column("members", ("Membres connus ailleurs", "Members known elsewhere"), "number"),
            Column("why", ("Pourquoi", "Why")),
        ),
        listed,
        empty=("Chaque maillon a au moins un membre connu.", "Every link has a known member."),
        notes=(
            (
                "Un maillon sans membre connu est d’abord une donnée qui manque : les appartenances sont déduites de mots et de codes.",
                "A link without a known member is first of all a missing piece of data: memberships are deduced from words and codes.",
            ),
        ),
        question="chain-links-without-academic",
    )


def sources(seen: Seen, asked: Asked) -> Table:
    """List the sources with their date, frequency and load, and say which are out of date."""
    from ..loaders.description import all_sources

    today = asked.today or date.today()
    described = all_sources()
    loaded: dict[str, Mapping[str, str]] = {}
    for row in asked.loaded:
        loaded[row["source"].rsplit("/", 1)[-1]] = row
    listed = []
    for name in sorted(described.keys() | loaded.keys()):
        source = described.get(name)
        if name == "exchange" or (source is None and name not in loaded):
            continue
        row = loaded.get(name, {})
        when = source.date.rpartition("/")[2] if source else ""
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
                "state": _state(bool(row), old, lasts)[asked.language == "en"],
                "late": bool(row and old is not None and lasts is not None and old > lasts),
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
                "Dépassée : plus de 24 mois pour une source annuelle, de 12 pour une source semestrielle ou continue, depuis la date de ses données.",
                "Out of date: over 24 months for a yearly source, 12 for one that is continuous or comes twice a year, since the date of its data.",
            ),
        ),
        more={"total": sum(1 for row in listed if row["late"])},
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


#: What leads nowhere: words, the frame, the key of what is counted, the column that lacks, and the question.
REFERENCES: tuple[tuple[Words, str, str, str, str], ...] = (
    (
        ("Participations sans lieu", "Participations without a place"),
        "participations",
        "",
        "place",
        "unresolved-participants",
    ),
    (
        ("Unités de recherche sans lieu", "Research units without a place"),
        "units",
        "unit",
        "place",
        "units-without-place",
    ),
    (
        ("Formations sans lieu", "Programmes without a place"),
        "programmes",
        "programme",
        "place",
        "programmes-without-family",
    ),
    (
        ("Membres de filière sans étape", "Members of value chains without a stage"),
        "members",
        "",
        "stage",
        "chain-members",
    ),
)


def references(seen: Seen, asked: Asked) -> Table:
    """Count, by source, what refers to nothing known: participants, units, programmes, members."""
    by_event = seen.rest["interactions"].select("interaction", "source").unique("interaction")
    listed: list[dict[str, Any]] = []
    for words, frame, key, column, question in REFERENCES:
        rows = seen.rest[frame]
        if "source" not in rows.columns:
            on = "interaction" if "interaction" in rows.columns else None
            rows = (
                rows.join(by_event, on=on, how="left")
                if on
                else rows.with_columns(source=pl.lit("derivation"))
            )
        if key:
            rows = rows.group_by(key).agg(pl.col("source").first(), pl.col(column).drop_nulls().first())
        listed += _counted(rows, column, words, question, asked)
    prepared = seen.rest["preparations"]["programme"].unique().implode()
    programmes = (
        seen.rest["programmes"]
        .unique("programme")
        .with_columns(family=pl.when(pl.col("programme").is_in(prepared)).then(pl.lit("known")))
    )
    words = ("Formations sans famille de métiers", "Programmes without a family of occupations")
    listed += _counted(programmes, "family", words, "programmes-without-family", asked)
    nameless = (
        seen.rest["participations"]
        .join(by_event, on="interaction", how="left")
        .with_columns(
            label=pl.col("actor").replace_strict(
                dict.fromkeys(seen.rest["actors"].drop_nulls("label")["actor"], "known"), default=None
            )
        )
    )
    words = ("Participants que rien ne décrit", "Participants nothing describes")
    listed += _counted(nameless, "label", words, "unresolved-participants", asked)
    return _by_source(listed)


def interactions(seen: Seen, asked: Asked) -> Table:
    """Count, by source, the interactions without a year, type or placed participant."""
    rows = seen.rest["interactions"].unique("interaction")
    placed = seen.rest["participations"].drop_nulls("place")["interaction"].unique().implode()
    rows = rows.with_columns(located=pl.when(pl.col("interaction").is_in(placed)).then(pl.lit("known")))
    listed = []
    for column, words, question in (
        ("year", ("Interactions sans année", "Interactions without a year"), "interactions-without-year"),
        ("type", ("Interactions sans type", "Interactions without a type"), "interactions-lacking-role"),
        (
            "located",
            ("Interactions dont aucun participant n’est situé", "Interactions with no placed participant"),
            "unresolved-participants",
        ),
    ):
        listed += _counted(rows, column, words, question, asked)
    return _by_source(listed)


def _counted(
    rows: pl.DataFrame, column: str, words: Words, question: str, asked: Asked
) -> list[dict[str, Any]]:
    counted = (
        rows.group_by("source")
        .agg(missing=pl.col(column).null_count(), of=pl.len())
        .sort("source", nulls_last=True)
    )
    unknown = "source not told" if asked.language == "en" else "source non dite"
    return [
        {
            "what": words[asked.language == "en"],
            "source": source_name(source) or unknown,
            "missing": missing,
            "of": of,
            "share": 100 * missing / of,
            "question": question,
            "question_iri": f"/queries/{question}",
        }
        for source, missing, of in counted.iter_rows()
        if missing and asked.source in ("", source_name(source))
    ]


def _by_source(listed: list[dict[str, Any]]) -> Table:
    return Table(
        (
            Column("what", ("Ce qui manque", "What is missing")),
            Column("source", ("Source", "Source")),
            Column("missing", ("Sans valeur", "Without"), "number"),
            Column("of", ("Sur", "Of"), "number"),
            Column("share", ("Part en %", "Share in %"), "number", 1),
            Column("question", ("Question", "Question")),
        ),
        listed,
        empty=("Rien ne manque.", "Nothing is missing."),
        more={"total": sum(row["missing"] for row in listed)},
    )


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "territoires",
        ("Territoires sans données", "Territories without data"),
        (
            "Les indicateurs absents, sous secret ou fondés sur trop peu de cas, territoire par territoire.",
            "Indicators that are missing, suppressed or rest on too few cases, territory by territory.",
        ),
        territories,
    ),
    Subject(
        "maillons",
        ("Maillons qu’aucune source ne remplit", "Links that no source fills"),
        (
            "Les fonctions de chaque étape de chaque filière sans membre connu dans la région.",
            "The functions at each stage of each value chain without a known member in the region.",
        ),
        links,
    ),
    Subject(
        "sources",
        ("Sources dépassées", "Sources out of date"),
        (
            "L’âge de chaque source, au regard de sa fréquence de publication.",
            "The age of each source, beside how often it is published.",
        ),
        sources,
    ),
    Subject(
        "references",
        ("Références qui ne mènent à rien", "Unresolved references"),
        (
            "Participants sans lieu ou sans nom, unités sans site, formations sans lieu ou sans famille, par source.",
            "Participants without a place or name, units without a site, programmes without a place or family, by source.",
        ),
        references,
    ),
    Subject(
        "interactions",
        ("Interactions incomplètes", "Incomplete interactions"),
        (
            "Interactions sans année, sans type, ou dont aucun participant n’est situé, par source.",
            "Interactions without a year, a type, or any placed participant, by source.",
        ),
        interactions,
    ),
)
BY_NAME = {subject.name: subject for subject in SUBJECTS}
