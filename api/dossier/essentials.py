"""The first page of a dossier: what to keep in mind, and what to discuss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...words import N_, Spoken
from .findings import Found, is_own
from .making import Making
from .model import Element, Paragraph, Points, Section

#: What a meeting can ask of each kind of gap.
TO_DISCUSS: Mapping[str, Spoken] = {
    "demand": N_(
        "Ces besoins sont-ils ceux que les entreprises et les habitants expriment ? Qui pourrait "
        "ouvrir, déplacer ou accueillir une formation ?"
    ),
    "tie": N_(
        "Quels laboratoires et formations proches vos acteurs connaissent-ils déjà sans que nos "
        "sources le disent ?"
    ),
    "link": N_("Les maillons donnés comme manquants existent-ils sur le terrain ? Qui les tient ?"),
    "access": N_(
        "Une antenne, un relais ou des cours à distance répondraient-ils à l’éloignement constaté ?"
    ),
}


def essentials(making: Making, tiles: Callable[[Making], list[Element]]) -> Section:
    """Make the first page: key figures, then what concerns the territory itself, what is counted around it, what to discuss.

    Of each kind of gap and of suggestion the first stands there.
    """
    lacking = [kind for kind in making.findings["lacunes"]["kinds"] if kind["kind"] in TO_DISCUSS]
    offered = making.findings["suggestions"]["kinds"]
    mine, wide = _first(making, lacking, here=True), _first(making, lacking, here=False)
    links = _first(making, offered, here=True)
    heads: list[Section] = []
    if mine:
        heads.append(Section("retenir-manques", making.say(N_("Ce qui manque")), (Points(mine),)))
    if wide:
        words = making.say(
            N_(
                "Comptés dans des zones ou des bassins d’emploi entiers, qui débordent du territoire : "
                "ces manques sont les mêmes pour toutes leurs communes."
            )
        )
        around = making.say(N_("Autour du territoire"))
        heads.append(Section("retenir-autour", around, (Paragraph(words, "note"), Points(wide))))
    if links:
        heads.append(Section("retenir-liens", making.say(N_("Ce qui pourrait se nouer")), (Points(links),)))
    if asked := tuple(making.say(TO_DISCUSS[kind["kind"]]) for kind in lacking if kind["findings"]):
        heads.append(Section("discuter", making.say(N_("À discuter ensemble")), (Points(asked),)))
    blocks: list[Element] = list(tiles(making))
    if not heads:
        words = making.say(
            N_(
                "Ni manque ni suggestion n’a pu être calculé : les parties qui suivent disent, une à "
                "une, ce qui est connu et ce qui ne l’est pas."
            )
        )
        blocks.append(Paragraph(words, "absent"))
    return Section(blocks=tuple(blocks), parts=tuple(heads))


def _first(making: Making, kinds: Sequence[Mapping[str, Any]], *, here: bool) -> tuple[str, ...]:
    """Give the sentence of the first finding of each kind: of the territory itself, or of the zone or pool it is in."""
    chosen: list[Found] = []
    for kind in kinds:
        found = [
            one for one in kind["findings"] if (is_own(one) if here else one["scope"] in ("zone", "pool"))
        ]
        chosen += found[:1]
    return tuple(making.set(one["sentence"][making.language]) for one in chosen)
