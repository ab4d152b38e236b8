"""One source staged: its files read, made tidy, mapped to RDF, and kept as a version that a publication can take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Known
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from ...graph.snapshots import provenance
from ...graph.snapshots.provenance import GRAPHS, LoadRecord, role_of
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ...words import N_, NN_, SOURCE, AncrageError, Listed, Number, Said, Spoken, gettext, ngettext
from ..filieres.files import filiere_folders
from ..mapping.mapping import Mapping
from ..mapping.rml import MappingError, WrongCell
from ..pace import Pace
from ..read.about import graph_name, read_about, with_name
from ..read.chain_rows import KnownChains
from ..read.commune_register import commune_registers
from ..read.headers import Headers
from ..read.known_codes import follow_codes, follow_communes
from ..read.source import Inputs, Source, SourceError, read_inputs
from ..read.tidy import tidy
from ..read.withholding import Containers, withhold
from ..register.contradictions import contradiction_notes
from ..sources.layout import LAYOUT, REGISTERS, sheet_title
from .faults import InvalidGraph, reasons_in
from .first_rows import are_large, looked_at, refuse_first_rows
from .generation import Progress, exchange_mapping
from .staging import SourceVersions, Version, fingerprint
from .tracing import row_places

Write = Callable[[Mapping, Known[str, pl.DataFrame], str], int]
"""Applies a mapping to tables for a graph, writes the quads elsewhere and counts them."""


class RejectedRows(AncrageError, ValueError):  # noqa: N818
    """More rows of a source were rejected than it tolerates: `source`, how many, `path`, the `first` ones, the `warnings`.

    `reasons` says in every language the reasons of the rows, which are French in the file.
    """

    code = "rejected-rows"
    said_in = SOURCE

    def __init__(
        self,
        source: str,
        rejected: int,
        tolerated: int,
        path: Path,
        first: Sequence[Spoken],
        warnings: Sequence[Spoken],
        reasons: Known[str, Spoken],
    ) -> None:
        super().__init__(source, rejected, tolerated, path, first, warnings, reasons)
        self.source, self.rejected, self.tolerated = source, rejected, tolerated
        self.path, self.first, self.warnings, self.reasons = path, tuple(first), tuple(warnings), reasons

    @property
    def message(self) -> Spoken:
        """What is said: how many, and the first ones."""
        return Said(_rejections, (self,))


def _rejections(error: RejectedRows, language: str) -> str:
    head = ngettext(
        "{source} : {n} ligne rejetée ({tolerated} tolérées)",
        "{source} : {n} lignes rejetées ({tolerated} tolérées)",
        error.rejected,
        language,
        source=error.source,
        n=error.rejected,
        tolerated=error.tolerated,
    )
    left = error.rejected - len(error.first)
    rest = [one[language] for one in error.first]
    rest += [gettext("… et {n} de plus.", language, n=left)] if left else []
    rest += [one[language] for one in error.warnings]  # a column that is not read may be why
    rest.append(gettext("Détail : {path}.", language, path=error.path))
    if error.rejected == 1:
        return gettext("{head} ; {rest}", language, head=head, rest=" ".join(rest))
    return "\n    ".join([gettext("{head} :", language, head=head), *rest])


def faults_of(error: RejectedRows | InvalidGraph, language: str) -> pl.DataFrame:
    """Give what is wrong in the files of a load that was refused: file, row, column, value, and the reason in a language."""
    if isinstance(error, InvalidGraph):
        faults, reasons = error.faults, reasons_in(error, language)
    else:
        faults = pl.read_csv(error.path, infer_schema=False).with_columns(pl.col("row").cast(pl.Int64))
        reasons = {french: one[language] for french, one in error.reasons.items()}
    return faults.with_columns(pl.col("reason").replace(reasons))


@dataclass(frozen=True)
class LoadReport:
    """What a load did: its record, what was rejected, warnings, seconds by step, the snapshot if one was published."""

    record: LoadRecord
    rejected: pl.DataFrame
    warnings: list[Spoken]
    seconds: dict[str, float] = field(default_factory=dict)
    snapshot: Snapshot | None = None


def silent(_: Spoken) -> None:
    """Show nothing of a load's progress."""


