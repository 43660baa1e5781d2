"""Stored formats: `docs/spec/block.md` and `manifest.md` against their vectors.

The independent reader (`block_reader.py`) and the bank must read the same bytes alike.
"""

import dataclasses
import importlib.util
import json
from datetime import date
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.vault.block import open_columns, seal_columns
from infobank.vault.columns.decode import decode_columns
from infobank.vault.columns.encode import encode_columns
from infobank.vault.envelope import digest, seal
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.manifest import block_tag, open_manifest
from infobank.vault.padding import padded_length
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

HERE = Path(__file__).parent
VECTORS = HERE.parents[2] / "docs" / "spec" / "vectors"
NAME = Text("", "")


def load(name: str) -> dict:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def load_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("block_reader", HERE / "block_reader.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


READER = load_reader()
BLOCKS, MANIFEST = load("block"), load("manifest")


def category(vector: dict) -> Category:
    return Category(
        "published",
        vector["category"],
        BLOCKS["schema"],
        NAME,
        NAME,
        Span.MONTH,
        tuple(Field(f"f{n}", FieldType(kind), NAME) for n, kind in enumerate(vector["columns"])),
        time=TimeUnit(vector["time"]),
    )


def header(vector: dict) -> BlockHeader:
    return BlockHeader(
        UUID(BLOCKS["tenant"]),
        UUID(BLOCKS["resident"]),
        bytes.fromhex(vector["tag"]),
        BLOCKS["key_version"],
        vector["generation"],
    )


def reader_header(vector: dict) -> bytes:
    return READER.header(
        UUID(BLOCKS["tenant"]).bytes,
        UUID(BLOCKS["resident"]).bytes,
        bytes.fromhex(vector["tag"]),
        BLOCKS["key_version"],
        vector["generation"],
    )


def body_of(vector: dict, records: list[Record]) -> bytes:
    return encode_columns(category(vector), Columns.of(TimeUnit(vector["time"]), records))


def record(vector: dict, day: str, *rest: int | str | None) -> Record:
    minute, values = (rest[0], rest[1:]) if vector["time"] == "minute" else (0, rest)
    return Record(date.fromisoformat(day), values, minute)


def by_comment(vectors: list[dict]) -> list:
    return [pytest.param(vector, id=vector["comment"]) for vector in vectors]


@pytest.mark.parametrize("vector", by_comment(BLOCKS["vectors"]))
def test_bank_and_independent_reader_open_the_published_block_alike(vector: dict):
    stored, number = bytes.fromhex(vector["stored"]), vector["category"]
    key = READER.category_key(bytes.fromhex(BLOCKS["data_key"]), number)
    assert key.hex() == vector["category_key"]
    ours = open_columns(key, header(vector), category(vector), stored).records()
    schema, theirs = READER.read_block(key, reader_header(vector), number, stored)
    assert schema == BLOCKS["schema"]
    assert theirs == ours
    assert digest(body_of(vector, ours)).hex() == vector["body_sha256"]


@pytest.mark.parametrize("vector", by_comment([v for v in BLOCKS["vectors"] if v["records"]]))
def test_published_body_and_records_are_each_other(vector: dict):
    records = [record(vector, *row) for row in vector["records"]]
    assert body_of(vector, records).hex() == vector["body"]
    assert decode_columns(category(vector), bytes.fromhex(vector["body"])).records() == records


@pytest.mark.parametrize("time", TimeUnit)
def test_independent_reader_opens_fresh_blocks_of_every_size(time: TimeUnit):
    key, vector = bytes(range(32)), BLOCKS["vectors"][0]
    timed = dataclasses.replace(category(vector), time=time)
    for count in (1, 2, 30, 366, 5_000):
        records = [
            Record(
                date.fromordinal(700_000 + 2 * n),
                (n, -n, "駅", None if n % 3 else str(n)),
                n % 1500 if time is TimeUnit.MINUTE else 0,
            )
            for n in range(count)
        ]
        fresh = {**vector, "generation": count}
        stored = seal_columns(key, header(fresh), timed, Columns.of(time, records))
        assert READER.read_block(key, reader_header(fresh), 7, stored)[1] == records


def test_independent_reader_opens_a_seal_whose_last_chunk_is_empty():
    for length in (0, 1, 16_383, 16_384, 16_385, 49_152):
        plaintext = bytes(length)
        assert READER.unseal(bytes(32), b"c", seal(bytes(32), b"c", plaintext)) == plaintext


def test_independent_reader_refuses_what_the_bank_refuses():
    vector = BLOCKS["vectors"][0]
    stored, key = bytes.fromhex(vector["stored"]), bytes.fromhex(vector["category_key"])
    for at in range(len(stored)):
        for changed in (
            stored[:at] + bytes((stored[at] ^ 1,)) + stored[at + 1 :],
            stored[:at],
        ):
            with pytest.raises(READER.RefusedError):
                READER.read_block(key, reader_header(vector), 7, changed)
    with pytest.raises(READER.RefusedError):
        READER.read_block(key, reader_header(vector), 8, stored)


@given(st.data())
def test_of_a_changed_body_the_independent_reader_reads_what_the_bank_reads(data: st.DataObject):
    vector = data.draw(st.sampled_from([each for each in BLOCKS["vectors"] if each["body"]]))
    body = bytearray.fromhex(vector["body"])
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        ours = decode_columns(category(vector), bytes(body)).records()
    except (SealBrokenError, UnknownSchemaError):
        return
    assert READER.read_body(bytes(body)) == (BLOCKS["schema"], ours)


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
