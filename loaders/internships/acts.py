"""What people do with internships: each act is kept as an event, or refused."""

from __future__ import annotations

import secrets
from dataclasses import asdict

from sqlalchemy import Connection

from ...graph.internships.posts import Post, Wish
from ..desk.acts import AlreadyStands
from ..operations.store import Draft, Operations
from .ledger import Internships


class Acts:
    """The acts of who files posts and wishes, in a store; `key` makes a form that is sent twice count once."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def file(
        self, who: str, told: Post | Wish, among: Internships | None = None, day: str = "", *, key: str = ""
    ) -> str:
        """File a post or a wish; give its id. Raises AlreadyStands where one of `among` that stands on a day says the same."""
        kind = "post" if isinstance(told, Post) else "wish"
        payload = {name: value for name, value in asdict(told).items() if name != "id"}
        draft = Draft(who, f"{kind}-filed", f"{kind}/{secrets.token_hex(6)}", payload)

        def make(_: Connection) -> list[Draft]:
            if among is not None and (same := among.read().standing(told, day)) is not None:
                raise AlreadyStands(same.filed, same.id)
            return [draft]

        return self._store.append_with(make, key=key or None)[0].subject

    def end(self, id: str, version: int, who: str, *, key: str = "") -> None:
        """Take back a post or a wish that was read at a version; raises Conflict."""
        kind = id.partition("/")[0]
        self._store.append([Draft(who, f"{kind}-ended", id, {}, version)], key=key or None)
