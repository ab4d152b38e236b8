"""The sheet of a meeting: what it says of a pair, with ties and without, in its page and its files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from ....pages import plain

GRENOBLE, PRIVAS, VOIRON = "epci/200040715", "epci/200071413", "epci/243800984"
UGA, PACTE, COMPANY = "0383546Y", "200311865N", "510000001"
HTML = {"Accept": "text/html", "Accept-Language": "fr"}


@pytest.fixture(scope="module")
def host(example_data_dir: Path, served: Callable[..., AbstractContextManager[str]]) -> Iterator[str]:
    """The address of the application on the example graph, for browsers."""
    with served(example_data_dir) as address:
        yield address


def read(example: TestClient, path: str, status: int = 200) -> str:
    """Give the words of a page, without marks, styles nor pictures."""
    answer = example.get(path, headers=HTML)
    assert answer.status_code == status, answer.text
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def test_a_shared_project_is_named_with_its_year_its_side_and_its_source(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory={PRIVAS}&with={PACTE}")
    assert "1 projet en commun connu" in told
    ties = told.partition("Ce qui vous lie déjà")[2].partition("Ce que chacun apporte")[0]
    assert "TERRITOIRES 2021 Privas Centre Ardèche" in ties
    number = ties.split("coordination, partenariat ")[1].split()[0]
    assert f"{number}. Exemple (2024-12-31)" in told


def test_what_an_organisation_does_with_its_own_units_is_no_tie_with_their_territory(
    example: TestClient,
) -> None:
    told = read(example, f"/rencontre?territory={GRENOBLE}&with={UGA}")
    assert "Aucun projet connu ne réunit Grenoble-Alpes-Métropole et l’Université Grenoble Alpes" in told
    assert "Technische Hochschule (1 et 1)" in told  # who works with both
    assert "travaille avec les deux :" not in plain(
        told
    )  # it is on site: nobody needs to bring them together


def test_partners_of_as_many_interactions_come_by_name_academic_ones_first(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory={GRENOBLE}&with={UGA}")
    named = "Charpentes du Vercors (2), Technische Hochschule (1) et Privas Centre Ardèche (1)"
    assert f"Ses premiers partenaires connus : {named}" in told


def test_what_each_has_alone_is_told_apart_from_what_both_have(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory={GRENOBLE}&with=0381912X")
    row = told.partition("Formation (formations par famille de métiers) ")[2]
    assert row.startswith("Bâtiment, travaux publics (1) rien de plus Ingénieurs"), row


def test_who_has_no_site_in_a_territory_is_asked_by_which_place_to_begin(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory={VOIRON}&with={PACTE}")
    assert "Pacte laboratoire de sciences sociales n’a pas de site connu sur place (Pays voironnais)" in told
    assert re.search(
        r"Saint-Martin-d.Hères, à 27 km à vol d.oiseau de la commune la plus proche du Pays", told
    ), told
    told = read(example, f"/rencontre?territory=commune/38563&with={PACTE}")
    assert re.search(r"Saint-Martin-d.Hères, à 27 km à vol d.oiseau de Voiron", told), told


def test_a_place_without_any_interaction_says_that_there_may_be_some(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory=epci/200068781&with={PACTE}")
    assert "Valence Romans Agglo : intercommunalité" in told
    assert (
        "Les sources ne lui connaissent aucune interaction, ce qui ne dit pas qu’il n’y en a aucune." in told
    )


def test_contacts_are_structures_with_their_official_page(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory={PRIVAS}&with={UGA}")
    rows = told.partition("Structures, jamais des personnes")[2].partition("∅ :")[0]
    assert "Privas Centre Ardèche, collectivité ou groupement la collectivité elle-même" in rows
    assert "www.univ-grenoble-alpes.fr" in rows
    assert "lieu d’études ou d’accueil sur place Privas" in rows


@pytest.mark.parametrize("code", ["200040715", "territory/epci/200040715"])
def test_a_territory_is_no_authority_of_the_same_number(example: TestClient, code: str) -> None:
    page = example.get(f"/rencontre?territory={code}&with={UGA}", headers=HTML).text
    assert f'href="/territoires/{GRENOBLE}' in page
    assert (
        f'href="/territoires/{GRENOBLE}'
        not in example.get(f"/rencontre?actor=200040715&with={UGA}", headers=HTML).text
    )


@pytest.mark.parametrize(
    ("pair", "head"),
    [
        (f"territory={GRENOBLE}&with={PRIVAS}", "Grenoble-Alpes-Métropole et Privas Centre Ardèche"),
        (f"actor={UGA}&with={COMPANY}", "Université Grenoble Alpes et Charpentes du Vercors"),
        (f"territory=200040715&with={COMPANY}", "Grenoble-Alpes-Métropole et Charpentes du Vercors"),
        ("territory=department/38&with=epci/200040715", "Isère et Grenoble-Alpes-Métropole"),
    ],
)
def test_any_two_parties_have_a_whole_sheet(example: TestClient, pair: str, head: str) -> None:
    told = read(example, f"/rencontre?{pair}")
    assert f"Vous vous rencontrez demain {head}" in told and "n’a pas pu être faite" not in told
    for title in (
        "Qui est qui",
        "Ce qui vous lie déjà",
        "Ce que chacun apporte",
        "À qui écrire",
        "Publication du graphe",
    ):
        assert title in told


def test_files_print_on_two_pages_and_carry_the_same_words(example: TestClient) -> None:
    pair = f"territory={PRIVAS}&with={PACTE}"
    pdf = example.get(f"/rencontre.pdf?{pair}")
    assert pdf.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    assert len(pages) <= 2 and "TERRITOIRES" in "".join(page.extract_text() for page in pages)
    word = example.get(f"/rencontre.docx?{pair}")
    assert 'filename="rencontre-epci-200071413-200311865N.docx"' in word.headers["content-disposition"]
    document = zipfile.ZipFile(io.BytesIO(word.content)).read("word/document.xml").decode()
    assert "TERRITOIRES" in document and "Sommaire" not in document


def test_a_former_code_leads_to_the_address_of_its_organisation(example: TestClient) -> None:
    answer = example.get(f"/rencontre?territory={PRIVAS}&with=0383493R", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/rencontre?territory=epci%2F200071413&with=0383546Y"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (f"/rencontre?territory={PRIVAS}&with=rien", 404, "au code « rien »"),
        (f"/rencontre?territory=epci/999999999&with={UGA}", 404, "au code « epci/999999999 »"),
        (f"/rencontre?territory={PRIVAS}&with={PRIVAS}", 400, "ne se rencontre pas soi-même"),
        (f"/rencontre.odt?territory={PRIVAS}&with={UGA}", 404, "pdf, docx"),
        (f"/rencontre.pdf?territory={PRIVAS}", 400, "deux parties"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(
    example: TestClient, path: str, status: int, said: str
) -> None:
    assert said in read(example, path, status)


def test_the_form_leads_to_the_sheet_by_names_alone(example: TestClient) -> None:
    first = example.get("/rencontre?q=privas", headers=HTML).text
    address = "/rencontre?territory=epci%2F200071413"
    assert f'href="{address}"' in first
    second = example.get(f"{address}&q=pacte", headers=HTML).text
    assert "<strong>Privas Centre Ardèche</strong>" in second
    assert f'href="{address.replace("&", "&amp;")}&amp;with={PACTE}"' in second
    assert "Ni territoire ni organisation de ce nom : « zzzz »" in read(example, "/rencontre?q=zzzz")


def test_the_form_names_the_first_partners_and_each_place_once(example: TestClient) -> None:
    page = example.get("/rencontre", params={"territory": "epci/200040715"}).text
    listed = re.findall(r'<li><a href="(/rencontre[?][^"]*)">([^<]*)</a>', page)
    assert "Ses premiers partenaires connus" in page and listed
    sheet = example.get(unescape(listed[0][0]), follow_redirects=True)
    assert sheet.status_code == 200 and unescape(listed[0][1]) in unescape(sheet.text)
    assert (
        "Ses premiers partenaires" not in example.get("/rencontre?territory=epci/200040715&q=Grenoble").text
    )
    assert example.get("/rencontre", params={"actor": "nobody"}).status_code == 200


def test_the_form_counts_the_partners_that_it_does_not_list(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/rencontre?territory={GRENOBLE}"
    every = len(re.findall(r'<li><a href="/rencontre[?]', example.get(address).text))
    monkeypatch.setattr("ancrage.api.dossier.meeting.page.LIKELY", 1)
    page = example.get(f"{address}&lang=fr").text
    assert len(re.findall(r'<li><a href="/rencontre[?]', page)) == 1
    [(ties, others, unnamed)] = re.findall(
        r'<a href="([^"]*)">\s*([0-9]+) autres? partenaires? connus?</a>, dont ([0-9]+) que leur source ne nomme pas',
        page,
    )
    assert int(unnamed) > 0 and int(others) == every - 1 + int(unnamed)
    assert example.get(ties, headers=HTML).status_code == 200


def test_portraits_and_pages_of_actors_lead_to_it(example: TestClient) -> None:
    assert (
        'href="/rencontre?territory=epci%2F200071413"'
        in example.get(f"/territoires/{PRIVAS}", headers=HTML).text
    )
    assert f'href="/rencontre?with={PACTE}"' in example.get(f"/acteurs/{PACTE}", headers=HTML).text


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("path", ["/rencontre?q=privas", f"/rencontre?territory={PRIVAS}&with={PACTE}"])
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert page_faults(path) == []


@pytest.mark.browser
@pytest.mark.parametrize("pair", [f"territory={PRIVAS}&with={PACTE}", f"territory={GRENOBLE}&with={COMPANY}"])
def test_the_page_prints_on_two_pages(visit: Any, pair: str) -> None:
    visit.open(f"/rencontre?{pair}")
    for asked in ({"prefer_css_page_size": True}, {"format": "A4"}):
        assert len(PdfReader(io.BytesIO(visit.page.pdf(**asked))).pages) <= 2
    visit.page.emulate_media(media="print")
    sizes = "['.court p', '.court td'].map((one) => parseFloat(getComputedStyle(document.querySelector(one)).fontSize))"
    text, table = visit.page.evaluate(sizes)
    assert table <= text, "a table was larger than the text, and the sheet had a third page"


def test_each_count_of_shared_projects_says_what_it_counts(example: TestClient) -> None:
    told = read(example, f"/rencontre?territory={GRENOBLE}&with={COMPANY}")
    assert "2 projets en commun connus, de 2020 à 2021" in told and "2 projets en commun, sur 2" in told
    assert "sans les nommer ni les dater" in told or "sans le nommer ni le dater" in told
    assert "Ces nombres ne s’ajoutent pas aux projets nommés plus haut" in told


def test_links_of_the_page_keep_the_language_of_its_address(example: TestClient) -> None:
    page = example.get(f"/rencontre?territory={PRIVAS}&with={PACTE}&lang=en", headers=HTML).text
    links = re.findall(r'<a[^>]*href="(/[^"]*)"', page)
    assert f"/territoires/{PRIVAS}?lang=en" in links and "/rencontre?lang=en" in links
    assert [one for one in links if "lang=en" not in one] == []
