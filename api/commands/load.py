"""Commands that bring data in: load, sources, validate, map."""

import errno
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ...words import EMPTY, N_, NN_, SOURCE, Said, gettext, ngettext
from ...words.locales import language
from ..web.links import local_name
from .application import (
    INVALID,
    DataDir,
    Master,
    UsageError,
    app,
    check_output,
    data_folder,
    error_console,
    is_spark,
    keep_count,
    open_reader,
    own_indicators,
    progress_on,
    tell_set_aside,
    tell_written,
)
from .output import Format, tell_rows

if TYPE_CHECKING:
    from ...graph.shacl.validation import Report
    from ...loaders.publish.stage import LoadReport, Write

ENGINES = ("polars", "spark")
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="CLÉ=VALEUR", help="Paramètre de la source, par exemple region=all."),
]


@app.command()
def load(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Nom d'une source, « rdf » ou « all ».")],
    files: Annotated[list[Path], typer.Argument(metavar="FICHIER…", help="Fichiers, ou dossier.")],
    data_dir: DataDir = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Tout vérifier ; ne garder que la liste des lignes rejetées."),
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish/--no-publish", help="Publier à la fin du chargement.")
    ] = True,
    as_name: Annotated[
        str | None, typer.Option("--as", metavar="NOM", help="Nom du graphe à écrire.")
    ] = None,
    graph: Annotated[
        str | None, typer.Option("--graph", metavar="IRI", help="Graphe d'un fichier RDF.")
    ] = None,
    settings: Settings = None,
    shrink: Annotated[
        bool,
        typer.Option(
            "--shrink",
            help="Accepter un fichier qui a perdu plus d'un dixième de ses lignes, ou des tables vides.",
        ),
    ] = False,
    errors_to: Annotated[
        Path | None,
        typer.Option(
            "--errors-to",
            metavar="SORTIE.xlsx",
            help="Copie des fichiers d'un partenaire avec les erreurs dans leurs cellules.",
        ),
    ] = None,
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="MOTEUR", help="Qui applique la correspondance : polars ou spark."),
    ] = "polars",
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DOSSIER",
            help="Où Spark écrit les N-Quads en parts (chemin, hdfs://, s3a://).",
        ),
    ] = None,
    master: Master = None,
) -> None:
    """Charger les fichiers d'une source, puis publier ; « all » passe outre les sources fautives, dites à la fin."""
    from ...loaders.publish.pipeline import PartialLoad, Pipeline
    from ...loaders.sources.description import own_sources

    console = error_console()
    show = progress_on(console)
    chosen = _pairs(settings)
    check_source(source, own_sources(data_folder(data_dir)))
    missing = [path for path in files if not path.exists()]
    if missing:
        raise FileNotFoundError(2, "absent", str(missing[0]))
    if errors_to is not None and source != "exchange":
        raise UsageError(N_("« --errors-to » ne vaut que pour « exchange »."))
    check_output(errors_to)
    on_spark = is_spark(engine, ENGINES[0], {"--output": out, "--master": master})
    pipeline = Pipeline(data_folder(data_dir), keep=keep_count(), indicators=own_indicators())
    if on_spark:
        _refuse_publishing({"--dry-run": dry_run, "--no-publish": not publish, "--shrink": shrink})
        write = _parts_writer(source, out, master)
        with _errors_written(files, errors_to):
            reports = [pipeline.map_on(write, source, files, as_name=as_name, settings=chosen, progress=show)]
    elif source == "rdf":
        reports = [pipeline.load_rdf(*_rdf(files, graph), publish=publish, progress=show)]
    elif source == "all":
        if len(files) != 1 or not files[0].is_dir():
            raise UsageError(N_("« load all » demande un dossier."))
        try:
            reports = pipeline.load_folder(
                files[0], settings=chosen, progress=show, dry_run=dry_run, publish=publish, shrink=shrink
            )
        except PartialLoad as partial:
            for report in partial.reports:
                _tell(console, report)
            raise
    else:
        with _errors_written(files, errors_to):
            reports = [
                pipeline.load(
                    source,
                    files,
                    as_name=as_name,
                    settings=chosen,
                    dry_run=dry_run,
                    publish=publish,
                    shrink=shrink,
                    progress=show,
                )
            ]
    for report in reports:
        _tell(console, report)


def _parts_writer(source: str, out: str | None, master: str | None) -> "Write":
    """Give what writes the quads of a source in parts, on Spark."""
    if source in ("rdf", "all") or out is None:
        raise UsageError(N_("« --engine spark » demande une source, et --output DOSSIER."))
    from ...loaders.mapping.spark import check_new, open_spark, parts_writer

    check_new(out)
    return parts_writer(open_spark(master), out)


