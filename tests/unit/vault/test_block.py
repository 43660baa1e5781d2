"""A stored block is exactly the one that was asked for, or broken."""

import dataclasses
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from infobank.errors import InvalidInputError
from infobank.vault.block import open_columns, seal_columns
from infobank.vault.envelope import seal
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vault.header import BlockHeader
from infobank.vault.keyring import ResidentKeys
from infobank.vault.padding import pad
from infobank.vault.secret import Secret
from infobank.vocabulary.category import (
    Category,
    Field,
    FieldType,
    Record,
    Span,
    StoredColumns,
    TimeUnit,
)
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

NAME = Text("名", "name")
STEPS = Field("steps", FieldType.NUMBER, NAME, maximum=200_000)
ACTIVITY = Category("activity", 7, 1, NAME, NAME, Span.MONTH, (STEPS,))
SLEEP = dataclasses.replace(ACTIVITY, code="sleep", number=8)
HEADER = BlockHeader(UUID(int=1), UUID(int=2), b"tag of the block", 1, 5)
KEYS = ResidentKeys(1, Secret(bytes(range(32))), None)
KEY = KEYS.category_key(7)
RECORDS = [Record(date(2026, 4, 1) + timedelta(n), (1000 * n,)) for n in range(30)]
COLUMNS = Columns.of(TimeUnit.DAY, RECORDS)


def test_a_block_opens_to_its_records():
    stored = seal_columns(KEY, HEADER, ACTIVITY, COLUMNS)
    assert open_columns(KEY, HEADER, ACTIVITY, stored).records() == RECORDS


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
    stored = seal_columns(KEY, elsewhere, ACTIVITY, COLUMNS)
    with pytest.raises(SealBrokenError):
        open_columns(KEY, HEADER, ACTIVITY, stored)
    relabelled = HEADER.encode() + stored[BlockHeader.LENGTH :]
    with pytest.raises(SealBrokenError):
        open_columns(KEY, HEADER, ACTIVITY, relabelled)


def test_a_block_of_another_category_is_refused_even_under_the_same_key():
    stored = seal_columns(KEY, HEADER, SLEEP, COLUMNS)
    with pytest.raises(SealBrokenError):
        open_columns(KEY, HEADER, ACTIVITY, stored)


def test_the_key_of_one_category_opens_no_other():
    stored = seal_columns(KEYS.category_key(8), HEADER, SLEEP, COLUMNS)
    with pytest.raises(SealBrokenError):
        open_columns(KEYS.category_key(7), HEADER, SLEEP, stored)


def test_a_block_of_an_older_schema_without_description_is_refused_by_name():
    stored = seal_columns(KEY, HEADER, ACTIVITY, COLUMNS)
    newer = dataclasses.replace(ACTIVITY, schema=2)
    with pytest.raises(UnknownSchemaError, match="schema 1 of activity"):
        open_columns(KEY, HEADER, newer, stored)


@pytest.mark.parametrize("schema", [0, 3, 65_535])
def test_a_block_of_a_schema_that_nobody_knows_is_refused(schema: int):
    stored = seal_columns(KEY, HEADER, dataclasses.replace(ACTIVITY, schema=schema), COLUMNS)
    held = StoredColumns((FieldType.NUMBER,), (0,))
    newer = dataclasses.replace(ACTIVITY, schema=2, earlier=(held,))
    with pytest.raises(UnknownSchemaError, match=f"schema {schema} of activity"):
        open_columns(KEY, HEADER, newer, stored)


def test_authentic_rubbish_is_broken_too():
    for body in (b"", bytes(256), b"\0\0\0\7rubbish", pad(b"rubbish")):
        stored = HEADER.encode() + seal(KEY, HEADER.context(7), body)
        with pytest.raises(SealBrokenError):
            open_columns(KEY, HEADER, ACTIVITY, stored)


def test_records_that_are_no_block_are_refused_before_sealing():
    with pytest.raises(InvalidInputError):
        seal_columns(KEY, HEADER, ACTIVITY, Columns(TimeUnit.DAY, [], ([],)))


def test_a_header_reads_back():
    assert BlockHeader.parse(HEADER.encode() + b"rest") == HEADER


def test_a_short_header_is_refused():
    with pytest.raises(SealBrokenError):
        BlockHeader.parse(HEADER.encode()[:-1])
