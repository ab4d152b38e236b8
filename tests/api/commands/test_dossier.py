"""The command of dossiers: what it writes, and how it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest
from ancrage.api.app import create_app
from ancrage.api.commands import application
from ancrage.api.commands import dossier as cli_dossier
from ancrage.api.web.settings import Settings
from fastapi.testclient import TestClient

assert cli_dossier  # it registers its command


@pytest.fixture
def data(example_data_dir: Path) -> list[str]:
    """The option that names the example graph."""
    return ["--data-dir", str(example_data_dir)]


def test_one_territory_in_the_formats_asked_for(
    data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        application.run(
            ["dossier", "200040715", "-o", str(tmp_path), "--format", "html,pdf", "--lang", "en", *data]
        )
        == 0
    )
    out, err = capsys.readouterr()
    assert out.split() == [str(tmp_path / f"dossier-epci-200040715.{format}") for format in ("html", "pdf")]
    assert err == ""
    assert '<html lang="en">' in (tmp_path / "dossier-epci-200040715.html").read_text("utf-8")
    assert (tmp_path / "dossier-epci-200040715.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_without_a_language_it_is_written_in_that_of_the_locale(
    data: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert application.run(["dossier", "200040715", "-o", str(tmp_path), "--format", "html", *data]) == 0
    assert '<html lang="en">' in (tmp_path / "dossier-epci-200040715.html").read_text("utf-8")


def test_all_of_a_territory_of_project_by_its_short_name(
    data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        application.run(["dossier", "--all", "sillon-alpin", "-o", str(tmp_path), "--format", "html", *data])
        == 0
    )
    out, err = capsys.readouterr()
    assert out.split() == [str(tmp_path / "index.html"), str(tmp_path / "index.csv")]
    listed = pl.read_csv(tmp_path / "index.csv", infer_schema=False)
    assert err.count("\n") == listed.height > 1
    assert all((tmp_path / name).exists() for name in listed["files"])
    for column in ("population", "gaps", "interactions"):
        assert all(value.isdigit() for value in listed[column].drop_nulls())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["dossier", "Grenobel-Alpes-Metropole"], "Grenoble-Alpes-Métropole"),
        (
            ["dossier", "200040715", "--format", "pdf,odt"],
            "valeur « odt » refusée pour '--format' : il faut l'un de : html, pdf, docx, csv",
        ),
        (["dossier", "200040715", "--format", ","], "aucun format n’est demandé"),
        (["dossier", "38185", "--all"], "une commune ne contient pas d’intercommunalité"),
        (["dossier", "timber-construction"], "« timber-construction » est une filière"),
        (["dossier", "99999"], "38185 (commune)"),
        (
            ["dossier", "200040715", "--lang", "de"],
            "valeur « de » refusée pour '--lang' : il faut l'un de : fr, en",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert application.run([*words, "-o", str(tmp_path / "d"), *data]) == application.USAGE
    out, err = capsys.readouterr()
    assert out == "" and said in err and err.startswith("Erreur : ") and err.count("\n") == 1
    assert not list(tmp_path.rglob("dossier-*"))


def test_a_folder_that_cannot_be_written(
    data: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fichier").write_text("x")
    for place in (tmp_path / "fichier", tmp_path / "fichier" / "dessous", Path("/proc/ici")):
        assert application.run(["dossier", "200040715", "-o", str(place), *data]) == application.USAGE
        assert "on ne peut pas écrire dans" in capsys.readouterr().err


def test_nothing_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = application.run(
        ["dossier", "200040715", "-o", str(tmp_path), "--data-dir", str(tmp_path / "vide")]
    )
    assert code == application.FAILURE and "rien n'est publié" in capsys.readouterr().err


def test_a_format_whose_package_is_not_installed_is_refused_before_anything_is_written(
    example_data_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    out = tmp_path / "out"
    line = ["dossier", "200040715", "-o", str(out), "--data-dir", str(example_data_dir)]
    assert application.run([*line, "--format", "html,pdf"]) == 1 and not out.exists()
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "pip install 'ancrage[dossiers]'" in said
    with TestClient(create_app(Settings(data_dir=example_data_dir, workers=1, read_ahead=False))) as client:
        refused = client.get(
            "/territoires/epci/200040715/dossier.pdf", headers={"Accept": "application/json"}
        )
        assert refused.status_code == 501 and "ancrage[dossiers]" in refused.json()["detail"]
