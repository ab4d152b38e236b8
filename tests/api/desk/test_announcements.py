"""An organisation announces a public event, changes it, calls it off and takes it back; the agenda follows."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from ancrage.api.announcements.running import ANNOUNCEMENTS
from ancrage.api.web.links import href
from ancrage.ontology.vocabulary import ID
from fastapi.testclient import TestClient

from ...pages import plain
from .conftest import Person

People = Callable[[str], Person]
ROOT = "/agenda/annonces"
FORM = {
    "title": "La forêt, l’eau ; demain",
    "type": "interaction-type/public-lecture",
    "mode": "attendance-mode/hybrid",
    "about": "value-chain/timber-construction",
    "where": "La Mure",
    "start": "2027-03-18",
    "end": "",
    "opening": "18h30",
    "closing": "20:00",
    "homepage": "https://essai.example/conference",
}


def wait(service: TestClient, told: Callable[[str], bool]) -> str:
    """Ask the agenda until it tells what was published."""
    for _ in range(300):
        page = service.get("/agenda.ics", params={"q": "forêt"}).text.replace("\r\n ", "")
        if told(page):
            return page
        time.sleep(0.1)
    return page


def test_an_event_is_announced_changed_called_off_and_taken_back(person: People, service: TestClient) -> None:
    paul = person("paul")
    assert "Rien encore." in paul.get(ROOT).text
    assert "Au nom de : Université Grenoble Alpes" in plain(paul.get(f"{ROOT}/nouvelle").text)
    assert paul.post(f"{ROOT}/nouvelle", **FORM).headers.get("location") == ROOT
    told = wait(service, lambda page: "VEVENT" in page)
    assert (
        "DTSTART;TZID=Europe/Paris:20270318T183000" in told
        and "Organisé par Université Grenoble Alpes." in told
    )
    assert (
        r"SUMMARY:La forêt\, l’eau \; demain" in told
        and "LOCATION:La Mure" in told
        and "GEO:44.9;5.79" in told
    )
    [moment] = re.findall(r"LAST-MODIFIED:(\d{8}T\d{6}Z)", told)
    assert not moment.endswith("T000000Z")
    announcements = ANNOUNCEMENTS.open(service.app, None).announcements  # type: ignore[arg-type]
    [one] = announcements.read().all.values()
    page = service.get(str(href(ID + one.path)), headers={"Accept": "text/html"}).text
    assert "déclaré" in page and "https://essai.example/conference" in page
    own = f"{ROOT}/{one.id.rpartition('/')[2]}"
    assert person("pia").get(own).status_code == 404 and FORM["title"] not in plain(
        person("pia").get(ROOT).text
    )
    assert 'value="18:30"' in paul.get(own).text
    assert paul.post(own, **{**FORM, "off": "event-status/cancelled"}).status_code == 303
    assert "SUMMARY:[Annulé] La forêt" in wait(service, lambda page: "CANCELLED" in page)
    listed = plain(person("ana").get(ROOT).text)
    assert FORM["title"] in listed and "Déjà passé" not in listed  # the desk sees those of all
    paul.get(own)
    assert paul.post(own, **{**FORM, "start": "2020-03-18"}).status_code == 303
    assert "Déjà passé" in paul.get(ROOT).text
    late = person("ana")
    late.get(own)
    paul.get(own)
    assert paul.post(own, act="remove").status_code == 303
    assert "VEVENT" not in wait(service, lambda page: "VEVENT" not in page)
    assert late.post(own, **FORM).status_code in (404, 409)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("title", "Une conférence de Jeanne Dupont", "Ce champ est public"),
        ("title", "Eh", "Dites-en un peu plus"),
        ("type", "interaction-type/internship", "Choisissez de quel type d’interaction il s’agit"),
        ("where", "Nulle-Part", "n’est pas connu ici"),
        ("start", "2027-02-31", "Écrivez une seule date de début, qui existe"),
        ("end", "2027-03-17", "La fin vient avant le début."),
        ("opening", "21:00", "La fin vient avant le début."),
        ("opening", "25h", "Écrivez une seule heure de début, de l’horloge"),
        ("end", "2027-03-20", "Un évènement de plusieurs jours n’a pas d’heure"),
        ("opening", "", "Dites l’heure du début"),
        ("homepage", "javascript:alert(1)", "Écrivez une adresse web"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept(
    field: str, value: str, told: str, person: People, service: TestClient
) -> None:
    paul = person("paul")
    paul.get(f"{ROOT}/nouvelle")
    refused = paul.post(f"{ROOT}/nouvelle", **{**FORM, field: value})
    assert refused.status_code == 422 and told in refused.text
    assert FORM["closing"] in refused.text
    assert ANNOUNCEMENTS.open(service.app, None).announcements.read().all == {}  # type: ignore[arg-type]


def test_who_answers_for_nobody_announces_nothing(person: People) -> None:
    rene = person("rene")
    for path in (ROOT, f"{ROOT}/nouvelle"):
        assert "ne répond pour aucune structure" in rene.get(path).text
    assert rene.post(f"{ROOT}/nouvelle", **FORM).status_code == 403  # the page has no form
    assert person("visitor").get(ROOT).status_code == 303
