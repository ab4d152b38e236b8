"""The command of the desk: what is to be done once a day, by a timer."""

from __future__ import annotations

import typer

from ...words import gettext, ngettext
from ...words.locales import language
from ..web.packages import check_device_packages
from .application import Commands, DataDir, app, settings_of

commands = Commands(name="desk")
app.add_typer(commands)


@commands.callback(invoke_without_command=True)
def desk(context: typer.Context) -> None:
    """Guichet : ce qui se fait chaque jour."""
    if context.invoked_subcommand is None:
        print(context.get_help())
    else:
        check_device_packages()


@commands.command()
def daily(data_dir: DataDir = None) -> None:
    """Écrire les messages dus, envoyer ceux qui ont une adresse si un serveur est réglé, effacer les coordonnées échues."""
    from ...loaders.desk.ledger import Ledger
    from ...loaders.desk.outbox import Outbox, Server
    from ..accounts.devices import Devices
    from ..desk.letters import write_due

    settings = settings_of(data_dir)
    server = Server.parse(settings.smtp.get_secret_value()) if settings.smtp and settings.sender else None
    devices = Devices.open(settings)
    try:
        outbox = Outbox(devices.store, devices.safe)
        written = write_due(Ledger(devices.store).read(), outbox, settings.base_url)
        counts = outbox.send(server, settings.sender) if server else {"sent": 0, "failed": 0}
        erased = devices.sweep("command-line")
        if counts["sent"]:
            devices.audit.add("send/messages", "command-line", str(counts["sent"]))
    finally:
        devices.store.close()
    told = language()
    print(ngettext("{n} message écrit", "{n} messages écrits", written, told))
    print(ngettext("{n} message envoyé", "{n} messages envoyés", counts["sent"], told))
    if counts["failed"]:
        print(ngettext("{n} échec, à retenter", "{n} échecs, à retenter", counts["failed"], told))
    print(ngettext("{n} contenu échu effacé", "{n} contenus échus effacés", erased, told))
    if server is None:
        print(
            gettext("Aucun serveur d’envoi n’est réglé (ANCRAGE_SMTP, ANCRAGE_SENDER) : rien ne part.", told)
        )
    raise typer.Exit(1 if counts["failed"] else 0)


@commands.command("no-examples")
def no_examples(data_dir: DataDir = None) -> None:
    """Retirer ce qui est inventé : sources illustratives, demandes, offres, postes et conventions d'exemple ; publier."""
    from ...graph.snapshots.provenance import GRAPHS
    from ...loaders.operations.examples import forget_examples
    from ...loaders.publish.pipeline import Pipeline
    from ..accounts.devices import Devices

    settings = settings_of(data_dir)
    devices = Devices.open(settings)
    try:
        forgotten = forget_examples(devices.store, devices.safe)
        devices.audit.add("delete/examples", "command-line", str(forgotten))
    finally:
        devices.store.close()
    pipeline = Pipeline(settings.data_dir, keep=settings.keep, indicators=settings.indicators)
    snapshot = pipeline.snapshots.current()
    roles = snapshot.graphs("illustrative") if snapshot else []
    names = [name for name in pipeline.versions.names() if GRAPHS + name in roles]
    for name in names:
        pipeline.versions.remove(name)
    if names:
        pipeline.publish()
    told = language()
    print(ngettext("{n} exemple retiré", "{n} exemples retirés", forgotten, told))
    print(ngettext("{n} source illustrative retirée", "{n} sources illustratives retirées", len(names), told))
