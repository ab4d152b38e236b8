"""Maps: what their pages, drawings and files say, on the small example graph with outlines of its own."""

import io
import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import numpy as np
import openpyxl
import polars as pl
import pytest
from ancrage.api.labels.typesetting import NO_BREAK
from ancrage.api.maps.atlas import Atlas
from ancrage.api.maps.drawing import STATUSES, patterns
from ancrage.api.maps.places import KINDS, places
from ancrage.api.maps.reading import read_map, summary
from ancrage.api.maps.scale import scale_of
from ancrage.api.maps.svg import draw_map, locator_svg
from ancrage.api.maps.typology import cross
from ancrage.api.web.page_language import SLOT
from ancrage.graph.indicators.declaration import FOLDER, read_indicators
from ancrage.graph.region.names import UnknownName
from ancrage.graph.region.outlines import Outlines
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from fastapi.testclient import TestClient

INDICATORS, _ = read_indicators([FOLDER])
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def atlas(example_reader: LocalReader) -> Atlas:
    """The example, with a square around the communes of each intercommunality."""
    plain = RegionView.of(example_reader)
    ground = Outlines.of(plain).ground
    rows = []
    for one in ground.of_level("epci"):
        lat, long = ground.lat[one.communes].mean(), ground.long[one.communes].mean()
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
        ring = ", ".join(f"{long + 0.05 * x} {lat + 0.04 * y}" for x, y in corners)
        rows.append((one.id, f"POLYGON (({ring}))"))
    schema = {"territory": pl.String, "wkt": pl.String}
    return Atlas.of(plain.with_frames(outlines=pl.DataFrame(rows, schema=schema, orient="row")))


@pytest.mark.long
@pytest.mark.parametrize("name", INDICATORS)
def test_each_indicator_has_a_map_without_a_period_chosen(example: TestClient, name: str) -> None:
    level = next(level for level in INDICATORS[name].levels if level != "region")
    assert example.get(f"/cartes?indicator={name}&level={level}").status_code in (200, 404)


def with_values(atlas: Atlas, values: dict[str, tuple[float | None, str | None]], indicator: str) -> Atlas:
    """Give the atlas with other values of an indicator."""
    rows = [
        {"indicator": indicator, "territory": name, "period": "2024", "by": None, "value": value,
         "low": None, "high": None, "status": status}
        for name, (value, status) in values.items()
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=atlas.cube.frame.schema)
    return replace(atlas, cube=replace(atlas.cube, cells=frame))


def drawn(atlas: Atlas, indicator: str, level: str = "epci", **options: Any) -> str:
    return draw_map(read_map(atlas.outlines, atlas.cube, indicator, level), **options)


def titles(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}title")]


