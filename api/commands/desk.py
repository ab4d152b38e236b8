"""Commands of the desk: what is to be done once a day, by a timer; what is kept of a person; the end of examples."""

from __future__ import annotations

from typing import Annotated

import typer

from ...words import N_, gettext, ngettext
from ...words.locales import language
from ..web.packages import check_device_packages
from .application import Commands, DataDir, app, error_console, settings_of
from .output import Format, tell_rows

commands = Commands(name="desk")
app.add_typer(commands)
_PARTS = {
    "requester": N_("coordonnées de qui demande"),
    "words": N_("mots de la demande"),
    "candidate": N_("coordonnées de qui est sollicité"),
    "offer": N_("coordonnées de qui propose"),
    "mention": N_("cité dans les mots d’autrui"),
    "account": N_("compte qui attend cette adresse"),
}
_FIELDS = {
    "name": N_("Nom"),
    "email": N_("Adresse électronique"),
    "phone": N_("Téléphone"),
    "structure": N_("Structure"),
    "siren": N_("Numéro SIREN"),
    "language": N_("Langue"),
    "private": N_("Adresse privée"),
    "words": N_("Texte"),
}


@commands.callback(invoke_without_command=True)
def desk(context: typer.Context) -> None:
    """Guichet : ce qui se fait chaque jour, ce qui est gardé d'une personne, la fin des exemples."""
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


@commands.command()
def person(
    address: Annotated[
        str, typer.Argument(metavar="ADRESSE", help="Adresse électronique de la personne qui demande.")
    ],
    erase: Annotated[bool, typer.Option("--erase", help="Effacer ce qui a été trouvé.")] = False,
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Donner à une personne ce qui est gardé d'elle, ou l'effacer : coordonnées, mots de ses demandes, invitation à un compte.

    L'usage est noté au journal d'audit. Les mots d'autrui qui citent l'adresse sont montrés et restent : une personne en décide.
    """
    from ...loaders.desk.ledger import Ledger
    from ...loaders.desk.outbox import Outbox
    from ...loaders.desk.traces import Trace, erase_traces, traces_of
    from ..accounts.devices import Devices

    devices = Devices.open(settings_of(data_dir))
    try:
        accounts = devices.accounts.of_email(address)
        ledger = Ledger(devices.store).read()
        traces = traces_of(address, ledger, devices.safe)
        left = traces
        if erase:
            left = erase_traces(traces, "command-line", ledger, devices.store, devices.safe)
            Outbox(devices.store, devices.safe).forget(address)
            for account in accounts:
                devices.accounts.delete(account.name)
        act = "delete" if erase else "read"
        for subject in dict.fromkeys(one.subject for one in traces):
            devices.audit.add(f"{act}/contact", "command-line", subject)
        for account in accounts:
            devices.audit.add(f"{act}/account", "command-line", account.name)
    finally:
        devices.store.close()
    rows = [Trace(one.name, "account", "", {}) for one in accounts if not erase]
    rows += left
    told = language()
    if not tell_rows(
        [{"subject": one.subject, "part": one.part, "content": one.content} for one in rows], format
    ):
        for one in rows:
            print(f"{one.subject}  {_PARTS[one.part][told]}")
            for name, value in one.content.items():
                print(f"    {_FIELDS[name][told]} : {value}")
    if erase:
        count = len(traces) + len(accounts) - len(left)
        error_console().print(
            ngettext("{n} contenu effacé", "{n} contenus effacés", count, told), highlight=False
        )
    elif not rows:
        error_console().print(gettext("Rien n’est gardé de cette adresse.", told), highlight=False)


@commands.command("no-examples")
def no_examples(data_dir: DataDir = None) -> None:
    """Retirer ce qui est inventé : sources illustratives, demandes, offres, postes, conventions et scénarios ; publier."""
    from ...graph.snapshots.provenance import GRAPHS
    from ...loaders.operations.examples import forget_examples
    from ...loaders.publish.pipeline import Pipeline
    from ...loaders.write.scenarios import forget_examples as forget_scenarios
    from ...loaders.write.writer import Writer
    from ..accounts.devices import Devices

    settings = settings_of(data_dir)
    devices = Devices.open(settings)
    try:
        forgotten = forget_scenarios(Writer(settings.data_dir, keep=settings.keep))
        forgotten += forget_examples(devices.store, devices.safe)
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
