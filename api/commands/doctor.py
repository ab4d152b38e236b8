"""Whether this installation can work: what was looked at, what was found, and what to do about it."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...words import N_, AncrageError, Message, Named, Number, Spoken
from ...words.locales import language
from .application import INVALID, WHOLE_AGAIN, DataDir, app
from .output import Format, tell_rows
from .system import system_error

if TYPE_CHECKING:
    from ..web.settings import Settings

OLDEST = (3, 11)
"""The oldest Python that is known to work."""
_PACKAGES: Mapping[str, Message] = {
    "duckdb": N_("lire les fichiers des sources, répondre sur des colonnes"),
    "fastexcel": N_("lire les classeurs"),
    "sqlalchemy": N_("tenir le guichet, les comptes, les stages"),
    "typst": N_("écrire les dossiers en PDF"),
    "resvg": N_("peindre les cartes en PNG"),
    "tantivy": N_("chercher dans les textes"),
}
"""Packages without which a part does not work, and that part."""
_EXTRAS = {
    "typst": "'ancrage[dossiers]'",
    **dict.fromkeys(("duckdb", "fastexcel"), "'ancrage[load]'"),
    "sqlalchemy": "'ancrage[devices]'",
}
"""Packages that come with an extra of this one."""
_MARKS: Mapping[str, Message] = {"ok": N_("bon"), "warning": N_("à voir"), "fault": N_("à réparer")}
_MARGIN = 2
"""A publication is built beside the current one: free disk is enough from so many times its size."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its `name`, what was `found`, what `todo` about it; `state` is ok, warning or fault."""

    state: str
    name: Spoken
    found: Spoken
    todo: Spoken | None = None


def examine(folder: Path | None, environment: Mapping[str, str]) -> Iterator[Check]:
    """Look at Python, its packages, the settings, the theme, the folder, its sources and publication, the disk, the register.

    Nothing is written.

    >>> next(examine(Path("/nonexistent"), {})).state
    'ok'
    """
    from ..web.settings import Settings

    yield _python()
    yield from _packages()
    try:
        settings = Settings() if folder is None else Settings(data_dir=folder)
    except AncrageError as error:
        yield Check("fault", N_("réglages"), error.message, N_("corrigez ces variables d’environnement"))
        return
    yield _variables(environment)
    yield from _theme(settings)
    yield from _folder(settings.data_dir)
    yield from _register(settings)


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        return Check("fault", Named("Python"), Named(version), N_("installez Python 3.11 ou plus récent"))
    return Check("ok", Named("Python"), Named(f"{version} ({sys.executable})"))


def _packages() -> Iterator[Check]:
    lacking = [name for name in _PACKAGES if find_spec(name) is None]
    for name in lacking:
        found = N_("absent : il sert à {part}", part=_PACKAGES[name])
        yield Check("warning", Named(name), found, Named(f"pip install {_EXTRAS.get(name, name)}"))
    if not lacking:
        yield Check("ok", N_("paquets"), Named(", ".join(_PACKAGES)))


def _variables(environment: Mapping[str, str]) -> Check:
    from ..web.settings import unknown_variables

    if unknown := unknown_variables(environment):
        found = N_("aucun réglage ne s’appelle {names}", names=", ".join(unknown))
        return Check(
            "warning", N_("réglages"), found, N_("corrigez le nom : docs/reference/settings.md les liste")
        )
    return Check("ok", N_("réglages"), N_("tous se lisent"))


def _theme(settings: "Settings") -> Iterator[Check]:
    """Tell a theme that the service would not start with."""
    from ..render.theme import ThemeError, read_theme

    try:
        read_theme(settings.theme)
    except ThemeError as error:
        todo = N_("corrigez-le, ou ôtez ANCRAGE_THEME : le service ne part pas ainsi")
        yield Check("fault", N_("thème"), error.message, todo)


