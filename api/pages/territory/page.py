"""The portrait of a territory and its blocks, as pages, files and embeds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import CancelledError
from typing import Any

import numpy as np
import polars as pl
from fastapi import Request, Response
from markupsafe import Markup

from ....graph.findings.model import Report
from ....graph.pool.blocking import NoSnapshot, PoolBusy, QueryTimeout, WorkerError
from ....graph.region.gazetteer import Territory
from ....graph.region.levels import AREAS
from ....graph.region.names import UnknownName
from ....graph.region.view import RegionView
from ....words import N_, gettext
from ...analysis.analyses import Analyses
from ...analysis.portrait_findings import ANALYSES, report_values
from ...analysis.routes import analyses_of
from ...labels.rule_words import BasisWords
from ...labels.wording import level_name
from ...maps.svg import locator_svg
from ...precompute.findings import find as find_kept
from ...precompute.starting import Ahead
from ...reading.publication import client_of
from ...reading.solutions import Reading
from ...render.blocks.block import Block
from ...render.blocks.tables import Table
from ...render.rendering import environment, page, sayings
from ...render.structured import territory_block
from ...web.links import document_path
from ...web.negotiation import Language
from ...web.page_cache import leave_out
from ...web.page_error import PageError
from ...web.page_language import choose_language
from ..blocks import Subject
from .blocks import BLOCKS, context_of
from .essentials import essentials
from .figures import figure_details
from .matter import PortraitData, Portraits
from .tab_page import place_of, tabs_of

log = logging.getLogger(__name__)

SOON = 0.1
"""Seconds that a portrait waits for the gaps of its territory, where they are not computed ahead: the page has 0.15 in all."""
_WAITS = (NoSnapshot, PoolBusy, QueryTimeout, WorkerError, LookupError, ValueError)


async def find(request: Request, reading: Reading, path: str) -> tuple[PortraitData, Territory] | None:
    """Find what the portrait of a territory is made from; None for one that has no portrait."""
    portraits: Portraits = request.app.state.portraits
    seen = portraits.found(reading.snapshot)
    if seen is None:
        if portraits.nothing(reading.snapshot):
            return None
        try:
            seen = await portraits.of(reading.snapshot)
        except UnknownName:
            return None
        except _WAITS as error:
            if isinstance(error, QueryTimeout | PoolBusy | NoSnapshot):  # a new publication is being read
                log.info("portraits are still being read: the page goes without")
            else:
                log.warning("portraits are not ready", exc_info=True)
            leave_out(request)
            return None
        reading.failed |= seen.snapshot != reading.snapshot
    place = seen.territory(path)
    return None if place is None else (seen, place)


def kept_findings(request: Request, reading: Reading, place: Territory) -> dict[str, Any] | None:
    """Give the findings computed ahead; None while they are being computed, nothing where nobody computes them."""
    ahead: Ahead = request.app.state.ahead
    snapshot = request.app.state.pool.snapshot()
    if snapshot.id != reading.snapshot:
        return None
    found = find_kept(ahead.folder(snapshot), place.id)
    if found is not None:
        return found
    return {} if place.level not in AREAS or ahead.done(snapshot) else None


async def gaps_now(
    request: Request, reading: Reading, seen: PortraitData, place: Territory
) -> Mapping[str, Any] | None:
    """Give the gaps of a territory that nobody computes ahead, or has not yet; None where they are not there within `SOON`.

    They are computed once a publication, for the first who asks where no analysis waits, and to the end: who comes after has
    them, and this page leads to their block.
    """
    key, runner = ("gaps", place.id), analyses_of(request)
    wanted = place.level in AREAS and key not in seen.made and kept_findings(request, reading, place) is None
    if wanted and ("gaps",) not in seen.made and not runner.waiting:
        task = seen.made["gaps",] = asyncio.create_task(_keep_gaps(runner, seen, place))
        await asyncio.wait({task}, timeout=SOON)
    found: Mapping[str, Any] | None = seen.made.get(key)
    return found


async def _keep_gaps(runner: Analyses, seen: PortraitData, place: Territory) -> None:
    try:
        report = await runner.run(lambda matter: ANALYSES["lacunes"](matter, place.id))
        if report.snapshot == seen.snapshot:
            seen.made["gaps", place.id] = report_values(report)
    except (*_WAITS, CancelledError) as error:
        log.info("the gaps of %s are left to their block: %s", place.id, error)
    finally:
        del seen.made["gaps",]


def subject_of(
    request: Request, reading: Reading, seen: PortraitData, place: Territory, compared: str
) -> Subject:
    """Gather what the blocks of a portrait are about."""
    said = choose_language(request)
    reading.language = said
    kept = kept_findings(request, reading, place)
    context = context_of(seen, place, said, compared, kept)
    key = place.id.removeprefix("territory/")

    def table(block: Block) -> Table:
        assert block.make is not None
        return block.make(context)

    async def report(block: Block) -> Report:
        def work(matter: RegionView) -> Report:
            return ANALYSES[block.name](matter, place.id)

        found = await analyses_of(request).run(work, client=client_of(request))
        reading.failed |= found.snapshot != reading.snapshot
        return found

    return Subject(
        name=heading_of(seen, place, said), kind=level_name(place.level, said), code=key.partition("/")[2],
        base=f"/territoires/{key}", page=N_("Un portrait"), whole=N_("Portrait"),
        file=f"{{}}-{key.replace('/', '-')}", snapshot=seen.snapshot, language=said, asked={"territory": key},
        trail=[("/territoires", gettext("Territoires", said))], blocks=BLOCKS, table=table, report=report,
        place=place_of,
        kept=lambda block: None if kept is None else kept.get(block.name, {}),
        rules=lambda: BasisWords.of(seen.rest["chain-rules"], seen.rest["sources"]),
        titles=seen.titles,
        values={"context": context, "definitions": _definitions(seen, said)},
    )  # fmt: skip


def portrait(
    request: Request,
    reading: Reading,
    seen: PortraitData,
    place: Territory,
    compared: str,
    gaps: Mapping[str, Any] | None,
) -> Response:
    """Draw the first page of the portrait of one territory: what it is, what each tab has; `gaps` as `gaps_now` gives them."""
    subject = subject_of(request, reading, seen, place, compared)
    said, iri = subject.language, place.iri
    document = document_path(iri) or ""
    alternates = [
        ("text/turtle", document + ".ttl"),
        ("application/ld+json", document + ".jsonld"),
        ("application/n-triples", document + ".nt"),
    ]
    wholes = [
        (
            level_name(level, said),
            [(f"/territoires/{other.id.removeprefix('territory/')}", other.label) for other, _ in pairs],
        )
        for level, pairs in seen.wholes(place).items()
        if not (place.level == "region" or (place.level == "department" and level != "region"))
    ]
    governing = seen.by("authorities", "territory").of(place.id).distinct("authority")
    if governing:
        councils = [
            (f"/acteurs/{path.removeprefix('organization/')}", seen.label(path)) for path in governing
        ]
        wholes.append((gettext("Administré par", said), councils))
    return page(
        request,
        "territory_portrait.html",
        language=said,
        subject=subject,
        name=subject.name,
        base=subject.base,
        **subject.values,
        iri=iri,
        **tabs_of(request, subject),
        containers=wholes,
        essential=_essentials(request, subject, gaps),
        alternates=alternates,
        structure=territory_block(
            iri,
            place.label,
            place.id.rpartition("/")[2],
            f"/territoires/{place.id.removeprefix('territory/')}",
            [
                (other.iri, other.label)
                for pairs in seen.wholes(place).values()
                for other, share in pairs
                if share == 1
            ],
            alternates,
        ),
        trail=[("/territoires", gettext("Territoires", said)), (None, place.label)],
    )


def _essentials(request: Request, subject: Subject, gaps: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Give what the page says first; nothing where it fails, and then the page is not kept, nor before gaps are known."""
    context = subject.values["context"]
    if context.kept is None:
        leave_out(request)
    try:
        told = context.kept.get("lacunes", {}) if context.kept is not None else gaps
        return essentials(context, subject.table(subject.block("partenaires")).rows, told)
    except Exception:
        log.warning("the portrait of %s goes without its first sentences", subject.code, exc_info=True)
        leave_out(request)
        return {"sentences": (), "numbers": (), "gaps_elsewhere": False}


