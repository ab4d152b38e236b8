"""Answers kept: found by request and by query, bounded, forgotten at a publication."""

from ancrage.api.sparql.answers import Answers, KeptAnswer


def kept(size: int = 10) -> KeptAnswer:
    return KeptAnswer([], "json", b"x" * size)


def filled(capacity: int, sizes: list[int]) -> Answers:
    answers = Answers(capacity)
    answers.asked("s1", "nothing")
    for number, size in enumerate(sizes):
        answers.keep("s1", f"query {number}", f"request {number}", kept(size))
    return answers


def test_the_same_query_is_found_by_another_request_and_known_by_it_then() -> None:
    answers = filled(1 << 20, [10])
    assert answers.asked("s1", "request 0") is not None
    assert answers.asked("s1", "another request") is None
    found = answers.same("s1", ["nothing", "query 0"], "another request")
    assert found is answers.asked("s1", "another request")
    assert (answers.hits, answers.misses) == (3, 0)
    assert answers.same("s1", ["query 1"], "x") is None
    assert answers.misses == 1


def test_the_least_used_goes_first_and_the_bound_holds() -> None:
    answers = Answers(200_000)
    answers.asked("s1", "nothing")
    for number in range(100):
        answers.keep("s1", f"query {number}", f"request {number}", kept(5000))
        assert answers.bytes <= 200_000
        assert answers.asked("s1", "request 0") is not None
    assert 10 < answers.entries < 40
    assert answers.asked("s1", "request 1") is None
    assert answers.asked("s1", "request 99") is not None


def test_many_requests_for_one_answer_are_bounded_too() -> None:
    answers = filled(1 << 16, [10])
    for number in range(1000):
        answers.same("s1", ["nothing", "query 0"], f"{number:064}")
        assert answers.bytes <= 1 << 16
    assert answers.asked("s1", f"{999:064}") is not None
    assert answers.asked("s1", f"{0:064}") is None
    answers.same("s1", ["query 0"], "x" * (1 << 15))
    assert answers.asked("s1", "x" * (1 << 15)) is None  # longer than the room of all requests


def test_a_large_answer_and_one_of_another_snapshot_are_not_kept() -> None:
    answers = filled(1 << 20, [answers_largest() + 1])
    assert answers.entries == 0
    answers.keep("s0", "query", "request", kept())
    assert answers.entries == 0


def answers_largest() -> int:
    return Answers(1 << 20).largest


def test_a_publication_or_a_rollback_empties_everything() -> None:
    answers = filled(1 << 20, [10, 20])
    assert answers.asked("s2", "request 0") is None
    assert (answers.entries, answers.bytes) == (0, 0)
    answers.keep("s1", "query 0", "request 0", kept())
    assert answers.entries == 0
    answers.keep("s2", "query 0", "request 0", kept())
    assert answers.asked("s2", "request 0") is not None
    assert answers.asked("s1", "request 0") is None


def test_the_same_query_kept_twice_is_counted_once() -> None:
    answers = filled(1 << 20, [10])
    before = answers.bytes
    answers.keep("s1", "query 0", "request 0", kept())
    assert (answers.entries, answers.bytes) == (1, before)


def test_no_room_keeps_nothing() -> None:
    assert filled(0, [1]).entries == 0