def into_version(version: Version, pace: Pace) -> Write:
    """Give what writes quads into a version."""
    return lambda mapping, tables, graph: (
        mapping.write(tables, version.quads, graph=graph, progress=pace.at).quads
    )


class Stager:
    """Stages sources in one data directory; `versions` are those it holds.

    The first rows of `trusted` tables, which are known to be sound, are not looked at before the whole.
    """

    def __init__(self, data_dir: Path, versions: SourceVersions, *, trusted: bool = False) -> None:
        self._data_dir, self._trusted = data_dir, trusted
        self._rejected, self._filieres = data_dir / "rejected", filiere_folders(data_dir)
        self._versions = versions

    def stage(
        self,
        source: Source,
        paths: Sequence[Path],
        as_name: str | None,
        settings: dict[str, str],
        progress: Progress,
        staged: Known[str, Version] | None = None,
        *,
        shrink: bool = False,
        write: Callable[[Version, Pace], Write] = into_version,
    ) -> tuple[Version, LoadReport]:
        """Read, tidy and map the files of a source; `staged` are versions of others that are about to be kept.

        Quads go where what `write` gives writes them.

        Without `shrink`, a table of an official source that has lost more than a tenth of its rows is refused, and a partner's
        tables that have no row.

        Raises SourceError, RejectedRows, and InvalidGraph where a partner's first rows are wrong by themselves; no version
        is left then.
        """
        started, clock = provenance.now(), time.perf_counter()
        versions = {**self._versions.current(), **(staged or {})}
        holders = self._holders(source, versions)
        registers = {
            f"{name.replace('-', '_')}__{table}": path
            for name, holder in holders.items()
            for table, path in versions[holder].tables().items()
        }
        progress(N_("{name} : lecture", name=as_name or source.name))
        inputs = read_inputs(
            source, paths, registers=registers, known=self._known(source, versions), settings=settings
        )
        raw = dict(inputs.tables)
        about = read_about(raw.get("about"))
        name = graph_name(about, as_name, source.name)
        if "about" in raw:
            raw["about"] = with_name(raw["about"], name)
        self._check(name, source, inputs)
        former = self._versions.find(name)
        if not source.partner and not shrink and former:
            refuse_shrunk(former.record, inputs.read)
        read = time.perf_counter()
        tables = tidy(source, raw, registers=registers, settings=settings)
        refuse_nothing(source.name, tables, settings)
        if source.partner and not shrink and not any(_facts(tables).values()):
            raise SourceError(
                N_(
                    "Rien à charger : aucune table de « {name} » n'a de ligne. Si c'est voulu : --shrink.",
                    name=name,
                )
            )
        places: pl.DataFrame | None = None
        notes: list[Spoken] = [
            N_(
                "{name} : « {holder} » tient lieu de « {register} », qui n'est pas chargée : ce qu'elle ne décrit pas n'est "
                "pas reconnu.",
                name=name,
                holder=holder,
                register=register,
            )
            for register, holder in holders.items()
            if holder != register
        ]  # fmt: skip
        if source.partner:
            tables, places, notes = _settle(name, raw, tables, versions, inputs.headers)
            notes += _unplaced(tables, inputs.headers)
            if former:
                notes = [*_replaced(former.record, tables), *notes]
            if "territories" in tables:
                tables |= commune_registers(tables["territories"])
        if "organizations" in tables:
            notes += contradiction_notes(name, tables["organizations"], places)
        tables["sources"] = with_structures(
            tables.get("sources", _source_rows(source, tables.get("observations"))),
            tables.get("observations"),
        )
        tidied = time.perf_counter()
        version = self._versions.begin(name)
        try:
            progress(N_("{name} : correspondance vers RDF", name=name))
            own = source.mapping != "exchange"
            mapping = Mapping.read(source.folder / source.mapping) if own else exchange_mapping()
            record = LoadRecord(
                name=name,
                source=source.name,
                graph=GRAPHS + name,
                **_described(source, about, GRAPHS + name),
                started=started,
                ended=provenance.now(),
                quads=0,
                rows={table: len(frame) for table, frame in tables.items()},
                rejected=len(inputs.rejected),
                signalled=inputs.signalled,
                files=[fingerprint(path) for path in inputs.files],
                settings=settings,
                read=inputs.read,
            )
            if places is not None:
                places.write_parquet(version.rows, compression="zstd")
                inputs.headers.write(version.headers)
                version.write_record(record)
                self._check_first_rows(tables, version, versions, progress)
            lines = Number(sum(map(len, tables.values())))
            pace = Pace(
                progress, N_("{name} : correspondance vers RDF de {lines} lignes", name=name, lines=lines)
            )
            quads = write(version, pace)(mapping, tables, GRAPHS + name)
            version.write_tables(tables)
            record = replace(record, quads=quads, ended=provenance.now())
            version.write_record(record)
        except MappingError as error:
            self._versions.discard(version)
            raise _placed(error, raw, tables, inputs.headers) from error
        except BaseException:
            self._versions.discard(version)
            raise
        seconds = {"read": read - clock, "tidy": tidied - read, "map": time.perf_counter() - tidied}
        progress(N_("{name} : {quads} quads", name=name, quads=Number(quads)))
        return version, LoadReport(record, inputs.rejected, [*inputs.warnings, *notes], seconds)

    def _check(self, name: str, source: Source, inputs: Inputs) -> None:
        """Write what was rejected beside the data; raises RejectedRows when it is more than the source tolerates."""
        path, rejected = self._rejected / f"{name}.csv", inputs.rejected
        if len(rejected):
            path.parent.mkdir(parents=True, exist_ok=True)
            rejected.write_csv(path)
        else:
            path.unlink(missing_ok=True)
        if len(rejected) > source.max_rejected:
            first, warnings = inputs.first_rejections(), inputs.warnings
            raise RejectedRows(
                name, len(rejected), source.max_rejected, path, first, warnings, inputs.sentences
            )

    def _check_first_rows(
        self,
        tables: Known[str, pl.DataFrame],
        version: Version,
        versions: Known[str, Version],
        progress: Progress,
    ) -> None:
        """Raise InvalidGraph where the first rows of a partner's large tables are wrong by themselves."""
        if self._trusted or not are_large(tables):
            return
        name = version.record.name
        progress(N_("{name} : contrôle des premières lignes", name=name))
        try:
            snapshot = Snapshots(self._data_dir).current()
        except UnknownSnapshot:
            snapshot = None
        published = snapshot.manifest.get("inputs", {}).get("sources", {}) if snapshot else {}
        if any(
            published.get(other, [""])[0] != one.path.name for other, one in versions.items() if other != name
        ):
            snapshot = None  # what is loaded and not published yet may describe what these rows name
        try:
            refuse_first_rows(tables, exchange_mapping(), version, snapshot, self._filieres)
        except InvalidGraph as error:
            raise error.written(self._rejected / f"{name}.csv", [looked_at()]) from None

    def _known(self, source: Source, versions: Known[str, Version]) -> KnownChains | None:
        """Tell what a partner's rows about filières may name; None of an official source."""
        if not source.partner:
            return None
        return KnownChains.of(self._filieres, [version.tables() for version in versions.values()])

    def _holders(self, source: Source, known: Known[str, Version]) -> dict[str, str]:
        """Give whose tables a source sees as those of each that it leans on: its own, else of one that has its registers."""
        holders = {name: name for name in (*source.requires, *source.uses) if name in known}
        for name in source.requires:
            if name not in holders and (registers := REGISTERS.get(name, {}).keys()):
                holders |= [(name, other) for other, one in known.items() if registers <= one.tables().keys()]
        if missing := [name for name in source.requires if name not in holders]:
            raise SourceError(
                N_(
                    "La source « {source} » s'appuie sur « {missing} », qui n'est pas chargée : chargez-la d'abord "
                    "(ancrage load {missing} …).",
                    source=source.name,
                    missing=missing[0],
                )
            )
        return holders


