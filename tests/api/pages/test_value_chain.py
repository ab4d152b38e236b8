"""Pages of filières: what they say in two languages, filters, ways, missing links, files; one part that fails blanks nothing."""

import csv
import io
import json
import re
from collections.abc import Sequence
from xml.etree import ElementTree

import networkx as nx
import pytest
from ancrage.api.pages.value_chain.blocks import BLOCKS
from ancrage.api.reading.solutions import Reading, Row
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html", "Accept-Language": "fr"}
PAGE = "/filieres/timber-construction"


def read(client: TestClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, path
    return " ".join(response.text.split())  # also the spaces that French wants narrow


def test_all_filieres_are_listed_with_counts(client: TestClient) -> None:
    text = read(client, "/filieres")
    for slug in ("timber-construction", "organic-cosmetics", "microelectronics", "food-short-chains"):
        assert f'href="/filieres/{slug}"' in text
    assert "forme : 2 · cherche : 2 · produit : 1" in text
    english = read(client, "/filieres?lang=en")
    assert "Food and short supply chains" in english
    assert "trains: 2" in english


def test_the_page_is_whole_in_english(client: TestClient) -> None:
    text = read(client, f"{PAGE}?lang=en")
    for expected in (
        '<html lang="en">',
        "<h1>Timber construction</h1>",
        "6 stages, 13 activities",
        "Nobody relays for this value chain in the loaded sources.",
        "5 members, with what makes them members",
        "Missing links",
        "Academic fields and the chain",
        'lang="fr" hreflang="fr"',
    ):
        assert expected in text, expected
    assert "Aucun" not in re.sub(r'lang="fr"[^<]*<', "", text)
    assert re.search(r'href="/formations/[^"?]+\?lang=en"', text) and "lang=en&amp;lang=en" not in text


def test_why_a_person_decided_is_told_in_english_too(client: TestClient) -> None:
    french, english = (
        [*csv.DictReader(io.StringIO(client.get(f"{PAGE}/decisions?format=csv&lang={said}").text))]
        for said in ("fr", "en")
    )
    whys = [{row["why"] for row in rows} for rows in (french, english)]
    assert "centre technique du bois et de l'ameublement, sous ses trois fiches" in whys[0]
    assert "technical centre of wood and furniture, under its three records" in whys[1]
    assert not whys[0] & whys[1] and {row["who"] for row in english} == {"editors of ancrage"}
    board = read(client, f"{PAGE}?lang=en")
    assert "engineering schools of wood" in board and "écoles d" not in board


def test_links_are_told_in_both_revisions_and_who_holds_them(client: TestClient) -> None:
    text = read(client, f"{PAGE}/maillons")
    assert re.search(r'/16\.10A">16\.10A</a>', text) and re.search(r'/16\.11Y">16\.11Y</a>', text)
    wide = re.findall(r'">(\d\d\.\d\d[A-Z])</a></td> <td[^>]*>[^<]*</td> <td>large', text)
    assert "71.12B" in wide and "16.10A" not in wide


def test_the_board_names_who_is_at_each_stage(client: TestClient) -> None:
    text = read(client, PAGE)
    board = text[text.index('<table class="filiere-tableau"') :].partition("</table>")[0]
    rows = dict(re.findall(r'<th scope="row" role="rowheader">(\w+)</th>(.*?)</tr>', board))
    assert list(rows) == ["Forme", "Cherche", "Produit"], "who supports and relays is nobody: said below"
    cells = {
        name: re.findall(r'<td role="cell" data-etape="([^"]+)"[^>]*>(.*?)</td>', row)
        for name, row in rows.items()
    }
    made = dict(cells["Produit"])
    assert re.findall(r"<a href[^>]*>([^<]+)</a>", made["Première transformation"]) == [
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; Fils"
    ]
    assert "aucun membre connu" in made["Commerce"] and "ailleurs" not in board
    assert "Tous les membres connus." in text, "the fixture has no region: nobody is elsewhere"
    assert "Personne ne « relaie » pour cette filière dans les sources chargées." in text


def test_the_board_shows_the_region_first_and_the_country_when_asked(example: TestClient) -> None:
    def held(query: str) -> dict[tuple[str, str], dict[str, str]]:
        answer = example.get(f"{PAGE}/qui-fait-quoi?format=csv{query}")
        rows = csv.DictReader(io.StringIO(answer.text))
        return {(row["stage"], row["function"]): row for row in rows}

    here, wide = held(""), held("&extent=country")
    drome = held("&territory=department/26")
    assert here.keys() == wide.keys() == drome.keys()
    for key, row in wide.items():
        for some in (here, drome):
            assert int(row["members"] or 0) == int(some[key]["members"] or 0) + int(some[key]["elsewhere"]), (
                key
            )
        assert row["elsewhere"] == "0"
    assert "Membres de tout le pays, Auvergne-Rhône-Alpes d’abord." in read(example, f"{PAGE}?extent=country")
    assert sum(int(row["members"] or 0) for row in drome.values()) < sum(
        int(row["members"] or 0) for row in here.values()
    )
    assert "Voir toute la région" in read(example, f"{PAGE}?territory=department/26")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", 5),
        ("?kind=programme", 2),
        ("?function=researches", 2),
        ("?evidence=documented", 0),
        ("?stage=implementation&stage=first-processing", 2),
        ("?stage=none", 3),
        ("?territory=commune/99101", 3),
        ("?around=programme/essai-1", 1),
    ],
)
def test_filters_choose_members(client: TestClient, query: str, names: int) -> None:
    text = read(client, PAGE + query)
    assert len(re.findall(r'data-autour="', text)) == names
    if not names:
        assert "Aucun membre ne répond à ces filtres." in text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("function=zzz", "« zzz » n’est pas une valeur du filtre « Fonction »"),
        (
            "stage=commerce",
            'Les plus proches : <a href="/filieres/timber-construction?stage=trade#t-graphe">commerce</a>.',
        ),
        ("territory=department/00", "« department/00 » n’est pas une valeur du filtre « Territoire »"),
        ("since=abcd", "« abcd » n’est pas une valeur du filtre « De (année) »"),
        ("around=Licence", 'Les plus proches : <a href="/filieres/timber-construction?around=programme'),
    ],
)
def test_a_value_that_is_none_is_told_and_filters_nothing_and_a_file_refuses_it(
    client: TestClient, query: str, told: str
) -> None:
    text = read(client, f"{PAGE}?{query}")
    assert told in text
    assert len(re.findall(r'data-autour="', text)) == 5
    assert f'href="{PAGE}/reseau.csv"' in text, "the files of the page give what it shows"
    refused = client.get(f"{PAGE}/reseau.csv?{query}", headers={"Accept": "application/json"})
    assert refused.status_code == 400
    assert query.partition("=")[2] in refused.text
    assert client.get(f"{PAGE}/membres?format=csv&{query}").status_code == 400


