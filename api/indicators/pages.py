"""Indicators at `/indicateurs`: what each is, how it is computed, from what, and its values for a level as page and files."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from ...graph.indicators.basis import basis_of
from ...graph.indicators.cube_rdf import indicator_iri
from ...graph.indicators.declaration import ILLUSTRATIVE, TOPICS
from ...graph.indicators.derivations import derivation
from ...graph.indicators.formulas import METHODS
from ...graph.indicators.underived import why_none
from ...graph.region.gazetteer import Gazetteer
from ...graph.region.names import UnknownName
from ...graph.region.text import fold
from ...graph.snapshots.dumps import graph_licence
from ...graph.snapshots.provenance import INDICATORS_GRAPH
from ...graph.sparql.results import Rows
from ...ontology.vocabulary import ID
from ...queries.query import Chart
from ...words import N_, first_upper, gettext
from ..labels.wording import FREQUENCIES, LEVELS
from ..maps.atlas import Atlas
from ..maps.form import mark_choice, withins
from ..maps.page import draw_answer
from ..maps.reading import unit_of
from ..reading.cube import ALL, REGION, Selection, find_indicator, groups_of, select
from ..reading.publication import reading_of
from ..reading.solutions import Reading
from ..render.charts import draw
from ..render.csvw import origin_of
from ..render.files import file_headers
from ..render.rendering import page
from ..render.structured import dataset_block, dataset_of
from ..web.negotiation import CSVW, Language
from ..web.page_error import PageError, check_suffix
from ..web.page_language import choose_language
from ..web.parameters import is_true
from .files import FILES, write_values
from .tables import indicator_list, keeps, row_of, source_labels, sources_of, spread_of, summary_of, without
from .words import evidence_words, formula_words, unplaced_words

router = APIRouter(tags=["indicators"])
SHOWN = 200
"""Rows of the table on one page; files hold them all."""
_LONGEST = 200


@router.get("/indicateurs", summary="Tous les indicateurs : thèmes, sources, fréquence, niveaux")
async def indicators(request: Request) -> Response:
    """List the indicators, all or those that a text, a topic, a source, a frequency or a level keeps."""
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    asked = {
        name: request.query_params.get(name, "").strip()
        for name in ("q", "topic", "source", "frequency", "level")
    }
    if any(len(value) > _LONGEST for value in asked.values()):
        raise PageError(400, N_("Une valeur de l’adresse est trop longue."))

    def made(atlas: Atlas) -> Response:
        every = indicator_list(atlas, said)
        kept = [one for one in every if keeps(one, asked)]
        examples = request.state.publication.has_examples
        topics = [
            (topic, words[said], [one for one in kept if one.one.topic == topic])
            for topic, words in TOPICS.items()
        ]
        names = sorted(
            {name for one in every for name in one.one.sources if examples or name != ILLUSTRATIVE}
        )
        labels = source_labels(reading, names)
        return page(
            request,
            "indicators.html",
            language=said,
            themes=[topic for topic in topics if topic[2]],
            all_themes=[(topic, words[said]) for topic, words in TOPICS.items()],
            sources=sorted(labels.items(), key=lambda pair: fold(pair[1])),
            frequencies=[
                (key, words[said])
                for key, words in FREQUENCIES.items()
                if key in {one.one.frequency for one in every}
            ],
            level_words=[(key, words[said]) for key, words in LEVELS.items()],
            asked=asked,
            total=len(every),
            kept_count=len(kept),
            examples=examples,
            faults=[error.told(said) for error in atlas.cube.errors],
            trail=[(None, gettext("Indicateurs", said))],
        )

    return await draw_answer(request, reading, False, made)


@router.get("/indicateurs/{name}.{suffix}", summary="Valeurs d’un indicateur : csv, csv-fr, xlsx, json")
async def files(request: Request, name: str, suffix: str) -> Response:
    """Give the values of an indicator for a level as a file."""
    formats = {one.name: one for one in FILES}
    check_suffix(N_("Un indicateur"), suffix, formats)
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    illustrative = is_true(request.query_params, "illustrative")

    def made(atlas: Atlas) -> Response:
        found = _selected(request, atlas, name)
        body = write_values(found, formats[suffix], said, atlas, str(request.url), origin_of(request))
        place = found.within.removeprefix("territory/").replace("/", "-")
        file = f"{found.indicator.id}-{found.level}-{place}"
        return Response(
            body, headers=file_headers(request, formats[suffix], file, atlas.matter.snapshot, said)
        )

    return await draw_answer(request, reading, illustrative, made)


@router.get("/indicateurs/{name}", summary="Un indicateur : définition, calcul, sources et valeurs")
async def indicator(request: Request, name: str) -> Response:
    """Tell an indicator whole, with its values for a level and how they are spread."""
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    illustrative = is_true(request.query_params, "illustrative")
    return await draw_answer(
        request, reading, illustrative, lambda atlas: _page(request, reading, atlas, name, said)
    )


def _page(request: Request, reading: Reading, atlas: Atlas, name: str, said: Language) -> Response:
    found = _selected(request, atlas, name)
    one, given = found.indicator, _given(request)
    base = f"/indicateurs/{one.id}"
    groups = groups_of(atlas.cube, one.id)
    reading.learn_labels([ID + group for group in groups])
    named = [(group, first_upper(reading.label(ID + group))) for group in groups]
    known = found.known
    basis = basis_of(atlas.matter, one, atlas.cube.indicators)
    unit = unit_of(one)
    shares = spread_of(known, one, said)
    title = first_upper(one.title[said])
    spread = gettext("Territoires par valeur", said)
    drawing = draw(Rows(["value", "territories"], shares), Chart("bar", "value", "territories"), spread, said)
    examples = request.state.publication.has_examples
    derived = derivation(one, atlas.cube.indicators, found.within, atlas.matter.snapshot[:4])
    stored = atlas.cube.series(one.id, found.within)
    files = [
        (each.name, each.media_type, _address(f"{base}.{each.name}", given)) for each in FILES if each != CSVW
    ]
    rows = sorted(found.frame.iter_rows(named=True), key=lambda row: (fold(row["label"]), row["by"] or ""))
    response = page(
        request,
        "indicator.html",
        language=said,
        indicator=one,
        title=title,
        subject=TOPICS[one.topic][said],
        formula=formula_words(one, atlas.cube.indicators, said),
        method=METHODS.get(one.formula),
        sources=[
            each for each in sources_of(reading, basis, said) if examples or each["name"] != ILLUSTRATIVE
        ],
        dates=basis.as_of,
        no_place=unplaced_words(one, basis, said),
        evidence_words=evidence_words(one, said),
        level_choice=found.level,
        inside_name=found.label,
        chosen_group=found.by or "",
        period=found.period,
        several_groups=found.by == ALL,
        intervals=found.frame["high"].is_not_null().any(),
        years=bool(found.period and found.as_of(found.period)),
        level_choices=[(level, LEVELS[level][said]) for level in one.levels],
        group_options=sorted(named, key=lambda pair: fold(pair[1])),
        overall=None in atlas.groups(one.id),
        periods=atlas.periods(one.id, found.by),
        territories=mark_choice(withins(atlas, said), found.within.removeprefix("territory/"), found.label),
        rows=[row_of(row, found, said, dict(named)) for row in rows[:SHOWN]],
        total=found.frame.height,
        without=without(found, said),
        drawing=Markup(drawing.svg) if known else "",
        abstract=summary_of(found, unit, said),
        distribution=shares,
        illustrative=examples and atlas.matter.illustrative,
        untold=one.evidence == ILLUSTRATIVE,
        examples=examples,
        files=[(name, address) for name, _, address in files],
        map_address=_address("/cartes", _map_of(found)),
        rdf=indicator_iri(one.id),
        derivation=derived,
        facts_only=bool(stored) and stored[-1].value is None,
        no_query="" if derived else why_none(one, atlas.cube.indicators)[said],
        derived=f"/sparql?{urlencode({'query': derived})}",
        api=_address(f"/api/v1/indicators/{one.id}/values", {"level": found.level}),
        structure=dataset_block(
            dataset_of(
                title,
                base,
                iri=indicator_iri(one.id),
                description=one.definition[said],
                licence=graph_licence(request.state.publication.graphs, INDICATORS_GRAPH),
                place=found.label,
                period=found.period or "",
                files=[(media_type, address) for _, media_type, address in files],
            )
        ),
        trail=[("/indicateurs", gettext("Indicateurs", said)), (None, title)],
    )  # fmt: skip
    response.headers["Vary"] = "Accept-Language"
    return response


def _selected(request: Request, atlas: Atlas, name: str) -> Selection:
    """Choose the values that an address asks for; raises PageError (404) that offers what is near."""
    given = _given(request)
    try:
        if name not in atlas.cube.indicators:
            find_indicator(atlas.cube, name)
            raise PageError(404, N_("Aucun indicateur « {name} ».", name=name))
        return select(
            atlas.cube,
            Gazetteer.of(atlas.matter),
            name,
            given.get("level", ""),
            given.get("within", REGION),
            given.get("period", ""),
            given.get("by", ""),
        )
    except UnknownName as error:
        raise PageError.of(error, 404) from error


def _given(request: Request) -> dict[str, str]:
    asked = request.query_params.items()
    given = {name: value.strip() for name, value in asked if value.strip()}
    if any(len(value) > _LONGEST for value in given.values()):
        raise PageError(400, N_("Une valeur de l’adresse est trop longue."))
    return given


def _address(path: str, given: Mapping[str, str]) -> str:
    text = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{text}" if text else path


def _map_of(found: Selection) -> dict[str, str]:
    place = found.within.removeprefix("territory/")
    by = found.by if found.by and found.by != ALL else ""
    return {"indicator": found.indicator.id, "level": found.level, "by": by, "within": place}
