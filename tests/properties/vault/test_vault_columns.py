"""Whatever records a category may hold, a block gives them back."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.errors import InvalidInputError
from infobank.vault.block import open_columns, seal_columns
from infobank.vault.columns.decode import decode_columns
from infobank.vault.columns.encode import encode_columns
from infobank.vault.errors import SealBrokenError, UnknownSchemaError
from infobank.vault.header import BlockHeader
from infobank.vocabulary.category import (
    LONGEST_DAY,
    Category,
    Field,
    FieldType,
    Record,
    Span,
    TimeUnit,
)
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

NAME = Text("名", "name")
KEY = bytes(range(32))
DAYS = st.one_of(st.dates(), st.dates(date(2026, 4, 1), date(2026, 4, 5)))
HEADER = BlockHeader(UUID(int=1), UUID(int=2), bytes(16), 1, 1)
VALUES = {
    FieldType.NUMBER: st.one_of(
        st.none(), st.integers(-200, 200), st.integers(-(2**63), 2**63 - 1)
    ),
    FieldType.TEXT: st.one_of(st.none(), st.text("aé駅🏠 \0", max_size=30)),
    FieldType.CODE: st.one_of(st.none(), st.sampled_from(["", "a", "駅", "🏠"])),
}


@st.composite
def categories(draw: st.DrawFn) -> Category:
    kinds = draw(st.lists(st.sampled_from(list(FieldType)), min_size=1, max_size=8))
    fields = tuple(Field(f"f{place}", kind, NAME) for place, kind in enumerate(kinds))
    number, schema = draw(st.integers(1, 65_535)), draw(st.integers(0, 65_535))
    time = draw(st.sampled_from(TimeUnit))
    return Category("c", number, schema, NAME, NAME, Span.LIFE, fields, time=time)


@st.composite
def held(draw: st.DrawFn) -> tuple[Category, list[Record]]:
    category = draw(categories())
    minutes = st.integers(0, LONGEST_DAY - 1) if category.time is TimeUnit.MINUTE else st.just(0)
    moments = sorted(draw(st.sets(st.tuples(DAYS, minutes), min_size=1, max_size=40)))
    row = st.tuples(*(VALUES[field.type] for field in category.fields))
    return category, [Record(day, draw(row), minute) for day, minute in moments]


def encode_records(category: Category, records: list[Record]) -> bytes:
    return encode_columns(category, Columns.of(category.time, records))


def decode_records(category: Category, body: bytes) -> list[Record]:
    return decode_columns(category, body).records()


@given(held())
def test_columns_give_the_records_back(case: tuple[Category, list[Record]]):
    category, records = case
    decoded = decode_records(category, encode_records(category, records))
    assert decoded == records
    assert all(type(record) is Record and type(record.observed) is date for record in decoded)


@given(held())
def test_encoding_is_one_to_one(case: tuple[Category, list[Record]]):
    category, records = case
    body = encode_records(category, records)
    assert encode_records(category, decode_records(category, body)) == body


@given(held())
def test_blocks_give_the_records_back(case: tuple[Category, list[Record]]):
    category, records = case
    stored = seal_columns(KEY, HEADER, category, Columns.of(category.time, records))
    assert open_columns(KEY, HEADER, category, stored).records() == records


@given(categories(), st.binary(max_size=300))
def test_no_bytes_make_the_decoder_fail_otherwise(category: Category, body: bytes):
    with pytest.raises((SealBrokenError, UnknownSchemaError)):
        decode_records(category, b"\xff" + body)


@given(held(), st.data())
def test_a_changed_body_is_broken_or_other_records(
    case: tuple[Category, list[Record]], data: st.DataObject
):
    category, records = case
    body = bytearray(encode_records(category, records))
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode_records(category, bytes(body))
    except (SealBrokenError, UnknownSchemaError):
        return
    moments = [(record.observed, record.minute) for record in changed]
    assert moments == sorted(set(moments))
    try:
        again = encode_records(category, changed)
    except InvalidInputError:
        pytest.fail("the decoder let through what the encoder refuses")
    assert decode_records(category, again) == changed
