"""Pages of branches and relays: what the sources know, what the examples show marked, and what nobody tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import polars as pl
import pytest
from ancrage.api.app import create_app
from ancrage.api.pages.relay import relays
from ancrage.api.web.settings import Settings
from ancrage.graph.region.branches import branches_of, reach_of
from ancrage.graph.region.relays import carried, pairs_alone
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}
BRANCH = "site/example-digital-branch"


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=example_data_dir, workers=1)
    with TestClient(create_app(settings), raise_server_exceptions=False, headers=HTML) as made:
        yield made


@pytest.fixture(scope="module")
def view(example_reader: LocalReader) -> RegionView:
    return RegionView.of(example_reader, illustrative=True)


def test_who_is_near_a_branch_and_near_no_other(view: RegionView) -> None:
    [branch] = branches_of(view)
    assert branch.site == BRANCH and len(branch.services) == 2
    alone = reach_of(view, branch, [branch])
    assert alone is not None and alone.people == alone.alone > 0
    twin = type(branch)("site/twin", "Twin", branch.place)
    beside = reach_of(view, branch, [branch, twin])
    assert beside is not None and (beside.people, beside.alone) == (alone.people, 0.0)
    assert reach_of(view, type(branch)("site/nowhere", "Nowhere", None), [branch]) is None


def test_pairs_that_meet_through_a_relay_alone(view: RegionView) -> None:
    """The pairs of the other participants of what it relayed, less those that meet elsewhere, counted by hand."""
    done = carried(view)
    relays = set(done["actor"])
    assert relays == {"organization/example-relay"}
    took: dict[str, set[str]] = {}
    for interaction, actor in view.frame("participations").select("interaction", "actor").iter_rows():
        took.setdefault(interaction, set()).add(actor)
    mine = set(done["interaction"])
    met = {
        interaction: {(a, b) for a in actors for b in actors if a < b and not {a, b} & relays}
        for interaction, actors in took.items()
    }
    through = set().union(*(met[one] for one in mine))
    elsewhere = set().union(*(pairs for one, pairs in met.items() if one not in mine))
    assert through and pairs_alone(view).get("organization/example-relay", 0) == len(through - elsewhere)


def test_the_list_of_branches_gives_the_workbook_that_adds_one(example: TestClient) -> None:
    page = example.get("/antennes", headers={"Accept": "text/html"}).text
    [address] = re.findall(r'href="(/modele[^"]*)"', page)
    assert example.get(unescape(address)).status_code == 200 and "/classeurs" in page


def test_a_branch_of_examples_is_marked_and_compared_with_its_closing(example: TestClient) -> None:
    listed = example.get("/antennes").text
    assert "preuve-illustrative" in listed and "/antennes/example-digital-branch" in listed
    page = example.get("/antennes/example-digital-branch")
    assert page.status_code == 200, page.text
    text = unescape(page.text)
    assert "Cet exemple est inventé" in text and "aucune source chargée ne les dit" in text  # opening hours
    row = text[text.index("Ce qui changerait si elle fermait") :]
    cells = re.findall(r'<td class="nombre">([^<]*)', row)
    assert cells and "simulé" in row
    assert re.search(
        r'href="/scenarios/essai\?h=close-branch\+site%2Fexample-digital-branch&amp;illustrative=true"',
        page.text,
    )
    assert example.get("/antennes/rien").status_code == 404


def test_a_relay_tells_what_it_carried_and_what_would_be_lost(example: TestClient) -> None:
    listed = example.get("/relais").text
    assert "Aucune source chargée ne dit qui a relayé" in listed  # none of sources, and the examples apart
    assert "/relais/example-relay" in listed[listed.index('id="t-exemples"') :]
    page = unescape(example.get("/relais/example-relay").text)
    assert "Sans [Exemple] Structure relais d'Ardèche" in page and "Ardèche</a>" in page
    assert "interaction relayée" in page and "/antennes/example-digital-branch" in page
    assert example.get("/relais/rien").status_code == 404


def test_a_relay_that_carried_much_shows_the_latest_and_folds_the_others(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = example.get("/relais/example-relay?illustrative=true").text
    assert "voir l’autre" not in whole and "les autres" not in whole
    monkeypatch.setattr(relays, "FIRST", 0)
    page = example.get("/relais/example-relay?lang=fr").text
    assert re.search(r"<details class=\"plus\"><summary>voir (l’autre|les [0-9]+ autres)</summary>", page)
    assert page.count('<th scope="row"') == whole.count('<th scope="row"')


def test_what_was_relayed_names_its_sources(view: RegionView) -> None:
    """A role means what its source says: most relays of the region are offices that follow winners of a contest."""
    mine = set(carried(view)["interaction"])
    told = view.frame("interactions").filter(pl.col("interaction").is_in(mine))["source"].drop_nulls()
    assert relays._origins(view) == sorted({one.removeprefix("source/") for one in told}) != []


def test_a_place_that_could_relay_tells_its_address_and_when_it_is_open(example: TestClient) -> None:
    page = unescape(example.get("/relais?territory=07186").text)
    assert "1 place de la Mairie, 07000 Privas</td>" in page and "non dit par les sources" in page
    place = unescape(
        example.get("/id/organization/france-services-900", headers={"Accept": "text/html"}).text
    )
    assert "1 place de la Mairie, 07000 Privas" in place and re.search(
        r"lundi\s: 09:00–12:00, 13:30–17:00", place
    )


def test_an_unknown_territory_is_told_with_the_nearest(example: TestClient) -> None:
    page = example.get("/relais?territory=Grenobl")
    assert page.status_code == 404 and 'value="Grenobl"' in page.text
    assert re.search(r'href="/relais\?territory=commune/38185#possibles">Grenoble', page.text)
    assert example.get("/relais?territory=38185").status_code == 200
