"""Relays, agenda, requests and strategies of a territory; illustrative facts are shown marked, and counted nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from ....graph.region.gazetteer import Territory
from ...render.blocks.tables import Column, Table
from ...web.negotiation import Language
from .follow_up import follow_up, number_of, value_of
from .lists import EVIDENCE
from .matter import Seen

HOW = {
    "held": ("s’y tient", "held here"),
    "relayed": ("y est relayé", "relayed here"),
    "benefits": ("pour le territoire", "for the territory"),
}
CLASSES = {
    "SupportScheme": ("dispositif", "support scheme"),
    "OneStopShop": ("guichet", "one-stop shop"),
    "LocalAuthority": ("collectivité", "local authority"),
    "DigitalBranch": ("antenne numérique", "digital branch"),
    "Organization": ("structure", "structure"),
    "Request": ("demande", "request"),
    "Offer": ("offre", "offer"),
}


def _said(words: Mapping[str, tuple[str, str]], path: str | None, language: Language) -> str:
    name = (path or "").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
    return words.get(name, (name.replace("-", " "),) * 2)[language == "en"]


def about(seen: Seen, territory: Territory, path: str | None) -> bool:
    """Say whether what is said of a place is of a territory: the place is in it, is it, or holds it whole."""
    if path is None:
        return False
    if path == territory.id:
        return True
    other = seen.territory(path)
    if other is None:
        ats = seen.ground.at(path)
        return bool(ats) and bool(seen.inside(territory)[ats].any())
    communes, mine = set(other.communes.tolist()), set(territory.communes.tolist())
    return communes <= mine or mine <= communes


def relays(seen: Seen, territory: Territory, language: Language) -> Table:
    """List the branches and relays located there, and the relays, desks and schemes in charge of it."""
    rows: dict[str, dict[str, Any]] = {}
    services: dict[str, set[str]] = defaultdict(set)
    for row in seen.rows("all-relays", territory).named():
        kind = (
            ("antenne numérique", "digital branch")
            if row["kind"] == "branch"
            else ("structure relais", "relay structure")
        )
        if row["service"]:
            services[row["site"]].add(seen.word(row["service"], language))
        rows[row["site"]] = {
            "relay": row["label"] or seen.label(row["site"]),
            "relay_iri": row["site"],
            "kind": kind[language == "en"],
            "where": seen.ground.labels[row["at"]],
            "run_by": seen.label(row["organization"]) if row["organization"] else "",
            "evidence": row["evidence"],
        }
    for path, found in services.items():
        rows[path]["services"] = ", ".join(sorted(found))
    operators: dict[str, set[str]] = defaultdict(set)
    for row in seen.rest["all-serving"].iter_rows(named=True):
        if not about(seen, territory, row["serves"]):
            continue
        if row["operatorLabel"]:
            operators[row["thing"]].add(row["operatorLabel"])
        if row["thing"] in rows and row["class"].endswith("#Organization"):
            continue
        rows[row["thing"]] = {
            "relay": row["label"],
            "relay_iri": row["thing"],
            "kind": _said(CLASSES, row["class"], language),
            "where": ("sert " if language == "fr" else "serves ") + seen.label(row["serves"]),
            "evidence": row["evidence"],
        }
    for path, found in operators.items():
        rows[path]["run_by"] = ", ".join(sorted(found))
    return Table(
        (
            Column("relay", ("Relais, guichet ou dispositif", "Relay, desk or scheme"), "link"),
            Column("kind", ("Nature", "Kind")),
            Column("where", ("Où", "Where")),
            Column("services", ("Services", "Services")),
            Column("run_by", ("Animé par", "Run by")),
            EVIDENCE,
        ),
        sorted(rows.values(), key=lambda row: (str(row["kind"]), str(row["relay"]))),
        empty=(
            "Aucune source chargée ne décrit de relais, de guichet ou de dispositif pour ce territoire : aucune "
            "source ouverte ne les liste.",
            "No loaded source describes a relay, desk or scheme for this territory: no open source lists them.",
        ),
        question="branches-of-territory",
    )


def agenda(seen: Seen, territory: Territory, language: Language, today: date | None = None) -> Table:
    """List the public events held, relayed or meant for there, those to come first."""
    now = (today or date.today()).isoformat()
    found: dict[str, dict[str, Any]] = {}
    for row in seen.rest["all-events"].iter_rows(named=True):
        if not about(seen, territory, row["place"]):
            continue
        event = found.setdefault(
            row["event"],
            {
                "event": row["label"],
                "event_iri": row["event"],
                "from": row["from"],
                "until": row["until"],
                "mode": seen.word(row["mode"], language),
                "homepage": row["homepage"],
                "how": set(),
                "evidence": row["evidence"],
            },
        )
        event["how"].add(HOW[row["how"]][language == "en"])
    for event in found.values():
        event["how"] = ", ".join(sorted(event["how"]))
        event["past"] = (event["until"] or event["from"] or "9999") < now
        event["when"] = (
            ("past" if language == "en" else "passé")
            if event["past"]
            else ("to come" if language == "en" else "à venir")
        )
    rows = sorted(found.values(), key=lambda row: (row["past"], row["from"] or "9999", row["event_iri"]))
    return Table(
        (
            Column("event", ("Événement", "Event"), "link"),
            Column("from", ("Du", "From"), "date"),
            Column("until", ("Au", "To"), "date"),
            Column("when", ("Quand", "When")),
            Column("mode", ("Modalité", "Mode")),
            Column("how", ("Lien au territoire", "Tie")),
            EVIDENCE,
        ),
        rows,
        empty=(
            "Aucun événement n’est connu pour ce territoire : aucun agenda n’a été importé.",
            "No event is known for this territory: no agenda was imported.",
        ),
        question="events-of-territory",
        more={"to_come": sum(not row["past"] for row in rows), "today": bool(rows)},
    )


def requests(seen: Seen, territory: Territory, language: Language) -> Table:
    """List the requests and offers that concern it."""
    found: dict[str, dict[str, Any]] = {}
    for row in seen.rest["all-requests"].iter_rows(named=True):
        if not about(seen, territory, row["territory"]):
            continue
        led = (
            ("a mené à une interaction", "led to an interaction")
            if row["led"]
            else follow_up(seen, row["announcement"])
        )
        found[row["announcement"]] = {
            "request": row["label"],
            "request_iri": row["announcement"],
            "kind": _said(CLASSES, row["class"], language),
            "type": seen.word(row["type"], language),
            "for": seen.label(row["territory"]),
            "issuer": seen.label(row["issuer"]) if row["issuer"] else "",
            "since": row["created"],
            "follow_up": led[language == "en"],
            "evidence": row["evidence"],
        }
    return Table(
        (
            Column("request", ("Demande ou offre", "Request or offer"), "link"),
            Column("kind", ("Nature", "Kind")),
            Column("type", ("Type", "Type")),
            Column("for", ("Pour", "For")),
            Column("issuer", ("Émise par", "Issued by")),
            Column("since", ("Depuis", "Since"), "year"),
            Column("follow_up", ("Suite", "Follow-up")),
            EVIDENCE,
        ),
        sorted(found.values(), key=lambda row: (row["kind"], -(row["since"] or 0), row["request"])),
        empty=(
            "Aucune demande ni offre n’est connue pour ce territoire : le guichet n’a rien transmis.",
            "No request or offer is known for this territory: the desk sent none.",
        ),
        question="territory-requests-without-answer",
    )


def strategies(seen: Seen, territory: Territory, language: Language) -> Table:
    """List the objectives of its strategies, with the last value of their indicator, target, due year and contributions."""
    found: dict[str, dict[str, Any]] = {}
    for row in seen.rest["all-objectives"].iter_rows(named=True):
        if not about(seen, territory, row["territory"]):
            continue
        one = found.get(row["objective"])
        if one is not None and (row["period"] or "") <= (one["period"] or ""):
            continue
        value, period = value_of(seen, row)
        followed = row["indicatorLabel"] or ""
        if followed and row["about"]:  # its value is that of a filière, a sector or a discipline alone
            followed += f" ({seen.word(row['about'], language)})"
        found[row["objective"]] = {
            "objective": row["label"] or seen.label(row["objective"]),
            "objective_iri": row["objective"],
            "strategy": row["strategyLabel"] or seen.label(row["strategy"]),
            "strategy_iri": row["strategy"],
            "for": seen.label(row["territory"]),
            "indicator": followed,
            "value": value,
            "period": period,
            "target": number_of(row["target"]),
            "due": (row["due"] or "")[:4],
            "contributions": int(number_of(row["contributions"]) or 0),
            "status": None if value is not None else "missing",
            "evidence": row["evidence"],
        }
    return Table(
        (
            Column("objective", ("Objectif", "Objective"), "link"),
            Column("strategy", ("Stratégie", "Strategy"), "link"),
            Column("for", ("Territoire", "Territory")),
            Column("indicator", ("Suivi par", "Followed by")),
            Column("value", ("Dernière valeur", "Last value"), "number"),
            Column("period", ("Période", "Period")),
            Column("target", ("Cible", "Target"), "number"),
            Column("due", ("Échéance", "Due")),
            Column(
                "contributions", ("Interactions qui y contribuent", "Contributing interactions"), "number"
            ),
            EVIDENCE,
        ),
        sorted(found.values(), key=lambda row: (row["strategy"], row["objective"])),
        empty=(
            "Aucune stratégie ni aucun objectif n’est décrit pour ce territoire.",
            "No strategy or objective is described for this territory.",
        ),
        question="objective-progress",
    )
