"""A dossier as one HTML page that needs nothing else: style and pictures inside, printable on A4."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from markupsafe import Markup

from ..render.rendering import TEMPLATES, alone, sayings
from ..web.security import POLICY
from .content import software
from .model import Dossier


@cache
def style() -> str:
    """Give the style sheet of dossiers."""
    return (TEMPLATES / "dossier.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Give the content policy of a dossier that is served: its own style and nothing else."""
    digest = base64.b64encode(sha256(style().encode()).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")


def to_html(
    dossier: Dossier, files: Sequence[tuple[str, str]] = (), back: Sequence[tuple[str, str]] = ()
) -> str:
    """Write a dossier as HTML; `files` are names and addresses of its other formats, `back` of pages, where it is served."""
    return alone(
        "dossier.html",
        dossier=dossier,
        style=Markup(style()),
        software=software(),
        files=files,
        back_links=back,
        **sayings(dossier.language),
    )
