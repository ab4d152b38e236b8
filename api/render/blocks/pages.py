"""A block of a page at its own address: as a page, as a file, and alone for a frame; of territories, actors, programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from fastapi import Request, Response

from ....words import N_, gettext, ngettext
from ...web.links import public_base
from ...web.negotiation import HTML, Language, NotAcceptable, Representation, choose
from ...web.page_error import PageError
from ...web.security import EMBED_POLICY
from ..rendering import page
from .block import Block, RenderedBlock
from .tables import FILES, Words, absent

MOST_ROWS = 500
"""Rows of a block on its page; its files hold them all."""


WHOLE_PAGE = N_("Page complète")


@dataclass(frozen=True)
class Subject:
    """What the blocks of a page are about.

    `kind` names its nature in words, `base` is the address of its page, `whole` what that page is called, `asked` the
    parameters of its questions, `trail` the breadcrumb down to it; `about` adds entries to the sheet « À propos ».
    """

    name: str
    kind: str
    code: str
    base: str
    snapshot: str
    asked: Mapping[str, str]
    trail: Sequence[tuple[str | None, str]]
    whole: Words = WHOLE_PAGE
    about: Mapping[Words, str] = field(default_factory=dict)


def chosen_form(request: Request) -> Representation:
    """Choose between the page and the files of a block; raises HTTPException (406)."""
    asked = request.query_params.get("format") or None
    try:
        return choose(request.headers.get("accept"), (HTML, *FILES), asked)
    except NotAcceptable as error:
        raise PageError.of(error, 406) from error


def about(request: Request, subject: Subject, block: Block, said: Language) -> dict[str, str]:
    """Tell, for the sheet « À propos », what a file is and where it comes from."""
    entries: dict[Words, str] = {
        N_("Bloc"): block.title(said),
        N_("Sujet"): f"{subject.name} ({subject.code})",
        N_("Définition"): block.definition[said],
        N_("Publication"): subject.snapshot,
        **subject.about,
        N_("Adresse"): f"{public_base(request)}{request.url.path}",
        N_("À savoir"): (
            gettext("Absent, secret, trop peu de cas et zéro sont quatre choses différentes.", said)
        ),
    }
    return {words[said]: value for words, value in entries.items() if value}


def block_page(
    request: Request, subject: Subject, shown: RenderedBlock, said: Language, embed: bool, **values: Any
) -> Response:
    """Draw the page of one block, or the block alone, which any site may frame."""
    address = (
        f"{public_base(request)}{subject.base}/{shown.block.name}?embed=1{'&lang=en' if said == 'en' else ''}"
    )
    title = f"{shown.block.title(said)}{'' if said == 'en' else ' '}: {subject.name}"
    given: dict[str, Any] = {
        "nom": subject.name,
        "code": subject.code,
        "base": subject.base,
        "niveau_mots": subject.kind,
        "absent": absent,
        "contexte": None,
        "bloc": shown,
        "ancre": f"#{shown.block.name}",
        "rang": "h2",
        "retour": subject.whole[said],
        "demande": subject.asked,
        "total_mots": ngettext("{n} ligne", "{n} lignes", shown.whole, said),
        "iframe": f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="480" loading="lazy"></iframe>',
        "suite": "&lang=en" if said == "en" else "",
        "origine": None,
        "fil": [*subject.trail, (subject.base, subject.name), (None, shown.block.title(said))],
    }
    answer = page(
        request, "block_alone.html" if embed else "block.html", language=said, **{**given, **values}
    )
    answer.headers["Vary"] = "Accept, Accept-Language"
    if embed:
        answer.headers["Content-Security-Policy"] = EMBED_POLICY
    return answer