def test_a_territory_without_members_stays_chosen(example: TestClient) -> None:
    text = read(example, f"{PAGE}?territory=commune/38185")
    assert re.search(r'<option value="commune/38185" selected>[^<]+ \(\d+\)</option>', text)
    text = read(example, f"{PAGE}?territory=commune/26113")
    assert '<option value="commune/26113" selected>Die (0)</option>' in text
    assert "Aucun acteur ne répond à ces filtres : 0 acteur sur" in text


def test_a_name_filters_as_its_path_does(client: TestClient) -> None:
    paths, names = (
        client.get(f"{PAGE}/reseau.csv?around={one}").text
        for one in ("programme/essai-1", "licence PROFESSIONNELLE bois")
    )
    assert paths == names
    assert paths.count("\n") == 3


def test_a_step_of_a_way_tells_its_evidence_and_its_source(client: TestClient) -> None:
    text = read(client, f"{PAGE}?from=programme/essai-1&to=universite d essai")
    step = text[text.index('id="recit-texte"') :].partition("</ol>")[0]
    assert "documenté" in step and 'href="/formations/essai-1"' in step
    assert 'data-acteurs="programme/essai-1 organization/0990001A"' in text


def test_nothing_is_told_in_codes(client: TestClient) -> None:
    text = read(client, PAGE)
    table = text[text.index('id="membres"') : text.index("Les règles")]
    assert "timber-" not in re.sub(r'href="[^"]*"', "", table)
    assert "mots « " in table


