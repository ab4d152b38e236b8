"""Somebody on the site: clicks are counted, and no answer may be a dead end."""

from __future__ import annotations

from typing import Any

Within = str
SECRET = "une phrase assez longue"


class Walk:
    """A person at a page of Chromium, from the first page of the site on."""

    def __init__(self, page: Any, host: str) -> None:
        self.page, self.clicks = page, 0
        self.refused: list[str] = []
        page.on("response", self._seen)
        page.goto(host)

    def _seen(self, answer: Any) -> None:
        if answer.request.is_navigation_request() and answer.status >= 400:
            self.refused.append(f"{answer.status} {answer.url}")

    def click(self, name: str, role: str = "link", within: Within = "body") -> None:
        """Click what has a name, where it is to be seen first, and wait for what it leads to."""
        self.page.locator(within).first.get_by_role(role, name=name).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.clicks += 1

    def search(self, text: str) -> None:
        """Write in the search of the page's head, or of the first page, and press Enter: one click."""
        field = self.page.locator("[role=search] input[name=q]").first
        field.fill(text)
        with self.page.expect_navigation():
            field.press("Enter")
        self.clicks += 1

    def write(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).first.fill(text)

    def logs_in(self, name: str) -> None:
        """Fill in the form of the page for logging in, and send it: one click."""
        self.write("Nom du compte", name)
        self.write("Mot de passe", SECRET)
        self.click("Se connecter", "button", within="main")

    def unfold(self, name: str) -> None:
        """Click the line of what is folded."""
        self.page.locator("main summary", has_text=name).first.click()
        self.clicks += 1

    def file(self, name: str, within: Within = "main") -> bytes:
        """Click what gives a file, whether a browser shows or saves it; give what it holds."""
        link = (
            self.page.locator(within)
            .first.get_by_role("link", name=name, exact=True)
            .locator("visible=true")
            .first
        )
        answer = self.page.request.get(link.evaluate("(one) => one.href"))
        assert answer.ok, f"{answer.status} {answer.url}"
        self.clicks += 1
        return bytes(answer.body())

    def names(self, within: Within) -> list[str]:
        """Give the names of the links that are there."""
        found = self.page.locator(f"{within} a").all_inner_texts()
        return [" ".join(one.split()) for one in found if one.strip()]

    def reads(self, text: str, within: Within = "main") -> bool:
        """Tell whether a text is there to be read, once the page is."""
        place = self.page.locator(within).first
        place.wait_for()
        return text in " ".join(place.inner_text().split())

    def ends(self, clicks: int) -> None:
        """End within some clicks, having met no refusal."""
        assert self.refused == []
        assert self.clicks <= clicks, f"{self.clicks} clicks where {clicks} are allowed"

    def asks(self, type: str) -> None:
        """File a mayor's request of a type, from its first step to its last."""
        self.write("Votre besoin, avec vos mots", "Un diagnostic de notre centre-bourg")
        self.page.get_by_label("Ce que vous cherchez").first.select_option(label=type)
        self.click("Continuer", "button")
        self.write("Où ?", "Grenoble")
        self.click("Continuer", "button")
        self.write("Votre structure", "Mairie d’un quartier")
        self.write("À qui répondre", "Accueil de la mairie")
        self.write("Adresse électronique", "mairie@example.org")
        self.click("J’accepte que le guichet garde", "checkbox")
        self.click("Envoyer la demande", "button")
