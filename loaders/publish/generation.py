"""Generations: a store built from the ontology and the sources' versions, completed with what rules derive, checked by SHACL."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pyoxigraph as ox

from ...graph.declarations import DeclarationError
from ...graph.indicators.cube import Cube
from ...graph.indicators.declaration import FOLDER
from ...graph.region.frame_cache import FrameCache
from ...graph.shacl import validation
from ...graph.snapshots import provenance
from ...graph.snapshots.kept_lines import carry_lines, link_lines, pack_graph, pack_quads
from ...graph.snapshots.provenance import (
    DERIVED_GRAPHS,
    INDICATORS_GRAPH,
    ONTOLOGY_GRAPH,
    PROVENANCE_GRAPH,
    REGISTER_GRAPH,
    LoadRecord,
    role_of,
)
from ...graph.snapshots.snapshot import Snapshot
from ...graph.snapshots.store import CHECKPOINT, checkpoint, count_graphs, fill_store
from ...graph.updates.working_copy import WorkingCopy
from ...ontology.vocabulary import ontology_files, shape_files
from ...words import N_, Spoken
from ..filieres.files import SHIPPED, read_filieres
from ..filieres.scheme import activities, check, without_namesakes
from ..filieres.scheme import quads as chain_quads
from ..pace import Pace
from ..register.decisions import Decisions, read_decisions
from ..register.linkage import Register
from ..register.record import Link
from .derived_graphs import DERIVATIONS, EXCHANGE_MAPPING, exchange_mapping
from .edits import Edit, overlay
from .faults import InvalidGraph
from .indicators import FRAMES, PublishedCube, compute_cube, publish_cube
from .inputs import Inputs
from .memory import give_back
from .references import unknown_references
from .register import register_of, tables_of, write_register
from .staging import Version
from .tracing import Trace

Progress = Callable[[Spoken], None]

_STORE = "store"
"""The folder of the store while it is built."""
_MADE = frozenset({*DERIVED_GRAPHS, ONTOLOGY_GRAPH, PROVENANCE_GRAPH, REGISTER_GRAPH, INDICATORS_GRAPH})
"""Graphs that each build makes anew, whatever a source may add to them."""

LARGE = 1 << 30
"""Bytes of N-Quads from which on indicators wait until the graph is checked: both at once would need their memory together."""
MOST_REMARKS = 100_000
"""Results of a check that are kept where they are no violation; the others are counted."""

__all__ = ["EXCHANGE_MAPPING", "Generation", "InvalidGraph", "build", "exchange_mapping"]


@dataclass(frozen=True)
class Generation:
    """A built and checked store that is not published yet, with seconds spent by step.

    Where it repeats the current publication (`repeated`), nothing was checked anew: there is no report.
    """

    directory: Path
    manifest: dict[str, Any]
    report: validation.Report | None
    seconds: dict[str, float]

    @property
    def repeated(self) -> bool:
        """Whether all inputs are those of the former publication, whose store it is."""
        return self.report is None

    @property
    def store(self) -> Path:
        """The folder of the store."""
        return self.directory / CHECKPOINT

    def discard(self) -> None:
        """Remove the generation; nothing once it was published."""
        shutil.rmtree(self.directory, ignore_errors=True)


def build(
    generations: Path,
    versions: Mapping[str, Version],
    progress: Progress,
    edits: Sequence[Edit] = (),
    *,
    indicators: Sequence[Path] = (FOLDER,),
    filieres: Sequence[Path] = (SHIPPED,),
    decisions: Path | None = None,
    previous: Snapshot | None = None,
    trial: bool = False,
) -> Generation:
    """Build a generation in a new folder below `generations` and check it.

    The default graph of the store is the union of the base graphs (ontology, sources, what is derived), in which the
    records of one organisation are one, by the rules of the register and the file `decisions`. What the
    edits removed from the sources is not there, what they added is; memberships of filières and what programmes
    prepare for are derived from the result, and the indicators declared in the folders `indicators` are computed from
    it, in a graph apart. Filières are read from the files of the folders `filieres`, a later one taking the place of
    an earlier; a broken file is told by `progress` and in the manifest, and the rest is built. Where all that is what
    `previous` was built from, its store is taken, with the provenance of these loads; else its indicators are taken
    over where nothing they are computed from has changed. A `trial` is built to be checked and thrown away: no indicator is
    computed for it.

    Raises `InvalidGraph` where a shape of severity Violation is broken; the folder is removed then.
    """
    generations.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=".staging-", dir=generations))
    try:
        known = previous.manifest.get("inputs", {}) if previous else {}
        inputs = Inputs.of(versions, edits, [*indicators, *filieres], known, decisions)
        if previous and known.get("digest") == inputs.digest:
            return _repeat(directory, previous, versions, edits, inputs, progress)
        return _build(
            directory,
            versions,
            edits,
            progress,
            inputs,
            indicators,
            filieres,
            read_decisions(decisions),
            previous,
            trial,
        )
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _repeat(
    directory: Path,
    previous: Snapshot,
    versions: Mapping[str, Version],
    edits: Sequence[Edit],
    inputs: Inputs,
    progress: Progress,
) -> Generation:
    """Take the store of a snapshot that was built from the same inputs; only the provenance of the loads is new."""
    seconds: dict[str, float] = {}
    with _timed(seconds, "index"):
        progress(N_("rien n'a changé : reprise de la publication précédente"))
        ox.Store.read_only(str(previous.store)).backup(str(directory / _STORE))
        store = ox.Store(str(directory / _STORE))
        records = [version.record for version in versions.values()]
        roles = {graph: about["role"] for graph, about in previous.manifest["graphs"].items()}
        copy = WorkingCopy(store, roles)
        path = directory / "provenance.nq"
        provenance.write(records, path, [edit.record for edit in edits])
        copy.derive(PROVENANCE_GRAPH, ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True))
        store.flush()
        FrameCache.of(previous).link(directory / FRAMES)
        carry_lines(previous, {*previous.graphs()} - {PROVENANCE_GRAPH}, directory)
    for error in previous.manifest.get("indicators", {}).get("errors", []):
        progress(N_("indicateur laissé de côté : {error}", error=error))
    graphs = {graph: dict(about) for graph, about in previous.manifest["graphs"].items()}
    graphs[PROVENANCE_GRAPH]["content"] = directory.name
    graphs[PROVENANCE_GRAPH]["quads"] += copy.growth[PROVENANCE_GRAPH]
    quads = sum(about["quads"] for about in graphs.values())
    manifest = {**previous.manifest, "graphs": graphs, "quads": quads, "inputs": inputs.to_dict()}
    manifest.pop("restored", None)
    checkpoint(store, directory / _STORE)
    return Generation(directory, manifest, None, seconds)


def _build(
    directory: Path,
    versions: Mapping[str, Version],
    edits: Sequence[Edit],
    progress: Progress,
    inputs: Inputs,
    indicators: Sequence[Path],
    filieres: Sequence[Path],
    decisions: Decisions,
    previous: Snapshot | None,
    trial: bool,
) -> Generation:
    seconds: dict[str, float] = {}
    records = [version.record for version in versions.values()]
    with ThreadPoolExecutor(1) as beside:  # the engine leaves the GIL while it loads
        linked = beside.submit(register_of, tables_of(versions), decisions)
        with _timed(seconds, "index"):
            store = _index(directory, versions, edits, progress)
    copy = WorkingCopy(store, {record.graph: record.role for record in records})
    broken = _add_filieres(copy, filieres, progress)
    patch = overlay(edits)
    with _timed(seconds, "edits"):
        if patch:
            progress(N_("modifications : application"))
            copy.replay(patch.without(DERIVED_GRAPHS))
    with _timed(seconds, "register"):
        _link(copy, directory, versions, *linked.result(), decisions, progress)
    with _timed(seconds, "derived"):
        progress(N_("filières et métiers : application des règles"))
        for derivation in DERIVATIONS:
            told = copy.derive(derivation.graph, derivation.quads(copy, directory))
            pack_quads(told, derivation.graph, directory)
        copy.replay(edited := patch.only(DERIVED_GRAPHS))
        copy.clear_empty({*patch.counts(), *DERIVED_GRAPHS, REGISTER_GRAPH})
        store.flush()
    started = provenance.now()
    report, computed = _checked(
        store, directory, versions, None if trial else indicators, previous, seconds, progress
    )
    with _timed(seconds, "cube"):
        used = {
            version.record.graph: {"loaded": version.record.ended, "sha256": inputs.sources[name][1]}
            for name, version in versions.items()
            if version.record.role == "base"
        }
        used |= {graph: {} for graph in (*DERIVED_GRAPHS, REGISTER_GRAPH) if copy.has(graph)}
        cube = publish_cube(store, directory, used, computed, started) if computed else None
        if not trial:
            _tell(cube, progress)
        store.flush()
    packed = {INDICATORS_GRAPH, *(derivation.graph for derivation in DERIVATIONS)}
    for graph in _MADE - (packed - edited.counts().keys()):
        pack_graph(store, graph, directory)
    manifest = _manifest(count_graphs(store), records, report, _contents(directory, versions, inputs))
    manifest["edits"] = [edit.id for edit in edits]
    if broken:
        manifest["broken"] = [
            {"file": error.path.name, "line": error.line, "reason": error.reason["fr"]} for error in broken
        ]
    manifest["inputs"] = inputs.to_dict()
    if cube:
        manifest["indicators"] = cube.to_dict()
    checkpoint(store, directory / _STORE)
    return Generation(directory, manifest, report, seconds)


def _index(
    directory: Path, versions: Mapping[str, Version], edits: Sequence[Edit], progress: Progress
) -> ox.Store:
    """Fill the store with the ontology, the quads of the sources and their provenance."""
    progress(N_("index : construction du magasin"))
    records = [version.record for version in versions.values()]
    quads = [version.quads for version in versions.values()]
    base = [ONTOLOGY_GRAPH, *(record.graph for record in records if record.role == "base")]
    provenance.write(records, directory / "provenance.nq", [edit.record for edit in edits])
    files: list[tuple[Path, str | None]] = [(path, ONTOLOGY_GRAPH) for path in ontology_files()]
    files += [(path, None) for path in (*quads, directory / "provenance.nq")]
    pace = Pace(progress, N_("index : construction du magasin"))
    size = 2 * sum(path.stat().st_size for path in quads)  # each is read twice, for its graph and for all
    done = 0

    def piece(read: int) -> None:
        nonlocal done
        done += read
        pace.at(done, size)

    return fill_store(files, directory / _STORE, merged=base, pieces=piece)


def _link(
    copy: WorkingCopy,
    directory: Path,
    versions: Mapping[str, Version],
    register: Register,
    links: list[Link],
    decisions: Decisions,
    progress: Progress,
) -> None:
    """Make records of organisations those of their bodies, by links.

    A number that gives a body of another name is told, and a decision about a record that no source has.
    """
    progress(N_("organismes : rapprochement des fiches"))
    doubtful = [link for link in links if link.record in register.doubts]
    places = _written_places(versions, [link.record for link in doubtful]) if doubtful else {}
    for link in doubtful:
        progress(
            N_(
                "{place} : {number} est le numéro de « {body} », dont le nom n'a rien de commun ; si ce n'est pas elle, "
                "séparez-les (ancrage decisions)",
                place=places.get(link.record, link.record),
                number=link.why.partition(":")[2],
                body=register.doubts[link.record],
            )
        )
    for record in sorted(decisions.acceptances.keys() - {link.record for link in links}):
        progress(
            N_(
                "décision sans effet : aucune source ne décrit {record} ou {body}",
                record=record,
                body=decisions.acceptances[record],
            )
        )
    bodies = [body for body in register.bodies if body.path in register.records]
    path = write_register(links, directory / "register.nq", bodies)
    copy.link(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True))


def _written_places(versions: Mapping[str, Version], records: Sequence[str]) -> dict[str, Spoken]:
    """Give the file and the row where a partner described each organisation; those that no partner did are left out."""
    asked = pl.col("table").eq("organizations") & pl.col("id").is_in(records)
    found: dict[str, Spoken] = {}
    for version in versions.values():
        if version.rows.is_file():
            for id, file, row in (
                pl.read_parquet(version.rows).filter(asked).select("id", "file", "row").iter_rows()
            ):
                found.setdefault(id, N_("{file}, ligne {row}", file=file, row=row))
    return found


def _checked(
    store: ox.Store,
    directory: Path,
    versions: Mapping[str, Version],
    indicators: Sequence[Path] | None,
    previous: Snapshot | None,
    seconds: dict[str, float],
    progress: Progress,
) -> tuple[validation.Report, Cube | None]:
    """Check the store, and compute its indicators meanwhile, if any are given; they end where it is invalid.

    Raises InvalidGraph.
    """
    pace = Pace(progress, N_("indicateurs : calcul"))
    invalid = Event()

    def at(done: int, of: int) -> None:
        if invalid.is_set():
            raise CancelledError
        pace.at(done, of)

    def compute() -> Cube | None:
        if indicators is None:
            return None
        return compute_cube(store, directory, indicators, previous, at)

    size = sum(version.quads.stat().st_size for version in versions.values())
    with ThreadPoolExecutor(1) as beside:  # the engine leaves the GIL while it checks
        computed = beside.submit(compute) if size < LARGE else None
        try:
            with _timed(seconds, "validate"):
                report = _validate(store, versions, progress)
            if report.violations:
                raise InvalidGraph(report, Trace(store, versions).faults(report.violations))
        except BaseException:
            invalid.set()
            raise
        with _timed(seconds, "indicators"):
            if indicators is not None:
                progress(N_("indicateurs : calcul"))
            return report, computed.result() if computed else compute()


def _validate(store: ox.Store, versions: Mapping[str, Version], progress: Progress) -> validation.Report:
    """Check the store by the shapes, and that each identifier that is named is described."""
    progress(N_("contrôle : formes SHACL"))
    records = [version.record for version in versions.values()]
    report = validation.validate(
        store,
        shape_files(),
        graphs=[record.graph for record in records if record.role == "illustrative"],
        progress=Pace(progress, N_("contrôle : formes SHACL")).at,
        most=MOST_REMARKS,
    )
    progress(N_("contrôle : identifiants cités"))
    lost = unknown_references(store, versions, report.violations)
    return validation.Report([*lost, *report.results], report.beyond)


def _tell(cube: PublishedCube | None, progress: Progress) -> None:
    """Say how many indicators were computed, and name those that could not be: the others are published."""
    if cube is None:
        progress(N_("indicateurs : aucun, faute de territoires"))
        return
    for error in cube.errors:
        progress(N_("indicateur laissé de côté : {error}", error=error))
    fresh = cube.indicators - cube.taken
    progress(
        N_(
            "indicateurs : {fresh} calculés, {taken} repris, {values} valeurs publiées",
            fresh=fresh,
            taken=cube.taken,
            values=cube.observations,
        )
    )


def _add_filieres(copy: WorkingCopy, folders: Sequence[Path], progress: Progress) -> list[DeclarationError]:
    """Add the filières of files to the ontology graph; return what is wrong in those set aside, told one by one.

    Where a file of a later folder has a code that no loaded classification has, the filière of an earlier one stays.
    """
    broken: list[DeclarationError] = []
    kept = {}
    for folder in folders:
        read, unread = read_filieres(folder)
        checked = check(read, copy.store)
        broken += [*unread, *checked.broken]
        kept.update({filiere.id: filiere for filiere in checked.kept})
        copy.record(activities(checked.unverified))
        for filiere, link in checked.unverified:
            progress(
                N_(
                    "filière {file}, ligne {line} : le code « {code} » n'est pas vérifié, la NAF 2025 n'étant pas chargée "
                    "en entier",
                    file=filiere.path.name,
                    line=link.line,
                    code=link.code,
                )
            )
    named, namesakes = without_namesakes(kept.values())
    broken += namesakes
    copy.record(chain_quads(named))
    for error in broken:
        progress(N_("filière écartée : {error}", error=error.message))
    return broken


def _contents(directory: Path, versions: Mapping[str, Version], inputs: Inputs) -> Callable[[str], str]:
    """Give what tells the content of a graph, its edits apart, and keep the lines of the sources that have a graph alone.

    Two generations have the same where they tell the same; of what is derived, each build tells its own.
    """
    by_graph: dict[str, list[str]] = {}
    for name, version in sorted(versions.items()):
        if version.record.graph not in _MADE:
            by_graph.setdefault(version.record.graph, []).append(name)
    for graph, names in by_graph.items():
        if len(names) == 1:
            link_lines(versions[names[0]].quads, graph, directory)
    told = {graph: " ".join(inputs.sources[name][1] for name in names) for graph, names in by_graph.items()}
    return lambda graph: told.get(graph, directory.name)


def _manifest(
    counts: dict[str, int],
    records: list[LoadRecord],
    report: validation.Report,
    content: Callable[[str], str],
) -> dict[str, Any]:
    by_graph = {record.graph: record for record in records}
    graphs: dict[str, dict[str, Any]] = {}
    for graph, quads in counts.items():
        record = by_graph.get(graph)
        graphs[graph] = {
            "quads": quads,
            "role": record.role if record else role_of(graph),
            "source": record.name if record else None,
            "licence": record.licence if record else "CC-BY-4.0" if graph == ONTOLOGY_GRAPH else None,
            "content": content(graph),
        }
    return {"quads": sum(counts.values()), "merged": True, "graphs": graphs, "validation": report.counts()}


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    """Time a step; what memory it no longer uses is there for the next one."""
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
    give_back()
