"""The pages of filières: all of them with their counts; each with its links, network, missing links, map and files."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from fastapi import APIRouter, Request, Response

from ....graph.chains.network import Actor
from ....ontology.vocabulary import ID
from ....words import gettext
from ...analysis.portrait_findings import told
from ...labels.rule_words import RuleWords
from ...labels.wording import EVIDENCE, fold
from ...reading.publication import reading_of
from ...reading.solutions import Reading
from ...render.blocks.tables import absent, full
from ...render.rendering import page
from ...web.links import local_name
from ...web.negotiation import Language
from ...web.page_language import in_address, spoken
from ..blocks import settle
from ..territory.outside import alternates
from .asking import asked_of, find
from .blocks import BLOCKS, around, by_department, questions
from .chain import KINDS, Chain, chains_of
from .data import FILES, read, unknown
from .reading import MAP, View, view_of
from .settling import FILTERS
from .subject import subject_of
from .visualisation import legend

router = APIRouter(tags=["pages"])

SHOWN = 25
"""Members of the table on one page; files hold them all."""


@router.get("/filieres", summary="Liste des filières")
async def chains(request: Request) -> Response:
    """List the filières with how many members each has by function and kind."""
    said, reading = spoken(request), reading_of(request)
    found = await read(request, reading, False, chains_of)
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
        ecartees=_broken(request),
        fil=[(None, gettext("Filières", said))],
    )


@router.get("/filieres/{slug}", summary="Page d’une filière")
async def chain_view(request: Request, slug: str) -> Response:
    """Show one filière; filters act on the graph and on the table alike."""
    asked, said, reading = asked_of(request.query_params), spoken(request), reading_of(request)
    reading.language = said
    view = await read(request, reading, asked.illustrative, lambda matter: view_of(matter, slug, asked))
    if view is None:
        raise unknown(slug)
    reading.failed |= view.missing.failed or view.fields is None
    return await asyncio.to_thread(_page, request, reading, view, said)


def _broken(request: Request) -> list[dict[str, Any]]:
    """Give the files of filières that the publication set aside: name, line, reason."""
    broken: list[dict[str, Any]] = request.app.state.service.pool.snapshot().manifest.get("broken", [])
    return broken


def _page(request: Request, reading: Reading, view: View, said: Language) -> Response:
    chain, asked = view.chain, view.asked
    members = [actor for actor in view.shown.actors.values() if actor.member]
    pages = max(1, -(-len(members) // SHOWN))
    at = min(asked.page, pages)
    shown = members[(at - 1) * SHOWN : at * SHOWN]
    subject, blocks = subject_of(view, reading, said), questions(reading, chain)
    others = [subject.show(one, one.first) for one in BLOCKS if one.form not in ("drawn", "findings")]
    settle(request, *others)
    learnt = {ID + place for actor in shown for place in actor.places}
    learnt |= {f"{ID}territory/{path}" for _, listed in view.territories for path, _, _ in listed}
    reading.learn_labels(learnt | {row["department"] for row in blocks["places"].rows if "department" in row})
    here = f"/filieres/{chain.slug}"
    return page(
        request,
        "chain.html",
        language=said,
        graph=True,
        iri=chain.iri,
        filiere=chain,
        vue=view,
        demande=asked,
        ici=here,
        sortes={kind: (word[said], word.of(2)[said]) for kind, word in KINDS.items()},
        preuves_dites={name: words[said] for name, words in EVIDENCE.items()},
        territoires=_choices(view, reading),
        filtres={name: words[said] for name, words in FILTERS.items()},
        regles={rule.id: rule for rule in chain.rules},
        iri_de=full,
        manques=told(view.missing.report, basis=RuleWords(chain.rules))
        if view.missing.report is not None
        else None,
        sans_etape=_without_stage(chain),
        bouts=[chain.network.actors.get(find(chain.network, end) or "") for end in (asked.start, asked.end)],
        etapes=stage_cards(chain, said),
        tenus=chain.held(),
        membres=[_row(actor, reading, chain, said) for actor in shown],
        trouves=len(members),
        page_no=at,
        pages=pages,
        legende=legend(("stage", "activity", *(actor.kind for actor in chain.network.actors.values())), said),
        producteurs=around(chain, blocks, reading, said),
        lieux=by_department(blocks["places"], reading),
        blocs=blocks,
        ajoutes=others,
        base=subject.base,
        absent=absent,
        carte=f"/cartes.svg?indicateur={MAP}&par={chain.path}&niveau=epci" if view.map else "",
        fichiers=[
            (name, asked.address(f"{here}/reseau.{name}", page="", lang=in_address(said))) for name in FILES
        ],
        alternates=alternates(chain.iri),
        fil=[("/filieres", gettext("Filières", said)), (None, chain.label[said])],
    )


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


def _row(actor: Actor, reading: Reading, chain: Chain, said: Language) -> dict[str, Any]:
    stages, functions = dict(chain.stages), dict(chain.functions)
    tied = [
        tie.second
        for tie in chain.network.of(actor.path)
        if tie.first == actor.path and tie.kind in ("offers", "supervises")
    ]
    years = sorted(actor.years)
    return {
        "iri": ID + actor.path,
        "path": actor.path,
        "label": actor.label,
        "kind": actor.kind,
        "functions": [text[said] for one, text in functions.items() if one in actor.functions],
        "stages": [text[said] for one, text in stages.items() if one in actor.stages],
        "holders": sorted({chain.network.actors[one].label for one in tied}),
        "towns": sorted(reading.label(ID + place) for place in actor.places),
        "years": "" if not years else f"{years[0]}" if years[0] == years[-1] else f"{years[0]}–{years[-1]}",
        "rules": sorted(actor.rules),
        "evidence": sorted(actor.evidence),
    }


def stage_cards(chain: Chain, said: Language) -> list[dict[str, Any]]:
    """Gather, for each stage, its activities in both revisions and its members by function."""
    held = chain.held()
    return [
        {
            "path": stage,
            "name": local_name(stage),
            "label": text[said],
            "old": [link for link in chain.links if link.stage == stage and not link.recent],
            "recent": [link for link in chain.links if link.stage == stage and link.recent],
            "functions": [
                (local_name(one), words[said], held[(stage, one)])
                for one, words in chain.functions
                if (stage, one) in held
            ],
        }
        for stage, text in chain.stages
    ]
