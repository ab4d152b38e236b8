"""The agenda: what is chosen by words, place and distance, facets and days, and counts that tell what a choice gives."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from ancrage.graph.region.agenda import FACETS, Agenda, AgendaEvent, AgendaRequest
from ancrage.graph.region.view import RegionView
from ancrage.graph.snapshots.reader import LocalReader
from ancrage.words import Named

GRENOBLE, VALENCE = "territory/commune/38185", "territory/commune/26362"
ISERE = "territory/department/38"


def event(name: str, day: str, last: str = "", **more: object) -> AgendaEvent:
    first = date.fromisoformat(day)
    return AgendaEvent(f"event/test/{name}", name, first, date.fromisoformat(last or day), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def loaded(example_reader: LocalReader) -> Agenda:
    matter = RegionView.of(example_reader)
    return Agenda.of(matter, RegionView.of(example_reader, illustrative=True))


@pytest.fixture(scope="module")
def agenda(loaded: Agenda) -> Agenda:
    """The ground of the example graph with events of ours."""
    wood = {"theme": ("value-chain/timber-construction",)}
    return Agenda(
        [
            event("forêts", "2026-12-01", "2026-12-03", places={"held": (GRENOBLE,)}, topics=wood, mode="attendance-mode/hybrid"),
            event("eau", "2026-12-10", places={"held": (VALENCE,)}, mode="attendance-mode/in-person"),
            event("en ligne", "2027-01-05", places={"benefits": (ISERE,)}, mode="attendance-mode/remote"),
            event("nulle part", "2025-01-05", off="event-status/cancelled"),
            event("exemple", "2026-12-10", places={"held": (VALENCE,)}, evidence="illustrative", topics=wood),
        ],
        {"value-chain/timber-construction": Named("Bois-construction", "Timber construction")},
        loaded.ground,
    )  # fmt: skip


def found(agenda: Agenda, **asked: object) -> list[str]:
    return [one.label for one in agenda.find(AgendaRequest(**asked)).events]  # type: ignore[arg-type]


def test_events_are_read_with_their_places_relays_and_themes(loaded: Agenda) -> None:
    (one,) = loaded.find(AgendaRequest(illustrative=True)).events
    assert (one.first, one.opening, one.closing, one.updated) == (
        date(2026, 12, 3),
        "18:00",
        "20:00",
        datetime(2026, 11, 2, tzinfo=UTC),
    )
    assert (one.mode, one.made_up) == ("attendance-mode/relayed", True)
    assert one.place("held") == ("territory/commune/38421",) and one.place("relayed")
    assert one.topics["theme"] == ("value-chain/timber-construction",)
    assert "site/example-digital-branch" in one.topics["relay"]
    assert loaded.names["territory/commune/38421"]["fr"] == "Saint-Martin-d'Hères"
    assert loaded.find(AgendaRequest()).events == ()  # an example is shown to who asks for it


def test_events_come_in_the_order_of_their_days(agenda: Agenda) -> None:
    assert found(agenda) == ["nulle part", "forêts", "eau", "en ligne"]
    assert found(agenda, illustrative=True) == ["nulle part", "forêts", "eau", "exemple", "en ligne"]


def test_an_event_of_several_days_is_of_each_of_them(agenda: Agenda) -> None:
    assert found(agenda, first=date(2026, 12, 3), last=date(2026, 12, 9)) == ["forêts"]
    assert found(agenda, last=date(2026, 11, 30)) == ["nulle part"]


def test_a_territory_has_what_is_held_there_or_meant_for_it(agenda: Agenda) -> None:
    assert found(agenda, territory=agenda.territory("38")) == ["forêts", "en ligne"]
    # what is meant for the whole is of its parts, as in their portraits
    assert found(agenda, territory=agenda.territory(GRENOBLE)) == ["forêts", "en ligne"]
    assert found(agenda, territory=agenda.territory(VALENCE)) == ["eau"]


def test_a_distance_goes_as_far_as_it_says_and_leaves_out_what_is_nowhere(agenda: Agenda) -> None:
    grenoble = agenda.territory(GRENOBLE)
    assert agenda.ground is not None
    (far,) = agenda.ground.distances(grenoble)[agenda.ground.at(VALENCE)]
    assert 50 < far < 100
    assert found(agenda, territory=grenoble, distance=far - 1) == ["forêts"]
    assert found(agenda, territory=grenoble, distance=far + 1) == ["forêts", "eau"]


def test_words_are_found_whatever_their_endings_in_titles_and_themes(agenda: Agenda) -> None:
    assert found(agenda, text="foret") == found(agenda, text="bois") == ["forêts"]
    assert found(agenda, text="forêt eau") == []


def test_what_a_facet_counts_is_what_its_choice_gives(agenda: Agenda) -> None:
    for asked in (AgendaRequest(illustrative=True), AgendaRequest(territory=agenda.territory("38"))):
        answer = agenda.find(asked)
        assert sum(len(answer.counts[facet]) for facet in FACETS) > 1
        for facet in FACETS:
            for value, count in answer.counts[facet].items():
                chosen = AgendaRequest(
                    chosen={facet: [value]}, territory=asked.territory, illustrative=asked.illustrative
                )
                assert len(agenda.find(chosen).events) == count, (facet, value)
    for place, count in agenda.find(AgendaRequest()).departments.items():
        assert len(agenda.find(AgendaRequest(territory=agenda.territory(place))).events) == count


def test_the_count_of_a_facet_leaves_its_own_choice_out(agenda: Agenda) -> None:
    answer = agenda.find(AgendaRequest(chosen={"mode": ["attendance-mode/hybrid"]}))
    assert [one.label for one in answer.events] == ["forêts"]
    assert answer.counts["mode"]["attendance-mode/in-person"] == 1
    assert answer.counts["theme"] == {"value-chain/timber-construction": 1}


def test_the_departments_of_which_events_are_told_are_counted(agenda: Agenda, loaded: Agenda) -> None:
    assert agenda.coverage == (("Isère", 2), ("Drôme", 1))  # the invented one in Drôme is not
    assert loaded.coverage == ()