def test_a_page_of_maps_has_a_drawing_a_legend_a_table_and_files(example: TestClient) -> None:
    page = example.get("/cartes?indicator=population&level=epci", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert page.text.count("<svg") > 1
    assert 'href="#tableau"' in page.text
    for name in ("svg", "png", "csv", "csv-fr", "xlsx"):
        assert f"/cartes.{name}?" in page.text
    assert "aire est proportionnelle" in page.text
    assert "style=" not in page.text  # the policy forbids it


def test_an_address_keeps_the_territories_chosen_to_be_compared(example: TestClient) -> None:
    page = "/cartes?indicator=population&level=commune"
    place = re.findall(
        r'name="among" value="([^"]+)"', example.get(page, headers={"Accept": "text/html"}).text
    )[0]
    first, second = (
        unescape(example.get(address, headers={"Accept": "text/html"}).text)
        for address in (
            f"{page}&among={place}",
            f"/cartes?indicator=population&level=epci&among={place},commune/00000",
        )
    )
    assert re.search(rf'name="among"\s+value="{place}" form="comparer" checked', first), "in the table"
    assert re.search(rf'name="among"\s+value="{place}" checked', second), (
        "beside the table that does not have it"
    )
    assert "commune/00000" not in re.findall(r'name="among"\s+value="([^"]+)"', second)
    turned = re.findall(r'<a href="(/cartes\?[^"]+)#tableau"', second)
    assert turned and all(f"among={quote(place, safe='')}" in address for address in turned)
    assert not re.search(r'/cartes\.(svg|csv)\?[^"]*among', second), "a file is of all territories"


def test_a_map_within_an_intercommunality_begins_with_its_communes(example: TestClient) -> None:
    def caption(asked: str) -> str:
        text = example.get(
            f"/cartes?indicator=population&within={asked}", headers={"Accept": "text/html"}
        ).text
        return re.sub(r"\s+", " ", text.split("<caption>")[1].split("</caption>")[0])

    assert re.match(r"\d+ communes – ", caption("epci/200040715"))
    assert re.match(r"\d+ intercommunalités", caption("region/84"))
    assert caption("epci/200040715&level=epci").startswith("1 intercommunalité – ")


def test_a_page_speaks_english_when_it_is_asked_to(example: TestClient) -> None:
    page = example.get("/cartes?indicator=population&lang=en", headers={"Accept": "text/html"})
    assert page.headers["content-language"] == "en"
    assert "territories have a value" in page.text
    assert "Tableau" not in page.text


def test_files_say_the_same_as_the_page(example: TestClient) -> None:
    address = "indicator=population&level=epci"
    table = pl.read_csv(example.get(f"/cartes.csv?{address}").content, infer_schema=False)
    assert table.columns[:4] == ["code", "territory", "label", "level"]
    assert all(value.isdigit() for value in table["value"].drop_nulls())  # people are whole
    french = example.get(f"/cartes.csv-fr?{address}").content.decode("utf-8-sig")
    assert french.splitlines()[0].split(";")[:2] == ["code", "territory"]
    book = openpyxl.load_workbook(io.BytesIO(example.get(f"/cartes.xlsx?{address}").content))
    assert book["Résultats"].max_row == table.height + 1
    assert "Publication" in [cell.value for cell in book["À propos"]["A"]]
    drawing = example.get(f"/cartes.svg?{address}")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(drawing.text)
    assert "Publication" in "".join(root.itertext())
    assert "href" not in drawing.text.replace('href="#', "")  # it stands alone
    assert "data-t" not in drawing.text  # what only the page reads
    assert example.get(f"/cartes.png?{address}").content[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/cartes?indicator=populaton", 404, "Population"),
        ("/cartes?level=canton", 404, "Aucun niveau"),
        ("/cartes?within=nulle-part", 404, "Aucun territoire"),
        ("/cartes?method=hasard", 400, "quantiles"),
        ("/cartes?classes=12", 400, "3 à 7"),
        ("/cartes.gif", 404, "png"),
        ("/cartes/flux?threshold=-1", 400, "seuil"),
        ("/cartes/flux?kind=amours", 404, "Aucun flux"),
    ],
)
def test_what_cannot_be_drawn_is_told(example: TestClient, address: str, status: int, words: str) -> None:
    answer = example.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert words in answer.json()["detail_fr"]


def look_of(svg: str, place: str) -> tuple[str | None, str]:
    """Give the fill of a territory, which its group says, and the words of its value."""
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        for path in group.findall(f"{SVG}path"):
            if path.get("data-t") == place[10:]:
                return group.get("fill"), path.findtext(f"{SVG}title", "").split(": ")[1]
    raise AssertionError(place)


def test_missing_suppressed_insufficient_zero_and_not_covered_look_and_read_differently(atlas: Atlas) -> None:
    names = [one.id for one in atlas.outlines.layer("epci", "region/84", 300).territories]
    kinds: list[tuple[float | None, str | None]] = [
        (0.0, None), (None, "missing"), (None, "suppressed"), (None, "insufficient"),
    ]  # fmt: skip
    looks = set()
    for kind in kinds:
        changed = with_values(atlas, {names[0]: kind, names[1]: (7.0, None)}, "reach-programme")
        svg = drawn(changed, "reach-programme", links=False)
        looks.add(look_of(svg, names[0]))
    uncovered = with_values(atlas, {names[1]: (7.0, None)}, "reach-programme")
    looks.add(look_of(drawn(uncovered, "reach-programme", links=False), names[0]))
    assert len({fill for fill, _ in looks}) == len({words for _, words in looks}) == 5


