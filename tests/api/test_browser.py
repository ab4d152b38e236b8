"""Pages in a real Chromium: nothing leaves the host, nothing fails in the console, graphs are drawn, axe is silent."""

import re
from typing import Any

import pytest

PAGES = (
    *("/", "/territoires", "/territoires/epci/299000001", "/territoires/commune/99101", "/acteurs/0990001A"),
    *(
        "/filieres",
        "/filieres/timber-construction",
        "/filieres/timber-construction?lang=en",
        "/filieres/comparaison?a=timber-construction&b=microelectronics",
        "/sources",
        "/recherche?q=essai",
        "/queries",
    ),
    *(
        "/recherche",
        "/recherche?q=bois&kind=formations&lang=en",
        "/recherche?q=vilneuve",
        "/formations/essai-1",
    ),
    *(
        "/queries/territory-programmes?territory=299000001",
        "/doc/site/0990001A",
        "/sparql",
        "/sparql?query=SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D+LIMIT+3",
        "/rien",
    ),
    *(
        "/strategies",
        "/strategies/essai-plan",
        "/strategies/comparaison?a=essai-plan&b=exemple/autre",
        "/stages",
        "/stages/affectation",
        "/agenda",
        "/dispositifs",
        "/demandes",
        "/demandes/nouvelle",
        "/offres",
        "/connexion",
    ),
)
GRAPH = "/filieres/timber-construction"

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert page_faults(path, status=404 if path == "/rien" else 200, locale="en-US") == []


@pytest.mark.parametrize("path", ["/recherche?q=Vilneuve", "/recherche?q=soudure", "/agenda"])
def test_headings_and_columns_stand_off_what_is_above(visit: Any, path: str) -> None:
    visit.page.set_viewport_size({"width": 1440, "height": 900})
    visit.open(path)
    close = visit.page.evaluate(
        """() => [...document.querySelectorAll("main h2, .trouveur > *")].filter((one) => {
          const above = one.previousElementSibling ?? one.parentElement.previousElementSibling;
          const gap = above ? one.getBoundingClientRect().top - above.getBoundingClientRect().bottom : 99;
          return gap >= 0 && gap < 8;
        }).map((one) => one.textContent)"""
    )
    assert close == []


def test_the_graph_of_a_filiere_is_drawn_with_its_nodes(visit: Any) -> None:
    visit.open(GRAPH)
    graph = visit.page.locator("#graphe[data-pret=oui]")
    assert int(graph.get_attribute("data-noeuds")) > 10
    painted = visit.page.evaluate(
        """() => { const c = document.querySelector('#graphe canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i] > 0) n += 1; return n; }"""
    )
    assert painted > 500
    assert visit.strangers == []


def test_the_graph_tells_in_text_what_is_chosen(visit: Any) -> None:
    visit.open(GRAPH)
    visit.page.wait_for_selector("#graphe[data-pret=oui]")
    count = visit.page.evaluate(
        "() => fetch(document.getElementById('graphe').dataset.source).then((r) => r.json()).then((d) => d.nodes.length)"
    )
    assert count == int(visit.page.locator("#graphe").get_attribute("data-noeuds"))
    visit.page.locator("#graphe").scroll_into_view_if_needed()
    box = visit.page.locator("#graphe canvas").bounding_box()
    x, y = visit.page.evaluate(
        """() => { const c = document.querySelector('#graphe canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        for (let i = 0; i < d.length; i += 4)  // the colour of the stages
          if (d[i] === 13 && d[i + 1] === 75 && d[i + 2] === 86) {
            const at = i / 4, scale = c.width / c.clientWidth;
            return [(at % c.width) / scale + 6, Math.floor(at / c.width) / scale + 6]; } }"""
    )
    visit.page.mouse.click(box["x"] + x, box["y"] + y)
    panel = visit.page.locator("#graphe-choix")
    sync_api.expect(panel).to_be_visible()
    assert panel.locator("strong").inner_text().startswith("Étape : ")
    assert "<script>" not in panel.inner_html()


