"""Codes that partners write lead to the organisation that carries them, in tables as sources write them."""

from pathlib import Path

import polars as pl
from ancrage.loaders.publish.stage import _containment
from ancrage.loaders.read.known_codes import follow_codes
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
    containers = Containers.of([_containment(table), more])
    assert containers.hold("territory/b", "territory/a")
    assert containers.hold("territory/c", "territory/a")
