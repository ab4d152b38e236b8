"""What `ancrage new` starts works, and what stands in the extensions of a data directory is read beside what the package has."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from ancrage.api.app import create_app
from ancrage.api.commands.application import run
from ancrage.api.web.settings import Settings
from ancrage.graph.indicators.cube import Cube
from ancrage.graph.indicators.declaration import indicator_folders
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.loaders.filieres.files import filiere_folders, read_filieres
from ancrage.loaders.filieres.scheme import check
from ancrage.loaders.read.source import Source, read_inputs, read_sources
from ancrage.loaders.read.tidy import tidy
from fastapi.testclient import TestClient

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, example_data_dir: Path) -> Path:
    """The example, with what `ancrage new` starts."""
    folder = tmp_path_factory.mktemp("extended") / "data"
    shutil.copytree(example_data_dir, folder, symlinks=True, ignore=shutil.ignore_patterns("*.draft"))
    return folder


@pytest.fixture(scope="module")
def walked(data: Path) -> Path:
    """The data directory once the lines of the how-to were typed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANCRAGE_DATA_DIR", str(data))
        blocks = re.findall(r"```sh\n(.*?)```", (HOW_TO / "extend.md").read_text(encoding="utf-8"), re.DOTALL)
        lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
        assert len(lines) == 6
        assert [run(line[1:]) for line in lines] == [0] * 6
    return data


def test_the_how_to_is_the_same_in_both_languages() -> None:
    blocks = [
        re.findall(r"```sh\n(.*?)```", (HOW_TO / name).read_text(encoding="utf-8"), re.DOTALL)
        for name in ("extend.md", "etendre.md")
    ]
    assert blocks[0] == blocks[1]


