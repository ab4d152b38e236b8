"""Who is in a territory, what is taught there, who works with whom, filières and parts, from placed frames."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from ....graph.indicators.rows import MISSING
from ....graph.region.derived import BELOW_HIGHER_EDUCATION, distinct_participations
from ....graph.region.firmness import firmest, weakest
from ....graph.region.gazetteer import Territory
from ....graph.region.text import fold
from ....ontology.labels import Term
from ....words import N_, NN_, Number, gettext
from ...labels.wording import level_name
from ...render.blocks.tables import Column, Table, Words
from ...web.negotiation import Language
from .matter import PortraitData

#: Kinds of actors in the order people look for them; others follow.
ACTORS = (
    *("higher-education", "academic-component", "doctoral-school"),
    *(
        "research-unit",
        "research-team",
        "research-federation",
        "research-organization",
        "public-research",
        "company",
        "relay-organization",
    ),
)
EVIDENCE = Column("evidence", N_("Preuve"), "evidence")
SOURCES = Column("source", N_("Source"))
#: What an organisation is to an action of a strategy.
ACTION_ROLES: Mapping[str, Words] = {
    "runBy": N_("porteur"),
    "inPartnershipWith": N_("partenaire"),
    "fundedBy": N_("financeur"),
}
_ORDER = N_(
    "Dans l’ordre des interactions connues, puis des étudiants ; qui n’a de site connu qu’ailleurs vient après."
)
IDENTIFIER = Column("iri", N_("Identifiant"), "file")


@lru_cache(1 << 8)
def kind_words(path: str | None, language: Language) -> str:
    """Name a kind of actor, as the ontology does."""
    name = (path or "").rsplit("/", 1)[-1]
    if not name:
        return gettext("organisation de nature non précisée", language)
    return Term.of(f"actor-type/{name}")[language].replace("'", "’")


def source_name(path: str | None) -> str:
    """Give the short name of a source."""
    return (path or "").removeprefix("source/")


def actors(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List who has a site there, and who takes part in interactions from there: those with most ties first.

    A site of which the département alone is known is in it and in its region. Who takes part from there, of whom sites
    elsewhere alone are known, comes after the others: it is there by those interactions alone.

    `ties` are the known interactions of an actor, wherever it acts from, `students` those of the last year of the sources,
    the same for all; who has as many of both comes in the order of kinds, then of names. No known tie is no zero: the cell is
    empty.
    """
    towns = [label for _, label in seen.ground.wide]
    found: dict[str, dict[str, Any]] = {}
    for name, key in (("institutions", "organization"), ("units", "unit")):
        rows = seen.rows(name, territory)
        kinds = rows["type"] if key == "organization" else ["actor-type/research-unit"] * len(rows)
        said = rows.select(key, "label", "at", "evidence", "source", "end")
        for (path, label, at, evidence, source, end), kind in zip(said, kinds, strict=True):
            if end is None:
                _add(found, path, label or seen.label(path), kind, towns[at], evidence, source)
    here = set(found)
    _add_participants(found, seen, territory)
    away = (found.keys() - here) & _sited(seen)
    ties, (year, taught) = ties_of(seen), _students(seen)
    students = N_("Étudiants en {year}", year=year) if year else N_("Étudiants")
    for path, row in found.items():
        row["ties"], row["students"], row["away"] = ties.get(path), taught.get(path), path in away
    ranks = {f"actor-type/{name}": rank for rank, name in enumerate(ACTORS)}
    rows_ = sorted(
        found.values(),
        key=lambda row: (
            row["away"],
            -(row["ties"] or 0), -(row["students"] or 0), ranks.get(row["type"], 99), row["type"], fold(row["actor"]),
        ),
    )  # fmt: skip
    for row in rows_:
        row["kind"] = kind_words(row["type"], language)
        row["town"] = ", ".join(sorted(row.pop("towns")))
        row["source"] = ", ".join(sorted(row.pop("from")))
    return Table(
        (
            Column("actor", N_("Acteur"), "link"),
            Column("kind", N_("Nature")),
            Column("town", N_("Lieu")),
            Column("ties", N_("Interactions connues"), "number", weight=0.8),
            Column("students", students, "number", weight=0.8),
            EVIDENCE,
            SOURCES,
        ),
        rows_,
        empty=N_("Aucune source chargée ne situe d’organisation dans ce territoire."),
        notes=(
            *((_ORDER,) if rows_ else ()),
            *_unplaced(seen),
        ),
        question="territory-organizations",
        more={"groups": dict(Counter(row["kind"] for row in rows_).most_common())},
    )


def ties_of(seen: PortraitData) -> dict[str, int]:
    """Count the known interactions of each actor, once a publication."""
    key = ("ties",)
    if key not in seen.made:
        counts = seen.rest["participations"].group_by("actor").agg(pl.col("interaction").n_unique())
        seen.made[key] = dict(counts.iter_rows())
    made: dict[str, int] = seen.made[key]
    return made


def _sited(seen: PortraitData) -> frozenset[str]:
    """Give the organisations and units that have a known site anywhere, once a publication."""
    key = ("sited",)
    if key not in seen.made:
        units = seen.rest["units"].drop_nulls("place")["unit"]
        seen.made[key] = frozenset([*seen.rest["institutions"]["organization"], *units])
    made: frozenset[str] = seen.made[key]
    return made


def _students(seen: PortraitData) -> tuple[str, dict[str, int]]:
    """Give the last year that has figures, and the students of each institution in it, once a publication.

    Who has none then may have been joined to another, which counts its students since.
    """
    key = ("students",)
    if key not in seen.made:
        told = seen.rest["students"].drop_nulls(["organization", "value"])
        year = str(told["period"].max() or "")
        last = told.filter(period=year).select("organization", "value")
        seen.made[key] = year, {path: int(value) for path, value in last.iter_rows()}
    made: tuple[str, dict[str, int]] = seen.made[key]
    return made


