"""A dossier as one HTML page that needs nothing else: style and pictures inside, printable on A4."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from markupsafe import Markup, escape

from ..render.rendering import TEMPLATES, environment, sayings
from ..web.security import POLICY
from .content import software
from .model import Dossier

_SIZED = re.compile(r"<svg[^>]*>")
_TIPS = re.compile(r"<title>.*?</title>|<desc>.*?</desc>", re.DOTALL)
_DATA = re.compile(r' data-t="[^"]*"')


@cache
def style() -> str:
    """Give the style sheet of dossiers."""
    return (TEMPLATES / "dossier.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Give the content policy of a dossier that is served: its own style and nothing else."""
    digest = base64.b64encode(sha256(style().encode()).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")


def to_html(dossier: Dossier, files: Sequence[tuple[str, str]] = (), back: str = "") -> str:
    """Write a dossier as HTML; `files` are names and addresses of its other formats, where it is served."""
    made = environment().overlay()
    made.filters = {**made.filters, "dessin": drawing}
    return made.get_template("dossier.html").render(
        dossier=dossier,
        style=Markup(style()),
        logiciel=software(),
        fichiers=files,
        retour=back,
        **sayings(dossier.language),
    )


def drawing(svg: str, alt: str) -> Markup:
    """Put a picture of ours in a page, with the words that stand for it.

    >>> drawing('<svg width="4"><title>x</title></svg>', 'a "b"')
    Markup('<svg width="4" role="img" aria-label="a &#34;b&#34;"></svg>')
    """
    head = _SIZED.match(svg)
    if head is None:
        return Markup("")
    opening = re.sub(r' (?:role|aria-label|class)="[^"]*"', "", head[0])
    opening = f'{opening[:-1]} role="img" aria-label="{escape(alt)}">'
    return Markup(opening + _DATA.sub("", _TIPS.sub("", svg[head.end() :])))
