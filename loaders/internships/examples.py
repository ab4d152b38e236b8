"""Illustrative posts and wishes, written into a store that has none: what the demo shows internships with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..operations.store import Draft, Operations
from .ledger import ILLUSTRATIVE, Internships

_WHO = "demo"


def add_examples(store: Operations, path: Path) -> int:
    """Add the posts and wishes of a TOML file, once; give how many, 0 where the store has some already."""
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
    store.append(drafts)
    return len(drafts)
