"""Stored formats: `docs/spec/block.md`, `manifest.md` and `keys.md` against their vectors.

The independent reader (`block_reader.py`) and the bank must read the same bytes alike.
"""

import importlib.util
import json
from datetime import date
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest

from infobank.vault.bankkeys import BankKeys, blind_index
from infobank.vault.block import open_block, seal_block
from infobank.vault.columns import decode_records, encode_records
from infobank.vault.envelope import digest, seal
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    WrappedResidentKeys,
    open_resident_keys,
    open_shard,
)
from infobank.vault.manifest import block_tag, open_manifest
from infobank.vault.padding import padded_length
from infobank.vault.secret import Secret
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span
from infobank.vocabulary.language import Text

HERE = Path(__file__).parent
VECTORS = HERE.parents[1] / "docs" / "spec" / "vectors"
NAME = Text("", "")


def load(name: str) -> dict:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def load_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("block_reader", HERE / "block_reader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


READER = load_reader()
BLOCKS, MANIFEST, KEYS = load("block"), load("manifest"), load("keys")
CATEGORY = Category(
    "activity",
    BLOCKS["category"],
    BLOCKS["schema"],
    NAME,
    NAME,
    Span.MONTH,
    tuple(Field(f"f{n}", FieldType(kind), NAME) for n, kind in enumerate(BLOCKS["columns"])),
)


def header(vector: dict) -> BlockHeader:
    return BlockHeader(
        UUID(BLOCKS["tenant"]),
        UUID(BLOCKS["resident"]),
        bytes.fromhex(BLOCKS["tag"]),
        BLOCKS["key_version"],
        vector["generation"],
    )


def reader_header(vector: dict) -> bytes:
    return READER.header(
        UUID(BLOCKS["tenant"]).bytes,
        UUID(BLOCKS["resident"]).bytes,
        bytes.fromhex(BLOCKS["tag"]),
        BLOCKS["key_version"],
        vector["generation"],
    )


def by_comment(vectors: list[dict]) -> list:
    return [pytest.param(vector, id=vector["comment"]) for vector in vectors]


@pytest.mark.parametrize("vector", by_comment(BLOCKS["vectors"]))
def test_bank_and_independent_reader_open_the_published_block_alike(vector: dict):
    stored = bytes.fromhex(vector["stored"])
    ours = open_block(bytes.fromhex(BLOCKS["category_key"]), header(vector), CATEGORY, stored)
    key = READER.category_key(bytes.fromhex(BLOCKS["data_key"]), BLOCKS["category"])
    schema, theirs = READER.read_block(key, reader_header(vector), BLOCKS["category"], stored)
    assert schema == CATEGORY.schema
    assert theirs == ours
    assert digest(encode_records(CATEGORY, ours)).hex() == vector["body_sha256"]


@pytest.mark.parametrize("vector", by_comment([v for v in BLOCKS["vectors"] if v["records"]]))
def test_published_body_and_records_are_each_other(vector: dict):
    records = [Record(date.fromisoformat(day), tuple(values)) for day, *values in vector["records"]]
    assert encode_records(CATEGORY, records).hex() == vector["body"]
    assert decode_records(CATEGORY, bytes.fromhex(vector["body"])) == records


def test_independent_reader_opens_fresh_blocks_of_every_size():
    key = bytes(range(32))
    for count in (1, 2, 30, 366, 5_000):
        records = [
            Record(date.fromordinal(700_000 + 2 * n), (n, -n, "駅", None if n % 3 else str(n)))
            for n in range(count)
        ]
        fresh = {"generation": count}
        stored = seal_block(key, header(fresh), CATEGORY, records)
        assert READER.read_block(key, reader_header(fresh), 7, stored)[1] == records


def test_independent_reader_opens_a_seal_whose_last_chunk_is_empty():
    for length in (0, 1, 16_383, 16_384, 16_385, 49_152):
        plaintext = bytes(length)
        assert READER.unseal(bytes(32), b"c", seal(bytes(32), b"c", plaintext)) == plaintext


def test_independent_reader_refuses_what_the_bank_refuses():
    vector = BLOCKS["vectors"][0]
    stored, key = bytes.fromhex(vector["stored"]), bytes.fromhex(BLOCKS["category_key"])
    for at in range(len(stored)):
        changed = stored[:at] + bytes((stored[at] ^ 1,)) + stored[at + 1 :]
        with pytest.raises(READER.RefusedError):
            READER.read_block(key, reader_header(vector), 7, changed)
    with pytest.raises(READER.RefusedError):
        READER.read_block(key, reader_header(vector), 8, stored)


def test_padded_lengths_are_the_published_ones():
    for length, padded in BLOCKS["padded_lengths"].items():
        assert padded_length(int(length)) == padded


def test_published_manifest_opens_to_its_entries():
    expected = ManifestHeader(
        UUID(MANIFEST["tenant"]),
        UUID(MANIFEST["resident"]),
        MANIFEST["key_version"],
        MANIFEST["version"],
    )
    stored = bytes.fromhex(MANIFEST["stored"])
    manifest = open_manifest(bytes.fromhex(MANIFEST["manifest_key"]), expected, stored)
    assert [entry.encode().hex() for entry in manifest.entries] == MANIFEST["entries"]
    assert digest(stored).hex() == MANIFEST["digest"]


def test_published_manifest_opens_by_the_specification_alone():
    stored = bytes.fromhex(MANIFEST["stored"])
    key = READER.expand(bytes.fromhex(MANIFEST["data_key"]), b"manifest", 32)
    padded = READER.unseal(key, stored[:52], stored[52:])
    length = int.from_bytes(padded[:4], "big")
    assert padded[4 : 4 + length].hex() == "".join(MANIFEST["entries"])


def test_published_tags_follow_from_category_and_span():
    key = bytes.fromhex(MANIFEST["manifest_tag_key"])
    for category, start, tag in MANIFEST["tags"]:
        assert block_tag(key, category, date.fromisoformat(start)).hex() == tag


def test_published_wrapped_keys_open():
    tenant, resident = UUID(KEYS["tenant"]), UUID(KEYS["resident"])
    root = RootKey(KEYS["root"]["epoch"], bytes.fromhex(KEYS["root"]["key"]))
    held = KEYS["shard"]
    shard = open_shard(root, held["number"], tenant, bytes.fromhex(held["wrapped"]))
    assert shard.reveal().hex() == held["key"]
    held = KEYS["resident_keys"]
    fixed = ShardKey(tenant, shard.shard, root.epoch, bytes.fromhex(held["shard_key"]))
    wrapped = WrappedResidentKeys(
        held["version"],
        root.epoch,
        bytes.fromhex(held["wrapped_data"]),
        bytes.fromhex(held["wrapped_log"]),
    )
    keys = open_resident_keys(fixed, resident, wrapped)
    assert keys.category_key(7).hex() == held["category_key_7"]
    assert keys.log_key().hex() == held["log_key"]


def test_published_wrapped_key_opens_by_the_specification_alone():
    held, shard = KEYS["resident_keys"], KEYS["shard"]["number"]
    parts = (
        b"infobank/wrap/v1",
        b"data",
        UUID(KEYS["tenant"]).bytes,
        shard.to_bytes(2, "big"),
        UUID(KEYS["resident"]).bytes,
        held["version"].to_bytes(4, "big"),
        KEYS["root"]["epoch"].to_bytes(4, "big"),
    )
    context = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    wrapped = bytes.fromhex(held["wrapped_data"])
    cipher = READER.AESGCM(bytes.fromhex(held["shard_key"]))
    opened = cipher.decrypt(wrapped[:12], wrapped[12:], context)
    assert opened[:32] == bytes(32)
    assert READER.category_key(opened[32:], 7).hex() == held["category_key_7"]


def test_published_derived_keys_are_derived():
    derived = KEYS["derived"]
    keys = ResidentKeys(1, Secret(bytes.fromhex(derived["data_key"])), None)
    assert keys.category_key(7).hex() == derived["data/7"]
    assert keys.category_key(65_535).hex() == derived["data/65535"]
    assert keys.manifest_key().hex() == derived["manifest"]
    assert keys.manifest_tag_key().hex() == derived["manifest-tag"]
    assert keys.export_key().hex() == derived["export"]


def test_published_bank_keys_follow_from_the_root():
    root = RootKey(KEYS["root"]["epoch"], bytes.fromhex(KEYS["root"]["key"]))
    bank, published = BankKeys(root, UUID(KEYS["tenant"])), KEYS["bank"]
    assert bank.index_key("source").hex() == published["index/source"]
    assert bank.pairwise_key().hex() == published["pairwise"]
    assert bank.bank_log_key().hex() == published["log"]
    writer, key = published["writer"]
    assert bank.writer_mac_key(UUID(writer)).hex() == key
    for source, identifier, index in KEYS["blind_index"]:
        assert blind_index(bank.index_key("source"), source, identifier).hex() == index
