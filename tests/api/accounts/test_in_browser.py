"""Ways to log in as a person walks them in Chromium, under the policy of the pages: provider, passkey, logging out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from ancrage.api.web.settings import Settings
from ancrage.loaders.operations.accounts import Accounts
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations

pytestmark = pytest.mark.browser
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="module")
def site(issuer: str, served: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site where Ana is invited, on localhost: browsers lend passkeys there."""
    folder = tmp_path_factory.mktemp("site")
    store = Operations.open(folder)
    Accounts(store).add("ana", Role.DESK, None, email="ana@region.example")
    store.close()
    ana = {"email": "ana@region.example", "email_verified": True}
    httpx2.put(f"{issuer}/users/ana", json=ana).raise_for_status()
    httpx2.put(f"{issuer}/faults", json={}).raise_for_status()
    named = {
        "oidc_issuer": issuer,
        "oidc_client": "ancrage",
        "oidc_name": "ProConnect",
        "oidc_secret": "secret",
    }
    assert set(named) <= set(Settings.model_fields)
    with served(Path(folder), **named) as address:
        yield address.replace("127.0.0.1", "localhost")


def test_a_member_logs_in_by_the_provider_adds_a_passkey_and_uses_it(visitor: Any, site: str) -> None:
    complaints: list[str] = []
    with visitor() as page:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        made = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        page.goto(f"{site}/connexion?after=/compte")
        page.get_by_role("link", name="Se connecter avec ProConnect").click()
        page.locator("input[name=sub]").first.fill("ana")
        page.locator("form:has(input[name=sub]) button").first.click()
        page.wait_for_url(f"{site}/compte")
        sync_api.expect(page.locator(".chapeau")).to_contain_text("ana, rôle")
        page.get_by_label("Nom de la clé d’accès").fill("Téléphone d’essai")
        page.get_by_role("button", name="Ajouter une clé d’accès").click()
        sync_api.expect(page.get_by_role("row", name="Téléphone d’essai")).to_be_visible()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url("**/oauth2/end_session?**")  # the page on the way has led on by itself
        page.goto(f"{site}/compte")
        page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
        page.wait_for_url(f"{site}/compte")
        sync_api.expect(page.locator(".chapeau")).to_contain_text("ana, rôle")
        [kept] = device.send("WebAuthn.getCredentials", {"authenticatorId": made})["credentials"]
        assert kept["signCount"] >= 1
        page.get_by_role("button", name="Retirer Téléphone d’essai").click()
        sync_api.expect(page.get_by_text("Aucune clé d’accès.")).to_be_visible()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(f"{site}/")  # who did not come by the provider does not pass by it
        page.goto(f"{site}/connexion")
        page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
        sync_api.expect(page.get_by_text("Cette clé d’accès n’ouvre aucun compte ici.").first).to_be_visible()
    assert complaints == []
