from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from ancrage.loaders.desk.ledger import Ledger, Match, Need, Offer
from ancrage.loaders.desk.rates import Rate, rates
from ancrage.loaders.desk.reminders import Digest, due
from ancrage.loaders.desk.states import MatchState, NeedState

NOW = "2026-11-28T12:00:00Z"


def at(days: float) -> str:
    """So many days before now."""
    from datetime import UTC, datetime, timedelta

    from ancrage.loaders.operations.store import utc

    return utc(datetime(2026, 11, 28, 12, tzinfo=UTC) - timedelta(days=days))


def need(number: int, *matches: Match, **told: object) -> Need:
    made = Need(
        f"need/{number}", stage=NeedState.PREPARING, accepted=at(60), contact=f"c{number}", place="Die"
    )
    for name, value in told.items():
        setattr(made, name, value)
    made.matches = {match.candidate: match for match in matches}
    return made


def sent(days: float, candidate: str = "a", **told: object) -> Match:
    made = Match(
        candidate, candidate.upper(), state=MatchState.WAITING, sent=at(days), contact=f"sealed-{candidate}"
    )
    for name, value in told.items():
        setattr(made, name, value)
    made.first_sent, made.first_taken = made.sent, made.taken
    return made


def counted(needs: Sequence[Need], key: str, by: str = "all") -> dict[str, tuple[int, int]]:
    found: list[Rate] = [rate for rate in rates(needs, NOW, by) if rate.key == key]  # type: ignore[arg-type]
    return {rate.group: (rate.part, rate.whole) for rate in found}


def taken(days: float, after: float) -> Match:
    return sent(days, state=MatchState.TAKEN, taken=at(days - after))


def test_delays_count_those_that_had_the_time() -> None:
    needs = [need(1, taken(20, 2)), need(2, taken(20, 6)), need(3, sent(4)), need(4, sent(1)), need(5)]
    assert counted(needs, "taken-3") == {
        "": (1, 3)
    }  # 1 of those sent 20, 20 and 4 days ago; one day is too early
    assert counted(needs, "taken-5") == {"": (1, 2)}
    assert counted(needs, "taken-7") == {"": (2, 2)}
    assert counted(needs, "sent") == {"": (4, 5)}
    assert counted(needs, "nobody") == {"": (1, 5)}
    needs[2].stage = NeedState.WITHDRAWN
    assert counted(needs, "taken-3") == {"": (1, 3)}  # who gave up is counted
    needs[2].stage = NeedState.DECLINED
    assert counted(needs, "taken-3") == {"": (1, 2)}  # what says again what another says is not


def test_shares_are_of_all_and_not_of_those_who_answered() -> None:
    helped = sent(9, state=MatchState.HELPED, taken=at(8), closed=at(5), agreed={"title": "x"})
    needs = [
        need(1, helped, satisfaction={"useful": True}),
        need(2, sent(9)),
        need(3, sent(9), illustrative=True),
    ]
    needs += [need(4, stage=NeedState.FILED, accepted="")]
    assert counted(needs, "helped") == {"": (1, 2)}
    assert counted(needs, "agreed") == {"": (1, 2)}
    assert counted(needs, "useful") == {"": (1, 1)}
    assert counted([], "helped") == {"": (0, 0)}


def test_what_was_realised_is_of_all_that_were_sent() -> None:
    def agreed(**told: object) -> Match:
        return sent(9, "a", state=MatchState.HELPED, taken=at(8), closed=at(5), agreed={"title": "x"}, **told)

    done, gone = {"outcome": "realised"}, {"outcome": "dropped"}
    needs = [need(1, agreed(conclusion=done)), need(2, agreed(conclusion=gone)), need(3, agreed(number=1))]
    needs.append(need(4, sent(9)))
    assert counted(needs, "agreed") == {"": (3, 4)}  # what came to nothing was agreed
    assert counted(needs, "realised") == {"": (1, 4)}
    for told, part in (({"3-1": done}, 2), ({"1-0": gone}, 0), ({"1-0": {}}, 1)):
        [rate] = [one for one in rates(needs, NOW, conclusions=told) if one.key == "realised"]
        assert (rate.part, rate.whole) == (part, 4)  # as an agreement of internship says