def test_without_javascript_a_picture_stands_in_for_the_graph(browser: Any, host: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(host + GRAPH)
    assert (
        page.locator("#membres").get_by_role("link", name="Licence professionnelle bois", exact=True).count()
        == 1
    )
    picture = page.locator(".graphe-papier img")
    assert picture.is_visible() and picture.evaluate("image => image.naturalWidth") > 300
    assert not page.locator("#graphe").is_visible()
    tools = page.locator(".graphe-outils")  # they move a drawing that is not there
    assert tools.count() == 1 and not tools.is_visible()
    context.close()


def test_filters_act_at_once_and_the_address_keeps_them(visit: Any) -> None:
    visit.open(GRAPH)
    page = visit.page
    page.wait_for_selector("#graphe[data-pret=oui]")
    page.locator("#filtres-plis > summary").click()
    page.get_by_role("group", name="Fonction").get_by_label("forme").check()
    sync_api.expect(page.locator("#membres caption").first).to_contain_text("2 membres sur 5")
    assert "function=trains" in page.url
    assert int(page.locator("#graphe").get_attribute("data-filtre")) <= 200
    seen = page.locator("#graphe").get_attribute("data-visibles")
    page.goto(page.url)
    page.wait_for_selector("#graphe[data-pret=oui]")
    assert page.locator("#graphe").get_attribute("data-visibles") == seen
    assert page.get_by_role("group", name="Fonction").get_by_label("forme").is_checked()
    assert visit.complaints == []


def test_a_way_between_two_actors_is_told_by_keyboard(visit: Any) -> None:
    visit.open(GRAPH)
    page = visit.page
    page.wait_for_selector("#graphe[data-pret=oui]")
    page.locator("#filtres-plis > summary").click()
    page.locator("#c-from").fill("Licence professionnelle bois")
    page.keyboard.press("Tab")
    page.keyboard.type("Université d'Essai")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#recit")).to_contain_text("est proposé par « Université d'Essai »")
    assert page.locator("#recit .preuve-documented").count() == 1
    page.wait_for_selector("#graphe[data-trouve=oui]")
    assert re.search("from=programme%2F[^&]+&to=", page.url)  # two programmes may have one label
    page.reload()
    page.wait_for_selector("#graphe[data-pret=oui]")
    assert page.locator("#c-from").input_value() == "Licence professionnelle bois"
    page.locator("#c-to").fill("Personne")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#recit")).to_contain_text(
        "Aucun acteur de la filière ne s’appelle « Personne »"
    )
    assert visit.complaints == []


def test_a_filter_that_keeps_nobody_leaves_a_graph_and_all_else_follows(visit: Any) -> None:
    visit.open(f"{GRAPH}?stage=trade")
    page = visit.page
    page.wait_for_selector("#graphe[data-pret=oui]")
    sync_api.expect(page.locator("#etat")).to_contain_text(
        "Aucun acteur ne répond à ces filtres : 0 acteur sur"
    )
    page.get_by_role("group", name="Étape").get_by_label("commerce").uncheck()
    page.get_by_role("group", name="Preuve").get_by_label("simulé").check()
    sync_api.expect(page.locator("#membres")).to_contain_text("Aucun membre ne répond à ces filtres.")
    assert page.url.endswith("?evidence=simulated")
    assert page.locator("#fichiers a").first.get_attribute("href").endswith("?evidence=simulated")
    assert visit.complaints == []


