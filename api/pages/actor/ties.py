"""Who an actor works with, in what, and when: partners by kind, interactions by type and year, illustrative examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from ....graph.findings.words import number_en, number_fr
from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import weakest
from ....graph.suggestions.directory import nameless
from ...labels.wording import fold
from ...render.blocks.tables import Column, Table, Words
from ...web.links import local_name
from ..territory.lists import ACTORS, EVIDENCE, SOURCES, kind_words, source_name
from .matter import Context, communes

PLURALS = {
    "higher-education": ("Établissements d’enseignement supérieur", "Higher education institutions"),
    "academic-component": ("Composantes d’établissements", "Components of institutions"),
    "doctoral-school": ("Écoles doctorales", "Doctoral schools"),
    "research-unit": ("Unités de recherche", "Research units"),
    "research-team": ("Équipes de recherche", "Research teams"),
    "research-federation": ("Structures fédératives de recherche", "Research federations"),
    "research-organization": ("Organismes de recherche", "Research organisations"),
    "company": ("Entreprises", "Companies"),
    "relay-organization": ("Structures relais", "Relay structures"),
    "secondary-school": ("Établissements scolaires", "Schools"),
    "association": ("Associations", "Associations"),
    "local-authority": ("Collectivités", "Local authorities"),
    "state-service": ("Services de l’État", "State services"),
    "": ("Nature non précisée par la source", "Kind not given by the source"),
}
UNKNOWN_YEAR = ("année non précisée", "year not given")


def partners(context: Context) -> Table:
    """List who takes part in the same interactions, and who shares projects whose date is not known, by kind of actor."""
    known, path = context.known, context.path
    events = known.interactions(path)
    about = {
        event: (year, evidence)
        for event, year, evidence in known.by("interactions", "interaction")
        .of_all(events)
        .select("interaction", "year", "evidence")
    }
    shared: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str | None] = {}
    places: dict[str, set[str]] = defaultdict(set)
    took = known.by("participations", "interaction").of_all(events)
    for event, actor, kind, place in took.select("interaction", "actor", "type", "place"):
        if actor != path:
            shared[actor].add(event)
            kinds[actor] = kind
            if place:
                places[actor].add(place)
    undated: Counter[str] = Counter()
    proofs: dict[str, set[str]] = defaultdict(set)
    for mine, theirs in (("first", "second"), ("second", "first")):
        rows = known.by("ties", mine).of(path).select(theirs, "shared", "evidence")
        for other, count, evidence in rows:
            if other != path:
                undated[other] += count or 0
                proofs[other].add(evidence)
    everyone = list(dict.fromkeys([*shared, *proofs]))
    context.learn(everyone)
    listed: list[dict[str, Any]] = []
    for other in everyone:
        if other not in kinds:
            kinds[other] = f"actor-type/{name}" if (name := known.kind(other)) else None
        years = [year for event in shared[other] if (year := about.get(event, (None, ""))[0])]
        evidence = {about[event][1] for event in shared[other] if event in about} | proofs[other]
        kind = (kinds[other] or "").rsplit("/", 1)[-1]
        label = context.name(other)
        listed.append(
            {
                "partner": label, "partner_iri": other, "number": nameless(label) or label == local_name(other),
                "kind": kind_words(kind, context.language),
                "rank": ACTORS.index(kind) if kind in ACTORS else 98 + (not kind), "code": kind,
                "group": PLURALS.get(kind, (kind, kind))[context.language == "en"],
                "where": ", ".join(sorted(context.name(one) for one in communes(places[other]))),
                "interactions": len(shared[other]), "undated": undated[other] or None,
                "first": min(years, default=None), "last": max(years, default=None), "evidence": weakest(*evidence),
            }
        )  # fmt: skip
    listed.sort(
        key=lambda row: (
            row["rank"], row["code"], -row["interactions"], -(row["undated"] or 0), row["number"],
            fold(row["partner"]), row["partner_iri"],
        )
    )  # fmt: skip
    numbers = sum(row["number"] for row in listed)
    groups = {
        context.say("partenaires nommés", "partners with a name"): len(listed) - numbers,
        context.say(
            "sans nom dans les sources : un numéro", "without a name in the sources: a number"
        ): numbers,
    }
    note = (
        "Projets non datés : liens dont la source dit le seul nombre de projets ; ils ne s’ajoutent pas aux interactions.",
        "Undated projects: ties whose source tells only how many projects are shared; they do not add to interactions.",
    )
    return Table(
        (
            Column("partner", ("Partenaire", "Partner"), "link"),
            Column("kind", ("Nature", "Kind"), "file"),
            Column("interactions", ("Interactions communes", "Shared interactions"), "number"),
            Column("where", ("Depuis", "From"), blank=MISSING),
            Column(
                "undated",
                ("Projets non datés", "Undated projects"),
                "number" if undated else "file",
                blank=MISSING,
            ),
            Column("first", ("Première", "First"), "year", blank=MISSING),
            Column("last", ("Dernière", "Last"), "year", blank=MISSING),
            EVIDENCE,
        ),
        listed,
        empty=(
            "Aucun partenaire n’est connu : les sources chargées ne décrivent ni interaction ni lien de cette organisation. Ce "
            "n’est pas un zéro, elles ne disent pas tout.",
            "No partner is known: the loaded sources describe neither an interaction nor a tie of this organisation. It is not a "
            "zero, for they do not tell all.",
        ),
        notes=(*((note,) if undated else ()), *_elsewhere(context)),
        question="actor-partners",
        sources=_sources(context, events, bool(undated)),
        more={"groups": groups, "lacking": [(("Nom", "Name"), numbers)]} if numbers else {},
    )


def _elsewhere(context: Context) -> tuple[Words, ...]:
    """Say what this page leaves to other descriptions of the same organisation, and the total with them."""
    known, path = context.known, context.path
    others = known.described(path)
    own, whole = len(known.interactions(path)), len(known.interactions(path, *others))
    if whole == own:
        return ()
    return (
        (
            f"{number_fr(own)} {'interaction' if own < 2 else 'interactions'} sous cette description ; {number_fr(whole)} avec "
            f"{'l’autre description' if len(others) == 1 else f'les {len(others)} autres descriptions'} de la même organisation, "
            "qu’une règle rapproche d’après leur nom (inféré). Ce bloc ne compte que cette description.",
            f"{number_en(own)} {'interaction' if own == 1 else 'interactions'} under this description; {number_en(whole)} with "
            f"the {'other description' if len(others) == 1 else f'{len(others)} other descriptions'} of the same organisation, "
            "which a rule brings together by their name (inferred). This block counts this description alone.",
        ),
    )


def _sources(context: Context, events: list[str], ties: bool = False) -> tuple[str, ...]:
    rows = context.known.by("interactions", "interaction").of_all(events).distinct("source")
    if ties:
        for mine in ("first", "second"):
            rows += context.known.by("ties", mine).of(context.path).distinct("source")
    return tuple(sorted({source_name(one) for one in rows}))


def activity(context: Context) -> Table:
    """Count the interactions of an actor by type, year and evidence."""
    known = context.known
    events = known.interactions(context.path)
    rows = known.by("interactions", "interaction").of_all(events)
    counts = Counter(rows.select("type", "year", "evidence"))
    context.learn(kind for kind, _, _ in counts)
    listed: list[dict[str, Any]] = [
        {"type": context.word(kind), "year": year, "interactions": n, "evidence": evidence}
        for (kind, year, evidence), n in counts.items()
    ]
    listed.sort(key=lambda row: (row["year"] is None, -(row["year"] or 0), row["type"], row["evidence"]))
    years: Counter[int] = Counter()
    kinds: dict[str, dict[str, Any]] = {}
    for row in listed:
        one = kinds.setdefault(
            row["type"], {"label": row["type"], "total": 0, "years": [], "evidence": set(), "undated": 0}
        )
        one["total"] += row["interactions"]
        one["evidence"].add(row["evidence"])
        if row["year"]:
            years[row["year"]] += row["interactions"]
            one["years"].append(row["year"])
        else:
            one["undated"] += row["interactions"]
    return Table(
        (
            Column("type", ("Type", "Type")),
            Column("year", ("Année", "Year"), "year", blank=MISSING),
            Column("interactions", ("Interactions", "Interactions"), "number"),
            EVIDENCE,
        ),
        listed,
        empty=(
            "Aucune source chargée n’en décrit pour cette organisation : ce n’est pas un zéro, elles ne disent pas tout.",
            "No loaded source describes an interaction of this organisation: not a zero, for they do not tell all.",
        ),
        notes=_elsewhere(context),
        question="actor-interactions-by-year",
        sources=_sources(context, events),
        more={
            "kinds": sorted(kinds.values(), key=lambda one: (-one["total"], one["label"])),
            "years": sorted(years.items()),
            "line": _line(context, years),
            "total": len(events),
            "whole": len(known.interactions(context.path, *known.described(context.path))),
        },
    )


def _line(context: Context, years: Mapping[int, int]) -> dict[str, str] | None:
    line = sparkline(years)
    if line is None:
        return None
    words = context.say(
        f"interactions par année, de {line['first']} à {line['last']} ; {line['most']} au plus en une année ; le tableau suit",
        f"interactions by year, from {line['first']} to {line['last']}; at most {line['most']} in one year; the table follows",
    )
    return {"points": line["points"], "words": words}


def sparkline(counts: Mapping[int, int], width: int = 160, height: int = 36) -> dict[str, str] | None:
    """Draw counts by year as one line, the years without any at zero; None under three years.

    >>> sparkline({2020: 1, 2022: 2}, 20, 10)
    {'points': '0.0,5.0 10.0,10.0 20.0,0.0', 'first': '2020', 'last': '2022', 'most': '2'}
    """
    if not counts or max(counts) - min(counts) < 2:
        return None
    first, last, most = min(counts), max(counts), max(counts.values())
    points = " ".join(
        f"{width * (year - first) / (last - first):.1f},{height * (1 - counts.get(year, 0) / most):.1f}"
        for year in range(first, last + 1)
    )
    return {"points": points, "first": str(first), "last": str(last), "most": str(most)}


def interactions(context: Context) -> Table:
    """List the interactions of an actor with its role, the latest first."""
    known = context.known
    took = known.by("participations", "actor").of(context.path)
    roles: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    for event, role, place in took.select("interaction", "role", "place"):
        roles[event].update([role] if role else [])
        places[event].update([place] if place else [])
    rows = known.by("interactions", "interaction").of_all(took.distinct("interaction"))
    context.learn([*rows["interaction"], *rows["type"], *rows["about"], *took["role"], *took["place"]])
    listed: list[dict[str, Any]] = [
        {
            "interaction": context.name(path), "interaction_iri": path, "year": year, "type": context.word(kind),
            "role": ", ".join(sorted(context.word(one) for one in roles[path])),
            "from": ", ".join(sorted(context.name(one) for one in communes(places[path]))), "about": context.word(about),
            "evidence": evidence, "source": source_name(source),
        }
        for path, kind, year, evidence, source, about in rows.select(
            "interaction", "type", "year", "evidence", "source", "about"
        )
    ]  # fmt: skip
    listed.sort(key=lambda row: (row["year"] is None, -(row["year"] or 0), row["interaction_iri"]))
    return Table(
        (
            Column("interaction", ("Interaction", "Interaction"), "link"),
            Column("year", ("Année", "Year"), "year", blank=MISSING),
            Column("type", ("Type", "Type")),
            Column("role", ("Rôle", "Role"), blank=MISSING),
            Column("from", ("Depuis", "From"), blank=MISSING),
            Column("about", ("Sujet", "Subject"), "file"),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        empty=(
            "Aucune source chargée n’en décrit pour cette organisation : ce n’est pas un zéro, elles ne disent pas tout.",
            "No loaded source describes an interaction of this organisation: not a zero, for they do not tell all.",
        ),
        question="actor-interactions",
    )


def examples(context: Context) -> Table:
    """List what only the illustrative graphs say of an actor: interactions and platforms made up as examples."""
    known, path = context.known, context.path
    real = set(known.by("participations", "actor").of(path)["interaction"])
    mine = known.by("all-participations", "actor").of(path).distinct("interaction")
    invented = known.by("all-interactions", "interaction").of_all(one for one in mine if one not in real)
    kinds = {one: (kind, year) for one, kind, year in invented.select("interaction", "type", "year")}
    listed: list[dict[str, Any]] = [
        {
            "what": context.name(one), "what_iri": one, "kind": context.word(kind), "year": year,
            "evidence": "illustrative",
        }
        for one, (kind, year) in kinds.items()
    ]  # fmt: skip
    platforms = known.by("all-platforms", "organization").of(path)
    listed += [
        {
            "what": label, "what_iri": one, "kind": context.say("plateforme", "platform"), "year": None,
            "evidence": "illustrative",
        }
        for one, label, evidence in platforms.select("platform", "label", "evidence")
        if evidence == "illustrative"
    ]  # fmt: skip
    listed.sort(key=lambda row: (row["kind"], fold(row["what"])))
    return Table(
        (
            Column("what", ("Exemple", "Example"), "link"),
            Column("kind", ("Nature", "Kind")),
            Column("year", ("Année", "Year"), "year"),
            EVIDENCE,
        ),
        listed,
        empty=(
            "Aucun exemple illustratif ne met en scène cette organisation.",
            "No illustrative example features this organisation.",
        ),
        sources=("illustrative",) if listed else (),
    )
