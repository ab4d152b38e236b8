"""The operational store: SQLite in the data folder, or a PostgreSQL server, with events that are only ever added.

Who reads all events up to a number has all of them for good: numbers are given in the order of commits, since
writers come one after the other (SQLite's own lock, an advisory lock of PostgreSQL).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from ...graph.snapshots.durable import sync
from ...words import N_, AncrageError, SentenceError, Spoken
from .files import STORE_FILE, keep_private
from .tables import ACCOUNTS, ATTEMPTS, CEREMONIES, EVENTS, METADATA, OUTBOX, SESSIONS

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_PATIENCE = 15.0
"""Seconds that a writer waits for the others."""
_PART = 1_000
"""Rows copied at once from one store to another."""
_OF_THE_MOMENT = (SESSIONS, CEREMONIES, ATTEMPTS, OUTBOX)
"""Tables of which nobody misses what another store does not have."""
_WAIT = 200
"""Milliseconds that a wipe waits for readers."""
_LOCK = 0x616E6372
"""Number of the advisory lock under which PostgreSQL's writers come one after the other."""


class Conflict(AncrageError, ValueError):  # noqa: N818
    """What was changed is not any more what was read; keeps `subject` and the `version` that it has now."""

    code = "changed-since"

    def __init__(self, subject: str, version: int) -> None:
        super().__init__(f"{subject} is at version {version}")
        self.subject, self.version = subject, version

    @property
    def message(self) -> Spoken:
        """What is said."""
        return N_(
            "Quelqu’un d’autre a changé ce dossier entre-temps. Rien n’est changé : relisez-le, puis recommencez."
        )


class StoreUnreachable(SentenceError, RuntimeError):  # noqa: N818
    """An operational store that cannot be opened, written or read now."""

    code = "operations-unreachable"

    def __init__(self, reason: str = "") -> None:
        super().__init__(
            N_(
                "Le registre du guichet et des comptes ne répond pas. Rien n’est changé : recommencez dans un instant."
            )
        )
        self.reason = reason


class NewerStore(StoreUnreachable):
    """An operational store that a newer version of the package has changed; keeps its `revision`."""

    code = "operations-newer"

    def __init__(self, revision: str) -> None:
        told = N_(
            "Le registre du guichet et des comptes vient d’une version plus récente d’ancrage (révision {revision}) : "
            "reprenez-la, ou restaurez une sauvegarde d’avant elle.",
            revision=revision,
        )
        SentenceError.__init__(self, told)
        self.reason, self.revision = told["fr"], revision


class OccupiedStore(SentenceError, RuntimeError):  # noqa: N818
    """A store that was to take over another and holds events, accounts or contacts that the other does not have."""

    code = "operations-occupied"

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Le registre de ce serveur a des comptes, des faits ou des coordonnées que celui à y mettre n’a pas : rien "
                "n’y est changé."
            )
        )


@dataclass(frozen=True)
class Draft:
    """An event to be added: who does what to which subject. With `expected`, the subject must be at this version."""

    who: str
    kind: str
    subject: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    expected: int | None = None


@dataclass(frozen=True)
class Event:
    """An event of the store; `version` counts those of its subject, from 1."""

    id: int
    at: str
    who: str
    kind: str
    subject: str
    version: int
    payload: Mapping[str, Any]


def utc(moment: datetime) -> str:
    """Write a time as the store keeps it.

    >>> utc(datetime(2026, 11, 28, 7, 0, tzinfo=UTC))
    '2026-11-28T07:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Read a time as the store keeps it.

    >>> moment("2026-11-28T07:00:00Z").hour
    7
    """
    return datetime.fromisoformat(text)


def now() -> str:
    """Give the time as the store keeps it."""
    return utc(datetime.now(UTC))


