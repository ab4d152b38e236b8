"""Codes that partners write lead to the organisation that carries them, in tables as sources write them."""

from pathlib import Path

import polars as pl
from ancrage.loaders.publish.stage import _containment
from ancrage.loaders.read.known_codes import follow_codes, follow_communes
from ancrage.loaders.read.withholding import Containers


def test_a_register_of_organisations_may_list_several_codes_of_a_kind(tmp_path: Path) -> None:
    """Institutions have lists of SIRET: no partner could be loaded beside them."""
    register = tmp_path / "organizations.parquet"
    pl.DataFrame(
        {
            "id": ["organization/0389001A"],
            "label_fr": ["Université d'Essai"],
            "siret": [["13090001100019", "13090001100027"]],
            "former_codes": [["0389009J"]],
        }
    ).write_parquet(register)
    table = pl.DataFrame({"organization": ["organization/13090001100027", "organization/0389009J"]})
    made, told = follow_codes({"participations": table}, [register])
    assert made["participations"]["organization"].to_list() == ["organization/0389001A"] * 2
    assert len(told) == 2


def test_territories_of_a_source_may_have_no_parts(tmp_path: Path) -> None:
    """Sources write the columns that they fill: no partner could be loaded beside those without territories of project."""
    table = tmp_path / "territories.parquet"
    pl.DataFrame({"id": ["territory/a"], "part_of": [["territory/b"]], "overlaps": [None]}).write_parquet(
        table
    )
    more = pl.DataFrame({"id": ["territory/c"], "parts": [["territory/a"]]})
    containers = Containers([_containment(table), more])
    assert containers.hold("territory/b", "territory/a")
    assert containers.hold("territory/c", "territory/a")


def test_a_commune_of_an_earlier_year_is_read_as_that_of_today_and_told(tmp_path: Path) -> None:
    register, described = tmp_path / "register_communes.parquet", tmp_path / "territories.parquet"
    names = {"26371": None, "26289": "Châteauneuf", "42072": None, "42217": "Vêtre", "99999": None}
    commune = {"26371": "26289", "42072": "42217", "99999": None}
    pl.DataFrame(
        {
            "code": list(names),
            "territory": [f"territory/commune/{code}" for code in names],
            "label": list(names.values()),
            "commune": [commune.get(code, code) for code in names],
        }
    ).write_parquet(register)
    pl.DataFrame({"id": ["territory/commune/26289", "territory/commune/42072"]}).write_parquet(described)
    asked = [f"territory/commune/{code}" for code in ("26371", "26289", "42072", "99999")]
    tables = {
        "sites": pl.DataFrame({"id": ["s1", "s2", "s3", "s4"], "territory": asked}),
        "interactions": pl.DataFrame({"id": ["i"], "benefits": [asked[:2]]}),
        "observations": pl.DataFrame({"id": ["o"], "territory": asked[:1]}),
    }
    made, told = follow_communes(tables, [register], [described])
    # One that a source describes as a former commune stays, with its succession; an unknown one is for the checks.
    assert made["sites"]["territory"].to_list() == [asked[1], asked[1], asked[2], asked[3]]
    assert made["interactions"]["benefits"].to_list() == [[asked[1], asked[1]]]
    assert made["observations"]["territory"].to_list() == asked[:1]
    assert [sentence["fr"] for sentence in told] == [
        "« 26371 » n'est plus une commune : ce qui en est dit l'est de 26289 (Châteauneuf), qui en a repris le territoire."
    ]


def test_a_commune_that_the_partner_describes_stays(tmp_path: Path) -> None:
    register = tmp_path / "register_communes.parquet"
    pl.DataFrame(
        {"code": ["26371"], "territory": ["territory/commune/26371"], "label": [None], "commune": ["26289"]}
    ).write_parquet(register)
    tables = {
        "territories": pl.DataFrame({"id": ["territory/commune/26371"]}),
        "sites": pl.DataFrame({"territory": ["territory/commune/26371"]}),
    }
    assert follow_communes(tables, [register], []) == (tables, [])
