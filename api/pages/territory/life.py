"""Relays, agenda, requests and strategies of a territory; illustrative facts are shown marked, and counted nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from ....graph.region.gazetteer import Territory
from ....graph.region.relays import POSSIBLE
from ....graph.region.text import fold
from ....ontology.labels import Term
from ....words import N_, Listed, Named, Number, Spoken, gettext
from ...reading.rows import Rows
from ...render.blocks.tables import Column, Table
from ...web.negotiation import Language
from .follow_up import follow_up, number_of, value_of
from .lists import EVIDENCE, kind_words
from .matter import PortraitData

HOW: Mapping[str, Spoken] = {
    "held": N_("s’y tient"),
    "relayed": N_("y est relayé"),
    "benefits": N_("pour le territoire"),
}
CLASSES: Mapping[str, Spoken] = {
    "SupportScheme": N_("dispositif"),
    "OneStopShop": N_("guichet"),
    "LocalAuthority": N_("collectivité"),
    "DigitalBranch": N_("antenne numérique"),
    "Organization": N_("structure"),
    "Request": N_("demande"),
    "Offer": N_("offre"),
}
SERVED = 3
"""Territories that one row names as served."""
POSSIBLE_WORDS = N_(
    "« Relais possible » : un lieu ouvert à tous, ou une tournée, que l’on peut solliciter pour relayer. Aucune source ne dit "
    "qu’il relaie l’université, et il n’entre dans aucun chiffre sur les relais ou les antennes."
)


def _said(words: Mapping[str, Spoken], path: str | None, language: Language) -> str:
    name = (path or "").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
    return words.get(name, Named(name.replace("-", " ")))[language]


def _invented(row: Mapping[str, object]) -> bool:
    """Tell whether a row is an example: those stand last, whatever the words of their kind in the language."""
    return row["evidence"] == "illustrative"


def concerning(seen: PortraitData, territory: Territory, name: str, key: str) -> Rows:
    """Give the rows of a frame whose place, in a column, is about a territory: the place is in it, is it, or holds it whole."""
    by, kept = seen.by(name, key), ("places", name, key)
    if kept not in seen.made:
        paths = list(by)
        others = [seen.territory(path) for path in paths]
        communes = [
            one.communes if one else seen.ground.at(path) for path, one in zip(paths, others, strict=True)
        ]
        enough = [len(one.communes) if one else 1 for one in others]
        seen.made[kept] = (
            paths,
            seen.members(communes),
            np.array(enough),
            np.array([one is not None for one in others]),
        )
    paths, members, enough, whole = seen.made[kept]
    shared = members @ seen.inside(territory).astype(float)
    about = np.where(whole, (shared == enough) | (shared == len(territory.communes)), shared >= enough)
    return by.of_all(
        path for path, one in zip(paths, about.tolist(), strict=True) if one or path == territory.id
    )


def relays(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the branches and relays located there, what is in charge of it, and last the places that may be asked to relay."""
    known = _relaying(seen, territory, language) | _in_charge(seen, territory, language)
    rows = sorted(known.values(), key=lambda row: (_invented(row), str(row["kind"]), str(row["relay"])))
    possible = _possible(seen, territory, language)
    return Table(
        (
            Column("relay", N_("Relais, guichet ou dispositif"), "link", weight=3),
            Column("kind", N_("Nature")),
            Column("where", N_("Où"), weight=1.4),
            Column("services", N_("Services"), weight=1.6),
            Column("run_by", N_("Animé par"), weight=1.4),
            EVIDENCE,
        ),
        [*rows, *possible],
        empty=N_(
            "Aucune source chargée ne décrit de relais, de guichet, de dispositif ni de lieu qui pourrait relayer dans ce "
            "territoire."
        ),
        notes=(POSSIBLE_WORDS,) if possible else (),
        question="branches-of-territory" if known or not possible else "possible-relays-of-territory",
        more={"possible": len(possible)},
    )


