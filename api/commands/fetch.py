"""The command that takes the files of a source from its publisher."""

from pathlib import Path
from typing import Annotated

import typer

from ...words import N_
from .application import app, error_console, progress_on
from .load import check_source


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Nom d'une source.")],
    folder: Annotated[
        Path,
        typer.Argument(metavar="DOSSIER", help="Où mettre ses fichiers, rangés comme « load » les attend."),
    ] = Path(),
    address: Annotated[
        str | None,
        typer.Option(
            "--address",
            metavar="ADRESSE",
            help="Une autre adresse du fichier (un miroir), s'il n'y en a qu'un.",
        ),
    ] = None,
    largest: Annotated[
        float,
        typer.Option("--largest", metavar="GO", min=0, help="Refuser un fichier de plus de GO gigaoctets."),
    ] = 8,
) -> None:
    """Télécharger les fichiers d'une source : repris s'ils sont coupés, vérifiés, laissés s'ils n'ont pas changé.

    D'une archive, ceux que la source lit sont sortis à côté.
    Le chemin de chaque fichier va sur la sortie ; à côté, « .origin » dit son adresse, sa date, sa taille et son SHA-256.
    """
    from ...loaders.download import addresses
    from ...loaders.download import fetch as take
    from ...loaders.publisher_archives import unpack
    from ...loaders.read.source import Source

    check_source(source)
    show, most, named = progress_on(error_console()), int(largest * 10**9), Source.named(source)
    for one, path in addresses(named, folder, address or ""):
        show(N_("{name} : {address}", name=path.name, address=one))
        take(one, path, show, largest=most)
        for file in unpack(named, path, largest=most) if one in named.archives else [path]:
            print(file)
