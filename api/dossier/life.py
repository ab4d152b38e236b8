"""The desk of a dossier: relays, agenda, requests and offers, strategies and how far their objectives are."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

from ...words import N_, Spoken
from ..analysis.words import status_words
from ..pages.territory import life as portrait_life
from ..render.blocks.tables import Column, Table, figure
from .making import Making, write_point
from .model import Paragraph, Points, Section

PRINTED = 12


def life(making: Making) -> Section:
    """Tell what structures, meetings, requests and commitments there are; what is not known says why in one line."""
    parts = (
        _part(making, "relais", making.block("relais"), N_("Relais, antennes et dispositifs")),
        _part(making, "agenda", agenda(making), N_("Agenda scientifique public")),
        _part(making, "demandes", making.block("demandes"), N_("Demandes et offres du guichet")),
        _part(
            making,
            "strategies",
            _cited(making, making.block("strategies")),
            N_("Stratégies : objectifs et suivi"),
        ),
    )
    told = [(part.title, block) for part in parts for block in part.blocks]
    if all(isinstance(block, Paragraph) for _, block in told):  # nothing at all: one list says why
        return Section(blocks=(Points(tuple(write_point(making, *one) for one in told)),))
    return Section(parts=parts)


def agenda(making: Making) -> Table:
    """List the events; they are to come or past on the day of the publication, so that a dossier does not change."""
    today = None
    with suppress(ValueError):
        today = date.fromisoformat(making.created[:10])
    return portrait_life.agenda(making.seen, making.territory, making.language, today)


def _part(making: Making, id: str, made: Table, title: Spoken) -> Section:
    return Section(f"vie-{id}", making.say(title), tuple(making.table(id, made, title, first=PRINTED)))


def _cited(making: Making, made: Table) -> Table:
    """Cite the value of each objective, and give the table with its references."""
    rows = []
    for row in made.rows:
        if row["evidence"] == "illustrative" and not making.matter.illustrative:
            rows.append(row)
            continue
        value, target = (figure(row[name], 0, making.language) for name in ("value", "target"))
        shown = value or making.say(N_("absente des sources"))
        if target:
            shown += making.say(N_(" (cible {target})", target=target))
        reference = making.references.cite(
            "O",
            making.set(f"{row['objective']} – {row['indicator']}" if row["indicator"] else row["objective"]),
            shown=shown,
            method=making.asked(made.question),
            period=row["period"],
            evidence=status_words(row["evidence"], making.language),
        )
        rows.append({**row, "reference": reference})
    return replace(made, columns=(*made.columns, Column("reference", N_("Réf."), weight=0.6)), rows=rows)
