"""Project territories, which no official source gives: those that are loaded, and what is said where one is not."""

from __future__ import annotations

from ...graph.region.text import fold
from ...words import N_, Message
from .names import Index, Named

HOW = N_("docs/how-to/territoire-de-projet.md")
"""Where it is told how to declare one."""
_NAMES = frozenset((
    "sillon", "corridor", "pole", "hub", "scot", "petr", "pays", "parc", "park", "pnr", "bassin", "basin", "vallee",
    "valley", "massif", "plateau", "territoire", "territory",
))  # fmt: skip
"""Words, folded, that stand in names of such territories."""
_ACRONYMS = frozenset(("scot", "petr", "pnr"))
"""Those that mean nothing else."""


def projects(index: Index) -> list[Named]:
    """List the project territories of a publication, by name."""
    return sorted((one for one in index.things if "/territory/adhoc/" in one.iri), key=lambda one: one.label)


def names_project(text: str) -> bool:
    """Tell whether the words of a search are those of such a territory, whatever else they find: « SCoT » begins « Scotland ».

    >>> names_project("SCoT du Trièves"), names_project("Pôle métropolitain")
    (True, False)
    """
    return not _ACRONYMS.isdisjoint(fold(text).split())


def projects_for(text: str, index: Index) -> list[Named] | None:
    """List them for a search that found nothing; None where its words are not those of such a territory.

    >>> projects_for("Pôle métropolitain", Index()), projects_for("zzz", Index())
    ([], None)
    """
    return None if _NAMES.isdisjoint(fold(text).split()) else projects(index)


def unknown_project(code: str, index: Index) -> Message:
    """Say that no project territory has a code, which are loaded, and how to declare one.

    >>> unknown_project("sillon-alpin", Index())["fr"]
    'Aucun territoire de projet n’a le code « sillon-alpin » ; aucun n’est chargé. Il s’en déclare dans un fichier : \
docs/how-to/territoire-de-projet.md.'
    """
    names = ", ".join(one.label for one in projects(index))
    if names:
        return N_(
            "Aucun territoire de projet n’a le code « {code} » ; sont chargés : {names}. Il s’en déclare dans un fichier : "
            "{how}.",
            code=code,
            names=names,
            how=HOW,
        )
    return N_(
        "Aucun territoire de projet n’a le code « {code} » ; aucun n’est chargé. Il s’en déclare dans un fichier : {how}.",
        code=code,
        how=HOW,
    )
