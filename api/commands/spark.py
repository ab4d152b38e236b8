"""`--engine spark` of the commands that only ask: Spark answers what is asked of a publication."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ...words import N_
from ...words.locales import language
from .application import error_console, is_spark

if TYPE_CHECKING:
    from ...graph.snapshots.reader import LocalReader

Engine = Annotated[str, typer.Option("--engine", metavar="MOTEUR", help="Qui répond : store ou spark.")]
Columns = Annotated[
    str | None,
    typer.Option("--columns", metavar="DOSSIER", help="Colonnes que Spark lit (chemin, hdfs://, s3a://)."),
]
STORE = "store"


@dataclass(frozen=True)
class Cluster:
    """Where Spark runs (`master`), and the folder of `columns` that it reads; None for its own and the publication's."""

    columns: str | None
    master: str | None

    def answer(self, reader: "LocalReader") -> None:
        """Have Spark answer a reader's questions; columns of the publication are made where they are not there yet.

        Raises NoColumns, ClusterFailure, BadColumns, PackageMissing.
        """
        from ...graph.columns.spark import SparkColumns, check_columns
        from ...loaders.mapping.spark import open_spark

        if self.columns is not None:
            check_columns(self.columns)
        spark = open_spark(self.master)
        folder = self.columns
        if folder is None:
            from ...graph.columns.building import build
            from ...graph.columns.glance import COLUMNS
            from ...graph.snapshots.artifacts import derived_folder

            own = derived_folder(reader.snapshot) / COLUMNS
            if not own.exists():
                error_console().print(N_("colonnes de la publication : construction")[language()])
                build(reader.snapshot, own)
            folder = str(own)
        reader.queried = SparkColumns(folder, spark)


def cluster_of(engine: str, columns: str | None, master: str | None) -> Cluster | None:
    """Give where Spark answers, None where the store does; raises UsageError for options that only Spark has.

    >>> cluster_of("store", None, None), cluster_of("spark", "/data/columns", "local[4]")
    (None, Cluster(columns='/data/columns', master='local[4]'))
    """
    on_spark = is_spark(engine, STORE, {"--columns": columns, "--master": master})
    return Cluster(columns, master) if on_spark else None
