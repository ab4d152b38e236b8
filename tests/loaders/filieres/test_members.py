"""The lists of members that the package ships, on the organisations of the examples: the largest companies are there, placed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.loaders.filieres.files import SHIPPED, read_filieres
from ancrage.loaders.filieres.scheme import shipped_quads
from ancrage.loaders.inference.membership import derive, rules_of
from ancrage.loaders.register.identifiers import is_sound
from ancrage.ontology.vocabulary import ANC, ID

EXAMPLES = Path(__file__).parents[3] / "examples" / "aura"
LARGEST = {
    "microelectronics": (
        "384711909", "323438515", "035650167", "436380133", "411195043", "341470656", "409869708", "513281972",
    ),
    "timber-construction": ("508102159", "334641958", "795820067"),
}  # fmt: skip
"""Companies of the region at 50 employees and more, of the activities of the filière or known to be of it, largest first."""


@pytest.fixture(scope="module")
def organizations() -> pl.DataFrame:
    return pl.read_csv(EXAMPLES / "organizations.csv.gz", infer_schema=False)


@pytest.fixture(scope="module")
def members(organizations: pl.DataFrame) -> pl.DataFrame:
    """The members that the shipped files give on the numbers and activities of the examples' organisations."""
    store, default = ox.Store(), ox.DefaultGraph()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    for path, siren, activity in (
        organizations.select("id", "siren", "activity").drop_nulls("siren").iter_rows()
    ):
        node = ox.NamedNode(ID + path)
        store.add(ox.Quad(node, kind, ox.NamedNode(f"{ANC}Company"), default))
        store.add(ox.Quad(node, ox.NamedNode(f"{ANC}siren"), ox.Literal(siren), default))
        if activity:
            store.add(ox.Quad(node, ox.NamedNode(f"{ANC}mainActivity"), ox.NamedNode(activity), default))
    store.extend(ox.Quad(*quad.triple) for quad in shipped_quads())
    return derive(store, rules_of(store))


@pytest.mark.parametrize(
    ("chain", "siren"), [(chain, one) for chain, every in LARGEST.items() for one in every]
)
def test_the_largest_companies_of_the_region_are_members_and_have_a_place(
    members: pl.DataFrame, organizations: pl.DataFrame, chain: str, siren: str
) -> None:
    """Every one of them was missing from its filière (findings C)."""
    [path] = organizations.filter(pl.col("siren") == siren)["id"]
    mine = members.filter((pl.col("chain") == f"value-chain/{chain}") & (pl.col("member") == ID + path))
    assert mine["stage"].null_count() == 0 and mine.height == 1
    sites = pl.read_csv(EXAMPLES / "sites.csv.gz", infer_schema=False)
    assert sites.filter(pl.col("organizations").str.contains(path))["territory"].drop_nulls().len() > 0


def test_every_list_says_who_when_and_why_and_every_number_is_sound() -> None:
    filieres, broken = read_filieres(SHIPPED)
    assert broken == []
    lists = [rule for filiere in filieres for rule in filiere.rules if rule.identifiers]
    assert {filiere.id for filiere in filieres} == {rule.chain for rule in lists if rule.refused}
    for rule in lists:
        assert rule.who and rule.when and rule.why, rule.id
        for scheme, _, value in (one.partition(":") for one in rule.identifiers):
            assert is_sound(scheme, value), value