def _sources(folder: Path) -> Iterator[Check]:
    """Tell what a publication would stop at: a source whose files are gone, a wrong decision about organisations."""
    from ...loaders.publish.staging import SourceVersions
    from ...loaders.register.decisions import DECISIONS, DecisionError, read_decisions

    for name in SourceVersions(folder).lost():
        todo = N_("chargez-la de nouveau, ou ôtez son lien dans {folder}", folder=str(folder / "sources"))
        yield Check("fault", N_("source {name}", name=name), N_("ses fichiers ne sont plus là"), todo)
    try:
        read_decisions(folder / DECISIONS)
    except DecisionError as error:
        todo = N_("corrigez cette ligne : rien ne se publie avant")
        yield Check("fault", N_("décisions"), error.message, todo)


def _folder(folder: Path) -> Iterator[Check]:
    if not folder.is_dir():
        wanted = N_("donnez-le par --data-dir ou ANCRAGE_DATA_DIR, ou lancez « ancrage demo »")
        yield Check("fault", N_("dossier"), N_("{folder} n’existe pas", folder=str(folder)), wanted)
        return
    writable = os.access(folder, os.W_OK | os.X_OK)
    told: Spoken = Named(str(folder)) if writable else N_("{folder} ne s’écrit pas", folder=str(folder))
    todo: Spoken | None = (
        None if writable else N_("donnez-en le droit à qui charge et publie ; lire suffit pour servir")
    )
    yield Check("ok" if writable else "warning", N_("dossier"), told, todo)
    yield from _extensions(folder)
    yield from _sources(folder)
    yield from _publication(folder)


def _extensions(folder: Path) -> Iterator[Check]:
    """Tell the files of the host's own that are set aside."""
    from ...graph.declarations import nearest
    from ...graph.extensions import KINDS, extension_packages, unknown_folders
    from ...graph.indicators.declaration import indicator_folders, read_indicators
    from ...loaders.filieres.files import filiere_folders, read_filieres
    from ...loaders.sources.description import own_sources, read_sources
    from ..reading.library import read_library

    try:
        broken: list[AncrageError] = [*read_library(folder).broken]
        broken += read_indicators(indicator_folders(folder))[1]
        broken += read_filieres(*filiere_folders(folder))[1]
        broken += read_sources(*own_sources(folder))[1]
        unread = unknown_folders(folder)
    except OSError as refused:
        todo = N_("donnez le droit de le lire à qui sert et charge")
        yield Check("fault", N_("extensions"), system_error(refused) or Named(str(refused)), todo)
        return
    for name in (name for name, place in extension_packages() if place is None):
        found = N_("le paquet {name} n’est pas là, qu’un paquet installé dit étendre ancrage", name=name)
        yield Check("warning", N_("extension"), found, N_("réinstallez-le, ou retirez-le"))
    for name in unread:
        found = N_("extensions/{name} n’est lu par rien{near}", name=name, near=nearest(name, KINDS))
        yield Check("warning", N_("extension"), found, N_("renommez ce dossier, ou ôtez-le"))
    for error in broken:
        yield Check("warning", N_("extension"), error.message, N_("corrigez ce fichier : il est mis de côté"))
    if not broken and not unread:
        yield Check("ok", N_("extensions"), N_("tout ce qui est là se lit"))


