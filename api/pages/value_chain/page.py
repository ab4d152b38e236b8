"""The pages of filières: all of them with their counts; each with its links, network, missing links, map and files."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from ....graph.region.gazetteer import Gazetteer
from ....graph.region.names import UnknownName
from ....graph.region.text import fold
from ....graph.region.view import RegionView
from ....ontology.vocabulary import ID
from ....words import gettext
from ...analysis.portrait_findings import report_values
from ...labels.rule_words import BasisWords
from ...labels.wording import EVIDENCE
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.block import RenderedBlock
from ...render.blocks.tables import full
from ...render.rendering import page
from ...web.links import local_name
from ...web.negotiation import Language
from ...web.page_language import choose_language, in_address
from ...web.turns import run_in_turn
from ..blocks import Subject, sections
from ..territory.outside import alternates
from .asking import find
from .blocks import MEMBERS, SHOWN
from .chain import BASES, KINDS, Chain, chains_of
from .data import FILES, read
from .reading import MAP, View
from .settling import FILTERS
from .subject import read_view, subject_of
from .visualisation import legend

router = APIRouter(tags=["pages"])


@router.get("/filieres", summary="Liste des filières")
async def chains(request: Request) -> Response:
    """List the filières with how many members each has by function and kind."""
    said, reading = choose_language(request), reading_of(request)
    found, region = await read(request, reading, False, lambda matter: (chains_of(matter), _region(matter)))
    rows = []
    for chain in found:
        functions = Counter(function for member in chain.members for function in member.functions)
        rows.append(
            {
                "chain": chain,
                "functions": [
                    (text[said], functions[one]) for one, text in chain.functions if functions[one]
                ],
                "links": len({link.stage for link in chain.links}),
            }
        )
    return page(
        request,
        "chains.html",
        language=said,
        filieres=rows,
        region=region,
        set_aside=_broken(request),
        trail=[(None, gettext("Filières", said))],
    )


@router.get("/filieres/{slug}", summary="Page d’une filière")
async def chain_view(request: Request, slug: str) -> Response:
    """Show one filière; filters act on the graph and on the table alike."""
    reading, view = await read_view(request, slug)
    reading.failed |= view.missing.failed or view.fields is None or view.totals is None
    return await run_in_turn(_page, request, reading, view, reading.language)


def _region(matter: RegionView) -> tuple[str, str] | None:
    """Give the address of the region's filières in one picture, and what the region is called; None where it is not known."""
    try:
        place = Gazetteer.of(matter).territory(matter.within)
    except UnknownName:
        return None
    return f"/territoires/{place.id.removeprefix('territory/')}/filieres", place.label


def _broken(request: Request) -> list[dict[str, Any]]:
    """Give the files of filières that the publication set aside: name, line, reason."""
    broken: list[dict[str, Any]] = request.app.state.service.pool.snapshot().manifest.get("broken", [])
    return broken


def _bases(chain: Chain, said: Language) -> list[tuple[str, Any]]:
    """Give what members stand on, with how many do."""
    counts = chain.bases()
    return [(words[said], counts[name]) for name, words in BASES.items() if name in counts]


def _page(request: Request, reading: Reading, view: View, said: Language) -> Response:
    chain, asked = view.chain, view.asked
    members = sum(actor.member for actor in view.shown.actors.values())
    pages = max(1, -(-members // SHOWN))
    at = min(asked.page, pages)
    reading.learn_labels({f"{ID}territory/{path}" for _, listed in view.territories for path, _, _ in listed})
    subject = subject_of(view, reading, said)
    shown = [_turned(subject, one, at) for one in sections(request, subject)]
    here, extent = subject.base, "region" if view.first else "country" if asked.wide else ""
    return page(
        request,
        "chain.html",
        language=said,
        graph=True,
        iri=chain.iri,
        filiere=chain,
        view=view,
        asked=asked,
        here=here,
        subject=subject,
        base=here,
        block_list=shown,
        kinds_of={kind: (word[said], word.of(2)[said]) for kind, word in KINDS.items()},
        evidence_words={name: words[said] for name, words in EVIDENCE.items()},
        territories=_choices(view, reading),
        filters={name: words[said] for name, words in FILTERS.items()},
        iri_de=full,
        gaps=report_values(view.missing.report, basis=BasisWords(chain.rules))
        if view.missing.report is not None
        else None,
        no_stage=_without_stage(chain),
        ends=[chain.network.actors.get(find(chain.network, end)) for end in (asked.start, asked.end)],
        foundations=_bases(chain, said),
        matches=members,
        page_no=at,
        pages=pages,
        legend=legend(("stage", "activity", *(actor.kind for actor in view.drawn.actors.values())), said),
        map_address=f"/cartes.svg?indicator={MAP}&by={chain.path}&level=epci" if view.map else "",
        extent=extent,
        picture=asked.address(f"{here}/reseau.svg", page="", extent=extent, lang=said),
        files=[
            (name, asked.address(f"{here}/reseau.{name}", page="", extent=extent, lang=in_address(said)))
            for name in FILES
        ],
        alternates=alternates(chain.iri),
        trail=[*subject.trail, (None, subject.name)],
    )


def _turned(subject: Subject, shown: RenderedBlock, at: int) -> RenderedBlock:
    """Turn the block of members to a page; any other block is whole."""
    if shown.block.name != MEMBERS or at == 1:
        return shown
    return replace(shown, rows=subject.show(shown.block, at * SHOWN).rows[(at - 1) * SHOWN :])


def _choices(view: View, reading: Reading) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """List the territories that filter by level, by name; the one asked for is there even where no member is."""
    listed = {
        level: [(path, reading.name(f"{ID}territory/{path}") or label, count) for path, label, count in found]
        for level, found in view.territories
    }
    asked = view.asked.territory
    if asked and not any(path == asked for found in listed.values() for path, _, _ in found):
        level, label = view.place or (asked.partition("/")[0], asked)
        count = sum(f"territory/{asked}" in member.places for member in view.chain.members)
        listed.setdefault(level, []).append((asked, label, count))
    return [(level, sorted(found, key=lambda one: fold(one[1]))) for level, found in listed.items()]


def _without_stage(chain: Chain) -> tuple[int, int]:
    """Count the members whose stage is not known: all of them, and those who train or do research."""
    without = [member for member in chain.members if not member.stages]
    academic = {"trains", "researches"}
    return len(without), sum(bool(academic & {local_name(one) for one in m.functions}) for m in without)
