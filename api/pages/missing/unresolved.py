"""References that lead nowhere and incomplete interactions, counted by source."""

from __future__ import annotations

from typing import Any

import polars as pl

from ...render.blocks.tables import Column, Table, Words
from ..territory.lists import source_name
from ..territory.matter import Seen
from .asked import Asked

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
        "programmes-without-place",
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
        if frame == "members":  # one row a place: a membership counts once, as among the gaps of territories
            rows = rows.select("chain", "stage", "function", "member").unique()
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
    """Count, by source, the interactions without a year, type, participant or placed participant.

    Announcements are no interactions: they are not counted.
    """
    took = seen.rest["participations"]
    attended = pl.col("interaction").is_in(took["interaction"].unique().implode())
    placed = pl.col("interaction").is_in(took.drop_nulls("place")["interaction"].unique().implode())
    rows = (
        seen.rest["happenings"]
        .unique("interaction", keep="first", maintain_order=True)
        .with_columns(
            attended=pl.when(attended).then(pl.lit("known")),
            located=pl.when(placed | ~attended).then(pl.lit("known")),  # those without any are told apart
        )
    )
    listed = []
    for column, words, question in (
        ("year", ("Interactions sans année", "Interactions without a year"), "interactions-without-year"),
        ("type", ("Interactions sans type", "Interactions without a type"), "interactions-lacking-role"),
        (
            "attended",
            ("Interactions sans aucun participant", "Interactions without any participant"),
            "interactions-lacking-role",
        ),
        (
            "located",
            (
                "Interactions dont aucun des participants n’est situé",
                "Interactions none of whose participants is placed",
            ),
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
