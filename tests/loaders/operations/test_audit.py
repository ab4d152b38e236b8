from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ancrage.loaders.operations.audit import AuditLog
from ancrage.loaders.operations.files import AUDIT_FILE, STORE_FILE
from ancrage.loaders.operations.store import Draft, Operations


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path)
    for number in range(5):
        made.add("read/contact", "ana", f"need/{number}", role="desk")
    return made


def test_the_log_and_the_store_are_their_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        AuditLog(tmp_path).add("read/contact", "ana", "need/1")
        store = Operations.open(tmp_path)
        store.append([Draft("ana", "filed", "need/1")])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        assert {AUDIT_FILE, STORE_FILE, f"{STORE_FILE}-wal"} <= modes.keys() and {*modes.values()} == {0o600}
        store.close()
        for name in (AUDIT_FILE, STORE_FILE):  # as an earlier version left them
            (tmp_path / name).chmod(0o644)
        Operations.open(tmp_path).close()
        AuditLog(tmp_path).add("read/contact", "ana", "need/2")
        assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (AUDIT_FILE, STORE_FILE)} == {
            0o640
        }
    finally:
        os.umask(before)


def told(log: AuditLog) -> list[str]:
    return [one["fr"] for one in log.verify().findings]


def test_a_log_that_was_only_added_to_holds(log: AuditLog) -> None:
    report = log.verify()
    assert (report.lines, report.findings) == (5, ())
    first = json.loads(log.path.read_text().splitlines()[0])
    assert set(first) == {
        "eventType", "eventTime", "action", "outcome", "initiator", "target", "observer", "previous", "hash"
    }  # fmt: skip
    assert first["initiator"] == {"id": "ana", "role": "desk"}


def test_what_was_changed_removed_moved_or_cut_is_found(log: AuditLog) -> None:
    head = log.verify().head
    lines = log.path.read_text().splitlines(keepends=True)

    def written(kept: list[str]) -> list[str]:
        log.path.write_text("".join(kept))
        return told(log)

    assert "ligne 2 : elle a été changée" in written(
        [lines[0], lines[1].replace("need/1", "need/9"), *lines[2:]]
    )
    assert written([lines[0], *lines[2:]]) == ["ligne 2 : elle ne suit pas celle qui la précède"]
    assert len(written([lines[1], lines[0], *lines[2:]])) > 1
    assert written([*lines[:2], "x\n", *lines[3:]])[0] == "ligne 3 : ce n’est pas une ligne du journal"
    assert written(lines[:-1]) == []
    assert len(log.verify(head).findings) == 1
    log.path.write_text("".join(lines))
    assert log.verify(head).findings == ()


def test_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        for job in [threads.submit(AuditLog(tmp_path).add, "a", "b", str(n)) for n in range(60)]:
            job.result()
    report = AuditLog(tmp_path).verify()
    assert (report.lines, report.findings) == (60, ())
