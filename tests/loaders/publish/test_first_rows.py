"""The first rows of a partner's large tables are checked before the rest: only what later rows cannot mend is refused."""

from pathlib import Path

import pytest
from ancrage.loaders.publish import first_rows
from ancrage.loaders.publish.faults import InvalidGraph
from ancrage.loaders.publish.pipeline import Pipeline

from .test_tracing import TABLES, changed, partner

ONLY = "Seules les premières lignes de chaque table (1) ont été regardées"


@pytest.fixture(autouse=True)
def _one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of two rows are large ones."""
    monkeypatch.setattr(first_rows, "FIRST", 1)


def load(data: Path, folder: Path, **changes: str) -> list[str]:
    """Load a partner's tables, and return what was said meanwhile."""
    said: list[str] = []
    Pipeline(data).load("exchange", [partner(folder, **changes)], progress=lambda one: said.append(one["fr"]))
    return said


def test_sound_tables_pass_though_first_rows_name_later_ones(tmp_path: Path) -> None:
    last = changed(
        "participations",
        "stage-1,0383546Y,supply\nstage-1,scierie",
        "stage-1,scierie,supply\nstage-1,0383546Y",
    )
    data = tmp_path / "data"
    load(data, tmp_path / "first", about="key,value\nname,other\n")
    said = load(data, tmp_path / "tables", **last)
    assert "partner : contrôle des premières lignes" in said and said[-1].startswith("publication")


def test_what_the_first_rows_name_and_nothing_describes_is_refused_before_the_rest(tmp_path: Path) -> None:
    data = tmp_path / "data"
    load(data, tmp_path / "first", about="key,value\nname,other\n")
    said: list[str] = []
    wrong = changed("participations", "0383546Y,supply", "0380001A,supply")
    with pytest.raises(
        InvalidGraph, match=r"participations\.csv, ligne 2, colonne « organization »"
    ) as caught:
        Pipeline(data).load(
            "exchange", [partner(tmp_path / "tables", **wrong)], progress=lambda one: said.append(one["fr"])
        )
    assert ONLY in str(caught.value) and (data / "rejected" / "partner.csv").is_file()
    assert not any("index" in one for one in said)
    assert [path.name for path in (data / "sources").iterdir() if path.is_symlink()] == ["other"]
    assert len(list((data / "sources" / ".versions").iterdir())) == 1


def test_a_later_row_is_left_to_the_check_of_the_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    load(data, tmp_path / "first", about="key,value\nname,other\n")
    wrong = changed("participations", "stage-1,scierie", "stage-9,scierie")
    with pytest.raises(InvalidGraph, match="ligne 3") as caught:
        load(data, tmp_path / "tables", **wrong)
    assert ONLY not in str(caught.value)


def test_a_value_of_the_wrong_form_is_refused_without_any_publication(tmp_path: Path) -> None:
    wrong = TABLES["participations"].replace("roles\n", "roles,funding\n").replace("supply\n", "supply,-5\n")
    wrong = wrong.replace("demand\n", "demand,3\n")
    with pytest.raises(InvalidGraph) as caught:
        load(tmp_path / "data", tmp_path / "tables", participations=wrong)
    assert ONLY in str(caught.value) and "participations.csv, ligne 2" in str(caught.value)


def test_tables_known_to_be_sound_are_checked_once(tmp_path: Path) -> None:
    said: list[str] = []
    Pipeline(tmp_path / "data", trusted=True).load(
        "exchange", [partner(tmp_path / "tables")], progress=lambda one: said.append(one["fr"])
    )
    assert not any("premières lignes" in one for one in said) and "contrôle : formes SHACL" in said
