from __future__ import annotations

import pytest
from ancrage.loaders.operations.accounts import AccountError, Accounts
from ancrage.loaders.operations.ceremonies import Ceremonies
from ancrage.loaders.operations.identities import Identities, Identity
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations
from ancrage.loaders.operations.tables import ACCOUNTS, CEREMONIES
from sqlalchemy import select, update

ANA = Identity("https://id.example", "5f3c")


def test_an_invited_account_is_of_the_first_identity_with_its_address_and_of_no_other(
    store: Operations,
) -> None:
    accounts, identities = Accounts(store), Identities(store)
    ana = accounts.add("ana", Role.DESK, None, email="ana@region.example")
    assert identities.accept(ANA, "bob@region.example") is None
    assert identities.accept(ANA, "no address") is None
    assert identities.accept(ANA, " Ana@Region.example") == ana == identities.account(ANA)
    assert identities.accept(Identity(ANA.issuer, "other"), "ana@region.example") is None
    assert identities.account(Identity("https://other.example", ANA.subject)) is None
    with store.reading() as connection:
        assert connection.execute(select(ACCOUNTS.c.invited)).scalar_one() is None


def test_an_address_waits_for_one_account(store: Operations) -> None:
    accounts, identities = Accounts(store), Identities(store)
    accounts.add("ana", Role.DESK, None, email="ana@region.example")
    with pytest.raises(AccountError, match="autre compte invité"):
        accounts.add("bob", Role.DESK, None, email="ANA@region.example")
    accounts.add("bob", Role.DESK, None)
    with pytest.raises(AccountError, match="autre compte invité"):
        identities.invite("bob", "ana@region.example")
    with pytest.raises(AccountError, match="adresse électronique"):
        identities.invite("bob", "ana")


def test_an_invitation_ends_the_identities_before_and_a_disabled_account_has_none(store: Operations) -> None:
    accounts, identities = Accounts(store), Identities(store)
    accounts.add("ana", Role.DESK, None)
    accounts.add("bob", Role.DESK, None, email="bob@region.example")
    identities.bind(ANA, "ana")
    with pytest.raises(AccountError, match="autre compte"):
        identities.bind(ANA, "bob")
    identities.invite("ana", "new@region.example")
    assert identities.account(ANA) is None and identities.bound("ana") == []
    identities.bind(ANA, "ana")
    assert [identity for identity, _ in identities.bound("ana")] == [ANA]
    accounts.disable("ana")
    assert identities.account(ANA) is None
    assert identities.accept(ANA, "bob@region.example") is None  # it is the disabled account's, for good


def test_what_was_asked_is_answered_once_in_time_and_for_what_it_was(store: Operations) -> None:
    ceremonies = Ceremonies(store)
    first, late = (ceremonies.begin("provider", {"state": "é"}) for _ in range(2))
    assert ceremonies.end("passkey", first) is None
    assert ceremonies.end("provider", first) == {"state": "é"}
    assert ceremonies.end("provider", first) is None
    with store.writing() as connection:
        connection.execute(update(CEREMONIES).values(expires="2026-01-01T00:00:00Z"))
    assert ceremonies.end("provider", late) is None