def test_missing_links_are_told_in_words_or_why_they_are_not_measured(example: TestClient) -> None:
    text = read(example, PAGE)
    missing = text[text.index('id="maillons-manquants"') : text.index('id="t-domaines"')]
    assert "members_of_unknown_stage" not in missing and "chain-stage/" not in missing
    assert "Non mesurable, car trop peu de membres" in missing and "il en faudrait au moins 75" in missing
    rows = list(csv.DictReader(io.StringIO(example.get(f"{PAGE}/maillons-manquants?format=csv").text)))
    assert all("bois-construction" in row["sentence"] for row in rows)
    assert "Drôme" in read(example, f"{PAGE}/maillons-manquants?gaps=department/26")
    assert example.get(f"{PAGE}/maillons-manquants?format=csv&gaps=zzz").status_code == 400


def test_the_heading_of_fields_asserts_nothing(client: TestClient) -> None:
    assert "Domaines qui accompagnent" not in read(client, PAGE)


@pytest.mark.parametrize("name", [block.name for block in BLOCKS])
def test_each_block_has_a_page_files_and_a_frame(example: TestClient, name: str) -> None:
    client = example
    whole = read(client, f"{PAGE}/{name}")
    assert f"{PAGE}/{name}?embed=1" in whole
    assert f'href="{PAGE}/{name}' in read(client, PAGE)
    frame = client.get(f"{PAGE}/{name}?embed=1&lang=en", headers=HTML)
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert '<html lang="en">' in frame.text
    rows = list(csv.reader(io.StringIO(client.get(f"{PAGE}/{name}?format=csv").text)))
    assert all(len(row) == len(rows[0]) for row in rows)
    assert client.get(f"{PAGE}/{name}?format=csv-fr").content.startswith(b"\xef\xbb\xbf")
    assert client.get(f"{PAGE}/{name}?format=xlsx").content.startswith(b"PK")


def test_blocks_say_what_the_page_says(client: TestClient) -> None:
    held = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}/qui-fait-quoi?format=csv").text)))
    cell = next(r for r in held if (r["stage"], r["function"]) == ("première transformation", "produit"))
    assert cell["members"] == "1"
    assert {r["members"] for r in held if r["function"] == "relaie"} == {""}, "none known is not zero"
    some = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}/membres?format=csv&kind=programme").text)))
    assert len(some) == 2
    refused = client.get(f"{PAGE}/rien", headers=HTML)
    assert (
        refused.status_code == 404
        and "n’a pas de bloc" in refused.text
        and "maillons-manquants" not in refused.text
    )


def test_a_way_is_told_in_the_page_and_as_data(client: TestClient) -> None:
    told = client.get(
        f"{PAGE}/chemin", params={"from": "programme/essai-1", "to": "Université d'Essai"}
    ).json()
    assert told["found"] is True
    assert [one["label"] for one in told["actors"]] == ["Licence professionnelle bois", "Université d'Essai"]
    (step,) = told["steps"]
    assert (step["kind"], step["evidence"]) == ("offers", "documented")
    assert step["words"]["en"] == "“Licence professionnelle bois” is offered by “Université d'Essai”."
    text = read(client, f"{PAGE}?from=programme/essai-1&to=universite d essai")
    assert "« Licence professionnelle bois » est proposé par « Université d&#39;Essai »." in text


