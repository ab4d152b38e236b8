"""Texts as they are printed: apostrophes, and spaces that do not break where French has them."""

from __future__ import annotations

import re

from ...words import SOURCE
from ..web.negotiation import Language

NO_BREAK, NARROW = "\u00a0", "\u202f"
_NUMBERED = re.compile(r"(?<=\d) (?=[%€]|[kM]€|(?:km²?|ans?|points?)\b)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_AS_WRITTEN = re.compile(
    r"<(script|style|pre|code|textarea)\b.*?</\1>|<(?:input|option|button|meta)\b[^>]*>", re.DOTALL
)
_QUOTED = re.compile(r'"([^"]*)"')


def typeset(text: str, language: Language) -> str:
    r"""Write a text as it is printed: typographic apostrophes, and spaces that do not break where French has them.

    >>> typeset("L'écart : 12 km (« bois »)", "fr").replace("\u00a0", "_").replace("\u202f", "-")
    'L’écart_: 12_km («_bois_»)'
    >>> typeset("vite ! 12 € sur 3 M€, 5 % ; rien", "fr").replace("\u00a0", "_").replace("\u202f", "-")
    'vite-! 12_€ sur 3_M€, 5_%-; rien'
    >>> typeset("It's 12 km", "en").replace("\u00a0", "_")
    'It’s 12_km'
    """
    text = _NUMBERED.sub(NO_BREAK, _APOSTROPHE.sub("’", text))
    if language != SOURCE:
        return text
    return _marked(_QUOTED.sub(f"«{NO_BREAK}\\1{NO_BREAK}»", text))


def typeset_page(html: str, language: Language) -> str:
    """Set the spaces of French in a page, but not in what is code there, or sent as it is written.

    >>> typeset_page('<p>Où ?</p><pre>?a ?b ;</pre><input value="a : b">', "fr").replace(NARROW, "-")
    '<p>Où-?</p><pre>?a ?b ;</pre><input value="a : b">'
    """
    if language != SOURCE:
        return html
    parts, last = [], 0
    for left in _AS_WRITTEN.finditer(html):
        parts += [_marked(html[last : left.start()]), left[0]]
        last = left.end()
    return "".join([*parts, _marked(html[last:])])


def _marked(text: str) -> str:
    for mark in (":", "»"):
        text = text.replace(f" {mark}", f"{NO_BREAK}{mark}").replace(f"{NARROW}{mark}", f"{NO_BREAK}{mark}")
    for mark in (";", "!", "?"):
        text = text.replace(f" {mark}", f"{NARROW}{mark}")
    return text.replace("« ", f"«{NO_BREAK}")
