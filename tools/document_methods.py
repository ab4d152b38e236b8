"""Write docs/reference/methods.md and methodes.md, the methods of the analysis, or `--check` them.

They are read from the docstrings, the register and the French of graph/analysis. With `--check` nothing is written; the
exit code is 1 where a page is not what the code says. `tools/document.py` covers both.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ancrage.graph.analysis.methods import Method, lines, method_of, pieces, told, topics

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
PAGES = {"methods.md": "en", "methodes.md": "fr"}
HEADS = {
    "en": """# Methods

Written by `python tools/document_methods.py` from the docstrings of `graph/analysis/`. French: [methodes.md](methodes.md).
The service shows the same at `/methodes`.

Each method states its formula, its source, the conventions it chose, what it cannot say, and a checked case, which is a
test. Where the data are too thin it refuses with the reason (`TooFewData`), and so it does where counts have no meaning
(`BadTable`). Arguments and errors stand in the docstring: `help(ancrage.graph.analysis.specialisation.location_quotient)`.
""",
    "fr": """# Méthodes

Écrit par `python tools/document_methods.py` d’après les docstrings de `graph/analysis/` et leur français
(`methods.fr.toml`). En anglais : [methods.md](methods.md). Le service montre la même chose à l’adresse `/methodes`.

Chaque méthode dit sa formule, sa source, les conventions choisies, ce qu’elle ne peut pas dire, et un cas vérifié, qui est
un test. Où les données sont trop minces elle refuse avec la raison (`TooFewData`), de même où les effectifs n’ont pas de
sens (`BadTable`). Les arguments et les erreurs sont dans la docstring :
`help(ancrage.graph.analysis.specialisation.location_quotient)`.
""",
}
LABELS = {
    "en": {"source": "Source:", "convention": "Convention:", "limits": "Limits:", "anchor": "Checked case:"},
    "fr": {
        "source": "Source :",
        "convention": "Convention :",
        "limits": "Limites :",
        "anchor": "Cas vérifié :",
    },
}


def page(language: str) -> str:
    """Return the page in a language."""
    parts = [HEADS[language]]
    for number, topic in enumerate(topics(), 1):
        names = " · ".join(f"[{names[language]}](#{one.slug})" for one, names in topic.methods)
        parts.append(f"{number}. {topic.title[language]}: {names}" if language == "en" else
                     f"{number}. {topic.title[language]} : {names}")  # fmt: skip
    parts.append("")
    for number, topic in enumerate(topics(), 1):
        parts.append(f"## {number}. {topic.title[language]}\n")
        parts += [
            _method(told(method, language), names[language], language) for method, names in topic.methods
        ]
    return "\n".join(parts)


def _method(method: Method, name: str, language: str) -> str:
    formula = "\n".join(lines(method.formula))
    said = [
        f"- **{label}** {_marked(getattr(method, part))}"
        for part, label in LABELS[language].items()
        if getattr(method, part)
    ]
    return "\n".join(
        [
            f'<a id="{method.slug}"></a>\n',
            f"### {name}\n",
            f"`{method.signature}`, in `{method.path.rpartition('.')[0]}`\n"
            if language == "en"
            else f"`{method.signature}`, dans `{method.path.rpartition('.')[0]}`\n",
            f"{_marked(method.summary)}\n",
            f"```text\n{formula}\n```\n",
            *said,
            "",
        ]
    )


def squeeze(text: str | None) -> str:
    """Return a text on one line, fit for a cell of a table."""
    return " ".join((text or "").split()).replace("|", "\\|")


def _marked(text: str) -> str:
    found = []
    for kind, value in pieces(text):
        if kind == "code":
            method = method_of(value)
            found.append(f"[`{value}`](#{method.slug})" if method else f"`{value}`")
        elif kind == "doi":
            found.append(f"doi [{value}](<https://doi.org/{value}>)")
        else:
            found.append(value.replace("*", "\\*").replace("[", "\\[").replace("<", "\\<"))
    return "".join(found)


def main() -> int:
    """Write the pages, or say which differ."""
    stale = []
    for name, language in PAGES.items():
        path, text = REFERENCE / name, page(language)
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    if stale:
        print(
            f"not what the docstrings say: {', '.join(stale)}; run python tools/document_methods.py",
            file=sys.stderr,
        )
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
