"""Portraits of territories: blocks from the cube, their files, embeds, comparisons, and what is missing."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from ancrage.api.app import create_app
from ancrage.api.pages.missing import old_sources as portrait_old_sources
from ancrage.api.pages.missing import territories as portrait_missing
from ancrage.api.pages.missing.asked import MissingParams
from ancrage.api.pages.territory.blocks import BLOCKS, FIGURES
from ancrage.api.pages.territory.chain_board import _cell
from ancrage.api.pages.territory.figures import PEERS, Comparison, figure_details, figures, trends
from ancrage.api.pages.territory.follow_up import follow_up, value_of
from ancrage.api.pages.territory.matter import PortraitData
from ancrage.api.pages.territory.tab_page import place_of
from ancrage.api.pages.territory.tabs import TABS, tab_of
from ancrage.api.pages.territory.ties import partners
from ancrage.api.precompute import findings as portrait_ahead
from ancrage.api.reading.project_territories import HOW
from ancrage.api.render.blocks.files import write_table
from ancrage.api.render.blocks.tables import Column, Table, absent
from ancrage.api.web.settings import Settings
from ancrage.graph.indicators.basis import Basis, DatedSource
from ancrage.graph.indicators.declaration import TOPICS
from ancrage.graph.pool.scheduler import PoolBusy
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.ontology.vocabulary import ID
from ancrage.words import N_, Named
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from ...pages import plain

HTML = {"Accept": "text/html"}
METRO = "/territoires/epci/200040715"
LEVELS = (
    "epci/200040715",
    "commune/38185",
    "department/07",
    "zone/8409",
    "bassin/8401",
    "region/84",
    "adhoc/sillon-alpin",
)


@pytest.fixture(scope="module")
def example(example_data_dir: Path) -> Iterator[TestClient]:
    """The application on the example graph, with what is computed ahead for it."""
    with LocalReader.current(example_data_dir) as reader:
        for _ in portrait_ahead.compute(reader, portrait_ahead.portraits_folder(reader.snapshot)):
            pass
    with TestClient(
        create_app(Settings(data_dir=example_data_dir, workers=1)), raise_server_exceptions=False
    ) as made:
        yield made


def read(client: TestClient, path: str, **headers: str) -> str:
    response = client.get(path, headers={**HTML, **headers})
    assert response.status_code == 200, (path, response.text[:300])
    assert 'class="panne"' not in response.text, path
    return response.text


def test_a_portrait_names_the_authority_and_an_authority_what_it_governs(example: TestClient) -> None:
    link = r'Administré par\s: <a\s+href="/acteurs/200040715">Grenoble-Alpes-Métropole</a>'
    assert re.search(link, read(example, METRO))
    assert re.search(rf'<dt>Administre</dt><dd>\s*<a href="{METRO}">', read(example, "/acteurs/200040715"))
    assert "Administré par" not in read(example, "/territoires/zone/8409")


def seen_by(client: TestClient) -> PortraitData:
    state = client.app.state  # type: ignore[attr-defined]
    state.portraits.warm()
    seen: PortraitData | None = state.portraits.found(state.pool.snapshot().id)
    assert seen is not None
    return seen


@pytest.mark.long
@pytest.mark.parametrize("place", LEVELS)
def test_a_territory_of_any_level_has_all_its_blocks(example: TestClient, place: str) -> None:
    base = f"/territoires/{place}"
    first, tabs = read(example, base), {tab.name: read(example, f"{base}/{tab.name}") for tab in TABS}
    for block in BLOCKS:
        assert first.count(f' id="{block.name}"') == 1, "an address of when the portrait was one page"
        assert f'href="{base}{place_of(block)}"' in first or block is FIGURES
        where = [name for name, text in tabs.items() if f' id="{block.name}"' in text]
        if block is FIGURES:
            assert f'href="{base}/{block.name}"' in first and set(where) <= set(tabs)
            continue
        assert where == [tab_of(block).name], block.name
        full = f'href="{base}/{block.name}?format=csv"' in tabs[where[0]]
        listed = f'href="{base}/{block.name}" id="{block.name}"' in tabs[where[0]]
        assert full != listed, "a block is whole, or named among those of which nothing is known"


def test_tabs_and_blocks_share_no_address_and_each_topic_of_figures_has_one_tab() -> None:
    assert not {tab.name for tab in TABS} & {block.name for block in BLOCKS}
    assert {block.tab for block in BLOCKS if block is not FIGURES} == {tab.name for tab in TABS}
    assert sorted(topic for tab in TABS for topic in tab.topics) == sorted(TOPICS)


def test_the_figures_of_the_tabs_are_those_of_the_block(example: TestClient) -> None:
    known = {row["id"] for row in rows_of(example, f"{METRO}/chiffres-cles") if row["value"]}
    told = [
        set(re.findall(r'href="/indicateurs/([\w-]+)"', read(example, f"{METRO}/{tab.name}"))) for tab in TABS
    ]
    whole = set(re.findall(r'href="/indicateurs/([\w-]+)"', read(example, f"{METRO}/chiffres-cles")))
    assert set.union(*told) >= known & whole and sum(map(len, told)) == len(set.union(*told))


def test_a_tab_says_where_one_is_and_leads_to_the_others(example: TestClient) -> None:
    text = read(example, f"{METRO}/liens?compare=region/84")
    assert re.findall(r'href="([^"]*)"\s+aria-current="page"', text) == [f"{METRO}/liens?compare=region%2F84"]
    for tab in TABS:
        assert f'href="{METRO}/{tab.name}?compare=region%2F84"' in text
    assert f'href="{METRO}/liens?compare=peers#chiffres-cles"' in text
    block = read(example, f"{METRO}/partenaires")
    assert f'href="{METRO}/liens#partenaires"' in block


def test_what_is_not_known_is_one_line_that_proves_nothing(example: TestClient) -> None:
    text = read(example, "/territoires/bassin/8401/a-faire")
    (line,) = re.findall(r'<p class="rien-de-connu">(.*?)</p>', text, re.DOTALL)
    empty = {
        name: not rows_of(example, f"/territoires/bassin/8401/{name}")
        for name in ("demandes", "agenda", "strategies", "donnees-absentes")
    }
    assert {name: f'id="{name}"' in line for name in empty} == empty and len(set(empty.values())) == 2
    assert (
        "chiffres (guichet, stratégies)" in line
        and "ce qui ne prouve pas" in line
        and 'href="/sources#classeur"' in line
    )
    assert 'id="lacunes"' in text and 'id="lacunes"' not in line


def test_a_territory_off_the_region_has_no_tab(example: TestClient) -> None:
    gone = example.get("/territoires/commune/07901/liens", headers=HTML)
    assert gone.status_code == 404 and "de la commune qui lui a succédé, Privas" in gone.text
    assert example.get("/territoires/epci/999999999/liens", headers=HTML).status_code == 404


def test_a_portrait_is_in_english_for_who_reads_english(example: TestClient) -> None:
    text = read(example, f"{METRO}/qui-est-la", **{"Accept-Language": "en"})
    assert "Key figures" in text and "Chiffres clés" not in text and '<html lang="en">' in text
    assert "Who works with whom" in read(example, f"{METRO}/partenaires?lang=en")


def test_each_figure_opens_its_definition_method_source_and_snapshot(example: TestClient) -> None:
    text = read(example, f"{METRO}/chiffres-cles")
    snapshot = example.app.state.pool.snapshot().id  # type: ignore[attr-defined]
    definition = text.split('<details class="definition">')[1].split("</details>")[0]
    for expected in (
        "Méthode",
        "Sources",
        "preuve-",
        snapshot,
        'href="/indicateurs/',
        'href="/cartes?indicator=',
    ):
        assert expected in definition
    assert "where = {" not in text and "(frame =" not in text
    methods = {row["id"]: row["formula"] for row in rows_of(example, f"{METRO}/chiffres-cles")}
    assert not any("frame" in one or " = " in one for one in methods.values())
    assert methods["population"] in unescape(text)


def test_each_figure_opens_its_sources_with_their_dates(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seen_by(example)
    source = DatedSource("somewhere", N_("Quelque part"), "2021-02-01")
    monkeypatch.setitem(seen.__dict__, "bases", dict(seen.bases) | {"programmes": Basis((source,), 9, 4)})
    monkeypatch.setitem(seen.__dict__, "loaded", frozenset({"somewhere"}))
    told = figure_details(seen, seen.cube.indicators["programmes"], "fr")
    assert told["dated"] == [("Quelque part", "/sources#somewhere", "1er février 2021")]
    assert told["unplaced"].startswith("Sur 9 formations, 4 n’ont pas de lieu")
    monkeypatch.setitem(seen.__dict__, "cube", replace(seen.cube, years={"programmes": "2021"}))
    table = figures(seen, seen.ground.territory("200040715"), Comparison("x", "x"), "fr")
    row = next(row for row in table.rows if row["id"] == "programmes")
    assert row["as_of"] == ("2021" if row["period"] == seen.snapshot[:4] else "")


def test_figures_stand_beside_the_parent_that_is_chosen(example: TestClient) -> None:
    def beside(query: str) -> set[str]:
        rows = csv.DictReader(io.StringIO(example.get(f"{METRO}/chiffres-cles?format=csv{query}").text))
        return {row["compared_with"] for row in rows}

    assert beside("") == {"Isère"}
    assert beside("&compare=region/84") == {"Auvergne-Rhône-Alpes"}
    assert "au moins 8 territoires" in read(example, f"{METRO}/liens?compare=peers").replace("\u202f", " ")


def test_the_figures_of_a_page_are_those_of_the_cube(example: TestClient) -> None:
    seen = seen_by(example)
    rows = list(csv.DictReader(io.StringIO(example.get(f"{METRO}/chiffres-cles?format=csv").text)))
    values = {one.indicator.id: one for one in seen.cube.values("territory/epci/200040715")}
    # the last year of a series is not over: it has curves among the trends instead
    assert {row["id"] for row in rows} == set(values)
    for row in rows:
        assert (float(row["value"]) if row["value"] else None) == pytest.approx(values[row["id"]].value)
        assert (row["status"] or None) == values[row["id"]].status


@pytest.mark.long
@pytest.mark.parametrize("block", [block.name for block in BLOCKS])
def test_a_block_is_a_page_three_files_and_an_embed(example: TestClient, block: str) -> None:
    address = f"{METRO}/{block}"
    page = read(example, address)
    assert f"{METRO}/{block}?embed=1&quot;" in page or "embed=1&amp;quot;" in page or "&lt;iframe" in page
    assert "Content-Disposition" not in example.get(address, headers=HTML).headers
    plain = example.get(f"{address}?format=csv")
    assert plain.status_code == 200 and plain.headers["content-type"].startswith("text/csv")
    french = example.get(f"{address}?format=csv-fr")
    assert french.content.startswith(b"\xef\xbb\xbf")
    book = load_workbook(io.BytesIO(example.get(f"{address}?format=xlsx").content))
    assert book.sheetnames == ["Résultats", "À propos"]
    alone = example.get(f"{address}?embed=1", headers=HTML)
    assert alone.status_code == 200 and "<nav" not in alone.text and "<script" not in alone.text


def test_only_embeds_may_be_framed(example: TestClient) -> None:
    alone = example.get(f"{METRO}/acteurs?embed=1", headers=HTML).headers
    assert alone["content-security-policy"].endswith("frame-ancestors *") and "x-frame-options" not in alone
    assert "default-src 'none'" in alone["content-security-policy"]
    for path in (METRO, f"{METRO}/acteurs", "/ce-qui-manque"):
        headers = example.get(path, headers=HTML).headers
        assert headers["content-security-policy"].endswith("frame-ancestors 'none'")
        assert headers["x-frame-options"] == "DENY"


def test_what_the_graph_says_is_in_the_lists(example: TestClient) -> None:
    assert "Université Grenoble Alpes" in example.get(f"{METRO}/acteurs?format=csv").text
    rows = list(
        csv.DictReader(io.StringIO(example.get("/territoires/department/07/strategies?format=csv").text))
    )
    assert rows and all(row["evidence"] == "illustrative" for row in rows)
    assert "preuve-illustrative" in read(example, "/territoires/department/07/strategies")


def test_grids_tell_who_is_out_of_scope_and_shares_are_of_all_inhabitants(example: TestClient) -> None:
    def told(place: str) -> list[dict[str, str]]:
        text = example.get(f"/territoires/{place}/ruralite?format=csv").text
        return list(csv.DictReader(io.StringIO(text)))

    typed, unknown = (row for row in told("department/07") if row["grid"].startswith("Ruralité"))
    assert (
        typed["class"] == "Ruralités touristiques à dominante résidentielle"
    )  # Mirabel, of unknown population
    assert unknown["class"].startswith("Classe inconnue")  # Privas, not dense and without a type
    assert (typed["communes"], typed["people"], typed["share"]) == ("1", "", "")
    assert (unknown["communes"], unknown["people"], unknown["share"]) == (
        "1",
        "8465",
        "",
    )  # of unknown inhabitants
    metro = [row for row in told("epci/200040715") if row["grid"].startswith("Centres")]
    assert [(row["class"], row["share"]) for row in metro] == [
        ("Centre structurant d’équipements et de services", "19.5"),
        ("Centre majeur d’équipements et de services", "80.5"),
    ]
    assert {row["class"] for row in told("commune/38185")} >= {
        "Commune urbaine, hors de la typologie", "Commune densément peuplée",
    }  # fmt: skip


def test_nothing_illustrative_enters_a_figure(example: TestClient) -> None:
    rows = csv.DictReader(
        io.StringIO(example.get("/territoires/department/07/chiffres-cles?format=csv").text)
    )
    found = {row["id"]: row for row in rows}
    assert found["requests"]["value"] == "" and found["requests"]["status"] == "missing"
    assert "Requests" not in found


def test_missing_suppressed_few_and_zero_are_four_things() -> None:
    told = {absent(status, "fr") for status in ("missing", "suppressed", "insufficient")}
    assert len(told) == 3 and not any("0" in words for _, words in told)


def test_a_file_refuses_a_comparison_that_is_none(example: TestClient) -> None:
    for wrong in ("nope", "epci/999", "epci/200068781"):
        refused = example.get(f"{METRO}/chiffres-cles?format=csv&compare={wrong}")
        assert (
            refused.status_code == 400 and "possible comparisons: department/38" in refused.json()["detail"]
        )
    assert example.get(f"{METRO}/chiffres-cles?format=csv&compare=region/84").status_code == 200


def test_a_territory_without_blocks_says_why(example: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(path: str) -> str:
        response = example.get(path, headers=HTML)
        assert response.status_code == 404, path
        return response.text

    assert "Aucune source chargée ne décrit d’intercommunalité au code 999999999." in told(
        "/territoires/epci/999999999/acteurs"
    )
    assert "de la commune qui lui a succédé, Privas" in told("/territoires/commune/07901/agenda")
    assert "the commune that took it over, Privas" in told("/territoires/commune/07901/agenda?lang=en")
    assert "pour la région étudiée" in told("/territoires/commune/38901/agenda")
    grenoble = "https://w3id.org/ancrage/id/territory/commune/38185"
    monkeypatch.setattr("ancrage.api.pages.territory.outside._commune_of", lambda *_: grenoble)
    assert "les chiffres sont ceux de la commune, Grenoble" in told("/territoires/commune/38901/agenda")
    assert "figures are those of the commune, Grenoble" in told("/territoires/commune/38901/agenda?lang=en")
    page = example.get("/territoires/commune/38901", headers=HTML).text
    assert "arrondissement municipal" in page and "voir Grenoble" in page
    portraits = example.app.state.portraits  # type: ignore[attr-defined]
    monkeypatch.setattr(portraits, "found", lambda _: None)

    async def waiting(_: str) -> None:
        raise PoolBusy(5)

    monkeypatch.setattr(portraits, "of", waiting)
    assert example.get("/territoires/department/26/agenda", headers=HTML).status_code == 503
    waits = example.get("/territoires/department/26", headers=HTML)
    assert (
        "Les portraits se préparent" in waits.text and '<a href="/territoires/department/26">' in waits.text
    )
    monkeypatch.undo()
    assert "Les portraits se préparent" not in example.get("/territoires/department/26", headers=HTML).text


def test_filieres_have_their_english_names_on_english_pages(example: TestClient) -> None:
    def names(said: str) -> dict[str, str]:
        text = example.get(f"/territoires/department/38/filieres?format=csv&lang={said}").text
        return {row["chain_iri"]: row["chain"] for row in csv.DictReader(io.StringIO(text))}

    french, english = names("fr"), names("en")
    assert french.keys() == english.keys() != set()
    assert all(english[chain] != label for chain, label in french.items())


def test_who_is_there_is_as_the_question_says(example: TestClient) -> None:
    def listed(path: str, key: str) -> dict[str, dict[str, str]]:
        return {row[key]: row for row in csv.DictReader(io.StringIO(example.get(path).text))}

    page = listed("/territoires/region/84/acteurs?format=csv", "actor_iri")
    asked = listed("/queries/territory-organizations?territory=region%2F84&format=csv", "organization")
    alone = {iri for iri, row in asked.items() if row["hasSite"] == "0"}
    assert "collectivité ou groupement" in {page[iri]["kind"] for iri in alone}  # not only companies
    assert {iri.rpartition("/")[2] for iri in asked.keys() ^ page.keys()} == {
        "0380083K"
    }  # known by its EPCI alone


def test_the_filieres_of_a_territory_stand_in_one_picture(example: TestClient) -> None:
    text = read(example, "/territoires/department/38/economie-et-besoins")
    board = text[text.index('id="filieres"') :]
    line = board[board.index("<tbody") : board.index("</tbody>")]
    assert (
        'href="/filieres/timber-construction?territory=department%2F38#qui-fait-quoi">Bois-construction</a>'
        in line
    )
    assert re.findall(r'data-etape="([^"]+)"', line) == [
        "Forme",
        "Cherche",
        "Produit",
        "Étapes sans membre connu",
    ]
    # who has most interactions first, whatever the alphabet says
    research = line[line.index('data-etape="Cherche"') : line.index('data-etape="Produit"')]
    assert re.findall(r">([^<]+)</a></li>", research) == ["Laboratoire des matériaux bois", "BOISFORT"]
    missing = line[line.rindex("data-etape") :]
    assert "Ressource" in missing and "mise en œuvre" not in missing  # somebody is known at that one
    assert "gaps=department%2F38#maillons-manquants" in missing
    assert (
        '<th scope="col" class="nombre">Membres' not in board
    )  # what is drawn is not counted in a table beside
    alone = read(example, "/territoires/region/84/filieres")
    assert 'class="filiere-tableau"' in alone and '<th scope="col" class="nombre">Membres' in alone
    rows = list(csv.DictReader(io.StringIO(example.get("/territoires/region/84/filieres?format=csv").text)))
    assert {row["names"] for row in rows if row["function"] == "cherche"} == {
        "Laboratoire des matériaux bois ; BOISFORT"
    }
    assert 'href="/territoires/region/84/filieres">Toutes en un tableau' in read(example, "/filieres")


@pytest.mark.parametrize(("count", "named", "rest"), [(2, 2, 0), (3, 3, 0), (5, 2, 3)])
def test_a_cell_of_filieres_names_a_few_and_counts_the_rest(count: int, named: int, rest: int) -> None:
    seen: Any = SimpleNamespace(made={("ties",): {"unit/4": 7}})
    members = {f"unit/{rank}": f"Labo {rank}" for rank in range(count)}
    cell = _cell(seen, "/filieres/x", {}, "chain-function/researches", members)
    assert (len(cell.names), cell.rest) == (named, rest)
    assert cell.names[0][0] == ("Labo 4" if count == 5 else "Labo 0")
    assert cell.address == "/filieres/x?function=researches#membres"


def test_a_failing_block_leaves_the_rest(example: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(context: object) -> Table:
        raise RuntimeError("broken")

    broken = tuple(replace(b, make=fail) if b.name == "pairs" else b for b in BLOCKS)
    monkeypatch.setattr("ancrage.api.pages.territory.page.BLOCKS", broken)
    response = example.get("/territoires/department/26/qui-est-la?compare=region/84", headers=HTML)
    assert response.status_code == 200 and response.text.count('class="panne"') == 1
    assert 'id="composition"' in response.text and "etag" not in response.headers


def test_findings_kept_ahead_are_shown_and_those_of_communes_are_asked_for(example: TestClient) -> None:
    text = read(example, f"{METRO}/a-faire")
    assert "Pourquoi" in text and "Le calcul est en cours" not in text
    assert "Calculé à la demande" in read(example, "/territoires/commune/38185/a-faire")
    assert "publication" in read(example, "/territoires/commune/38185/lacunes")


def test_findings_not_ready_say_so_and_the_page_is_not_kept(example: TestClient) -> None:
    snapshot = example.app.state.pool.snapshot()  # type: ignore[attr-defined]
    folder = portrait_ahead.portraits_folder(snapshot)
    hidden = [folder / portrait_ahead.file_name("territory/epci/243800984"), folder / portrait_ahead.DONE]
    kept = [path.read_bytes() for path in hidden]
    for path in hidden:
        path.unlink()
    try:
        first = example.get("/territoires/epci/243800984?compare=region/84", headers=HTML)
        assert first.status_code == 200 and "etag" not in first.headers, "its sentences lack the gaps"
        response = example.get("/territoires/epci/243800984/a-faire?compare=region/84", headers=HTML)
        assert "Le calcul est en cours" in response.text and "etag" not in response.headers
        assert 'href="/territoires/epci/243800984/lacunes">Le calculer tout de suite' in response.text
    finally:
        for path, body in zip(hidden, kept, strict=True):
            path.write_bytes(body)


def test_ahead_goes_on_where_it_was(example_data_dir: Path, tmp_path: Path) -> None:
    with LocalReader.current(example_data_dir) as reader:
        made = portrait_ahead.compute(reader, tmp_path)
        first = next(made)
        del made
        assert portrait_ahead.find(tmp_path, first) and not (tmp_path / portrait_ahead.DONE).exists()
        assert first not in list(portrait_ahead.compute(reader, tmp_path))
    assert (tmp_path / portrait_ahead.DONE).exists()
    assert json.loads((tmp_path / portrait_ahead.file_name(first)).read_text())["lacunes"]["snapshot"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{METRO}/zzz", 404),
        ("/territoires/nation/1/acteurs", 404),
        ("/territoires/epci/000/acteurs", 404),
        (f"{METRO}/acteurs?format=pdf", 406),
        ("/ce-qui-manque/zzz", 404),
        ("/ce-qui-manque/territoires?level=zzz", 400),
    ],
)
def test_what_is_not_there_is_told(example: TestClient, path: str, status: int) -> None:
    response = example.get(path, headers={"Accept": "application/json"} if status != 406 else HTML)
    assert response.status_code == status


def test_an_unknown_code_offers_the_nearest(example: TestClient) -> None:
    response = example.get("/territoires/epci/grenoble-alpes", headers=HTML)
    assert response.status_code == 404 and f'href="{METRO}"' in response.text


def test_a_project_territory_is_found_or_it_is_told_how_to_declare_one(example: TestClient) -> None:
    assert 'href="/territoires/adhoc/sillon-alpin"' in read(example, "/recherche?q=sillon+alpin")
    response = example.get("/territoires/adhoc/sillon-du-sud", headers=HTML)
    assert response.status_code == 404 and "sont chargés : Sillon alpin" in plain(response.text)
    assert 'href="/territoires/adhoc/sillon-alpin"' in response.text and HOW["fr"] in response.text
    english = example.get("/territoires/adhoc/sillon-du-sud?lang=en", headers=HTML).text
    assert f"One is declared in a file: {HOW['en']}" in english and 'lang="fr">Aucun' not in english
    loaded = 'href="/territoires/adhoc/sillon-alpin"'
    for words in ("zzzzqqq", "zzzzqqq+pole"):
        nothing = example.get(f"/recherche?q={words}", headers=HTML).text
        assert (loaded in nothing) is ("pole" in words)
    assert all((Path(__file__).parents[3] / HOW[language]).is_file() for language in ("fr", "en"))


@pytest.mark.parametrize("subject", [one.name for one in portrait_missing.BLOCKS])
def test_pages_of_what_is_missing(example: TestClient, subject: str) -> None:
    assert f'href="/ce-qui-manque/{subject}"' in read(example, "/ce-qui-manque")
    read(example, f"/ce-qui-manque/{subject}")
    assert example.get(f"/ce-qui-manque/{subject}?format=csv").status_code == 200
    assert "What is missing" in read(example, "/ce-qui-manque?lang=en")


def test_missing_things_are_counted_by_source(example: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(example.get("/ce-qui-manque/references?format=csv").text)))
    assert rows and all(int(row["missing"]) <= int(row["of"]) for row in rows)
    one = rows[0]["source"]
    kept = list(
        csv.DictReader(io.StringIO(example.get(f"/ce-qui-manque/references?format=csv&source={one}").text))
    )
    assert {row["source"] for row in kept} == {one}


def test_a_territory_without_a_site_is_told(example: TestClient) -> None:
    rows = list(
        csv.DictReader(io.StringIO(example.get("/ce-qui-manque/territoires?format=csv&level=commune").text))
    )
    assert {row["silent"] for row in rows} == {"oui", ""}


def test_a_source_is_out_of_date_by_its_frequency(example: TestClient) -> None:
    seen = seen_by(example)
    loaded = [
        {"source": "source/mesr-masters", "ended": "2026-01-01T00:00:00Z"},
        {"source": "source/insee-clap"},
    ]
    table = portrait_old_sources.sources(seen, MissingParams("fr", loaded=loaded, today=date(2026, 1, 1)))
    state = {row["name"]: row["state"] for row in table.rows}
    assert state["mesr-masters"] == "dépassée"
    assert state["insee-clap"] == "fréquence non dite : à vérifier"
    [note] = table.notes
    assert {f"{lasts} mois" for lasts in (24, 12, 3)} <= set(re.findall(r"\d+ mois", note["fr"]))
    assert "3 months (monthly)" in note["en"]


def test_a_source_that_the_package_does_not_describe_has_its_title_in_the_language(
    example: TestClient,
) -> None:
    titles = {"en": "Our survey", "fr": "Notre enquête"}
    loaded = [{"source": "source/own", "title": told, "language": tag} for tag, told in titles.items()]
    for language, title in titles.items():
        table = portrait_old_sources.sources(seen_by(example), MissingParams(language, loaded=loaded))
        assert [row["source"] for row in table.rows if row["name"] == "own"] == [title]


def test_sources_that_the_demo_holds_in_one_graph_are_as_old_as_when_each_has_its_own(
    example: TestClient,
) -> None:
    today = date(2026, 1, 1)
    held = pl.DataFrame(
        [
            ("source/mesr-rnsr", "2022-02-01"),
            ("source/mesr-masters", "2021"),
            ("source/mesr-parcoursup", "2025-01-01"),
        ],
        schema=["source", "date"],
        orient="row",
    )
    seen = seen_by(example)
    seen = replace(seen, rest={**seen.rest, "sources": held})
    together = portrait_old_sources.sources(
        seen, MissingParams("fr", loaded=[{"source": "source/aura"}], today=today)
    )
    apart = [{"source": path} for path in seen.rest["sources"]["source"]]
    each = portrait_old_sources.sources(seen, MissingParams("fr", loaded=apart, today=today))
    late = [{row["name"] for row in table.rows if row["state"] == "dépassée"} for table in (together, each)]
    assert late[0] == late[1] == {"mesr-rnsr", "mesr-masters"}
    assert together.more["total"] == each.more["total"] == 2
    assert {row["state"] for row in together.rows if row["name"] == "mesr-ilab"} == {"pas chargée"}


def test_home_and_portraits_lead_to_what_is_missing(example: TestClient) -> None:
    assert 'href="/ce-qui-manque"' in read(example, "/")
    assert 'href="/ce-qui-manque"' in read(example, METRO)


def rows_of(client: TestClient, path: str) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(client.get(f"{path}{'&' if '?' in path else '?'}format=csv").text))
    )


def test_who_from_here_works_with_whom_elsewhere_is_drawn_and_listed(example: TestClient) -> None:
    seen = seen_by(example)
    here = [seen.ground.ids[at] for at in seen.ground.territory("200040715").communes]
    took = seen.rest["participations"].select("interaction", "actor", "place")
    events = took.filter(pl.col("place").is_in(here))["interaction"]
    took = took.filter(pl.col("interaction").is_in(events.implode()))
    placed = took.filter(pl.col("place").is_not_null() | pl.col("actor").is_in(seen.abroad))
    share = placed.group_by("actor").agg(pl.col("place").is_in(here).fill_null(value=False).mean())
    sides = took.unique(["interaction", "actor"]).join(share, on="actor", suffix="_share")
    mine, away = sides.filter(pl.col("place_share") >= 0.1), sides.filter(pl.col("place_share") < 0.1)
    joined = mine.join(away, on="interaction", suffix="_away").group_by("actor", "actor_away").len()
    rows = rows_of(example, f"{METRO}/couples")
    assert (
        {(ID + one, ID + other, str(n)) for one, other, n in joined.iter_rows()}
        == {(row["actor_iri"], row["partner_iri"], row["interactions"]) for row in rows}
        != set()
    )
    text = read(example, f"{METRO}/liens")
    block = text[text.index('id="couples"') : text.index('id="partenaires"')]
    # the table behind has what is drawn, and nothing else
    assert block.count('class="ruban"') == block[block.index("<tbody>") :].count("<tr>") == len(rows)
    assert 'role="group"' in block and "La même chose en tableau" in block


def test_pairs_of_which_no_partner_has_a_name_are_listed(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seen_by(example)
    away = {
        row["partner_iri"].removeprefix(ID): row["partner"] for row in rows_of(example, f"{METRO}/couples")
    }
    numbers = {path: f"Organisation PIC {n}" for n, path in enumerate(away, 999974553)}
    monkeypatch.setitem(seen.__dict__, "labels", {**seen.labels, **numbers})
    block = read(example, f"{METRO}/couples?embed=1&first=1")
    assert all(name in block for name in numbers.values()) and 'class="ruban"' not in block


def test_a_source_of_a_partner_is_named_by_its_title(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seen_by(example)
    monkeypatch.setitem(
        seen.__dict__,
        "titles",
        {"example": Named("Conventions de la métropole", "Agreements of the metropolis")},
    )
    assert seen.source("example", "en") == "Agreements of the metropolis"
    assert seen.source("anr-aapg", "fr") != "anr-aapg"  # not loaded: as the package calls it
    text = read(example, f"{METRO}/interactions?embed=1&lang=en")  # at an address that no answer was kept for
    assert '#example">Agreements of the metropolis</a>' in text


def test_series_have_axes_and_years(example: TestClient) -> None:
    text = read(example, f"{METRO}/evolutions")
    (chart, *_) = re.findall(r'<svg[^>]+class="graphique".*?</svg>', text)
    assert (
        len(re.findall(r">(19|20)[0-9]{2}<", chart)) >= 2
        and 'class="axe"' in chart
        and 'class="grille"' in chart
    )


def test_a_partner_without_a_place_told_is_not_outside(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seen_by(example)
    sides = {row["partner_iri"]: row["side_shown"] for row in rows_of(example, f"{METRO}/partenaires")}
    assert sides[f"{ID}organization/0383546Y"] == "acteur du territoire"
    metro = seen.ground.territory("200040715")
    lost = next(
        row for row in partners(seen, metro, "fr").rows if row["side"] == "actor" and row["here"] is None
    )
    assert lost["side_shown"] == "acteur sans lieu dit pour ces interactions"
    # Once its country is known to be another one, it is outside.
    away = frozenset({*seen.abroad, str(lost["partner_iri"])})
    monkeypatch.setitem(seen.__dict__, "abroad", away)
    monkeypatch.delitem(seen.__dict__, "participations")
    monkeypatch.delitem(seen.made, ("sides",))  # those of the last territories are kept
    told = {row["partner_iri"]: row["side_shown"] for row in partners(seen, metro, "fr").rows}
    assert told[lost["partner_iri"]] == "acteur de l’extérieur"
    assert told["organization/0383546Y"] == "acteur du territoire"
    far = partners(seen, seen.ground.territory("07"), "fr")
    assert {row["here"] for row in far.rows if row["side"] == "actor"} <= {True, False, None}


def test_actors_of_the_territory_are_counted_apart_among_those_of_its_interactions(
    example: TestClient,
) -> None:
    rows = rows_of(example, f"{METRO}/partenaires")
    sides = Counter(row["side_shown"] for row in rows if row["side_shown"] != "territoire")
    local = sides["acteur du territoire"]
    assert local and f"({sides.total()}, dont {local} du territoire)" in read(example, f"{METRO}/liens")


def test_actors_and_partners_say_how_much_has_no_place(example: TestClient) -> None:
    assert "n’ont pas de lieu" in read(example, f"{METRO}/acteurs")
    assert "sans commune ni pays connus" in read(example, f"{METRO}/partenaires")


def test_the_trend_of_interactions_is_one_series_a_source(example: TestClient) -> None:
    seen = seen_by(example)
    metro = seen.ground.territory("200040715")
    # One source from 2010 on, another from 2014: their sum would grow from 3 to 8 while the first goes from 3 to 2.
    told: dict[str, dict[int, float | None]] = {
        "old": {2008: None, 2009: None, 2010: 3.0, 2011: 0.0, 2013: None, 2014: 2.0},
        "new": {2014: 6.0},
    }
    rows = [
        {"indicator": "interactions-by-year", "territory": metro.id, "period": str(year), "by": f"source/{source}",
         "value": value, "low": 8.0 if year == 2009 else None, "status": "missing" if value is None else None,
         "evidence": "documented", "sources": source}
        for source, years in told.items()
        for year, value in years.items()
    ]  # fmt: skip
    frame = seen.cube.frame
    kept = frame.filter(pl.col("indicator") != "interactions-by-year")
    cube = replace(seen.cube, cells=pl.concat([kept, pl.DataFrame(rows, schema=dict(frame.schema))]))
    table = trends(replace(seen, cube=cube), metro, "fr")
    assert [one["words"] for one in table.more["curves"]] == ["de 3 (2010) à 2 (2014)"]
    assert [(row["sources"], row["period"], row["value"]) for row in table.rows] == [
        ("new", "2014", 6), ("old", "2009", None), ("old", "2010", 3), ("old", "2011", 0), ("old", "2013", None),
        ("old", "2014", 2),
    ]  # fmt: skip
    [line] = re.findall(r'<path d="([^"]*)" class="trait-0"', table.more["curves"][0]["drawn"])
    assert line.count("M") == 1  # from 2010 to 2011: nothing is drawn over 2013, of which nothing is known
    before = table.rows[1]
    assert (before["status"], before["covered_by"], before["known"]) == ("missing", "", 8)


def test_the_years_covered_are_told_on_the_page_the_block_and_its_embed(example: TestClient) -> None:
    for path in (f"{METRO}/liens", f"{METRO}/evolutions", f"{METRO}/evolutions?embed=1"):
        assert "Années que couvrent les sources" in read(example, path)
    assert "covered_by" in rows_of(example, f"{METRO}/evolutions")[0]


def test_no_interaction_known_is_no_zero(example: TestClient) -> None:
    seen = seen_by(example)
    place = next(one for one in seen.ground.of_level("epci") if not len(seen.rows("participations", one)))
    path = f"/territoires/{place.id.removeprefix('territory/')}"
    assert "interactions-by-year" not in example.get(f"{path}/evolutions?format=csv").text
    assert "<strong>0</strong><span>interaction</span>" not in read(example, path)
    shares = [
        row for row in figures(seen, place, Comparison("x", "x"), "fr").rows if row["id"] == "outside-share"
    ]
    assert [row["status_words"] for row in shares] == ["aucun cas connu"]


def test_a_figure_between_bounds_is_known_in_part(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = seen_by(example)
    place = seen.ground.territory("epci/200040715")
    held = [
        replace(one, value=None, low=1.9, high=33.1, status="missing")
        if "distance" in one.indicator.id
        else one
        for one in seen.values(place.id)
    ]
    monkeypatch.setattr(PortraitData, "values", lambda *_: held)
    beside = Comparison("x", "x", ("territory/region/84",))
    rows = {row["id"]: row for row in figures(seen, place, beside, "fr").rows}
    told = rows["distance-to-programme"]
    assert told["status_words"] == told["comparison_status_words"] == "connu en partie"
    assert told["bounds"] == told["comparison_bounds"] == "entre 1,9 et 33,1\xa0km"
    assert (told["comparison_low"], told["comparison_high"]) == (1.9, 33.1)
    assert rows["population"]["status_words"] == rows["population"]["comparison_status_words"] == ""


def test_a_median_says_of_how_many_peers_and_is_not_told_of_fewer_than_three(example: TestClient) -> None:
    seen = seen_by(example)
    places = [one for one in seen.ground.of_level("commune") if seen.values(one.id)]
    known = [
        one.id
        for one in places
        if any(v.indicator.id == "population" and v.value for v in seen.values(one.id))
    ]
    for told, median in ((2, False), (3, True)):
        beside = Comparison(PEERS, "pairs", (*known[:told], "territory/commune/none"), ("peer",))  # type: ignore[arg-type]
        row = next(row for row in figures(seen, places[0], beside, "fr").rows if row["id"] == "population")
        assert (row["comparison"] is not None) == median and (row["peers_known"], row["peers"]) == (
            told,
            told + 1,
        )
        assert row["comparison_status"] == (None if median else "insufficient")


def test_names_tell_the_zone_and_the_total(example: TestClient) -> None:
    assert "(zone d’emploi)" in read(example, f"{METRO}/economie-et-besoins")
    titles = {row["id"]: row["indicator"] for row in rows_of(example, f"{METRO}/chiffres-cles")}
    assert titles["establishments"].endswith(" : total") and not titles["population"].endswith("total")


def test_a_table_writes_the_iris_of_its_links() -> None:
    table = Table(
        (Column("actor", N_("Acteur"), "link"), Column("n", N_("n"), "number")),
        [{"actor": "A", "actor_iri": "organization/1", "n": 2.0}],
    )
    from ancrage.api.web.negotiation import CSV

    assert (
        write_table(table, CSV, {}, "fr")
        == b"actor,actor_iri,n\r\nA,https://w3id.org/ancrage/id/organization/1,2\r\n"
    )


def test_a_locator_is_a_picture_of_its_own_or_is_not_there(example: TestClient) -> None:
    assert f'src="{METRO}/situation.svg"' in read(example, METRO)
    drawn = example.get(f"{METRO}/situation.svg")
    assert (
        drawn.status_code == 200 and drawn.headers["content-type"] == "image/svg+xml" and "<svg" in drawn.text
    )
    assert example.get("/territoires/epci/000/situation.svg").status_code == 404


def test_a_dropped_match_a_match_going_on_and_none_are_told_apart(example: TestClient) -> None:
    read(example, "/territoires/department/07/strategies")
    seen = seen_by(example)
    assert tuple(follow_up(seen, "example/request/nothing").values()) == (
        "sans suite connue",
        "no known follow-up",
    )
    going = {
        "announcement": ["r", "r", "r"],
        "match": ["m1", "m1", "m2"],
        "status": ["match-status/potential", "match-status/contacted", "match-status/dropped"],
        "date": ["2025-01-01", "2025-02-01", "2025-03-01"],
        "reason": [None, None, "drop-reason/distance"],
    }
    other = replace(seen, rest={**seen.rest, "all-matches": pl.DataFrame(going)})
    assert tuple(follow_up(other, "r").values()) == ("mise en correspondance : contactée", "match: contacted")
    gone = pl.DataFrame({**going, "announcement": ["other", "other", "r"]})
    other = replace(
        seen, rest={**seen.rest, "all-matches": gone.with_columns(reason=pl.lit("drop-reason/too-far"))}
    )
    assert tuple(follow_up(other, "r").values()) == (
        "mise en correspondance abandonnée : éloignement",
        "match dropped: too far",
    )


def test_an_objective_has_the_value_of_what_follows_it_and_of_what_it_concerns(example: TestClient) -> None:
    read(example, "/territoires/department/07/strategies")
    seen = seen_by(example)
    metro = "territory/epci/200040715"
    row: dict[str, str | None] = {"territory": metro, "indicator": "indicator/programmes", "about": None}
    row |= {"observed": None, "period": None}
    [computed] = [one for one in seen.values(metro) if one.indicator.id == "programmes"]
    assert computed.value
    # Followed by an indicator that is computed here, it has its value; that of a filière is not the whole's.
    assert value_of(seen, row) == (computed.value, computed.period)
    assert value_of(seen, {**row, "indicator": "indicator/computed/programmes"}) == (
        computed.value,
        computed.period,
    )
    assert value_of(seen, {**row, "about": "value-chain/timber-construction"}) == (None, "")
    assert value_of(seen, {**row, "observed": "12.0", "period": "2025"}) == (12.0, "2025")
    # The 12 internships of the filière are its own, of the 80 of the department.
    [told] = rows_of(example, "/territoires/department/07/strategies")
    assert float(told["value"]) == 12


def test_the_page_of_each_indicator_asks_the_question_of_its_values(example: TestClient) -> None:
    assert "SPARQL n'a pas de trigonométrie" in read(example, "/indicateurs/reach-programme").replace(
        "&#39;", "'"
    )
    read(example, METRO)
    assert "celui du territoire entier" in read(example, "/indicateurs/branches")
    assert "celui du territoire entier" not in read(example, "/indicateurs/programmes")
    names = list(seen_by(example).cube.indicators)
    assert len(names) > 60
    for name in names[::9]:
        page = read(example, f"/indicateurs/{name}?illustrative=true")
        assert f"/queries/computed-indicator-of-level?indicator=computed/{name}" in page
        assert 'id="derivation"' in page
    rows = example.get("/queries/computed-indicator-of-level.json?indicator=computed/programmes").json()
    assert rows["results"]["bindings"]


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("departement/07", "department/07"),
        ("intercommunalite/200040715/liens?lang=fr", "epci/200040715/liens?lang=fr"),
        ("zone-emploi/8409", "zone/8409"),
        ("departement//attaque.example", "department//attaque.example"),
    ],
)
def test_a_level_as_people_write_it_leads_to_the_address(
    example: TestClient, written: str, there: str
) -> None:
    answer = example.get(f"/territoires/{written}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"/territoires/{there}")


def test_a_partner_that_holds_the_territory_is_named_without_it(example: TestClient) -> None:
    def named(territory: str, partner: str) -> list[str]:
        found = example.get(f"/territoires/{territory}/partenaires?format=json").json()["rows"]
        return [row["partner"] for row in found if row["partner_iri"].endswith(partner)]

    assert named("commune/38185", "epci/200040715") == ["Grenoble-Alpes-Métropole hors de Grenoble"]
    assert named("commune/07186", "epci/200040715") == ["Grenoble-Alpes-Métropole"]