def test_an_unknown_end_is_told_with_the_nearest(client: TestClient) -> None:
    told = client.get(f"{PAGE}/chemin", params={"from": "Personne", "to": "Licence"}).json()
    assert told["found"] is False
    assert told["unknown"]["Personne"] == []
    assert [one["label"] for one in told["unknown"]["Licence"]] == ["Licence professionnelle bois"]
    assert "Licence professionnelle bois" in read(client, f"{PAGE}?from=Personne&to=Licence")


def test_a_territory_that_is_none_is_told_where_missing_links_are(client: TestClient) -> None:
    text = read(client, f"{PAGE}?gaps=Nulle+part")
    assert "Aucun territoire ne s’appelle « Nulle part »" in text
    assert "16.10A" in text


def test_the_drawing_is_data_of_its_own(client: TestClient) -> None:
    data = client.get(f"{PAGE}/dessin.json").json()
    assert set(data) == {"nodes", "edges", "options"}
    licence = next(node for node in data["nodes"] if node["id"] == "programme/essai-1")
    assert (licence["kind"], licence["f"], licence["e"]) == ("programme", ["trains"], ["inferred"])
    assert {edge.get("k") for edge in data["edges"]} >= {"offers"}
    fewer = client.get(f"{PAGE}/dessin.json?function=trains").json()
    assert 0 < len(fewer["nodes"]) < len(data["nodes"])
    refused = client.get(f"{PAGE}/dessin.json?function=nope", headers={"Accept": "application/json"})
    assert refused.status_code == 400 and "Fonction" in refused.json()["detail_fr"]


def test_files_hold_the_same_network(client: TestClient) -> None:
    graphml = nx.parse_graphml(client.get(f"{PAGE}/reseau.graphml").text)
    gexf = nx.read_gexf(io.BytesIO(client.get(f"{PAGE}/reseau.gexf").content))
    node_link = json.loads(client.get(f"{PAGE}/reseau.json").content)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}/reseau.csv").text)))
    ties = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}/reseau.liens.csv").text)))
    names = {row["actor"].removeprefix("https://w3id.org/ancrage/id/") for row in rows}
    assert set(graphml) == set(gexf) == {node["id"] for node in node_link["nodes"]} == names
    assert graphml.number_of_edges() == gexf.number_of_edges() == len(node_link["links"]) == len(ties)
    assert graphml.nodes["programme/essai-1"]["label"] == "Licence professionnelle bois"
    assert sum(row["member"] == "true" for row in rows) == 5
    ids = re.findall(r'<edge [^>]*\bid="([^"]*)"', client.get(f"{PAGE}/reseau.graphml").text)
    assert len(set(ids)) == len(ids) == len(ties) > 1
    for graph in (graphml, gexf):
        assert graph.nodes["programme/essai-1"]["iri"] == "https://w3id.org/ancrage/id/programme/essai-1"
    fewer = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}/reseau.csv?function=trains").text)))
    assert sum(row["member"] == "true" for row in fewer) == 2


