from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ancrage.api.commands.application import app
from ancrage.api.commands.doctor import examine
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.files import STORE_FILE
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import (
    Conflict,
    Draft,
    NewerStore,
    OccupiedStore,
    Operations,
    StoreUnreachable,
)
from ancrage.loaders.operations.tables import METADATA
from sqlalchemy import create_engine, inspect
from typer.testing import CliRunner

_WRITER = """
import sys
from pathlib import Path
from ancrage.loaders.operations.store import Draft, Operations
store = Operations.open(Path(sys.argv[1]))
print("open", flush=True)
for number in range(10_000):
    store.append([Draft(sys.argv[2], "said", f"{sys.argv[2]}/{number}", {"n": number})])
    print(number, flush=True)
"""


def test_migrations_make_the_tables_that_the_code_declares(store: Operations) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_events_come_back_in_order_with_their_payload(store: Operations) -> None:
    first = store.append([Draft("ana", "filed", "need/1", {"text": "é"}), Draft("ana", "noted", "need/1")])
    store.append([Draft("bob", "filed", "need/2")])
    read = store.since(0)
    assert read[:2] == first
    assert [(one.who, one.subject, one.version) for one in read] == [
        ("ana", "need/1", 1),
        ("ana", "need/1", 2),
        ("bob", "need/2", 1),
    ]
    assert store.since(first[1].id) == read[2:]


def test_a_change_of_what_has_changed_since_is_refused_whole(store: Operations) -> None:
    store.append([Draft("ana", "filed", "need/1")])
    store.append([Draft("ana", "taken", "need/1", expected=1)])
    with pytest.raises(Conflict) as refused:
        store.append([Draft("bob", "filed", "need/2"), Draft("bob", "taken", "need/1", expected=1)])
    assert refused.value.version == 2
    assert len(store.since(0)) == 2


def test_a_form_sent_twice_counts_once(store: Operations) -> None:
    first = store.append([Draft("ana", "filed", "need/1", {"n": 1})], key="form")
    again = store.append([Draft("ana", "filed", "need/2", {"n": 2})], key="form")
    assert again == first == store.since(0)


def test_writers_at_once_lose_and_double_nothing(store: Operations, tmp_path: Path, address: str) -> None:
    others = [Operations.open(tmp_path, address) for _ in range(3)]
    try:
        with ThreadPoolExecutor(12) as threads:
            jobs = [
                threads.submit(
                    one.append,
                    [Draft(f"w{number}", "said", "shared"), Draft("w", "said", f"own/{n}-{number}")],
                )
                for n, one in enumerate([store, *others])
                for number in range(15)
            ]
            for job in jobs:
                job.result()
    finally:
        for one in others:
            one.close()
    events = store.since(0)
    assert [one.version for one in events if one.subject == "shared"] == list(range(1, 61))
    assert len({one.subject for one in events}) == 61


def test_a_writer_killed_loses_nothing_it_told(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    told: dict[str, int] = {}
    writers = {
        name: subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path), name],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for name in ("a", "b")
    }
    for process in writers.values():
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        assert process.stdout.readline() == "0\n"
    for name, process in writers.items():
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        told[name] = 1 + len(rest.splitlines())
    store = Operations.open(tmp_path)
    for name, count in told.items():
        kept = [one.payload["n"] for one in store.since(0) if one.who == name]
        assert kept == list(range(len(kept)))
        assert len(kept) >= count
    store.close()


def test_a_store_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    Operations.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as base, base:
        base.execute("UPDATE alembic_version SET version_num = '0099'")
    for act in (Operations.open, Operations.check):
        with pytest.raises(NewerStore, match=r"plus récente d’ancrage \(révision 0099\)"):
            act(tmp_path)


def test_a_store_takes_over_another_once_and_goes_on_from_it(tmp_path: Path, store: Operations) -> None:
    """From the file of a folder to an empty store of each engine: events keep their numbers, the next one follows."""
    former = Operations.open(tmp_path / "former")
    Accounts(former).add("ana", Role.DESK, "a password of many words")
    former.append([Draft("ana", "need-filed", f"need/{n}", {"n": n}) for n in range(3)])
    assert store.take_over(former) >= 4
    assert store.since(0) == former.since(0)
    [added] = store.append([Draft("ana", "need-filed", "need/9")])
    assert added.id > store.since(0)[-2].id
    assert Accounts(store).all() == Accounts(former).all()
    with pytest.raises(OccupiedStore, match="rien n’y est changé"):
        store.take_over(former)
    assert store.since(0)[-1] == added
    former.close()


def test_a_store_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / STORE_FILE).write_text("not a database, and long enough to be read as one " * 40)
    with pytest.raises(StoreUnreachable, match="ne répond pas"):
        Operations.open(tmp_path)


def test_the_command_copies_the_register_of_a_folder_to_a_server(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = Operations.open(tmp_path)
    former.append([Draft("ana", "need-filed", "need/1")])
    former.close()

    def register() -> str:
        return next(one.state for one in examine(tmp_path, {}) if one.name["fr"] == "registre")

    move = ["account", "move", "--data-dir", str(tmp_path)]
    assert CliRunner().invoke(app, move).exception is not None  # no server is named
    monkeypatch.setenv("ANCRAGE_OPERATIONS", server)
    assert register() == "fault"
    looked = create_engine(server)
    assert not inspect(looked).get_table_names(), "who only looks writes nothing"
    looked.dispose()
    target = Operations.open(tmp_path, server)
    try:
        assert register() == "fault"
        told = CliRunner().invoke(app, move)
        assert told.exit_code == 0 and "ancrage backup" in told.output
        assert register() == "ok"
        assert [one.subject for one in target.since(0)] == ["need/1"]
        target.append([Draft("ana", "need-filed", "need/2")])
        assert isinstance(CliRunner().invoke(app, move).exception, OccupiedStore)
    finally:
        with target.engine.begin() as connection:
            METADATA.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
        target.close()
