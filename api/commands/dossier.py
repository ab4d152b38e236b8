"""Command of dossiers: of one territory, or of every intercommunality of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...words import N_, gettext
from ...words.locales import language as spoken_by_locale
from ..web.packages import check_dossier_packages
from .analysis import Illustrative
from .application import (
    FAILURE,
    DataDir,
    Lang,
    UsageError,
    app,
    check_choice,
    data_folder,
    error_console,
    error_text,
    spoken_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...graph.region.gazetteer import Territory
    from ...graph.region.view import RegionView

FORMATS = ("html", "pdf", "docx", "csv")


@app.command()
def dossier(
    territory: Annotated[
        str,
        typer.Argument(
            metavar="TERRITOIRE", help="Code, chemin, IRI ou nom : 200040715, 07, Valence, sillon-alpin."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DOSSIER", help="Où écrire ; créé au besoin.")
    ],
    every: Annotated[
        bool,
        typer.Option(
            "--all", help="Un dossier par intercommunalité de TERRITOIRE, avec une page qui les liste."
        ),
    ] = False,
    format: Annotated[
        str,
        typer.Option("--format", metavar="FORMATS", help="Séparés par des virgules : html, pdf, docx, csv."),
    ] = ",".join(FORMATS),
    lang: Lang = None,
    illustrative: Illustrative = False,
    data_dir: DataDir = None,
) -> None:
    """Écrire le dossier « potentiel d'interaction » d'un territoire : HTML, PDF, Word et CSV.

    Portrait, cartes, filières, liens, manques et suggestions avec leurs raisons, contacts de structures, méthodes, et une
    annexe où chaque chiffre a sa source.
    """
    formats, language = read_formats(format), spoken_in(lang)
    check_folder(output)
    from ..dossier.batch import Batch, desk
    from ..dossier.files import write
    from ..reading.remote import follow_store
    from ..web.settings import Settings

    follow_store(data_folder(data_dir), Settings())
    with desk(data_folder(data_dir), illustrative=illustrative, hurried=not every) as opened:
        ground = opened.seen.ground
        check_kind(opened.matter, territory)
        place = find_territory(ground, territory)
        if not every:
            for path in write(opened.dossier(place, language), output, formats):
                print(path)
            return
        if place.level == "commune":
            raise UsageError(
                N_(
                    "une commune ne contient pas d’intercommunalité : « {territory} » a son dossier sans --all.",
                    territory=territory,
                )
            )
        inside = ground.territories("epci", place.id)
        if not inside:
            raise UsageError(N_("aucune intercommunalité n’est dans « {territory} ».", territory=territory))
        batch = Batch(output, formats, language, place, opened.matter.snapshot, opened.created)
        with progress_bar(len(inside)) as begin:
            batch.run(opened, inside, begin)
        print(output / "index.html")
        print(output / "index.csv")
        if batch.failed:
            for label, reason in batch.failed:
                missing = N_("Dossier non fait : {label} ({reason})", label=label, reason=reason)
                error_console().print(missing[spoken_by_locale()], markup=False)
            raise typer.Exit(FAILURE)


def check_kind(matter: RegionView, name: str) -> None:
    """Refuse the name of a filière, which has no dossier; raises UsageError."""
    if f"value-chain/{name.rpartition('/')[2]}" in matter.frame("chains")["chain"]:
        raise UsageError(
            N_(
                "« {name} » est une filière, et un dossier est celui d’un territoire (ancrage synergies, ancrage draw).",
                name=name,
            )
        )


def find_territory(ground: object, name: str) -> Territory:
    """Find a territory as its users name it: an ad hoc one by its code alone too; raises UnknownName with the nearest."""
    from ...graph.region.gazetteer import Gazetteer
    from ...graph.region.names import UnknownName

    assert isinstance(ground, Gazetteer)
    try:
        return ground.territory(name)
    except UnknownName:
        try:
            return ground.territory(f"adhoc/{name}")
        except UnknownName:
            pass
        raise


def read_formats(text: str) -> Sequence[str]:
    """Read the formats asked for; raises WrongChoice for one that there is not, PackageMissing for one without its package.

    >>> read_formats("pdf, csv")
    ['pdf', 'csv']
    """
    found = list(dict.fromkeys(one.strip().lower() for one in text.split(",") if one.strip()))
    for one in found:
        check_choice("--format", one, FORMATS)
    check_dossier_packages(found)
    if not found:
        raise UsageError(N_("aucun format n’est demandé ; formats : {formats}.", formats=", ".join(FORMATS)))
    return found


def check_folder(folder: Path) -> None:
    """Refuse a folder where nothing can be written, before anything is computed; raises UsageError."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".essai-"):
            pass
    except OSError as error:
        raise UsageError(
            N_(
                "on ne peut pas écrire dans « {folder} » : {reason}.",
                folder=str(folder),
                reason=error_text(OSError(error.errno, error.strerror)),
            )
        ) from error


@contextmanager
def progress_bar(total: int) -> Iterator[Callable[[Territory], None]]:
    """Show on standard error how far a batch is: a bar on a terminal, a line each elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = error_console()
    columns = (
        TextColumn(gettext("dossiers", spoken_by_locale())),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        begun = 0

        def begin(territory: Territory) -> None:
            nonlocal begun
            progress.update(task, completed=begun, description=territory.label)
            begun += 1
            if not console.is_terminal:
                console.print(f"{begun}/{total} {territory.label}", markup=False, highlight=False)

        yield begin
