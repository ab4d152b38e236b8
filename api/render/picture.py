"""A drawing of ours: what is in it and how large it is, written as SVG for a page, a file or paper."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

LETTERS = "system-ui, 'DejaVu Sans', sans-serif"
"""What drawings are lettered with on a screen; the last but one is the face that the package ships."""
SHIPPED = "DejaVu Sans"


@dataclass(frozen=True)
class Picture:
    """A drawing: `body` is what stands in its `<svg>`, `size` its letters' height in pixels where it says so once for all."""

    width: float
    height: float
    body: str
    size: int = 0

    def svg(self, words: str, *, kind: str = "", role: str = "img", letters: str = LETTERS) -> str:
        """Write it as one `<svg>` that needs nothing else; `words` stand for it, `kind` names it in style sheets.

        >>> print(Picture(4, 2.4, "<path/>").svg('a "b"', letters="").partition(" viewBox")[2])
        ="0 0 4 2" width="4" height="2" role="img" aria-label="a &quot;b&quot;"><path/></svg>
        """
        height = f"{self.height:.0f}"
        face = f' font-family="{letters}"' if letters else ""
        size = f' font-size="{self.size}"' if self.size else ""
        named = f' class="{kind}"' if kind else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg"{named} viewBox="0 0 {self.width:g} {height}" width="{self.width:g}" '
            f'height="{height}" role="{role}" aria-label="{clean(words)}"{face}{size}>{self.body}</svg>'
        )


def clean(text: str) -> str:
    r"""Escape a text for XML; characters that XML cannot hold are left out.

    >>> clean("a\x00\u00a0<b")
    'a\xa0&lt;b'
    """
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c in "\u00a0\u202f")
    return escape(text)