def _refuse_publishing(options: dict[str, bool]) -> None:
    """Refuse options of what is kept and published, beside an engine that does neither."""
    for name, given in options.items():
        if given:
            raise UsageError(
                N_(
                    "{name} ne va pas avec « --engine spark », qui écrit des parts et ne garde ni ne publie rien.",
                    name=name,
                )
            )


@app.command("columns")
def make_columns(
    parts: Annotated[
        list[str],
        typer.Argument(metavar="PARTS…", help="Dossiers ou fichiers de N-Quads (chemin, hdfs://, s3a://)."),
    ],
    out: Annotated[
        str, typer.Option("-o", "--output", metavar="DOSSIER", help="Où Spark écrit les colonnes.")
    ],
    apart: Annotated[
        list[str] | None,
        typer.Option(
            "--apart", metavar="IRI", help="Graphe nommé qui n’entre pas dans le graphe par défaut."
        ),
    ] = None,
    master: Master = None,
) -> None:
    """Faire sur Spark les colonnes de N-Quads, que « query --engine spark --columns » lit."""
    from ...graph.columns.spark import local_path
    from ...graph.columns.spark_building import build_columns
    from ...loaders.mapping.spark import check_new, open_spark

    for part in parts:
        if (path := local_path(part)) is not None and not path.exists():
            raise FileNotFoundError(errno.ENOENT, "absent", part)
    check_new(out)
    manifest = build_columns(open_spark(master), parts, out, apart or ())
    tell_written(out, NN_("{n} énoncé", "{n} énoncés", manifest.triples))


def _rdf(files: list[Path], graph: str | None) -> tuple[Path, str]:
    """Give the one file and the one graph of `load rdf`."""
    if graph is None or len(files) != 1:
        raise UsageError(N_("« load rdf » demande un fichier et --graph IRI."))
    if ":" not in graph:
        raise UsageError(
            N_(
                "« --graph {graph} » : il faut un IRI entier, comme https://exemple.org/graphe.",
                graph=graph,
            )
        )
    return files[0], graph


@contextmanager
def _errors_written(files: list[Path], target: Path | None) -> Iterator[None]:
    """Write a copy of a partner's files with the faults of a load that is refused in their cells, then let it be refused."""
    from ...loaders.publish.faults import InvalidGraph
    from ...loaders.publish.stage import RejectedRows, faults_of

    try:
        yield
    except (RejectedRows, InvalidGraph) as error:
        if target is not None:
            from ...loaders.workbook.marking import write_marked

            if marked := write_marked(files, faults_of(error, language()), target):
                tell_written(target, NN_("{n} cellule marquée", "{n} cellules marquées", marked))
        raise


def check_source(name: str, own: Sequence[Path] = ()) -> None:
    """Refuse a source that there is not; raises UsageError with those whose names are near, SourceError for a host's own, wrong.

    >>> check_source("mesr-rnsr")
    """
    from ...loaders.sources.description import read_sources

    described, broken = read_sources(*own)
    known = ["rdf", "all", *described]
    if name in known:
        return
    for error in broken:
        if error.file in [folder / name / "source.toml" for folder in own]:
            raise error
    from ...queries.library import join_alternatives

    near = get_close_matches(name, known, n=3, cutoff=0.5)
    near += [one for one in known if len(name) >= 3 and name in one and one not in near]
    if not near:
        raise UsageError(N_("la source « {name} » n'existe pas ; « ancrage sources » les liste.", name=name))
    raise UsageError(
        N_(
            "la source « {name} » n'existe pas ; voulez-vous dire {near} ?",
            name=name,
            near=Said(join_alternatives, (near[:3],)),
        )
    )


def _pairs(settings: list[str] | None) -> dict[str, str]:
    chosen = {}
    for setting in settings or ():
        key, equals, value = setting.partition("=")
        if not equals or not key:
            raise UsageError(N_("« --set {setting} » : écrivez CLÉ=VALEUR.", setting=setting))
        chosen[key] = value
    return chosen


def _tell(console: Console, report: "LoadReport") -> None:
    record = report.record
    for warning in report.warnings:
        said = gettext("Attention : {warning}", language(), warning=warning)
        console.print(said, markup=False, highlight=False)
    rejected = NN_(", {n} ligne rejetée", ", {n} lignes rejetées", record.rejected)
    quads = gettext(
        "{name} : {quads}{rejected}.",
        language(),
        name=record.name,
        quads=NN_("{n} énoncé", "{n} énoncés", record.quads),
        rejected=rejected if record.rejected else EMPTY,
    )
    console.print(quads, markup=False, highlight=False)