def test_a_name_that_is_none_is_told_and_one_nearly_typed_is_understood(visit: Any) -> None:
    visit.open(GRAPH)
    page = visit.page
    page.wait_for_selector("#graphe[data-pret=oui]")
    page.locator("#filtres-plis > summary").click()
    page.locator("#c-around").fill("Licence")
    page.keyboard.press("Enter")
    told = page.locator("#valeurs-inconnues")
    sync_api.expect(told).to_contain_text("« Licence » n’est pas une valeur du filtre « Autour de »")
    assert page.locator("#fichiers a").first.get_attribute("href").endswith("reseau.graphml")
    page.locator("#c-around").fill("universite d essai")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('c-around').value === \"Université d'Essai\"")
    assert re.search("around=organization%2F", page.url)
    sync_api.expect(told).to_be_empty()
    assert page.locator("#graphe").get_attribute("data-visibles") != page.locator("#graphe").get_attribute(
        "data-noeuds"
    )
    assert visit.complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_the_graph_names_stages_and_actors(visit: Any, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.open(GRAPH)
    page = visit.page
    page.wait_for_selector("#graphe canvas[data-noms]")
    names, stages = (
        int(page.locator("#graphe canvas").get_attribute(f"data-{name}")) for name in ("noms", "etapes")
    )
    columns = page.locator(".filiere-tableau thead th").count()
    assert stages == columns - 2 >= 6  # beside them, the functions and the stage that is not known
    assert names > stages + 2  # captions and actors
    assert page.locator("#filtres-plis").get_attribute("open") is None
    assert page.locator("#graphe").bounding_box()["height"] > 450


def test_on_paper_a_picture_stands_in_for_the_graph(visit: Any) -> None:
    visit.open(GRAPH)
    visit.page.wait_for_selector("#graphe[data-pret=oui]")
    picture = visit.page.locator(".graphe-papier img")
    assert not picture.is_visible() and visit.page.locator("#graphe").is_visible()
    visit.page.emulate_media(media="print")
    assert picture.is_visible() and picture.evaluate("image => image.naturalWidth") > 300
    assert not visit.page.locator("#graphe").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_around_an_actor_each_is_named(visit: Any, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.open(GRAPH + "?around=organization%2F0990001A")
    visit.page.wait_for_selector("#graphe[data-pret=oui]")
    graph, drawn = visit.page.locator("#graphe"), visit.page.locator("#graphe canvas")
    assert int(graph.get_attribute("data-visibles")) > 1
    assert drawn.get_attribute("data-noms") == graph.get_attribute("data-visibles")
    assert drawn.get_attribute("data-etapes") == "0"


def test_the_graph_answers_the_keyboard_where_it_has_the_focus(visit: Any) -> None:
    visit.open(GRAPH)
    page = visit.page
    page.wait_for_selector("#graphe[data-pret=oui]")
    assert page.locator("#graphe .vis-network").get_attribute("tabindex") == "-1"
    graph = page.get_by_role("application", name="Graphe de la filière")
    graph.focus()
    page.keyboard.press("ArrowRight")
    panel = page.locator("#graphe-choix")
    first = panel.locator("strong").inner_text()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert panel.locator("strong").inner_text() != first
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.getElementById('graphe-choix').contains(document.activeElement)")
    graph.focus()
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    looks = [graph.screenshot()]
    for key in ("+", "Shift+ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
        looks.append(graph.screenshot())
    assert len(set(looks)) == 3
    assert visit.complaints == []


def test_who_is_around_an_actor_is_seen_from_the_table(visit: Any) -> None:
    visit.open(GRAPH)
    page = visit.page
    page.wait_for_selector("#graphe[data-pret=oui]")
    page.get_by_role("link", name="Voir l’entourage de Licence professionnelle bois").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('graphe').dataset.visibles === '2'")
    assert "around=programme" in page.url
    assert visit.complaints == []


def test_search_by_keyboard_alone(visit: Any) -> None:
    visit.open("/territoires")
    visit.page.keyboard.press("Tab")
    focused = visit.page.evaluate("() => document.activeElement.textContent.trim()")
    assert focused == "Aller au contenu"
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("() => document.activeElement.id") == "q"
    visit.page.keyboard.type("saint etienne")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/recherche?q=*")
    link = visit.page.get_by_role("link", name="Saint-Étienne-d'Essai")
    link.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/territoires/commune/99101")
    assert visit.complaints == []


def test_a_name_with_markup_runs_nothing(visit: Any) -> None:
    dialogs: list[str] = []

    def refuse(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    visit.page.on("dialog", refuse)
    for path in (
        "/acteurs/essai-0000000001",
        "/territoires/commune/99101",
        GRAPH,
        "/recherche?q=<script>alert(1)</script>",
    ):
        visit.open(path)
    assert dialogs == []
    assert visit.page.locator("a[href^='javascript:' i]").count() == 0


def test_what_is_wrong_with_a_page_is_seen(visit: Any, axe: Any, page_faults: Any) -> None:
    visit.open("/agenda")
    visit.page.evaluate(
        "() => { document.querySelector('h1').style.color = 'rgb(200, 200, 200)'; document.documentElement.lang = '' }"
    )
    assert {rule for rule, *_ in axe(visit.page)} == {"color-contrast", "html-has-lang"}
    visit.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    visit.page.evaluate("() => { document.querySelector('h1').style.color = 'rgb(40, 40, 40)' }")
    assert [rule for rule, *_ in axe(visit.page, runOnly=["color-contrast"])] == ["color-contrast"]
    assert page_faults("/rien") != []
