"""What an institution teaches: programmes by level and field, the occupations they prepare for, and students."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import weakest
from ....graph.region.text import fold
from ....words import N_, NN_, Percent
from ...labels.rule_words import occupation_words
from ...reading.rows import Rows
from ...render.blocks.tables import Column, Table
from ...web.links import local_name
from ..territory.lists import EVIDENCE, SOURCES, source_name
from .matter import Context, communes

LEVEL = Column("level", N_("Niveau"))
UNKNOWN_LEVEL = N_("niveau non précisé")
#: The part of the students of a year beyond which those of the next are told to be of another perimeter, perhaps.
LEAP = 0.15


def programmes(context: Context) -> Table:
    """List the programmes of an institution by level: the open ones first, those of most seats before."""
    found: dict[str, dict[str, Any]] = {}
    rows = context.known.by("programmes", "institution").of(context.path)
    context.learn([*rows["level"], *rows["field"], *rows["place"]])
    columns = ("programme", "label", "level", "field", "place", "capacity", "end", "evidence", "source")
    for path, label, level, field, place, capacity, end, evidence, source in rows.select(*columns):
        row = found.setdefault(
            path,
            {
                "programme": label or path.rsplit("/", 1)[-1], "programme_iri": path, "rank": level or "~",
                "group": context.word(level) or context.say(UNKNOWN_LEVEL), "field": context.word(field),
                "towns": set(), "capacity": capacity, "status": None if capacity is not None else "missing",
                "until": end, "evidence": evidence, "source": source_name(source),
            },
        )  # fmt: skip
        if place:
            row["towns"].add(place)
    listed = sorted(
        found.values(),
        key=lambda row: (
            row["rank"], row["until"] is not None, -(row["capacity"] or 0), fold(row["programme"]), row["programme_iri"],
        ),
    )  # fmt: skip
    for row in listed:
        row["town"] = ", ".join(sorted(context.name(one) for one in communes(sorted(row.pop("towns")))))
    closed = sum(row["until"] is not None for row in listed)
    beside = _of_parts(context) - found.keys()
    note = NN_(
        "{n} formation ouverte de plus est offerte par ses composantes, et dite sur leurs pages.",
        "{n} formations ouvertes de plus sont offertes par ses composantes, et dites sur leurs pages.",
        len(beside),
    )
    return Table(
        (
            Column("programme", N_("Formation"), "link"),
            Column("group", N_("Niveau"), "file"),
            Column("field", N_("Domaine"), blank=MISSING),
            Column("town", N_("Commune"), blank=MISSING),
            Column("capacity", N_("Places"), "number"),
            Column("until", N_("Fermée en"), "year" if closed else "file"),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        empty=N_(
            "Aucune source chargée ne décrit de formation de cette organisation : ce n’est pas "
            "qu’elle n’en a pas."
        ),
        notes=(note,) if beside else (),
        question="actor-programmes",
        more={"closed": closed},
    )


def _of_parts(context: Context) -> set[str]:
    """Give the open programmes that the parts of an institution offer: they are not its own, and it is asked for them."""
    kin = context.known.by("kin", "whole").of(context.path).select("part", "relation")
    parts = [part for part, relation in kin if relation == "part"]
    rows = context.known.by("programmes", "institution").of_all(parts)
    return {path for path, end in rows.select("programme", "end") if end is None}


def offer(context: Context) -> Table:
    """Count the open programmes of an institution by level and field, with known seats."""
    rows = context.known.by("programmes", "institution").of(context.path)
    context.learn([*rows["level"], *rows["field"]])
    seats: dict[tuple[str | None, str | None], dict[str, int | None]] = defaultdict(dict)
    firm: dict[tuple[str | None, str | None], set[str]] = defaultdict(set)
    for path, level, field, capacity, end, evidence in rows.select(
        "programme", "level", "field", "capacity", "end", "evidence"
    ):
        if end is None:
            seats[level, field].setdefault(path, capacity)
            firm[level, field].add(evidence)
    listed: list[dict[str, Any]] = [
        {
            "rank": level or "~", "level": context.word(level) or context.say(UNKNOWN_LEVEL),
            "field": context.word(field), "programmes": len(found),
            "seats": sum(told) if told else None, "status": None if told else "missing", "told": len(told),
            "evidence": weakest(*firm[level, field]),
        }
        for (level, field), found in seats.items()
        for told in [[one for one in found.values() if one is not None]]
    ]  # fmt: skip
    listed.sort(key=lambda row: (row["rank"], -row["programmes"], not row["field"], fold(row["field"])))
    some = any(row["told"] < row["programmes"] for row in listed)
    note = N_("Places : somme de celles que les sources donnent ; toutes n’en donnent pas.")
    groups = Counter[str]()
    for row in listed:
        groups[row["level"]] += row["programmes"]
    return Table(
        (
            LEVEL,
            Column("field", N_("Domaine"), blank=MISSING),
            Column("programmes", N_("Formations"), "number"),
            Column("seats", N_("Places connues"), "number"),
            Column(
                "told",
                N_("Formations dont les places sont connues"),
                "file",
            ),
            EVIDENCE,
        ),
        listed,
        empty=N_("Aucune source chargée ne décrit de formation ouverte de cette organisation."),
        notes=(note,) if some else (),
        question="actor-programmes",
        sources=_sources(rows),
        more={"groups": groups},
    )


def occupations(context: Context) -> Table:
    """Count the programmes of an institution by the family of occupations that a rule says they prepare for."""
    known = context.known
    rows = known.by("programmes", "institution").of(context.path)
    labels = {
        path: label or "" for path, label, end in rows.select("programme", "label", "end") if end is None
    }
    paths = list(labels)
    prepared = known.by("preparations", "programme").of_all(paths)
    context.learn(prepared["family"])
    found: dict[tuple[str, str], tuple[set[str], set[tuple[str, str]]]] = defaultdict(lambda: (set(), set()))
    for path, family, rule, evidence in prepared.select("programme", "family", "rule", "evidence"):
        programmes_, read = found[family, evidence]
        programmes_.add(path)
        read.update([(rule, labels[path])] if rule else [])
    listed: list[dict[str, Any]] = [
        {
            "family": context.word(family), "family_iri": family, "programmes": len(programmes_),
            "rules": ", ".join(sorted({rule for rule, _ in read})), "reads": occupation_words(read, context.language),
            "evidence": evidence,
        }
        for (family, evidence), (programmes_, read) in found.items()
    ]  # fmt: skip
    listed.sort(key=lambda row: (-row["programmes"], row["family_iri"]))
    silent = len(paths) - len(set(prepared["programme"]))
    note = NN_(
        "{n} de ses {paths} formations n’est reliée à aucune famille de métiers : les règles lisent son nom.",
        "{n} de ses {paths} formations ne sont reliées à aucune famille de métiers : les règles lisent leur nom.",
        silent,
        paths=len(paths),
    )
    return Table(
        (
            Column("family", N_("Famille de métiers"), "link"),
            Column("programmes", N_("Formations"), "number"),
            Column("rules", N_("Codes des règles"), "file"),
            Column("reads", N_("Lu dans leur nom")),
            EVIDENCE,
        ),
        listed,
        empty=N_(
            "Aucune règle ne relie ses formations à une famille de métiers : ce n’est pas qu’elles "
            "n’y préparent pas."
        ),
        notes=(note,) if silent and listed else (),
        question="actor-programmes",
        sources=_sources(rows),
    )


def _sources(rows: Rows) -> tuple[str, ...]:
    return tuple(sorted(source_name(one) for one in rows.distinct("source")))


def students(context: Context) -> Table:
    """List the students of an institution year by year, the latest first; a year without a value keeps its status."""
    rows = context.known.by("students", "organization").of(context.path)
    found: dict[str, dict[str, Any]] = {}
    for period, value, status, evidence in rows.select("period", "value", "status", "evidence"):
        row = {
            "period": period, "students": value, "evidence": evidence,
            "status": None if value is not None else local_name(status or "missing"),
        }  # fmt: skip
        if value is not None or period not in found:
            found[period] = row
    listed = [found[period] for period in sorted(found, reverse=True)]
    told = [(row["students"], before["students"]) for row, before in pairwise(listed)]
    leaps = any(now and before and abs(now - before) > LEAP * before for now, before in told)
    return Table(
        (
            Column("period", N_("Année")),
            Column("students", N_("Étudiants"), "number"),
            Column("status", N_("Statut"), "status"),
            EVIDENCE,
        ),
        listed,
        empty=N_(
            "Aucune source chargée ne donne d’effectif d’étudiants pour cette organisation : ce "
            "n’est pas un zéro."
        ),
        notes=(
            N_(
                "Une année s’écarte de plus de {share} de la précédente : le périmètre de l’établissement a pu changer "
                "(fusion, composantes).",
                share=Percent(LEAP),
            ),
        )
        if leaps
        else (),
        question="actor-students",
        sources=_sources(rows),
    )