def _add_participants(found: dict[str, dict[str, Any]], seen: PortraitData, territory: Territory) -> None:
    """Add the actors that take part in interactions from there: as firm as the firmest of what says so."""
    took = seen.rows("participations", territory).select("actor", "type", "at", "evidence", "source")
    firm: dict[tuple[str, str | None, int], list[tuple[str, str | None]]] = defaultdict(list)
    for path, kind, at, evidence, source in dict.fromkeys(took):
        if path not in found:
            firm[path, kind, at].append((evidence, source))
    for (path, kind, at), facts in firm.items():
        evidence, town = firmest(*(status for status, _ in facts)), seen.ground.wide[at][1]
        for _, source in facts:
            _add(found, path, seen.label(path), kind, town, evidence, source)


def _unplaced(seen: PortraitData) -> tuple[Words, ...]:
    """Say that an actor of unknown place is in no territory's list, and how much that is."""
    if ("unplaced",) not in seen.made:  # the same on every page
        places = distinct_participations(seen.rest["participations"])["place"]
        seen.made["unplaced",] = places.null_count(), len(places)
    unknown, whole = seen.made["unplaced",]
    if not unknown:
        return ()
    return (
        N_(
            "{unknown} des {whole} participations connues, tous territoires ensemble, n’ont pas de "
            "lieu : un acteur d’ici que les sources ne situent pas manque à cette liste.",
            unknown=Number(unknown),
            whole=Number(whole),
        ),
    )


def _add(
    found: dict[str, dict[str, Any]],
    path: str,
    label: str,
    kind: str | None,
    town: str,
    evidence: str,
    source: str | None,
) -> None:
    row = found.setdefault(
        path,
        {
            "actor": label,
            "actor_iri": path,
            "type": kind or "",
            "towns": set(),
            "evidence": evidence,
            "from": set(),
        },
    )
    row["evidence"] = weakest(row["evidence"], evidence)
    row["towns"].add(town)
    row["from"].add(source_name(source))


def programmes(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the programmes taught there, those of most seats first; seats that are not known are no zero."""
    towns = [label for _, label in seen.ground.wide]
    found: dict[str, dict[str, Any]] = {}
    columns = ("programme", "label", "level", "institution", "at", "evidence", "source", "end", "capacity")
    for path, label, level, by, at, evidence, source, end, capacity in seen.rows(
        "programmes", territory
    ).select(*columns):
        if end is not None:
            continue
        row = found.setdefault(
            path,
            {
                "programme": label or path.rsplit("/", 1)[-1],
                "programme_iri": path,
                "level": seen.word(level, language) or (gettext("non précisé", language)),
                "institution": seen.label(by) if by else "",
                "institution_iri": by,
                "seats": capacity,
                "below": level == BELOW_HIGHER_EDUCATION,
                "towns": set(),
                "evidence": evidence,
                "source": source_name(source),
            },
        )
        row["evidence"] = weakest(row["evidence"], evidence)
        row["towns"].add(towns[at])
    listed = sorted(
        found.values(), key=lambda row: (-(row["seats"] or 0), fold(row["programme"]), row["programme_iri"])
    )
    for row in listed:
        row["town"] = ", ".join(sorted(row.pop("towns")))
    below = sum(row.pop("below") for row in listed)
    notes: list[Words] = [N_("Dans l’ordre des places, là où une source les donne, puis des noms.")]
    if below:
        notes.append(
            NN_(
                "Dont {n} du niveau du baccalauréat, qui n’est pas du supérieur : le nombre de formations ne la compte pas.",
                "Dont {n} du niveau du baccalauréat, qui ne sont pas du supérieur : le nombre de formations ne les compte pas.",
                below,
            )
        )
    return Table(
        (
            Column("programme", N_("Formation"), "link", weight=3),
            Column("level", N_("Niveau"), weight=1.3),
            Column("institution", N_("Établissement"), "link", weight=2),
            Column("town", N_("Commune")),
            Column("seats", N_("Places"), "number", blank=MISSING, weight=0.8),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        notes=tuple(notes) if listed else (),
        empty=N_("Aucune source chargée ne décrit de formation enseignée dans ce territoire."),
        question="territory-programmes",
        more={"groups": Counter(sorted(row["level"] for row in listed))},
    )


def composition(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the territories that hold it, straddle it, and make it up."""
    rows: list[dict[str, Any]] = []
    for level, pairs in seen.wholes(territory).items():
        for other, share in pairs:
            size = round(share * len(territory.communes))
            whole = share >= 1 - 1e-9
            part = size == len(other.communes)
            relation = (
                (N_("le contient") if whole else N_("en fait partie")) if whole or part else N_("le recoupe")
            )
            rows.append(_related(other.id, other.label, level, relation[language], size, language))
    if territory.level != "commune":
        rows += [
            _related(
                seen.ground.ids[at], seen.ground.labels[at], "commune",
                gettext("en fait partie", language), 1, language,
            )
            for at in territory.communes
        ]  # fmt: skip
    return Table(
        (
            Column("territory", N_("Territoire"), "link"),
            Column("level", N_("Niveau")),
            Column("relation", N_("Relation")),
            Column("communes", N_("Communes en commun"), "number"),
        ),
        rows,
        question="territory-containers",
    )


def _related(
    path: str, label: str, level: str, relation: str, communes: int, language: Language
) -> dict[str, Any]:
    return {
        "territory": label,
        "territory_iri": path,
        "level": level_name(level, language),
        "relation": relation,
        "communes": communes,
    }