def _settle(
    name: str,
    raw: Known[str, pl.DataFrame],
    tables: dict[str, pl.DataFrame],
    versions: Known[str, Version],
    headers: Headers,
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, list[Spoken]]:
    """Follow the codes that a partner writes, keep the places of its rows, withhold its small counts; with sentences."""
    known = {other: version.tables() for other, version in versions.items()}
    others = [paths for other, paths in known.items() if other != name]
    registers = [paths["organizations"] for paths in others if "organizations" in paths]
    tables, followed = follow_codes(tables, registers)
    communes = [paths["register_communes"] for paths in others if "register_communes" in paths]
    places_known = [paths["territories"] for paths in others if "territories" in paths]
    tables, renamed = follow_communes(tables, communes, places_known)
    places = row_places(raw, tables)
    territories = [paths["territories"] for paths in known.values() if "territories" in paths]
    own = [tables["territories"]] if "territories" in tables else []
    tables, withheld = withhold(tables, Containers(chain(map(_containment, territories), own)), headers)
    return (
        tables,
        places,
        [N_("{name} : {note}", name=name, note=note) for note in (*followed, *renamed, *withheld)],
    )


def _containment(path: Path) -> pl.DataFrame:
    """Read the territories of a source and what they are part of, in the columns that it has."""
    wanted = {"id", "part_of", "parts"}
    return pl.read_parquet(path, columns=[name for name in pl.read_parquet_schema(path) if name in wanted])