def test_to_ask_no_more_makes_no_rate_better() -> None:
    recalled = sent(20, "b", state=MatchState.RECALLED, closed=at(1))
    recalled.sent = ""
    needs = [need(1, taken(20, 2)), need(2, recalled)]
    assert counted(needs, "sent") == {"": (2, 2)} and counted(needs, "taken-7") == {"": (1, 2)}
    assert counted(needs, "helped", "candidate") == {"A": (0, 1)}  # who is not asked has nothing to answer


def test_whether_it_was_useful_is_of_those_who_said() -> None:
    """Two closed requests whose requesters had not answered yet were told as « 0 %, 0 / 2 »."""
    helped = sent(9, state=MatchState.HELPED, taken=at(8), closed=at(5))
    silent = [need(1, helped), need(2, helped)]
    assert counted(silent, "useful") == {"": (0, 0)} and counted(silent, "answered") == {"": (0, 2)}
    told = need(3, helped, satisfaction={"useful": False})
    assert counted([*silent, told], "useful") == {"": (0, 1)}
    early = need(4, helped, satisfaction={"useful": True, "outcome": "too-early"})
    assert counted([*silent, told, early], "answered") == {"": (1, 4)}  # it has not told yet
    assert counted([told, early], "useful") == {"": (0, 1)}


def test_rates_by_group_add_up() -> None:
    needs = [need(n, sent(9, "a" if n % 2 else "b"), territory=f"P{n % 3}") for n in range(12)]
    assert counted(needs, "sent", "territory") == {"P0": (4, 4), "P1": (4, 4), "P2": (4, 4)}
    assert counted(needs, "sent", "candidate") == {"A": (6, 6), "B": (6, 6)}


def test_a_candidate_has_what_became_of_it_with_him_alone() -> None:
    quick = sent(9, "a", state=MatchState.HELPED, taken=at(8), closed=at(5))
    refused = sent(9, "b", state=MatchState.REFUSED, closed=at(5))
    needs = [need(1, quick, refused, satisfaction={"useful": False})]
    assert counted(needs, "useful", "candidate") == {"A": (0, 1), "B": (0, 0)}, (
        "what is said is of the help that was given"
    )
    assert counted(needs, "answered", "candidate") == {"A": (1, 1), "B": (0, 0)}
    needs = [need(1, quick, sent(9, "b"))]
    assert counted(needs, "helped", "candidate") == {"A": (1, 1), "B": (0, 1)}
    assert counted(needs, "taken-3", "candidate") == {"A": (1, 1), "B": (0, 1)}
    assert counted(needs, "helped") == {"": (1, 1)}
    needs[0].stage = NeedState.WITHDRAWN  # who was helped, and takes back what was said, was helped
    assert counted(needs, "helped") == {"": (1, 1)}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(None)  # type: ignore[arg-type]


def kinds(ledger: Ledger, **written: str) -> list[tuple[str, str, int]]:
    return [
        (kind, one.recipient, len(needs))
        for one in digests(ledger, written)
        for kind, needs in one.needs.items()
    ]


def digests(
    ledger: Ledger, written: Mapping[str, str], people: Mapping[str, tuple[str, ...]] | None = None
) -> list[Digest]:
    return due(ledger, lambda _: people or {}, written, NOW)


@pytest.mark.parametrize(("days", "told"), [(8.9, 0), (9, 1), (21, 1), (44.9, 1), (45, 0)])
def test_a_candidate_is_reminded_from_9_days_to_45(ledger: Ledger, days: float, told: int) -> None:
    ledger.needs = {"need/1": need(1, sent(days))}
    assert len([one for one in kinds(ledger) if one[0] == "candidate"]) == told


def test_one_digest_a_recipient_and_never_two_in_seven_days(ledger: Ledger) -> None:
    ledger.needs = {f"need/{n}": need(n, sent(10 + n)) for n in range(3)}
    assert kinds(ledger) == [("candidate", "a", 3)]
    assert kinds(ledger, a=at(0.5)) == []  # it was reminded of all since they waited 9 days
    ledger.needs = {"need/9": need(9, sent(20))}
    assert kinds(ledger, a=at(8)) == []  # 9 days were told, 21 have not passed
    ledger.needs = {"need/9": need(9, sent(21.5))}
    assert kinds(ledger, a=at(6.9)) == []  # two within a week
    assert kinds(ledger, a=at(7)) == [("candidate", "a", 1)]
    assert kinds(ledger, a=at(0.4)) == []
    ledger.needs = {f"need/{n}": need(n, sent(10 + n)) for n in range(3)}
    [digest] = digests(ledger, {})
    assert (digest.contact, digest.needs["candidate"][0]) == ("sealed-a", ("need/2", 12))


