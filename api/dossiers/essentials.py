"""The first page of a dossier: what to keep in mind, and what to discuss."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .making import Making
from .model import Block, Paragraph, Points, Section

#: What a meeting can ask of each kind of gap.
TO_DISCUSS: Mapping[str, tuple[str, str]] = {
    "demand": (
        "Ces besoins sont-ils ceux que les entreprises et les habitants expriment ? Qui pourrait ouvrir, "
        "déplacer ou accueillir une formation ?",
        "Are these the needs that companies and inhabitants tell of? Who could open, move or host a programme?",
    ),
    "tie": (
        "Quels laboratoires et formations proches vos acteurs connaissent-ils déjà sans que nos sources le disent ?",
        "Which laboratories and programmes nearby do your actors already know, that our sources do not tell?",
    ),
    "link": (
        "Les maillons donnés comme manquants existent-ils sur le terrain ? Qui les tient ?",
        "Do the links said to be missing exist on the ground? Who holds them?",
    ),
    "access": (
        "Une antenne, un relais ou des cours à distance répondraient-ils à l’éloignement constaté ?",
        "Would a branch, a relay or remote courses meet the distance that is observed?",
    ),
}


def essentials(making: Making, title: tuple[str, str], tiles: Callable[[Making], list[Block]]) -> Section:
    """Make the first page: key figures, the gap and the suggestion of each kind that stand first, what to discuss."""
    language = making.language
    blocks: list[Block] = list(tiles(making))
    gaps_, links = making.findings["lacunes"], making.findings["suggestions"]
    first = [kind for kind in gaps_["kinds"] if kind["kind"] in TO_DISCUSS and kind["findings"]]
    heads: list[Section] = []
    if first:
        said = tuple(making.set(kind["findings"][0]["sentence"][language]) for kind in first)
        heads.append(
            Section("retenir-manques", making.say("Ce qui manque", "What is missing"), (Points(said),))
        )
    if offered := [kind["findings"][0] for kind in links["kinds"] if kind["findings"]]:
        said = tuple(making.set(one["sentence"][language]) for one in offered)
        heads.append(
            Section(
                "retenir-liens", making.say("Ce qui pourrait se nouer", "What could begin"), (Points(said),)
            )
        )
    if first:
        asked = tuple(making.say(*TO_DISCUSS[kind["kind"]]) for kind in first)
        heads.append(
            Section("discuter", making.say("À discuter ensemble", "To discuss together"), (Points(asked),))
        )
    if not heads:
        words = making.say(
            "Ni manque ni suggestion n’a pu être calculé : les parties qui suivent disent, une à une, ce qui "
            "est connu et ce qui ne l’est pas.",
            "Neither gap nor suggestion could be computed: the parts below tell, one by one, what is known "
            "and what is not.",
        )
        blocks.append(Paragraph(words, "absent"))
    return Section("essentiel", making.say(*title), tuple(blocks), tuple(heads))
