"""Keys open where they were made for, and show themselves nowhere."""

import copy
import dataclasses
import pickle
from typing import Any
from uuid import UUID

import pytest

from infobank.vault.bankkeys import BankKeys, blind_index
from infobank.vault.envelope import seal
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    new_resident_keys,
    new_shard,
    open_resident_keys,
    open_shard,
    shard_of,
)
from infobank.vault.secret import Guarded, Secret

TENANT, OTHER_TENANT = UUID(int=1), UUID(int=2)
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
NEIGHBOUR = UUID("a7333333-3333-4333-8333-333333333333")
MATERIAL = b"this is the root key material!!!"
ROOT = RootKey(1, MATERIAL)
SHARD, WRAPPED_SHARD = new_shard(ROOT, shard_of(RESIDENT), TENANT)
KEYS, WRAPPED = new_resident_keys(SHARD, RESIDENT)
BANK = BankKeys(ROOT, TENANT)


def test_a_shard_key_opens_again():
    opened = open_shard(ROOT, SHARD.shard, TENANT, WRAPPED_SHARD)
    assert opened.reveal() == SHARD.reveal()
    assert (opened.tenant, opened.shard, opened.epoch) == (TENANT, 0xA7, 1)


@pytest.mark.parametrize(
    ("root", "shard", "tenant"),
    [
        (RootKey(2, MATERIAL), 0xA7, TENANT),
        (RootKey(1, bytes(32)), 0xA7, TENANT),
        (ROOT, 0xA6, TENANT),
        (ROOT, 0xA7, OTHER_TENANT),
    ],
    ids=["epoch", "root", "shard", "tenant"],
)
def test_a_shard_key_is_bound_to_root_epoch_shard_and_tenant(
    root: RootKey, shard: int, tenant: UUID
):
    with pytest.raises(SealBrokenError):
        open_shard(root, shard, tenant, WRAPPED_SHARD)


@pytest.mark.parametrize("shard", [-1, 256])
def test_there_are_256_shards(shard: int):
    with pytest.raises(ValueError, match="0 to 255"):
        new_shard(ROOT, shard, TENANT)


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
        open_resident_keys(SHARD, RESIDENT, dataclasses.replace(WRAPPED, **change))


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
    opened = open_resident_keys(SHARD, RESIDENT, dataclasses.replace(WRAPPED, log=None))
    with pytest.raises(KeyMissingError):
        opened.log_key()
    assert opened.category_key(7) == KEYS.category_key(7)


def test_no_two_uses_share_a_key():
    again, _ = new_resident_keys(SHARD, RESIDENT)
    keys = [
        key
        for held in (KEYS, again)
        for key in (
            *(held.category_key(number) for number in (1, 2, 11, 12)),
            held.manifest_key(),
            held.manifest_tag_key(),
            held.export_key(),
            held.log_key(),
        )
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_keys_of_the_bank_differ_by_use_name_tenant_and_root():
    keys = [
        key
        for bank in (BANK, BankKeys(ROOT, OTHER_TENANT), BankKeys(RootKey(2, bytes(32)), TENANT))
        for key in (
            bank.index_key("source"),
            bank.index_key("sign-in"),
            bank.pairwise_key(),
            bank.bank_log_key(),
            bank.writer_mac_key(UUID(int=1)),
            bank.writer_mac_key(UUID(int=2)),
        )
    ]
    assert len(set(keys)) == len(keys)


def test_the_root_key_itself_seals_nothing():
    with pytest.raises(SealBrokenError):
        open_shard(ROOT, 0xA7, TENANT, seal(MATERIAL, b"", bytes(32))[:92])


def test_an_identifier_is_found_however_wide_it_is_written():
    key = BANK.index_key("source")
    assert blind_index(key, "fitbit", "１５０３") == blind_index(key, "fitbit", "1503")
    assert blind_index(key, "住民", "ｶﾞ") == blind_index(key, "住民", "ガ")


def test_source_and_identifier_do_not_run_together():
    key = BANK.index_key("source")
    assert blind_index(key, "ab", "c") != blind_index(key, "a", "bc")
    assert blind_index(key, "a", "b") != blind_index(BANK.index_key("other"), "a", "b")
    assert len(blind_index(key, "", "")) == 32


GUARDED = [
    ROOT,
    SHARD,
    KEYS,
    BANK,
    Secret(MATERIAL),
    ResidentKeys(1, Secret(MATERIAL), Secret(MATERIAL)),
]


@pytest.mark.parametrize("held", GUARDED, ids=lambda held: type(held).__name__)
def test_key_objects_show_nothing(held: Guarded):
    for shown in (repr(held), str(held), f"{held}", f"{held!r}", repr([held]), "%s" % (held,)):  # noqa: UP031 - each way of formatting is tried
        for material in (MATERIAL, SHARD.reveal(), RESIDENT.bytes):
            assert material.hex() not in shown
            assert repr(material)[2:-1] not in shown
        assert "not shown" in shown


@pytest.mark.parametrize("held", GUARDED, ids=lambda held: type(held).__name__)
def test_key_objects_cannot_be_copied_away(held: Guarded):
    for take in (copy.copy, copy.deepcopy, vars):
        with pytest.raises(TypeError):
            take(held)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(held, protocol)


def test_keys_are_not_compared_by_their_bytes():
    assert RootKey(1, MATERIAL) != RootKey(1, MATERIAL)
    assert ROOT == ROOT  # noqa: PLR0124 - the same object is the same key


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_has_32_bytes(length: int):
    with pytest.raises(ValueError, match="32 bytes") as caught:
        RootKey(1, b"k" * length)
    assert "kkk" not in str(caught.value)
