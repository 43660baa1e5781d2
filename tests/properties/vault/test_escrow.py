"""Any two holders open an escrow together; nobody alone, nothing changed, nobody else's."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, permutations
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from infobank.vault.ending.escrow import (
    MOST_HOLDERS,
    Escrowed,
    Holder,
    holders_of,
    open_escrow,
    seal_escrow,
)
from infobank.vault.errors import SealBrokenError

KEYS = [X25519PrivateKey.generate() for _ in range(MOST_HOLDERS)]
STRANGER = X25519PrivateKey.generate()
LOG_KEY = bytes(range(32))
WHOSE = Escrowed(UUID(int=1), UUID(int=2), 3, date(2029, 11, 21))


def holders(count: int) -> list[Holder]:
    return [Holder(f"holder {n}", KEYS[n].public_key().public_bytes_raw()) for n in range(count)]


@pytest.mark.parametrize("count", range(2, MOST_HOLDERS + 1))
def test_any_two_of_the_holders_open_it_in_any_order(count: int):
    sealed = seal_escrow(holders(count), WHOSE, LOG_KEY)
    assert holders_of(sealed) == count
    for one, other in permutations(KEYS[:count], 2):
        assert open_escrow((one, other), WHOSE, sealed) == LOG_KEY


@pytest.mark.parametrize("count", range(2, MOST_HOLDERS + 1))
def test_nobody_opens_it_alone_or_with_a_stranger(count: int):
    sealed = seal_escrow(holders(count), WHOSE, LOG_KEY)
    for one in KEYS[:count]:
        for other in (one, STRANGER, *KEYS[count:]):
            with pytest.raises(SealBrokenError):
                open_escrow((one, other), WHOSE, sealed)


OTHERS = [
    replace(WHOSE, tenant=uuid4()),
    replace(WHOSE, resident=uuid4()),
    replace(WHOSE, version=4),
    replace(WHOSE, until=WHOSE.until + timedelta(1)),
]


@pytest.mark.parametrize("other", OTHERS, ids=["tenant", "resident", "version", "until"])
def test_it_is_bound_to_whose_it_is_and_until_when(other: Escrowed):
    sealed = seal_escrow(holders(3), WHOSE, LOG_KEY)
    for one, two in combinations(KEYS[:3], 2):
        with pytest.raises(SealBrokenError):
            open_escrow((one, two), other, sealed)


SEALED = seal_escrow(holders(3), WHOSE, LOG_KEY)
PAIR = 128
BEFORE = len(SEALED) - 3 * PAIR


@given(st.integers(0, 8 * len(SEALED) - 1))
def test_no_changed_bit_opens(bit: int):
    """In the pair that opens, and in the head that all pairs are bound to."""
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8
    touched = (bit // 8 - BEFORE) // PAIR if bit // 8 >= BEFORE else None
    for place, (one, two) in enumerate(combinations(KEYS[:3], 2)):
        if touched in {None, place}:
            with pytest.raises(SealBrokenError):
                open_escrow((one, two), WHOSE, bytes(changed))
        else:
            assert open_escrow((one, two), WHOSE, bytes(changed)) == LOG_KEY


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_with_one_error(sealed: bytes):
    with pytest.raises(SealBrokenError):
        open_escrow((KEYS[0], KEYS[1]), WHOSE, sealed)


@given(st.integers(0, len(SEALED) - 1))
def test_a_truncated_escrow_is_refused(length: int):
    with pytest.raises(SealBrokenError):
        open_escrow((KEYS[0], KEYS[1]), WHOSE, SEALED[:length])


@pytest.mark.parametrize("count", [0, 1, MOST_HOLDERS + 1])
def test_too_few_or_too_many_holders_seal_nothing(count: int):
    many = [*holders(MOST_HOLDERS), Holder("seventh", STRANGER.public_key().public_bytes_raw())]
    with pytest.raises(ValueError, match="2 to 6"):
        seal_escrow(many[:count], WHOSE, LOG_KEY)


def test_one_holder_twice_seals_nothing():
    with pytest.raises(ValueError, match="different"):
        seal_escrow([*holders(1), *holders(1)], WHOSE, LOG_KEY)


def test_the_key_is_in_no_byte_of_it():
    assert LOG_KEY not in SEALED
    assert seal_escrow(holders(3), WHOSE, LOG_KEY) != SEALED
