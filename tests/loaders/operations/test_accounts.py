from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from ancrage.loaders.operations import accounts as module
from ancrage.loaders.operations.accounts import AccountError, Accounts
from ancrage.loaders.operations.roles import MAY, Act, Role, may
from ancrage.loaders.operations.safe import Safe, new_key
from ancrage.loaders.operations.store import Draft, Operations
from ancrage.loaders.operations.tables import ACCOUNTS, ATTEMPTS, KEYS, SESSIONS
from ancrage.loaders.operations.throttle import Throttle
from argon2 import PasswordHasher
from sqlalchemy import select, update

SECRET = "une phrase assez longue"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The real hash, with little work."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(module, "_hasher", lambda: quick)
    module._nobody.cache_clear()
    yield
    module._nobody.cache_clear()


def kept(store: Operations) -> str:
    with store.reading() as connection:
        return "".join(
            repr(row) for table in (ACCOUNTS, SESSIONS, KEYS) for row in connection.execute(select(table))
        )


def test_who_may_do_what() -> None:
    granted = {role.value: sorted(act.value for act in acts) for role, acts in MAY.items()}
    assert granted == {
        "visitor": ["ask", "read-rates"],
        "partner": ["answer", "ask", "offer", "read-rates"],
        "relay": ["answer", "ask", "offer", "read-board", "read-rates", "relay"],
        "desk": [
            "answer",
            "ask",
            "match",
            "moderate",
            "offer",
            "publish",
            "read-board",
            "read-contact",
            "read-rates",
            "relay",
            "write",
        ],
        "administrator": [
            "answer",
            "ask",
            "offer",
            "publish",
            "read-audit",
            "read-board",
            "read-rates",
            "relay",
        ],
    }
    assert all(any(may(role, act) for role in Role) for act in Act)


def test_a_password_opens_its_account_alone_and_is_kept_as_a_hash(store: Operations) -> None:
    accounts = Accounts(store)
    made = accounts.add("ana", Role.DESK, SECRET)
    assert accounts.verify("ana", SECRET) == made
    assert accounts.verify("ana", SECRET + "x") is None
    assert accounts.verify("bob", SECRET) is None
    assert "argon2id" in kept(store)
    assert SECRET not in kept(store)


def test_accounts_that_cannot_be_are_refused(store: Operations) -> None:
    accounts = Accounts(store)
    accounts.add("ana", Role.DESK, SECRET)
    for name, role, password in (
        ("ana", Role.DESK, SECRET),
        ("Ana B", Role.DESK, SECRET),
        ("bob", Role.DESK, "court"),
        ("bob", Role.VISITOR, SECRET),
    ):
        with pytest.raises(AccountError):
            accounts.add(name, role, password)
    assert [one.name for one in accounts.all()] == ["ana"]


def test_a_session_ends_when_closed_expired_or_disabled_and_its_secret_is_not_kept(store: Operations) -> None:
    accounts = Accounts(store)
    ana = accounts.add("ana", Role.DESK, SECRET)
    closed, expired, open_ = (accounts.open_session(ana) for _ in range(3))
    accounts.close_session(closed)
    with store.writing() as connection:
        connection.execute(
            update(SESSIONS)
            .where(SESSIONS.c.digest == module.digest(expired))
            .values(expires="2026-01-01T00:00:00Z")
        )
    assert [accounts.session(one) is not None for one in (closed, expired, open_, "x")] == [
        False,
        False,
        True,
        False,
    ]
    assert open_ not in kept(store)
    accounts.disable("ana")
    assert accounts.session(open_) is None
    assert accounts.verify("ana", SECRET) is None


def test_nothing_of_an_account_is_left_once_it_is_deleted(store: Operations) -> None:
    accounts = Accounts(store)
    for name in ("ana", "bob"):
        account = accounts.add(name, Role.DESK, SECRET)
        accounts.open_session(account)
        accounts.add_key(name, f"clé de {name}", ["rates"], 1)
    accounts.delete("ana")
    assert "ana" not in kept(store) and "bob" in kept(store)
    with pytest.raises(AccountError, match="ana"):
        accounts.delete("ana")
    assert accounts.verify("bob", SECRET) is not None


