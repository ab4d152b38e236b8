"""The agenda's page and feeds, on the example graph: lists and counts, calendars that two readers understand, refusals."""

from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import ics  # type: ignore[import-untyped]
import pytest
from ancrage.api.app import create_app
from ancrage.api.pages.agenda import atom
from ancrage.api.pages.agenda.calendar import calendar, titled
from ancrage.api.pages.agenda.reading import AgendaData, Feed, printable
from ancrage.api.web.links import href
from ancrage.api.web.settings import Settings
from ancrage.graph.region.agenda import Agenda, AgendaEvent
from ancrage.loaders.publish.pipeline import Pipeline
from ancrage.words import Named
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis.strategies import sampled_from, text
from icalendar import Calendar, Event

HTML = {"Accept": "text/html", "Accept-Language": "fr"}
DAY = date(2026, 9, 5)
HEAD = Feed(
    "Agenda, à l’essai", "Évènements ; « essai »", "https://essai.example/agenda.ics", "https://essai.example/agenda",
    "https://essai.example", datetime(2026, 11, 28, 7, 30, tzinfo=UTC), "fr",
)  # fmt: skip
LONG = "Les forêts, l’eau ; « quoi de neuf » \\ après " + "très " * 30 + "longtemps"


def known(*events: AgendaEvent) -> AgendaData:
    names = {
        "territory/commune/38185": Named("Grenoble", "Grenoble"),
        "field/x": Named("Eau, air ; sols", "Water"),
    }
    return AgendaData("s", Agenda(events, names, None), None)


def one(name: str, **more: object) -> AgendaEvent:
    told = {"path": f"event/essai/{name}", "label": name, "first": DAY, "last": DAY, **more}
    return AgendaEvent(**told)  # type: ignore[arg-type]


EVENTS = (
    one(
        "soir",
        opening="20:00",
        closing="01:00",
        label=LONG,
        topics={"theme": ("field/x",)},
        updated=datetime(2026, 8, 1, tzinfo=UTC),
    ),
    one("jours", last=DAY + timedelta(days=2), places={"held": ("territory/commune/38185",)}),
    one("annulé", off="event-status/cancelled", opening="10:00"),
    one("reporté", off="event-status/postponed"),
    one("île", opening="10:00", places={"held": ("territory/commune/97411",)}),
)


@pytest.fixture(scope="module")
def written() -> bytes:
    return calendar(known(*EVENTS), EVENTS, HEAD)


def test_a_calendar_says_days_hours_and_what_is_not_held(written: bytes) -> None:
    events = Calendar.from_ical(written).walk("VEVENT")
    read: dict[str, Any] = {str(event["uid"]).rpartition("/")[2]: event for event in events}
    assert read["soir"].decoded("dtstart").isoformat() == "2026-09-05T20:00:00+02:00"
    assert read["soir"].decoded("dtend").isoformat() == "2026-09-06T01:00:00+02:00"
    assert str(read["soir"]["summary"]) == LONG and read["soir"]["categories"].cats == ["Eau, air ; sols"]
    assert read["soir"].decoded("last-modified") == datetime(2026, 8, 1, tzinfo=UTC)
    assert (read["jours"].decoded("dtstart"), read["jours"].decoded("dtend")) == (
        DAY,
        DAY + timedelta(days=3),
    )
    assert str(read["jours"]["location"]) == "Grenoble" and "last-modified" not in read["jours"]
    states = {name: str(event["status"]) for name, event in read.items()}
    assert (states["soir"], states["annulé"], states["reporté"]) == ("CONFIRMED", "CANCELLED", "CANCELLED")
    assert str(read["annulé"]["summary"]) == "[Annulé] annulé" and str(read["reporté"]["summary"]).startswith(
        "[Reporté]"
    )
    assert read["île"].decoded("dtstart").tzinfo is None  # its clocks are not those of Paris


def test_the_zone_is_described_and_lines_are_folded(written: bytes) -> None:
    (zone,) = Calendar.from_ical(written).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Paris" and zone.walk("DAYLIGHT") and zone.walk("STANDARD")
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75 and not any(b"\n" in line for line in lines)


def test_a_second_reader_says_the_same(written: bytes) -> None:
    read = {event.uid.rpartition("/")[2]: event for event in ics.Calendar(written.decode()).events}
    assert read.keys() == {event.path.rpartition("/")[2] for event in EVENTS}
    assert read["soir"].name == LONG and read["soir"].begin.isoformat() == "2026-09-05T20:00:00+02:00"
    assert read["jours"].all_day and read["jours"].duration == timedelta(days=3)
    assert read["annulé"].status == "CANCELLED"


