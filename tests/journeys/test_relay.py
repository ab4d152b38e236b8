"""Le responsable d’une structure relais suit les évènements près de chez lui dans son calendrier.

Depuis l’accueil, il ouvre l’agenda, exemples compris, garde ce qui est autour de sa commune et s’abonne. Quatre clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_events_are_followed_in_a_calendar(walk: Walk) -> None:
    walk.click("Agenda", within=".menu")
    walk.click("Montrer aussi les exemples inventés")
    walk.write("Territoire", "Saint-Martin-d'Hères")
    walk.page.get_by_label("Jusqu’à").select_option("25")
    walk.click("Chercher", "button", within="main")
    assert walk.page.locator(".agenda-liste li").count() >= 1
    address = walk.page.url
    assert "territory=" in address and "distance=25" in address
    assert b"\r\nBEGIN:VEVENT" in walk.file("iCalendar")
    walk.ends(4)
