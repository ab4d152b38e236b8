"""The command that serves a replica: follow."""

from __future__ import annotations

from typing import Annotated

import typer

from .application import DataDir, app, data_folder
from .serve import (
    BaseUrl,
    Deadline,
    Host,
    LogFormat,
    LogLevel,
    Memory,
    Port,
    Strict,
    Workers,
    listen,
    run_server,
    settings_of,
)


@app.command(epilog="La clé : ANCRAGE_REPLICA_KEY, la même sur le service suivi ; docs/how-to/host.md")
def follow(
    primary: Annotated[
        str,
        typer.Argument(
            metavar="SERVICE",
            help="Adresse https://… du service suivi, ou dossier qu'on remplit de ses données.",
        ),
    ],
    once: Annotated[
        bool, typer.Option("--once", help="Prendre la publication courante et finir, sans rien servir.")
    ] = False,
    interval: Annotated[
        float | None,
        typer.Option("--interval", metavar="SECONDES", help="Secondes entre deux vérifications (2)."),
    ] = None,
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    workers: Workers = None,
    deadline: Deadline = None,
    memory: Memory = None,
    base_url: BaseUrl = None,
    strict: Strict = None,
    log_level: LogLevel = None,
    log_format: LogFormat = None,
) -> None:
    """Servir, en lecture seule, la copie d'un service : chaque publication est prise, contrôlée, puis servie d'un coup."""
    options = {
        "data_dir": data_folder(data_dir), "primary": primary, "primary_interval": interval,
        "host": host, "port": port, "workers": workers, "deadline": deadline, "memory": memory,
        "base_url": base_url, "strict": strict, "log_level": log_level, "log_format": log_format,
    }  # fmt: skip
    settings = settings_of(options, primary="SERVICE", primary_interval="--interval")
    if not once:
        run_server(listen(settings.host, settings.port), settings)
        return
    from ...graph.snapshots.snapshot import Snapshots
    from ...loaders.publish.replica import primary_at, take

    key = settings.replica_key.get_secret_value() if settings.replica_key else ""
    with primary_at(settings.primary, key) as primary_there:
        print(take(Snapshots(settings.data_dir, keep=settings.keep), primary_there).id)
