"""How often somebody tries something: what was tried lately, by a digest of who it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from .accounts import digest
from .store import Operations, moment, now, utc
from .tables import ATTEMPTS


class Throttle:
    """How often somebody tried something lately, by a digest of who it is; forgotten after a day."""

    def __init__(self, store: Operations) -> None:
        self._store = store

    def wait(self, what: str, who: str, *, most: int, seconds: int) -> int:
        """Give how many seconds somebody has to wait before trying again, 0 where there were fewer than `most` tries."""
        since = utc(datetime.now(UTC) - timedelta(seconds=seconds))
        with self._store.reading() as connection:
            rows = connection.execute(
                select(ATTEMPTS.c.at)
                .where(
                    ATTEMPTS.c.what == what, ATTEMPTS.c.who == digest(f"{what} {who}"), ATTEMPTS.c.at > since
                )
                .order_by(ATTEMPTS.c.at.desc())
                .limit(most)
            ).all()
        if len(rows) < most:
            return 0
        oldest = moment(rows[-1].at)
        return max(1, int((oldest + timedelta(seconds=seconds) - datetime.now(UTC)).total_seconds()))

    def note(self, what: str, *who: str) -> None:
        """Note a try, under each name that it counts for."""
        with self._store.writing() as connection:
            day = utc(datetime.now(UTC) - timedelta(days=1))
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at < day))
            rows = [{"what": what, "who": digest(f"{what} {one}"), "at": now()} for one in who]
            connection.execute(insert(ATTEMPTS), rows)
