"""Commands on accounts and on the audit log: those of who hosts the site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...words import N_, NN_, gettext
from ...words.locales import language
from ..web.packages import check_device_packages
from .application import (
    INVALID,
    Commands,
    DataDir,
    UsageError,
    app,
    check_choice,
    data_folder,
    error_console,
    existing_settings,
    settings_of,
)
from .output import Format, tell_rows

if TYPE_CHECKING:
    from ..accounts.devices import Devices
    from ..web.settings import Settings

commands = Commands(name="account")
audit_commands = Commands(name="audit")
app.add_typer(commands)
app.add_typer(audit_commands)

Name = Annotated[
    str, typer.Argument(metavar="NOM", help="Nom du compte : minuscules, chiffres, point, tiret, arobase.")
]


@commands.callback(invoke_without_command=True)
def account(context: typer.Context) -> None:
    """Comptes du guichet : en ajouter, les lister, y inviter, en désactiver, en supprimer ; faire une clé des contacts."""
    if context.invoked_subcommand is None:
        print(context.get_help())
    else:
        check_device_packages()


@audit_commands.callback(invoke_without_command=True)
def audit(context: typer.Context) -> None:
    """Journal d'audit : qui s'est connecté, qui a lu un contact, qui a changé quoi."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@commands.command()
