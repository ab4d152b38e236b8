"""Calendars as rows: rules followed within bounds, exceptions, zones, and what is wrong with a file."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from ancrage.loaders.read.calendars import MOST, EventTable, event_table
from ancrage.loaders.sources.declaration import SourceError
from ics import Calendar as SecondReader  # type: ignore[import-untyped]

FIXTURE = Path(__file__).parents[2] / "data" / "ics" / "agenda-essai.ics"


def table(*events: str, head: str = "") -> EventTable:
    """Read a calendar of events, each given by its lines."""
    made = [
        f"BEGIN:VEVENT\nUID:{rank}@x\nDTSTAMP:20260901T080000Z\nSUMMARY:Séminaire\n{event}\nEND:VEVENT\n"
        for rank, event in enumerate(events)
    ]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{''.join(made)}END:VCALENDAR\n"
    return event_table(text.replace("\n", "\r\n"), Path("a.ics"))


def days(found: EventTable, row: int = 0) -> list[str]:
    return [one["day"] for one in json.loads(found.rows[row]["dates"])]


def test_a_rule_without_an_end_is_followed_for_two_years_and_told() -> None:
    found = table("DTSTART:20261001T160000Z\nRRULE:FREQ=MONTHLY")
    assert (days(found)[0], days(found)[-1], len(days(found))) == ("2026-10-01", "2028-10-01", 25)
    assert found.told[0]["fr"] == (
        "a.ics, ligne 4 : l'évènement se répète ; seules ses dates du 2026-10-01 au 2028-10-01 sont lues."
    )


def test_an_old_rule_is_followed_from_the_year_before_its_export() -> None:
    """A seminar of ten years is still announced."""
    found = table("DTSTART:20150101T160000Z\nRRULE:FREQ=MONTHLY")
    assert (days(found)[0], days(found)[-1]) == ("2025-09-01", "2027-09-01")
    assert len(found.told) == 1


def test_a_rule_that_ends_within_the_bound_is_whole_and_not_told() -> None:
    found = table("DTSTART:20261001T160000Z\nRRULE:FREQ=MONTHLY;UNTIL=20271001T160000Z")
    assert (len(days(found)), list(found.told)) == (13, [])


def test_no_event_has_more_dates_than_the_bound() -> None:
    found = table("DTSTART;VALUE=DATE:20261001\nRRULE:FREQ=DAILY;COUNT=600")
    assert len(days(found)) == MOST
    assert "l'évènement a 600 dates, les 500 premières" in found.told[0]["fr"]


def test_hours_are_those_of_the_zone_across_a_change_of_clocks() -> None:
    found = table(
        "DTSTART;TZID=Europe/Paris:20261018T180000\nRRULE:FREQ=WEEKLY;COUNT=2", "DTSTART:20261018T160000Z"
    )
    (before, after), (universal,) = (json.loads(row["dates"]) for row in found.rows)
    assert before["begin"] == "2026-10-18T18:00:00" and after["begin"] == "2026-10-25T18:00:00"
    assert universal["begin"] == "2026-10-18T18:00:00"  # on the clocks of Paris
    away = table("DTSTART:20261018T160000Z", head="X-WR-TIMEZONE:Indian/Reunion\n")
    assert json.loads(away.rows[0]["dates"])[0]["begin"] == "2026-10-18T20:00:00"


def test_names_of_zones_of_outlook_are_known() -> None:
    found = table("DTSTART;TZID=Romance Standard Time:20260901T100000\nDTEND:20260901T090000Z")
    (day,) = json.loads(found.rows[0]["dates"])
    assert (day["begin"], day["end"]) == ("2026-09-01T10:00:00", "2026-09-01T11:00:00")


def test_whole_days_have_no_hours_and_their_end_is_the_day_before() -> None:
    found = table("DTSTART;VALUE=DATE:20270205\nDTEND;VALUE=DATE:20270207", "DTSTART;VALUE=DATE:20270205")
    assert [json.loads(row["dates"]) for row in found.rows] == [
        [{"day": "2027-02-05", "until": until, "begin": None, "end": None}]
        for until in ("2027-02-06", "2027-02-05")
    ]


def test_dates_that_are_taken_out_and_added() -> None:
    found = table(
        "DTSTART:20261006T160000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20261013T160000Z\nRDATE:20261015T160000Z"
    )
    assert days(found) == ["2026-10-06", "2026-10-15", "2026-10-20"]


@pytest.mark.parametrize(
    ("lines", "unread"),
    [
        ("DTSTART:20261320T120000", "DTSTART:20261320T120000"),
        ("DTSTART;TZID=Lune/Mer:20261020T120000", "DTSTART;TZID=Lune/Mer:2026-10-20T12:00:00"),
        ("DTSTART:20261020T120000Z\nRRULE:FREQ=SECONDLY", "RRULE:FREQ=SECONDLY"),
        ("DTSTART:20261020T120000Z\nRRULE:FREQ=PARFOIS", "RRULE:FREQ=PARFOIS"),
        ("DTSTART:20261020T120000Z\nEXDATE:demain", "EXDATE:demain"),
        ("DTSTART:20261020T120000Z\nDTEND:20261019T120000Z", "DTEND:2026-10-19T12:00:00+00:00"),
        ("DTSTART:20261020T120000Z\nDTEND;VALUE=DATE:20261021", "DTEND:2026-10-21"),
        ("DTSTART:20261020T120000Z\nEXDATE;;X:20261020", "EXDATE;;X"),
        (
            "DTSTART:20261020T120000Z\nDTSTART:20261021T120000Z",
            "DTSTART:2026-10-20T12:00:00+00:00; 2026-10-21",
        ),
        ("DTSTART:99991231T120000Z", "DTSTART:9999-12-31"),
        ("DTSTART:20261020T120000Z\nRRULE:FREQ=DAILY;UNTL=20271020", "RRULE:FREQ=DAILY;UNTL=20271020"),
        ("DTSTART:02261020T120000Z", "DTSTART:0226-10-20T12:00:00+00:00"),
        ("DTSTART:PT1H", "DTSTART:PT1H"),
    ],
)
def test_an_event_whose_dates_cannot_be_read_says_which_property(lines: str, unread: str) -> None:
    (row,) = table(lines).rows
    assert unread in row["unread"]
    assert row["dates"] == "[]"


def test_a_line_of_prose_that_is_badly_folded_costs_no_event() -> None:
    assert days(table("DTSTART:20261020T120000Z\nDESCRIPTION:Une suite\nsans retrait")) == ["2026-10-20"]


def test_what_is_private_a_draft_or_ours_is_left_and_counted() -> None:
    found = table(
        "DTSTART:20261020T120000Z\nCLASS:CONFIDENTIAL", "DTSTART:20261020T120000Z\nSTATUS:TENTATIVE"
    )
    assert not found.rows
    assert found.told[0]["fr"].startswith("a.ics : 2 évènements privés")
    own = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:https://w3id.org/ancrage/id/event/x/1\nDTSTART:20261020T120000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    assert not event_table(own, Path("a.ics")).rows


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html></html>", "a.ics n'est pas un calendrier"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", "a.ics n'est pas entier : 1 lignes BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n", "1 lignes BEGIN:VEVENT, 0 lignes END:VEVENT"),
        ("BEGIN:VCALENDAR\nX-A:long\n er\nsans sens\nEND:VCALENDAR\n", "a.ics, ligne 4 :"),
    ],
)
def test_a_file_that_is_no_calendar_is_told(text: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        event_table(text, Path("a.ics"))


def test_a_second_reader_of_calendars_finds_the_same_moments() -> None:
    """What has no rule: the second reader follows none."""
    text = table(
        "DTSTART;TZID=Europe/Paris:20261024T233000\nDTEND;TZID=Europe/Paris:20261025T043000",
        "DTSTART:20270115T083000Z\nDURATION:PT90M",
    )
    lines = "DTSTART;TZID=Europe/Paris:20261024T233000\nDTEND;TZID=Europe/Paris:20261025T043000"
    ours = [(one["begin"], one["end"]) for row in text.rows for one in json.loads(row["dates"])]
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{rank}\r\nDTSTAMP:20260901T080000Z\r\n{body}\r\nEND:VEVENT\r\n"
        for rank, body in enumerate(
            [lines.replace("\n", "\r\n"), "DTSTART:20270115T083000Z\r\nDURATION:PT90M"]
        )
    )
    second = SecondReader(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n")
    theirs = [
        (one.begin.to("Europe/Paris").naive.isoformat(), one.end.to("Europe/Paris").naive.isoformat())
        for one in sorted(second.events)
    ]
    assert ours == theirs
    assert datetime.fromisoformat(ours[0][1]).hour == 4


def test_the_line_of_each_row_is_that_of_its_event() -> None:
    text = FIXTURE.read_text(encoding="utf-8")
    found = event_table(text, FIXTURE)
    assert [text.splitlines()[line - 1] for line in found.lines] == ["BEGIN:VEVENT"] * len(found.lines)
    assert not {"ORGANIZER", "ATTENDEE"} - set(found.header)
