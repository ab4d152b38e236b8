"""Commands that serve: serve and demo."""

import errno
import logging
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...words import N_, SentenceError, Spoken
from ...words.locales import language
from .application import (
    DataDir,
    UsageError,
    app,
    data_folder,
    error_console,
    keep_count,
    own_indicators,
    progress_on,
)

if TYPE_CHECKING:
    from ..web.settings import Settings

log = logging.getLogger(__name__)

Host = Annotated[str | None, typer.Option("--host", metavar="ADRESSE", help="Adresse (127.0.0.1).")]
Port = Annotated[
    int | None, typer.Option("--port", metavar="PORT", min=0, max=65535, help="Port (8000 ; 0 = libre).")
]

Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, max=64, help="Processus de requête (2).")
]
Deadline = Annotated[
    float | None, typer.Option("--deadline", metavar="SECONDES", help="Durée permise à une requête (30).")
]
Memory = Annotated[
    str | None, typer.Option("--memory", metavar="TAILLE", help="Mémoire permise à une requête (2G).")
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="ADRESSE", help="Adresse publique du site.")
]
Strict = Annotated[
    bool | None,
    typer.Option(
        "--strict/--no-strict",
        help="Refuser de démarrer si les processus de requête ne peuvent être coupés du réseau (oui).",
    ),
]
LogFormat = Annotated[
    str | None, typer.Option("--log-format", metavar="FORME", help="Journal : text ou json.")
]
LogLevel = Annotated[
    str | None,
    typer.Option("--log-level", metavar="NIVEAU", help="Journal : debug, info, warning ou error (warning)."),
]

#: What whoever starts the service reads before the first click.
FIRST_PAGES = N_(
    "Les premières pages d'une nouvelle publication peuvent demander une minute, le temps de la lire."
)

#: The folders of examples that make the demonstration, in the order of loading.
EXAMPLES = ("aura", "aura-odbl", "campus-connectes", "illustrative")


class PortBusy(SentenceError, OSError):  # noqa: N818
    """Another program listens on the port; keeps `host` and `port`."""

    code = "port-busy"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            N_(
                "le port {port} de {host} est déjà pris par un autre programme ; donnez-en un autre par --port.",
                port=port,
                host=host,
            )
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
        raise type(error)(error.errno, error.strerror, f"{host}:{port}") from None
    return taken


def address(taken: socket.socket) -> str:
    """Give the web address of a listening socket."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run_server(taken: socket.socket, settings: "Settings") -> None:
    """Serve on a socket already taken, until the process is told to stop (SIGTERM or SIGINT)."""
    from ..server import serve_on
    from ..service.logs import announce, start_log
    from ..web.settings import unknown_variables

    start_log(settings)
    for name in unknown_variables(os.environ):
        log.warning("the variable %s is no setting", name)
    at = address(taken)

    published = tell_unpublished(settings)

    def ready() -> None:
        if settings.log_format == "text":
            _say(N_("ancrage est servi sur {address} (Ctrl+C pour arrêter)", address=at))
            if published:
                _say(FIRST_PAGES)
        else:
            announce(f"serving at {at}")

    serve_on(taken, settings, ready)


def _say(sentence: Spoken) -> None:
    print(sentence[language()], file=sys.stderr, flush=True)


def tell_unpublished(settings: "Settings") -> bool:
    """Warn where the data directory has no publication, perhaps because it is mistyped; tell whether it has one."""
    from ...graph.snapshots.snapshot import Snapshots, UnknownSnapshot

    folder = settings.data_dir
    try:
        if Snapshots(folder).current() is not None:
            return True
    except UnknownSnapshot:
        pass  # the service tells it, and serves as soon as there is another
    if settings.primary:
        log.warning("nothing is published in %s yet: the primary's publication is being taken", folder)
    elif settings.log_format == "text":
        state = (
            N_("rien n'est publié dans {folder}", folder=folder)
            if folder.is_dir()
            else N_("le dossier {folder} n'existe pas", folder=folder)
        )
        _say(
            N_(
                "Attention : {state} ; le service attend une publication (ancrage demo, ancrage load).",
                state=state,
            )
        )
    else:
        log.warning("nothing is published in %s yet", folder)
    return False


@app.command(epilog="Tous les réglages, variables ANCRAGE_* comprises : docs/reference/settings.md")
def serve(
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
    """Servir les pages, les données liées et le point d'accès SPARQL."""
    from ...graph.snapshots.locks import check

    check()
    options = {
        "data_dir": data_folder(data_dir), "host": host, "port": port, "workers": workers,
        "deadline": deadline, "memory": memory, "base_url": base_url, "strict": strict,
        "log_level": log_level, "log_format": log_format,
    }  # fmt: skip
    settings = settings_of(options)
    run_server(listen(settings.host, settings.port), settings)