def refuse_nothing(source: str, tables: Known[str, pl.DataFrame], settings: Known[str, str]) -> None:
    """Raise SourceError where settings keep nothing of the files: a source is not replaced by nothing.

    >>> try:
    ...     refuse_nothing("insee-clap", {"observations": pl.DataFrame()}, {"region": "ZZ"})
    ... except SourceError as error:
    ...     print(error)
    La source « insee-clap » ne donne aucun fait avec region=ZZ : ce réglage ne garde aucune ligne de ses fichiers.
    """
    if settings and all(frame.is_empty() for name, frame in tables.items() if name in LAYOUT):
        given = " ".join(f"{name}={value}" for name, value in settings.items())
        raise SourceError(
            N_(
                "La source « {source} » ne donne aucun fait avec {given} : ce réglage ne garde aucune ligne de "
                "ses fichiers.",
                source=source,
                given=given,
            )
        )


def _facts(tables: Known[str, pl.DataFrame]) -> dict[str, int]:
    """Count the rows of the tables that describe something else than where the facts come from."""
    return {name: len(frame) for name, frame in tables.items() if name in LAYOUT and name != "sources"}


def _replaced(former: LoadRecord, tables: Known[str, pl.DataFrame]) -> Iterator[Spoken]:
    """Say how many rows of what a load takes the place of each table had, and has, where that is another number."""
    now = _facts(tables)
    changed = [
        N_("{table} {before} → {n}", table=Said(sheet_title, (table,)), before=before, n=now.get(table, 0))
        for table in LAYOUT
        if (before := former.rows.get(table, 0)) != now.get(table, 0) and table != "sources"
    ]
    if changed:
        yield N_(
            "« {name} » remplace en entier ce qui a été chargé le {date} ; nombre de lignes, avant et après : {changed}.",
            name=former.name,
            date=former.ended[:10],
            changed=Listed(changed),
        )


def _unplaced(tables: Known[str, pl.DataFrame], headers: Headers) -> Iterator[Spoken]:
    """Say how many interactions take place somewhere, and count nowhere: nobody is known to take part in them from a commune."""
    if "interactions" not in tables:
        return
    held = tables["interactions"].filter(pl.col("takes_place_in").list.len() > 0)
    if "participations" in tables:
        placed = tables["participations"].drop_nulls("place")
        held = held.join(placed, left_on="id", right_on="interaction", how="anti")
    if held.height:
        yield NN_(
            "{n} interaction a un lieu (« {takes_place_in} ») et ne compte dans le portrait d'aucun territoire : aucune "
            "participation ne dit de quelle commune (« {place} »).",
            "{n} interactions ont un lieu (« {takes_place_in} ») et ne comptent dans le portrait d'aucun territoire : aucune "
            "participation ne dit de quelle commune (« {place} »).",
            held.height,
            takes_place_in=headers.name("interactions", "takes_place_in"),
            place=headers.name("participations", "place"),
        )


