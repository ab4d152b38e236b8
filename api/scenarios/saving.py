"""Scenarios kept and deleted from the site, by an account that may write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from ...graph.region.names import UnknownName
from ...graph.region.view import RegionView
from ...graph.scenarios.assumptions import Scenario, ScenarioError
from ...graph.snapshots.durable import StoreBusy
from ...graph.snapshots.reader import LocalReader
from ...loaders.operations.roles import Act
from ...loaders.read.persons import names_anybody
from ...loaders.write import scenarios as kept
from ...loaders.write.request import Written
from ...loaders.write.writer import Outdated, Writer
from ...words import N_, Spoken, gettext
from ..accounts.devices import devices_of
from ..accounts.visitor import Visitor, allowed, answer_to, devices_page, form_of
from ..desk.asked import NAMES_NOBODY
from ..sparql.write_key import in_turn, new_writer
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .pages import found
from .trial import KEEP, TAKEN, Trial

router = APIRouter(include_in_schema=False)

_TITLE = 140


@router.get("/scenarios/garder")
async def keeping(request: Request) -> Response:
    """Ask for a name and a title."""
    visitor = await allowed(request, Act.WRITE)
    return _form(request, visitor, Trial.of(request.query_params), {}, {})


@router.post("/scenarios/garder")
async def keep(request: Request) -> Response:
    """Publish a scenario under its name; what was typed stays where it cannot be."""
    visitor = await allowed(request, Act.WRITE)
    form = await form_of(request, visitor)
    asked = Trial.of(request.query_params)
    typed = {"name": form["name"], "label": form["label"][: _TITLE + 1]}
    errors: dict[str, Spoken] = {}
    if len(typed["label"]) > _TITLE or not typed["label"]:
        errors["label"] = N_("Écrivez un titre, de {n} caractères au plus.", n=str(_TITLE))
    elif names_anybody(typed["label"], sentence=True):
        errors["label"] = NAMES_NOBODY
    if typed["name"] in TAKEN:
        errors["name"] = N_("« {name} » est le nom d’une page : choisissez-en un autre.", name=typed["name"])
    if not errors:
        try:
            scenario = asked.named(typed["name"], typed["label"])
            await _write(request, lambda writer: _save(request, writer, scenario, asked.illustrative))
        except (ScenarioError, UnknownName, Outdated) as error:
            taken = isinstance(error, Outdated)
            errors["name"] = (
                N_("Un scénario gardé porte déjà ce nom.") if taken else PageError.of(error, 422).message
            )
        else:
            await _note(request, visitor, "create/scenario", scenario.name)
            place = replace(asked, lines=()).address(f"/scenarios/{scenario.name}")
            return answer_to(visitor, request, RedirectResponse(place, 303))
    return _form(request, visitor, asked, typed, errors)


def _form(
    request: Request, visitor: Visitor, asked: Trial, typed: dict[str, str], errors: dict[str, Spoken]
) -> Response:
    said = choose_language(request)
    return devices_page(
        request,
        visitor,
        "scenario_keep.html",
        status=422 if errors else 200,
        rows=asked.lines,
        address=asked.address(KEEP),
        trial=asked.address(),
        typed=typed,
        faults={name: words[said] for name, words in errors.items()},
        trail=[("/scenarios", gettext("Scénarios", said)), (None, gettext("Garder", said))],
    )


@router.get("/scenarios/{name}/suppression")
async def removal(request: Request, name: str) -> Response:
    """Ask whether a scenario is to go."""
    visitor = await allowed(request, Act.WRITE)
    scenario, said = await found(request, name), choose_language(request)
    return devices_page(
        request,
        visitor,
        "scenario_removal.html",
        scenario=scenario,
        title=scenario.words[said],
        trail=[
            ("/scenarios", gettext("Scénarios", said)),
            (f"/scenarios/{name}", scenario.words[said]),
            (None, gettext("Supprimer", said)),
        ],
    )


@router.post("/scenarios/{name}/suppression")
async def remove(request: Request, name: str) -> Response:
    """Delete a scenario: its named graph, and nothing else."""
    visitor = await allowed(request, Act.WRITE)
    await form_of(request, visitor)
    try:
        await _write(request, lambda writer: kept.delete(writer, name))
    except UnknownName as error:
        raise PageError.of(error, 404) from error
    await _note(request, visitor, "delete/scenario", name)
    return answer_to(visitor, request, RedirectResponse("/scenarios", 303))


def _save(request: Request, writer: Writer, scenario: Scenario, illustrative: bool) -> Written:
    with LocalReader.current(request.app.state.settings.data_dir) as reader:
        view = RegionView.of(reader, illustrative=illustrative)
        return kept.save(writer, scenario, view, only_new=True)


async def _write(request: Request, work: Callable[[Writer], Written]) -> None:
    """Do a write in its turn; raises what it raises, and PageError (503) where the graph is being written by others."""

    def done() -> Written:
        writer = new_writer(request.app)
        try:
            return work(writer)
        finally:
            writer.close()

    try:
        await in_turn(request, done)
    except StoreBusy as error:
        raise PageError.of(error, 503, {"Retry-After": "5"}) from error


async def _note(request: Request, visitor: Visitor, kind: str, name: str) -> None:
    """Write who did it into the audit log."""
    devices = await devices_of(request)
    await to_thread.run_sync(lambda: devices.audit.add(kind, visitor.name, name, role=visitor.role.value))
