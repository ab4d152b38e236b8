"""Archives of a register that a PostgreSQL server holds: the same file as that of a folder, put back in one transaction."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ancrage.api.commands.application import app
from ancrage.graph.snapshots.archive import members
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.audit import AuditLog
from ancrage.loaders.operations.files import KEY_FILE, STORE_FILE
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.safe import Safe
from ancrage.loaders.operations.store import Draft, OccupiedStore, Operations, StoreUnreachable
from ancrage.loaders.operations.tables import METADATA
from ancrage.loaders.publish.backup import REPLACED, BrokenBackup, back_up, verify
from ancrage.loaders.publish.restoration import restore
from sqlalchemy import create_engine, inspect, select
from typer.testing import CliRunner

pytestmark = pytest.mark.long


@pytest.fixture
def on_server(server: str) -> Iterator[str]:
    """The address of a server, emptied of its register at the end."""
    yield server
    engine = create_engine(server)
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engine.dispose()


def _rows(store: Operations) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def _fill(store: Operations, safe: Safe) -> str:
    """Put something in the register; give the number of a sealed contact."""
    accounts = Accounts(store)
    accounts.add("ana", Role.DESK, "a password of many words")
    with store.writing() as connection:
        contact = safe.put(connection, {"email": "une.mairie@example.org"}, 30)
    store.append(
        [Draft("ana", "need-filed", "need/1", {"é": [1, None, 0.5], "contact": contact})], key="form"
    )
    store.append([Draft("ana", "need-filed", f"need/{n}", {"n": n}) for n in range(2, 1_500)])
    return contact


def test_the_register_of_a_server_goes_by_an_archive_to_a_folder_and_back(
    on_server: str, edited_data_dir: Path, tmp_path: Path
) -> None:
    """Each table has the same rows each time; sealed contacts open with the key, which no archive has."""
    data = tmp_path / "from"
    shutil.copytree(edited_data_dir, data, symlinks=True)
    store = Operations.open(data, on_server)
    safe = Safe.open(store, data)
    contact, log = _fill(store, safe), AuditLog(data)
    log.add("create/account", "command-line", "ana")
    Operations.open(data).close()  # a file of before the server, that nobody reads any more
    back_up(data, tmp_path / "server.tar.zst", operations=on_server)
    names = [one.name for one in members(tmp_path / "server.tar.zst")]
    assert not verify(tmp_path / "server.tar.zst").findings
    assert "state/audit.jsonl" in names and not any(KEY_FILE in name for name in names)

    restore(tmp_path / "server.tar.zst", tmp_path / "folder")
    folder = Operations.open(tmp_path / "folder")
    assert _rows(folder) == _rows(store)
    assert Safe.open(folder, tmp_path / "folder").read([contact]) == {}
    shutil.copy(data / KEY_FILE, tmp_path / "folder" / KEY_FILE)
    assert (
        Safe.open(folder, tmp_path / "folder").read([contact])[contact]["email"] == "une.mairie@example.org"
    )
    [added] = folder.append([Draft("ana", "need-filed", "need/9999")])
    back_up(tmp_path / "folder", tmp_path / "folder.tar.zst")

    restore(
        tmp_path / "folder.tar.zst", tmp_path / "again", operations=on_server
    )  # it has all that the server has
    assert _rows(store) == _rows(folder) and not (tmp_path / "again" / STORE_FILE).exists()
    assert not (tmp_path / "again" / REPLACED).exists() or not list(
        (tmp_path / "again" / REPLACED).rglob(STORE_FILE)
    )
    [last] = store.append([Draft("ana", "need-filed", "need/10000")])
    assert last.id == added.id + 1, "the server goes on counting from what was put back"
    store.close()
    folder.close()


def test_a_server_that_has_more_is_left_alone_or_kept_aside(
    on_server: str, edited_data_dir: Path, tmp_path: Path
) -> None:
    data, file = tmp_path / "from", tmp_path / "b.tar"
    shutil.copytree(edited_data_dir, data, symlinks=True)
    store = Operations.open(data, on_server)
    contact = _fill(store, safe := Safe.open(store, data))
    back_up(data, file, operations=on_server)
    with store.writing() as connection:
        safe.erase(connection, [contact])
    with pytest.raises(OccupiedStore):  # the archive would bring back what was erased
        restore(file, tmp_path / "to", operations=on_server)
    store.append([Draft("ana", "need-filed", "need/later")])
    before = _rows(store)
    with pytest.raises(OccupiedStore, match="rien n’y est changé"):
        restore(file, tmp_path / "to", operations=on_server)
    assert _rows(store) == before and Snapshots(tmp_path / "to").current() is None

    told: list[str] = []
    restore(file, data, replace=True, operations=on_server, progress=lambda said: told.append(said["fr"]))
    assert "need/later" not in [one.subject for one in store.since(0)] and len(store.since(0)) == 1_499
    [kept] = (data / REPLACED).iterdir()
    assert any(str(kept) in said for said in told)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept / STORE_FILE).stat().st_mode) == 0o600
    former = Operations.open(kept)
    assert _rows(former) == before
    former.close()
    store.close()


def test_what_the_server_refuses_changes_nothing(
    on_server: str, edited_data_dir: Path, tmp_path: Path
) -> None:
    """SQLite measures no text: a row too long for the server ends the whole, after thousands that were not."""
    data, file = tmp_path / "from", tmp_path / "b.tar"
    shutil.copytree(edited_data_dir, data, symlinks=True)
    local = Operations.open(data)
    _fill(local, Safe.open(local, data))
    local.append([Draft("z" * 200, "need-filed", "need/long")])
    local.close()
    back_up(data, file)
    store = Operations.open(tmp_path, on_server)
    store.append([Draft("bob", "need-filed", "need/own")])
    before = _rows(store)
    with pytest.raises(BrokenBackup, match="le serveur refuse le registre"):
        restore(file, tmp_path / "to", replace=True, operations=on_server)
    assert _rows(store) == before and Snapshots(tmp_path / "to").current() is None
    store.close()


def test_the_copy_is_of_one_instant_and_only_reads_the_server(on_server: str, tmp_path: Path) -> None:
    """What is committed between two tables is in none; a server of an older revision stays there, and so does its copy."""
    assert not Operations.save(on_server, tmp_path)
    looked = create_engine(on_server)
    assert not inspect(looked).get_table_names()
    looked.dispose()
    Operations._open(tmp_path, on_server, "0001").close()
    engine = create_engine(on_server)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO accounts (name, role, password, created) VALUES ('ana', 'desk', '-', '2026-11-28T07:00:00Z')"
        )
    assert Operations.save(on_server, tmp_path)
    assert "identities" not in inspect(engine).get_table_names()
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as base:
        assert base.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    engine.dispose()
    copied = Operations.open(tmp_path)  # brings it to this version, as any file
    assert [one.name for one in Accounts(copied).all()] == ["ana"]
    copied.close()

    store = Operations.open(tmp_path, on_server)
    with store.reading() as connection:
        inspect(connection).get_table_names()
        store.append([Draft("bob", "need-filed", "need/1")])
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == 0
    assert len(store.since(0)) == 1
    store.close()


def test_commands_save_and_put_back_the_register_of_the_server_that_the_setting_names(
    on_server: str, edited_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, file = tmp_path / "from", tmp_path / "b.tar.gz"
    shutil.copytree(edited_data_dir, data, symlinks=True)

    def run(name: str, folder: Path, *words: str) -> str:
        told = CliRunner().invoke(
            app, [name, str(file), *words, "--data-dir", str(folder)], catch_exceptions=False
        )
        assert told.exit_code == 0, told.output
        return told.output

    monkeypatch.setenv("ANCRAGE_OPERATIONS", on_server)
    store = Operations.open(data, on_server)
    _fill(store, Safe.open(store, data))
    run("backup", data)
    store.append([Draft("ana", "need-filed", "need/later")])
    with pytest.raises(OccupiedStore):
        run("restore", tmp_path / "to")
    told = run("restore", tmp_path / "to", "--replace")
    assert "relisez les comptes désactivés" in told and "remettez" in told and "est gardé dans" in told
    assert len(store.since(0)) == 1_499
    assert '"restore/backup"' in (tmp_path / "to" / "audit.jsonl").read_text(encoding="utf-8")
    store.close()


def test_no_archive_is_made_without_the_register_of_a_server_that_does_not_answer(
    edited_data_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(edited_data_dir, tmp_path / "from", symlinks=True)
    with pytest.raises(StoreUnreachable):
        back_up(
            tmp_path / "from",
            tmp_path / "b.tar",
            operations="postgresql+psycopg://ancrage@127.0.0.1:1/ancrage",
        )
    assert not (tmp_path / "b.tar").exists() and not list((tmp_path / "from").glob(".backup-*"))
