"""Le responsable d’une structure relais suit les évènements près de chez lui dans son calendrier.

Depuis l’accueil, il ouvre l’agenda, garde ce qui est autour de sa commune et s’abonne. Trois clics permis.
"""

import pytest

from .walk import Walk

pytestmark = pytest.mark.browser


def test_events_are_followed_in_a_calendar(walk: Walk) -> None:
    walk.click("Agenda", within=".menu")
    walk.click("Montrer aussi les exemples inventés")
    assert walk.page.locator(".agenda-liste li").count() >= 1
    assert walk.file("iCalendar").startswith(b"BEGIN:VCALENDAR")
    walk.ends(3)