def test_who_offers_two_things_is_written_to_once(ledger: Ledger) -> None:
    ledger.needs = {
        f"need/{n}": need(n, sent(10, f"programme/{n}", provider="organization/u")) for n in range(2)
    }
    assert kinds(ledger) == [("candidate", "organization/u", 2)]


def test_who_is_away_is_left_alone(ledger: Ledger) -> None:
    ledger.needs = {"need/1": need(1, sent(10, offer="offer/1"))}
    ledger.offers = {"offer/1": Offer("offer/1", away=("2026-11-20", "2026-11-28"))}
    assert kinds(ledger) == []
    ledger.offers["offer/1"].away = ("2026-11-20", "2026-11-27")
    assert kinds(ledger) == [("candidate", "a", 1)]


def test_what_is_asked_no_more_is_told_to_who_was_reminded_of_it(ledger: Ledger) -> None:
    recalled = sent(20, "a", state=MatchState.RECALLED, closed=at(2), contact="", recalled=at(20))
    recalled.sent = ""
    ledger.needs = {"need/1": need(1, recalled)}

    def told(**reminded: str) -> list[tuple[str, Mapping[str, tuple[tuple[str, int], ...]]]]:
        return [(one.recipient, one.needs) for one in due(ledger, lambda _: {}, {}, NOW, reminded)]

    assert told() == told(a=at(12)) == []  # it had not waited long enough to be told
    assert told(a=at(9)) == [("a", {"recalled": (("need/1", 2),)})]
    recalled.contact = "sealed-a"  # kept since it is to be told
    assert told() == [("a", {"recalled": (("need/1", 2),)})]
    assert digests(ledger, {"a": at(1)}) == digests(ledger, {"a": at(6)}) == []
    recalled.closed = at(45)
    assert told(a=at(9)) == []


def test_after_45_days_the_requester_is_told_once(ledger: Ledger) -> None:
    ledger.needs = {"need/1": need(1, sent(45)), "need/2": need(2, sent(45), contact="")}
    assert kinds(ledger) == [("requester", "need/1/requester", 1)]
    assert digests(ledger, {"need/1/requester": at(0)}) == []
    ledger.needs["need/1"].matches["a"].sent = at(60)
    assert digests(ledger, {"need/1/requester": at(15)}) == []


def test_who_asked_is_told_once_that_it_is_declined(ledger: Ledger) -> None:
    """It was said at a private address alone, where nobody was told to look."""
    gone = need(1, sent(50), stage=NeedState.DECLINED, declined=at(2))
    ledger.needs = {"need/1": gone, "need/2": need(2, stage=NeedState.DECLINED, declined=at(2), contact="")}
    assert kinds(ledger) == [("declined", "need/1/declined", 1)]
    assert digests(ledger, {"need/1/declined": at(1)}) == []
    assert digests(ledger, {"need/1/declined": at(20)}) != []  # it was opened again, and declined again
    gone.declined = at(45)
    assert digests(ledger, {}) == []  # before the desk wrote so, or too late to be news


def test_who_still_waits_keeps_a_request_open_and_is_told_of(ledger: Ledger) -> None:
    """One « pas d’aide disponible » took a request off the board, and its requester was told nothing."""
    failed = sent(57, "b", state=MatchState.NO_HELP, closed=at(50))
    waits, taken_on = need(1, sent(57), failed), need(2, taken(57, 2), failed)
    assert waits.state is taken_on.state is NeedState.NO_HELP and waits.open and taken_on.open
    assert not need(3, failed).open and not need(4, sent(57), stage=NeedState.WITHDRAWN).open
    for state in (MatchState.REFUSED, MatchState.SILENT):
        assert need(5, sent(57, state=state, closed=at(50))).open  # somebody else is to be found
    ledger.needs = {"need/1": waits, "need/2": taken_on}
    assert kinds(ledger) == [("requester", "need/1/requester", 1)]


def test_ten_days_after_closing_the_requester_is_asked_once(ledger: Ledger) -> None:
    closed = sent(30, state=MatchState.HELPED, taken=at(29), closed=at(10))
    ledger.needs = {"need/1": need(1, closed)}
    assert kinds(ledger) == [("judgement", "need/1/judgement", 1)]
    ledger.needs["need/1"].satisfaction = {"useful": "yes"}
    assert kinds(ledger) == []
    ledger.needs["need/1"].satisfaction = {"outcome": "too-early", "at": at(9)}
    assert kinds(ledger) == []
    ledger.needs["need/1"].satisfaction = {"outcome": "too-early", "at": at(10)}
    assert kinds(ledger) == [("judgement", "need/1/judgement", 1)]  # who could not tell yet is asked again