def _register(settings: "Settings") -> Iterator[Check]:
    """Tell whether the register of the devices opens, where there is one; a replica has none."""
    from ..web.packages import has_devices

    if settings.primary or not has_devices():
        return
    from ...loaders.operations.files import STORE_FILE
    from ...loaders.operations.store import NewerStore, Operations, StoreUnreachable

    address = settings.operations.get_secret_value() if settings.operations else ""
    if not address and not (settings.data_dir / STORE_FILE).exists():
        return
    try:
        Operations.check(settings.data_dir, address)
    except NewerStore as error:
        yield Check(
            "fault", N_("registre"), error.message, N_("servez-le par la version d’ancrage qui l’a changé")
        )
        return
    except StoreUnreachable as error:
        place = Named("ANCRAGE_OPERATIONS") if address else Named(STORE_FILE)
        found = N_(
            "{place} ne s’ouvre pas pour écrire : {reason}",
            place=place,
            reason=error.reason.partition("\n")[0],
        )
        todo: Spoken = N_(
            "donnez le droit d’écrire le dossier à qui sert, ou remettez ce fichier d’une sauvegarde"
        )
        if address:
            todo = N_("voyez si ce serveur répond, et si ce réglage y mène")
        yield Check("fault", N_("registre"), found, todo)
        return
    left = address and (settings.data_dir / STORE_FILE).exists()
    if (
        left
        and Operations.is_empty(settings.data_dir, address)
        and not Operations.is_empty(settings.data_dir)
    ):
        found = N_("celui du serveur est vide, et {file} ne l’est pas", file=STORE_FILE)
        yield Check("fault", N_("registre"), found, N_("copiez-le par « ancrage account move »"))
        return
    yield Check("ok", N_("registre"), N_("il s’ouvre"))


def _publication(folder: Path) -> Iterator[Check]:
    from ...graph.snapshots.reader import LocalReader, NoSnapshot
    from ...graph.snapshots.snapshot import UnknownSnapshot

    try:
        reader = LocalReader.current(folder)
    except NoSnapshot:
        todo = N_("lancez « ancrage demo », ou « ancrage load » puis « ancrage publish »")
        yield Check("fault", N_("publication"), N_("rien n’est publié"), todo)
        return
    except UnknownSnapshot as error:
        yield Check("fault", N_("publication"), error.message, WHOLE_AGAIN)
        return
    except (OSError, RuntimeError) as error:  # the engine's
        todo = N_(
            "restaurez une sauvegarde (« ancrage restore »), ou publiez de nouveau (« ancrage publish »)"
        )
        yield Check("fault", N_("base"), Named(str(error)), todo)
        return
    with reader:
        one = reader.snapshot
        told = N_("{id}, {quads} énoncés", id=one.id, quads=Number(one.quads))
        yield Check("ok", N_("publication"), told)
        yield _store(reader.query("ASK { ?s ?p ?o }").body)
        yield _disk(folder, sum(path.stat().st_size for path in one.path.rglob("*") if path.is_file()))


def _store(answer: bytes) -> Check:
    if b"true" in answer:
        return Check("ok", N_("base"), N_("elle répond"))
    return Check(
        "warning", N_("base"), N_("elle est vide"), N_("chargez des sources : « ancrage sources » les liste")
    )


def _disk(folder: Path, size: int) -> Check:
    free = shutil.disk_usage(folder).free
    found = N_(
        "{free} Mo libres, la publication en prend {size}", free=Number(free / 1e6), size=Number(size / 1e6)
    )
    if free < _MARGIN * size:
        todo = N_("faites de la place : la suivante s’écrit à côté ; ANCRAGE_KEEP dit combien sont gardées")
        return Check("warning", N_("disque"), found, todo)
    return Check("ok", N_("disque"), found)


@app.command()
def doctor(
    data_dir: DataDir = None,
    format: Format = "table",
) -> None:
    """Dire si cette installation peut travailler, et sinon que faire : paquets, réglages, dossier, publication, disque."""
    said = language()
    checks = list(examine(data_dir, os.environ))
    rows = [
        {
            "state": one.state,
            "name": one.name[said],
            "found": one.found[said],
            "todo": one.todo[said] if one.todo else None,
        }
        for one in checks
    ]
    if not tell_rows(rows, format):
        width = max(len(mark[said]) for mark in _MARKS.values())
        for one in checks:
            todo = f" → {one.todo[said]}" if one.todo else ""
            line = N_("{name} : {found}", name=one.name, found=one.found)
            print(f"{_MARKS[one.state][said]:<{width}}  {line[said]}{todo}")
    if any(one.state == "fault" for one in checks):
        raise typer.Exit(INVALID)
