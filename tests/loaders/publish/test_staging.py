"""Versions of sources: committed whole, kept apart until then, swept after a crash."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from ancrage.graph.snapshots.provenance import LoadRecord
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.publish.pipeline import LostSource, Pipeline
from ancrage.loaders.publish.staging import SourceVersions, Version, fingerprint
from ancrage.loaders.read.source import SourceError


def record(name: str, quads: int = 1) -> LoadRecord:
    return LoadRecord(
        name=name,
        source=name,
        graph=f"https://w3id.org/ancrage/graph/{name}",
        role="base",
        title={"fr": name},
        publisher="",
        licence="etalab-2.0",
        homepage="",
        download="",
        date="",
        started="2026-01-01T00:00:00Z",
        ended="2026-01-01T00:00:01Z",
        quads=quads,
        rows={"rows": 1},
        rejected=0,
    )


def begin(versions: SourceVersions, name: str, quads: int = 1) -> Version:
    version = versions.begin(name)
    version.quads.write_text("", encoding="utf-8")
    version.write_record(record(name, quads))
    return version


def test_a_version_is_seen_only_once_committed(tmp_path: Path) -> None:
    versions = SourceVersions(tmp_path)
    version = begin(versions, "a")
    assert versions.names() == []
    versions.commit("a", version)
    found = versions.find("a")
    assert found is not None
    assert found.record == record("a")


def test_a_commit_replaces_the_former_version_and_removes_it(tmp_path: Path) -> None:
    versions = SourceVersions(tmp_path)
    first = begin(versions, "a", 1)
    versions.commit("a", first)
    versions.commit("a", begin(versions, "a", 2))
    assert versions.current()["a"].record.quads == 2
    assert not first.path.exists()


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTAMP:20261101T000000Z
DTSTART:20270310T173000Z
SUMMARY:Conférence sur la forêt
LOCATION:Maison des associations\\, 07200 Aubenas
END:VEVENT
END:VCALENDAR
"""


def test_a_source_leans_on_the_communes_of_a_partner_that_describes_a_region(tmp_path: Path) -> None:
    head = "id,kind,label_fr,code,part_of,postcodes\n"
    department = "territory/department/07,Department,Ardèche,07,territory/region/84,\n"
    region = "territory/region/84,Region,Auvergne-Rhône-Alpes,84,,\n"
    commune = "territory/commune/07019,Commune,Aubenas,07019,territory/department/07,07200\n"
    (tmp_path / "tables").mkdir()
    (tmp_path / "a.ics").write_text(CALENDAR, encoding="utf-8")
    pipeline = Pipeline(tmp_path / "data")

    def load(*rows: str) -> list[str]:
        (tmp_path / "tables" / "territories.csv").write_text(head + "".join(rows), encoding="utf-8")
        pipeline.load("exchange", [tmp_path / "tables"], publish=False)
        report = pipeline.load("ics", [tmp_path / "a.ics"], publish=False)
        return [one["fr"] for one in report.warnings]

    with pytest.raises(SourceError, match="qui n'est pas chargée"):
        load(department, commune)  # some places, of no region
    assert any(
        "« exchange » tient lieu de « decoupage-administratif »" in one
        for one in load(region, department, commune)
    )
    events = pl.read_parquet(SourceVersions(tmp_path / "data").current()["ics"].tables()["events"])
    assert events["takes_place_in"].to_list() == [["territory/commune/07019"]]


def test_a_sweep_removes_what_no_link_names(tmp_path: Path) -> None:
    versions = SourceVersions(tmp_path)
    kept = begin(versions, "a")
    versions.commit("a", kept)
    orphan = begin(versions, "b")
    versions.sweep()
    assert kept.path.exists()
    assert not orphan.path.exists()


def test_tables_come_back_by_name(tmp_path: Path) -> None:
    version = begin(SourceVersions(tmp_path), "a")
    version.write_tables({"register_codes": pl.DataFrame({"code": ["01"]})})
    assert pl.read_parquet(version.tables()["register_codes"])["code"].to_list() == ["01"]


def test_a_fingerprint_names_the_file_and_not_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc")
    found = fingerprint(path)
    assert (found.name, found.size) == ("a.csv", 3)
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("folder", ["data", "elsewhere"])
def test_what_is_loaded_in_a_folder_named_from_here_or_by_a_link_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    pipeline = Pipeline(Path(folder))
    for name in ("a", "b"):
        (tmp_path / f"{name}.ttl").write_text(f"<http://e.org/{name}> <http://e.org/p> 1 .")
        pipeline.load_rdf(tmp_path / f"{name}.ttl", f"http://e.org/{name}")
    assert len(SourceVersions(tmp_path / "data").names()) == 2
    pipeline.versions.sweep()
    assert len(SourceVersions(Path(folder)).current()) == 2
    snapshot = pipeline.publish()
    assert {"http://e.org/a", "http://e.org/b"} <= {*snapshot.graphs()}
    gone = SourceVersions(tmp_path / "data").names()[0]
    shutil.rmtree((tmp_path / "data" / "sources" / gone).resolve())
    with pytest.raises(LostSource, match=gone):  # and not a publication without it
        pipeline.publish()
    current = Snapshots(tmp_path / "data").current()
    assert current is not None and current.id == snapshot.id
