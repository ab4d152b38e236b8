"""Whether an installation can work: each line says what to do, and what hinders ends with 3."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ancrage.api.commands import doctor
from ancrage.api.commands.application import app
from ancrage.api.commands.doctor import examine
from ancrage.graph.snapshots.listing import list_files
from ancrage.graph.snapshots.snapshot import Snapshots
from ancrage.loaders.operations.files import STORE_FILE
from ancrage.loaders.operations.store import Draft, Operations
from typer.testing import CliRunner


def states(folder: Path, environment: dict[str, str] | None = None) -> dict[str, str]:
    return {one.name["fr"]: one.state for one in examine(folder, environment or {})}


def test_a_published_folder_is_well(example_data_dir: Path) -> None:
    found = states(example_data_dir)
    assert {"Python", "réglages", "dossier", "publication", "base", "disque"} <= set(found)
    assert set(found.values()) == {"ok"}


def test_what_hinders_says_what_to_do(tmp_path: Path, example_data_dir: Path) -> None:
    assert states(tmp_path / "none")["dossier"] == "fault"
    empty = {one.name["fr"]: one for one in examine(tmp_path, {})}
    assert empty["publication"].state == "fault" and "ancrage demo" in str(
        empty["publication"].todo and empty["publication"].todo["fr"]
    )
    broken = tmp_path / "broken"
    id = Snapshots(example_data_dir).current()
    assert id is not None
    (broken / "generations").mkdir(parents=True)
    (broken / "current").write_text(id.id)  # the pointer of a generation that is not there
    lost = {one.name["fr"]: one for one in examine(broken, {})}["publication"]
    assert lost.state == "fault" and id.id in lost.found["fr"]
    assert states(tmp_path, {"ANCRAGE_DEADLNE": "5"})["réglages"] == "warning"


def test_a_file_of_the_host_that_is_set_aside_is_told(tmp_path: Path) -> None:
    for kind, file in (("indicators", "mine.toml"), ("filieres", "mine.toml"), ("queries", "mine.rq")):
        path = tmp_path / "extensions" / kind / file
        path.parent.mkdir(parents=True)
        path.write_text("wrong = [")
    told = [one for one in examine(tmp_path, {}) if one.name["fr"] == "extension"]
    assert len(told) == 3 and all(one.state == "warning" and "mine." in one.found["fr"] for one in told)


def test_a_folder_that_nothing_reads_is_told_with_the_nearest(tmp_path: Path) -> None:
    for kind in ("themes", "queries"):
        (tmp_path / "extensions" / kind).mkdir(parents=True)
    [told] = [one for one in examine(tmp_path, {}) if one.name["fr"].startswith("extension")]
    assert told.state == "warning"
    assert told.found["fr"] == "extensions/themes n’est lu par rien ; le plus proche est « theme »"


def test_what_would_stop_a_publication_or_the_service_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "parc").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "decisions.csv").write_text("record,body,decision\na,b,maybe\n")
    (tmp_path / "theme").mkdir()  # without tokens
    monkeypatch.setenv("ANCRAGE_THEME", str(tmp_path / "theme"))
    found = states(tmp_path)
    assert [found[name] for name in ("source parc", "décisions", "thème")] == ["fault"] * 3


def test_a_store_that_does_not_open_is_told(tmp_path: Path, example_data_dir: Path) -> None:
    current = Snapshots(example_data_dir).current()
    assert current is not None
    folder = tmp_path / "generations" / current.id
    shutil.copytree(current.path, folder)
    (folder / "store" / "CURRENT").write_text("no such manifest of the engine\n")
    (tmp_path / "current").write_text(current.id)
    assert states(tmp_path)["base"] == "fault"


def test_a_store_that_lacks_a_file_is_told_and_not_opened(tmp_path: Path, example_data_dir: Path) -> None:
    current = Snapshots(example_data_dir).current()
    assert current is not None
    shutil.copytree(current.path, tmp_path / "generations" / current.id)
    (tmp_path / "current").write_text(current.id)
    copy = Snapshots(tmp_path).get(current.id)
    list_files(copy)
    lost = next(copy.store.glob("*.sst"))
    lost.unlink()
    told = {one.name["fr"]: one for one in examine(tmp_path, {})}["publication"]
    assert told.state == "fault" and lost.name in told.found["fr"]
    assert told.todo is not None and "ancrage rollback" in told.todo["fr"]
    verified = CliRunner().invoke(app, ["verify", "--data-dir", str(tmp_path)])
    assert verified.exit_code == 3 and lost.name in verified.output and "ancrage restore" in verified.output


def test_a_register_that_does_not_open_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "registre" not in states(tmp_path) and not (tmp_path / STORE_FILE).exists()
    store = Operations.open(tmp_path)
    store.append([Draft("ana", "need-filed", "need/1", {})])
    store.close()
    assert states(tmp_path)["registre"] == "ok"
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as base, base:
        [(revision,)] = base.execute("SELECT version_num FROM alembic_version")
        base.execute("UPDATE alembic_version SET version_num = '0099'")
    told = {one.name["fr"]: one for one in examine(tmp_path, {})}["registre"]
    assert told.state == "fault" and "plus récente" in told.found["fr"]
    with closing(sqlite3.connect(tmp_path / STORE_FILE)) as base, base:
        base.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    whole = (tmp_path / STORE_FILE).read_bytes()
    for damaged in (b"no database", whole[:4096] + bytes(255 - one for one in whole[4096:])):
        (tmp_path / STORE_FILE).write_bytes(damaged)
        told = {one.name["fr"]: one for one in examine(tmp_path, {})}["registre"]
        assert told.state == "fault" and STORE_FILE in told.found["fr"]
    monkeypatch.setenv("ANCRAGE_OPERATIONS", "postgresql+psycopg://ancrage:canary@127.0.0.1:1/ancrage")
    told = {one.name["fr"]: one for one in examine(tmp_path, {})}["registre"]
    assert told.state == "fault" and "ANCRAGE_OPERATIONS" in told.found["fr"]
    assert "canary" not in told.found["fr"]


def test_extensions_that_cannot_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder / "extensions"))

    monkeypatch.setattr("ancrage.api.reading.library.read_library", refuse)
    told = {one.name["fr"]: one for one in examine(tmp_path, {})}["extensions"]
    assert told.state == "fault" and told.found["fr"] == f"accès refusé : {tmp_path / 'extensions'}"


def test_a_package_that_lacks_is_told_with_what_needs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name == "typst" else name)
    [told] = [one for one in examine(tmp_path, {}) if one.name["fr"] == "typst"]
    assert told.state == "warning" and "PDF" in told.found["fr"] and told.found["en"] != told.found["fr"]


def test_the_command_says_a_line_each_and_ends_with_three(tmp_path: Path, example_data_dir: Path) -> None:
    runner = CliRunner()
    well = runner.invoke(app, ["doctor", "--data-dir", str(example_data_dir)])
    assert well.exit_code == 0 and well.output.count("\n") >= 6
    ill = runner.invoke(app, ["doctor", "--data-dir", str(tmp_path)])
    assert ill.exit_code == 3 and "→" in ill.output


@pytest.mark.parametrize("words", [[], ["load"], ["account"], ["account", "add"], ["scenario", "compare"]])
def test_help_is_one_letter_too(words: list[str]) -> None:
    runner = CliRunner()
    short, long = runner.invoke(app, [*words, "-h"]), runner.invoke(app, [*words, "--help"])
    assert short.exit_code == 0 and short.output == long.output and "-h, --help" in long.output
