"""One source staged: its files read, made tidy, mapped to RDF, and kept as a version that a publication can take."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping as Known
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from ...graph.snapshots import provenance
from ...graph.snapshots.provenance import GRAPHS, LoadRecord, role_of
from ...graph.snapshots.snapshot import Snapshot, Snapshots, UnknownSnapshot
from ..filieres.files import FILIERES
from ..mapping.mapping import Mapping
from ..mapping.rml import MappingError
from ..read.about import graph_name, read_about, with_name
from ..read.chain_rows import KnownChains
from ..read.known_codes import follow_codes
from ..read.source import Inputs, Source, SourceError, read_inputs
from ..read.tidy import tidy
from ..read.withholding import Containers, withhold
from ..sources.layout import LAYOUT
from .faults import InvalidGraph
from .first_rows import are_large, looked_at, refuse_first_rows
from .generation import Progress, exchange_mapping
from .pace import Pace
from .staging import SourceVersions, Version, fingerprint
from .tracing import row_places

EXCHANGE = "exchange"
"""The source of what partners write themselves."""


class RejectedRows(ValueError):  # noqa: N818
    """More rows of a source were rejected than it tolerates; keeps `source`, `rejected`, `tolerated`, `path`, `first`."""

    def __init__(self, source: str, rejected: int, tolerated: int, path: Path, sentences: list[str]) -> None:
        self.source, self.rejected, self.tolerated = source, rejected, tolerated
        self.path, self.first = path, sentences[0]
        head = f"{source} : {rejected} {'ligne rejetée' if rejected == 1 else 'lignes rejetées'} ({tolerated} tolérées)"
        left = rejected - len(sentences)
        rest = [*sentences, *([f"… et {left} de plus."] if left else []), f"Détail : {path}."]
        super().__init__(
            f"{head} ; {' '.join(rest)}" if rejected == 1 else "\n    ".join([f"{head} :", *rest])
        )


@dataclass(frozen=True)
class LoadReport:
    """What a load did: its record, what was rejected, warnings in French, seconds by step, the snapshot if one was published."""

    record: LoadRecord
    rejected: pl.DataFrame
    warnings: list[str]
    seconds: dict[str, float] = field(default_factory=dict)
    snapshot: Snapshot | None = None


def silent(_: str) -> None:
    """Show nothing of a load's progress."""


class Stager:
    """Stages sources in one data directory; `versions` are those it holds.

    The first rows of `trusted` tables, which are known to be sound, are not looked at before the whole.
    """

    def __init__(self, data_dir: Path, versions: SourceVersions, *, trusted: bool = False) -> None:
        self._data_dir, self._trusted = data_dir, trusted
        self._rejected, self._filieres = data_dir / "rejected", data_dir / FILIERES
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
    ) -> tuple[Version, LoadReport]:
        """Read, tidy and map the files of a source; `staged` are versions of others that are about to be kept.

        Without `shrink`, a table of an official source that has lost more than a tenth of its rows is refused.

        Raises SourceError, RejectedRows, and InvalidGraph where a partner's first rows are wrong by themselves; no version
        is left then.
        """
        started, clock = provenance.now(), time.perf_counter()
        versions = {**self._versions.current(), **(staged or {})}
        registers = self._registers(source, versions)
        progress(f"{as_name or source.name} : lecture")
        inputs = read_inputs(source, paths, registers=registers, known=self._known(source, versions))
        raw = dict(inputs.tables)
        about = read_about(raw.get("about"))
        name = graph_name(about, as_name, source.name)
        if "about" in raw:
            raw["about"] = with_name(raw["about"], name)
        self._check(name, source, inputs)
        counts = {table: len(frame) for table, frame in inputs.tables.items()}
        if source.name != EXCHANGE and not shrink and (former := self._versions.find(name)):
            refuse_shrunk(former.record, counts)
        read = time.perf_counter()
        tables = tidy(source, raw, registers=registers, settings=settings)
        refuse_nothing(source.name, tables, settings)
        places: pl.DataFrame | None = None
        notes: list[str] = []
        if source.name == EXCHANGE:
            tables, places, notes = _settle(name, raw, tables, versions)
        tables.setdefault("sources", _source_row(source))
        tidied = time.perf_counter()
        version = self._versions.begin(name)
        try:
            progress(f"{name} : correspondance vers RDF")
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
                read=counts,
            )
            if places is not None:
                places.write_parquet(version.rows, compression="zstd")
                version.write_record(record)
                self._check_first_rows(tables, version, versions, progress)
            lines = f"{sum(map(len, tables.values())):,}".replace(",", " ")
            pace = Pace(progress, f"{name} : correspondance vers RDF de {lines} lignes")
            quads = mapping.write(tables, version.quads, graph=GRAPHS + name, progress=pace.at).quads
            version.write_tables(tables)
            record = replace(record, quads=quads, ended=provenance.now())
            version.write_record(record)
        except MappingError as error:
            self._versions.discard(version)
            raise _placed(error, raw, tables) from error
        except BaseException:
            self._versions.discard(version)
            raise
        seconds = {"read": read - clock, "tidy": tidied - read, "map": time.perf_counter() - tidied}
        progress(f"{name} : {quads:,} quads".replace(",", " "))
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
            raise RejectedRows(name, len(rejected), source.max_rejected, path, inputs.first_rejections())

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
        progress(f"{name} : contrôle des premières lignes")
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
            refuse_first_rows(tables, exchange_mapping(), version, snapshot, (self._filieres,))
        except InvalidGraph as error:
            raise error.written(self._rejected / f"{name}.csv", [looked_at()]) from None

    def _known(self, source: Source, versions: Known[str, Version]) -> KnownChains | None:
        """Tell what a partner's rows about filières may name; None of an official source."""
        if source.name != EXCHANGE:
            return None
        return KnownChains.of(self._filieres, [version.tables() for version in versions.values()])

    def _registers(self, source: Source, known: Known[str, Version]) -> dict[str, Path]:
        """Give the tidy tables that a source sees: `<source with underscores>__<table>` to Parquet file."""
        if missing := [name for name in source.requires if name not in known]:
            raise SourceError(
                f"La source « {source.name} » s'appuie sur « {missing[0]} », qui n'est pas chargée : "
                f"chargez-la d'abord (ancrage load {missing[0]} …)."
            )
        return {
            f"{name.replace('-', '_')}__{table}": path
            for name in (*source.requires, *source.uses)
            if name in known
            for table, path in known[name].tables().items()
        }


