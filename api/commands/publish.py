"""Commands on publications: snapshots, publish, rollback, backup, restore, verify."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...words import N_, Number, gettext, ngettext
from ...words.locales import language
from .application import (
    INVALID,
    WHOLE_AGAIN,
    DataDir,
    UsageError,
    app,
    check_output,
    data_folder,
    error_console,
    keep_count,
    own_indicators,
    progress_on,
)
from .output import Format, tell_rows

if TYPE_CHECKING:
    from ...graph.snapshots.snapshot import Snapshot
    from ...loaders.publish.backup import BackupReport, Progress

_MARKS = {"current": N_("courante"), "in_use": N_("en service")}
"""What a publication is, in the list."""


@app.command()
def snapshots(data_dir: DataDir = None, format: Format = "table") -> None:
    """Lister les publications gardées, de la plus ancienne à la plus récente."""
    from ...graph.snapshots.listing import check_sizes
    from ...graph.snapshots.snapshot import Snapshots, UnknownSnapshot, in_use

    found = Snapshots(data_folder(data_dir))
    current, broken = None, None
    try:
        if current := found.current():
            check_sizes(current)
    except UnknownSnapshot as error:
        broken = N_("la publication courante ne se lit pas ({why})", why=error.message)
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "created": one.created.isoformat().replace("+00:00", "Z"),
            "quads": one.quads,
            "current": one == current,
            "in_use": in_use(one),
        }
        for one in found.list()
    ]
    if broken:
        error_console().print(broken[language()], markup=False, highlight=False)
    if tell_rows(rows, format):
        return
    for row in rows:
        marks = [word[language()] for name, word in _MARKS.items() if row[name]]
        quads = ngettext("{n} énoncé", "{n} énoncés", row["quads"], language())
        print("  ".join([row["id"], row["created"], quads, *([", ".join(marks)] if marks else [])]))
    if not rows:
        error_console().print(gettext("Aucune publication.", language()), highlight=False)


@app.command()
def publish(data_dir: DataDir = None) -> None:
    """Construire, contrôler et publier le graphe des sources chargées."""
    from ...loaders.publish.pipeline import Pipeline

    folder = data_folder(data_dir)
    check_sources(folder)
    pipeline = Pipeline(folder, keep=keep_count(), indicators=own_indicators())
    print(pipeline.publish(progress_on(error_console())).id)


def check_sources(folder: Path) -> None:
    """Refuse to publish a folder that holds neither a source nor an edit: its path is mistyped; raises UsageError."""
    from ...loaders.publish.edits import Edits
    from ...loaders.publish.staging import SourceVersions

    if not folder.is_dir():
        raise UsageError(
            N_("le dossier de données {folder} n'existe pas : rien n'est à publier.", folder=str(folder))
        )
    if not SourceVersions(folder).names() and not Edits(folder).all():
        raise UsageError(
            N_(
                "aucune source n'est chargée dans {folder} : rien n'est à publier (ancrage load, ou un autre --data-dir).",
                folder=str(folder),
            )
        )


@app.command()
def rollback(
    snapshot: Annotated[
        str | None, typer.Argument(metavar="PUBLICATION", help="Identifiant ; sinon la précédente.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Revenir à une publication précédente."""
    from ...graph.snapshots.snapshot import Snapshots
    from .edits import tell_aside

    folder = data_folder(data_dir)
    print(Snapshots(folder).rollback(snapshot).id)
    tell_aside(folder)


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Archive à écrire : .tar, .tar.gz ou .tar.zst.")
    ],
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Sauvegarder, sans arrêter le service : publication, sources, modifications, registre du guichet et des comptes."""
    from ...graph.snapshots.archive import ArchiveNameError, compression_of
    from ...loaders.operations.files import KEY_FILE
    from ...loaders.publish.backup import back_up

    try:
        compression_of(file)
    except ArchiveNameError as error:
        raise UsageError(error.message) from error
    check_output(file)
    folder = data_folder(data_dir)
    show = progress_on(error_console())
    report = back_up(folder, file, show, operations=_server(folder))
    _tell_backup(report, file, format)
    if (key := folder / KEY_FILE).exists():
        show(N_("La clé des coordonnées n'est pas dans la sauvegarde : gardez {file} à part.", file=key))


def _tell_backup(report: "BackupReport", file: Path, format: str) -> None:
    if tell_rows({"file": str(file), **asdict(report)}, format):
        return
    print(f"{report.hash}  {file}")
    told = ngettext(
        "Publication {id} : {quads} énoncé, {size} Mo.",
        "Publication {id} : {quads} énoncés, {size} Mo.",
        report.quads,
        language(),
        id=report.snapshot,
        quads=Number(report.quads),
        size=Number(report.size / 1e6, 1),
    )
    error_console().print(told, markup=False, highlight=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Archive écrite par « ancrage backup ».")],
    data_dir: DataDir = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Remplacer ce qui est déjà là : sources, modifications, registre du guichet et des comptes (sur un serveur "
            "aussi).",
        ),
    ] = False,
    format: Format = "table",
) -> None:
    """Publier une sauvegarde comme nouvelle publication, après avoir vérifié son empreinte."""
    from ...loaders.operations.files import KEY_FILE, STORE_FILE
    from ...loaders.publish.restoration import restore as put_back

    if not file.is_file():
        raise FileNotFoundError(2, "absent", str(file))
    show = progress_on(error_console())
    folder = data_folder(data_dir)
    server = _server(folder)
    had_register = bool(server) or (folder / STORE_FILE).exists()
    snapshot = put_back(file, folder, replace=replace, keep=keep_count(), progress=show, operations=server)
    has_register = bool(server) or (folder / STORE_FILE).exists()
    if has_register:
        _tell_register(folder, had_register, snapshot, show)
    if has_register and not _is_given("CONTACT_KEY") and not (folder / KEY_FILE).exists():
        show(
            N_(
                "Les coordonnées du guichet ne se lisent qu'avec leur clé : remettez {file}, ou donnez ANCRAGE_CONTACT_KEY, "
                "avant de servir.",
                file=folder / KEY_FILE,
            )
        )
    restored = snapshot.manifest["restored"]
    told = {
        "id": snapshot.id,
        "quads": snapshot.quads,
        "hash": restored["hash"],
        "restored": restored["snapshot"],
    }
    if not tell_rows(told, format):
        print(snapshot.id)


def _server(folder: Path) -> str:
    """Give the address of the server that has the register, nothing where the folder has it."""
    if not _is_given("OPERATIONS"):
        return ""
    from ..web.settings import Settings

    operations = Settings(data_dir=folder).operations
    return operations.get_secret_value() if operations else ""


def _is_given(setting: str) -> bool:
    """Tell whether the environment gives a setting, or a file that has it."""
    return any(os.environ.get(f"ANCRAGE_{setting}{file}") for file in ("", "_FILE"))


def _tell_register(folder: Path, had: bool, snapshot: "Snapshot", show: "Progress") -> None:
    """Say what a restoration means for the register of the devices, and add it to the audit log."""
    from ..web.packages import has_devices

    if has_devices():
        from ...loaders.operations.audit import AuditLog

        AuditLog(folder).add("restore/backup", "command-line", snapshot.manifest["restored"]["snapshot"])
    if had:
        show(
            N_(
                "Le registre du guichet et des comptes est celui de la sauvegarde : relisez les comptes désactivés et les "
                "effacements demandés depuis, puis redémarrez le service."
            )
        )


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="Sauvegarde ; sinon la publication courante.")
    ] = None,
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Vérifier une sauvegarde ou la publication : empreinte, comptes, fichiers, colonnes ; sort avec 3 au moindre écart."""
    show = progress_on(error_console())
    if file is not None:
        from ...loaders.publish.backup import verify as verify_backup

        if not file.is_file():
            raise FileNotFoundError(2, "absent", str(file))
        show(N_("{file} : lecture et empreinte", file=file.name))
        report = verify_backup(file)
        told = {"file": str(file), **asdict(report)}
        digest, name, findings = report.hash, str(file), report.findings
    else:
        from ...graph.columns.checking import check as check_columns
        from ...graph.snapshots.verification import verify as verify_snapshot

        snapshot = _current(data_folder(data_dir))
        show(N_("publication {id} : comptes et empreinte", id=snapshot.id))
        checked = verify_snapshot(snapshot)
        told = {"snapshot": snapshot.id, **asdict(checked)}
        digest, name, findings = checked.hash, snapshot.id, checked.findings
        if digest:  # else its files are damaged, and its store is not opened
            findings += tuple(check_columns(snapshot))
    told["findings"] = [finding[language()] for finding in findings]
    if not tell_rows(told, format) and digest:
        print(f"{digest}  {name}")
    for finding in findings:
        print(gettext("Anomalie : {finding}.", language(), finding=finding), file=sys.stderr)
    if not digest:
        show(N_("À faire : {todo}.", todo=WHOLE_AGAIN))
    if findings:
        raise typer.Exit(INVALID)
    show(N_("Rien à signaler."))


def _current(data_dir: Path) -> "Snapshot":
    from ...graph.snapshots.reader import NoSnapshot
    from ...graph.snapshots.snapshot import Snapshots

    snapshot = Snapshots(data_dir).current()
    if snapshot is None:
        raise NoSnapshot(data_dir)
    return snapshot
