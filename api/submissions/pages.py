"""The pages on which a partner hands in a workbook and reads what is to be put right, and on which the desk publishes it."""

from __future__ import annotations

from typing import Final

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from ...graph.snapshots.provenance import GRAPHS
from ...loaders.operations.roles import Act
from ...loaders.read.workbooks import WORKBOOKS
from ...loaders.sources.layout import sheet_title
from ...loaders.submissions.folder import TERM, UNDER_WAY, DataSet, State, Submission
from ...loaders.write.request import storage_failure
from ...words import N_, Listed, Spoken, gettext, number
from ..accounts.visitor import Visitor, allowed, answer_to, devices_page, file_form_of, form_of, hold_back
from ..desk.running import was_done
from ..web.links import href
from ..web.negotiation import XLSX
from ..web.page_error import PageError
from ..web.page_language import choose_language
from .running import SUBMISSIONS, SubmissionDesk

router = APIRouter(include_in_schema=False)
ROOT: Final = "/classeurs"
LARGEST = 20 << 20
"""Bytes of a workbook."""
_MOST, _WITHIN = 30, 3600
"""Workbooks of one account in an hour, after which it waits."""
NAMES: dict[State, Spoken] = {
    State.WAITING: N_("Contrôle en cours"),
    State.REFUSED: N_("À corriger"),
    State.SOUND: N_("Sans faute, pas encore publié"),
    State.APPROVED: N_("Publication en cours"),
    State.PUBLISHED: N_("Publié"),
}


@router.get(ROOT)
async def submissions(request: Request) -> Response:
    """List the workbooks of an account, those of all for who publishes them; with the form to hand in another."""
    visitor, desk = await allowed(request, Act.OFFER), await SUBMISSIONS.read(request)
    return await _list(request, visitor, desk)


@router.post(ROOT)
async def hand_in(request: Request) -> Response:
    """Take a workbook, to be checked."""
    visitor, desk = await allowed(request, Act.OFFER), await SUBMISSIONS.read(request)
    async with file_form_of(request, visitor, LARGEST) as (form, file):
        await was_done(desk.devices, form)
        name = (file and file.filename) or ""
        if file is None or not name.lower().endswith(WORKBOOKS):
            fault = N_("Choisissez un classeur : un fichier {formats}.", formats=Listed(WORKBOOKS, "or"))
            return await _list(request, visitor, desk, fault, status=422)
        await hold_back(request, desk.devices.throttle, "workbook", visitor.name, most=_MOST, seconds=_WITHIN)
        id, content = form.key[:32], file.file
        try:
            one = await to_thread.run_sync(lambda: desk.submissions.add(id, name, visitor.name, content))
        except OSError as error:
            raise (storage_failure(error, desk.devices.data_dir) or error) from error
    desk.checker.tell()
    return answer_to(visitor, request, RedirectResponse(f"{ROOT}/{one.id}", 303))


@router.get(ROOT + "/{submission}")
async def submission(request: Request, submission: str) -> Response:
    """Show what became of a workbook; the page asks again by itself while it is under way."""
    visitor, desk, one = await _own(request, submission)
    said = choose_language(request)
    response = devices_page(
        request,
        visitor,
        "submission.html",
        one=one,
        state_text=NAMES[one.state][said],
        step_text=desk.checker.steps.get(one.id, {}).get(said, ""),
        waiting=one.state in UNDER_WAY,
        lines=[line for sentence in one.told for line in sentence[said].splitlines()],
        notes=[note[said] for note in one.notes],
        data=_shown(one.data, said),
        before=_shown(one.before, said),
        published_at=href(GRAPHS + one.data.name) if one.data and one.state is State.PUBLISHED else None,
        may_publish=visitor.may(Act.PUBLISH),
        root=ROOT,
        trail=[(ROOT, gettext("Classeurs déposés", said)), (None, one.file)],
    )
    if one.state in UNDER_WAY:
        response.headers["Refresh"] = "3"
    return response


