"""Real SPARQL servers on loopback, for the tests of remote stores: `oxigraph serve` and Virtuoso, each skipped where it lacks."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ancrage.graph.snapshots.provenance import UNION_GRAPH
from ancrage.graph.snapshots.snapshot import Snapshot
from ancrage.graph.snapshots.store import dump
from pyoxigraph import Store

_SETTINGS = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
MaxClientConnections = 20
[SPARQL]
{sparql}
"""


def free_port() -> int:
    """Give a port of loopback that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait until it takes connections, and end it."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, command
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _program() -> str:
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("no oxigraph beside this Python: pip install oxigraph")
    return str(program)


def written(snapshot: Snapshot, path: Path) -> Path:
    """Write what a remote store loads: `ancrage dump --union`."""
    dump(Store.read_only(str(snapshot.store)), path, default=UNION_GRAPH)
    return path


@contextmanager
def oxigraph(folder: Path, snapshot: Snapshot) -> Iterator[str]:
    """Serve the graphs of a snapshot by `oxigraph serve`."""
    program = _program()
    folder.mkdir()
    quads = written(snapshot, folder / "all.nq")
    subprocess.run(
        [program, "load", "--location", str(folder / "store"), "--file", str(quads)],
        check=True,
        capture_output=True,
    )
    with served(folder / "store") as url:
        yield url


@contextmanager
def served(store: Path) -> Iterator[str]:
    """Serve a store in a folder, as it is, by `oxigraph serve`."""
    program, port = _program(), free_port()
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    with _running(command, store.parent, port):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(folder: Path, snapshot: Snapshot, settings: str = "") -> Iterator[str]:
    """Serve the graphs of a snapshot by Virtuoso."""
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource")
    http, sql = free_port(), free_port()
    folder.mkdir()
    ini = folder / "virtuoso.ini"
    ini.write_text(_SETTINGS.format(folder=folder, http=http, sql=sql, sparql=settings))
    written(snapshot, folder / "all.nq")
    loads = f"ld_dir('{folder}', 'all.nq', 'urn:nothing');\n"
    with _running(["virtuoso-t", "-f", "-c", str(ini)], folder, sql):
        done = subprocess.run(
            ["isql-vt", str(sql), "dba", "dba"],
            input=f"{loads}rdf_loader_run();\ncheckpoint;\nselect ll_error from DB.DBA.load_list where ll_error is not null;\n",
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0 and re.search(r"\n0 Rows", done.stdout), done.stdout + done.stderr
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{http}/sparql?query=ASK%7B%7D", timeout=10).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{http}/sparql"
