"""Keys open where they were made for, are wrapped anew unchanged, and are wiped."""

import os
from typing import Any
from uuid import UUID

import pytest

from infobank.errors import ConflictError
from infobank.vault.envelope import WRAPPED_LENGTH, expand, unwrap, wrap
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.keyring import (
    MOST_WRAPS,
    ResidentKeys,
    RootKey,
    ShardKey,
    WrappedResidentKeys,
    bank_context,
    check_wraps,
    new_resident_keys,
    open_resident_keys,
    rewrap,
    shard_context,
)

TENANT, OTHER_TENANT = UUID(int=1), UUID(int=2)
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
NEIGHBOUR = UUID("a7333333-3333-4333-8333-333333333333")
MATERIAL = b"this is the root key material!!!"
WRAPPING = expand(RootKey(1, MATERIAL).reveal(), b"wrap")
SHARD = ShardKey(TENANT, 0xA7, 1, os.urandom(32))
LATER = ShardKey(TENANT, 0xA7, 2, os.urandom(32))
KEYS, WRAPPED = new_resident_keys(SHARD, RESIDENT)
WRAPPED_SHARD = wrap(WRAPPING, SHARD.reveal(), shard_context(TENANT, 0xA7, 1))


def uses(keys: ResidentKeys) -> list[bytes]:
    """Return every key that can be derived from a resident's keys."""
    return [
        *(keys.category_key(number) for number in (1, 2, 11, 12)),
        keys.manifest_key(),
        keys.manifest_tag_key(),
        keys.export_key(),
        keys.log_key(),
    ]


@pytest.mark.parametrize(
    "context",
    [
        shard_context(OTHER_TENANT, 0xA7, 1),
        shard_context(TENANT, 0xA6, 1),
        shard_context(TENANT, 0xA7, 2),
        bank_context(TENANT, "shard", 1),
        b"",
    ],
    ids=["tenant", "shard", "epoch", "key of the bank", "none"],
)
def test_a_shard_key_is_bound_to_its_place_under_the_root(context: bytes):
    assert unwrap(WRAPPING, WRAPPED_SHARD, shard_context(TENANT, 0xA7, 1)) == SHARD.reveal()
    with pytest.raises(SealBrokenError):
        unwrap(WRAPPING, WRAPPED_SHARD, context)


def test_no_two_places_under_the_root_have_one_context():
    contexts = [
        make(tenant, place, epoch)
        for tenant in (TENANT, OTHER_TENANT)
        for epoch in (1, 2, 256)
        for make, places in ((shard_context, (0, 1, 255)), (bank_context, ("index", "row", "")))
        for place in places
    ]
    assert len(set(contexts)) == len(contexts)


@pytest.mark.parametrize("shard", [-1, 256])
def test_there_are_256_shards(shard: int):
    with pytest.raises(ValueError, match="0 to 255"):
        ShardKey(TENANT, shard, 1, MATERIAL)


def test_resident_keys_open_again():
    opened = open_resident_keys(SHARD, RESIDENT, WRAPPED)
    assert opened.category_key(7) == KEYS.category_key(7)
    assert opened.log_key() == KEYS.log_key()
    assert opened.version == 1


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"epoch": 2},
        {"data": WRAPPED.log},
        {"log": WRAPPED.data},
        {"data": WRAPPED_SHARD},
        {"data": b""},
    ],
    ids=["version", "epoch", "log as data", "data as log", "shard as data", "empty"],
)
def test_resident_keys_are_bound_to_version_epoch_and_use(change: dict[str, Any]):
    with pytest.raises(SealBrokenError):
        open_resident_keys(SHARD, RESIDENT, WRAPPED._replace(**change))


@pytest.mark.parametrize(
    ("shard", "resident"),
    [
        (SHARD, NEIGHBOUR),
        (ShardKey(OTHER_TENANT, 0xA7, 1, SHARD.reveal()), RESIDENT),
        (ShardKey(TENANT, 0xA6, 1, SHARD.reveal()), RESIDENT),
        (ShardKey(TENANT, 0xA7, 1, bytes(32)), RESIDENT),
    ],
    ids=["resident", "tenant", "shard", "key"],
)
def test_resident_keys_are_bound_to_resident_tenant_and_shard(shard: ShardKey, resident: UUID):
    with pytest.raises(SealBrokenError):
        open_resident_keys(shard, resident, WRAPPED)


def test_a_resident_of_another_shard_gets_no_keys_here():
    with pytest.raises(ValueError, match="another shard"):
        new_resident_keys(SHARD, UUID(int=0))


def test_erasure_destroys_the_data_and_keeps_the_log():
    opened = open_resident_keys(SHARD, RESIDENT, WRAPPED.erased())
    assert opened.log_key() == KEYS.log_key()
    for use in (
        lambda: opened.category_key(7),
        opened.manifest_key,
        opened.manifest_tag_key,
        opened.export_key,
    ):
        with pytest.raises(KeyMissingError):
            use()