def add(
    name: Name,
    role: Annotated[
        str, typer.Option("--role", metavar="RÔLE", help="partner, relay, desk ou administrator.")
    ] = "desk",
    organization: Annotated[
        str,
        typer.Option(
            "--organization",
            metavar="IDENTIFIANT",
            help="Organisation pour qui ce compte répond : organization/…",
        ),
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FICHIER",
            help="Fichier qui tient le mot de passe ; sinon il est demandé, ou lu sur l'entrée.",
        ),
    ] = None,
    email: Annotated[
        str,
        typer.Option(
            "--email",
            metavar="ADRESSE",
            help="Sans mot de passe : la première identité du fournisseur qui a cette adresse vérifiée aura ce compte.",
        ),
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Ajouter un compte ; son mot de passe a 12 caractères au moins."""
    from ...loaders.operations.roles import Role

    roles = [one.value for one in Role if one is not Role.VISITOR]
    check_choice("--role", role, roles)
    password = None if email and password_file is None else _password(password_file)
    devices = _devices(existing_settings(data_dir))
    try:
        known = _known(organization.strip(), data_dir) if organization.strip() else None
        made = devices.accounts.add(name, Role(role), password, known, email)
        devices.audit.add("create/account", "command-line", made.name, role=made.role.value)
    finally:
        devices.store.close()
    print(made.name)


@commands.command()
def move(data_dir: DataDir = None) -> None:
    """Copier le registre du dossier (comptes, demandes, conventions…) sur le serveur, encore vide, d'ANCRAGE_OPERATIONS."""
    from ...loaders.operations.files import STORE_FILE
    from ...loaders.operations.store import Operations

    settings = existing_settings(data_dir)
    if settings.operations is None:
        raise UsageError(N_("ANCRAGE_OPERATIONS ne nomme aucun serveur où copier le registre."))
    if not (settings.data_dir / STORE_FILE).exists():
        raise FileNotFoundError(2, "absent", str(settings.data_dir / STORE_FILE))
    source = Operations.open(settings.data_dir)
    target = Operations.open(settings.data_dir, settings.operations.get_secret_value())
    try:
        count = target.take_over(source)
    finally:
        source.close()
        target.close()
    told = NN_(
        "{n} ligne copiée. {file} n’est plus lu : gardez-le à part ; « ancrage backup » sauvegarde désormais ce serveur.",
        "{n} lignes copiées. {file} n’est plus lu : gardez-le à part ; « ancrage backup » sauvegarde désormais ce serveur.",
        count,
        file=STORE_FILE,
    )
    error_console().print(told[language()], markup=False, highlight=False)


def _known(organization: str, data_dir: Path | None) -> str:
    """Give the path of an organisation of the publication, as it is where nothing is published; raises UnknownName."""
    from ...graph.region.view import RegionView
    from ...graph.snapshots.reader import LocalReader, NoSnapshot
    from ...graph.suggestions.directory import Directory

    try:
        reader = LocalReader.current(data_folder(data_dir))
    except NoSnapshot:
        return organization
    with reader:
        return Directory.of(RegionView.of(reader, illustrative=True)).find(organization)


@commands.command("list")
def list_accounts(
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Lister les comptes : nom, rôle, organisation, date, en service ou non."""
    devices = _devices(settings_of(data_dir))
    try:
        every = devices.accounts.all()
    finally:
        devices.store.close()
    rows = [
        {"name": one.name, "role": one.role.value, "organization": one.organization, "created": one.created,
         "disabled": one.disabled}
        for one in every
    ]  # fmt: skip
    if tell_rows(rows, format):
        return
    for one in every:
        state = gettext("désactivé", language()) if one.disabled else ""
        print(
            "  ".join(
                part
                for part in (one.name, one.role.value, one.organization or "", one.created[:10], state)
                if part
            )
        )
    if not every:
        error_console().print(gettext("Aucun compte.", language()), highlight=False)


@commands.command()
def invite(
    name: Name,
    email: Annotated[
        str,
        typer.Option(
            "--email", metavar="ADRESSE", help="Adresse vérifiée de qui aura ce compte chez le fournisseur."
        ),
    ],
    data_dir: DataDir = None,
) -> None:
    """Laisser une identité du fournisseur prendre un compte à sa prochaine connexion ; celles qu'il avait n'y mènent plus."""
    _change("invite", name, data_dir, lambda devices: devices.identities.invite(name, email))


@commands.command()
def disable(name: Name, data_dir: DataDir = None) -> None:
    """Désactiver un compte : ses sessions finissent, ses clés n'ouvrent plus rien."""
    _change("disable", name, data_dir, lambda devices: devices.accounts.disable(name))


@commands.command()
def delete(name: Name, data_dir: DataDir = None) -> None:
    """Supprimer un compte et tout ce qui l'ouvrait : ce qu'il a fait reste dit sous son nom, que nul autre ne prend."""
    _change("delete", name, data_dir, lambda devices: devices.accounts.delete(name))


def _change(act: str, name: str, data_dir: Path | None, do: Callable[[Devices], None]) -> None:
    """Change an account and add it to the audit log."""
    devices = _devices(settings_of(data_dir))
    try:
        do(devices)
        devices.audit.add(f"{act}/account", "command-line", name)
    finally:
        devices.store.close()
    print(name)


@commands.command()
def key() -> None:
    """Écrire une clé des contacts, pour ANCRAGE_CONTACT_KEY : gardez-la hors du dossier des données et des sauvegardes."""
    from ...loaders.operations.safe import new_key

    print(new_key())


@audit_commands.command()
def verify(
    head: Annotated[
        str,
        typer.Option(
            "--head",
            metavar="EMPREINTE",
            help="Empreinte notée ailleurs, d'une ligne qui doit y être encore.",
        ),
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Vérifier que le journal d'audit n'a été ni changé ni coupé ; écrire l'empreinte de sa dernière ligne."""
    from ...loaders.operations.audit import AuditLog

    report = AuditLog(data_folder(data_dir)).verify(head)
    for finding in report.findings:
        error_console().print(finding[language()], markup=False, highlight=False)
    print(f"{report.lines}  {report.head or '–'}")
    if report.findings:
        raise typer.Exit(INVALID)


def _devices(settings: Settings) -> Devices:
    from ..accounts.devices import Devices

    return Devices.open(settings)


def _password(file: Path | None) -> str:
    """Read a password: from a file, from a person who types it twice, or from the first line of the input."""
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = typer.prompt(gettext("Mot de passe", language()), hide_input=True, err=True)
    if typer.prompt(gettext("Encore une fois", language()), hide_input=True, err=True) != first:
        raise UsageError(N_("Les deux mots de passe ne sont pas les mêmes."))
    return str(first)