def _relaying(seen: PortraitData, territory: Territory, language: Language) -> dict[str, dict[str, Any]]:
    """Give the branches and relays that have a site there, by site."""
    rows: dict[str, dict[str, Any]] = {}
    services: dict[str, set[str]] = defaultdict(set)
    for row in seen.rows("all-relays", territory).named():
        kind = N_("antenne numérique") if row["kind"] == "branch" else N_("structure relais")
        if row["service"]:
            services[row["site"]].add(seen.word(row["service"], language))
        rows[row["site"]] = {
            "relay": row["label"] or seen.label(row["site"]),
            "relay_iri": row["site"],
            "kind": kind[language],
            "where": seen.ground.labels[row["at"]],
            "run_by": _other(seen.label(row["organization"]), row["label"]) if row["organization"] else "",
            "evidence": row["evidence"],
        }
    for path, found in services.items():
        rows[path]["services"] = ", ".join(sorted(found))
    return rows


def _other(name: str, label: str | None) -> str:
    """Give who runs a place, nothing where it is the place itself."""
    return "" if name == label else name


def _in_charge(seen: PortraitData, territory: Territory, language: Language) -> dict[str, dict[str, Any]]:
    """Give the relays, desks and schemes in charge of it, by what they are, with the territories that they serve."""
    rows: dict[str, dict[str, Any]] = {}
    operators: dict[str, set[str]] = defaultdict(set)
    served: dict[str, set[str]] = defaultdict(set)
    here = {row["organization"] for row in seen.rows("all-relays", territory).named()}
    for row in concerning(seen, territory, "all-serving", "serves").named():
        thing = row["thing"]
        if thing in here and row["class"].endswith("#Organization"):
            continue
        if row["operatorLabel"]:
            operators[thing].add(row["operatorLabel"])
        served[thing].add(row["serves"])
        rows[thing] = {
            "relay": row["label"],
            "relay_iri": thing,
            "kind": _said(CLASSES, row["class"], language),
            "evidence": row["evidence"],
        }
    for path, found in operators.items():
        rows[path]["run_by"] = ", ".join(sorted(found))
    for path, places in served.items():
        rows[path]["where"] = _serving(seen, territory, places)[language]
    return rows


def _serving(seen: PortraitData, territory: Territory, places: set[str]) -> Spoken:
    """Say which territories are served: of several, those inside are counted beyond three."""
    if territory.id in places:
        return N_("sert {where}", where=seen.label(territory.id))
    names = sorted({seen.label(path) for path in places})
    if len(names) <= SERVED:
        return N_("sert {where}", where=Listed(names))
    return N_("sert {n} territoires, dont {where}", n=Number(len(names)), where=Listed(names[:SERVED]))


def _possible(seen: PortraitData, territory: Territory, language: Language) -> list[dict[str, Any]]:
    """Give the places that may be asked to relay, by name; a campus that is a branch already is none."""
    branches = {row["organization"] for row in seen.rows("all-relays", territory).named()}
    return [
        {
            "relay": row["label"] or seen.label(row["organization"]),
            "relay_iri": row["organization"],
            "kind": N_("relais possible : {kind}", kind=kind_words(row["type"], language))[language],
            "where": seen.ground.wide[row["at"]][1],
            "evidence": row["evidence"],
        }
        for row in sorted(
            (row for row in seen.rows("institutions", territory).named() if row["type"] in POSSIBLE),
            key=lambda row: (row["type"], fold(row["label"] or "")),
        )
        if row["organization"] not in branches
    ]


NO_AGENDA = N_("Aucun évènement n’est connu pour ce territoire : aucun agenda n’a été importé.")
NO_EVENT_HERE = N_(
    "Aucun évènement n’est connu pour ce territoire : les agendas chargés n’en ont pas ici, et un agenda n’a que ce que l’on "
    "y a inscrit."
)


def _has_agendas(seen: PortraitData) -> bool:
    """Tell whether a source gives events, beside the examples."""
    return bool((seen.rest["all-events"]["evidence"].fill_null("") != "illustrative").any())


