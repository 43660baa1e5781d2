"""A stored block is exactly the one that was asked for, or broken."""

import dataclasses
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from infobank.errors import InvalidInputError
from infobank.vault.block import open_block, seal_block
from infobank.vault.envelope import seal
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vault.header import BlockHeader
from infobank.vault.keyring import ResidentKeys
from infobank.vault.padding import pad
from infobank.vault.secret import Secret
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span
from infobank.vocabulary.language import Text

NAME = Text("名", "name")
STEPS = Field("steps", FieldType.NUMBER, NAME, maximum=200_000)
ACTIVITY = Category("activity", 7, 1, NAME, NAME, Span.MONTH, (STEPS,))
SLEEP = dataclasses.replace(ACTIVITY, code="sleep", number=8)
HEADER = BlockHeader(UUID(int=1), UUID(int=2), b"tag of the block", 1, 5)
KEYS = ResidentKeys(1, Secret(bytes(range(32))), None)
KEY = KEYS.category_key(7)
RECORDS = [Record(date(2026, 4, 1) + timedelta(n), (1000 * n,)) for n in range(30)]


def test_a_block_opens_to_its_records():
    assert open_block(KEY, HEADER, ACTIVITY, seal_block(KEY, HEADER, ACTIVITY, RECORDS)) == RECORDS


def test_every_single_bit_of_a_stored_block_counts():
    stored = seal_block(KEY, HEADER, ACTIVITY, RECORDS)
    for bit in range(8 * len(stored)):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBrokenError):
            open_block(KEY, HEADER, ACTIVITY, bytes(changed))


def test_every_truncation_of_a_stored_block_is_refused():
    stored = seal_block(KEY, HEADER, ACTIVITY, RECORDS)
    for length in range(len(stored)):
        with pytest.raises(SealBrokenError):
            open_block(KEY, HEADER, ACTIVITY, stored[:length])
    with pytest.raises(SealBrokenError):
        open_block(KEY, HEADER, ACTIVITY, stored + b"\0")


@pytest.mark.parametrize(
    "other",
    [
        {"tenant": UUID(int=9)},
        {"resident": UUID(int=9)},
        {"tag": b"another's place!"},
        {"key_version": 2},
        {"generation": 4},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_block_put_in_anothers_place_is_refused(other: dict[str, Any]):
    elsewhere = dataclasses.replace(HEADER, **other)
    stored = seal_block(KEY, elsewhere, ACTIVITY, RECORDS)
    with pytest.raises(SealBrokenError):
        open_block(KEY, HEADER, ACTIVITY, stored)
    relabelled = HEADER.encode() + stored[BlockHeader.LENGTH :]
    with pytest.raises(SealBrokenError):
        open_block(KEY, HEADER, ACTIVITY, relabelled)


def test_a_block_of_another_category_is_refused_even_under_the_same_key():
    stored = seal_block(KEY, HEADER, SLEEP, RECORDS)
    with pytest.raises(SealBrokenError):
        open_block(KEY, HEADER, ACTIVITY, stored)


def test_the_key_of_one_category_opens_no_other():
    stored = seal_block(KEYS.category_key(8), HEADER, SLEEP, RECORDS)
    with pytest.raises(SealBrokenError):
        open_block(KEYS.category_key(7), HEADER, SLEEP, stored)


def test_a_block_of_an_older_schema_is_refused_by_name():
    stored = seal_block(KEY, HEADER, ACTIVITY, RECORDS)
    newer = dataclasses.replace(ACTIVITY, schema=2)
    with pytest.raises(UnknownSchemaError, match="schema 1 of activity"):
        open_block(KEY, HEADER, newer, stored)


def test_stored_blocks_show_neither_category_nor_exact_size():
    sizes = set()
    for category in (ACTIVITY, SLEEP, dataclasses.replace(ACTIVITY, schema=99)):
        for count in range(1, 31):
            stored = seal_block(KEY, HEADER, category, RECORDS[:count])
            assert stored[: BlockHeader.LENGTH] == HEADER.encode()
            sizes.add(len(stored))
    assert len(sizes) == 1


def test_authentic_rubbish_is_broken_too():
    for body in (b"", bytes(256), b"\0\0\0\7rubbish", pad(b"rubbish")):
        stored = HEADER.encode() + seal(KEY, HEADER.context(7), body)
        with pytest.raises(SealBrokenError):
            open_block(KEY, HEADER, ACTIVITY, stored)


def test_records_that_are_no_block_are_refused_before_sealing():
    with pytest.raises(InvalidInputError):
        seal_block(KEY, HEADER, ACTIVITY, [])


def test_a_header_reads_back():
    assert BlockHeader.parse(HEADER.encode() + b"rest") == HEADER


@pytest.mark.parametrize("at", [0, 3, 5, 7], ids=["magic", "magic end", "format", "algorithm"])
def test_an_unknown_format_or_algorithm_is_refused(at: int):
    encoded = bytearray(HEADER.encode())
    encoded[at] += 1
    with pytest.raises(SealBrokenError):
        BlockHeader.parse(bytes(encoded))


def test_a_short_header_is_refused():
    with pytest.raises(SealBrokenError):
        BlockHeader.parse(HEADER.encode()[:-1])