def _placed(
    error: MappingError,
    raw: Known[str, pl.DataFrame],
    tables: Known[str, pl.DataFrame],
    headers: Headers,
) -> MappingError:
    """Name the partner's own file, sheet and row where a cell of a tidy table cannot be the term it should be."""
    if not isinstance(error, WrongCell):
        return error
    table = error.table.removesuffix(".csv")
    if table not in raw or len(raw[table]) != len(tables[table]):
        return error
    file, row = raw[table].select("_file", "_row").row(int(error.row or 0) - 2)
    return error.at(file, row, [headers.heading(file, one) for one in error.columns])


def refuse_shrunk(former: LoadRecord, rows: Known[str, int]) -> None:
    """Raise SourceError where a table has under nine tenths of the rows of the former load: a file that was cut is whole CSV."""
    for table, count in rows.items():
        before = former.read.get(table, 0)
        if 10 * count < 9 * before:
            raise SourceError(
                NN_(
                    "La table « {table} » de « {source} » n'a plus que {n} ligne, contre {before} au chargement du "
                    "{date} : le fichier est peut-être coupé. Si c'est voulu : --shrink.",
                    "La table « {table} » de « {source} » n'a plus que {n} lignes, contre {before} au chargement du "
                    "{date} : le fichier est peut-être coupé. Si c'est voulu : --shrink.",
                    count,
                    table=table,
                    source=former.source,
                    n=count,
                    before=before,
                    date=former.ended[:10],
                )
            )


def _described(source: Source, about: Known[str, str], graph: str) -> dict[str, Any]:
    """Give what a record tells of a graph: what its own table `about` tells, or else its source."""
    kept = {
        key: about.get(key, getattr(source, key))
        for key in ("publisher", "licence", "homepage", "download", "date", "frequency")
    }
    told = {tag: about[key] for tag, key in (("fr", "title"), ("en", "title_en")) if about.get(key)}
    title = told if "fr" in told else dict(source.title)
    return {"role": about.get("role") or role_of(graph), "title": title, **kept}


def with_structures(sources: pl.DataFrame, observations: pl.DataFrame | None) -> pl.DataFrame:
    """Give sources the structure of the data set of their observations, by what these vary by; one without any has no data set.

    >>> sources = pl.DataFrame({"id": ["source/a", "source/b"], "dataset": ["dataset/a", "dataset/b"]})
    >>> observations = pl.DataFrame({"dataset": ["dataset/a"], "occupation": ["occupation/A1"]})
    >>> with_structures(sources, observations).rows()
    [('source/a', 'dataset/a', 'dsd/occupation-observations'), ('source/b', None, None)]
    """
    if "dataset" not in sources.columns:
        return sources
    structures: dict[str, str] = {}
    if observations is not None and "dataset" in observations.columns:
        for column in ("territory", "organization", "occupation"):
            name = "territorial" if column == "territory" else column
            of = observations.drop_nulls(column) if column in observations.columns else observations.clear()
            structures |= dict.fromkeys(of["dataset"].drop_nulls().unique(), f"dsd/{name}-observations")
    return sources.with_columns(
        pl.when(pl.col("dataset").is_in(list(structures))).then("dataset"),
        structure=pl.col("dataset").replace_strict(structures, default=None, return_dtype=pl.String),
    )


def _source_rows(source: Source, observations: pl.DataFrame | None) -> pl.DataFrame:
    """Describe a source, and those it relies on whose data set it writes the observations of."""
    written = set() if observations is None else set(observations["dataset"].drop_nulls())
    others = [name for name in (*source.requires, *source.uses) if f"dataset/{name}" in written]
    return pl.concat([_source_row(source), *(_source_row(Source.named(name)) for name in others)])


def _source_row(source: Source) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": [f"source/{source.name}"],
            "title_fr": [source.title.get("fr")],
            "title_en": [source.title.get("en")],
            "publisher": [source.publisher],
            "licence": [provenance.licence_iri(source.licence)],
            "homepage": [source.homepage or None],
            "download": [source.download or None],
            "date": [source.date or None],
            "dataset": [f"dataset/{source.name}"],
            "covers": [list(source.covers)],
        }
    )
