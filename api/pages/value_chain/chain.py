"""A filière as pages, files and drawings show it: its links by stage, its rules, its network, and what is empty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ....graph.chains.network import KINDS as KIND_NAMES
from ....graph.chains.network import Actor, ChainNetwork
from ....graph.chains.networks import network_of
from ....graph.region.view import RegionView
from ....loaders.filieres.files import STAGES
from ....loaders.inference.membership import FUNCTIONS
from ....ontology.vocabulary import ID
from ....words import N_, NN_, SOURCE, Listed, Message, Number, gettext, languages
from ...labels.chain_rules import Rule, rules_of
from ...labels.wording import typeset
from ...web.negotiation import Language

__all__ = ["FUNCTIONS", "KINDS", "STAGES", "Chain", "Link", "Rule", "chains_of"]

NAF_REV2 = "http://id.insee.fr/codes/nafr2/naf"

KINDS: Mapping[str, Message] = {
    "programme": NN_("formation", "formations", 1),
    "unit": NN_("unité de recherche", "unités de recherche", 1),
    "project": NN_("projet", "projets", 1),
    "company": NN_("entreprise", "entreprises", 1),
    "institution": NN_("établissement", "établissements", 1),
    "other": NN_("autre organisation", "autres organisations", 1),
}
"""Kinds of actors: words for one, and for several with `of`."""
assert set(KINDS) == set(KIND_NAMES)

Text = dict[Language, str]


@dataclass(frozen=True)
class Link:
    """An activity of the filière: its code and label, the revision of the NAF, the share that belongs and whose figure it is.

    Of one that is `wide` only a part is of the filière: its code alone makes nobody a member.
    """

    iri: str
    code: str
    label: str
    revision: str
    recent: bool
    stage: str
    share: float | None
    citation: str
    evidence: str
    wide: bool


@dataclass(frozen=True)
class Chain:
    """A filière of a snapshot: texts by language, stages that it has, functions, links, rules and network."""

    path: str
    label: Text
    definition: Text
    stages: tuple[tuple[str, Text], ...]
    functions: tuple[tuple[str, Text], ...]
    links: tuple[Link, ...]
    rules: tuple[Rule, ...]
    network: ChainNetwork
    snapshot: str = ""

    @classmethod
    def of(cls, matter: RegionView, slug: str) -> Chain | None:
        """Give a filière by its short name, or None where no source describes it; read once a matter."""
        made: dict[str, Chain | None] = matter.once(_made)
        if slug not in made:
            made[slug] = _read(matter, f"value-chain/{slug}")
        return made[slug]

    @property
    def slug(self) -> str:
        """The short name."""
        return self.path.rpartition("/")[2]

    @property
    def iri(self) -> str:
        """The IRI of the filière."""
        return ID + self.path

    @property
    def members(self) -> list[Actor]:
        """Those who take part in it."""
        return self.network.members

    def held(self) -> dict[tuple[str, str], int]:
        """Count members by stage and function; the stage is empty where no rule knows it."""
        return dict(
            Counter(
                (stage, function)
                for member in self.members
                for function in member.functions
                for stage in member.stages or {""}
            )
        )

    def summary(self, said: Language = "fr") -> str:
        """Say the filière in one line: links, members by kind, and the stages where nobody is found."""
        old = sum(1 for link in self.links if not link.recent)
        recent = len(self.links) - old
        kinds = Counter(member.kind for member in self.members)
        empty = [
            text[said] for stage, text in self.stages if not any(stage in m.stages for m in self.members)
        ]
        known = [
            N_("{n} {kind}", n=Number(kinds[kind]), kind=word.of(kinds[kind]))
            for kind, word in KINDS.items()
            if kinds[kind]
        ]
        nobody = NN_(
            " Personne n’est repéré à l’étape {stages}.",
            " Personne n’est repéré aux étapes {stages}.",
            len(empty),
            stages=Listed([N_("« {stage} »", stage=one) for one in empty]),
        )
        whole = gettext(
            "{old} en NAF rév. 2 et {recent} en NAF 2025 ; {members}{kinds}.{nobody}",
            said,
            old=NN_("{n} maillon", "{n} maillons", old),
            recent=NN_("{n} maillon", "{n} maillons", recent),
            members=NN_("{n} membre repéré", "{n} membres repérés", len(self.members)),
            kinds=N_(" : {kinds}", kinds=", ".join(one[said] for one in known)) if known else "",
            nobody=nobody if empty else "",
        )
        return typeset(whole, said)


def chains_of(matter: RegionView) -> list[Chain]:
    """Give all the filières of a matter, by French name."""
    texts = matter.frame("chain-texts").filter(pl.col("kind") == "chain")
    found = (Chain.of(matter, path.rpartition("/")[2]) for path in texts["thing"].unique())
    return sorted((one for one in found if one), key=lambda one: one.label["fr"])


def _made(matter: RegionView) -> dict[str, Chain | None]:
    return {}


def _read(matter: RegionView, path: str) -> Chain | None:
    texts: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    kinds: dict[str, str] = {}
    for kind, thing, language, label, definition in (
        matter.frame("chain-texts").select("kind", "thing", "language", "label", "definition").iter_rows()
    ):
        texts[thing][language or ""] = (label, definition or "")
        kinds[thing] = kind
    if kinds.get(path) != "chain":
        return None
    links = _links(matter, path)
    network = network_of(matter, path)
    held = {link.stage for link in links} | {stage for member in network.members for stage in member.stages}
    done = {function for member in network.members for function in member.functions}
    stages = sorted(held - {""}, key=lambda one: (_rank(STAGES, one), one))
    functions = sorted(
        {thing for thing, kind in kinds.items() if kind == "function"} | done,
        key=lambda one: (_rank(FUNCTIONS, one), one),
    )
    return Chain(
        path=path,
        label=_text(texts, path, 0),
        definition=_text(texts, path, 1),
        stages=tuple((stage, _text(texts, stage, 0)) for stage in stages),
        functions=tuple((function, _text(texts, function, 0)) for function in functions),
        links=links,
        rules=rules_of(matter.frame("chain-rules"), path),
        network=network,
        snapshot=matter.snapshot,
    )


def _rank(names: tuple[str, ...], path: str) -> int:
    name = path.rpartition("/")[2]
    return names.index(name) if name in names else len(names)


def _text(texts: Mapping[str, Mapping[str, tuple[str, str]]], thing: str, part: int) -> Text:
    """Give a name or definition in each language, French standing in for what is not there; the code where there is none."""
    found = {language: pair[part] for language, pair in texts.get(thing, {}).items() if pair[part]}
    known = (
        found.get(SOURCE)
        or found.get("en")
        or next(iter(found.values()), "" if part else thing.rpartition("/")[2])
    )
    return {language: found.get(language, known) for language in languages()}


def _links(matter: RegionView, path: str) -> tuple[Link, ...]:
    rows = matter.frame("chain-links").filter(pl.col("chain") == path).unique("component", keep="first")
    names = ("activity", "code", "label", "scheme", "stage", "share", "citation", "shareEvidence", "wide")
    found = [
        Link(
            iri=activity if activity.startswith("http") else ID + activity,
            code=code or activity.rpartition("/")[2],
            label=label or "",
            revision="NAF rév. 2" if scheme == NAF_REV2 else "NAF 2025",
            recent=scheme != NAF_REV2,
            stage=stage or "",
            share=float(share) if share else None,
            citation=citation or "",
            evidence=(evidence or "").rpartition("/")[2],
            wide=wide in (True, "true"),
        )
        for activity, code, label, scheme, stage, share, citation, evidence, wide in rows.select(
            names
        ).iter_rows()
    ]
    return tuple(sorted(found, key=lambda link: (link.recent, link.code)))
