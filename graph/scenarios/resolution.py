"""Assumptions made exact: every name by the path of its IRI, and those that contradict one another refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from ...ontology.vocabulary import ID
from ...words import N_, Spoken
from ..region.gazetteer import Gazetteer
from ..region.names import UnknownName
from ..region.view import RegionView
from .assumptions import (
    Assumption,
    Close,
    Contradiction,
    House,
    Merge,
    Move,
    Offer,
    Open,
    ScenarioError,
    Share,
)
from .names import (
    NameIndex,
    events_held,
    find_commune,
    find_epci,
    find_known,
    find_node,
    find_organization,
    slug,
)

_ROOTS = {"branch": "site", "relay": "organization", "programme": "programme", "platform": "platform"}
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class _Touch:
    """What an earlier assumption did to a node, in words, at one of its places (None: everywhere)."""

    assumption: Assumption
    at: str | None
    change: Spoken


class Resolver:
    """Resolves the assumptions of one scenario in their order, knowing what earlier ones did; see `changes.steps`.

    Lists come back sorted, each of their members once.
    """

    def __init__(self, base: RegionView, scenario: str) -> None:
        self._base, self._scenario = base, scenario
        self._touched: dict[str, list[_Touch]] = {}

    def resolve(self, assumption: Assumption, matter: RegionView) -> Assumption:
        """Give an assumption in full; raises UnknownName, Contradiction, ScenarioError."""
        if isinstance(assumption, Open):
            return self._open(assumption, matter)
        if isinstance(assumption, Merge):
            return self._merge(assumption, matter)
        if isinstance(assumption, Offer):
            return self._offer(assumption, matter)
        if isinstance(assumption, Share):
            return self._share(assumption, matter)
        if isinstance(assumption, House):
            return self._house(assumption, matter)
        return self._change(assumption, matter)

    def _open(self, assumption: Open, matter: RegionView) -> Open:
        place, _ = find_commune(matter, assumption.place)
        root = _ROOTS[assumption.kind]
        id = _path(assumption.id, root) or f"{root}/{self._scenario}-{slug(assumption.label)}"
        self._refuse(assumption, id, None)
        if id in NameIndex.of(matter, assumption.kind).labels:
            raise ScenarioError(
                N_("« {assumption} » : {id} existe déjà.", assumption=assumption.to_line(), id=id),
            )
        self._touch(assumption, id, None, N_("elle l'ouvre"))
        ground = Gazetteer.of(matter)
        return replace(
            assumption,
            id=id,
            place=place,
            organization=find_organization(matter, assumption.organization)
            if assumption.organization
            else None,
            serves=tuple(sorted({ground.territory(one).id for one in assumption.serves})),
            services=tuple(sorted({_coded("branch-service", one) for one in assumption.services})),
            level=_coded("level", assumption.level) if assumption.level else None,
            families=tuple(sorted({_family(matter, one) for one in assumption.families})),
            chain=_chain(matter, assumption.chain),
        )

    def _change(self, assumption: Close | Move, matter: RegionView) -> Close | Move:
        kind = assumption.kind
        node = self._node(assumption, kind, assumption.node, matter)
        named = NameIndex.of(matter, kind)
        communes, label = named.communes[node], named.labels[node]
        ground = Gazetteer.of(matter)
        at = None
        if assumption.at:
            at, name = find_commune(matter, assumption.at)
            self._refuse(assumption, node, at)
            if not communes & set(ground.at(at)):
                there = ", ".join(ground.labels[one] for one in sorted(communes)) or "—"
                raise ScenarioError(
                    N_(
                        "« {label} » n'est pas à {name}, mais à : {there}.",
                        label=label,
                        name=name,
                        there=there,
                    ),
                )
        self._refuse(assumption, node, at)
        if isinstance(assumption, Close):
            _refuse_ended(matter, kind, node, label)
            self._touch(assumption, node, at, N_("elle la ferme"))
            return replace(assumption, node=node, at=at)
        place, name = find_commune(matter, assumption.place)
        if not communes and kind != "programme":
            raise ScenarioError(
                N_("« {label} » n'a aucun site connu qui puisse déménager.", label=label),
            )
        if at is None and len(communes) > 1:
            there = ", ".join(f"{ground.labels[one]} ({ground.ids[one][-5:]})" for one in sorted(communes))
            raise ScenarioError(
                N_(
                    "« {label} » est en plusieurs lieux, {there} : dites lequel déménage (at=…).",
                    label=label,
                    there=there,
                ),
            )
        if communes & set(ground.at(place)):
            raise ScenarioError(N_("« {label} » est déjà à {name}.", label=label, name=name))
        self._touch(assumption, node, at, N_("elle la déplace"))
        return replace(assumption, node=node, place=place, at=at)

    def _merge(self, assumption: Merge, matter: RegionView) -> Merge:
        gone: list[str] = []
        for text in assumption.territories:
            try:
                found = find_epci(matter, text)
            except UnknownName:
                self._refuse(assumption, find_epci(self._base, text).id, None)
                raise
            self._refuse(assumption, found.id, None)
            if found.id in gone:
                raise ScenarioError(N_("{found} est nommé deux fois.", found=found.label))
            gone.append(found.id)
        if len(gone) < 2:
            raise ScenarioError(N_("Un EPCI seul ne fusionne pas."))
        id = (
            _path(assumption.id, "territory/epci")
            or f"territory/epci/{self._scenario}-{slug(assumption.label)}"
        )
        if id not in gone and id in matter.frame("territories")["territory"]:
            self._refuse(assumption, id, None)
            raise ScenarioError(N_("{id} existe déjà.", id=id))
        for one in (*gone, id):
            self._touch(assumption, one, None, N_("elle le fusionne"))
        return replace(assumption, territories=tuple(sorted(gone)), id=id)

    def _offer(self, assumption: Offer, matter: RegionView) -> Offer:
        programme = self._node(assumption, "programme", assumption.programme, matter)
        named, ground = NameIndex.of(matter, "programme"), Gazetteer.of(matter)
        places: list[str] = []
        for text in assumption.places:
            place = self._place(assumption, text, matter)
            if any(
                one.at == place
                for one in self._touched.get(programme, ())
                if isinstance(one.assumption, Offer)
            ):
                self._refuse(assumption, programme, place)
            branches = NameIndex.of(matter, "branch").communes
            ats = branches.get(place) or frozenset(ground.at(place))
            if place in places or ats & named.communes[programme]:
                label, name = named.labels[programme], ", ".join(ground.labels[one] for one in sorted(ats))
                raise ScenarioError(N_("« {label} » se suit déjà à {name}.", label=label, name=name))
            places.append(place)
        for place in places:
            self._touch(assumption, programme, place, N_("elle la propose"))
            self._touch(assumption, place, None, N_("elle s'en sert"))
        return replace(assumption, programme=programme, places=tuple(sorted(places)))

    def _share(self, assumption: Share, matter: RegionView) -> Share:
        territory = Gazetteer.of(matter).territory(assumption.area)
        events = f"{territory.id}/events"
        if events_held(matter, territory.id).is_empty():
            raise ScenarioError(
                N_(
                    "Le graphe ne connaît aucun évènement public de l’année tenu dans le territoire « {name} ».",
                    name=territory.label,
                )
            )
        places = tuple(sorted({self._place(assumption, text, matter) for text in assumption.places}))
        for place in places:
            self._refuse(assumption, events, place, territory.label)
            self._touch(assumption, events, place, N_("elle les y partage"))
            self._touch(assumption, place, None, N_("elle s'en sert"))
        return replace(assumption, area=territory.id, places=places)

    def _house(self, assumption: House, matter: RegionView) -> House:
        territory = Gazetteer.of(matter).territory(assumption.area)
        beds = f"{territory.id}/housing"
        self._refuse(assumption, beds, None, territory.label)
        self._touch(assumption, beds, None, N_("elle y loge"))
        return replace(assumption, area=territory.id)

    def _node(self, assumption: Assumption, kind: str, text: str, matter: RegionView) -> str:
        try:
            return find_node(matter, kind, text)
        except UnknownName:
            self._refuse(assumption, find_node(self._base, kind, text), None)  # perhaps closed since
            raise

    def _place(self, assumption: Offer | Share, text: str, matter: RegionView) -> str:
        try:
            return find_commune(matter, text)[0]
        except UnknownName as error:
            communes = error.nearest
        try:
            return self._node(assumption, "branch", text, matter)
        except UnknownName as error:
            raise UnknownName("commune or branch", text, [*error.nearest[:2], *communes][:4]) from None

    def _touch(self, assumption: Assumption, node: str, at: str | None, change: Spoken) -> None:
        self._touched.setdefault(node, []).append(_Touch(assumption, at, change))

    def _refuse(self, assumption: Assumption, node: str, at: str | None, label: str = "") -> None:
        """Refuse to touch what an earlier assumption touched at the same place; raises Contradiction, by its label or path."""
        for one in self._touched.get(node, ()):
            if at is None or one.at is None or at == one.at:
                raise Contradiction(
                    one.assumption,
                    assumption,
                    N_("{change} déjà ({node})", change=one.change, node=label or node),
                )


def _path(id: str | None, root: str) -> str | None:
    if id is None:
        return None
    path = id.strip().removeprefix(ID)
    path = path if path.startswith(root + "/") else f"{root}/{path}"
    if not _PATH.fullmatch(path):
        raise ScenarioError(N_("« {id} » n'est pas un identifiant.", id=id))
    return path


def _coded(scheme: str, text: str) -> str:
    code = text.strip().removeprefix(ID).removeprefix(scheme + "/")
    if not _CODE.fullmatch(code) or (scheme == "level" and not re.fullmatch("eqf[1-8]", code)):
        raise ScenarioError(N_("« {text} » n'est pas un code ({scheme}).", text=text, scheme=scheme))
    return f"{scheme}/{code}"


def _family(matter: RegionView, text: str) -> str:
    families = pl.concat([matter.frame(name)["family"] for name in ("hirings", "preparations")])
    labels = {one: one for one in families.drop_nulls().unique(maintain_order=True)}
    return find_known("family of occupations", "fap", text, labels)


def _chain(matter: RegionView, text: str | None) -> str | None:
    if not text:
        return None
    return find_known(
        "filière", "value-chain", text, dict(matter.frame("chains").select("chain", "chainLabel").iter_rows())
    )


def _refuse_ended(matter: RegionView, kind: str, node: str, label: str) -> None:
    """Refuse to close a programme whose last year is before the year of the snapshot."""
    year = matter.snapshot[:4]
    if kind != "programme" or not year.isdecimal():
        return
    ends = matter.frame("programmes").filter(pl.col("programme") == node)["end"]
    if ends.null_count() == 0 and (last := int(ends.max())) < int(year):  # type: ignore[arg-type]
        raise ScenarioError(N_("« {label} » est déjà fermée, depuis {last}.", label=label, last=last))