@app.command()
def demo(
    port: Port = None,
    host: Host = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Servir ensuite.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Construire le graphe des exemples, le contrôler, le publier et le servir."""
    from ..web.packages import check_device_packages

    check_device_packages()
    options = {"data_dir": data_folder(data_dir), "host": host, "port": port}
    settings = for_demo(settings_of(options))
    refuse_other_sources(settings.data_dir)
    taken = listen(settings.host, settings.port) if serve else None
    try:
        build_demo(settings.data_dir)
        show_desk(settings)
    except BaseException:
        if taken is not None:
            taken.close()
        raise
    if taken is not None:
        run_server(taken, settings)


def settings_of(options: Mapping[str, Any], **typed: str) -> "Settings":
    """Give the settings with the options that were given; raises SettingError, which calls these as they are `typed`.

    An option is typed as its name, after two hyphens, unless told otherwise.
    """
    from ..web.settings import SettingError, Settings

    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except SettingError as error:
        raise error.labelled({name: "--" + name.replace("_", "-") for name in given} | typed) from None


def for_demo(settings: "Settings") -> "Settings":
    """Let the demonstration run, with a warning, where query processes cannot be cut off the network, unless told not to.

    Only on an address of this machine: what others can reach is a service.

    >>> from ancrage.api.web.settings import Settings
    >>> for_demo(Settings()).strict, for_demo(Settings(host="0.0.0.0")).strict, for_demo(Settings(strict=True)).strict
    (False, True, True)
    """
    if "strict" in settings.model_fields_set or settings.host not in ("127.0.0.1", "::1", "localhost"):
        return settings
    return settings.model_copy(update={"strict": False})


def refuse_other_sources(data_dir: Path) -> None:
    """Keep the examples out of a directory that holds somebody's own sources; raises UsageError."""
    from ...loaders.publish.staging import SourceVersions

    others = [name for name in SourceVersions(data_dir).names() if name not in EXAMPLES]
    if others:
        raise UsageError(
            N_(
                "le dossier {folder} contient déjà d'autres sources ({sources}) ; donnez à la démonstration le sien par "
                "--data-dir.",
                folder=str(data_dir),
                sources=", ".join(others[:3]),
            )
        )


def show_desk(settings: "Settings") -> None:
    """Give a demonstration illustrative requests and, once, an account of the desk, whose password is told here alone."""
    from ...loaders.desk.examples import add_examples
    from ...loaders.internships.examples import add_examples as add_internships
    from ...loaders.operations.roles import Role
    from ..accounts.devices import Devices

    devices = Devices.open(settings)
    try:
        examples = Path(__file__).parents[2] / "examples"
        add_examples(devices.store, devices.safe, examples / "desk.toml")
        add_internships(devices.store, examples / "stages.toml")
        if devices.accounts.all():
            return
        password = token_urlsafe(12)
        devices.accounts.add("guichet", Role.DESK, password)
        devices.audit.add("create/account", "demo", "guichet", role=Role.DESK.value)
    finally:
        devices.store.close()
    told = N_(
        "Guichet de démonstration : /connexion, compte guichet, mot de passe {password}", password=password
    )
    print(told[language()], file=sys.stderr)


def build_demo(data_dir: Path) -> None:
    """Load the examples that the package ships, publish once, and keep the scenario among them."""
    from ...graph.scenarios.reading import read_scenario
    from ...loaders.publish.pipeline import Pipeline
    from ...loaders.write.scenarios import keep_example
    from ...loaders.write.writer import Writer

    folder = Path(__file__).parents[2] / "examples"
    items = [("exchange", [folder / name], name) for name in EXAMPLES if (folder / name).is_dir()]
    if not items:
        raise FileNotFoundError(2, "absent", str(folder / EXAMPLES[0]))
    show = progress_on(error_console())
    show(N_("Construction du graphe des exemples dans {folder}", folder=data_dir))
    pipeline = Pipeline(data_dir, keep=keep_count(), indicators=own_indicators(), trusted=True)
    pipeline.load_many(items, progress=show)
    for path in sorted((folder / "scenarios").glob("*.toml")):
        keep_example(Writer(data_dir, keep=keep_count()), read_scenario(path))
