"""« Et si… » at `/scenarios`: the list, the form of an assumption, the result of a trial or of a saved scenario, its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from ...graph.findings.model import Words
from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import Scenario, ScenarioError
from ...graph.scenarios.changes import steps
from ...graph.scenarios.saved import assumption_words, list_scenarios, saved_scenario
from ...graph.scenarios.wording import assumption_text
from ...graph.snapshots.reader import LocalReader
from ...words import N_, SOURCE, AncrageError, first_upper, gettext, join_words
from ..analysis import comparisons
from ..analysis.analyses import Analyses, run_for
from ..analysis.files import FORMATS
from ..reading.publication import client_of, reading_of
from ..reading.solutions import Reading
from ..render.csvw import origin_of
from ..render.files import file_response
from ..render.rendering import page
from ..web.negotiation import Language
from ..web.packages import has_devices
from ..web.page_error import PageError, check_suffix
from ..web.page_language import PARAMETER, choose_language, language_of_address
from .form import Entry, Offered, check, choices, fields_of, kinds, offered
from .result import Result, compute, draw, told
from .trial import KEEP, NEW, PATH, TAKEN, Trial, line_of, trial_of

router = APIRouter(tags=["pages"])
T = TypeVar("T")


@router.get("/scenarios", summary="Scénarios gardés, et « Et si… »")
async def scenarios(request: Request) -> Response:
    """List the scenarios that the graph holds."""
    said, reading = _begin(request)

    def work(reader: LocalReader) -> tuple[str, list[Scenario], dict[str, list[Words]]]:
        return reader.snapshot.id, list_scenarios(reader), assumption_words(reader)

    snapshot, found, words = await _analyses(request).read(work, client=client_of(request))
    reading.failed |= snapshot != reading.snapshot
    listed = [
        {
            "address": address_of(one),
            "label": one.words[said],
            "assumptions": [told.get(said) or told[SOURCE] for told in words.get(one.graph, [])],
            "example": one.illustrative,
        }
        for one in sorted(found, key=lambda one: one.illustrative)
    ]
    return page(
        request,
        "scenarios.html",
        language=said,
        saved=listed,
        new=NEW,
        trail=[(None, gettext("Scénarios", said))],
    )


@router.get("/scenarios/nouveau", summary="Formulaire d’une hypothèse")
async def form(request: Request) -> Response:
    """Show the kinds of assumptions, the form of one, or lead to the result once it is filled in and makes sense."""
    said, _ = _begin(request)
    trial = Trial.of(request.query_params)
    if not request.query_params.get("kind"):
        shown = [] if not trial.lines else await _words(request, trial, said)
        return _form_page(request, said, trial, None, shown, Offered({}, trial.territory))
    entry = Entry.of(request.query_params)
    if request.query_params.get("add"):
        table = entry.table()
        if not entry.errors:
            answer = await _added(request, entry, table)
            if answer is not None:
                return answer
    runner = _analyses(request)
    given = await runner.run(
        lambda view: offered(view, entry.kind, trial.territory),
        illustrative=trial.illustrative,
        client=client_of(request),
    )
    if not any(entry.values.values()):
        entry.values |= given.begun
    shown = [] if not trial.lines else await _words(request, trial, said)
    response = _form_page(request, said, trial, entry, shown, given)
    if entry.errors:
        response.status_code = 422
    return response


async def _added(request: Request, entry: Entry, table: dict[str, Any]) -> Response | None:
    """Lead to the result with one assumption more; None, and errors beside the fields, where it makes no sense."""
    try:
        made = await _analyses(request).run(
            lambda view: check(view, entry, table),
            illustrative=entry.trial.illustrative,
            client=client_of(request),
        )
    except UnknownName as error:
        entry.note(error)
        return None
    except ScenarioError as error:
        entry.errors[""] = error.message
        return None
    kept = language_of_address(request) or ""
    return RedirectResponse(made.address(**{PARAMETER: kept}), 303)


def _form_page(
    request: Request, said: Language, trial: Trial, entry: Entry | None, shown: list[str], given: Offered
) -> Response:
    """Draw the form, or the choice of its kind where none is chosen."""
    kind = entry.kind if entry else ""
    chosen = choices(given, said) if entry else {}
    return page(
        request,
        "scenario_form.html",
        language=said,
        trial=trial,
        sort_of=kind,
        sort_title=next((text for _, pairs in kinds(said) for name, text in pairs if name == kind), ""),
        sorts=[
            (verb, [(trial.address(NEW, kind=name), text) for name, text in pairs])
            for verb, pairs in kinds(said)
        ],
        fields=[(one, one.label[said], one.help[said] if one.help else "") for one in fields_of(kind)]
        if entry
        else [],
        values=entry.values if entry else {},
        faults={name: words[said] for name, words in entry.errors.items()} if entry else {},
        nearest=entry.near if entry else {},
        choice=chosen,
        names=given.names.get("node"),
        territory=given.territory,
        assumptions=shown,
        back=trial.address(NEW),
        trail=[("/scenarios", gettext("Scénarios", said)), (None, gettext("Nouvelle hypothèse", said))],
    )


@router.get("/scenarios/essai", summary="Ce qu’un essai change : tableau et carte avant et après")
async def trial(request: Request) -> Response:
    """Compare the assumptions of an address, and draw what they change; nothing is written."""
    said, reading = _begin(request)
    asked = Trial.of(request.query_params)
    if not asked.lines:
        return RedirectResponse(asked.address(NEW), 303)
    result = await _computed(request, reading, _scenario(asked), asked)
    return await _result_page(request, reading, said, result, asked, "")


@router.get("/scenarios/essai.{suffix}", summary="Fichier d’un essai : csv, csv-fr, xlsx, json, ttl")
async def trial_file(request: Request, suffix: str) -> Response:
    """Give what a trial changes as a file."""
    asked = Trial.of(request.query_params)
    said, reading = _begin(request)
    return await _file(request, reading, said, suffix, _scenario(asked), asked)


async def found(request: Request, name: str) -> Scenario:
    """Find a scenario of the graph; raises PageError (404) with the nearest."""
    try:
        return await _analyses(request).read(
            lambda reader: saved_scenario(reader, name), client=client_of(request)
        )
    except UnknownName as error:
        raise PageError.of(error, 404) from error


def address_of(scenario: Scenario) -> str:
    """Give the address of the page of a scenario; one named as another page is shown as a trial."""
    if scenario.name in TAKEN:
        return trial_of(scenario, Trial()).address()
    return f"/scenarios/{scenario.name}"


def _scenario(asked: Trial) -> Scenario:
    try:
        return asked.scenario()
    except ScenarioError as error:
        raise PageError.of(error, 400) from error


async def _computed(request: Request, reading: Reading, scenario: Scenario, asked: Trial) -> Result:
    return await _run(request, reading, asked, lambda view: compute(view, scenario, asked))


async def _run(request: Request, reading: Reading, asked: Trial, work: Callable[[RegionView], T]) -> T:
    """Run an analysis; what it refuses is told as a page: 404 for a name, 400 for what makes no sense."""
    try:
        return await run_for(request, reading, _analyses(request), work, illustrative=asked.illustrative)
    except UnknownName as error:
        raise PageError.of(error, 404) from error
    except ScenarioError as error:
        raise PageError.of(error, 400) from error


async def _words(request: Request, asked: Trial, said: Language) -> list[str]:
    """Name the assumptions that an address has already."""
    scenario = _scenario(asked)

    def work(view: RegionView) -> list[str]:
        done, before = [], view
        for one, after in steps(view, scenario):
            done.append(first_upper(assumption_text(one, before)[said]))
            before = after
        return done

    try:
        return await _analyses(request).run(work, illustrative=asked.illustrative, client=client_of(request))
    except AncrageError as error:
        raise PageError.of(error, 404 if isinstance(error, UnknownName) else 400) from error


async def _file(
    request: Request, reading: Reading, said: Language, suffix: str, scenario: Scenario, asked: Trial
) -> Response:
    formats = {one.name: one for one in FORMATS}
    check_suffix(N_("Un scénario"), suffix, formats)
    chosen = formats[suffix]
    result = await _computed(request, reading, scenario, asked)
    body = await run_in_threadpool(comparisons.write, result.comparison, chosen, said, origin_of(request))
    return file_response(request, body, chosen, f"scenario-{scenario.name}", result.comparison.snapshot, said)


async def _result_page(
    request: Request, reading: Reading, said: Language, result: Result, asked: Trial, name: str
) -> Response:
    """Draw what a scenario changes."""
    maps: Analyses = request.app.state.maps
    drawn = await maps.run(lambda view: draw(view, result, reading, said), client=client_of(request))
    comparison = result.comparison
    lines = tuple(line_of(one) for one in comparison.scenario.assumptions)
    here = replace(asked, territory=result.territory.id.removeprefix("territory/"), lines=lines)
    values = told(result, said)
    housed: Sequence[Any] = ()
    if has_devices():  # what is filed is of an extra
        from .housing import housings

        housed = await housings(request, comparison.scenario, illustrative=asked.illustrative)
    title = (
        comparison.scenario.words[said] if name else join_words([one[said] for one in comparison.words], said)
    )
    base = f"/scenarios/{name}" if name else PATH
    parameters = replace(here, lines=()) if name else here
    response = page(
        request,
        "scenario.html",
        language=said,
        title=title,
        kept=name,
        **values,
        figures=drawn,
        inserts=[(one.name, one.drawing) for one in drawn],
        housed=housed,
        map_choice=[
            (parameters.address(base, figure=id) + "#carte", text, id == values["map_chosen"])
            for id, text in values["map_options"]
        ],
        rows=[
            (text, line, here.without(n))
            for n, (text, line) in enumerate(zip(values["assumptions"], lines, strict=True))
        ],
        new_address=here.address(NEW),
        keep=here.address(KEEP),
        files=[(one.name, here.address(f"{PATH}.{one.name}")) for one in FORMATS[:4]],
        illustrative=asked.illustrative,
        invented=comparison.scenario.illustrative,
        otherwise=replace(parameters, illustrative=not asked.illustrative).address(base),
        publication_read=comparison.snapshot,
        trail=[("/scenarios", gettext("Scénarios", said)), (None, title if name else gettext("Essai", said))],
    )
    response.headers["X-Robots-Tag"] = "noindex"
    if housed:  # posts and wishes are filed at any time, whatever the publication
        response.headers["Cache-Control"] = "no-store"
    return response


def _begin(request: Request) -> tuple[Language, Reading]:
    said, reading = choose_language(request), reading_of(request)
    reading.language = said
    return said, reading


def _analyses(request: Request) -> Analyses:
    runner: Analyses = request.app.state.analyses
    return runner


@router.get("/scenarios/{name}", include_in_schema=False)
async def saved_page(request: Request, name: str) -> Response:
    """Compare a scenario of the graph, and draw what it changes."""
    said, reading = _begin(request)
    scenario = await found(request, name)
    asked = Trial.of(request.query_params)
    if scenario.illustrative:  # what it names is not there without the examples
        asked = replace(asked, illustrative=True)
    result = await _computed(request, reading, scenario, asked)
    return await _result_page(request, reading, said, result, trial_of(scenario, asked), scenario.name)
