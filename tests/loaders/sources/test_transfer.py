"""Bodies of technology transfer: what each is, where, and of whom; a number that is another's names nobody."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ancrage.loaders.mapping.mapping import Mapping
from ancrage.loaders.publish.generation import EXCHANGE_MAPPING
from ancrage.loaders.read.source import Inputs, Source, read_inputs
from ancrage.loaders.read.tidy import tidy

FIXTURES = Path(__file__).parents[2] / "data" / "mesr-transfert"
BEFORE = ("decoupage-administratif", "laposte-hexasmal", "mesr-etablissements", "mesr-rnsr")
Loaded = tuple[Inputs, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def loaded(registers: dict[str, Path]) -> Loaded:
    source = Source.named("mesr-transfert")
    raw = read_inputs(source, sorted(FIXTURES.glob("*.csv")), registers=registers)
    return raw, tidy(source, raw.tables, registers=registers)


def by_code(loaded: Loaded, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"].split("mesr-transfert-")[1]: row for row in loaded[1][table].to_dicts()}


def test_the_quads_are_the_golden_ones(loaded: Loaded, tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    Mapping.read(EXCHANGE_MAPPING).write(
        loaded[1], out, graph="https://w3id.org/ancrage/graph/mesr-transfert"
    )
    golden = (FIXTURES / "expected.nq").read_text(encoding="utf-8")
    assert set(out.read_text(encoding="utf-8").splitlines()) == set(golden.splitlines())


def test_every_column_is_read_or_ignored_and_a_wrong_number_alone_is_left_out(loaded: Loaded) -> None:
    raw, _ = loaded
    assert raw.signalled == []
    assert raw.rejected.is_empty()
    assert any(
        "ligne 9, colonne « siret », valeur « 12345 » laissée vide" in str(warning)
        for warning in raw.warnings
    )


def test_what_a_structure_is(loaded: Loaded) -> None:
    """A label that laboratories share is no type of body; a foundation for research is no national public body."""
    assert {code: row["actor_type"] for code, row in by_code(loaded, "organizations").items()} == {
        "satt-01": "actor-type/transfer-office",
        "crt-01": "actor-type/transfer-office",
        "cdt-01": "actor-type/transfer-office",
        "incub-01": "actor-type/incubator",
        "pepite-01": "actor-type/incubator",
        "pft-01": "actor-type/platform-operator",
        "irt-01": None,
        "carnot-01": None,
    }


def test_a_number_that_is_anothers_names_nobody(loaded: Loaded) -> None:
    """That of the university where students create says whose they are; that of a school, or of two rows, says nothing."""
    bodies = by_code(loaded, "organizations")
    assert {code: row["siren"] for code, row in bodies.items() if row["siren"]} == {
        "satt-01": "900000019",
        "incub-01": "900000027",
    }
    assert {code: row["part_of"] for code, row in bodies.items() if row["part_of"]} == {
        "pepite-01": ["organization/0389001A"],
        "carnot-01": ["organization/0759001X"],
    }


def test_where_a_structure_is(loaded: Loaded) -> None:
    """By the code or the name of the commune, else by that of the post office; elsewhere nothing is said."""
    assert {code: row["territory"] for code, row in by_code(loaded, "sites").items()} == {
        "satt-01": "territory/commune/38900",
        "incub-01": "territory/commune/26901",
        "pepite-01": "territory/commune/38902",
        "pft-01": "territory/commune/38901",
        "carnot-01": "territory/commune/38900",
        "cdt-01": "territory/commune/38901",
        "irt-01": "territory/commune/12901",
    }
    assert by_code(loaded, "sites")["satt-01"]["address"] == "1 rue de l'Essai, 38980 GRANDVILLE CEDEX 1"


def test_an_address_that_is_none_is_left(loaded: Loaded) -> None:
    bodies = by_code(loaded, "organizations")
    assert (bodies["satt-01"]["homepage"], bodies["incub-01"]["homepage"]) == ("https://satt.example/", None)
