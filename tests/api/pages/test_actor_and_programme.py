"""Pages of actors, research units and programmes: their blocks, files, embeds and languages; figures of the example graph."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest
from ancrage.api.labels import basis_names
from ancrage.api.pages.actor import blocks as actor_blocks
from ancrage.api.pages.actor import lists, ties
from ancrage.api.pages.actor import units as units_blocks
from ancrage.api.pages.actor.blocks import INSTITUTION, OPTIONAL, OTHER, UNIT
from ancrage.api.pages.actor.matter import ActorData
from ancrage.api.pages.actor.ties import PLURALS
from ancrage.api.pages.programme import blocks, hiring
from ancrage.api.render.blocks.block import Block
from ancrage.api.render.blocks.tables import Column, Table
from ancrage.graph.pool.scheduler import PoolBusy
from ancrage.ontology.labels import concepts
from ancrage.queries.library import Library
from ancrage.words import N_
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from ...pages import plain

HTML = {"Accept": "text/html"}
UGA, INP, LMB, PACTE, FIRM = "0383546Y", "0381912X", "199512057G", "200311865N", "510000001"
Rows = list[dict[str, str]]
PAGES = (
    *(
        (f"/acteurs/{UGA}", block.name)
        for block in (*INSTITUTION, actor_blocks.MISSING)
        if block.name not in OPTIONAL
    ),
    *((f"/acteurs/{LMB}", block.name) for block in UNIT if block.name not in OPTIONAL),
    *((f"/acteurs/{FIRM}", block.name) for block in OTHER if block.name not in (*OPTIONAL, "tutelles")),
    *(("/formations/parcoursup-4", block.name) for block in blocks.BLOCKS),
)


def read(client: TestClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, (path, response.text[:300])
    assert 'class="panne"' not in response.text, path
    return " ".join(response.text.split())


def table(client: TestClient, path: str) -> Rows:
    return list(csv.DictReader(io.StringIO(client.get(path + "?format=csv").text)))


def asked(client: TestClient, name: str, **values: str) -> Rows:
    answer = client.get(f"/queries/{name}", params={**values, "format": "csv"})
    assert answer.status_code == 200, answer.text[:200]
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.long
@pytest.mark.parametrize(("base", "block"), PAGES)
def test_a_block_is_a_part_of_the_page_a_page_three_files_and_an_embed(
    example: TestClient, base: str, block: str
) -> None:
    whole = read(example, base)
    assert f'id="{block}"' in whole and f'href="{base}/{block}?format=csv-fr"' in whole
    page = read(example, f"{base}/{block}")
    assert "&lt;iframe" in page and f"{base}/{block}?embed=1" in page
    plain = example.get(f"{base}/{block}?format=csv")
    assert plain.status_code == 200 and plain.headers["content-type"].startswith("text/csv")
    assert example.get(f"{base}/{block}?format=csv-fr").content.startswith(b"\xef\xbb\xbf")
    book = load_workbook(io.BytesIO(example.get(f"{base}/{block}?format=xlsx").content))
    assert book.sheetnames == ["Résultats", "À propos"]
    alone = example.get(f"{base}/{block}?embed=1", headers=HTML)
    assert "<nav" not in alone.text and "<script" not in alone.text
    assert alone.headers["content-security-policy"].endswith("frame-ancestors *")


@pytest.mark.parametrize(
    "path", [f"/acteurs/{UGA}", f"/acteurs/{LMB}", f"/acteurs/{FIRM}", "/formations/parcoursup-4"]
)
def test_a_page_is_whole_in_english(example: TestClient, path: str) -> None:
    french, english = read(example, path), read(example, f"{path}?lang=en")
    assert '<html lang="en">' in english and '<html lang="fr">' in french
    actor = (*INSTITUTION, *UNIT, actor_blocks.MISSING)
    for block in actor if path.startswith("/acteurs") else blocks.BLOCKS:
        if f'id="{block.name}"' in french:
            assert f'id="{block.name}"' in english
            assert f">{block.title('en')}<" in english
            assert block.title("fr") == block.title("en") or f">{block.title('fr')}<" not in english
    for words in ("D’où viennent", "Aucune ", "Preuve", "Tout voir", "Exporter", "Sur cette page", "niveau "):
        assert words not in english, words
    negotiated = example.get(path, headers={**HTML, "Accept-Language": "en"})
    assert (
        negotiated.headers["content-language"] == "en"
        and "accept-language" in negotiated.headers["vary"].lower()
    )


def test_each_block_tells_its_definition_question_source_evidence_and_publication(
    example: TestClient,
) -> None:
    snapshot = example.app.state.pool.snapshot().id  # type: ignore[attr-defined]
    text = read(example, f"/acteurs/{LMB}")
    told = text.split('id="interactions"')[1].split('<details class="provenance">')[1].split("</details>")[0]
    for expected in (
        f"/queries/actor-interactions?organization={LMB}",
        "/sources#",
        "preuve-documented",
        snapshot,
    ):
        assert expected in told, expected
    assert not re.search(r"\([0-9]{4}-[0-9]{2}-[0-9]{2}\)", text), "a date is in words"
    assert "les plus récents d’abord" in told


def test_partners_are_those_of_the_question_by_kind(example: TestClient) -> None:
    for code in (UGA, LMB, FIRM):
        rows = table(example, f"/acteurs/{code}/partenaires")
        told = {
            row["partner"]: (row["interactions"], row["tiedProjects"])
            for row in asked(example, "actor-partners", organization=code)
        }
        assert (
            rows
            and {row["partner_iri"]: (row["interactions"], row["undated"] or "0") for row in rows} == told
        )
    text = read(example, f"/acteurs/{LMB}/partenaires")
    assert "Dont 1 que lie aussi la tutelle ou l’appartenance : Grenoble INP." in plain(text)
    assert "lie aussi la tutelle" not in read(example, f"/acteurs/{FIRM}/partenaires")
    assert text.index(">Entreprises <") < text.index(
        "Établissements d’enseignement supérieur"
    )  # 2 together, and 1
    [firm] = [
        row for row in table(example, f"/acteurs/{LMB}/partenaires") if row["partner_iri"].endswith(FIRM)
    ]
    assert (firm["interactions"], firm["first"], firm["last"], firm["where"]) == (
        "2",
        "2020",
        "2021",
        "Voiron",
    )


def test_the_figures_of_blocks_are_those_of_their_questions(example: TestClient) -> None:
    for code in (UGA, LMB):
        rows = table(example, f"/acteurs/{code}/activite")
        told = asked(example, "actor-interactions-by-year", organization=code)
        assert sorted((row["source"], row["year"], row["interactions"]) for row in rows) == sorted(
            (row["source"].rpartition("/")[2], row["year"], row["interactions"]) for row in told
        )
        kin = {row["actor_iri"] for row in table(example, f"/acteurs/{code}/tutelles")}
        assert kin == {row["other"] for row in asked(example, "actor-kin", organization=code)}
    for code in (UGA, INP, LMB):  # the INP takes part in a unit of the filière that it does not supervise
        chains = {(row["member_iri"], row["function"]) for row in table(example, f"/acteurs/{code}/filieres")}
        assert len(chains) == len(asked(example, "actor-chains", organization=code))
    employers = table(example, "/formations/parcoursup-09babf0f7d/employeurs")
    told = asked(example, "programme-employers", programme="programme/parcoursup-09babf0f7d")
    assert {(row["company_iri"], row["town_iri"], row["interactions"]) for row in employers} == {
        (row["company"], row["place"], row["interactions"]) for row in told
    }
    assert any(row["company_iri"].endswith(FIRM) and "bois-construction" in row["why"] for row in employers)


def test_a_unit_has_a_page_of_its_kind(example: TestClient) -> None:
    text = read(example, f"/acteurs/{LMB}")
    assert f"unité de recherche · RNSR {LMB}" in text and 'id="etudiants"' not in text
    kin = {(row["group"], row["actor"]) for row in table(example, f"/acteurs/{LMB}/tutelles")}
    assert ("Tutelles", "Université Grenoble Alpes") in kin
    assert ("Établissements participants", "Grenoble INP") in kin
    near = table(example, f"/acteurs/{PACTE}/voisines")
    km = {row["unit"]: row["km"] for row in near}
    assert set(km) == {
        "Institut du calcul",
        "Centre de géographie du Vivarais",
        "Équipe Drôme des territoires",
    }
    assert near[0]["unit"] == "Institut du calcul" and 3 < float(km["Institut du calcul"]) < 5
    assert (
        float(km["Centre de géographie du Vivarais"]) == 0
        or float(km["Centre de géographie du Vivarais"]) < 60
    )
    assert "voisines par le domaine" in read(example, "/acteurs/201120000C/voisines")


def test_a_field_is_as_firm_as_what_is_told_of_its_unit_wherever_that_is() -> None:
    units = {"unit": ["lab"], "field": ["field/mesr/1"], "evidence": ["inferred"], "source": ["source/rnsr"]}
    statuses = {"thing": ["lab"], "evidence": ["documented"]}
    known = ActorData("s1", {"units": pl.DataFrame(units), "statuses": pl.DataFrame(statuses)}, {}, {})
    context: Any = SimpleNamespace(known=known, path="lab", language="fr", learn=list, word=str)
    assert [row["evidence"] for row in units_blocks.fields(context).rows] == ["documented"]


def test_the_membership_of_a_doctoral_school_has_the_source_of_the_school() -> None:
    frames = {
        "units": {"unit": ["lab"], "source": ["source/rnsr"]},
        "programmes": {"programme": ["p"], "source": ["source/parcoursup"]},
        "supervisions": {
            "unit": ["lab"],
            "institution": ["uga"],
            "relation": ["supervised"],
            "evidence": ["documented"],
        },
        "kin": {"part": ["lab"], "whole": ["ed-1"], "relation": ["member"], "evidence": ["documented"]},
        "institutions": {"organization": ["ed-1", "uga"], "source": ["source/schools", "source/anr"]},
        "actors": {"actor": ["ed-1"], "type": ["actor-type/doctoral-school"]},
        "participations": {"actor": ["lab"], "interaction": ["i0"]},
    }
    known = ActorData("s1", {name: pl.DataFrame(rows) for name, rows in frames.items()}, {}, {})
    context: Any = SimpleNamespace(known=known, path="lab", language="fr", learn=list, name=str, town=str)
    told = lists.kin(context)
    assert (len(told.rows), told.sources) == (2, ("rnsr", "schools"))


def test_a_value_that_is_missing_is_no_zero(example: TestClient) -> None:
    rows = {row["period"]: row for row in table(example, f"/acteurs/{UGA}/etudiants")}
    assert rows["2023/2024"]["students"] == "57000" and rows["2022/2023"]["status"] == "missing"
    assert rows["2022/2023"]["students"] == "" and "absente-missing" in read(
        example, f"/acteurs/{UGA}/etudiants"
    )
    assert "ce n’est pas un zéro" in read(example, "/acteurs/201120000C")
    missing = {row["what"]: row for row in table(example, "/acteurs/201120000C/donnees-absentes")}
    assert {"Sites et lieux", "Interactions", "Partenaires par nature"} <= missing.keys()
    assert missing["Sites et lieux"]["question"] == Library()["sites-of-organization"].title["fr"]
    assert missing["Sites et lieux"]["code"] == "sites-of-organization"


def test_hiring_plans_around_a_programme_that_are_not_known_are_missing(example: TestClient) -> None:
    [row] = table(example, "/formations/parcoursup-09babf0f7d/metiers")
    assert (row["pool"], row["plans"], row["status"], row["rule"], row["evidence"]) == (
        "Grenoble", "", "missing", "building", "inferred",
    )  # fmt: skip
    assert "hors des bassins d’emploi" in read(example, "/formations/parcoursup-4/employeurs")


def test_secret_cells_of_difficult_plans_are_counted_too() -> None:
    told = hiring._hirings((94.0, 6.0, 10, 0, 9), 2024)
    assert (told["plans"], told["difficult"], told["hidden"], told["status"]) == (94.0, 6.0, 9, None)
    assert hiring._hirings((0.0, 0.0, 2, 2, 1), 2024)["status"] == "suppressed"


def test_a_note_on_suppressed_plans_agrees_with_their_number() -> None:
    assert hiring.count_suppressed(1)["fr"].startswith("1 cellule est secrète : seul")
    assert hiring.count_suppressed(2)["fr"].startswith("2 cellules sont secrètes : seul")
    assert hiring.count_suppressed(1)["en"].startswith("1 cell is suppressed: only")


def test_illustrative_facts_are_apart_and_counted_nowhere(example: TestClient) -> None:
    examples = table(example, f"/acteurs/{UGA}/exemples")
    assert examples and {row["evidence"] for row in examples} == {"illustrative"}
    assert 'id="exemples"' in read(example, f"/acteurs/{UGA}") and 'id="exemples"' not in read(
        example, f"/acteurs/{LMB}"
    )
    for block in ("interactions", "partenaires", "activite"):
        assert "illustrative" not in {row["evidence"] for row in table(example, f"/acteurs/{UGA}/{block}")}
    assert len(table(example, f"/acteurs/{UGA}/interactions")) == 1


def test_what_nothing_is_known_of_is_a_line_of_what_lacks(example: TestClient) -> None:
    page = read(example, f"/acteurs/{FIRM}")
    lacking = {row["what"]: row["detail"] for row in table(example, f"/acteurs/{FIRM}/donnees-absentes")}
    assert 'id="tutelles"' not in page and 'id="donnees-absentes"' in page
    assert "Aucune source chargée ne relie" in lacking["Tutelles, unités et regroupements"]
    assert "Noms dans les sources" not in lacking  # one name everywhere is no lack
    assert "Aucune source chargée ne relie" in read(example, f"/acteurs/{FIRM}/tutelles")


def test_a_failing_block_leaves_the_rest(example: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(context: object) -> Table:
        raise RuntimeError("broken")

    broken = Block("sites", N_("Sites et lieux"), make=fail)
    monkeypatch.setattr(actor_blocks, "OTHER", (broken, *OTHER[1:]))
    response = example.get("/acteurs/510000002", headers=HTML)
    assert response.status_code == 200 and response.text.count('class="panne"') == 1
    assert 'id="donnees-absentes"' in response.text and "etag" not in response.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/acteurs/rien", 404),
        ("/acteurs/rien/sites", 404),
        (f"/acteurs/{UGA}/rien", 404),
        (f"/acteurs/{UGA}/sites?format=pdf", 406),
        ("/formations/rien", 404),
        ("/formations/a b", 404),
        ("/formations/%3E%3Cscript%3E", 404),
        ("/formations/rien/lieux", 404),
        ("/formations/parcoursup-09babf0f7d/rien", 404),
    ],
)
def test_an_unknown_address_is_refused(example: TestClient, path: str, status: int) -> None:
    response = example.get(path, headers=HTML)
    assert response.status_code == status and "<script>" not in response.text


@pytest.mark.parametrize(
    "path", ["/acteurs/%25", "/acteurs/%FF", "/territoires/commune/%25", "/territoires/epci/%FF%FE"]
)
def test_a_code_that_can_be_none_is_unknown_before_anything_is_asked(
    example: TestClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    response = example.get(path, headers=HTML)
    assert response.status_code == 404 and "n’a pas pu être lue" not in response.text
    assert "could not be read" not in caplog.text


@pytest.mark.parametrize("path", ["/acteurs/200071413", "/territoires/commune/38901"])
def test_there_is_no_page_where_the_facts_cannot_be_read(
    example: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise PoolBusy(5)

    monkeypatch.setattr("ancrage.api.reading.solutions.Memory.get", lambda *_: None)
    monkeypatch.setattr(example.app.state.service.pool, "query", busy)  # type: ignore[attr-defined]
    assert example.get(path, headers=HTML).status_code == 503


def test_an_actor_without_possible_links_says_why_and_offers_none(example: TestClient) -> None:
    assert f"/acteurs/{FIRM}/suggestions" in read(example, f"/acteurs/{FIRM}")
    assert "/acteurs/200040715/suggestions" not in read(example, "/acteurs/200040715")
    assert "cet acteur est d’une autre nature (collectivité ou groupement)" in read(
        example, "/acteurs/200040715/suggestions"
    )
    english = read(example, "/acteurs/200040715/suggestions?lang=en")
    assert "No link can be suggested" in english and "suggéré" not in english
    unknown = example.get("/acteurs/rien/suggestions?lang=en", headers=HTML)
    assert unknown.status_code == 404 and "No source loaded describes any organisation" in unknown.text


def test_questions_of_an_actor_take_its_code_and_its_sections_are_on_its_page(example: TestClient) -> None:
    for code in (UGA, LMB, FIRM):
        found = set(re.findall(r'href="(/queries/[^"]*)"', read(example, f"/acteurs/{code}")))
        assert found
        for address in found:
            assert example.get(address.replace("&amp;", "&"), headers=HTML).status_code == 200, address
    assert f'href="/acteurs/{FIRM}"' in read(example, f"/acteurs/{FIRM}/metiers")
    assert f"/acteurs/{FIRM}#metiers" not in read(example, f"/acteurs/{FIRM}/metiers")
    assert f"/acteurs/{UGA}#metiers" in read(example, f"/acteurs/{UGA}/metiers")
    assert "/sources#filieres" not in read(example, f"/acteurs/{LMB}")


def test_a_code_is_called_rnsr_where_it_is_one(example: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"RNSR {LMB}" in read(example, f"/acteurs/{LMB}")
    monkeypatch.setattr("ancrage.api.pages.actor.page.kind_of", lambda *_: "unit")
    assert "RNSR" not in read(example, "/acteurs/999000010")


def test_an_actor_of_another_country_tells_which(example: TestClient) -> None:
    assert "<dt>Pays</dt><dd>Allemagne</dd>" in read(example, "/acteurs/999000009")
    assert "<dt>Country</dt><dd>Germany</dd>" in read(example, "/acteurs/999000009?lang=en")
    assert "<dt>Pays</dt>" not in read(example, f"/acteurs/{UGA}")


def test_a_company_tells_its_activity_and_its_size(example: TestClient) -> None:
    assert "<dt>Effectif</dt><dd>20 à 49 salariés</dd>" in read(example, f"/acteurs/{FIRM}")
    assert "<dt>Employees</dt><dd>20 to 49 employees</dd>" in read(example, f"/acteurs/{FIRM}?lang=en")
    named = {row["value"]: row["valueLabel"] for row in asked(example, "actor-identity", organization=FIRM)}
    assert named["https://w3id.org/ancrage/id/size-band/12"] == "20 à 49 salariés"


def test_a_field_named_in_english_alone_is_named_all_the_same(example: TestClient) -> None:
    fields = [row["fields"] for row in asked(example, "territory-units", territory="200040715")]
    assert any("Products and processes engineering" in one for one in fields)
    assert not any("https://" in one for one in fields)
    named = {row["value"]: row["valueLabel"] for row in asked(example, "actor-identity", organization=LMB)}
    assert named["https://w3id.org/ancrage/id/field/erc/PE8"] == "Products and processes engineering"
    relations = asked(example, "territory-containers", territory="200040715")
    assert {row["relationLabel"] for row in relations} <= {
        "fait partie du territoire",
        "recoupe le territoire",
    }
    english = example.get("/queries/territory-containers?territory=200040715&lang=en", headers=HTML).text
    assert "part of territory" in english and "fait partie" not in english


def test_what_no_region_describes_has_its_pages_too(client: TestClient) -> None:
    french = read(client, "/formations/essai-1")
    for words in ("Licence professionnelle bois", "Établissement", "Métiers préparés", "/acteurs/"):
        assert words in french
    english = read(client, "/formations/essai-1?lang=en")
    assert "Occupations it prepares for" in english and "Métiers préparés" not in english
    assert 'href="/formations/essai-1"' in client.get("/recherche?q=bois&kind=formations", headers=HTML).text
    assert "Laboratoire du bois" in read(client, "/acteurs/0990001A/tutelles")
    assert "English only partner" in read(client, "/acteurs/0990001A/partenaires")


def test_an_actor_leads_to_its_suggested_links(client: TestClient) -> None:
    assert "/acteurs/0990001A/suggestions" in read(client, "/acteurs/0990001A")
    assert client.get("/acteurs/rien/suggestions", headers=HTML).status_code in (404, 422)


def test_partners_without_a_name_come_after_and_are_counted(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = "/acteurs/999000010"
    named = [row["partner"] for row in table(example, f"{base}/partenaires")]
    assert named == ["Technische Hochschule", "Université Grenoble Alpes", "stub-without-label"]
    assert 'partners with a name <span class="compte">2' in read(example, f"{base}/partenaires?lang=en")
    lacking = {row["what"]: row["detail"] for row in table(example, f"{base}/donnees-absentes")}
    assert "Nom (1)" in lacking["Partenaires par nature"]
    monkeypatch.setattr(ties, "nameless", lambda label: label == named[0])
    page = read(example, f"{base}/partenaires?lang=en&embed=1")  # at an address that no answer was kept for
    assert page.index(named[1]) < page.index(f">{named[0]}<")


def test_what_sources_lack_has_one_mark_and_a_legend(example: TestClient) -> None:
    for path in ("partenaires", "formations", "offre"):
        page = read(example, f"/acteurs/{UGA}/{path}")
        assert (
            "<td></td>" not in page
            and "non connu d’après les sources chargées ; ce n’est pas un zéro" in page
        ), path
    [detail] = [
        row["detail"]
        for row in table(example, f"/acteurs/{UGA}/donnees-absentes")
        if row["what"] == "Formations"
    ]
    assert "Domaine (1)" in detail


def test_rules_are_told_in_words_and_keep_their_code_in_files(example: TestClient) -> None:
    for path, told in (
        (f"/acteurs/{UGA}/metiers", "« "),
        ("/formations/parcoursup-09babf0f7d/metiers", "« "),
        (f"/acteurs/{LMB}/filieres", "mots «"),
    ):
        rows, page = table(example, path), read(example, path)
        for row in rows:
            code = row.get("rule") or row["rules"]
            assert code and code not in page and row["reads"].replace("\u00a0", " ").startswith(told), path


def test_the_words_that_a_rule_read_are_those_of_the_names(example: TestClient) -> None:
    """The first words of the rule, without accents, were told as « lu dans leur nom » of programmes that had none of them."""
    names = " ".join(row["programme"] for row in table(example, f"/acteurs/{UGA}/formations")).lower()
    words = {
        word for row in table(example, f"/acteurs/{UGA}/metiers")
        for word in re.findall("« (.*?) »", row["reads"].replace("\u00a0", " ").replace("\u202f", " "))
    }  # fmt: skip
    assert words and all(word in names for word in words)


def test_what_lacks_of_one_row_is_told_in_the_singular() -> None:
    table = Table(
        (Column("year", N_("Année"), "number"),), [{"year": None, "status": "missing"}], empty=N_("Rien.")
    )
    context: Any = SimpleNamespace(language="fr", say=lambda words: words["fr"])
    assert actor_blocks._lacking(context, table) == "Sur 1 ligne, absents : Année (1)."


def test_names_in_another_language_than_the_page_say_so(example: TestClient) -> None:
    french, english = read(example, f"/acteurs/{LMB}?lang=fr"), read(example, f"/acteurs/{LMB}?lang=en")
    assert "<code>" not in french.split("<h1>")[1].split("<details")[0]  # identifiers come after what it is
    assert '<span lang="en">' in french and 'lang="fr"' not in french.split("<h1>")[1]
    assert '<span lang="fr">' in english and 'lang="en"' not in english.split("<h1>")[1]


def test_hiring_around_a_programme_without_a_place_is_that_of_no_pool() -> None:
    store = ox.Store()
    store.load(
        b"""PREFIX anc: <https://w3id.org/ancrage/def/> PREFIX id: <https://w3id.org/ancrage/id/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX x: <https://e.org/>
        x:p anc:preparationOf <https://w3id.org/ancrage/id/programme/parcoursup-09babf0f7d> ; anc:preparesFor x:family .
        x:family skos:prefLabel "F"@fr .
        x:o anc:refOccupation x:family ; anc:refTerritory x:pool ; anc:refPeriod "2024" ; anc:obsValue 9 ;
            anc:refIndicator <https://w3id.org/ancrage/id/indicator/hiring-plans> .""",
        ox.RdfFormat.TURTLE,
    )
    question = Path(__file__).parents[3] / "queries" / "indicators" / "programme-hirings.rq"
    [row] = store.query(question.read_text(encoding="utf-8"))  # type: ignore[misc]
    assert row["pool"] is None and row["cells"].value == "0"


