"""A store of each engine: SQLite always, PostgreSQL where its server is installed, started here and ended."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.operations.tables import METADATA


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path(found).parent] if found else []
    wanted = ("initdb", "postgres", "pg_isready")
    return next((one for one in folders if all((one / name).exists() for name in wanted)), None)


def _user() -> tuple[int, int] | None:
    """Who runs the server: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    return None


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own.

    Its folder is none of pytest's: each session closes the folder of all of them (0700), where a server of another user loses
    its data and stops.
    """
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="ancrage-postgresql-"))
    user = _user()
    options = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
    if user is not None:
        os.chown(folder, *user)
    data = folder / "data"
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "ancrage", "--auth=trust", "-E", "UTF8", "--no-sync"],
        capture_output=True,
        cwd="/",
        **options,  # type: ignore[call-overload]
    )
    assert made.returncode == 0, made.stderr.decode()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        **options,  # type: ignore[call-overload]
    )
    try:
        end = time.monotonic() + 180
        while subprocess.run(
            [binaries / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], capture_output=True
        ).returncode:
            assert process.poll() is None, "the server has ended"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.1)
        yield f"postgresql+psycopg://ancrage@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    """Where the store is: nothing for SQLite, else a server."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("server"))


@pytest.fixture
def store(address: str, tmp_path: Path) -> Iterator[Operations]:
    """An empty store."""
    made = Operations.open(tmp_path, address)
    yield made
    if address:
        with made.engine.begin() as connection:
            METADATA.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
    made.close()
