"""A folder loaded whole: what is bad is set aside and told, the rest is published; a file that was cut is refused."""

import json
import shutil
from pathlib import Path

import pytest
from ancrage.graph.snapshots.provenance import GRAPHS
from ancrage.loaders.publish.pipeline import PartialLoad, Pipeline
from ancrage.loaders.read.source import SourceError

FIXTURES = Path(__file__).parents[2] / "data"
NODES = "scanr-h2020-partenariats/nodes_fr.json"


@pytest.fixture
def official(tmp_path: Path) -> Path:
    """A folder laid out as the official data: one official source, and tables of a partner at its root."""
    folder = tmp_path / "official"
    (folder / NODES).parent.mkdir(parents=True)
    for path in (FIXTURES / "scanr-h2020").iterdir():
        shutil.copy(path, (folder / NODES).parent)
    (folder / "organizations.csv").write_text(
        "id,label_fr,siren\nscierie,Scierie,900000012\n", encoding="utf-8"
    )
    return folder


def test_a_bad_file_is_set_aside_and_the_others_are_published(official: Path, tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    pipeline.load_folder(official, publish=False)
    (official / "organizations.csv").write_text("id,label_fr,siren\nscierie,Scierie,12AB\n", encoding="utf-8")
    with pytest.raises(PartialLoad) as caught:
        pipeline.load_folder(official)
    assert [report.record.name for report in caught.value.reports] == ["scanr-h2020"]
    assert set(caught.value.failures) == {"exchange"}
    told = str(caught.value)
    assert "organizations.csv, ligne 2, colonne « siren », valeur « 12AB »" in told
    assert "une source n'est pas chargée, 1 l'est" in told
    assert "Sa version d'avant reste." in told
    snapshot = pipeline.snapshots.current()
    assert snapshot is not None
    assert {GRAPHS + "scanr-h2020", GRAPHS + "exchange"} <= set(snapshot.manifest["graphs"])
    assert pipeline.versions.current()["exchange"].record.rows["organizations"] == 1


def test_all_that_is_bad_is_told_and_nothing_is_published(official: Path, tmp_path: Path) -> None:
    (official / "organizations.csv").write_text("label_fr\nScierie\n", encoding="utf-8")
    (official / NODES).unlink()
    pipeline = Pipeline(tmp_path / "data")
    with pytest.raises(PartialLoad) as caught:
        pipeline.load_folder(official)
    told = str(caught.value)
    assert "2 sources ne sont pas chargées" in told
    assert "organizations.csv n'a pas de colonne « id »" in told
    assert "Il manque à la source « scanr-h2020 » le fichier de sa table « nodes »" in told
    assert "Elle n'a pas de version d'avant." in told
    assert pipeline.snapshots.current() is None


def test_a_file_cut_between_two_rows_is_refused_unless_asked_for(official: Path, tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path / "data")
    folder = (official / NODES).parent
    pipeline.load("scanr-h2020", [folder], publish=False)
    whole = json.loads((official / NODES).read_text(encoding="utf-8"))
    (official / NODES).write_text(json.dumps(whole[:1]), encoding="utf-8")
    with pytest.raises(
        SourceError, match=rf"« nodes ».* n'a plus que 1 ligne, contre {len(whole)} .*--shrink"
    ):
        pipeline.load("scanr-h2020", [folder], publish=False)
    report = pipeline.load("scanr-h2020", [folder], publish=False, shrink=True)
    assert report.record.read["nodes"] == 1
