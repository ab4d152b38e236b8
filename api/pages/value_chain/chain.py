"""A filière as pages, files and drawings show it: its links by stage, its rules, its network, and what is empty."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ....graph.chains.network import KINDS as KIND_NAMES
from ....graph.chains.network import Actor, ChainNetwork
from ....graph.chains.networks import network_of, proposed
from ....graph.findings.model import Words
from ....graph.gaps.setting import Names, region
from ....graph.gaps.totals import PRODUCES, stage_totals
from ....graph.region.view import RegionView
from ....loaders.filieres.files import STAGES
from ....loaders.inference.membership import FUNCTIONS
from ....ontology.vocabulary import ID
from ....words import N_, NN_, SOURCE, Listed, Message, Number, gettext, languages
from ...labels.chain_rules import Rule, rules_of
from ...labels.typesetting import typeset
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


BASES: Mapping[str, Message] = {
    "identifiers": N_("identifiant vérifié par une personne"),
    "codes": N_("code d’activité d’un maillon"),
    "declared": N_("déclaré par une source"),
}
"""On what somebody is a member; words only propose."""


@dataclass(frozen=True)
class Chain:
    """A filière of a snapshot: texts by language, stages that it has, functions, links, rules and network.

    `proposed` has those whom words propose: they are in no figure. `counted` tells the jobs or establishments of the region
    that sources count at a stage, in whole sectors.
    """

    path: str
    label: Text
    definition: Text
    stages: tuple[tuple[str, Text], ...]
    functions: tuple[tuple[str, Text], ...]
    links: tuple[Link, ...]
    rules: tuple[Rule, ...]
    network: ChainNetwork
    proposed: ChainNetwork = field(default_factory=lambda: ChainNetwork("", {}, ()))
    counted: Mapping[str, Words] = field(default_factory=dict)
    snapshot: str = ""

    @classmethod
    def of(cls, matter: RegionView, slug: str) -> Chain | None:
        """Give a filière by its short name, or None where no source describes it; read once a matter."""
        made: dict[str, Chain] = matter.once(_made)
        if slug not in made and (found := _read(matter, f"value-chain/{slug}")) is not None:
            made[slug] = found
        return made.get(slug)

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

    @property
    def proposals(self) -> list[Actor]:
        """Those whom words propose, by name."""
        return self.proposed.members

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

    def basis(self, actor: Actor) -> str:
        """Tell on what somebody is a member: a key of `BASES`."""
        reads = {name for rule in self.rules if rule.id in actor.rules for name in rule.reads}
        return next((name for name in ("identifiers", "codes") if name in reads), "declared")

    def bases(self) -> dict[str, int]:
        """Count members by what makes them members."""
        return dict(Counter(self.basis(member) for member in self.members))

    def unnamed(self) -> list[tuple[str, Words]]:
        """List the stages where no company is named though jobs or establishments are counted, with what is."""
        held = self.held()
        return [
            (stage, self.counted[stage])
            for stage, _ in self.stages
            if stage in self.counted and not held.get((stage, PRODUCES))
        ]

    def _empty(self, said: Language) -> list[str]:
        """Name the stages where nobody is found and nothing is counted."""
        held = {stage for member in self.members for stage in member.stages}
        return [text[said] for stage, text in self.stages if stage not in self.counted and stage not in held]

    def summary(self, said: Language = "fr") -> str:
        """Say the filière in one line: links, members by kind, and the stages where nobody is found."""
        activities = sum(1 for link in self.links if not link.recent)
        kinds = Counter(member.kind for member in self.members)
        empty = self._empty(said)
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
        unnamed = NN_(
            " Aucune entreprise n’est nommée à l’étape {stages}, où des emplois ou des établissements sont comptés.",
            " Aucune entreprise n’est nommée aux étapes {stages}, où des emplois ou des établissements sont comptés.",
            len(self.unnamed()),
            stages=Listed(
                [N_("« {stage} »", stage=dict(self.stages)[one][said]) for one, _ in self.unnamed()]
            ),
        )
        whole = gettext(
            "{stages}, {activities} ; {members}{kinds}.{nobody}{counted}",
            said,
            stages=NN_("{n} étape", "{n} étapes", len(self.stages)),
            activities=NN_("{n} activité", "{n} activités", activities),
            members=NN_(
                "{n} membre repéré, où qu’il soit", "{n} membres repérés, où qu’ils soient", len(self.members)
            ),
            kinds=N_(" : {kinds}", kinds=", ".join(one[said] for one in known)) if known else "",
            nobody=nobody if empty else "",
            counted=unnamed if self.unnamed() else "",
        )
        return typeset(whole, said)


def chains_of(matter: RegionView) -> list[Chain]:
    """Give all the filières of a matter, by French name."""
    texts = matter.frame("chain-texts").filter(pl.col("kind") == "chain")
    found = (Chain.of(matter, path.rpartition("/")[2]) for path in texts["thing"].unique())
    return sorted((one for one in found if one), key=lambda one: one.label["fr"])


def _made(matter: RegionView) -> dict[str, Chain]:
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
        proposed=proposed(matter, path),
        counted=_counted(matter, path),
        snapshot=matter.snapshot,
    )


def _counted(matter: RegionView, path: str) -> dict[str, Words]:
    names = matter.once(Names)
    totals = stage_totals(matter, path, matter.once(region))
    return {stage: total.words(names) for stage, total in totals.items() if total}


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
