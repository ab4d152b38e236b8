"""Illustrative posts, wishes and agreements, written into a store that has none: what the demo shows internships with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..operations.store import Draft, Operations
from .agreements.ledger import Terms
from .agreements.states import Move
from .ledger import ILLUSTRATIVE, Internships

_WHO = "demo"


def add_examples(store: Operations, path: Path) -> int:
    """Add the posts, wishes and agreements of a TOML file, once; give how many, 0 where the store has posts already."""
    ledger = Internships(store).read()
    if ledger.posts or ledger.wishes:
        return 0
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    day = datetime.now(UTC).date()

    def dated(one: Mapping[str, Any]) -> dict[str, Any]:
        days = {name: (day + timedelta(days=one[name])).isoformat() for name in ("start", "end")}
        return {**one, **days, "evidence": ILLUSTRATIVE}

    drafts = [
        Draft(_WHO, f"{kind}-filed", f"{kind}/example-{number}", dated(one))
        for kind, table in (("post", "posts"), ("wish", "wishes"))
        for number, one in enumerate(told[table])
    ]
    agreements = told.get("agreements", [])
    posts = [dict(draft.payload) for draft in drafts]
    lives = [
        draft
        for number, one in enumerate(agreements)
        for draft in _agreement(number, one, posts[one["post"]])
    ]
    store.append([*drafts, *lives])
    return len(drafts) + len(agreements)


def _agreement(number: int, told: Mapping[str, Any], post: Mapping[str, Any]) -> list[Draft]:
    """Give the life of an agreement on a post: opened, moved, then amended and moved again where it says so."""
    id, shared = (
        f"agreement/example-{number}",
        ("host", "place", "place_name", "type", "start", "end", "mode"),
    )
    terms = asdict(Terms(host_path="", **{name: post[name] for name in shared}, **told["terms"]))
    opened = {"post": f"post/example-{told['post']}", "terms": terms, "illustrative": True}
    drafts = [Draft(_WHO, "agreement-opened", id, opened)]
    amended = (
        [Draft(_WHO, "agreement-amended", id, {"terms": {**terms, **told["amended"]}})]
        if "amended" in told
        else []
    )
    for before, moves in (([], told["moves"]), (amended, told.get("then", []))):
        drafts += before
        drafts += [
            Draft(_WHO, "agreement-moved", id, {"move": Move(move).value, "reason": ""}) for move in moves
        ]
    return drafts
