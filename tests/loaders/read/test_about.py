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
    with pytest.raises(SourceError, match="« ontology » est inconnu ; choisissez « base »"):
        read_about(pl.DataFrame({"key": ["role"], "value": ["ontology"]}))


def test_a_role_and_an_evidence_are_of_their_lists() -> None:
    about = {"role": "illustrative", "evidence": "evidence-status/declared"}
    assert read_about(pl.DataFrame({"key": [*about], "value": [*about.values()]})) == about
    with pytest.raises(SourceError) as caught:
        read_about(pl.DataFrame({"key": ["evidence"], "value": ["documentd"]}))
    said = caught.value.message
    assert said["fr"] == (
        "about : « Statut de preuve » : « documentd » est inconnu ; le plus proche est « documented » (documenté)."
    )
    assert said["en"] == "about: “Evidence status”: “documentd” is unknown; the nearest is “documented”."


@pytest.mark.parametrize(
    ("key", "good", "bad", "told"),
    [
        ("licence", ["etalab-2.0", "MIT", "https://example.org/l"], "etalab", "le plus proche est « etalab-2.0 »"),
        *(("date", ["2026", "2026-03-31", "2021/2025"], bad, "n'est pas une date") for bad in ("hier", "2026-13", "1/2/3")),
    ],
)  # fmt: skip
def test_a_licence_and_a_date_are_such(key: str, good: list[str], bad: str, told: str) -> None:
    for one in good:
        assert read_about(pl.DataFrame({"key": [key], "value": [one]})) == {key: one}
    with pytest.raises(SourceError, match=told):
        read_about(pl.DataFrame({"key": [key], "value": [bad]}))


def test_a_name_is_added_where_there_is_none() -> None:
    table = pl.DataFrame(schema={"key": pl.String, "value": pl.String, "_row": pl.Int64})
    assert with_name(table, "essai").select("key", "value").rows() == [("name", "essai")]