def test_the_source_of_a_thing_is_named_by_its_title(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basis_names, "_titles", lambda: {"example": {"fr": "Graphe d’exemple"}})
    for path in (f"/acteurs/{PACTE}", "/formations/parcoursup-2"):
        assert 'href="/sources#example">Graphe d’exemple</a>' in read(example, path)


@pytest.mark.parametrize("code", [UGA, PACTE, FIRM])
def test_suggestions_offer_the_files_that_there_are(example: TestClient, code: str) -> None:
    text = html.unescape(read(example, f"/acteurs/{code}/suggestions"))
    files = re.findall(r'href="(/api/v1/suggestions\?[^"]+)"', text)
    assert {example.get(file).status_code for file in files} <= {200}
    asked = example.get("/api/v1/suggestions", params={"subject": code, "format": "csv"})
    assert bool(files) == (asked.status_code == 200)


def test_the_address_of_who_is_no_more_leads_to_who_came_after(example: TestClient) -> None:
    rows = csv.DictReader(
        io.StringIO(example.get("/queries/matter-successions", params={"format": "csv"}).text)
    )
    [former] = [row["former"] for row in rows if row["label"] == "Université Joseph Fourier"]
    address = f"/acteurs/{former.rsplit('/', 1)[-1]}"
    answer = example.get(address, headers={"Accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/acteurs/{UGA}")


def test_an_actor_says_whom_it_has_succeeded(example: TestClient) -> None:
    text = example.get(f"/acteurs/{UGA}/successions", params={"format": "csv"}).text
    assert list(csv.DictReader(io.StringIO(text))) == [
        {
            "relation": "a succédé à",
            "organisation": "Université Joseph Fourier",
            "until": "2015",
            "evidence": "declared",
        }
    ]
    assert "Avant et après" not in read(example, f"/acteurs/{FIRM}"), (
        "who has succeeded nobody has no such block"
    )


def test_every_kind_of_actor_has_its_plural() -> None:
    assert set(PLURALS) == {*concepts("actor-type"), ""}


def test_an_actor_s_page_leads_to_its_own(example: TestClient) -> None:
    query = """PREFIX anc: <https://w3id.org/ancrage/def/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        SELECT ?actor ?page { ?actor a anc:University ; foaf:page ?page } ORDER BY ?actor LIMIT 1"""
    found = example.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.splitlines()
    actor, page = found[1].split(",", 1)
    answer = example.get(actor.replace("https://w3id.org/ancrage", ""), headers={"Accept": "text/html"})
    assert answer.status_code == 200 and f'href="{page}"' in answer.text


def test_an_institution_says_how_many_programmes_its_components_have_besides(example: TestClient) -> None:
    page = example.get(
        "/acteurs/0383546Y/formations", headers={"Accept": "text/html", "Accept-Language": "fr"}
    ).text
    assert "1 formation ouverte de plus est offerte par ses composantes, et dite sur leurs pages." in page


def test_who_is_placed_by_its_departement_alone_is_in_the_commune_that_it_took_part_from() -> None:
    sites = {
        "organization": ["organization/a", "organization/b"],
        "place": ["territory/department/38", "territory/commune/38185"],
    }
    took = {"actor": ["organization/a", "organization/b"], "place": ["territory/commune/38039"] * 2}
    known = ActorData("s1", {"sites": pl.DataFrame(sites), "participations": pl.DataFrame(took)}, {}, {})
    assert known.towns("organization/a") == ("territory/commune/38039",)
    assert known.towns("organization/b") == ("territory/commune/38185",)


def test_a_source_that_the_package_does_not_describe_is_named_by_its_title(example: TestClient) -> None:
    page = example.get("/acteurs/0383546Y/interactions", headers={"Accept": "text/html"}).text
    assert '<a href="/sources#example">Exemple</a>' in page


def test_a_page_says_what_an_actor_does_with_whom_and_since_when_before_where_it_is(
    example: TestClient,
) -> None:
    page = read(example, f"/acteurs/{UGA}")
    order = (
        "offre",
        "filieres",
        "interactions",
        "partenaires",
        "activite",
        "formations",
        "tutelles",
        "sites",
        "identifiants",
    )
    places = [page.index(f'id="{name}"') for name in order]
    assert places == sorted(places)
    assert (
        page.index("<dt>Filières</dt>") < page.index('id="offre"')
        and "<dt>Source</dt>" not in page.split('id="offre"')[0]
    )
    years = sorted({int(row["year"]) for row in table(example, f"/acteurs/{UGA}/activite") if row["year"]})
    told = f"interaction de {years[0]} à {years[-1]}" if len(years) > 1 else f"interaction {years[0]}"
    assert told in page or told.replace("interaction", "interactions", 1) in page


def test_what_is_long_is_behind_one_line_without_a_script(example: TestClient) -> None:
    page = read(example, f"/acteurs/{UGA}")
    for name in ("sites", "etudiants", "donnees-absentes"):
        section = page.split(f'id="{name}"')[1].split("</section>")[0]
        rows = table(example, f"/acteurs/{UGA}/{name}")
        assert section.index('<details class="plus pli-bloc">') < section.index("<table"), name
        assert (f"Voir les {len(rows)} lignes" if len(rows) > 1 else "Voir la ligne") in section


def test_groups_are_those_with_whom_most_is_done_and_the_rest_are_named(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = list(dict.fromkeys(row["kind"] for row in table(example, f"/acteurs/{LMB}/partenaires")))
    assert len(kinds) > 1
    narrow = tuple(replace(block, groups=1) if block.name == "partenaires" else block for block in UNIT)
    monkeypatch.setattr(actor_blocks, "UNIT", narrow)
    page = example.get(f"/acteurs/{LMB}?essai=groupes", headers=HTML).text
    section = page.split('id="partenaires"')[1].split("</section>")[0]
    shown, rest = section.split('<details class="plus">', 1)
    assert shown.count('scope="rowgroup"') == 1 and rest.count('scope="rowgroup"') == len(kinds) - 1
    assert "Voir aussi" in rest.split("</summary>")[0]
    joint = Counter[str]()
    for row in table(example, f"/acteurs/{LMB}/partenaires"):
        joint[row["kind"]] += int(row["interactions"])
    named = [kind for kind in kinds if kind != "organisation de nature non précisée"]
    assert named == sorted(named, key=lambda kind: -joint[kind])


def test_the_communes_of_partners_are_said_the_commonest_first(example: TestClient) -> None:
    rows = table(example, f"/acteurs/{LMB}/partenaires")
    counts = Counter(town for row in rows for town in row["where"].split(", ") if town)
    [note] = re.findall(
        "Communes d’où le plus de partenaires y ont pris part : (.*?)\\.<", read(example, f"/acteurs/{LMB}")
    )
    told = {name: int(n) for name, n in re.findall(r"([^,(]+) \((\d+)\)", note)}
    assert {name.strip(): n for name, n in told.items()}.items() <= counts.items()
    assert list(told.values()) == sorted(told.values(), reverse=True)


def test_the_programmes_of_most_seats_and_the_units_of_most_interactions_come_first(
    example: TestClient,
) -> None:
    for code in (UGA, INP):
        levels: dict[str, list[tuple[bool, int]]] = {}
        for row in table(example, f"/acteurs/{code}/formations"):
            levels.setdefault(row.get("group", ""), []).append(
                (bool(row["until"]), -int(row["capacity"] or 0))
            )
        assert all(found == sorted(found) for found in levels.values())
        relations: dict[str, list[int]] = {}
        for row in table(example, f"/acteurs/{code}/tutelles"):
            relations.setdefault(row["group"], []).append(-int(row["interactions"]))
        assert relations and all(found == sorted(found) for found in relations.values())
