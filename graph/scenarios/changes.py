"""A scenario applied to a matter: another matter, whose frames have some rows more, fewer or elsewhere.

Nothing is written. What is added has the evidence status "simulated". A thing that closes loses its rows, and what
hung on it: a programme its places in value chains and the families it prepares for, a branch the programmes
followed from it, a relay its participations. Past interactions of what moves stay where they took place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

import polars as pl

from ...ontology.vocabulary import ANC
from ..region.gazetteer import Gazetteer
from ..region.view import RegionView
from .assumptions import Assumption, Close, House, Merge, Move, Offer, Open, Scenario, Share
from .names import branch_communes, events_held, frame_of, key_of, rows_of
from .resolution import Resolver

SIMULATED = "simulated"
Frames = dict[str, pl.DataFrame]


def resolve(matter: RegionView, scenario: Scenario) -> Scenario:
    """Give a scenario with the path of everything it names; raises what `apply` raises.

    Resolving it once more changes nothing.
    """
    return replace(scenario, assumptions=tuple(one for one, _ in steps(matter, scenario)))


def apply(matter: RegionView, scenario: Scenario) -> RegionView:
    """Give the matter as it would be under a scenario; the matter given stays as it is.

    Raises UnknownName (with the nearest) for what the matter does not have, Contradiction for two assumptions that
    cannot both hold, ScenarioError for one that changes nothing or makes no sense.
    """
    return steps(matter, scenario)[-1][1]


def steps(matter: RegionView, scenario: Scenario) -> list[tuple[Assumption, RegionView]]:
    """Apply the assumptions one by one, in order: each resolved, with the matter after it; raises as `apply`."""
    resolver = Resolver(matter, scenario.name)
    found: list[tuple[Assumption, RegionView]] = []
    for assumption in scenario.assumptions:
        resolved = resolver.resolve(assumption, matter)
        matter = matter.with_frames(scenario=scenario.name, **change(resolved, matter))
        found.append((resolved, matter))
    return found


@singledispatch
def change(assumption: Assumption, matter: RegionView) -> Frames:
    """Give the frames that a resolved assumption changes."""
    raise TypeError(f"{assumption!r} is no assumption")


@change.register
def _open(assumption: Open, matter: RegionView) -> Frames:
    assert assumption.id is not None
    one = {"label": assumption.label, "place": assumption.place, "evidence": SIMULATED}
    if assumption.kind in ("branch", "relay"):
        site = assumption.id if assumption.kind == "branch" else f"{assumption.id}/site"
        organization = assumption.organization if assumption.kind == "branch" else assumption.id
        rows = [
            {
                **one,
                "kind": assumption.kind,
                "site": site,
                "organization": organization,
                "service": service,
                "serves": at,
            }
            for service in assumption.services or (None,)
            for at in assumption.serves or (None,)
        ]
        return {"relays": _with(matter, "relays", rows)}
    if assumption.kind == "platform":
        row = {**one, "platform": assumption.id, "organization": assumption.organization}
        return {"platforms": _with(matter, "platforms", [row])}
    programme = assumption.id
    row = {**one, "programme": programme, "site": f"{programme}/site", "institution": assumption.organization}
    made = {"level": assumption.level, "capacity": assumption.capacity}
    frames = {"programmes": _with(matter, "programmes", [{**row, **made}])}
    if assumption.chain:
        member = {**one, "chain": assumption.chain, "function": "chain-function/trains", "member": programme}
        frames["members"] = _with(matter, "members", [member])
    if assumption.families:
        families = [
            {"programme": programme, "family": one, "evidence": SIMULATED} for one in assumption.families
        ]
        frames["preparations"] = _with(matter, "preparations", families)
    return frames


@change.register
def _close(assumption: Close, matter: RegionView) -> Frames:
    kind, node = assumption.kind, assumption.node
    frame = matter.frame(frame_of(kind))
    gone = rows_of(kind) & (key_of(kind) == node)
    if assumption.at:
        gone = gone & _at(matter, frame.filter(gone), assumption.at)
    frames = {frame_of(kind): _without(frame, gone)}
    if kind == "branch":
        programmes = matter.frame("programmes")
        if "mode" in programmes.columns:
            followed = pl.col("mode").is_not_null() & (pl.col("site") == node)
            frames["programmes"] = _without(programmes, followed)
    elif kind == "relay" and not assumption.at:
        for name in ("participations", "actors"):
            frames[name] = _without(matter.frame(name), pl.col("actor") == node)
    elif kind == "programme":
        members = matter.frame("members")
        frames["members"] = _without(members, _membership(matter, node, assumption.at))
        if not assumption.at:
            frames["preparations"] = _without(matter.frame("preparations"), pl.col("programme") == node)
    return frames


@change.register
def _move(assumption: Move, matter: RegionView) -> Frames:
    kind, node, place = assumption.kind, assumption.node, assumption.place
    frame = matter.frame(frame_of(kind))
    mine = rows_of(kind) & (key_of(kind) == node)
    if assumption.at:
        mine = mine & _at(matter, frame.filter(mine), assumption.at)
    moved = (
        frame.filter(mine)
        .with_columns(place=pl.lit(place), evidence=pl.lit(SIMULATED))
        .unique(maintain_order=True)
    )
    frames = {frame_of(kind): pl.concat([_without(frame, mine), moved])}
    if kind == "branch":
        programmes = matter.frame("programmes")
        if "mode" in programmes.columns:
            followed = pl.col("mode").is_not_null() & (pl.col("site") == node)
            frames["programmes"] = _placed(programmes, followed, place)
    elif kind == "programme":
        members = _membership(matter, node, assumption.at)
        frames["members"] = _placed(matter.frame("members"), members, place).unique(maintain_order=True)
    return frames


@change.register
def _merge(assumption: Merge, matter: RegionView) -> Frames:
    assert assumption.id is not None
    gone, made = list(assumption.territories), assumption.id
    merged: Mapping[str, str] = dict.fromkeys(gone, made)
    territories = matter.frame("territories")
    new = {"territory": made, "level": f"{ANC}Intercommunality", "label": assumption.label}
    frames: Frames = {
        "territories": _add(_without(territories, pl.col("territory").is_in(gone)), [new]),
    }
    for name, column in (("parts", "territory"), ("relays", "serves"), ("requests", "territory")):
        frame = matter.frame(name)
        if frame[column].is_in(gone).any():
            frames[name] = frame.with_columns(pl.col(column).replace(merged)).unique(maintain_order=True)
    return frames


@change.register
def _offer(assumption: Offer, matter: RegionView) -> Frames:
    programmes = matter.frame("programmes")
    if "mode" not in programmes.columns:
        programmes = programmes.with_columns(mode=pl.lit(None, pl.String))
    about = programmes.filter(pl.col("programme") == assumption.programme).head(1).to_dicts()[0]
    sites = branch_communes(matter)
    mode = f"attendance-mode/{assumption.mode}"
    rows = [
        {
            **about,
            "place": sites.get(place, place),
            "site": place,
            "mode": mode,
            "evidence": SIMULATED,
            "capacity": None,
        }
        for place in assumption.places
    ]
    return {"programmes": _add(programmes, rows)}


@change.register
def _share(assumption: Share, matter: RegionView) -> Frames:
    mode = f"attendance-mode/{assumption.mode}"
    shared = {"how": "relayed", "mode": mode, "evidence": SIMULATED}
    communes = branch_communes(matter)
    rows = [
        {**about, **shared, "place": communes.get(place, place)}
        for about in events_held(matter, assumption.area).to_dicts()
        for place in assumption.places
    ]
    return {"events": _with(matter, "events", rows)}


@change.register
def _house(assumption: House, matter: RegionView) -> Frames:
    return {}


def _with(matter: RegionView, name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return _add(matter.frame(name), rows)


def _add(frame: pl.DataFrame, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = frame.schema
    full = [{name: row.get(name) for name in schema} for row in rows]
    return pl.concat([frame, pl.DataFrame(full, schema=schema, orient="row")])


def _without(frame: pl.DataFrame, gone: pl.Expr) -> pl.DataFrame:
    return frame.filter(~gone.fill_null(False))


def _placed(frame: pl.DataFrame, mine: pl.Expr, place: str) -> pl.DataFrame:
    moved = mine.fill_null(False)
    said = {"place": place} | ({"located": SIMULATED} if "located" in frame.columns else {})
    return frame.with_columns(
        pl.when(moved).then(pl.lit(value)).otherwise(name).alias(name) for name, value in said.items()
    )


def _at(matter: RegionView, rows: pl.DataFrame, place: str) -> pl.Expr:
    """Tell the rows of sites in a commune; a site may also have rows for wider territories."""
    ground = Gazetteer.of(matter)
    ats = set(ground.at(place))
    places = [one for one in rows["place"].drop_nulls().unique() if ats & set(ground.at(one))]
    here = pl.col("place").is_in(places).fill_null(False)
    if "site" not in rows.columns:
        return here
    return here | pl.col("site").is_in(rows.filter(here)["site"].drop_nulls().implode()).fill_null(False)


def _membership(matter: RegionView, programme: str, place: str | None) -> pl.Expr:
    mine = pl.col("member") == programme
    return mine & _at(matter, matter.frame("members").filter(mine), place) if place else mine