def agenda(seen: PortraitData, territory: Territory, language: Language, today: date | None = None) -> Table:
    """List the public events held, relayed or meant for there, those to come first."""
    now = (today or date.today()).isoformat()
    found: dict[str, dict[str, Any]] = {}
    for row in concerning(seen, territory, "all-events", "place").named():
        event = found.setdefault(
            row["event"],
            {
                "event": row["label"],
                "event_iri": row["event"],
                "from": row["from"],
                "until": row["until"],
                "mode": seen.word(row["mode"], language),
                "homepage": row["homepage"],
                "when": Term.of(row["off"])[language] if row["off"] else "",
                "how": set(),
                "evidence": row["evidence"],
            },
        )
        event["how"].add(HOW[row["how"]][language])
    for event in found.values():
        event["how"] = ", ".join(sorted(event["how"]))
        event["past"] = (event["until"] or event["from"] or "9999") < now
        if not event["when"]:
            event["when"] = gettext("passé", language) if event["past"] else gettext("à venir", language)
    rows = sorted(found.values(), key=lambda row: (row["past"], row["from"] or "9999", row["event_iri"]))
    return Table(
        (
            Column("event", N_("Évènement"), "link", weight=3.2),
            Column("from", N_("Du"), "date", weight=1.2),
            Column("until", N_("Au"), "date", weight=1.2),
            Column("when", N_("Quand")),
            Column("mode", N_("Modalité")),
            Column("how", N_("Lien au territoire"), weight=1.6),
            EVIDENCE,
        ),
        rows,
        empty=NO_EVENT_HERE if _has_agendas(seen) else NO_AGENDA,
        question="events-of-territory",
        more={"to_come": sum(not row["past"] for row in rows), "today": bool(rows)},
    )


def requests(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the requests and offers that concern it."""
    found: dict[str, dict[str, Any]] = {}
    for row in concerning(seen, territory, "all-requests", "territory").named():
        led = N_("a mené à une interaction") if row["led"] else follow_up(seen, row["announcement"])
        found[row["announcement"]] = {
            "request": row["label"],
            "request_iri": row["announcement"],
            "kind": _said(CLASSES, row["class"], language),
            "type": seen.word(row["type"], language),
            "for": seen.label(row["territory"]),
            "issuer": seen.label(row["issuer"]) if row["issuer"] else "",
            "since": int(row["created"][:4]) if row["created"] else None,
            "follow_up": led[language],
            "evidence": row["evidence"],
        }
    return Table(
        (
            Column("request", N_("Demande ou offre"), "link", weight=3),
            Column("kind", N_("Nature")),
            Column("type", N_("Type"), weight=1.6),
            Column("for", N_("Pour")),
            Column("issuer", N_("Émise par"), weight=1.6),
            Column("since", N_("Depuis"), "year", weight=0.7),
            Column("follow_up", N_("Suite"), weight=1.4),
            EVIDENCE,
        ),
        sorted(
            found.values(),
            key=lambda row: (_invented(row), row["kind"], -(row["since"] or 0), row["request"]),
        ),
        empty=N_("Aucune demande ni offre n’est connue pour ce territoire : le guichet n’a rien transmis."),
        question="territory-requests-without-answer",
    )


def strategies(seen: PortraitData, territory: Territory, language: Language) -> Table:
    """List the objectives of its strategies, with the last value of their indicator, target, due year and contributions."""
    found: dict[str, dict[str, Any]] = {}
    for row in concerning(seen, territory, "all-objectives", "territory").named():
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
            "due": str(row["due"] or "")[:4],
            "contributions": int(number_of(row["contributions"]) or 0),
            "status": None if value is not None else "missing",
            "evidence": row["evidence"],
        }
    return Table(
        (
            Column("objective", N_("Objectif"), "link", weight=2.6),
            Column("strategy", N_("Stratégie"), "link", weight=2),
            Column("for", N_("Territoire")),
            Column("indicator", N_("Suivi par"), weight=1.8),
            Column("value", N_("Dernière valeur"), "number"),
            Column("period", N_("Période")),
            Column("target", N_("Cible"), "number"),
            Column("due", N_("Échéance")),
            Column("contributions", N_("Interactions qui y contribuent"), "number", weight=1.2),
            EVIDENCE,
        ),
        sorted(found.values(), key=lambda row: (row["strategy"], row["objective"])),
        empty=N_("Aucune stratégie ni aucun objectif n’est décrit pour ce territoire."),
        question="objective-progress",
    )
