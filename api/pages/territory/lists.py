"""Who is in a territory, what is taught there, who works with whom, filières and parts, from placed frames."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from ....graph.findings.words import number_en, number_fr
from ....graph.region.firmness import firmest, weakest
from ....graph.region.gazetteer import Territory
from ...labels.wording import TERRITORY_KINDS, fold
from ...render.blocks.tables import Column, Table, Words
from ...web.negotiation import Language
from .matter import Seen

#: Kinds of actors in the order people look for them; others follow.
ACTORS = (
    *("higher-education", "academic-component", "doctoral-school"),
    *(
        "research-unit",
        "research-team",
        "research-federation",
        "research-organization",
        "company",
        "relay-organization",
    ),
)
EVIDENCE = Column("evidence", ("Preuve", "Evidence"), "evidence")
SOURCES = Column("source", ("Source", "Source"))
ACTOR_WORDS = {
    "higher-education": ("établissement d’enseignement supérieur", "higher education institution"),
    "academic-component": ("composante d’établissement", "component of an institution"),
    "doctoral-school": ("école doctorale", "doctoral school"),
    "research-unit": ("unité de recherche", "research unit"),
    "research-team": ("équipe de recherche", "research team"),
    "research-federation": ("structure fédérative de recherche", "research federation"),
    "research-organization": ("organisme de recherche", "research organisation"),
    "company": ("entreprise", "company"),
    "relay-organization": ("structure relais", "relay structure"),
    "secondary-school": ("lycée", "secondary school"),
    "association": ("association", "association"),
    "local-authority": ("collectivité", "local authority"),
    "state-service": ("service de l’État", "state service"),
    "cluster": ("pôle ou réseau professionnel", "cluster or professional network"),
    "chamber": ("chambre consulaire", "chamber of commerce, trades or agriculture"),
    "transfer-office": ("structure de valorisation", "transfer office"),
    "incubator": ("incubateur", "incubator"),
    "platform-operator": ("opérateur de plateforme", "platform operator"),
    "student-group": ("collectif étudiant", "student group"),
    "inhabitants": ("habitants", "inhabitants"),
    "": ("autre organisation", "other organisation"),
}
LEVEL_WORDS = {
    "department": ("département", "department"),
    "epci": ("intercommunalité", "inter-municipal area"),
}


def kind_words(path: str | None, language: Language) -> str:
    """Name a kind of actor."""
    name = (path or "").rsplit("/", 1)[-1]
    return ACTOR_WORDS.get(name, (name.replace("-", " "),) * 2)[language == "en"]


def source_name(path: str | None) -> str:
    """Give the short name of a source."""
    return (path or "").removeprefix("source/")


def actors(seen: Seen, territory: Territory, language: Language) -> Table:
    """List who has a site there, and companies that take part in interactions from there."""
    towns = seen.ground.labels
    found: dict[str, dict[str, Any]] = {}
    for name, key in (("institutions", "organization"), ("units", "unit")):
        rows = seen.rows(name, territory)
        kinds = rows["type"] if key == "organization" else ["actor-type/research-unit"] * len(rows)
        said = rows.select(key, "label", "at", "evidence", "source", "end")
        for (path, label, at, evidence, source, end), kind in zip(said, kinds, strict=True):
            if end is None:
                _add(found, path, label or seen.label(path), kind, towns[at], evidence, source)
    took = dict.fromkeys(
        seen.rows("participations", territory).select("actor", "type", "at", "evidence", "source")
    )
    firm: dict[tuple[str, int], list[tuple[str, str | None]]] = defaultdict(list)
    for path, kind, at, evidence, source in took:
        if kind == "actor-type/company" and path not in found:
            firm[path, at].append((evidence, source))
    for (path, at), facts in firm.items():  # that it is there is as firm as the firmest of what says so
        evidence = firmest(*(status for status, _ in facts))
        for _, source in facts:
            _add(found, path, seen.label(path), "actor-type/company", towns[at], evidence, source)
    ranks = {f"actor-type/{name}": rank for rank, name in enumerate(ACTORS)}
    rows_ = sorted(
        found.values(), key=lambda row: (ranks.get(row["type"], 99), row["type"] or "", fold(row["actor"]))
    )
    for row in rows_:
        row["kind"] = kind_words(row["type"], language)
        row["town"] = ", ".join(sorted(row.pop("towns")))
        row["source"] = ", ".join(sorted(row.pop("from")))
    return Table(
        (
            Column("actor", ("Acteur", "Actor"), "link"),
            Column("kind", ("Nature", "Kind")),
            Column("town", ("Commune", "Commune")),
            EVIDENCE,
            SOURCES,
        ),
        rows_,
        empty=(
            "Aucune source chargée ne situe d’organisation dans ce territoire.",
            "No loaded source places an organisation in this territory.",
        ),
        notes=_unplaced(seen),
        question="territory-organizations",
        more={"groups": Counter(row["kind"] for row in rows_)},
    )


def _unplaced(seen: Seen) -> tuple[Words, ...]:
    """Say that an actor of unknown place is in no territory's list, and how much that is."""
    places = seen.rest["participations"]["place"]
    unknown, whole = places.null_count(), len(places)
    if not unknown:
        return ()
    return (
        (
            f"{number_fr(unknown)} des {number_fr(whole)} participations connues, tous territoires ensemble, n’ont pas de lieu : "
            "un acteur d’ici que les sources ne situent pas manque à cette liste.",
            f"{number_en(unknown)} of the {number_en(whole)} participations known, all territories together, have no place: an "
            "actor from here that sources do not place is missing from this list.",
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


def programmes(seen: Seen, territory: Territory, language: Language) -> Table:
    """List the programmes taught there."""
    towns = seen.ground.labels
    found: dict[str, dict[str, Any]] = {}
    columns = ("programme", "label", "level", "institution", "at", "evidence", "source", "end")
    for path, label, level, by, at, evidence, source, end in seen.rows("programmes", territory).select(
        *columns
    ):
        if end is not None:
            continue
        row = found.setdefault(
            path,
            {
                "programme": label or path.rsplit("/", 1)[-1],
                "programme_iri": path,
                "level": seen.word(level, language) or ("not said" if language == "en" else "non précisé"),
                "institution": seen.label(by) if by else "",
                "institution_iri": by,
                "towns": set(),
                "evidence": evidence,
                "source": source_name(source),
            },
        )
        row["evidence"] = weakest(row["evidence"], evidence)
        row["towns"].add(towns[at])
    listed = sorted(found.values(), key=lambda row: (fold(row["programme"]), row["programme_iri"]))
    for row in listed:
        row["town"] = ", ".join(sorted(row.pop("towns")))
    return Table(
        (
            Column("programme", ("Formation", "Programme"), "link"),
            Column("level", ("Niveau", "Level")),
            Column("institution", ("Établissement", "Institution"), "link"),
            Column("town", ("Commune", "Commune")),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        empty=(
            "Aucune source chargée ne décrit de formation enseignée dans ce territoire.",
            "No loaded source describes a programme taught in this territory.",
        ),
        question="territory-programmes",
        more={"groups": Counter(sorted(row["level"] for row in listed))},
    )


def chains(seen: Seen, territory: Territory, language: Language) -> Table:
    """Count the members of each filière there, by function and stage."""
    rows = seen.rows("members", territory)
    known = {chain for (chain,) in seen.by("chains", "chain").all().select("chain")}
    counted: dict[tuple[str, str, str | None, str], set[str]] = defaultdict(set)
    for chain, function, stage, evidence, member in rows.select(
        "chain", "function", "stage", "evidence", "member"
    ):
        counted[chain, function, stage, evidence].add(member)
    unknown = "stage not known" if language == "en" else "étape inconnue"
    listed = [
        {
            "chain": seen.word(chain, language),
            "chain_iri": chain,
            "function": seen.word(function, language),
            "stage": seen.word(stage, language) or unknown,
            "members": len(counted[chain, function, stage, evidence]),
            "evidence": evidence,
        }
        for chain, function, stage, evidence in sorted(counted, key=lambda cell: [one or "~" for one in cell])
    ]
    present = {chain for chain, *_ in counted}
    silent = [seen.word(chain, language) for chain in sorted(known - present)]
    note = (
        f"Sans membre connu ici : {', '.join(silent)}.",
        f"No known member here: {', '.join(silent)}.",
    )
    return Table(
        (
            Column("chain", ("Filière", "Value chain"), "link"),
            Column("function", ("Fonction", "Function")),
            Column("stage", ("Étape", "Stage")),
            Column("members", ("Membres", "Members"), "number"),
            EVIDENCE,
        ),
        listed,
        empty=(
            "Aucun membre des filières décrites n’est situé dans ce territoire par les sources chargées.",
            "No member of the described value chains is placed in this territory by the loaded sources.",
        ),
        notes=(note,) if silent and listed else (),
        question="chain-members-in-territory",
    )


def composition(seen: Seen, territory: Territory, language: Language) -> Table:
    """List the territories that hold it, straddle it, and make it up."""
    rows: list[dict[str, Any]] = []
    for level, pairs in seen.wholes(territory).items():
        for other, share in pairs:
            size = round(share * len(territory.communes))
            whole = share >= 1 - 1e-9
            part = size == len(other.communes)
            relation = (
                (("le contient", "holds it") if whole else ("en fait partie", "is part of it"))
                if whole or part
                else ("le recoupe", "overlaps it")
            )
            rows.append(_related(other.id, other.label, level, relation[language == "en"], size, language))
    if territory.level != "commune":
        rows += [
            _related(
                seen.ground.ids[at], seen.ground.labels[at], "commune",
                "is part of it" if language == "en" else "en fait partie", 1, language,
            )
            for at in territory.communes
        ]  # fmt: skip
    return Table(
        (
            Column("territory", ("Territoire", "Territory"), "link"),
            Column("level", ("Niveau", "Level")),
            Column("relation", ("Relation", "Relation")),
            Column("communes", ("Communes en commun", "Communes in common"), "number"),
        ),
        rows,
        question="territory-containers",
    )


LEVELS_EN = {
    "commune": "commune",
    "epci": "inter-municipal area",
    "department": "department",
    "region": "region",
    "zone": "employment zone",
    "bassin": "labour pool",
    "adhoc": "project territory",
}


def level_words(level: str, language: Language) -> str:
    """Name a level of territories."""
    return TERRITORY_KINDS[level][0][language] if level in TERRITORY_KINDS else level


def _related(
    path: str, label: str, level: str, relation: str, communes: int, language: Language
) -> dict[str, Any]:
    return {
        "territory": label,
        "territory_iri": path,
        "level": level_words(level, language),
        "relation": relation,
        "communes": communes,
    }