def test_nobody_gets_the_past_of_an_account_by_its_name(store: Operations) -> None:
    """Neither a name that was deleted, nor one under which something was done that no account has any more."""
    accounts = Accounts(store)
    accounts.add("ana", Role.DESK, SECRET)
    accounts.add("bob", Role.DESK, SECRET)
    accounts.delete("ana")
    with pytest.raises(AccountError, match="« ana » est le nom d’un compte supprimé"):
        accounts.add("ana", Role.RELAY, SECRET)
    store.append([Draft("zoe", "post-filed", "post/1"), Draft("bob", "post-filed", "post/2")])
    with pytest.raises(AccountError, match="« zoe »"):
        accounts.add("zoe", Role.PARTNER, SECRET)
    assert [one.name for one in accounts.all()] == ["bob"]


def test_a_changed_password_ends_the_sessions(store: Operations) -> None:
    accounts = Accounts(store)
    session = accounts.open_session(accounts.add("ana", Role.DESK, SECRET))
    accounts.change_password("ana", SECRET[::-1])
    assert accounts.session(session) is None
    assert accounts.verify("ana", SECRET) is None
    assert accounts.verify("ana", SECRET[::-1]) is not None


def test_a_key_opens_its_scopes_until_it_is_revoked_or_past(store: Operations) -> None:
    accounts = Accounts(store)
    accounts.add("ana", Role.DESK, SECRET)
    secret = accounts.add_key("ana", "tableur", ["rates"], 30)
    opened = accounts.of_key(secret)
    assert opened is not None and (opened[0].name, opened[1]) == ("ana", ("rates",))
    assert secret not in kept(store)
    [listed] = accounts.keys("ana")
    assert not accounts.revoke_key("bob", listed.id)
    assert accounts.revoke_key("ana", listed.id)
    assert accounts.of_key(secret) is None
    late = accounts.add_key("ana", "tard", ["board"], 1)
    with store.writing() as connection:
        connection.execute(update(KEYS).values(expires="2026-01-01T00:00:00Z"))
    assert accounts.of_key(late) is None
    for scopes, days in ((["contact"], 1), ([], 1), (["rates"], 0), (["rates"], 10_000)):
        with pytest.raises(AccountError):
            accounts.add_key("ana", "x", scopes, days)


def test_tries_are_counted_by_who_tries(store: Operations) -> None:
    throttle = Throttle(store, Safe(store, [new_key()]))
    terms = {"most": 3, "seconds": 900}
    for _ in range(3):
        assert not throttle.take("login", "ana", "192.0.2.1", **terms).wait
    assert throttle.take("login", "ana", **terms).wait in range(800, 901)
    good = throttle.take("login", "ana", most=4, seconds=900)
    assert not good.wait and throttle.take("login", "ana", most=4, seconds=900).wait
    throttle.forget(good)
    assert not throttle.take("login", "ana", most=4, seconds=900).wait
    assert not throttle.take("login", "bob", **terms).wait
    assert not throttle.take("form", "ana", **terms).wait


def test_tries_are_kept_under_a_keyed_digest_for_a_day(store: Operations) -> None:
    throttles = [Throttle(store, Safe(store, [new_key()])) for _ in range(2)]
    for throttle in throttles:
        throttle.take("login", "192.0.2.1", most=3, seconds=900)
    with store.reading() as connection:
        kept = set(connection.execute(select(ATTEMPTS.c.who)).scalars())
    assert len(kept) == 2 and module.digest("login 192.0.2.1") not in kept
    with store.writing() as connection:
        connection.execute(update(ATTEMPTS).values(at="2026-01-01T00:00:00Z"))
    throttles[0].sweep()
    with store.reading() as connection:
        assert connection.execute(select(ATTEMPTS)).all() == []


def test_tries_made_at_once_are_counted_as_those_made_in_turn(store: Operations) -> None:
    throttle = Throttle(store, Safe(store, [new_key()]))
    with ThreadPoolExecutor(8) as threads:
        made = [
            *threads.map(lambda _: throttle.take("login", "ana", most=5, seconds=900).wait == 0, range(40))
        ]
    assert sum(made) == 5