def test_a_person_has_one_digest_of_all_that_it_is_told_of(ledger: Ledger) -> None:
    """Three requests under one address made three letters at once."""
    closed = sent(30, state=MatchState.HELPED, taken=at(29), closed=at(10))
    ledger.needs = {f"need/{n}": need(n, closed) for n in range(3)}
    ledger.needs |= {f"need/{n}": need(n, sent(45 + n, "b")) for n in (3, 4)}
    ledger.needs["need/5"] = need(5, sent(10, "organization/mairie"))
    same: dict[str, tuple[str, ...]] = {f"c{n}": ("zoe", "zoe before") for n in range(5)}
    same["sealed-organization/mairie"] = ("zoe", "zoe before")
    [digest] = digests(ledger, {}, same)
    assert (digest.recipient, digest.contact) == ("zoe", "sealed-organization/mairie")
    assert {kind: len(needs) for kind, needs in digest.needs.items()} == {
        "candidate": 1,
        "requester": 2,
        "judgement": 3,
    }
    for name in (
        "zoe",
        "zoe before",
        "need/2/judgement",
        "organization/mairie",
    ):  # as it was told before, too
        assert digests(ledger, {name: at(6)}, same) == [], name
    assert digests(ledger, {"zoe before": at(0)}, same) == []  # the key was changed since


def test_who_was_written_to_lately_is_told_the_rest_later(ledger: Ledger) -> None:
    closed = sent(30, state=MatchState.HELPED, taken=at(29), closed=at(17))
    late = sent(30, state=MatchState.HELPED, taken=at(29), closed=at(11))
    ledger.needs = {"need/1": need(1, closed), "need/2": need(2, late)}
    same: dict[str, tuple[str, ...]] = {"c1": ("zoe",), "c2": ("zoe",)}
    assert digests(ledger, {"zoe": at(6.9)}, same) == []
    [digest] = digests(ledger, {"zoe": at(7)}, same)
    assert digest.needs == {"judgement": (("need/2", 11),)}  # of the other it was told


def test_a_reminder_is_not_repeated_for_news_of_a_request(ledger: Ledger) -> None:
    closed = sent(30, state=MatchState.HELPED, taken=at(29), closed=at(10))
    ledger.needs = {"need/1": need(1, closed), "need/2": need(2, sent(18, "b"))}
    same: dict[str, tuple[str, ...]] = {"c1": ("zoe",), "sealed-b": ("zoe",)}
    [digest] = digests(ledger, {"zoe": at(8.5)}, same)
    assert list(digest.needs) == ["judgement"]


def test_who_asked_again_is_of_the_structures_that_asked() -> None:
    mayor = {"structure": "Mairie de Die", "territory": "territory/commune/26113"}
    needs = [
        need(1, sent(9), siren="200040715", structure="Métropole", filed=at(50), about=("value-chain/a",)),
        need(
            2,
            siren="200040715",
            structure="La Métropole",
            filed=at(20),
            about=("value-chain/a", "value-chain/b"),
        ),
        need(3, **mayor, filed=at(40)),
        need(4, **mayor, filed=at(40)),  # asked twice at once: it has not come back
        need(5, structure="Mairie de Die", territory="territory/commune/1", filed=at(9)),
        need(6, structure="Un lycée", filed=at(9), illustrative=True),
    ]
    assert counted(needs, "repeated") == {"": (1, 3)}
    assert counted(needs, "repeated", "theme") == {
        "": (0, 2),
        "value-chain/a": (1, 1),
        "value-chain/b": (0, 1),
    }
    needs[3].filed = at(10)
    assert counted(needs, "repeated") == {"": (2, 3)}


def test_rates_by_relay_are_of_what_relays_were_asked() -> None:
    needs = [need(1, taken(20, 2), sent(20, "b")), need(2, sent(9, "a")), need(3, sent(9, "b"))]
    found = [rate for rate in rates(needs, NOW, "relay", relays={"a"}) if rate.key == "taken-3"]
    assert [(rate.group, rate.part, rate.whole) for rate in found] == [("A", 1, 2)]
    assert rates(needs, NOW, "relay") == []
