"""What a person reads on a page."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """Give a text with ordinary spaces where French prints those that do not break."""
    return re.sub("[\u202f\xa0]", " ", text)
