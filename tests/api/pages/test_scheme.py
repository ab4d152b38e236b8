"""Pages of schemes: their editions with what is withheld and what is not known, their interactions, who takes part."""

from __future__ import annotations

from html import unescape

import pytest
from ancrage.api.render.rendering import environment
from fastapi.testclient import TestClient

from .test_strategy import rows, said

PAGE = "/dispositifs/essai"


def test_the_list_has_what_sources_describe_before_examples(client: TestClient) -> None:
    text = said(client, "/dispositifs")
    assert (
        text.index("Atelier d'essai")
        < text.index("Exemples inventés")
        < text.index("[Exemple] Autre atelier")
    )
    assert "2 éditions (2023, 2024) · 1 interaction" in text


def test_editions_are_told_the_latest_first_with_why_a_count_is_not(client: TestClient) -> None:
    late, early = rows(client, "editions", PAGE)
    assert (late["year"], late["people"], late["outcome"], late["partners"]) == ("2024", "8", "", "")
    assert (early["year"], early["people"], early["outcome"]) == ("2023", "", "Un parcours du bourg")
    assert early["partners"] == "Laboratoire du bois et de la preuve"
    text = said(client, PAGE)
    assert "secret statistique" in text and "Atelier d'essai" in text and "Saint-Étienne-d'Essai" in text


def test_interactions_and_organisations_of_a_scheme_are_listed(client: TestClient) -> None:
    (one,) = rows(client, "commissions", PAGE)
    assert (one["interaction"], one["year"], one["actors"]) == (
        "Stage au bourg",
        "2024",
        "Université d'Essai",
    )
    assert [
        (row["organisation"], row["roles"], row["years"]) for row in rows(client, "organisations", PAGE)
    ] == [
        ("Université d'Essai", "le porte, participe à ses interactions", "2024"),
        ("Laboratoire du bois et de la preuve", "partenaire d’une édition", "2023"),
    ]


def test_an_example_is_marked_and_has_an_honest_empty_page(client: TestClient) -> None:
    text = said(client, "/dispositifs/exemple/autre")
    assert "Éditions connues 0" not in text and "éditions non décrites" in text
    assert (
        "inventés pour montrer le modèle" in text and "Aucune édition de ce dispositif n’est décrite." in text
    )


def test_a_scheme_that_is_not_there_is_said(client: TestClient) -> None:
    for address in ("/dispositifs/rien", "/dispositifs/exemple/rien"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 404 and "ne décrit de dispositif" in unescape(answer.text)


@pytest.mark.parametrize("page", ["/dispositifs", "/strategies"])
def test_a_list_says_to_whom_a_workbook_goes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """A scheme or a strategy is added by a workbook, and no page said whom it is sent to."""
    text = client.get(f"{page}?n=4").text
    assert 'href="/classeurs"' in text and "mailto:" not in text
    assert "Rempli, il se dépose ici, avec un compte." in said(client, f"{page}?n=4")
    monkeypatch.setitem(environment().globals, "devices", False)  # as without their packages
    goes = "Rempli, il va à qui héberge ce service, qui le charge."
    assert goes in said(client, f"{page}?n=6") and "/classeurs" not in client.get(f"{page}?n=6").text
    settings = client.app.state.settings  # type: ignore[attr-defined]
    monkeypatch.setitem(settings.__dict__, "contact", "data@example.org")  # they are frozen
    assert 'href="mailto:data@example.org"' in client.get(f"{page}?n=5").text


def test_many_territories_are_counted_before_they_are_named(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A national scheme filled the list with six hundred communes."""
    assert "Métropole d'Essai" in said(client, "/dispositifs?n=1")
    monkeypatch.setattr("ancrage.api.pages.scheme.page.NAMED", 0)
    listed = said(client, "/dispositifs?n=2")
    assert "Métropole d'Essai" not in listed and "1 territoire" in listed
    assert "1 territoire" in said(client, f"{PAGE}?n=2") and "Métropole d'Essai" in said(
        client, f"{PAGE}?n=2"
    )
