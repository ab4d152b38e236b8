"""Reasons in a few words, for a sentence."""

from __future__ import annotations

from ..findings.model import Reason
from ..findings.words import count_en, count_fr, listed_en, listed_fr

Figures = dict[str, float | int | str | None]
"""The figures of reasons, by name."""
SAID_ONLY = frozenset({"chain_en"})
"""Those that sentences need and facts repeat in no other language."""


def short(reasons: tuple[Reason, ...], figures: Figures, language: str) -> str:
    """Sum up reasons in a few words for a sentence."""
    french = language == "fr"
    count, listed = (count_fr, listed_fr) if french else (count_en, listed_en)
    said: dict[str, str] = {}
    if n := figures.get("precedents"):
        said["precedent"] = count(int(n), "précédent", "précédents") if french else count(int(n), "precedent")
    if n := figures.get("partners_in_common"):
        said["partners"] = (
            count(int(n), "partenaire commun", "partenaires communs")
            if french
            else f"{count(int(n), 'partner')} in common"
        )
    if n := figures.get("partners_of_field"):
        said["field"] = (
            f"{count(int(n), 'laboratoire partenaire', 'laboratoires partenaires')} de même discipline"
            if french
            else f"{count(int(n), 'partner laboratory', 'partner laboratories')} of the same field"
        )
    if chain := figures.get("chain"):
        said["chain"] = f"même filière ({chain})" if french else f"same value chain ({figures['chain_en']})"
    ordered = [said[kind] for kind in dict.fromkeys(one.kind for one in reasons) if kind in said]
    return listed(ordered[:3])
