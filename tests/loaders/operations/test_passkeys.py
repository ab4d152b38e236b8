from __future__ import annotations

import pytest
from ancrage.loaders.operations.accounts import AccountError, Accounts
from ancrage.loaders.operations.passkeys import MOST, Passkeys
from ancrage.loaders.operations.roles import Role
from ancrage.loaders.operations.store import Operations


def test_a_passkey_comes_back_byte_for_byte_and_its_use_counts_once(store: Operations) -> None:
    ana, passkeys = Accounts(store).add("ana", Role.DESK, None), Passkeys(store)
    handle = passkeys.handle("ana")
    passkeys.add("ana", "Téléphone", b"\x00id\xff", b"\x00key\xff", 2**32 - 1, handle)
    found = passkeys.find(b"\x00id\xff")
    assert found is not None
    account, passkey = found
    assert (account, passkey.public_key, passkey.sign_count) == (ana, b"\x00key\xff", 2**32 - 1)
    assert (passkey.handle, passkeys.handle("ana")) == (handle, handle)
    assert passkeys.find(b"other") is None
    assert passkeys.note_use(passkey, 5)
    assert not passkeys.note_use(passkey, 6)  # somebody else used it meanwhile
    [listed] = passkeys.of_account("ana")
    assert listed.used is not None and listed.sign_count == 5


def test_a_passkey_is_one_accounts_of_a_bounded_number_and_ends_with_it(store: Operations) -> None:
    accounts, passkeys = Accounts(store), Passkeys(store)
    for name in ("ana", "bob"):
        accounts.add(name, Role.DESK, None)
    for number in range(MOST):
        passkeys.add("ana", "x", bytes([number]), b"key", 0, b"handle")
    with pytest.raises(AccountError, match="au plus"):
        passkeys.add("ana", "x", b"more", b"key", 0, b"handle")
    with pytest.raises(AccountError, match="déjà"):
        passkeys.add("bob", "x", bytes([0]), b"key", 0, b"handle")
    [first, *_] = passkeys.of_account("ana")
    assert not passkeys.remove("bob", first.id)
    assert passkeys.remove("ana", first.id)
    assert passkeys.find(first.credential) is None
    accounts.disable("ana")
    assert passkeys.find(passkeys.of_account("ana")[0].credential) is None
