"""The name and the role of a partner's graph."""

import polars as pl
import pytest
from ancrage.loaders.read.about import graph_name, read_about, with_name
from ancrage.loaders.read.source import SourceError


@pytest.mark.parametrize(
    ("about", "asked", "name"),
    [
        ({"name": "CAUE de l'Ardèche"}, None, "caue-de-l-ardeche"),
        ({"name": "CAUE"}, "essai", "essai"),
        ({}, None, "exchange"),
        ({"name": "../../etc"}, None, "etc"),
    ],
)
def test_a_name_is_letters_digits_and_hyphens(about: dict[str, str], asked: str | None, name: str) -> None:
    assert graph_name(about, asked, "exchange") == name


@pytest.mark.parametrize("name", ["mesr-rnsr", "ontology", "Provenance", "!!"])
def test_a_partner_does_not_take_the_name_of_another_graph(name: str) -> None:
    with pytest.raises(SourceError, match=r"réservé|nommer"):
        graph_name({"name": name}, None, "exchange")


def test_an_official_source_keeps_its_name() -> None:
    assert graph_name({}, None, "mesr-rnsr") == "mesr-rnsr"


def test_a_partner_does_not_write_the_ontology() -> None:
    with pytest.raises(SourceError, match="ontology"):
        read_about(pl.DataFrame({"key": ["role"], "value": ["ontology"]}))


def test_a_name_is_added_where_there_is_none() -> None:
    table = pl.DataFrame(schema={"key": pl.String, "value": pl.String, "_row": pl.Int64})
    assert with_name(table, "essai").select("key", "value").rows() == [("name", "essai")]
