"""How often somebody tries something: what was tried lately, by a keyed digest of who it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from .safe import Safe
from .store import Operations, moment, now, utc
from .tables import ATTEMPTS


@dataclass(frozen=True)
class Attempt:
    """A try that was counted, under the `numbers` of its rows; or one that has to `wait` for so many seconds, and was not."""

    wait: int = 0
    numbers: tuple[int, ...] = ()


class Throttle:
    """How often somebody tried something lately, by a keyed digest of who it is; forgotten after a day."""

    def __init__(self, store: Operations, safe: Safe) -> None:
        self._store, self._safe = store, safe

    def take(self, what: str, *who: str, most: int, seconds: int) -> Attempt:
        """Count a try under each name that it counts for, unless there were `most` under one of them in the last `seconds`.

        It is counted before it is made, and writers take turns: tries made at once are as many as tries made in turn.
        """
        with self._store.writing() as connection:
            _forget_old(connection)
            names = [self._safe.digest(f"{what} {one}") for one in who]
            for name in names:
                if wait := _wait(connection, what, name, most, seconds):
                    return Attempt(wait)
            rows = [{"what": what, "who": name, "at": now()} for name in names]
            return Attempt(
                0,
                tuple(
                    connection.execute(insert(ATTEMPTS).values(row).returning(ATTEMPTS.c.id)).scalar_one()
                    for row in rows
                ),
            )

    def sweep(self) -> None:
        """Forget the tries of the day before."""
        with self._store.writing() as connection:
            _forget_old(connection)

    def forget(self, attempt: Attempt) -> None:
        """Count a try no more: it was a good one."""
        with self._store.writing() as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.id.in_(attempt.numbers)))


def _forget_old(connection: Connection) -> None:
    day = utc(datetime.now(UTC) - timedelta(days=1))
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at < day))


def _wait(connection: Connection, what: str, name: str, most: int, seconds: int) -> int:
    """Give how many seconds a name has to wait, 0 where there were fewer than `most` tries."""
    since = utc(datetime.now(UTC) - timedelta(seconds=seconds))
    rows = connection.execute(
        select(ATTEMPTS.c.at)
        .where(ATTEMPTS.c.what == what, ATTEMPTS.c.who == name, ATTEMPTS.c.at > since)
        .order_by(ATTEMPTS.c.at.desc())
        .limit(most)
    ).all()
    if len(rows) < most:
        return 0
    oldest = moment(rows[-1].at)
    return max(1, int((oldest + timedelta(seconds=seconds) - datetime.now(UTC)).total_seconds()))