@app.command()
def sources(
    format: Format = "table",
    data_dir: DataDir = None,
) -> None:
    """Lister les sources connues : titre, éditeur, licence, format, adresse."""
    from ...loaders.sources.description import own_sources, read_sources

    described, broken = read_sources(*own_sources(data_folder(data_dir)))
    for error in broken:
        tell_set_aside(error)
    rows = [
        {
            "name": source.name,
            "title": source.title.get(language()) or source.title.get(SOURCE, source.name),
            "publisher": source.publisher,
            "licence": source.licence,
            "formats": sorted({one.format for one in source.inputs}),
            "url": source.page,
            "date": source.date,
        }
        for source in described.values()
    ]
    if tell_rows(rows, format):
        return
    for row in rows:
        print(f"{row['name']}\n  {row['title']}")
        print(f"  {row['publisher']} · {row['licence']} · {', '.join(row['formats'])}\n  {row['url']}")


@app.command()
def validate(
    data: Annotated[
        Path | None, typer.Argument(metavar="DONNÉES", help="Fichier RDF ; sinon la publication.")
    ] = None,
    shapes: Annotated[
        Path | None,
        typer.Option("--shapes", metavar="FORMES", help="Fichier SHACL ; sinon les nôtres."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="SORTIE.ttl", help="Rapport SHACL à écrire.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Contrôler la publication, ou un fichier RDF, par des formes SHACL ; sort avec 3 si tout n'est pas conforme."""
    for path in (data, shapes):
        if path is not None:
            check_rdf(path)
    check_output(report)
    result = _checked(data, shapes, data_dir)
    if report is not None:
        report.write_text(result.to_turtle(), encoding="utf-8")
    for one in result.results[:20]:
        print(
            f"{local_name(str(one.severity))}{gettext(' : ', language())}{one.focus} — {one.message(language())}"
        )
    if len(result.results) > 20:
        left = len(result.results) - 20
        print(
            ngettext(
                "… et {n} autre ; --report les écrit tous.",
                "… et {n} autres ; --report les écrit tous.",
                left,
                language(),
            )
        )
    if result.conforms:
        print(gettext("Conforme.", language()), file=sys.stderr)
        return
    counts = Counter(local_name(str(one.severity)) for one in result.results)
    summary = ", ".join(f"{n} {severity}" for severity, n in sorted(counts.items()))
    print(gettext("Non conforme : {summary}.", language(), summary=summary), file=sys.stderr)
    raise typer.Exit(INVALID)


def check_rdf(path: Path) -> None:
    """Refuse a file that is not there, or whose suffix names no syntax of RDF; raises UsageError."""
    from ...graph.shacl.validation import SUFFIXES

    if not path.exists():
        raise FileNotFoundError(2, "absent", str(path))
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            N_(
                "{path} : ce suffixe n'est celui d'aucune syntaxe RDF lue ici ({suffixes}).",
                path=str(path),
                suffixes=", ".join(sorted(SUFFIXES)),
            )
        )


def _checked(data: Path | None, shapes: Path | None, data_dir: Path | None) -> "Report":
    from ...graph.shacl.validation import validate as check
    from ...graph.shacl.validation import validate_file
    from ...loaders.filieres.scheme import shipped_quads

    if data is not None:
        return validate_file(data, shapes, shipped_quads())
    with open_reader(data_dir) as reader:
        illustrative = reader.snapshot.graphs("illustrative")
        return check(reader.store, [shapes] if shapes else None, graphs=illustrative)


@app.command("map")
def map_tables(
    mapping: Annotated[
        Path, typer.Argument(metavar="CORRESPONDANCE", help="Fichier YARRRML, ou RML en Turtle (.ttl).")
    ],
    folder: Annotated[Path, typer.Option("--input", metavar="DOSSIER", help="Dossier des tables.")],
    out: Annotated[
        Path, typer.Option("-o", "--output", metavar="SORTIE.nq", help="Fichier N-Quads à écrire.")
    ],
    graph: Annotated[str | None, typer.Option("--graph", metavar="IRI", help="Graphe nommé.")] = None,
    base: Annotated[
        str,
        typer.Option(
            "--base", metavar="IRI", help="Base des IRI relatives, si la correspondance n'en a pas."
        ),
    ] = "",
    skip: Annotated[
        bool, typer.Option("--skip-wrong", help="Laisser de côté les cellules fausses, et les dire (code 3).")
    ] = False,
) -> None:
    """Appliquer une correspondance YARRRML ou RML à un dossier de tables, sans magasin."""
    from ...loaders.mapping.mapping import Mapping

    if not mapping.exists():
        raise FileNotFoundError(2, "absent", str(mapping))
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "absent", str(folder))
    check_output(out)
    told = (
        Mapping.read(mapping, base=base)
        .write(folder, out, graph=graph, wrong="skip" if skip else "refuse")
        .wrong
    )
    tell_written(out)
    if told.first is not None:
        message = ngettext(
            "{n} cellule fausse, laissée de côté : {first}",
            "{n} cellules fausses, laissées de côté ; la première : {first}",
            len(told.cells),
            language(),
            first=told.first.message[language()],
        )
        print(message, file=sys.stderr)
        raise typer.Exit(INVALID)
