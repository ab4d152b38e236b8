"""A relay structure says that it relays an event, where, and that it does no longer; the agenda follows."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from ancrage.api.accounts.devices import open_devices
from ancrage.api.app import create_app
from ancrage.api.web.links import href
from ancrage.api.web.settings import Settings
from ancrage.loaders.operations import accounts as hashing
from ancrage.loaders.operations.roles import Role
from ancrage.ontology.vocabulary import ID
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from ...pages import plain
from ...tables import load_tables
from .conftest import SECRET, TABLES, Person

EVENT = "interaction/mairie/fete"
PAST = "interaction/mairie/passee"
OFF = "interaction/mairie/annulee"
RELAYED = "interaction/mairie/conference"
PATH = f"/agenda/relais/{EVENT}"
EVENTS = {
    "interactions": "id,kind,label_fr,types,start,end,takes_place_in,evidence\n"
    f"{EVENT},AgendaEvent,Nuit des étoiles,science-event,2027-03-01,2027-03-01,38185,documented\n"
    f"{PAST},AgendaEvent,Soirée passée,science-event,2025-03-01,2025-03-02,38185,documented\n",
    "events": "id,label_fr,types,start,status,mode,takes_place_in,evidence\n"
    f"{OFF},Soirée annulée,science-event,2027-03-02,cancelled,in-person,38185,documented\n"
    f"{RELAYED},Conférence,public-lecture,2027-03-02,,hybrid,38185,documented\n",
    "organizations": TABLES["organizations"] + "organization/mjc,,MJC de La Mure,,association\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = load_tables(tmp_path_factory.mktemp("relays"), {**TABLES, **EVENTS})
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(hashing, "_hasher", lambda: quick)
        hashing._nobody.cache_clear()
        with TestClient(create_app(Settings(data_dir=folder, workers=1, read_ahead=False))) as made:
            accounts = open_devices(made.app).accounts  # type: ignore[arg-type]
            for name, role, organization in (
                ("mjc", Role.RELAY, "organization/mjc"),
                ("seul", Role.RELAY, None),
                ("pia", Role.PARTNER, "organization/mjc"),
            ):
                accounts.add(name, role, SECRET, organization)
            yield made
    hashing._nobody.cache_clear()


def wait(service: TestClient, told: Callable[[str], bool]) -> str:
    """Ask the agenda until it tells what was published."""
    for _ in range(300):
        page = service.get("/agenda.ics", params={"relay": "organization/mjc"}).text
        if told(page):
            return page
        time.sleep(0.1)
    return page


def test_an_event_is_relayed_elsewhere_and_no_longer(service: TestClient) -> None:
    mjc = Person(service, "mjc")
    of_event = service.get(str(href(ID + EVENT)), headers={"Accept": "text/html"}).text
    assert f'href="{PATH}"' in of_event
    page = mjc.get(PATH).text
    assert "Nuit des étoiles" in page and "Aucun relais ne le suit encore." in page
    wrong = mjc.post(PATH, where="Nulle-Part", act="relay")
    assert wrong.status_code == 422 and "n’est pas connu ici" in wrong.text
    sent = mjc.post(PATH, where="La Mure", act="relay")
    assert sent.status_code == 303, sent.text
    assert "Nuit des étoiles" in wait(service, lambda page: "VEVENT" in page)
    near = service.get("/agenda.ics", params={"territory": "38269", "distance": "1"}).text
    assert "Nuit des étoiles" in near, "an event relayed in a commune is near it"
    of_event = service.get(str(href(ID + EVENT)), headers={"Accept": "text/html"}).text
    [row] = [one for one in of_event.split("<tr")[1:] if "MJC de La Mure" in one.partition("</tr>")[0]]
    row = row.partition("</tr>")[0]
    assert "déclaré" in row and "documenté" not in row  # by who relays, whatever is known of the event
    page = plain(mjc.get(PATH).text)
    assert "Votre structure relaie cet évènement à La Mure (Isère, 38269)." in page
    assert "Déjà relayé par : MJC de La Mure, à La Mure." in page
    assert mjc.post(PATH, act="end").status_code == 303
    assert "VEVENT" not in wait(service, lambda page: "VEVENT" not in page)


def test_where_an_event_is_relayed_and_since_when_is_told(service: TestClient) -> None:
    mjc, address, path = Person(service, "mjc"), str(href(ID + RELAYED)), f"/agenda/relais/{RELAYED}"
    mjc.get(path)
    ahead = re.findall("LAST-MODIFIED:(.*)", event_of(service))
    time.sleep(1.1)  # an agenda tells seconds
    assert mjc.post(path, where="La Mure", act="relay").status_code == 303
    told = wait(service, lambda page: "VEVENT" in page).replace("\r\n ", "")
    assert "En relais : MJC de La Mure\\, à La Mure." in told
    said = re.findall("LAST-MODIFIED:(.*)", event_of(service))
    assert ahead < said, "the event changed when its relay was said, not when it was loaded"
    feed = service.get("/agenda.atom", params={"relay": "organization/mjc"}).text
    assert "En relais : MJC de La Mure, à La Mure." in feed
    page = service.get(address, headers={"Accept": "text/html"}).text
    assert "<dt>Relayé à</dt><dd>" in page and 'commune/38269"' in page.partition("Relayé à")[2][:200]
    [block] = re.findall('<script type="application/ld.json">(.*?)</script>', page, re.DOTALL)
    [sub] = json.loads(block)["subEvent"]
    assert sub["location"]["name"] == "La Mure"
    mjc.get(path)
    assert mjc.post(path, act="end").status_code == 303
    wait(service, lambda page: "VEVENT" not in page)
    assert said <= re.findall("LAST-MODIFIED:(.*)", event_of(service)), "what is taken back changes it too"
    assert "Relayé à" not in service.get(address, headers={"Accept": "text/html"}).text


def event_of(service: TestClient) -> str:
    """Give the calendar of one event."""
    return service.get("/agenda.ics", params={"event": RELAYED}).text


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (PAST, "Cet évènement est passé : il ne se relaie plus."),
        (OFF, "Cet évènement n’a pas lieu aux jours annoncés : il ne se relaie pas."),
    ],
)
def test_an_event_that_is_over_or_called_off_is_not_relayed(
    service: TestClient, event: str, why: str
) -> None:
    mjc, path = Person(service, "mjc"), f"/agenda/relais/{event}"
    of_event = service.get(str(href(ID + event)), headers={"Accept": "text/html"}).text
    assert "Soirée" in of_event and "Je relaie cet évènement" not in of_event
    mjc.get(PATH)
    page = plain(mjc.client.get(path).text)
    assert why in page and 'name="where"' not in page
    refused = mjc.post(path, where="La Mure", act="relay")
    assert refused.status_code == 422 and why in plain(refused.text)
    assert "Déjà relayé" not in mjc.client.get(path).text


def test_what_changed_since_is_told_and_not_lost(service: TestClient) -> None:
    mjc, again = Person(service, "mjc"), Person(service, "mjc")
    mjc.get(PATH)
    again.get(PATH)
    assert mjc.post(PATH, where="Grenoble", act="relay").status_code == 303
    late = again.post(PATH, where="La Mure", act="relay")
    assert late.status_code == 422 and "a changé ce dossier entre-temps" in late.text
    assert 'value="La Mure"' in late.text
    assert "à Grenoble (Isère, 38185)." in again.get(PATH).text


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("visitor", PATH, 303),
        ("pia", PATH, 404),
        ("seul", PATH, 403),
        ("mjc", "/agenda/relais/interaction/mairie/rien", 404),
        ("mjc", "/agenda/relais/rien", 404),
    ],
)
def test_who_may_not_and_what_is_no_event_is_refused(
    service: TestClient, who: str, path: str, status: int
) -> None:
    answer = Person(service, who).get(path)
    assert answer.status_code in ((status, 403) if who == "pia" else (status,)), answer.text
