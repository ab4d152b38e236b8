"""References that lead nowhere and incomplete interactions, counted by source."""

from __future__ import annotations

from typing import Any

import polars as pl

from ....graph.region.derived import distinct_participations
from ....words import N_, gettext
from ...render.blocks.tables import Column, Table, Words
from ..territory.lists import source_name
from ..territory.matter import PortraitData
from .asked import MissingParams

#: What leads nowhere: words, the frame, the key of what is counted, the column that lacks, and the question.
REFERENCES: tuple[tuple[Words, str, str, str, str], ...] = (
    (
        N_("Participations sans lieu"),
        "participations",
        "",
        "place",
        "unresolved-participants",
    ),
    (
        N_("Unités de recherche sans lieu"),
        "units",
        "unit",
        "place",
        "units-without-place",
    ),
    (
        N_("Formations sans lieu"),
        "programmes",
        "programme",
        "place",
        "programmes-without-place",
    ),
    (
        N_("Membres de filière sans étape"),
        "members",
        "",
        "stage",
        "chain-members",
    ),
)


def references(seen: PortraitData, asked: MissingParams) -> Table:
    """Count, by source, what refers to nothing known: participants, units, programmes, members."""
    took = distinct_participations(seen.rest["participations"])
    by_event = seen.rest["interactions"].select("interaction", "source").unique("interaction")
    listed: list[dict[str, Any]] = []
    for words, frame, key, column, question in REFERENCES:
        rows = took if frame == "participations" else seen.rest[frame]
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
    words = N_("Formations sans famille de métiers")
    listed += _counted(programmes, "family", words, "programmes-without-family", asked)
    described = dict.fromkeys(seen.rest["actors"].drop_nulls("label")["actor"], "known")
    nameless = took.join(by_event, on="interaction", how="left").with_columns(
        label=pl.col("actor").replace_strict(described, default=None)
    )
    words = N_("Participants que rien ne décrit")
    listed += _counted(nameless, "label", words, "unresolved-participants", asked)
    return _by_source(listed, N_("références"))


def interactions(seen: PortraitData, asked: MissingParams) -> Table:
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
        ("year", N_("Interactions sans année"), "interactions-without-year"),
        ("type", N_("Interactions sans type"), "interactions-lacking-role"),
        (
            "attended",
            N_("Interactions sans aucun participant"),
            "interactions-lacking-role",
        ),
        (
            "located",
            N_("Interactions dont aucun des participants n’est situé"),
            "unresolved-participants",
        ),
    ):
        listed += _counted(rows, column, words, question, asked)
    return _by_source(listed, N_("interactions"))


def _counted(
    rows: pl.DataFrame, column: str, words: Words, question: str, asked: MissingParams
) -> list[dict[str, Any]]:
    counted = (
        rows.group_by("source")
        .agg(missing=pl.col(column).null_count(), of=pl.len())
        .sort("source", nulls_last=True)
    )
    unknown = gettext("source non dite", asked.language)
    return [
        {
            "what": words[asked.language],
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


def _by_source(listed: list[dict[str, Any]], counted: Words) -> Table:
    return Table(
        (
            Column("what", N_("Ce qui manque")),
            Column("source", N_("Source")),
            Column("missing", N_("Sans valeur"), "number"),
            Column("of", N_("Sur"), "number"),
            Column("share", N_("Part en %"), "number", 1),
            Column("question", N_("Question")),
        ),
        listed,
        empty=N_("Rien ne manque."),
        more={"total": sum(row["missing"] for row in listed), "counted": counted},
    )
