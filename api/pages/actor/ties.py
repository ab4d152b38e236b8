"""Who an actor works with, in what, and when: partners by kind, interactions by type and year, illustrative examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from ....graph.indicators.rows import MISSING
from ....graph.region.firmness import weakest
from ....graph.region.text import fold
from ....graph.suggestions.directory import nameless
from ....words import N_, NN_, Named, Spoken, gettext
from ...labels.basis_names import source_title
from ...render.blocks.tables import Column, Table, figure
from ...render.chart_drawing import years as draw_years
from ...web.links import local_name
from ...web.negotiation import Language
from ..territory.lists import ACTORS, EVIDENCE, SOURCES, kind_words, source_name
from .matter import Context, communes

FEWEST = 2
"""Years between the first and the last that a line needs."""
TOWNS, MOST_TOWNS = 3, 6
"""Communes named of one partner on pages, and of all."""
PLURALS = {
    "higher-education": N_("Établissements d’enseignement supérieur"),
    "academic-component": N_("Composantes d’établissements"),
    "doctoral-school": N_("Écoles doctorales"),
    "research-unit": N_("Unités de recherche"),
    "research-team": N_("Équipes de recherche"),
    "research-federation": N_("Structures fédératives de recherche"),
    "research-organization": N_("Organismes de recherche"),
    "public-research": N_("Organismes publics de nature non précisée"),
    "platform-operator": N_("Opérateurs de plateforme"),
    "student-group": N_("Collectifs étudiants"),
    "company": N_("Entreprises"),
    "relay-organization": N_("Structures relais"),
    "third-place": N_("Tiers-lieux"),
    "remote-study-centre": N_("Centres d’études à distance"),
    "secondary-school": N_("Établissements scolaires"),
    "association": N_("Associations"),
    "local-authority": N_("Collectivités"),
    "state-service": N_("Services de l’État"),
    "cluster": N_("Pôles et réseaux professionnels"),
    "chamber": N_("Chambres consulaires"),
    "inhabitants": N_("Habitants"),
    "public-service-point": N_("Lieux d’accueil de services publics"),
    "mobile-public-service": N_("Services publics itinérants"),
    "transfer-office": N_("Structures de valorisation"),
    "incubator": N_("Incubateurs"),
    "": N_("Nature non précisée par la source"),
}


def _partner(context: Context, path: str) -> dict[str, Any]:
    """Give the name of a partner; one without a name in the sources is a number."""
    label = context.name(path)
    return {"partner": label, "partner_iri": path, "number": nameless(label) or label == local_name(path)}


def _kind(kind: str, language: Language) -> dict[str, Any]:
    """Give the words and the rank of a kind of actor."""
    return {
        "kind": kind_words(kind, language), "code": kind,
        "rank": ACTORS.index(kind) if kind in ACTORS else 98 + (not kind),
        "group": PLURALS.get(kind, Named(kind))[language],
    }  # fmt: skip


def _towns(context: Context, towns: list[str]) -> dict[str, str]:
    """Name the communes of a partner: all in files, `TOWNS` on pages."""
    names = sorted(context.name(one) for one in towns)
    if len(names) <= TOWNS:
        return {"where": ", ".join(names)}
    rest = len(names) - TOWNS
    more = context.say(
        NN_("{names} et {n} autre", "{names} et {n} autres", rest, names=", ".join(names[:TOWNS]))
    )
    return {"where": ", ".join(names), "where_shown": more}


def _most_towns(context: Context, towns: Mapping[str, list[str]]) -> tuple[Spoken, ...]:
    """Say from which communes most partners took part; nothing where there is one at most."""
    counts = Counter(one for found in towns.values() for one in found)
    if len(counts) < 2:
        return ()
    first = sorted(counts, key=lambda one: (-counts[one], fold(context.name(one))))[:MOST_TOWNS]
    named = ", ".join(f"{context.name(one)} ({figure(counts[one], 0, context.language)})" for one in first)
    return (N_("Communes d’où le plus de partenaires y ont pris part : {named}.", named=named),)


def _relatives(context: Context, partners: list[str]) -> tuple[Spoken, ...]:
    """Say which partners are of the family of an actor: who runs a laboratory is no partner that it found."""
    family = context.known.family(context.path)
    if not (found := sorted((context.name(one) for one in partners if one in family), key=fold)):
        return ()
    named = ", ".join(found[:MOST_TOWNS]) + (", …" if len(found) > MOST_TOWNS else "")
    return (
        NN_(
            "Dont {n} que lie aussi la tutelle ou l’appartenance : {named}.",
            "Dont {n} que lient aussi la tutelle ou l’appartenance : {named}.",
            len(found),
            named=named,
        ),
    )


def _years(told: Iterable[tuple[int | None, str]]) -> dict[str, int | None]:
    years = [year for year, _ in told if year]
    return {"first": min(years, default=None), "last": max(years, default=None)}


def partners(context: Context) -> Table:
    """List who takes part in the same interactions, and who shares projects whose date is not known, by kind of actor."""
    known = context.known
    events = known.interactions(context.path)
    shared, kinds, places = _together(context, events)
    undated, proofs = _undated(context)
    everyone = list(dict.fromkeys([*shared, *proofs]))
    context.learn(everyone)
    rows = known.by("interactions", "interaction").of_all(events).select("interaction", "year", "evidence")
    about = {event: (year, evidence) for event, year, evidence in rows}
    towns = {other: communes(places[other]) for other in everyone}
    kinds = {other: kinds[other] if other in kinds else known.kind(other) for other in everyone}
    of_kind = {kind: _kind(kind, context.language) for kind in set(kinds.values())}
    listed: list[dict[str, Any]] = []
    for other in everyone:
        told = [about[event] for event in shared[other] if event in about]
        listed.append(
            {
                **_partner(context, other), **of_kind[kinds[other]], **_years(told),
                **_towns(context, towns[other]),
                "interactions": len(shared[other]), "undated": undated[other] or None,
                "evidence": weakest(*{evidence for _, evidence in told}, *proofs[other]),
            }
        )  # fmt: skip
    joint = Counter[str]()
    for row in listed:
        joint[row["code"]] += row["interactions"]
    listed.sort(
        key=lambda row: (
            not row["code"], -joint[row["code"]], row["rank"], row["code"], row["number"], -row["interactions"],
            -(row["undated"] or 0), fold(row["partner"]), row["partner_iri"],
        )
    )  # fmt: skip
    numbers = sum(row["number"] for row in listed)
    groups = {
        context.say(N_("partenaires nommés")): len(listed) - numbers,
        context.say(N_("sans nom dans les sources : un numéro")): numbers,
    }
    note = N_(
        "Projets non datés : liens dont la source dit le seul nombre de projets ; ils ne "
        "s’ajoutent pas aux interactions."
    )
    return Table(
        (
            Column("partner", N_("Partenaire"), "link"),
            Column("kind", N_("Nature"), "file"),
            Column("interactions", N_("Interactions communes"), "number"),
            Column("where", N_("Commune"), blank=MISSING),
            Column(
                "undated",
                N_("Projets non datés"),
                "number" if undated else "file",
                blank=MISSING,
            ),
            Column("first", N_("Première"), "year", blank=MISSING),
            Column("last", N_("Dernière"), "year", blank=MISSING),
            EVIDENCE,
        ),
        listed,
        empty=N_(
            "Aucun partenaire n’est connu : les sources chargées ne décrivent ni interaction ni lien "
            "de cette organisation. Ce n’est pas un zéro, elles ne disent pas tout."
        ),
        notes=(*_relatives(context, everyone), *_most_towns(context, towns), *((note,) if undated else ())),
        question="actor-partners",
        sources=_sources(context, events, bool(undated)),
        more={"groups": groups, "lacking": [(N_("Nom"), numbers)]} if numbers else {},
    )


def _together(
    context: Context, events: list[str]
) -> tuple[Mapping[str, set[str]], Mapping[str, str], Mapping[str, set[str]]]:
    """Give, by actor, the interactions of an actor in which it takes part, its kind there, and its places."""
    shared: dict[str, set[str]] = defaultdict(set)
    kinds: dict[str, str] = {}
    places: dict[str, set[str]] = defaultdict(set)
    took = context.known.by("participations", "interaction").of_all(events)
    for event, actor, kind, place in took.select("interaction", "actor", "type", "place"):
        if actor != context.path:
            shared[actor].add(event)
            kinds[actor] = local_name(kind or "")
            places[actor].update([place] if place else [])
    return shared, kinds, places


def _undated(context: Context) -> tuple[Counter[str], Mapping[str, set[str]]]:
    """Count the projects shared with each actor whose date is not known, and tell how firm it is."""
    undated: Counter[str] = Counter()
    proofs: dict[str, set[str]] = defaultdict(set)
    for mine, theirs in (("first", "second"), ("second", "first")):
        rows = context.known.by("ties", mine).of(context.path).select(theirs, "shared", "evidence")
        for other, count, evidence in rows:
            if other != context.path:
                undated[other] += count or 0
                proofs[other].add(evidence)
    return undated, proofs


def _sources(context: Context, events: list[str], ties: bool = False) -> tuple[str, ...]:
    rows = context.known.by("interactions", "interaction").of_all(events).distinct("source")
    if ties:
        for mine in ("first", "second"):
            rows += context.known.by("ties", mine).of(context.path).distinct("source")
    return tuple(sorted({source_name(one) for one in rows}))


def activity(context: Context) -> Table:
    """Count the interactions of an actor by source, type, year and evidence.

    Sources enter and leave in different years, so that their sum is no trend: each has a line of its own.
    """
    known = context.known
    events = known.interactions(context.path)
    rows = known.by("interactions", "interaction").of_all(events)
    told = set(rows.select("interaction", "source", "type", "year", "evidence"))
    counts = Counter(row[1:] for row in told)
    context.learn(kind for _, kind, _, _ in counts)
    listed: list[dict[str, Any]] = [
        {"source": source_name(source), "type": context.word(kind), "year": year, "interactions": n, "evidence": evidence}
        for (source, kind, year, evidence), n in counts.items()
    ]  # fmt: skip
    listed.sort(
        key=lambda row: (
            row["year"] is None, -(row["year"] or 0), row["type"], row["source"], row["evidence"],
        )
    )  # fmt: skip
    years: dict[str, Counter[int]] = defaultdict(Counter)
    for _, source, year in {(one, source, year) for one, source, _, year, _ in told if year}:
        years[source_name(source)][year] += 1
    return Table(
        (
            Column("type", N_("Type")),
            Column("year", N_("Année"), "year", blank=MISSING),
            Column("interactions", N_("Interactions"), "number"),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        empty=N_(
            "Aucune source chargée n’en décrit pour cette organisation : ce n’est pas un zéro, elles "
            "ne disent pas tout."
        ),
        question="actor-interactions-by-year",
        sources=_sources(context, events),
        more={
            "kinds": _by_kind(context, told),
            "lines": _lines(years, context.language),
            "total": len(events),
            "span": tuple(sorted({year for *_, year, _ in told if year})),
        },
    )


def _by_kind(context: Context, told: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Count interactions by type, each once whatever sources tell it, with its years and how firm they are."""
    kinds: dict[str, dict[str, Any]] = {}
    for kind, year, evidence in (row[1:] for row in {(one, *row) for one, _, *row in told}):
        label = context.word(kind)
        one = kinds.setdefault(
            label, {"label": label, "total": 0, "years": [], "evidence": set(), "undated": 0}
        )
        one["total"] += 1
        one["evidence"].add(evidence)
        if year:
            one["years"].append(year)
        else:
            one["undated"] += 1
    return sorted(kinds.values(), key=lambda one: (-one["total"], one["label"]))