@router.get(ROOT + "/{submission}/annote.xlsx")
async def marked(request: Request, submission: str) -> Response:
    """Give the workbook with what is wrong told in its cells."""
    visitor, desk, one = await _own(request, submission)
    said = choose_language(request)
    path = desk.submissions.marked(one, said)
    if not one.marked or not await to_thread.run_sync(path.is_file):
        raise PageError(404, N_("Ce classeur n’a pas de copie annotée."))
    name = one.file.rpartition(".")[0] + gettext(" - à corriger", said) + ".xlsx"
    return answer_to(
        visitor, request, FileResponse(path, media_type=XLSX.media_type, filename=name), form=False
    )


@router.post(ROOT + "/{submission}/{act}")
async def act(request: Request, submission: str, act: str) -> Response:
    """Publish a workbook in which nothing is wrong, or take one back."""
    visitor, desk, one = await _own(request, submission)
    form = await form_of(request, visitor)
    await was_done(desk.devices, form)
    if act == "retrait" and one.state is not State.APPROVED:
        await to_thread.run_sync(desk.submissions.remove, one)
        return answer_to(visitor, request, RedirectResponse(ROOT, 303))
    if act != "publication":
        raise PageError(404, N_("Rien ne porte cette adresse."))
    if not visitor.may(Act.PUBLISH):
        raise PageError(403, N_("Ce compte n’a pas le droit de faire cela."))
    if one.state is State.SOUND:
        await to_thread.run_sync(
            desk.devices.audit.add, "publish/workbook", visitor.name, f"{ROOT[1:]}/{one.id}"
        )
        await to_thread.run_sync(desk.submissions.keep, one.model_copy(update={"state": State.APPROVED}))
        desk.checker.tell()
    return answer_to(visitor, request, RedirectResponse(f"{ROOT}/{one.id}", 303))


async def _own(request: Request, id: str) -> tuple[Visitor, SubmissionDesk, Submission]:
    """Give who asks and the workbook; one that is not theirs is told as one that is not there."""
    visitor, desk = await allowed(request, Act.OFFER), await SUBMISSIONS.read(request)
    one = await to_thread.run_sync(desk.submissions.get, id) if id.isalnum() else None
    if one is None or not _sees(visitor, one):
        raise PageError(
            404,
            N_(
                "Aucun classeur de ce compte ne porte cette adresse : il a pu être retiré, ou effacé à son terme."
            ),
        )
    return visitor, desk, one


def _sees(visitor: Visitor, one: Submission) -> bool:
    return visitor.may(Act.PUBLISH) or one.account == visitor.name


async def _list(
    request: Request,
    visitor: Visitor,
    desk: SubmissionDesk,
    fault: Spoken | None = None,
    *,
    status: int = 200,
) -> Response:
    said = choose_language(request)
    every = await to_thread.run_sync(desk.submissions.all)
    return devices_page(
        request,
        visitor,
        "submissions.html",
        status=status,
        rows=[(one, NAMES[one.state][said]) for one in every if _sees(visitor, one)],
        faults={"file": fault[said]} if fault else {},
        accept=",".join(sorted(WORKBOOKS)),
        may_publish=visitor.may(Act.PUBLISH),
        root=ROOT,
        days=TERM.days,
        megabytes=LARGEST >> 20,
        trail=[(None, gettext("Classeurs déposés", said))],
    )


def _shown(data: DataSet | None, said: str) -> dict[str, object] | None:
    """Give what a page tells of a data set: title, publisher, and rows by the name of their sheet."""
    if data is None:
        return None
    title = data.title.get(said) or next(iter(data.title.values()), data.name)
    rows = [(sheet_title(table, said), number(n, said)) for table, n in data.rows.items()]
    return {"name": data.name, "title": title, "publisher": data.publisher, "rows": rows}