def test_a_destroyed_log_key_is_missing():
    opened = open_resident_keys(SHARD, RESIDENT, WRAPPED._replace(log=None))
    with pytest.raises(KeyMissingError):
        opened.log_key()
    assert opened.category_key(7) == KEYS.category_key(7)


def test_no_two_uses_share_a_key():
    again, _ = new_resident_keys(SHARD, RESIDENT)
    keys = uses(KEYS) + uses(again)
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_wiped_keys_are_of_no_more_use():
    keys = open_resident_keys(SHARD, RESIDENT, WRAPPED)
    with keys as opened:
        assert uses(opened) == uses(KEYS)
    for use in (lambda: keys.category_key(7), keys.manifest_key, keys.export_key, keys.log_key):
        with pytest.raises(ValueError, match="wiped"):
            use()


def test_wiping_a_shard_key_leaves_nothing_to_wrap_with():
    shard = ShardKey(TENANT, 0xA7, 1, SHARD.reveal())
    shard.wipe()
    with pytest.raises(ValueError, match="wiped"):
        open_resident_keys(shard, RESIDENT, WRAPPED)
    with pytest.raises(ValueError, match="wiped"):
        new_resident_keys(shard, RESIDENT)


def test_rewrapped_keys_are_the_same_keys_under_the_later_epoch_alone():
    version_2 = new_resident_keys(SHARD, NEIGHBOUR, version=2)
    rows = [(RESIDENT, WRAPPED), (NEIGHBOUR, version_2[1])]
    renewed = rewrap(SHARD, LATER, iter(rows))
    for (resident, wrapped), (was, before), keys in zip(
        renewed, rows, (KEYS, version_2[0]), strict=True
    ):
        assert (resident, wrapped.version, wrapped.epoch) == (was, before.version, 2)
        assert uses(open_resident_keys(LATER, resident, wrapped)) == uses(keys)
        assert {len(wrapped.data or b""), len(wrapped.log or b"")} == {WRAPPED_LENGTH}
        with pytest.raises(SealBrokenError):
            open_resident_keys(SHARD, resident, wrapped._replace(epoch=1))


def test_no_byte_of_a_wrapped_key_stays_when_it_is_rewrapped():
    (_, renewed), (_, again) = rewrap(SHARD, LATER, [(RESIDENT, WRAPPED)] * 2)
    nonces = [key[:12] for each in (WRAPPED, renewed, again) for key in each[2:] if key]
    assert len(set(nonces)) == len(nonces) == 6


def test_rewrapping_brings_back_nothing_that_was_destroyed():
    erased, forgotten = WRAPPED.erased(), WRAPPED.erased()._replace(log=None)
    (_, first), (_, second), (_, third) = rewrap(
        SHARD, LATER, [(RESIDENT, erased), (RESIDENT, forgotten), (RESIDENT, WRAPPED)]
    )
    assert (first.data, second) == (None, WrappedResidentKeys(1, 2, None, None))
    assert open_resident_keys(LATER, RESIDENT, first).log_key() == KEYS.log_key()
    assert uses(open_resident_keys(LATER, RESIDENT, third)) == uses(KEYS)
    assert rewrap(SHARD, LATER, []) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"epoch": 2},
        {"data": WRAPPED.log},
        {"log": b""},
        {"log": WRAPPED.log[:-1] + bytes((WRAPPED.log[-1] ^ 1,))},
    ],
    ids=["version", "epoch", "log as data", "empty", "bit"],
)
def test_one_broken_row_stops_a_rewrap(change: dict[str, Any]):
    with pytest.raises(SealBrokenError):
        rewrap(SHARD, LATER, [(RESIDENT, WRAPPED), (RESIDENT, WRAPPED._replace(**change))])


@pytest.mark.parametrize(
    "newer",
    [
        SHARD,
        ShardKey(TENANT, 0xA6, 2, MATERIAL),
        ShardKey(OTHER_TENANT, 0xA7, 2, MATERIAL),
        ShardKey(TENANT, 0xA7, 0, MATERIAL),
    ],
    ids=["same epoch", "shard", "tenant", "earlier epoch"],
)
def test_keys_are_rewrapped_to_a_later_epoch_of_their_shard_only(newer: ShardKey):
    with pytest.raises(ValueError, match="later epoch of the same shard"):
        rewrap(SHARD, newer, [(RESIDENT, WRAPPED)])


def test_a6_a_shard_key_wraps_two_to_the_31_times_and_no_more():
    assert MOST_WRAPS == 2**31
    check_wraps(MOST_WRAPS)
    with pytest.raises(ConflictError, match="new epoch"):
        check_wraps(MOST_WRAPS + 1)
