"""An escrow opens for any two of its holders together, for nobody alone, and as it was sealed."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.vault.ending.escrow import (
    Escrowed,
    Holder,
    holders_of,
    open_escrow,
    seal_escrow,
)
from infobank.vault.errors import SealBrokenError

KEYS = [X25519PrivateKey.from_private_bytes(bytes((number + 1,)) * 32) for number in range(7)]
HOLDERS = [
    Holder(f"holder {at}", key.public_key().public_bytes_raw()) for at, key in enumerate(KEYS)
]
WHOSE = Escrowed(UUID(int=1), UUID(int=2), 3, date(2029, 11, 21))
LOG_KEY = bytes(range(32))
SEALED = seal_escrow(HOLDERS[:3], WHOSE, LOG_KEY)

whoses = st.builds(
    Escrowed,
    tenant=st.uuids(),
    resident=st.uuids(),
    version=st.integers(1, 2**32 - 1),
    until=st.dates(),
)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(2, 6), whose=whoses, log_key=st.binary(min_size=32, max_size=32))
def test_any_two_holders_open_it_in_any_order(count: int, whose: Escrowed, log_key: bytes):
    sealed = seal_escrow(HOLDERS[:count], whose, log_key)
    assert holders_of(sealed) == count
    for first, second in combinations(KEYS[:count], 2):
        assert open_escrow((first, second), whose, sealed) == log_key
        assert open_escrow((second, first), whose, sealed) == log_key


@pytest.mark.parametrize("mate", [KEYS[0], KEYS[6]], ids=["the same again", "a stranger"])
def test_no_holder_opens_it_alone(mate: X25519PrivateKey):
    for pair in ((KEYS[0], mate), (mate, KEYS[0])):
        with pytest.raises(SealBrokenError):
            open_escrow(pair, WHOSE, SEALED)


def test_no_stranger_s_key_in_a_holder_s_place_opens_it():
    """Names are public: whoever writes their own in a holder's place gains nothing."""
    names = seal_escrow([HOLDERS[0], HOLDERS[1], HOLDERS[6]], WHOSE, LOG_KEY)[: 19 + 3 * 16]
    renamed = names + SEALED[len(names) :]
    with pytest.raises(SealBrokenError):
        open_escrow((KEYS[0], KEYS[6]), WHOSE, renamed)


def test_a_holder_who_opens_the_outer_layer_holds_nothing_but_the_inner_one():
    suite, names = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM), SEALED[19 : 19 + 3 * 16]
    pair = SEALED[19 + 3 * 16 :][:128]
    inner = suite.decrypt(pair, KEYS[0], WHOSE.info(b"outer", names))
    assert len(inner) == 80
    assert LOG_KEY not in inner
    for key in (KEYS[0], KEYS[2]):
        with pytest.raises(InvalidTag):
            suite.decrypt(inner, key, WHOSE.info(b"inner", names))
    assert suite.decrypt(inner, KEYS[1], WHOSE.info(b"inner", names)) == LOG_KEY


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": UUID(int=9)},
        {"resident": UUID(int=9)},
        {"version": 4},
        {"until": WHOSE.until + timedelta(days=1)},
    ],
    ids=["tenant", "resident", "version", "until"],
)
def test_an_escrow_is_bound_to_whose_it_is_and_until_when(change: dict[str, Any]):
    whose = Escrowed(**{**vars(WHOSE), **change})
    for pair in combinations(KEYS[:3], 2):
        with pytest.raises(SealBrokenError):
            open_escrow(pair, whose, SEALED)


def test_every_changed_bit_and_every_cut_is_refused_by_some_pair():
    for place in range(len(SEALED)):
        for bit in (1, 128):
            changed = SEALED[:place] + bytes((SEALED[place] ^ bit,)) + SEALED[place + 1 :]
            assert refusals(changed) >= 1, place
    for cut in (0, 1, 18, 19, 66, len(SEALED) - 1):
        assert refusals(SEALED[:cut]) == 3
    assert refusals(SEALED + b"\0") == 3


def refusals(sealed: bytes) -> int:
    """Return how many of the three pairs are refused; the others open the right key."""
    refused = 0
    for pair in combinations(KEYS[:3], 2):
        try:
            assert open_escrow(pair, WHOSE, sealed) == LOG_KEY
        except SealBrokenError:
            refused += 1
    return refused


@pytest.mark.parametrize(
    "holders",
    [[], HOLDERS[:1], [HOLDERS[0], HOLDERS[0]], [*HOLDERS[:2], HOLDERS[1]], HOLDERS[:7]],
    ids=["none", "one", "one twice", "one of three twice", "seven"],
)
def test_an_escrow_has_two_to_six_different_holders(holders: list[Holder]):
    with pytest.raises(ValueError, match="2 to 6 different holders"):
        seal_escrow(holders, WHOSE, LOG_KEY)


@pytest.mark.parametrize(
    "public_key",
    [
        b"",
        bytes(31),
        bytes(32),
        b"\1" + bytes(31),
        (2**255 - 20).to_bytes(32, "little"),
        (2**255 - 19).to_bytes(32, "little"),
        HOLDERS[0].public_key[:31] + bytes((HOLDERS[0].public_key[31] | 0x80,)),
    ],
    ids=["empty", "short", "zero", "one", "minus one", "zero again", "second spelling"],
)
def test_a_public_key_that_is_nobody_s_own_is_no_holder_s(public_key: bytes):
    with pytest.raises(ValueError, match="X25519 public key"):
        Holder("somebody", public_key)


def test_two_escrows_of_one_key_have_nothing_in_common_but_their_holders():
    again = seal_escrow(HOLDERS[:3], WHOSE, LOG_KEY)
    head = 19 + 3 * 16
    assert again[:head] == SEALED[:head]
    assert not {again[at : at + 16] for at in range(head, len(again), 16)} & {
        SEALED[at : at + 16] for at in range(head, len(SEALED), 16)
    }