def situation(request: Request, seen: PortraitData, place: Territory) -> Response:
    """Draw where a territory is in its region; raises PageError (404) where nothing says it."""
    drawn = locator_svg(seen.outlines, place.id, language=choose_language(request))
    if not drawn:
        raise PageError(404, N_("Rien ne dit où se trouve {label}.", label=place.label))
    return Response(drawn, media_type="image/svg+xml", headers={"Vary": "Accept-Language"})


def refuse_comparison(subject: Subject, compared: str) -> None:
    """Refuse a comparison that the territory has not: a file has no place to say so; raises PageError (400)."""
    possible = [key for key, _ in subject.values["context"].beside.choices]
    if compared and compared not in possible:
        raise PageError(
            400,
            N_(
                "Ce territoire ne se compare pas à « {compared} » (comparaisons possibles : {names}).",
                compared=compared,
                names=", ".join(possible),
            ),
        )


def heading_of(seen: PortraitData, place: Territory, said: Language) -> str:
    """Name a territory for a heading, with its level where one of another level has its name."""
    key = ("names",)
    if key not in seen.made:
        levels = seen.rest["territories"].select("label", "level").unique()["label"]
        communes = {seen.ground.labels[at] for at in np.flatnonzero(seen.ground.home)}
        names = pl.concat([levels, pl.Series("label", sorted(communes), pl.String)])
        seen.made[key] = set(names.filter(names.is_duplicated()))
    return (
        f"{place.label} ({level_name(place.level, said)})" if place.label in seen.made[key] else place.label
    )


def _definitions(seen: PortraitData, said: Language) -> dict[str, Markup]:
    """Give what each figure opens, written once a publication and language."""
    key = ("definitions", said)
    if key not in seen.made:
        macros: Any = environment().get_template("territory_macros.html").make_module(sayings(said))
        seen.made[key] = {
            name: macros.definition(figure_details(seen, one, said), said, seen.snapshot)
            for name, one in seen.cube.indicators.items()
        }
    made: dict[str, Markup] = seen.made[key]
    return made
