"""The one door: from files of a source to a published snapshot, staged, checked and swapped whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from ...graph.indicators.declaration import indicator_folders
from ...graph.shacl.own_terms import strange_terms
from ...graph.shacl.report import Report
from ...graph.snapshots import provenance
from ...graph.snapshots.listing import list_files
from ...graph.snapshots.opening import StoreElsewhere
from ...graph.snapshots.provenance import GRAPHS, LoadRecord, role_of
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ...words import N_, NN_, SOURCE, AncrageError, Number, Said, SentenceError, Spoken, gettext
from ..filieres.files import SHIPPED, filiere_folders
from ..read.rdf_file import copy_into_graph
from ..read.recognition import find_inputs, find_part
from ..read.source import Source, all_sources, read_sources
from ..register.decisions import DECISIONS
from ..sources.description import own_sources
from .edits import Edit, Edits
from .faults import InvalidGraph, in_file
from .generation import Generation, Progress, build
from .indicators import keep_declarations, keep_folders
from .order import in_order, outdated_sources
from .stage import LoadReport, Stager, Write, silent
from .staging import SourceVersions, Version, fingerprint


class PartialLoad(AncrageError, ValueError):  # noqa: N818
    """Some sources of a folder were not loaded, the others were: keeps the `failures` by name, and the `reports`.

    `kept` names the sources that have a former version, which stays.
    """

    code = "partial-load"
    said_in = SOURCE

    def __init__(self, reports: list[LoadReport], failures: Mapping[str, Exception], kept: set[str]) -> None:
        super().__init__(reports, failures, kept)
        self.reports, self.failures, self.kept = reports, dict(failures), kept

    @property
    def message(self) -> Spoken:
        """What is said: how many sources are not loaded, and why each."""
        return Said(_failures, (self,))


def _failures(error: PartialLoad, language: str) -> str:
    count, loaded = len(error.failures), len(error.reports)
    head = gettext(
        "{failed}, {loaded}.",
        language,
        failed=NN_("une source n'est pas chargée", "{n} sources ne sont pas chargées", count),
        loaded=NN_("{n} l'est", "{n} le sont", loaded) if loaded else N_("aucune ne l'est"),
    )
    return "\n  ".join([head, *(_failure(error, name, language) for name in error.failures)])


def _failure(error: PartialLoad, name: str, language: str) -> str:
    cause = error.failures[name]
    why = cause.told(language) if isinstance(cause, AncrageError) else str(cause)
    between = gettext(" : ", language)
    stays = N_("Sa version d'avant reste.") if name in error.kept else N_("Elle n'a pas de version d'avant.")
    return f"{name}{between}{why.strip().removeprefix(name + between)} {stays[language]}"


class NoSourceError(SentenceError, FileNotFoundError):
    """A folder has no file of any known source."""

    code = "no-source"


class LostSource(SentenceError, FileNotFoundError):  # noqa: N818
    """A source that was loaded and whose files are gone: what would be published has it no more."""

    code = "lost-source"


class Pipeline:
    """Loads of sources and publications in one data directory; `keep` generations stay after each publication.

    `indicators` is a folder whose files declare indicators beside those of the package and of the data directory.
    Filières and sources are those of the package, and of the data directory. Tables that are `trusted`, the package's own, are
    checked once, as a whole.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        keep: int | None = None,
        indicators: Path | None = None,
        trusted: bool = False,
    ) -> None:
        self.data_dir = data_dir
        self.versions = SourceVersions(data_dir)
        self._stager = Stager(data_dir, self.versions, trusted=trusted)
        self.snapshots = Snapshots(data_dir, keep=keep)
        if url := self.snapshots.elsewhere():
            raise StoreElsewhere(url)
        self.edits = Edits(data_dir)
        self.indicators = indicator_folders(data_dir, indicators)
        self._own = own_sources(data_dir)

    # --- loads ----------------------------------------------------------------------------------------------------

    def load(
        self,
        name: str,
        paths: Sequence[Path],
        *,
        as_name: str | None = None,
        settings: dict[str, str] | None = None,
        dry_run: bool = False,
        publish: bool = True,
        shrink: bool = False,
        progress: Progress = silent,
    ) -> LoadReport:
        """Load files of a source and publish.

        Args:
            name: a source of the package, such as `mesr-rnsr` or `exchange`.
            paths: its files, or one folder or workbook for `exchange`.
            as_name: the name of the graph where it differs from the source's (a partner's data set).
            settings: values of the source's parameters, such as `{"region": "all"}`.
            dry_run: do all but keep it.
            publish: build and publish a generation; otherwise only the source is kept, for a later publication.
            shrink: accept that a table of an official source has lost more than a tenth of its rows.
            progress: called with one sentence a step.

        Raises:
            SourceError: a file, column or value is wrong; RejectedRows: too many rows are; InvalidGraph: shapes are
            broken; StoreBusy: another writer holds the directory. Nothing already stored changes then.
        """
        with self.snapshots.lock():
            version, report = self._stager.stage(
                Source.named(name, *self._own), paths, as_name, settings or {}, progress, shrink=shrink
            )
            return self._conclude({report.record.name: version}, [report], dry_run, publish, progress)[0]

    def map_on(
        self,
        write: Write,
        name: str,
        paths: Sequence[Path],
        *,
        as_name: str | None = None,
        settings: dict[str, str] | None = None,
        progress: Progress = silent,
    ) -> LoadReport:
        """Read, tidy and map files of a source, and give the quads to `write`: nothing is kept here, nor published.

        Cells are checked, shapes are not: those are of a publication. Raises what `load` raises of files, and what `write` does.
        """
        with self.snapshots.lock():
            version, report = self._stager.stage(
                Source.named(name, *self._own),
                paths,
                as_name,
                settings or {},
                progress,
                shrink=True,
                write=lambda *_: write,
            )
            self.versions.discard(version)
            return report

    def load_many(
        self,
        items: Iterable[tuple[str, Sequence[Path], str | None]],
        *,
        settings: dict[str, str] | None = None,
        dry_run: bool = False,
        publish: bool = True,
        shrink: bool = False,
        go_on: bool = False,
        progress: Progress = silent,
    ) -> list[LoadReport]:
        """Load several sources, each as (source, files, name or None), in dependency order, and publish once.

        A setting reaches the sources that have a parameter of its name. The first bad file stops all; with `go_on`
        its source alone is set aside, its former version stays, and `PartialLoad` tells so once the others are kept.
        """
        order = {source.name: rank for rank, source in enumerate(in_order(all_sources(*self._own).values()))}
        staged: dict[str, Version] = {}
        reports: list[LoadReport] = []
        failures: dict[str, Exception] = {}
        with self.snapshots.lock():
            for name, paths, as_name in sorted(items, key=lambda item: order.get(item[0], 0)):
                source = Source.named(name, *self._own)
                given = {key: value for key, value in (settings or {}).items() if key in source.parameters}
                try:
                    version, report = self._stager.stage(
                        source, paths, as_name, given, progress, staged, shrink=shrink
                    )
                except (ValueError, OSError) as error:
                    if not go_on:
                        raise
                    progress(N_("{name} : mise de côté", name=as_name or name))
                    failures[as_name or name] = error
                    continue
                staged[report.record.name] = version
                reports.append(report)
            if staged or not failures:
                reports = self._conclude(
                    staged, reports, dry_run, publish, progress, failures if go_on else None
                )
            if failures:
                raise PartialLoad(reports, failures, set(self.versions.names()))
            return reports

    def load_folder(
        self,
        folder: Path,
        *,
        settings: dict[str, str] | None = None,
        progress: Progress = silent,
        **kwargs: bool,
    ) -> list[LoadReport]:
        """Load every source of the package whose files are found in a folder laid out like the official data.

        Raises PartialLoad, once the others are kept, where the files of a source are bad or are not all there.
        """
        sources, broken = read_sources(*self._own)
        for error in broken:
            progress(N_("source écartée : {error}", error=error.message))
        found = {name: paths for name, source in sources.items() if (paths := find_inputs(source, folder))}
        shared = {path for paths in found.values() for path in paths}
        for name, source in sources.items():
            if name not in found and (paths := find_part(source, folder)) and not shared.issuperset(paths):
                found[name] = paths  # the one that is missing will be named
            elif name not in found:
                progress(N_("{name} : aucun fichier dans {folder}, source passée", name=name, folder=folder))
        if not found:
            raise NoSourceError(N_("Aucun fichier de source connue dans le dossier {folder}.", folder=folder))
        items = [(name, paths, None) for name, paths in found.items()]
        return self.load_many(items, settings=settings, go_on=True, progress=progress, **kwargs)

    def load_rdf(
        self, path: Path, graph: str, *, publish: bool = True, progress: Progress = silent
    ) -> LoadReport:
        """Load an RDF file (any syntax that its suffix names) whole into one named graph, as a source of its own."""
        name = "rdf-" + graph.removeprefix(GRAPHS).strip("/").replace("/", "-").replace(":", "-")
        started = provenance.now()
        with self.snapshots.lock():
            version = self.versions.begin(name)
            progress(N_("{name} : lecture", name=path.name))
            try:
                quads = copy_into_graph(path, graph, version.quads)
                if strange := strange_terms(ox.parse(path=str(version.quads), format=ox.RdfFormat.N_QUADS)):
                    raise InvalidGraph(Report(strange), in_file(path.name, strange))
            except BaseException:
                self.versions.discard(version)
                raise
            record = LoadRecord(
                name=name, source="rdf", graph=graph, role=role_of(graph), title={"fr": path.name}, publisher="",
                licence="", homepage="", download="", date="", started=started, ended=provenance.now(), quads=quads,
                rows={path.name: quads}, rejected=0, files=[fingerprint(path)],
            )  # fmt: skip
            version.write_record(record)
            report = LoadReport(record, pl.DataFrame(), [])
            return self._conclude({name: version}, [report], False, publish, progress)[0]

    # --- publications ---------------------------------------------------------------------------------------------

    def publish(self, progress: Progress = silent, *, edits: Sequence[Edit] | None = None) -> Snapshot:
        """Build a generation from all loaded sources, check it, and publish it as the current snapshot.

        `edits` are the writes that it has, in their order; None: those of the current snapshot.
        """
        with self.snapshots.lock():
            return self._publish_generation(self._build({}, progress, edits), progress)

    def _conclude(
        self,
        staged: dict[str, Version],
        reports: list[LoadReport],
        dry_run: bool,
        publish: bool,
        progress: Progress,
        failures: dict[str, Exception] | None = None,
    ) -> list[LoadReport]:
        """Publish or keep what was staged, or neither; `failures` takes the sources that make it invalid, if given."""
        snapshot: Snapshot | None = None
        seconds: dict[str, float] = {}
        generation: Generation | None = None
        try:
            if publish or dry_run:
                try:
                    generation = self._sound(staged, progress, failures, trial=dry_run)
                except InvalidGraph as error:
                    # a label that a shape misses may be one that was taken out at the door
                    raise error.advised(chain.from_iterable(report.warnings for report in reports)) from None
                if generation is None:
                    return []
                seconds = generation.seconds
                if dry_run:
                    generation.discard()
            if dry_run:
                progress(N_("essai à blanc : rien n'est gardé"))
            else:
                for name, version in staged.items():
                    self.versions.commit(name, version)
                if generation is not None:
                    snapshot = self._publish_generation(generation, progress)
        finally:
            current = {version.path for version in self.versions.current().values()}
            for version in staged.values():
                if version.path not in current:
                    self.versions.discard(version)
        return [
            LoadReport(
                report.record,
                report.rejected,
                [*report.warnings, *outdated_sources(report.record.name, self.versions.current())],
                {**report.seconds, **seconds},
                snapshot,
            )
            for report in reports
            if report.record.name in staged
        ]

    def _sound(
        self,
        staged: dict[str, Version],
        progress: Progress,
        failures: dict[str, Exception] | None,
        *,
        trial: bool,
    ) -> Generation | None:
        """Build a generation; with `failures`, without the sources that break shapes, which leave `staged` for it.

        None where none is left.
        """
        while True:
            try:
                return self._build(staged, progress, trial=trial)
            except InvalidGraph as error:
                wrong = staged.keys() & set(error.faults["source"])
                if failures is None or not wrong:
                    raise
                for name in sorted(wrong):
                    progress(N_("{name} : mise de côté", name=name))
                    failures[name] = error.of(name).written(self.data_dir / "rejected" / f"{name}.csv")
                    self.versions.discard(staged.pop(name))
                if not staged:
                    return None

    def _build(
        self,
        staged: dict[str, Version],
        progress: Progress,
        edits: Sequence[Edit] | None = None,
        *,
        trial: bool = False,
    ) -> Generation:
        if lost := [name for name in self.versions.lost() if name not in staged]:
            raise LostSource(
                N_(
                    "Rien n'est publié : les fichiers de « {name} » ne sont plus dans {folder}. Chargez cette source de "
                    "nouveau, ou ôtez son lien pour publier sans elle.",
                    name=lost[0],
                    folder=self.versions.root,
                )
            )
        versions = {**self.versions.current(), **staged}
        kept = self.edits.settle(self.snapshots) if edits is None else edits
        try:
            previous = self.snapshots.current()
        except UnknownSnapshot:
            previous = None
        faults = self.data_dir / "rejected" / "publication.csv"
        faults.unlink(missing_ok=True)
        try:
            return build(
                self.snapshots.generations,
                versions,
                progress,
                kept,
                indicators=self.indicators,
                filieres=(SHIPPED, *filiere_folders(self.data_dir)),
                decisions=self.data_dir / DECISIONS,
                previous=previous,
                trial=trial,
            )
        except InvalidGraph as error:
            late = [told for name in staged for told in outdated_sources(name, versions)]
            raise error.written(faults, late) from None

    def _publish_generation(self, generation: Generation, progress: Progress) -> Snapshot:
        snapshot = self.snapshots.publish(generation.store, generation.manifest)
        with suppress(OSError):  # made again when they are asked for
            keep_declarations(self.indicators, snapshot)
            keep_folders(generation.directory, snapshot)
            list_files(snapshot)
        generation.discard()
        self.versions.sweep()
        progress(
            N_(
                "publication {id} : {quads} quads",
                id=snapshot.id,
                quads=Number(generation.manifest["quads"]),
            )
        )
        return snapshot
