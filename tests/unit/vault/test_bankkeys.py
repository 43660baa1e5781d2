"""Keys of the bank differ by use, name, tenant and material; identifiers are found by them."""

import gc
import sys
from uuid import UUID

import pytest

from infobank.vault.bankkeys import MOST_KEPT, BankKeys, BankUse, RowKind, blind_index
from infobank.vault.secret import Secret

TENANT, OTHER_TENANT = UUID(int=1), UUID(int=2)
RESIDENT = UUID(int=3)


def bank(tenant: UUID, fill: int) -> BankKeys:
    return BankKeys(tenant, {use: Secret(bytes((fill,)) * 32) for use in BankUse})


def made(keys: BankKeys) -> list[bytes]:
    """Return what the keys of a bank make of the same things, under every use and name."""
    writer, other = keys.writer_keys(b"prefix_1"), keys.writer_keys(b"prefix_2")
    return [
        *keys.indexes("source", [("fitbit", "1503")]),
        *keys.indexes("sign-in", [("fitbit", "1503")]),
        keys.pairwise_key(),
        keys.decoy_marker(RESIDENT),
        keys.receipt_key().private_bytes_raw(),
        *(keys.row_mac(kind, b"row") for kind in RowKind),
        writer.mac_key(b"prefix_1" + bytes(8)),
        writer.mac_key(b"prefix_1" + bytes(7) + b"\1"),
        writer.seal_key(),
        other.mac_key(b"prefix_2" + bytes(8)),
        other.seal_key(),
    ]


def test_what_a_bank_makes_differs_by_use_name_tenant_and_key():
    every = [
        key
        for keys in (bank(TENANT, 1), bank(OTHER_TENANT, 1), bank(TENANT, 2))
        for key in made(keys)
    ]
    assert len(set(every)) == len(every)
    assert made(bank(TENANT, 1)) == made(bank(TENANT, 1))


def test_a_process_writes_under_its_own_name_only():
    with pytest.raises(ValueError, match="another process"):
        bank(TENANT, 1).writer_keys(b"prefix_1").mac_key(b"prefix_2" + bytes(8))


def test_the_keys_that_check_writers_are_those_they_write_with_however_many_there_are():
    keys = bank(TENANT, 1)
    prefixes = [number.to_bytes(8, "big") for number in range(2 * MOST_KEPT)]
    for prefix in (*prefixes, *prefixes[-3:], *prefixes[:3]):
        checks, writes = keys.writer_keys(prefix), bank(TENANT, 1).writer_keys(prefix)
        assert checks.mac_key(prefix + bytes(8)) == writes.mac_key(prefix + bytes(8))
        assert checks.material() == writes.material()
    assert len(keys._derived) == MOST_KEPT


def test_a_bank_that_is_dropped_lets_go_of_its_keys_at_once():
    """Each is then overwritten; no collector comes for what a process freezes at its start."""
    secrets = {use: Secret(bytes(32)) for use in BankUse}
    keys = BankKeys(TENANT, secrets)
    made(keys)
    held = [sys.getrefcount(secret) for secret in secrets.values()]
    gc.disable()
    try:
        del keys
        assert [sys.getrefcount(secret) for secret in secrets.values()] == [n - 1 for n in held]
    finally:
        gc.enable()


def test_a_row_is_genuine_under_its_own_kind_and_bytes_only():
    keys = bank(TENANT, 1)
    mac = keys.row_mac(RowKind.CONSENT, b"row")
    assert keys.check_row(RowKind.CONSENT, b"row", mac)
    assert not keys.check_row(RowKind.MANDATE, b"row", mac)
    assert not keys.check_row(RowKind.CONSENT, b"row 2", mac)
    assert not keys.check_row(RowKind.CONSENT, b"row", mac[:-1])
    assert not keys.check_row(RowKind.CONSENT, b"row", b"")


def test_an_identifier_is_found_however_wide_it_is_written():
    key = bytes(range(32))
    assert blind_index(key, "fitbit", "１５０３") == blind_index(key, "fitbit", "1503")
    assert blind_index(key, "住民", "ｶﾞ") == blind_index(key, "住民", "ガ")


def test_source_and_identifier_do_not_run_together():
    key = bytes(range(32))
    assert blind_index(key, "ab", "c") != blind_index(key, "a", "bc")
    assert blind_index(key, "a", "b") != blind_index(bytes(32), "a", "b")
    assert len(blind_index(key, "", "")) == 32
