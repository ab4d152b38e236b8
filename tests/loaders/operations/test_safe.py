from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ancrage.loaders.operations.files import KEY_FILE, STORE_FILE
from ancrage.loaders.operations.safe import BadKey, Safe, new_key
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.operations.tables import SEALED
from sqlalchemy import select, update

CONTACT = {"name": "Zoé Canari", "email": "zoe.canari@example.org"}


def put(store: Operations, safe: Safe) -> str:
    with store.writing() as connection:
        return safe.put(connection, CONTACT, 30)


def test_a_contact_is_kept_closed_and_read_with_the_key_alone(store: Operations, tmp_path: Path) -> None:
    safe = Safe.open(store, tmp_path)
    id = put(store, safe)
    assert safe.read([id, "other"]) == {id: CONTACT}
    with store.reading() as connection:
        assert b"canari" not in connection.execute(select(SEALED.c.content)).scalar_one().lower()
    assert Safe(store, [new_key()]).read([id]) == {}
    assert Safe.open(store, tmp_path).read([id]) == {id: CONTACT}
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_former_key_still_opens(store: Operations) -> None:
    old, new = new_key(), new_key()
    id = put(store, Safe(store, [old]))
    assert Safe(store, [new, old]).read([id]) == {id: CONTACT}


def test_erased_and_past_contents_are_gone_from_the_store(store: Operations, tmp_path: Path) -> None:
    safe = Safe.open(store, tmp_path)
    erased, past, kept = (put(store, safe) for _ in range(3))
    with store.writing() as connection:
        assert safe.erase(connection, [erased, ""]) == 1
        connection.execute(update(SEALED).where(SEALED.c.id == past).values(expires="2026-01-01T00:00:00Z"))
    assert set(safe.read([erased, past, kept])) == {kept}
    assert safe.sweep() == 1
    with store.reading() as connection:
        left = dict(connection.execute(select(SEALED.c.id, SEALED.c.content)).all())
    assert (left[erased], left[past], left[kept] is None) == (None, None, False)


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob(f"{STORE_FILE}*"))


def ciphertext(store: Operations, id: str) -> bytes:
    with store.reading() as connection:
        return bytes(connection.execute(select(SEALED.c.content).where(SEALED.c.id == id)).scalar_one())


def test_what_is_erased_is_in_no_file_of_the_store(tmp_path: Path) -> None:
    store = Operations.open(tmp_path)
    safe = Safe.open(store, tmp_path)
    ids = [put(store, safe) for _ in range(40)]
    erased, past = ciphertext(store, ids[7]), ciphertext(store, ids[20])
    assert erased in files(tmp_path) and past in files(tmp_path)
    with store.writing() as connection:
        safe.erase(connection, [ids[7]])
    assert erased not in files(tmp_path) and past in files(tmp_path)
    with store.writing() as connection:
        connection.execute(
            update(SEALED).where(SEALED.c.id == ids[20]).values(expires="2026-01-01T00:00:00Z")
        )
    assert safe.sweep() == 1
    assert past not in files(tmp_path)
    assert len(safe.read(ids)) == 38
    store.close()


def test_a_reader_puts_a_wipe_off_to_the_next_write(tmp_path: Path) -> None:
    store = Operations.open(tmp_path)
    safe = Safe.open(store, tmp_path)
    id = put(store, safe)
    erased = ciphertext(store, id)
    with store.reading() as reader:
        reader.execute(select(SEALED.c.id)).all()
        with store.writing() as connection:
            safe.erase(connection, [id])
        assert safe.read([id]) == {}
    put(store, safe)
    assert erased not in files(tmp_path)
    store.close()


def test_a_wipe_that_fails_undoes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Operations.open(tmp_path)
    safe = Safe.open(store, tmp_path)
    id = put(store, safe)
    erased = ciphertext(store, id)

    def refuse() -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch, store.writing() as connection:
        safe.erase(connection, [id])
        patch.setattr(store.engine, "raw_connection", refuse)  # the wipe alone asks for one from here on
    assert safe.read([id]) == {}
    put(store, safe)
    assert erased not in files(tmp_path)
    store.close()


def test_a_key_that_is_none_is_told(store: Operations, tmp_path: Path) -> None:
    with pytest.raises(BadKey, match="ANCRAGE_CONTACT_KEY"):
        Safe.open(store, tmp_path, "short")


def test_more_contents_are_read_than_an_engine_takes_in_one_question(
    store: Operations, tmp_path: Path
) -> None:
    safe = Safe.open(store, tmp_path)
    id = put(store, safe)
    assert set(safe.read([*(str(number) for number in range(40_000)), id])) == {id}