def test_pictures_are_well_formed_and_say_where_they_come_from(client: TestClient) -> None:
    response = client.get(f"{PAGE}/reseau.svg", headers={"Accept-Language": "fr"})
    picture = ElementTree.fromstring(response.content)
    texts = [element.text or "" for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert "bois-construction" in texts
    assert any("Publication" in text for text in texts)
    assert "attachment" in response.headers["content-disposition"]
    assert client.get(f"{PAGE}/reseau.png").content.startswith(b"\x89PNG")
    assert client.get(f"{PAGE}/reseau.csv-fr").content.startswith(b"\xef\xbb\xbf")
    assert client.get(f"{PAGE}/reseau.xlsx").content.startswith(b"PK")


@pytest.mark.parametrize("path", ["", "/dessin.json", "/chemin?from=a&to=b", "/reseau.csv"])
def test_a_filiere_that_is_none_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/filieres/nulle-part{path}", headers=HTML).status_code == 404


def test_a_format_that_is_none_lists_those_that_are(client: TestClient) -> None:
    response = client.get(f"{PAGE}/reseau.docx", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert "graphml, gexf" in response.text


def test_observations_are_not_asked_of_the_store(
    example: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    select = Reading.select

    def noted(self: Reading, text: str, graphs: Sequence[str] | None = None) -> list[Row]:
        asked.append(text)
        return select(self, text, graphs)

    monkeypatch.setattr(Reading, "select", noted)
    page = read(example, "/filieres/food-short-chains?since=1901")  # an address that no other test asks for
    assert 'id="producteurs"' in page and asked
    assert not [text for text in asked if "anc:obsValue" in text], "frames have them"


def test_sectors_around_a_filiere_are_counted_as_the_question_beside_them_counts(example: TestClient) -> None:
    query = re.findall(
        r'href="/sparql\?(query=[^"]+)">voir la requête',
        example.get(f"{PAGE}/producteurs", headers=HTML).text,
    )
    answer = example.get(f"/sparql?{query[-1]}", headers={"Accept": "application/sparql-results+json"}).json()
    counted = {
        (one["sector"]["value"].rpartition("/")[2], one["period"]["value"], float(one["value"]["value"]))
        for one in answer["results"]["bindings"]
    }
    rows = [*csv.DictReader(io.StringIO(example.get(f"{PAGE}/producteurs?format=csv").text))]
    assert rows and {(row["code"], row["period"], float(row["value"])) for row in rows} <= counted


def test_a_part_that_fails_blanks_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("essai")

    monkeypatch.setattr("ancrage.api.pages.value_chain.reading.synergies", fail)
    monkeypatch.setattr("ancrage.api.pages.value_chain.reading.gaps", fail)
    response = client.get(f"{PAGE}?page=1&gaps=territory/commune/99101", headers=HTML)
    assert response.status_code == 200
    assert "Cette partie n’a pas pu être calculée." in response.text
    assert "Licence professionnelle bois" in response.text


def test_two_filieres_stand_side_by_side(client: TestClient, example: TestClient) -> None:
    both = "/filieres/comparaison?a=timber-construction&b=microelectronics"
    text = read(example, both)
    assert "<h1>« bois-construction » et « microélectronique et capteurs »</h1>" in text
    assert '<a href="/filieres/microelectronics">' in text and "étape absente de cette filière" in text
    for slug in ("timber-construction", "microelectronics"):
        whole = csv.DictReader(io.StringIO(example.get(f"/filieres/{slug}/qui-fait-quoi?format=csv").text))
        held = {(row["stage"], row["function"]): row["members"] for row in whole if row["members"]}
        answer = example.get(both.replace("comparaison?", "comparaison/etapes?format=csv&"))
        name = "first_members" if slug == "timber-construction" else "second_members"
        compared = {
            (row["stage"], row["function"]): row[name]
            for row in csv.DictReader(io.StringIO(answer.text))
            if row[name] not in ("", "0")
        }
        assert compared == held
    alone = read(example, both.replace("comparaison?", "comparaison/etapes?"))
    assert f'href="{both.replace("&", "&amp;")}"' in alone  # the breadcrumb, and what leads back to the whole
    assert f'href="{both.replace("&", "&amp;")}#etapes"' in alone
    assert "Comparer deux filières" in read(client, "/filieres")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("a=timber-construction", 400, "deux filières différentes"),
        ("a=timber-construction&b=timber-construction", 400, "deux filières différentes"),
        ("a=rien&b=timber-construction", 404, "« rien »"),
    ],
)
def test_a_comparison_without_two_filieres_says_so(
    client: TestClient, query: str, status: int, said: str
) -> None:
    answer = client.get(f"/filieres/comparaison?{query}", headers=HTML)
    assert answer.status_code == status and said in " ".join(answer.text.split())