@pytest.mark.parametrize("indicator", ["reach-programme", "programmes"])
def test_shapes_of_one_look_are_in_one_group_that_says_it(atlas: Atlas, indicator: str) -> None:
    groups = ElementTree.fromstring(drawn(atlas, indicator)).findall(f".//{SVG}g[@class='aires']/{SVG}g")
    assert len(groups) == len({(one.get("class"), one.get("fill")) for one in groups})
    shapes = [path for one in groups for path in one.iter(f"{SVG}path")]
    assert len(shapes) > len(groups) and not any(one.get("fill") or one.get("class") for one in shapes)


def test_the_words_of_a_drawing_have_the_spaces_of_french(example: TestClient) -> None:
    address = "/cartes?indicator=reach-programme&compare=programmes&level=epci"
    page = example.get(address, headers={"Accept": "text/html"}).text
    words = [
        one
        for piece in page.split("<svg")[1:]
        for one in re.findall(r'<title>(.*?)</title>|label="(.*?)"', piece)
    ]
    told = "".join(map("".join, words))
    assert f"{NO_BREAK}:" in told and not re.search(" [:;!?»]|« ", told)
    assert SLOT not in page and page.count('<g class="dessin"') == 2


def test_counts_are_circles_whose_area_is_the_value(atlas: Atlas) -> None:
    names = [one.id for one in atlas.outlines.layer("epci", "region/84", 300).territories]
    changed = with_values(atlas, {names[0]: (100.0, None), names[1]: (25.0, None)}, "programmes")
    svg = drawn(changed, "programmes", with_legend=False)
    circles = [one for one in ElementTree.fromstring(svg).iter(f"{SVG}circle") if one.get("data-t")]
    radii = [float(one.get("r", 0)) for one in circles]
    assert radii[0] == pytest.approx(2 * radii[1], rel=0.02)
    assert 'fill="url(' not in re.sub(r"<defs>.*?</defs>", "", svg) or "none" in svg


def test_a_shape_leads_to_its_portrait_and_a_label_is_escaped(atlas: Atlas) -> None:
    svg = drawn(atlas, "population")
    links = [one.get("href", "") for one in ElementTree.fromstring(svg).iter(f"{SVG}a")]
    assert links and all(link.startswith("/territoires/epci/") for link in links)
    assert all(one.get("aria-label") for one in ElementTree.fromstring(svg).iter(f"{SVG}a"))
    with pytest.raises(UnknownName):
        drawn(atlas, "populaton")


def test_points_are_told(atlas: Atlas) -> None:
    shown = read_map(atlas.outlines, atlas.cube, "population", "commune")
    assert shown.layer.points == len(shown.cells)
    assert "dessinés en points" in summary(shown)


def test_a_locator_says_where_a_territory_is_and_nothing_of_the_unknown(atlas: Atlas) -> None:
    name = atlas.outlines.ground.territory("epci/200040715")
    root = ElementTree.fromstring(locator_svg(atlas.outlines, name.id))
    assert name.label in (root.get("aria-label") or "")
    assert locator_svg(atlas.outlines, "territory/epci/000") == ""


