"""Reasons in a few words, for a sentence."""

from __future__ import annotations

from ...words import EMPTY, N_, NN_, Listed
from ..findings.model import Reason, Words

Figures = dict[str, float | int | str | None]
"""The figures of reasons, by name."""


def short(reasons: tuple[Reason, ...], figures: Figures) -> Words:
    """Sum up reasons in a few words for a sentence; nothing where none has any."""
    texts: dict[str, Words] = {}
    if n := figures.get("precedents"):
        texts["precedent"] = NN_("{n} précédent", "{n} précédents", int(n))
    if n := figures.get("partners_in_common"):
        texts["partners"] = NN_("{n} partenaire commun", "{n} partenaires communs", int(n))
    if n := figures.get("partners_of_field"):
        texts["field"] = NN_(
            "{n} laboratoire partenaire d’une discipline commune",
            "{n} laboratoires partenaires d’une discipline commune",
            int(n),
        )
    if n := figures.get("topics"):
        texts["topic"] = NN_("{n} sujet commun", "{n} sujets communs", int(n))
    for reason in reasons:
        if reason.kind == "chain":
            texts["chain"] = N_("même filière ({chain})", chain=reason.path[0].object.name)
    ordered = [texts[kind] for kind in dict.fromkeys(one.kind for one in reasons) if kind in texts]
    return Listed(ordered[:3]) if ordered else EMPTY


def because(sentence: Words, why: Words) -> Words:
    """End a sentence with its reasons, if there are any."""
    if why is EMPTY:
        return N_("{sentence}.", sentence=sentence)
    return N_("{sentence} : {why}.", sentence=sentence, why=why)