class Operations:
    """The store of one data folder, for any number of threads and processes; `close` it at the end."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.server = engine.dialect.name == "postgresql"
        self._writing = threading.Lock()
        self._to_wipe = not self.server  # what a process that ended had no time to wipe

    @classmethod
    def open(cls, data_dir: Path, address: str = "") -> Operations:
        """Open the store, and bring its tables to the state of this version; raises StoreUnreachable, NewerStore among them.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     store = Operations.open(Path(folder))
        ...     _ = store.append([Draft("anonymous", "need-filed", "need/1", {"type": "internship"})])
        ...     print([(one.kind, one.version) for one in store.since(0)])
        ...     store.close()
        [('need-filed', 1)]
        """
        return cls._open(data_dir, address, "head")

    @classmethod
    def _open(cls, data_dir: Path, address: str, revision: str) -> Operations:
        if not address:
            data_dir.mkdir(parents=True, exist_ok=True)
        engine = _engine(data_dir, address)
        try:
            if not address:
                keep_private(data_dir / STORE_FILE)
            with engine.connect() as connection:
                _upgrade(connection, revision)
        except NewerStore:
            engine.dispose()
            raise
        except (SQLAlchemyError, OSError) as error:
            engine.dispose()
            raise StoreUnreachable(str(error)) from error
        return cls(engine)

    @classmethod
    def check(cls, data_dir: Path, address: str = "") -> None:
        """See whether the store that is there opens to be written, and is whole; nothing is. Raises StoreUnreachable."""
        engine = _engine(data_dir, address)
        try:
            with engine.begin() as connection:
                if (
                    not address
                    and (wrong := connection.execute(text("PRAGMA quick_check(1)")).scalar()) != "ok"
                ):
                    raise StoreUnreachable(str(wrong))
                _check_revision(connection, _scripts()[1])
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnreachable(str(error)) from error
        finally:
            engine.dispose()

    @classmethod
    def is_empty(cls, data_dir: Path, address: str = "") -> bool:
        """Tell whether nobody has entered anything in a store that opens: no event, no account. Nothing is written."""
        engine = _engine(data_dir, address)
        try:
            with _at_one_instant(engine) as connection:
                return _is_empty(connection)
        finally:
            engine.dispose()

    @classmethod
    def save(cls, address: str, folder: Path) -> bool:
        """Write what a server's store holds at one instant into `STORE_FILE` of a folder; tell whether it has tables at all.

        The server is only read: its copy has the tables of its own revision. Raises StoreUnreachable, NewerStore among them.
        """
        engine = _engine(folder, address)
        try:
            with _at_one_instant(engine) as connection:
                return _save(connection, folder)
        except SQLAlchemyError as error:
            raise StoreUnreachable(str(error)) from error
        finally:
            engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together at the end, or not at all; writers take turns."""
        try:
            with self._writing:
                with self.engine.begin() as connection:
                    if self.server:
                        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
                    yield connection
                if self._to_wipe:
                    self._to_wipe = not self._wiped()
        except OperationalError as error:
            raise StoreUnreachable(str(error)) from error

    def wipe(self) -> None:
        """Have what the write under way erases gone from SQLite's log when it ends; a reader may put it off to the next one."""
        self._to_wipe = not self.server

    def _wiped(self) -> bool:
        """Empty SQLite's log into its file, which keeps nothing that was erased; tell whether no reader prevented it."""
        try:
            connection = self.engine.raw_connection()
        except (SQLAlchemyError, sqlite3.Error):  # what was written stays so
            return False
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_WAIT}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            told = cursor.fetchone()
            cursor.execute(f"PRAGMA busy_timeout={int(_PATIENCE * 1000)}")
        except sqlite3.Error:
            connection.invalidate()
            return False
        finally:
            connection.close()
        return told is not None and not told[0]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that waits for no writer and reads the store as it is at one instant."""
        try:
            with _at_one_instant(self.engine) as connection:
                yield connection
        except OperationalError as error:
            raise StoreUnreachable(str(error)) from error

    def append(self, drafts: Sequence[Draft], *, key: str | None = None) -> list[Event]:
        """Add events, all or none; on return they are on the disk.

        What was added under the same `key` before is given again, and nothing is added: a form that is sent twice
        counts once. Raises Conflict, StoreUnreachable.
        """
        return self.append_with(lambda _: drafts, key=key)

    def append_with(
        self, make: Callable[[Connection], Sequence[Draft]], *, key: str | None = None
    ) -> list[Event]:
        """Add the events that `make` gives, with what else it changes by the connection that it is given; as `append`.

        It is not called where something was added under the key before, and what it changed is undone by a Conflict.
        """
        with self.writing() as connection:
            if key is not None:
                before = connection.execute(select(EVENTS).where(EVENTS.c.key == key)).first()
                if before is not None:
                    return [_event(before._mapping)]
            return self._added(connection, make(connection), key)

    def _added(self, connection: Connection, drafts: Sequence[Draft], key: str | None) -> list[Event]:
        at = now()
        added: list[Event] = []
        for draft in drafts:
            version = connection.execute(
                select(func.coalesce(func.max(EVENTS.c.version), 0)).where(EVENTS.c.subject == draft.subject)
            ).scalar_one()
            if draft.expected is not None and draft.expected != version:
                raise Conflict(draft.subject, version)
            row = {
                "at": at,
                "who": draft.who,
                "kind": draft.kind,
                "subject": draft.subject,
                "version": version + 1,
                "key": key if not added else None,
                "payload": dict(draft.payload),
            }
            made = connection.execute(insert(EVENTS).values(row).returning(EVENTS.c.id)).scalar_one()
            added.append(_event({**row, "id": made}))
        return added

    def kept(self, key: str) -> bool:
        """Tell whether something was added under a key."""
        with self.reading() as connection:
            return connection.execute(select(EVENTS.c.id).where(EVENTS.c.key == key)).first() is not None

    def since(self, id: int) -> list[Event]:
        """Give the events after a number, in their order; 0 gives all."""
        with self.reading() as connection:
            rows = connection.execute(select(EVENTS).where(EVENTS.c.id > id).order_by(EVENTS.c.id))
            return [_event(row._mapping) for row in rows]

    def take_over(self, other: Operations, former: Path | None = None) -> int:
        """Put all that another store holds in the place of what this one holds; give the number of rows.

        All or nothing. What this one holds and the other does not is refused by OccupiedStore, or kept in `STORE_FILE` of
        the folder `former`. Raises StoreUnreachable too, and SQLAlchemy's DataError where a text does not fit the server's
        column: SQLite measures none.
        """
        with self.writing() as connection, other.reading() as source:
            if _has_more(connection, source):
                if former is None:
                    raise OccupiedStore
                _save(connection, former)
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
            count = _copy(source, connection)
            for table in METADATA.sorted_tables if self.server else ():
                if table.autoincrement_column is not None:
                    number = table.autoincrement_column.name
                    connection.execute(
                        text(
                            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{number}'), "
                            f"(SELECT COALESCE(MAX({number}), 0) + 1 FROM {table.name}), false)"
                        )
                    )
        return count

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()


def _event(row: Any) -> Event:
    return Event(
        row["id"], row["at"], row["who"], row["kind"], row["subject"], row["version"], row["payload"]
    )


def _engine(data_dir: Path, address: str) -> Engine:
    if address:
        return create_engine(address, pool_pre_ping=True, pool_size=4, connect_args={"connect_timeout": 10})
    engine = create_engine(
        f"sqlite:///{data_dir.absolute() / STORE_FILE}",
        connect_args={"timeout": _PATIENCE, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # else the driver begins when it likes
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        reads = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def _at_one_instant(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":  # by itself, each of its statements reads another instant
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection.execution_options(reading=True)


def _save(source: Connection, folder: Path) -> bool:
    """Copy a store into `STORE_FILE` of a folder, with the tables of its revision; tell whether it has one."""
    from alembic.runtime.migration import MigrationContext

    _check_revision(source, _scripts()[1])
    revision = MigrationContext.configure(source).get_current_revision()
    if revision is None:
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = Operations._open(folder, "", revision)
    try:
        with target.writing() as connection:
            _copy(source, connection)
    finally:
        target.close()
    for one in (folder, *folder.parents[:2]):  # each may be new, and what is saved may be replaced next
        sync(one)
    return True


def _copy(source: Connection, target: Connection) -> int:
    """Insert all rows of a store into the empty tables of another, those that it has; give their number."""
    count = 0
    there = inspect(target)
    for table in METADATA.sorted_tables:
        if not there.has_table(table.name):
            continue
        columns = {one["name"] for one in there.get_columns(table.name)}
        for part in _parts(source, select(*(one for one in table.columns if one.name in columns))):
            target.execute(insert(table), [dict(row._mapping) for row in part])
            count += len(part)
    return count


def _has_more(connection: Connection, other: Connection) -> bool:
    """Tell whether a store has a row that lasts and another store does not have the same."""
    for table in METADATA.sorted_tables:
        if table in _OF_THE_MOMENT:
            continue
        known = {_sign(row) for part in _parts(other, select(table)) for row in part}
        if any(_sign(row) not in known for part in _parts(connection, select(table)) for row in part):
            return True
    return False


def _parts(connection: Connection, wanted: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    """Give rows some at a time, so that a large table is never held whole."""
    options = {"stream_results": True, "max_row_buffer": _PART}
    with connection.execute(wanted, execution_options=options) as rows:
        while part := rows.fetchmany(_PART):
            yield part


def _sign(row: Row[Any]) -> bytes:
    return sha256(json.dumps(list(row), sort_keys=True, default=bytes.hex).encode()).digest()


def _is_empty(connection: Connection) -> bool:
    there = inspect(connection)
    kept = [table for table in (EVENTS, ACCOUNTS) if there.has_table(table.name)]
    return not any(connection.execute(select(table).limit(1)).first() for table in kept)


def _scripts() -> tuple[Config, ScriptDirectory]:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    folder = Path(__file__).parent
    config.set_main_option("script_location", str(folder))
    config.set_main_option("version_locations", str(folder / "versions"))
    config.set_main_option("path_separator", "newline")
    return config, ScriptDirectory.from_config(config)


def _check_revision(connection: Connection, script: ScriptDirectory) -> None:
    """Raise NewerStore where the tables are of a revision that no migration here knows."""
    from alembic.runtime.migration import MigrationContext

    known = {one.revision for one in script.walk_revisions()}
    for revision in MigrationContext.configure(connection).get_current_heads():
        if revision not in known:
            raise NewerStore(revision)


def _upgrade(connection: Connection, wanted: str) -> None:
    """Run the migrations that the store lacks up to a revision; another process that does the same is waited for.

    Raises NewerStore.
    """
    from alembic.runtime.environment import EnvironmentContext

    config, script = _scripts()

    def steps(revision: Any, _: Any) -> Any:
        return script._upgrade_revs(wanted, revision)

    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        _check_revision(connection, script)
        with EnvironmentContext(config, script, fn=steps) as environment:
            environment.configure(connection=connection, target_metadata=METADATA)
            environment.run_migrations()