@given(text(min_size=1), text(min_size=1), sampled_from(EVENTS))
def test_an_event_is_written_as_the_library_would(label: str, topic: str, event: AgendaEvent) -> None:
    drawn = replace(event, label=label, topics={"theme": ("field/x",)})
    data = AgendaData("s", Agenda([drawn], {"field/x": Named(topic, topic)}, None), None)
    written = unfolded(calendar(data, [drawn], HEAD))
    made = Event()
    made.add("uid", f"https://w3id.org/ancrage/id/{drawn.path}")
    made.add("summary", printable(titled(data, drawn, "fr")))
    made.add("categories", [printable(topic[:1].upper() + topic[1:])])
    made.add(
        "description", printable("\n".join([*data.said(drawn, "fr"), f"{HEAD.site}{href(str(made['uid']))}"]))
    )
    for line in unfolded(made.to_ical())[1:-1]:
        assert line in written


@given(text())
def test_a_feed_of_any_title_is_read(label: str) -> None:
    event = one("x", label=label, homepage=f"https://essai.example/\n{label}", topics={"theme": ("field/x",)})
    data = AgendaData("s", Agenda([event], {"field/x": Named(label, label)}, None), None)
    read = ElementTree.fromstring(atom.feed(data, [event], HEAD))
    assert (read.findtext("{*}entry/{*}title") or "") == printable(label)
    body = calendar(data, [event], HEAD)
    assert body.decode().splitlines() == body.decode().split("\r\n")[:-1]  # no other sign ends a line
    assert max(map(len, body.split(b"\r\n"))) <= 75


def unfolded(body: bytes) -> list[bytes]:
    return body.replace(b"\r\n ", b"").split(b"\r\n")[:-1]


def test_an_atom_feed_is_read_with_its_ids_and_times() -> None:
    data = known(*EVENTS)
    body = atom.feed(data, EVENTS, HEAD)
    read = feedparser.parse(body)
    assert not read.bozo and read.feed.title == HEAD.name and len(read.entries) == len(EVENTS)
    assert [entry.id for entry in read.entries] == [
        f"https://w3id.org/ancrage/id/{event.path}" for event in EVENTS
    ]
    assert read.entries[0].title == LONG and read.entries[0].updated == "2026-08-01T00:00:00Z"
    assert read.entries[1].updated == "2026-11-28T07:30:00Z"  # no source tells: the publication
    assert read.entries[2].title == "[Annulé] annulé"
    assert {child.tag.rpartition("}")[2] for child in ElementTree.fromstring(body)} >= {
        "id",
        "title",
        "updated",
        "author",
    }


EVENT = """
@prefix anc: <https://w3id.org/ancrage/def/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/ancrage/id/event/essai/1> a anc:AgendaEvent ; rdfs:label "Conférence"@fr ;
    anc:interactionType <https://w3id.org/ancrage/id/interaction-type/public-lecture> ;
    anc:evidenceStatus <https://w3id.org/ancrage/id/evidence-status/documented> ; anc:startDate "2027-01-02"^^xsd:date ;
    <http://www.w3.org/ns/prov#hadPrimarySource> <https://w3id.org/ancrage/id/source/essai> .
"""


def test_what_was_not_loaded_again_is_not_new_in_the_feed(tmp_path: Path) -> None:
    one, other = tmp_path / "event.ttl", tmp_path / "other.ttl"
    one.write_text(EVENT, encoding="utf-8")
    other.write_text("<http://e.org/s> <http://e.org/p> 1 .", encoding="utf-8")

    def published(file: Path, graph: str) -> tuple[str, list[str]]:
        Pipeline(tmp_path / "data").load_rdf(file, graph)
        with TestClient(create_app(Settings(data_dir=tmp_path / "data", workers=1))) as client:
            answer = client.get("/agenda.atom")
        told = feedparser.parse(answer.content)
        return answer.headers["ancrage-snapshot"], [
            told.feed.updated,
            *(entry.updated for entry in told.entries),
        ]

    (first, before), (second, after) = published(one, "http://e.org/g"), published(other, "http://e.org/h")
    assert first != second and len(before) == 2 and before == after
    one.write_text(EVENT.replace("Conférence", "Conférence publique"), encoding="utf-8")
    time.sleep(1.1)
    assert published(one, "http://e.org/g")[1] > after


def read(client: TestClient, path: str, language: str = "fr") -> str:
    response = client.get(path, headers={**HTML, "Accept-Language": language})
    assert response.status_code == 200, (path, response.text[:300])
    return " ".join(response.text.split())


def test_the_page_lists_an_example_to_who_asks_and_offers_it_to_others(example: TestClient) -> None:
    assert "[Exemple] Conférence sur la forêt" in read(example, "/agenda?illustrative=true")
    empty = read(example, "/agenda?territory=38")
    assert "[Exemple]" not in empty and "avec les exemples inventés</a> : 1 évènement" in empty
    assert "1 event" in read(example, "/agenda?illustrative=true", "en")


def test_each_count_is_what_its_link_gives(example: TestClient) -> None:
    text = read(example, "/agenda?illustrative=true")
    links = re.findall(r'<li><a href="(/agenda\?[^"]+)">[^<]+</a> <span class="compte">(\d+)</span>', text)
    assert len(links) >= 5
    for address, count in links:
        assert f'role="status">{count} évènement' in read(example, address.replace("&amp;", "&")), address


