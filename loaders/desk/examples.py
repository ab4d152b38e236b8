"""Illustrative needs and offers, written into a store that has none: what the demo shows the desk with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from ..operations.safe import Safe
from ..operations.store import Draft, Operations, utc
from .acts import CONTACT_DAYS

_WHO = "demo"
_CONTACT = {"structure": "[Exemple]", "siren": "", "name": "[Exemple]", "email": "", "phone": ""}


def add_examples(store: Operations, safe: Safe, path: Path) -> int:
    """Add the needs and offers of a TOML file, once; give how many, 0 where the store has events already."""
    if store.since(0):
        return 0
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    today = datetime.now(UTC)

    def make(connection: Connection) -> list[Draft]:
        drafts: list[Draft] = []
        for number, offer in enumerate(told["offers"]):
            drafts += _offer(f"offer/example-{number}", offer, today)
        for number, need in enumerate(told["needs"]):
            words = safe.put(connection, {"words": need["words"]}, CONTACT_DAYS)
            contact = safe.put(connection, _CONTACT, CONTACT_DAYS)
            drafts += _need(f"need/example-{number}", need, today, words, contact)
        return drafts

    store.append_with(make)
    return len(told["offers"]) + len(told["needs"])


def _ago(today: datetime, days: float) -> str:
    return utc(today - timedelta(days=days))


def _offer(id: str, told: Mapping[str, Any], today: datetime) -> list[Draft]:
    names = ("organization", "name", "title", "type", "territory", "place", "mode", "capacity")
    filed = {name: told[name] for name in names}
    filed |= {"about": told.get("about", []), "illustrative": True, "at": _ago(today, 90)}
    filed["next"] = _ago(today, told["next"])[:10] if "next" in told else ""
    drafts = [Draft(_WHO, "offer-filed", id, filed)]
    if "away" in told:
        start, end = (_ago(today, days)[:10] for days in told["away"])
        drafts.append(Draft(_WHO, "offer-away", id, {"from": start, "until": end}))
    return drafts


def _need(id: str, told: Mapping[str, Any], today: datetime, words: str, contact: str) -> list[Draft]:
    filed = {"at": _ago(today, told["filed"])}
    described = {"type": told["type"], "about": told.get("about", []), "words": words}
    placed = {
        "territory": told["territory"],
        "place": told["place"],
        "when": told.get("when", ""),
        "mode": told.get("mode", ""),
    }
    drafts = [
        Draft(_WHO, "need-begun", id, {"token": "", "illustrative": True, **filed}),
        Draft(_WHO, "need-described", id, {**described, **filed}),
        Draft(_WHO, "need-placed", id, {**placed, **filed}),
        Draft(_WHO, "need-filed", id, {"contact": contact, **filed}),
    ]
    if "accepted" in told:
        accepted = {
            "title": told["title"],
            "structure": told["structure"],
            "siren": "",
            "at": _ago(today, told["accepted"]),
        }
        drafts.append(Draft(_WHO, "need-accepted", id, {**described, **accepted}))
    for match in told.get("matches", []):
        drafts += _match(id, match, today)
    return drafts


def _match(id: str, told: Mapping[str, Any], today: datetime) -> list[Draft]:
    candidate = {"candidate": told["candidate"]}
    offer = f"offer/example-{told['offer']}" if "offer" in told else ""
    proposed = {
        "name": told["name"],
        "offer": offer,
        "provider": told["candidate"],
        "at": _ago(today, told["sent"]),
    }
    drafts = [Draft(_WHO, "match-proposed", id, {**candidate, **proposed})]
    for state, day in (("waiting", "sent"), ("taken", "taken"), (told["to"], "closed")):
        if day in told:
            moved = {
                "to": state,
                "reason": told.get("reason", "") if day == "closed" else "",
                "at": _ago(today, told[day]),
            }
            drafts.append(Draft(_WHO, "match-moved", id, {**candidate, **moved}))
    if "agreed" in told:
        at = _ago(today, told["closed"])
        agreed = {"title": told["agreed"], "start": at[:10], "end": "", "at": at}
        drafts.append(Draft(_WHO, "match-agreed", id, {**candidate, **agreed}))
    return drafts
