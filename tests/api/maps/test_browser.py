"""Maps in a real Chromium: nothing leaves the host, axe is silent, pointer and keyboard move the drawing."""

from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
SERVED = "example_data_dir"
PAGES = (
    "/cartes?indicator=population",
    "/cartes?indicator=reach-programme&level=epci",
    "/cartes?indicator=population&compare=programmes&lang=en",
    "/cartes?indicator=population&compare=programmes&embed=1",
    "/cartes/flux?level=department",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_order(page_faults: Any, path: str) -> None:
    assert page_faults(path) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_small_screen_values_are_seen_and_names_stay(visit: Any, scheme: str) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.page.emulate_media(color_scheme=scheme)
    visit.open(PAGES[1])
    value = visit.page.locator("#tableau td.nombre").first.bounding_box()
    assert value["x"] + value["width"] <= 390
    visit.open("/cartes?indicator=reach-programme&compare=access-programme&level=epci")
    table = visit.page.locator("#tableau .tableau")
    name = visit.page.locator("#tableau tbody th").first
    before = name.bounding_box()["x"]
    table.evaluate("one => { one.firstElementChild.style.width = '900px'; one.scrollLeft = 300 }")
    assert name.bounding_box()["x"] == pytest.approx(before, abs=1)
    assert "gradient" in table.evaluate(
        "one => getComputedStyle(one).backgroundImage"
    )  # a shade where there is more


def test_the_drawing_is_enlarged_and_the_row_of_a_territory_told(visit: Any) -> None:
    visit.open(PAGES[0])
    frame = visit.page.locator("[data-carte] svg").first
    before = frame.get_attribute("viewBox")
    visit.page.get_by_role("button", name="Agrandir").first.click()
    assert frame.get_attribute("viewBox") != before
    visit.page.get_by_role("button", name="Tout voir").first.click()
    assert [float(n) for n in frame.get_attribute("viewBox").split()] == [float(n) for n in before.split()]
    link = frame.locator("a").first
    link.focus()
    place = link.locator("[data-t]").get_attribute("data-t")
    assert visit.page.locator(f'tr[data-t="{place}"]').get_attribute("class") == "choisi"
    assert frame.locator("title").count() == 0  # the browser would show it beside the bubble
    assert visit.page.locator(".carte-bulle").first.inner_text() == link.get_attribute("aria-label")
    assert link.get_attribute("href") == f"/cartes?indicator=population&level=commune&within={place}"
    visit.page.keyboard.press("Escape")
    assert visit.page.locator(".carte-bulle").first.is_hidden()


def test_the_view_follows_the_keyboard_and_the_outline_lies_over_its_neighbours(visit: Any) -> None:
    visit.open("/cartes?indicator=reach-programme&level=epci")
    frame, town = visit.page.locator("[data-carte] svg").first, visit.page.locator(".villes text").first
    border = visit.page.locator(".aires").first
    height, wide = town.bounding_box()["height"], float(border.get_attribute("stroke-width"))
    for _ in range(5):
        visit.page.get_by_role("button", name="Agrandir").first.click()
    assert town.bounding_box()["height"] == pytest.approx(height, rel=0.05)
    assert float(border.get_attribute("stroke-width")) == pytest.approx(wide / 1.6**5, rel=0.01)
    frame.evaluate("one => one.focus()")
    links = frame.locator("a")
    visit.page.keyboard.press("Tab")
    seen = []
    for arrow in ("", *("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 2):
        if arrow:
            visit.page.keyboard.press(arrow)
        here = [
            place
            for place in range(links.count())
            if links.nth(place).evaluate("one => one === document.activeElement")
        ]
        assert len(here) == 1 and frame.locator("a[tabindex='0']").count() == 1
        place = here[0]
        seen.append(place)
        shape, box = links.nth(place).bounding_box(), frame.bounding_box()
        x, y = shape["x"] + shape["width"] / 2, shape["y"] + shape["height"] / 2
        assert box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"]
        assert 0 <= y <= visit.page.viewport_size["height"]
        drawn = "one => one.querySelector('[data-t]').getAttribute('d')"
        over = visit.page.locator(".dessin > :last-child")
        assert over.get_attribute("class") == "choisi dessus"
        assert over.get_attribute("d") == links.nth(place).evaluate(drawn)
        assert over.bounding_box() == pytest.approx(shape, abs=12)  # the outline
    assert len(set(seen)) > 1


def test_a_pressed_button_keeps_the_focus(visit: Any) -> None:
    visit.open(PAGES[0])
    for name in ("Réduire", "Tout voir"):
        button = visit.page.get_by_role("button", name=name).first
        assert button.get_attribute("aria-disabled") == "true"
        visit.page.get_by_role("button", name="Agrandir").first.click()
        assert button.get_attribute("aria-disabled") == "false"
        button.press("Enter")
        assert button.get_attribute("aria-disabled") == "true"
        assert button.evaluate("one => one === document.activeElement")


def test_the_part_that_is_looked_at_is_in_the_address_and_two_maps_move_together(visit: Any) -> None:
    visit.open("/cartes?indicator=population&compare=population-sparse")
    frames = visit.page.locator("[data-carte] svg")
    whole = frames.nth(0).get_attribute("viewBox")
    visit.page.get_by_role("button", name="Agrandir").first.click()
    near = frames.nth(0).get_attribute("viewBox")
    assert near != whole and frames.nth(1).get_attribute("viewBox") == near
    visit.page.wait_for_url("**#carte=*")
    visit.page.reload()
    again = visit.page.locator("[data-carte] svg").nth(1).get_attribute("viewBox")
    assert [float(n) for n in again.split()] == pytest.approx([float(n) for n in near.split()], abs=0.2)
    visit.page.get_by_role("button", name="Tout voir").first.click()
    visit.page.wait_for_url(lambda address: "#" not in address)


def test_a_finger_is_told_before_it_is_led(browser: Any, host: str) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844}, locale="fr-FR")
    page = context.new_page()
    page.goto(host + PAGES[0])
    mark = page.locator("[data-carte] svg a circle").last
    mark.tap(force=True)
    assert page.locator(".carte-bulle").first.is_visible()
    assert "/cartes" in page.url
    mark.tap(force=True)
    page.wait_for_url(lambda address: "level=commune" in address)
    context.close()


def test_communes_are_reached_by_the_keyboard_and_left_again(visit: Any) -> None:
    visit.open(PAGES[0])
    visit.page.locator("[data-carte] svg a").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(lambda address: "level=commune&within=" in address)
    assert all(place.startswith("commune/") for place in _places(visit))
    visit.page.get_by_role("link", name="Revenir à la carte de la région").click()
    visit.page.wait_for_url(lambda address: address.endswith("/cartes?indicator=population"))
    assert all(place.startswith("epci/") for place in _places(visit))


def _places(visit: Any) -> list[str]:
    found = [one.get_attribute("data-t") for one in visit.page.locator("[data-carte] svg [data-t]").all()]
    assert found
    return found


def test_a_flow_lights_up_with_its_row(visit: Any) -> None:
    visit.open("/cartes/flux?level=department")
    visit.page.locator("#tableau tr[data-t] a").first.focus()
    place = visit.page.locator("#tableau tr[data-t]").first.get_attribute("data-t")
    assert "choisi" in visit.page.locator(f'.carte-svg [data-t="{place}"]').get_attribute("class")


def test_without_javascript_the_map_stays(browser: Any, host: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host + PAGES[0])
    assert page.locator("[data-carte] svg a").count() > 0
    assert page.locator("#tableau tbody tr").count() > 0
    context.close()


def test_a_territory_is_chosen_on_the_map_by_a_click_or_the_space_bar(visit: Any) -> None:
    visit.open("/cartes?indicator=population")
    page = visit.page
    first = page.locator("[data-carte] svg a").first
    first.focus()
    page.keyboard.press("Space")
    chosen = "[...document.querySelectorAll('input[name=among]:checked')].map((one) => one.value)"
    assert page.evaluate(chosen) == [first.locator("[data-t]").first.get_attribute("data-t")]
    other = page.locator("[data-carte] svg a").nth(1)
    other.locator("[data-t]").first.dispatch_event("click", {"shiftKey": True, "bubbles": True})
    assert len(page.evaluate(chosen)) == 2
    page.get_by_role("button", name="Comparer les territoires choisis").click()
    sync_api.expect(page.locator("thead th")).to_have_count(3)
    assert page.url.count("among=") == 2


def test_what_is_chosen_stays_when_the_table_is_sorted(visit: Any) -> None:
    visit.open("/cartes?indicator=population&level=epci")
    page = visit.page
    chosen = "[...document.querySelectorAll('input[name=among]:checked')].map((one) => one.value)"
    page.locator("#tableau tbody input[name=among]").first.check()
    kept = page.evaluate(chosen)
    assert len(kept) == 1 and page.url.endswith(f"among={kept[0]}")
    page.locator("#tableau thead a").first.click()
    page.wait_for_url("**sort=**")
    assert page.evaluate(chosen) == kept and page.locator("[data-carte] svg .compare").count() > 0
    page.locator("#tableau tbody input[name=among]:checked").uncheck()
    assert "among" not in page.url
