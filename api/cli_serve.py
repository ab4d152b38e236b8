"""Commands that serve: serve and demo."""

import errno
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from .cli import DataDir, UsageError, app, data_folder, error_console, progress_on
from .settings import Settings

Host = Annotated[str | None, typer.Option("--host", metavar="ADRESSE", help="Adresse (127.0.0.1).")]
Port = Annotated[
    int | None, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port (8000 ; 0 = libre).")
]

#: The folders of examples that make the demonstration, in the order of loading.
EXAMPLES = ("aura", "aura-odbl", "illustrative")


class PortBusy(OSError):  # noqa: N818
    """Another program listens on the port; keeps `host` and `port`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"le port {port} de {host} est déjà pris par un autre programme ; donnez-en un autre par --port."
        )
        self.host, self.port = host, port


def listen(host: str, port: int) -> socket.socket:
    """Take the port now, before any long work; raises PortBusy.

    >>> taken = listen("127.0.0.1", 0)
    >>> taken.getsockname()[0]
    '127.0.0.1'
    >>> taken.close()
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(128)
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(host, port) from None
        raise
    return taken


def address(taken: socket.socket) -> str:
    """Give the web address of a listening socket."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run_server(taken: socket.socket, settings: Settings) -> None:
    """Serve on a socket already taken, until the process is told to stop."""
    import uvicorn

    from .app import create_app

    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    server = uvicorn.Server(config)
    print(f"ancrage est servi sur {address(taken)} (Ctrl+C pour arrêter)", file=sys.stderr, flush=True)
    server.run(sockets=[taken])


@app.command()
def serve(data_dir: DataDir = None, host: Host = None, port: Port = None) -> None:
    """Servir les pages, les données liées et le point d'accès SPARQL."""
    settings = _settings(data_folder(data_dir), host, port)
    run_server(listen(settings.host, settings.port), settings)


@app.command()
def demo(
    port: Port = None,
    host: Host = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Servir ensuite.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Construire le graphe des exemples, le contrôler, le publier et le servir."""
    settings = _settings(data_folder(data_dir), host, port)
    refuse_other_sources(settings.data_dir)
    taken = listen(settings.host, settings.port) if serve else None
    try:
        build_demo(settings.data_dir)
    except BaseException:
        if taken is not None:
            taken.close()
        raise
    if taken is not None:
        run_server(taken, settings)


def refuse_other_sources(data_dir: Path) -> None:
    """Keep the examples out of a directory that holds somebody's own sources; raises UsageError."""
    from ..loaders.staging import SourceVersions

    others = [name for name in SourceVersions(data_dir).names() if name not in EXAMPLES]
    if others:
        raise UsageError(
            f"le dossier {data_dir} contient déjà d'autres sources ({', '.join(others[:3])}) ; "
            "donnez à la démonstration le sien par --data-dir."
        )


def build_demo(data_dir: Path) -> None:
    """Load the examples that the package ships, and publish once."""
    from ..loaders.pipeline import Pipeline

    folder = Path(__file__).parents[1] / "examples"
    items = [("exchange", [folder / name], name) for name in EXAMPLES if (folder / name).is_dir()]
    if not items:
        raise FileNotFoundError(2, "absent", str(folder / EXAMPLES[0]))
    show = progress_on(error_console())
    show(f"Construction du graphe des exemples dans {data_dir}")
    Pipeline(data_dir).load_many(items, progress=show)


def _settings(data_dir: Path, host: str | None, port: int | None) -> Settings:
    base = Settings()
    return base.model_copy(
        update={
            "data_dir": data_dir,
            "host": base.host if host is None else host,
            "port": base.port if port is None else port,
        }
    )
