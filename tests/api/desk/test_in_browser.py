"""Internships walked by the desk's officer in Chromium, from a post to an amended agreement; axe looks at each page and form."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ancrage.api.accounts.devices import Devices
from ancrage.api.web.settings import Settings
from ancrage.graph.internships.posts import Post
from ancrage.loaders.desk.examples import add_examples as add_desk
from ancrage.loaders.internships.acts import Acts
from ancrage.loaders.internships.examples import add_examples
from ancrage.loaders.operations.roles import Role

from .conftest import SECRET

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
EXAMPLES = Path(__file__).parents[3] / "examples"
POST = Post(
    "", "Carte des haies de Die", "interaction-type/internship", "Communauté de communes", "territory/commune/26113",
    "Die", "organization/242600534", seats=3, mode="attendance-mode/in-person",
)  # fmt: skip
SIGNING = (
    "Signer pour qui accueille",
    "Signer pour l’établissement",
    "Accepter pour l’établissement",
    "Valider",
)
Axe = Callable[[Any], list[Any]]


@pytest.fixture(scope="module")
def host(
    example_data_dir: Path,
    served: Callable[..., AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of a desk with the demo's examples and a post that is none."""
    folder = tmp_path_factory.mktemp("walked") / "data"
    shutil.copytree(example_data_dir, folder, symlinks=True, ignore=shutil.ignore_patterns("*.draft"))
    devices = Devices.open(Settings(data_dir=folder))
    devices.accounts.add("ana", Role.DESK, SECRET)
    assert add_desk(devices.store, devices.safe, EXAMPLES / "desk.toml")
    assert add_examples(devices.store, EXAMPLES / "stages.toml")
    Acts(devices.store).file("ana", POST)
    devices.store.close()
    with served(folder) as address:
        yield address


def press(page: Any, name: str, role: str = "button") -> None:
    page.locator("main").get_by_role(role, name=name).first.click()
    page.wait_for_load_state("networkidle")


def fill(page: Any, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"#f-{name}").fill(value)


def test_the_officer_walks_from_a_post_to_an_amended_agreement(visitor: Any, host: str, axe: Axe) -> None:
    day = (date.today() + timedelta(days=30)).isoformat()
    end, later = ((date.today() + timedelta(days=days)).isoformat() for days in (80, 110))
    with visitor(bypass_csp=True) as page:

        def look(path: str = "") -> None:
            if path:
                page.goto(host + path, wait_until="networkidle")
            assert axe(page) == [], page.url

        def sign() -> None:
            for act in SIGNING:
                look()
                press(page, act)

        look("/connexion?after=/stages")
        page.get_by_label("Nom du compte").fill("ana")
        page.get_by_label("Mot de passe").fill(SECRET)
        press(page, "Se connecter")
        look()
        press(page, "Ouvrir une convention", "link")
        press(page, "Ouvrir la convention")
        sync_api.expect(page.get_by_role("alert")).to_contain_text("Rien n’est enregistré")
        look()
        fill(
            page, tasks="Relever les haies, en faire une carte", programme="Licence Géographie et aménagement"
        )
        fill(page, start=day, end=end)
        look()
        press(page, "Ouvrir la convention")
        sign()
        sync_api.expect(page.locator("main .etat").first).to_have_text("Validée")
        press(page, "Proposer un avenant", "link")
        look()
        fill(page, end=later, hours="28", service="Service des espaces naturels")
        press(page, "Proposer un avenant")
        sync_api.expect(page.locator("main")).to_contain_text("Avenant 1 · Prête à signer")
        sign()
        sync_api.expect(page.get_by_role("heading", name="Avenant 1")).to_be_visible()
        sync_api.expect(page.locator("main")).to_contain_text("5 jours, 28 heures")
        for path in (
            *("/stages", "/stages/affectation", "/stages/conventions", "/stages/nouveau/poste"),
            *("/stages/nouveau/voeu", "/guichet", "/guichet/envois", "/offres", "/offres/nouvelle"),
        ):
            look(path)
        look("/stages?illustrative=true")
        sync_api.expect(page.locator(".carte-petite")).to_contain_text(
            "1 dans la région, 6 sans position connue"
        )
        assert page.locator(".carte-petite .points a path").count() == 1
        page.goto(f"{host}/guichet")
        need = page.locator("main a[href^='/guichet/demandes/']").first.get_attribute("href")
        assert need
        look(need)


def test_a_refused_form_takes_the_focus_to_what_is_wrong_and_back_loses_nothing(
    visitor: Any, host: str
) -> None:
    words = "Un diagnostic du centre-bourg, avec des étudiants"
    with visitor() as page:
        page.goto(f"{host}/demandes/nouvelle", wait_until="networkidle")
        fill(page, words="court")
        press(page, "Continuer")
        assert page.evaluate("document.activeElement.id") == "erreurs"
        assert page.input_value("#f-words") == "court"
        page.locator("#erreurs a").first.click()
        assert page.evaluate("document.activeElement.id") == "f-words"
        fill(page, words=words)
        press(page, "Continuer")
        assert page.url.endswith("/2")
        page.reload(wait_until="networkidle")  # asks for the page again, and sends nothing
        assert page.url.endswith("/2")
        with suppress(sync_api.Error):  # what a form gave is kept by nobody: Chromium asks to send it again
            page.go_back()
        end = time.monotonic() + 30
        while (
            page.locator("#f-words").count() == 0
        ):  # until it has asked, the page of before is on its way out
            assert time.monotonic() < end
            with suppress(sync_api.Error):
                if page.url.endswith("/2"):
                    page.go_back()
                page.reload(wait_until="networkidle")
        assert page.input_value("#f-words") == "court" and page.locator("#erreurs").is_visible()
        fill(page, words=f"{words} en urbanisme")
        press(page, "Continuer")
        assert page.url.endswith("/2")  # the same request, as it was changed
        page.locator("main .etapes a").first.click()
        page.wait_for_load_state("networkidle")
        assert page.input_value("#f-words") == f"{words} en urbanisme"
