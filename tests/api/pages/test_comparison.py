"""Territories side by side: chosen on a map or by an address, as many columns, what lacks is no zero."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

from ancrage.api.pages.territory import comparison
from fastapi.testclient import TestClient

HTML = {"Accept": "text/html", "Accept-Language": "fr"}
PAIR = ("epci/200040715", "epci/200071413")
ADDRESS = f"/territoires/comparaison?among={PAIR[0]}&among={PAIR[1]}"


def read(client: TestClient, path: str, status: int = 200) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == status, path
    return " ".join(response.text.split())


def test_the_figures_are_those_of_each_portrait(example: TestClient) -> None:
    page = read(example, ADDRESS)
    row = page.partition('href="/indicateurs/population"')[2].partition("</tr>")[0]
    shown = [re.sub("[^0-9]", "", cell) for cell in re.findall('<td class="nombre">(.*?)</td>', row)]
    for key, value in zip(PAIR, shown, strict=True):
        figures = example.get(f"/territoires/{key}/chiffres-cles?format=json").json()["rows"]
        assert [round(one["value"]) for one in figures if one["id"] == "population"] == [int(value)]
    assert "absente-" in page and page.count('scope="rowgroup"') > 2
    assert read(example, f"/territoires/comparaison?among={','.join(PAIR)}").count('scope="col"') == 3


def test_fewer_than_two_are_told_how_to_choose_and_more_than_six_are_refused(example: TestClient) -> None:
    for address in ("/territoires/comparaison", f"/territoires/comparaison?among={PAIR[0]}"):
        page = read(example, address)
        assert "Choisissez de 2 à 6 territoires" in page and 'href="/cartes#tableau"' in page
    assert "6 territoires au plus" in read(
        example, "/territoires/comparaison?among=" + ",".join(f"epci/{n}" for n in range(7)), 400
    )
    assert "epci/rien" in read(example, f"/territoires/comparaison?among={PAIR[0]},epci/rien", 404)
    assert comparison.keys_of([" a/1 , b/2", "a/1"]) == ["a/1", "b/2"]


def test_territories_of_several_levels_are_said_to_be_so(example: TestClient) -> None:
    assert "même niveau" in read(example, f"/territoires/comparaison?among={PAIR[0]},department/38")
    assert "même niveau" not in read(example, ADDRESS)


def test_a_column_is_taken_away_by_its_link(example: TestClient) -> None:
    page = read(example, f"/territoires/comparaison?among={PAIR[0]},{PAIR[1]},department/38")
    [without] = re.findall(r'href="([^"]*)">retirer<span class="cache"> Isère', page)
    assert f"<h1>{read(example, without.replace('&amp;', '&')).partition('<h1>')[2][:30]}" in read(
        example, ADDRESS
    )


def test_the_table_of_a_map_offers_its_territories_without_a_script(example: TestClient) -> None:
    page = read(example, "/cartes?indicator=population")
    assert 'type="checkbox" name="among" value="epci/200040715" form="comparer"' in page
    assert (
        '<form id="comparer" class="carte-comparer" method="get" action="/territoires/comparaison">' in page
    )


def test_the_list_of_figures_is_a_block_with_its_files(example: TestClient) -> None:
    block, asked = "/territoires/comparaison/chiffres-cles", f"among={','.join(PAIR)}"
    assert f"{block}?format=csv&amp;among=" in read(example, ADDRESS)
    rows = list(csv.DictReader(io.StringIO(example.get(f"{block}?{asked}&format=csv").text)))
    for key in PAIR:
        figures = example.get(f"/territoires/{key}/chiffres-cles?format=json").json()["rows"]
        own = {row["id"]: row["value"] for row in rows if row["territory_iri"].endswith(key)}
        assert own == {
            one["id"]: "" if one["value"] is None else f"{one['value']}"
            for one in figures
            if one["id"] in own
        }
    assert all(any(row["value"] for row in rows if row["id"] == name) for name in {row["id"] for row in rows})
    page = read(example, ADDRESS)
    shown = re.findall(r'<th scope="row"><a href="/indicateurs/([^"]+)"', page)
    assert shown == list(dict.fromkeys(row["id"] for row in rows))
    alone = read(example, f"{block}?{asked}")
    assert alone.count('<th scope="row">') == len(shown)
    assert f'href="/territoires/comparaison?among={quote(PAIR[0], safe="")}' in alone
    assert "demande de 2 à 6 territoires" in read(example, f"{block}?among={PAIR[0]}", 400)