def test_a_question_is_asked_and_served(walked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = walked / "extensions/queries/bad.rq"
    bad.write_text("#+ tags\n", encoding="utf-8")
    try:
        assert (
            run(
                [
                    "query",
                    "my-communes",
                    "-p",
                    "territory=200040715",
                    "--format",
                    "csv",
                    "--data-dir",
                    str(walked),
                ]
            )
            == 0
        )
        said = capsys.readouterr()
        assert "38185" in said.out and "bad.rq, ligne 1" in said.err
        app = create_app(Settings(data_dir=walked, workers=1, strict=False, read_ahead=False))
        with TestClient(app) as client:
            answer = client.get("/queries/my-communes.csv?territory=200040715")
            assert answer.status_code == 200 and "38185" in answer.text
            page = client.get("/queries", headers={"Accept": "text/html"}).text
            assert "/queries/my-communes" in page and "bad.rq, ligne 1" in page
            assert "/queries/my-communes" in client.get("/openapi.json").json()["paths"]
    finally:
        bad.unlink()


def test_an_indicator_has_values(walked: Path) -> None:
    with LocalReader.current(walked) as reader:
        cube = Cube.made(RegionView.of(reader), None, folders=indicator_folders(walked))
        assert "my-units" in cube.indicators and not cube.errors
        assert any(
            one.indicator.id == "my-units" and one.value for one in cube.values("territory/epci/200040715")
        )


def test_a_filiere_is_read_and_its_codes_are_those_of_the_nomenclature(walked: Path) -> None:
    read, broken = read_filieres(*filiere_folders(walked))
    assert [(one.id, one.definition["fr"]) for one in read] == [
        ("dry-stone", "dry stone : à définir en une phrase.")
    ]
    assert not broken
    store = ox.Store()
    naf, kind = "http://id.insee.fr/codes/nafr2", "https://w3id.org/ancrage/def/EconomicActivity"
    for code in ("08.11Z", "43.99C"):
        store.update(f"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
            INSERT DATA {{ <{naf}/sousClasse/{code}> a <{kind}> ; skos:inScheme <{naf}/naf> ; skos:notation "{code}" }}""")
    assert [one.id for one in check(read, store).kept] == ["dry-stone"]


def test_a_source_is_read_beside_those_of_the_package(walked: Path, tmp_path: Path) -> None:
    import polars as pl

    own = walked / "extensions/sources"
    source = Source.named("third-places", own)
    register = tmp_path / "register.parquet"
    pl.DataFrame({"code": ["38900"], "commune": ["38900"]}).write_parquet(register)
    registers = {"decoupage_administratif__register_communes": register}
    read = read_inputs(source, [own / "third-places/example"], registers=registers)
    assert read.signalled == [] and read.rejected.is_empty()
    assert tidy(source, read.tables, registers=registers, settings={})["sites"].height == 1


def test_a_source_that_is_wrong_or_has_a_name_of_the_package_is_set_aside(
    walked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "extensions/sources"
    shutil.copytree(walked / "extensions/sources", own)
    shutil.copytree(own / "third-places", own / "mesr-rnsr")
    text = (own / "third-places/source.toml").read_text(encoding="utf-8")
    shutil.copytree(own / "third-places", own / "other")
    (own / "other/source.toml").write_text(text.replace("mapping =", "maping ="), encoding="utf-8")
    found, broken = read_sources(own)
    assert "third-places" in found and found["mesr-rnsr"].folder.parent != own
    assert {error.file.parent.name: error.row for error in broken if isinstance(error.file, Path)} == {
        "mesr-rnsr": None,
        "other": text.splitlines().index('mapping = "exchange"') + 1,
    }
    assert run(["sources", "--data-dir", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "third-places\n" in said.out and said.err.count("mis de côté") == 2
    assert run(["load", "other", str(tmp_path), "--data-dir", str(tmp_path)]) == 1
    assert "clé inconnue « maping »" in capsys.readouterr().err


def test_an_installed_package_adds_what_its_folders_hold_and_its_code_is_not_run(
    walked: Path, tmp_path: Path
) -> None:
    package = tmp_path / "installed" / "acme_ancrage"
    shutil.copytree(walked / "extensions", package)
    (package / "queries/my-communes.rq").rename(package / "queries/their-communes.rq")
    source = (package / "sources/third-places").rename(package / "sources/fourth-places") / "source.toml"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("third-places", "fourth-places"), encoding="utf-8")
    (package / "__init__.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    told = package.with_name("acme_ancrage-1.dist-info")
    told.mkdir()
    (told / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: acme-ancrage\nVersion: 1\n", encoding="utf-8"
    )
    named = "[ancrage.extensions]\nacme = acme_ancrage\nlost = lost_package\n"
    (told / "entry_points.txt").write_text(named, encoding="utf-8")

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(package.parent), "ANCRAGE_DATA_DIR": str(walked)}
        line = [sys.executable, "-c", "from ancrage.api.cli import main; main()", *words]
        return subprocess.run(line, capture_output=True, text=True, env=environment, timeout=120)

    asked = typed("query", "their-communes", "-p", "territory=200040715", "--format", "csv")
    assert (
        asked.returncode == 0
        and asked.stdout
        == typed("query", "my-communes", "-p", "territory=200040715", "--format", "csv").stdout
    )
    assert "fourth-places\n" in typed("sources").stdout
    looked = json.loads(typed("doctor", "--json").stdout)
    assert any("lost_package" in one["found"] for one in looked if one["state"] == "warning")
    code = (
        "from pathlib import Path\nfrom ancrage.graph.indicators.declaration import indicator_folders\n"
        "from ancrage.loaders.filieres.files import filiere_folders\n"
        "print(indicator_folders(Path('x'))[1], filiere_folders(Path('x'))[0])"
    )
    folders = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(package.parent)},
    ).stdout.split()
    assert folders == [str(package / "indicators"), str(package / "filieres")]


def test_a_theme_of_the_extensions_is_worn_and_a_broken_one_is_not(walked: Path) -> None:
    theme = walked / "extensions/theme"
    shutil.copytree(Path(__file__).parents[2] / "data/theme", theme)
    try:
        worn = create_app(Settings(data_dir=walked)).state
        assert worn.theme.name != "ancrage" and worn.settings.theme == theme
        (theme / "theme.toml").write_text("name = \n", encoding="utf-8")
        assert create_app(Settings(data_dir=walked)).state.theme.name == "ancrage"
    finally:
        shutil.rmtree(theme)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["query", "My Communes"], "n'est pas un nom"),
        (["querry", "mine"], "query"),
        (["query", "my-communes"], "existe déjà"),
    ],
)
def test_what_cannot_be_started_writes_nothing(
    walked: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(walked.rglob("extensions/**/*"))
    assert run(["new", *words, "--data-dir", str(walked)]) == 2
    assert told in capsys.readouterr().err and sorted(walked.rglob("extensions/**/*")) == before


def test_help_has_a_short_name_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["new"], ["scenario", "compare"]):
        said = []
        for name in ("-h", "--help"):
            run([*words, name])
            said.append(capsys.readouterr().out)
        assert said[0] == said[1] and said[0]
