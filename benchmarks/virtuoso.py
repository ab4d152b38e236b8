"""Virtuoso (Debian's package `virtuoso-opensource`), by hand: a folder, a settings file, triples loaded, HTTP on loopback."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from serving import NotStarted, Server, free_port

GRAPH = "urn:ancrage:default"
_SETTINGS = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 40
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = 85000
MaxDirtyBuffers = 60000
MaxQueryMem = 2G
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
MaxClientConnections = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
EnabledGzipContent = 0
[Client]
SQL_QUERY_TIMEOUT = 0
[SPARQL]
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""
_LOADED = "loaded"


def installed() -> bool:
    """Tell whether the server and its client are there."""
    return bool(shutil.which("virtuoso-t") and shutil.which("isql-vt"))


def version() -> str:
    """Give the server's version."""
    said = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True).stderr
    return next((line.split()[1] for line in said.splitlines() if line.startswith("Version")), "?")


def start_virtuoso(folder: Path, triples: Path, log: Path) -> Server:
    """Start it on a folder; load the N-Triples into one graph unless the folder has them; raises NotStarted."""
    folder.mkdir(parents=True, exist_ok=True)
    http, sql = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_SETTINGS.format(folder=folder, http=http, sql=sql))
    (folder / "virtuoso.lck").unlink(missing_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["virtuoso-t", "-f", "-c", str(settings)], cwd=folder, stdout=output, stderr=output
        )
    server = Server("virtuoso", process, http, "/sparql")
    _wait(server, sql)
    if not (folder / _LOADED).exists():
        shutil.copy(triples, folder / "base.nt")
        _sql(sql, f"ld_dir('{folder}', 'base.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;")
        (folder / "base.nt").unlink()
        (folder / _LOADED).touch()
    return server


def _wait(server: Server, sql: int) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.alive:
        if (
            subprocess.run(
                ["isql-vt", str(sql), "dba", "dba", "exec=status();"], capture_output=True
            ).returncode
            == 0
        ):
            return
        time.sleep(0.3)
    server.stop()
    raise NotStarted(server.name, "see its virtuoso.log")


def _sql(port: int, text: str) -> None:
    for statement in filter(None, (part.strip() for part in text.split(";"))):
        done = subprocess.run(
            ["isql-vt", str(port), "dba", "dba", f"exec={statement};"], capture_output=True, text=True
        )
        if done.returncode or "*** Error" in done.stdout + done.stderr:
            raise NotStarted("virtuoso", (done.stdout + done.stderr)[-500:])