def test_a_month_shows_its_days_and_leads_to_those_beside(example: TestClient) -> None:
    text = read(example, "/agenda?illustrative=true&month=2026-12")
    cell = next(one for one in text.split("<td") if 'datetime="2026-12-03"' in one)
    assert "[Exemple] Conférence sur la forêt" in cell
    assert "month=2026-11" in text and "month=2027-01" in text
    beside = read(example, "/agenda?illustrative=true&month=2026-11")
    assert 'role="status">0 évènement' in beside


def test_an_unknown_place_is_told_with_near_ones(example: TestClient) -> None:
    text = read(example, "/agenda?territory=Grenobl")
    assert (
        "Aucun territoire ne s’appelle « Grenobl »." in text
        and "territory=territory%2Fcommune%2F38185" in text
    )


@pytest.mark.parametrize("form", ["ics", "atom"])
def test_a_feed_has_what_the_page_lists_and_is_not_sent_twice(form: str, example: TestClient) -> None:
    address = f"/agenda.{form}?illustrative=true&territory=38421&mode=relayed"
    response = example.get(address)
    assert (
        response.headers["access-control-allow-origin"] == "*" and "Conférence sur la forêt" in response.text
    )
    assert example.get(address, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    assert "Conférence sur la forêt" not in example.get(f"/agenda.{form}?illustrative=true&mode=remote").text


def test_the_agenda_is_a_table_for_the_same_choices(example: TestClient) -> None:
    asked = "illustrative=true&territory=38421&mode=relayed"
    table = example.get(f"/agenda.csv?{asked}")
    [row] = [one for one in csv.DictReader(io.StringIO(table.text)) if "forêt" in one["event"]]
    assert row["evidence"] == "illustrative" and date.fromisoformat(row["start"]) and row["mode"]
    assert 'filename="agenda.csv"' in table.headers["content-disposition"]
    assert "/agenda.csvw" in table.headers["link"]
    described = example.get(f"/agenda.csvw?{asked}").json()
    assert described["tableSchema"]["columns"][0]["name"] == "event"
    assert example.get(f"/agenda.xlsx?{asked}").content[:2] == b"PK"
    assert "forêt" not in example.get("/agenda.csv?illustrative=true&mode=remote").text
    assert 'href="/agenda.xlsx?mode=relayed' in read(example, "/agenda?mode=relayed&illustrative=true")


def test_the_page_subscribes_to_the_same_choice(example: TestClient) -> None:
    text = read(example, "/agenda?illustrative=true&mode=relayed")
    assert 'href="webcal://testserver/agenda.ics?mode=relayed&amp;illustrative=true"' in text


def test_an_invented_event_offers_its_calendar_and_no_relaying(example: TestClient) -> None:
    text = read(example, "/interactions/illustrative/event-1")
    assert "/agenda.ics?event=" in text and "/agenda/relais/" not in text


def test_one_event_is_a_calendar(example: TestClient) -> None:
    read_one = Calendar.from_ical(example.get("/agenda.ics?event=interaction/illustrative/event-1").text)
    assert [str(event["summary"]) for event in read_one.walk("VEVENT")] == [
        "[Exemple] Conférence sur la forêt"
    ]
    assert example.get("/agenda.ics?event=rien").status_code == 404


WRONG = (
    "month=2026-13",
    "since=2026-02-30",
    "since=2026-02-03&until=2026-02-02",
    "distance=loin",
    "page=0",
    "when=hier",
)


@pytest.mark.parametrize("asked", [*WRONG, f"q={'x' * 300}"])
def test_what_cannot_be_read_is_refused_in_a_sentence(asked: str, example: TestClient) -> None:
    assert example.get(f"/agenda?{asked}", headers=HTML).status_code == 400
    refused = example.get(f"/agenda.ics?{asked}")
    assert refused.status_code == 400 and refused.headers["content-type"].startswith(
        "application/problem+json"
    )
    assert example.get("/agenda.ics?territory=Grenobl").status_code == 404


def test_feeds_refuse_what_they_would_not_read(example: TestClient) -> None:
    for form in ("ics", "atom"):
        for asked, name in (
            ("departement=07", "territory"),
            ("mode=zzz", "remote"),
            ("type=zzz", "science-event"),
        ):
            refused = example.get(f"/agenda.{form}?{asked}")
            assert refused.status_code == 400 and name in refused.json()["detail"], asked
        assert example.get(f"/agenda.{form}?territoire=38").status_code in (200, 404), (
            "the name of before leads on"
        )
        described = example.get("/openapi.json").json()["paths"]
        names = {one["name"] for one in described[f"/agenda.{form}"]["get"]["parameters"]}
        assert {"territory", "mode", "event", "lang"} <= names
        assert {"territory", "mode", "page"} <= {
            one["name"] for one in described["/agenda"]["get"]["parameters"]
        }


def test_the_points_of_the_map_have_a_title_and_a_link(example: TestClient) -> None:
    page = example.get("/agenda?illustrative=true").text
    points = page[page.index('class="points"') :]
    assert re.search(r'<a href="/[^"]+" aria-label="[^"]+"><title>[^<]+</title><circle', points)
