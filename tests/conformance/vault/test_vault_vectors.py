"""Keys: `docs/spec/keys.md` against its vectors, and by the specification alone."""

import hmac
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from unicodedata import normalize
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from infobank.vault.bankkeys import BankKeys, BankUse, RowKind
from infobank.vault.envelope import expand, unwrap
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    WrappedResidentKeys,
    bank_context,
    open_resident_keys,
    shard_context,
)
from infobank.vault.secret import Secret

HERE = Path(__file__).parent
VECTORS = HERE.parents[2] / "docs" / "spec" / "vectors"


def load(name: str) -> dict:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def load_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("block_reader", HERE / "block_reader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


READER = load_reader()
KEYS = load("keys")


TENANT, RESIDENT = UUID(KEYS["tenant"]), UUID(KEYS["resident"])
ROOT = RootKey(KEYS["root"]["epoch"], bytes.fromhex(KEYS["root"]["key"]))
SHARD = KEYS["shard"]["number"]


def joined(*parts: bytes) -> bytes:
    """Join parts as the specification says, without the bank's own code."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def unwrapped(outer: bytes, wrapped: str, context: bytes) -> bytes:
    """Open a wrapped key by rule 3 alone."""
    stored = bytes.fromhex(wrapped)
    assert len(stored) == 92
    opened = READER.AESGCM(outer).decrypt(stored[:12], stored[12:], context)
    assert opened[:32] == bytes(32)
    return opened[32:]


def test_published_wrapped_keys_open():
    wrapping, held = expand(ROOT.reveal(), b"wrap"), KEYS["shard"]
    context = shard_context(TENANT, SHARD, ROOT.epoch)
    assert unwrap(wrapping, bytes.fromhex(held["wrapped"]), context).hex() == held["key"]
    held = KEYS["resident_keys"]
    shard = ShardKey(TENANT, SHARD, ROOT.epoch, bytes.fromhex(held["shard_key"]))
    wrapped = WrappedResidentKeys(
        held["version"],
        ROOT.epoch,
        bytes.fromhex(held["wrapped_data"]),
        bytes.fromhex(held["wrapped_log"]),
    )
    keys = open_resident_keys(shard, RESIDENT, wrapped)
    assert keys.category_key(7).hex() == held["category_key_7"]
    assert keys.log_key().hex() == held["log_key"]


def test_published_wrapped_keys_open_by_the_specification_alone():
    wrapping, epoch = (
        READER.expand(bytes(ROOT.reveal()), b"wrap", 32),
        ROOT.epoch.to_bytes(4, "big"),
    )
    lead = (b"infobank/wrap/v1",)
    place = (TENANT.bytes, SHARD.to_bytes(2, "big"))
    shard = unwrapped(wrapping, KEYS["shard"]["wrapped"], joined(*lead, b"shard", *place, epoch))
    assert shard.hex() == KEYS["shard"]["key"]
    held = KEYS["resident_keys"]
    whose = (RESIDENT.bytes, held["version"].to_bytes(4, "big"), epoch)
    outer = bytes.fromhex(held["shard_key"])
    data = unwrapped(outer, held["wrapped_data"], joined(*lead, b"data", *place, *whose))
    assert READER.category_key(data, 7).hex() == held["category_key_7"]
    log = unwrapped(outer, held["wrapped_log"], joined(*lead, b"log", *place, *whose))
    assert log.hex() == held["log_key"]
    with pytest.raises(InvalidTag):
        unwrapped(outer, held["wrapped_log"], joined(*lead, b"data", *place, *whose))
    for use, key in KEYS["bank"].items():
        context = joined(*lead, b"bank", TENANT.bytes, use.encode(), epoch)
        assert unwrapped(wrapping, key["wrapped"], context).hex() == key["key"]


def test_published_derived_keys_are_derived():
    derived = KEYS["derived"]
    keys = ResidentKeys(1, Secret(bytes.fromhex(derived["data_key"])), None)
    assert keys.category_key(7).hex() == derived["data/7"]
    assert keys.category_key(65_535).hex() == derived["data/65535"]
    assert keys.manifest_key().hex() == derived["manifest"]
    assert keys.manifest_tag_key().hex() == derived["manifest-tag"]
    assert keys.export_key().hex() == derived["export"]


def test_published_bank_keys_open_and_make_what_is_published():
    wrapping, opened = expand(ROOT.reveal(), b"wrap"), {}
    assert list(KEYS["bank"]) == list(BankUse)
    for use, key in KEYS["bank"].items():
        context = bank_context(TENANT, use, ROOT.epoch)
        opened[BankUse(use)] = Secret(unwrap(wrapping, bytes.fromhex(key["wrapped"]), context))
    bank, made = BankKeys(TENANT, opened), KEYS["made_by_the_bank"]
    assert bank.pairwise_key().hex() == made["pairwise"]
    assert bank.receipt_key().private_bytes_raw().hex() == made["receipt"]
    assert bank.decoy_marker(RESIDENT).hex() == made["decoy_marker"]
    assert {kind: bank.row_mac(kind, b"a row").hex() for kind in RowKind} == made["row_macs"]
    writer = bank.writer_keys(bytes.fromhex(made["writer"]["prefix"]))
    assert writer.seal_key().hex() == made["writer"]["seal"]
    assert writer.mac_key(bytes.fromhex(made["writer"]["id"])).hex() == made["writer"]["mac_key"]
    for source, identifier, index in made["blind_index"]:
        assert [found.hex() for found in bank.indexes("source", [(source, identifier)])] == [index]


def test_published_bank_keys_make_the_same_by_the_specification_alone():
    made = KEYS["made_by_the_bank"]

    def derived(use: str, name: bytes = b"") -> bytes:
        info = joined(b"infobank/bank/v2", use.encode(), TENANT.bytes, name)
        return READER.expand(bytes.fromhex(KEYS["bank"][use]["key"]), info, 32)

    assert derived("pairwise").hex() == made["pairwise"]
    assert derived("receipt").hex() == made["receipt"]
    marker = hmac.digest(derived("decoy"), RESIDENT.bytes, "sha256")
    assert marker.hex() == made["decoy_marker"]
    for kind, mac in made["row_macs"].items():
        assert hmac.digest(derived("row", kind.encode()), b"a row", "sha256").hex() == mac
    prefix, writer = (bytes.fromhex(made["writer"][name]) for name in ("prefix", "id"))
    assert derived("log", prefix).hex() == made["writer"]["seal"]
    key = READER.expand(derived("writer", prefix), b"writer" + writer, 32)
    assert key.hex() == made["writer"]["mac_key"]
    for source, identifier, index in made["blind_index"]:
        named = joined(*(normalize("NFKC", part).encode() for part in (source, identifier)))
        assert hmac.digest(derived("index", b"source"), named, "sha256").hex() == index