def _lines(years: Mapping[str, Counter[int]], language: Language) -> list[dict[str, Any]]:
    """Draw the years of each source, that of most interactions first; years without any are zero, under three no line is drawn.

    >>> one, two = Counter({2010: 1, 2012: 1}), Counter({2018: 4, 2021: 2})
    >>> for line in _lines({"a": one, "b": two, "c": Counter({2020: 1})}, "en"):
    ...     print(line["words"])
    interactions by year, from 2018 to 2021; at most 4 in one year
    interactions by year, from 2010 to 2012; at most 1 in one year
    """
    drawn = []
    for source in sorted(years, key=lambda one: (-years[one].total(), one)):
        counts, title = years[source], source_title(source, language)
        first, last = min(counts), max(counts)
        if last - first < FEWEST:
            continue
        words = gettext(
            "interactions par année, de {first} à {last} ; {most} au plus en une année",
            language, first=str(first), last=str(last), most=max(counts.values()),
        )  # fmt: skip
        values = {str(year): float(counts.get(year, 0)) for year in range(first, last + 1)}
        svg = Markup(draw_years(values, title, words, language))
        drawn.append({"source": source, "title": title, "words": words, "drawn": svg})
    return drawn


_FUNDING = N_(
    "Le financement est celui de toute l’interaction, non la part de l’organisation ; vide, la source n’en dit pas."
)


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
            "funding": funding, "evidence": evidence, "source": source_name(source),
        }
        for path, kind, year, evidence, source, about, funding in rows.select(
            "interaction", "type", "year", "evidence", "source", "about", "funding"
        )
    ]  # fmt: skip
    funded = any(row["funding"] is not None for row in listed)
    listed.sort(key=lambda row: (row["year"] is None, -(row["year"] or 0), row["interaction_iri"]))
    return Table(
        (
            Column("interaction", N_("Interaction"), "link"),
            Column("year", N_("Année"), "year", blank=MISSING),
            Column("type", N_("Type")),
            Column("role", N_("Rôle"), blank=MISSING),
            Column("from", N_("Commune"), blank=MISSING),
            Column("about", N_("Sujet"), "file"),
            Column("funding", N_("Financement public (€)"), "number" if funded else "file", 0),
            EVIDENCE,
            SOURCES,
        ),
        listed,
        empty=N_(
            "Aucune source chargée n’en décrit pour cette organisation : ce n’est pas un zéro, elles "
            "ne disent pas tout."
        ),
        notes=(_FUNDING,) if funded else (),
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
            "what": label, "what_iri": one, "kind": context.say(N_("plateforme")), "year": None,
            "evidence": "illustrative",
        }
        for one, label, evidence in platforms.select("platform", "label", "evidence")
        if evidence == "illustrative"
    ]  # fmt: skip
    listed.sort(key=lambda row: (row["kind"], fold(row["what"])))
    return Table(
        (
            Column("what", N_("Exemple"), "link"),
            Column("kind", N_("Nature")),
            Column("year", N_("Année"), "year"),
            EVIDENCE,
        ),
        listed,
        empty=N_("Aucun exemple illustratif ne met en scène cette organisation."),
        sources=("illustrative",) if listed else (),
    )