def test_a_locator_of_what_straddles_is_in_the_region_that_has_outlines(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = atlas.outlines.ground
    name = ground.territory("epci/200040715")
    [(region, _)] = ground.containing(name, "region")
    beyond = replace(region, id="territory/region/27", label="Au-delà")
    monkeypatch.setattr(ground, "containing", lambda *_: [(beyond, 0.6), (region, 0.4)])
    layer = Outlines.layer

    for scraps in ((), ("M0 0h1v1z",)):  # an intercommunality that straddles as well draws no region

        def scarce_beyond(
            outlines: Outlines, level: str, within: str, width: int, scraps: tuple[str, ...] = scraps
        ) -> Any:
            found = layer(outlines, level, region.id, width)
            return replace(found, paths=scraps if level == "epci" else ()) if within == beyond.id else found

        monkeypatch.setattr(Outlines, "layer", scarce_beyond)
        svg = locator_svg(atlas.outlines, name.id)
        assert f"{name.label}, en {region.label}" in svg and 'class="fond"' in svg


def test_classes_are_equal_unless_that_tells_much_less() -> None:
    ratio = INDICATORS["reach-programme"]
    assert scale_of(ratio, [10, 20, 30, 40, 50, 60, 70]).method == "equal"
    skewed = scale_of(ratio, [1, 2, 3, 4, 5, 6, 7, 90])
    assert skewed.method == "natural"
    assert "Fisher–Jenks" in skewed.words("fr")
    assert scale_of(ratio, [1, 5, 5, 9]).method is None  # each value has its colour
    assert scale_of(ratio, [0, 0, 3, 5, 8, 9, 20]).zero
    asked = scale_of(ratio, list(range(1, 13)), "quantiles", 4)
    assert asked.breaks.tolist() == [1, 3, 6, 9, 12]
    assert not asked.chosen


def test_values_on_either_side_of_a_pivot_have_opposed_colours() -> None:
    access = INDICATORS["access-programme"]
    scale = scale_of(access, [20, 50, 80, 99, 101, 130, 150, 210])
    assert 100.0 in scale.breaks.tolist()
    assert scale.step(99)[0] == "b" and scale.step(101)[0] == "a"
    assert scale.step(20) != scale.step(99)
    widths = {round(float(one), 6) for one in np.diff(scale.breaks)}
    assert len(widths) == 2  # each side has its own: the legend does not call them all equal
    words = scale.words("en")
    assert (
        "2 classes of equal width up to 100 and 3 classes of equal width above, each side cut by itself"
        in words
    )
    assert scale_of(access, [20, 50, 80, 90]).words("en").startswith("Each value")


def selected(page: str) -> dict[str, str]:
    """Give what is chosen in each select of the form of a page."""
    selects = re.findall(r'<select id="\S+" name="(\w+)">(.*?)</select>', page, re.S)
    return {name: next(iter(re.findall(r'value="([^"]*)" selected', text)), "") for name, text in selects}


@pytest.mark.parametrize(
    "asked",
    [
        {"indicator": "interactions-relayed", "level": "epci", "within": "region/84"},  # listed with examples alone
        {"indicator": "population", "level": "commune", "within": "commune/38185"},
        {"indicator": "actors", "by": "actor-type/company", "level": "epci"},
        {"indicator": "reach-programme", "compare": "interactions-relayed", "level": "zone"},
        {"indicator": "population", "compare": "reach-programme", "method": "quantiles", "classes": "4"},
        {"indicator": "population", "method": "quantiles", "classes": "6"},
    ],
)  # fmt: skip
def test_the_form_asks_again_what_is_drawn(example: TestClient, asked: dict[str, str]) -> None:
    page = " ".join(example.get("/cartes", params=asked, headers={"Accept": "text/html"}).text.split())
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    again = {**selected(page), **hidden}
    assert {name: again[name] for name in asked} == asked


def test_a_group_and_a_period_of_another_indicator_are_left_out_and_told(example: TestClient) -> None:
    asked = {"indicator": "population", "by": "field/x", "period": "1871"}
    page = example.get("/cartes", params=asked, headers={"Accept": "text/html"}).text
    assert "n’a pas le groupe demandé" in page and "n’a pas de valeur pour 1871" in page
    assert "Aucun territoire n’a de valeur" not in page and "1871" not in page.partition("<table")[2]
    answer = example.get("/cartes.csv", params=asked, headers={"Accept": "application/json"})
    assert answer.status_code == 404 and "Aucun groupe" in answer.json()["detail_fr"]
    answer = example.get(
        "/cartes.csv?indicator=population&period=1871", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 404 and "no period" in answer.json()["detail"]


def test_an_indicator_without_a_whole_opens_on_its_fullest_group(atlas: Atlas) -> None:
    name = "interactions-by-year"
    known = atlas.cube.of_indicator(name).filter(pl.col("value") > 0).group_by("by").len()
    fullest = known.sort("len", descending=True)["by"][0]
    assert atlas.first_group(name) == fullest and atlas.first_group("population") is None


def test_a_form_that_compares_with_nothing_any_more_has_one_map(example: TestClient) -> None:
    page = example.get("/cartes?indicator=population&compare=&period2=2026", headers={"Accept": "text/html"})
    assert page.text.count("<figure") == 1 and "period2" not in page.text.partition('id="tableau"')[2]


def test_territories_that_are_only_partly_inside_are_told(atlas: Atlas) -> None:
    metro = atlas.outlines.ground.territory("epci/200040715")
    inside = atlas.outlines.ground.ids[int(metro.communes[0])]
    shown = read_map(atlas.outlines, atlas.cube, "population", "epci", inside)
    assert shown.overlapping == len(shown.cells) == 1
    assert "1 n’est qu’en partie dans le périmètre" in summary(shown)
    assert "partie" not in summary(read_map(atlas.outlines, atlas.cube, "population", "commune"))


def test_two_maps_of_one_unit_have_one_scale(example: TestClient) -> None:
    page = example.get(
        "/cartes?indicator=population&compare=population-sparse", headers={"Accept": "text/html"}
    )
    assert "Les deux cartes ont la même échelle" in page.text
    page = example.get("/cartes?indicator=population&compare=variety", headers={"Accept": "text/html"})
    assert "chaque carte a son échelle" in page.text


def test_the_map_of_flows_has_a_table_and_says_what_is_not_placed(example: TestClient) -> None:
    page = example.get("/cartes/flux?level=department", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "sans lieu dit" in page.text
    rows = pl.read_csv(example.get("/cartes/flux.csv?level=department").content, infer_schema=False)
    assert rows.columns[-1] == "interactions"


def test_flows_are_embedded_as_maps_are(example: TestClient) -> None:
    page = example.get("/cartes/flux?level=department", headers={"Accept": "text/html"})
    assert "&lt;iframe src=" in page.text and "embed=1" in page.text
    alone = example.get("/cartes/flux?level=department&embed=1", headers={"Accept": "text/html"})
    assert "carte-figure" in alone.text and "<nav" not in alone.text and "<form" not in alone.text
    assert 'href="/cartes/flux?level=department"' in alone.text
    assert re.search(r'<h2 id="t-flux">.+ – Auvergne-Rhône-Alpes</h2>', alone.text)
    assert alone.headers["content-security-policy"].endswith("frame-ancestors *")
    assert "x-frame-options" not in alone.headers and "x-frame-options" in page.headers


def test_flows_have_a_key_and_lead_to_their_row(example: TestClient) -> None:
    drawing = ElementTree.fromstring(example.get("/cartes/flux.svg?level=department").text)
    rows = pl.read_csv(example.get("/cartes/flux.csv?level=department").content, infer_schema=False)
    assert rows.height
    told = {one.get("data-t") for one in drawing.iter(f"{SVG}g") if one.get("data-t")}
    assert len(told) == rows.height
    page = example.get("/cartes/flux?level=department", headers={"Accept": "text/html"}).text
    assert all(f'<tr data-t="{one}">' in page for one in told)
    assert 'class="carte-legende"' in page  # in letters of the page: those of the drawing shrink with it
    key = next(one for one in drawing.iter(f"{SVG}g") if one.get("class") == "legende-carte")
    assert f"{rows['interactions'][0]} interaction" in "".join(key.itertext())


@pytest.mark.parametrize(("other", "legends"), [("population-sparse", 1), ("variety", 2)])
def test_files_of_two_maps_hold_both_and_one_legend_if_they_have_one_scale(
    example: TestClient, other: str, legends: int
) -> None:
    address = f"indicator=population&compare={other}&level=epci"
    drawing = example.get(f"/cartes.svg?{address}").text
    root = ElementTree.fromstring(drawing)
    words = " ".join(root.itertext())
    assert all(INDICATORS[name].title["fr"] in words for name in ("population", other))
    assert "À gauche" in words and "À droite" in words
    assert ("Les deux cartes ont la même échelle" in words) == (legends == 1)
    assert sum(one.get("class") == "legende-carte" for one in root.iter(f"{SVG}g")) == legends
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    single = example.get("/cartes.svg?indicator=population&level=epci").text
    assert float(root.get("width", 0)) > 2 * float(ElementTree.fromstring(single).get("width", 0))
    assert example.get(f"/cartes.png?{address}").content[:8] == b"\x89PNG\r\n\x1a\n"


def test_an_embed_holds_the_maps_alone_and_may_be_framed(example: TestClient) -> None:
    address = "/cartes?indicator=population&compare=variety"
    page = example.get(address, headers={"Accept": "text/html"})
    assert "&lt;iframe src=" in page.text and "embed=1" in page.text
    alone = example.get(f"{address}&embed=1", headers={"Accept": "text/html"})
    assert alone.headers["content-security-policy"].endswith("frame-ancestors *")
    assert "x-frame-options" not in alone.headers
    assert alone.text.count("<figure") == 2
    assert "<form" not in alone.text and "<nav" not in alone.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_zero_and_what_is_not_covered_do_not_look_alike() -> None:
    looks = [re.sub(r'id="\S+"', "", patterns("m", [one], [])) for one in STATUSES]
    assert len(set(looks)) == len(STATUSES)
    assert all("<path" in look for look in looks)  # zero is plain


def test_each_period_of_a_map_is_an_address_and_keeps_the_scale_of_all(atlas: Atlas) -> None:
    names = [one.id for one in atlas.outlines.layer("epci", "region/84", 300).territories][:3]
    recent = with_values(
        atlas,
        {name: (value, None) for name, value in zip(names, (10.0, 20.0, 30.0), strict=True)},
        "programmes",
    )
    older = recent.cube.frame.with_columns(period=pl.lit("2023"), value=pl.col("value") * 4)
    cube = replace(recent.cube, cells=pl.concat([recent.cube.frame, older]))
    scales = [
        read_map(
            atlas.outlines, cube, "programmes", "epci", period=period, beside=("2023", "2024")
        ).scale.largest
        for period in ("2023", "2024")
    ]
    assert scales == [120.0, 120.0]
    assert read_map(atlas.outlines, cube, "programmes", "epci", period="2024").scale.largest == 30.0


def test_a_map_of_the_region_has_the_lines_of_its_departments(atlas: Atlas) -> None:
    whole = atlas.matter.frame("outlines")
    isere = pl.DataFrame(
        {"territory": ["territory/department/38"], "wkt": ["POLYGON((5 45, 6 45, 6 46, 5 46, 5 45))"]}
    ).cast(whole.schema)
    outlines = Outlines.of(atlas.matter.with_frames(outlines=pl.concat([whole, isere])))
    shown = read_map(outlines, atlas.cube, "population", "epci")
    assert shown.layer.departments and "contour-departements" in draw_map(shown)
    assert outlines.layer("department", "region/84", 300).departments is None
    assert outlines.layer("commune", "department/38", 300).departments is None
    assert "contour-departements" not in drawn(atlas, "population")  # nobody says where they are


def test_the_table_of_a_map_is_put_in_each_order(example: TestClient) -> None:
    def rows(sort: str) -> list[tuple[str, str]]:
        page = example.get(
            f"/cartes?indicator=population&level=department&sort={sort}", headers={"Accept": "text/html"}
        ).text
        return re.findall(r'<tr data-t="([^"]+)".*?<td\s+class="nombre[^"]*">([^<]*)', page, re.DOTALL)

    def figures(sort: str) -> list[int]:
        return [int(re.sub(r"\D", "", text)) for _, text in rows(sort) if re.search(r"\d", text)]

    assert len(set(rows("name"))) > 2
    assert rows("-name") == rows("name")[::-1]
    assert figures("value") == sorted(figures("name"))
    assert figures("-value") == sorted(figures("name"), reverse=True)


@pytest.mark.parametrize("kind", KINDS)
def test_places_over_a_map_are_listed_beside_it_and_follow_it(example: TestClient, kind: str) -> None:
    asked = f"indicator=population&level=epci&places={kind}"
    page = example.get(f"/cartes?{asked}").text
    svg = example.get(f"/cartes.svg?{asked}").text
    words = KINDS[kind][0]["fr"]
    assert f'<option value="{kind}" selected>' in page and words in unescape(page)
    listed = re.search(r'class="plus carte-lieux">.*?</details>', page, re.DOTALL)
    assert listed is not None
    names = re.findall(r'<a\s+href="/territoires/(commune/\w+)">', listed[0])
    assert svg.count('class="lieu"') == len(names) == len(set(names))
    assert f"◆ {words} ({len(names)})" in unescape(" ".join(re.findall(r">([^<]+)<", svg)))
    assert f"places={kind}" in re.findall(r'/cartes[.]png[?][^"]*', page)[0]


def test_places_are_those_of_the_graph(example_reader: LocalReader) -> None:
    matter = RegionView.of(example_reader)
    outlines = Outlines.of(matter)
    layer = outlines.layer("epci", "region/84", 720)
    found = places(matter, "programmes", layer.frame, outlines.ground.territory("region/84"))
    told = matter.frame("programmes").filter(pl.col("place").str.starts_with("territory/commune/"))
    counts = dict(told.group_by("place").agg(pl.col("programme").n_unique()).iter_rows())
    here = {one.path: len(one.names) for one in found}
    assert counts and {path: here[path] for path in counts} == counts
    assert list(here.values()) == sorted(here.values())
    twins = told.head(1).with_columns(programme=pl.lit("programme/twin"))  # two of one name are two
    more = matter.with_frames(programmes=pl.concat([matter.frame("programmes"), twins]))
    [path] = twins["place"]
    again = places(more, "programmes", layer.frame, outlines.ground.territory("region/84"))
    assert {one.path: len(one.names) for one in again}[path] == counts[path] + 1
    over = twins.with_columns(end=pl.lit(2001, dtype=told.schema["end"]))
    past = matter.with_frames(programmes=pl.concat([matter.frame("programmes"), over]))
    last = places(past, "programmes", layer.frame, outlines.ground.territory("region/84"))
    assert {one.path: len(one.names) for one in last} == here


def test_a_kind_of_places_that_there_is_not_is_refused(example: TestClient) -> None:
    answer = example.get("/cartes?places=châteaux", headers={"Accept": "text/html"})
    assert answer.status_code == 400 and "ne nomme pas des lieux" in answer.text


def test_a_map_says_why_territories_are_hatched_that_have_bounds(atlas: Atlas) -> None:
    shown = read_map(atlas.outlines, atlas.cube, "population", "epci")
    assert shown.intervals == 0
    cells = [cell._replace(value=None, low=1.0, high=2.0, status="missing") for cell in shown.cells]
    assert replace(shown, cells=cells).intervals == len(cells) > 0
    assert replace(shown, cells=[cell._replace(high=None) for cell in cells]).intervals == 0


def test_a_typology_crosses_two_indicators_at_their_medians(atlas: Atlas) -> None:
    first = read_map(atlas.outlines, atlas.cube, "population", "epci")
    size = len(first.cells)
    lows = [cell._replace(value=float(n), status=None) for n, cell in enumerate(first.cells)]
    ups = [cell._replace(value=float(size - n), status=None) for n, cell in enumerate(first.cells)]
    made = cross(replace(first, cells=lows), replace(first, cells=ups))
    assert {cell.value for cell in made.cells} <= {
        1.0,
        2.0,
        3.0,
    }  # what grows against the other is never above both
    same = cross(replace(first, cells=lows), replace(first, cells=lows))
    assert {cell.value for cell in same.cells} == {1.0, 4.0}
    assert sum(cell.value == 4 for cell in same.cells) == size // 2
    lacking = cross(
        replace(first, cells=lows), replace(first, cells=[lows[0]._replace(value=None), *lows[1:]])
    )
    assert (lacking.cells[0].value, lacking.cells[0].status) == (None, "missing")
    nothing = [cell._replace(value=None, status="missing") for cell in lows]
    assert cross(replace(first, cells=nothing), first).known == []


def test_a_typology_is_an_address_with_its_table_and_its_files(example: TestClient) -> None:
    asked = "indicator=population&compare=distance-to-programme&level=epci"
    beside = unescape(example.get(f"/cartes?{asked}").text)
    address = re.search(r'href="(/cartes[?][^"]*view=typology[^"]*)"', beside)
    assert address is not None and "Croiser les deux indicateurs" in beside
    page = unescape(example.get(address[1]).text)
    assert (
        page.count("data-carte ") == 1
        and "les deux valeurs" in page
        and "Voir les deux cartes côte à côte" in page
    )
    row = page[page.index("<tbody>", page.index('id="tableau"')) :].partition("</tr>")[0]
    assert row.count('<td\n      class="nombre') == 2  # the values of both stand in the table
    svg = unescape(example.get(address[1].replace("/cartes?", "/cartes.svg?")).text)
    assert "un croisement n’est pas une cause" in re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", svg)).lower()
    table = pl.read_csv(
        example.get(address[1].replace("/cartes?", "/cartes.csv?")).content, infer_schema=False
    )
    assert set(table["indicator"]) == {"population", "distance-to-programme"}
    wrong = example.get(f"/cartes?{asked}&view=globe", headers={"Accept": "text/html"})
    assert wrong.status_code == 400 and "n’est pas une vue" in unescape(wrong.text)
