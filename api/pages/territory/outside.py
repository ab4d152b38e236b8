"""The page of a territory off the region: who it is, then blocks: what is missing, who is there, economy, interactions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from ....graph.region.levels import TERRITORY_KINDS
from ....graph.region.text import fold
from ....words import N_, NN_, gettext, number
from ...reading.names import territory_kind
from ...reading.project_territories import unknown_project
from ...reading.publication import index_of
from ...reading.solutions import Reading, Row, Solutions
from ...render import contour
from ...render.blocks.block import Block
from ...render.blocks.tables import Table
from ...render.rendering import page
from ...render.structured import territory_block
from ...web.links import BASE, document_path, friendly_page, local_name
from ...web.page_error import NoFiguresError, PageError
from ...web.page_language import choose_language
from ..blocks import Subject, sections
from .outside_blocks import ANC, BLOCKS, LEVELS, latest, shown
from .outside_context import ASKED, OutsideContext, mentioned

GEO_LAT = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"
GEO_LONG = "http://www.w3.org/2003/01/geo/wgs84_pos#long"


def check_level(kind: str) -> None:
    """Refuse a level that is none; raises PageError (404)."""
    if kind not in TERRITORY_KINDS:
        levels = ", ".join(TERRITORY_KINDS)
        raise PageError(
            404,
            N_(
                "« {kind} » n’est pas un niveau de territoire (niveaux : {levels}).", kind=kind, levels=levels
            ),
        )


def subject_of(context: OutsideContext, blocks: Sequence[Block]) -> Subject:
    """Gather what the blocks of a territory off the region are about."""
    said, label = context.language, context.label(context.iri)
    key = context.iri.removeprefix(f"{BASE}territory/")
    return Subject(
        name=label, kind=TERRITORY_KINDS[context.kind][0][said], code=key.partition("/")[2],
        base=f"/territoires/{key}", page=N_("La page d’un territoire"), whole=N_("Page du territoire"),
        file=f"{{}}-{key.replace('/', '-')}", snapshot=context.reading.snapshot, language=said,
        trail=[("/territoires", gettext("Territoires", said))], blocks=blocks, asked={"territory": key},
        table=lambda block: made_of(block, context),
    )  # fmt: skip


def made_of(block: Block, context: OutsideContext) -> Table:
    """Make the table of a block."""
    assert block.make is not None
    return block.make(context)


def subject(request: Request, reading: Reading, kind: str, code: str, block: str) -> Subject:
    """Find what a block of a territory off the region is about; raises PageError (404), also for one of portraits alone."""
    if all(one.name != block for one in BLOCKS):
        raise no_block(request, reading, kind, code)
    facts = _facts(request, reading, kind, code)
    reading.language = choose_language(request)
    reading.learn_labels(mentioned(facts))
    return subject_of(OutsideContext(reading, f"{BASE}territory/{kind}/{code}", kind), BLOCKS)


def describe(request: Request, reading: Reading, kind: str, code: str) -> Response:
    """Describe a territory that has no portrait: who it is, then the blocks that questions answer."""
    iri = f"{BASE}territory/{kind}/{code}"
    facts = _facts(request, reading, kind, code)
    reading.language = choose_language(request)
    asked = reading.blocks("territory", ASKED, place=iri)
    reading.learn_labels({iri, *mentioned(facts, *asked.values())})
    context = OutsideContext(reading, iri, kind, asked)
    subject = subject_of(context, shown(context))
    wholes = asked["wholes"].rows
    return page(
        request,
        "territory.html",
        iri=iri,
        language=subject.language,
        subject=subject,
        name=subject.name,
        base=subject.base,
        heading_level="h3",
        level=kind,
        pending=request.app.state.portraits.pending(reading.snapshot),
        facts=facts_of(facts.rows),
        district_of=_commune_of(kind, facts.rows),
        label_of=reading.label,
        containers=_by_kind(reading, (r["whole"] for r in wholes if r["relation"] == "contains")),
        overlaps=_named(reading, (r["whole"] for r in wholes if r["relation"] == "overlaps")),
        population=next(iter(latest(asked["population"].rows)), None),
        summary=_brief(reading, asked),
        drawing=_drawing(iri, kind, facts.rows, asked),
        drawing_of=_drawn(reading, iri, asked["contour"].rows),
        block_list=sections(request, subject),
        alternates=alternates(iri),
        structure=territory_block(
            iri,
            subject.name,
            code,
            subject.base,
            [(r["whole"], reading.label(r["whole"])) for r in wholes if r["relation"] == "contains"],
            alternates(iri),
        ),
        trail=[*subject.trail, (None, subject.name)],
    )


def _brief(reading: Reading, asked: Mapping[str, Solutions]) -> list[tuple[str, str]]:
    """Give the figures of the head of the page, with what each counts."""
    said = reading.language
    found = [
        (number(float(row["value"]), said), gettext("habitants en {period}", said, period=row["period"]))
        for row in latest(asked["population"].rows)
    ]
    levels = Counter(territory_kind(row["part"]) for row in asked["parts"].rows)
    for level in ("department", "epci", "commune"):
        if levels[level]:
            one, many = TERRITORY_KINDS[level]
            found.append((number(levels[level], said), (one if levels[level] < 2 else many)[said]))
    taught = len({row["programme"] for row in asked["programmes"].rows})
    known = sum(int(row["value"]) for row in asked["interactions-by-year"].rows)
    for count, words in (
        (taught, NN_("formation sur place", "formations sur place", taught)),
        (known, NN_("interaction connue", "interactions connues", known)),
    ):
        if count:
            found.append((number(count, said), words[said]))
    return found


def no_block(request: Request, reading: Reading, kind: str, code: str) -> PageError:
    """Say why a territory has no portrait, hence no block: nobody describes it, it is part of a commune, or elsewhere.

    Raises PageError (404) where no source describes it, and what the pool raises.
    """
    facts = _facts(request, reading, kind, code)
    heirs = [row["value"] for row in facts.rows if row["property"] == f"{ANC}succeededBy"]
    commune = _commune_of(kind, facts.rows) or next(iter(sorted(heirs)), None)
    if commune is None:
        return NoFiguresError(
            404,
            N_(
                "Aucun bloc pour ce territoire ({level} au code {code}) : les indicateurs ne sont calculés que pour la région "
                "étudiée.",
                level=TERRITORY_KINDS[kind][0],
                code=code,
            ),
        )
    reading.learn_labels([f"{BASE}territory/{kind}/{code}", commune])
    own, whole = reading.label(f"{BASE}territory/{kind}/{code}"), reading.label(commune)
    at = f"{whole} ({friendly_page(commune)})"
    if heirs:
        return NoFiguresError(
            404,
            N_(
                "Aucun bloc pour l’ancienne commune {own} : les chiffres sont ceux de la commune qui lui a succédé, {at}.",
                own=own,
                at=at,
            ),
        )
    return NoFiguresError(
        404,
        N_(
            "Aucun bloc pour l’arrondissement {own} : les chiffres sont ceux de la commune, {at}.",
            own=own,
            at=at,
        ),
    )


def _facts(request: Request, reading: Reading, kind: str, code: str) -> Solutions:
    """Read what is said of a territory; raises PageError (404) where nothing is."""
    facts = reading.facts("territory/facts", place=f"{BASE}territory/{kind}/{code}")
    if facts.rows:
        return facts
    if kind == "adhoc":
        raise PageError(404, unknown_project(code, index_of(request, reading)))
    level = TERRITORY_KINDS[kind][0]
    if level["fr"].startswith("i"):
        raise PageError(
            404, N_("Aucune source chargée ne décrit d’{level} au code {code}.", level=level, code=code)
        )
    raise PageError(
        404, N_("Aucune source chargée ne décrit de {level} au code {code}.", level=level, code=code)
    )


def _commune_of(kind: str, facts: list[Row]) -> str | None:
    """Give the commune that a municipal district (of Paris, Lyon or Marseille) is part of; None for any other territory."""
    communes = f"{BASE}territory/commune/"
    if kind != "commune":
        return None
    return next(
        (
            row["value"]
            for row in facts
            if row["property"] == f"{ANC}partOfTerritory" and row["value"].startswith(communes)
        ),
        None,
    )


def alternates(iri: str) -> list[tuple[str, str]]:
    """List the machine-readable descriptions of a thing: media type and address."""
    path = document_path(iri) or ""
    return [
        ("text/turtle", path + ".ttl"),
        ("application/ld+json", path + ".jsonld"),
        ("application/n-triples", path + ".nt"),
    ]


def facts_of(rows: list[Row]) -> dict[str, list[str]]:
    """Group the values said of a thing by the last piece of their property.

    >>> facts_of([{"property": "https://w3id.org/ancrage/def/uai", "value": "0383546Y"}])
    {'uai': ['0383546Y']}
    """
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[local_name(row["property"])].append(row["value"])
    return {name: sorted(set(values)) for name, values in found.items()}


def _named(reading: Reading, iris: Any) -> list[tuple[str, str]]:
    return sorted(((i, reading.label(i)) for i in set(iris)), key=lambda pair: (fold(pair[1]), pair[0]))


def _by_kind(reading: Reading, iris: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in _named(reading, iris):
        kinds[territory_kind(pair[0])].append(pair)
    return [(kind, kinds[kind]) for kind in LEVELS if kinds.get(kind)]


def _drawing(iri: str, kind: str, facts: list[Row], blocks: dict[str, Solutions]) -> contour.Contour | None:
    own = [row["wkt"] for row in blocks["contour"].rows if row["territory"] == iri]
    wkts = own or [row["wkt"] for row in blocks["contour"].rows]
    if kind == "commune":
        values = {row["property"]: row["value"] for row in facts}
        points = [(values[GEO_LAT], values[GEO_LONG])] if GEO_LAT in values and GEO_LONG in values else []
    else:
        points = [(row["lat"], row["long"]) for row in blocks["sites"].rows]
    return contour.draw(wkts, [(float(a), float(b)) for a, b in points])


def _drawn(reading: Reading, iri: str, rows: list[Row]) -> str:
    if any(row["territory"] == iri for row in rows):
        return reading.label(iri)
    names = sorted({reading.label(row["territory"]) for row in rows})
    return names[0] if len(names) == 1 else gettext("ses intercommunalités", reading.language)