def _settle(
    name: str, raw: Known[str, pl.DataFrame], tables: dict[str, pl.DataFrame], versions: Known[str, Version]
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, list[str]]:
    """Follow the codes that a partner writes, keep the places of its rows, withhold its small counts; with French sentences."""
    known = {other: version.tables() for other, version in versions.items()}
    others = [paths for other, paths in known.items() if other != name]
    registers = [paths["organizations"] for paths in others if "organizations" in paths]
    tables, followed = follow_codes(tables, registers)
    places = row_places(raw, tables)
    territories = [paths["territories"] for paths in known.values() if "territories" in paths]
    frames = [pl.read_parquet(path, columns=["id", "part_of", "parts"]) for path in territories]
    own = [tables["territories"]] if "territories" in tables else []
    tables, withheld = withhold(tables, Containers.of([*frames, *own]))
    return tables, places, [f"{name} : {note}" for note in (*followed, *withheld)]


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
            f"La source « {source} » ne donne aucun fait avec {given} : ce réglage ne garde aucune ligne de ses fichiers."
        )


def _placed(
    error: MappingError, raw: Known[str, pl.DataFrame], tables: Known[str, pl.DataFrame]
) -> ValueError:
    """Name the partner's own file, sheet and row where a cell of a tidy table cannot be the term it should be."""
    place = re.match(r"(\w+)\.csv, ligne ([0-9]+)", str(error))
    if not place or place[1] not in raw or len(raw[place[1]]) != len(tables[place[1]]):
        return error
    file, row = raw[place[1]].select("_file", "_row").row(int(place[2]) - 2)
    text = f"{file}, ligne {row}{str(error)[place.end() :]}"
    return SourceError(text, file=file, row=row, column=error.column, value=error.value)


def refuse_shrunk(former: LoadRecord, rows: Known[str, int]) -> None:
    """Raise SourceError where a table has under nine tenths of the rows of the former load: a file that was cut is whole CSV."""
    for table, count in rows.items():
        before = former.read.get(table, 0)
        if 10 * count < 9 * before:
            lines = "ligne" if count < 2 else "lignes"
            raise SourceError(
                f"La table « {table} » de « {former.source} » n'a plus que {count} {lines}, contre {before} au chargement "
                f"du {former.ended[:10]} : le fichier est peut-être coupé. Si c'est voulu : --shrink."
            )


def _described(source: Source, about: Known[str, str], graph: str) -> dict[str, Any]:
    """Give what a record tells of a graph: what its own table `about` tells, or else its source."""
    kept = {
        key: about.get(key, getattr(source, key))
        for key in ("publisher", "licence", "homepage", "download", "date")
    }
    title = {"fr": about["title"]} if "title" in about else dict(source.title)
    return {"role": about.get("role") or role_of(graph), "title": title, **kept}


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
        }
    )
