"""Whoever can write into the store can break what is there, and do nothing else.

Assertions A7, B4, D1, D4 and H4 of the reference checklist, for blocks and for manifests alike.
"""

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.vault import block, manifest
from infobank.vault.block import open_columns, seal_columns
from infobank.vault.columns.layout import LONGEST_BODY
from infobank.vault.compression import deflate
from infobank.vault.envelope import digest, seal, sealed_length
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.manifest import (
    Manifest,
    ManifestEntry,
    block_tag,
    open_manifest,
    seal_manifest,
)
from infobank.vault.padding import pad, padded_length
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

NAME = Text("名", "name")
KEY = bytes(range(32))
USED = Field("used", FieldType.NUMBER, NAME, maximum=200_000)
METER = Category("meter", 7, 1, NAME, NAME, Span.MONTH, (USED,), time=TimeUnit.MINUTE)
SLEEP = dataclasses.replace(METER, code="sleep", number=8)
HEADER = BlockHeader(UUID(int=1), UUID(int=2), b"tag of the block", 1, 5)
DAY = date(2026, 4, 1)


def half_hours(count: int) -> Columns:
    records = [
        Record(DAY + timedelta(n // 48), (digest(b"%d" % n)[0],), n % 48 * 30) for n in range(count)
    ]
    return Columns.of(TimeUnit.MINUTE, records)


def entry(number: int) -> ManifestEntry:
    start = date(2000 + number, 1, 1)
    tag = block_tag(KEY, 7, start)
    return ManifestEntry(tag, 7, start, 1, digest(b"%d" % number), 3, start, start)


LISTED = Manifest().put([entry(number) for number in range(3)])
LIST_HEADER = ManifestHeader(UUID(int=1), UUID(int=2), 1, LISTED.version)

Open = Callable[[bytes], object]
STORED: dict[str, tuple[bytes, Open]] = {
    "block": (
        seal_columns(KEY, HEADER, METER, half_hours(60)),
        lambda stored: open_columns(KEY, HEADER, METER, stored),
    ),
    "block of several chunks": (
        seal_columns(KEY, HEADER, METER, half_hours(40_000)),
        lambda stored: open_columns(KEY, HEADER, METER, stored),
    ),
    "manifest": (
        seal_manifest(KEY, LIST_HEADER, LISTED),
        lambda stored: open_manifest(KEY, LIST_HEADER, stored),
    ),
}
every_kind = pytest.mark.parametrize("kind", STORED)
small_kinds = pytest.mark.parametrize("kind", ["block", "manifest"])


def refused(opened: Open, stored: bytes) -> None:
    """Check that opening gives the one error, with nothing of the content and no reason."""
    with pytest.raises(SealBrokenError) as caught:
        opened(stored)
    assert type(caught.value) is SealBrokenError
    assert (caught.value.message, caught.value.detail) == (SealBrokenError().message, "")
    assert caught.value.__cause__ is None


@every_kind
def test_what_nobody_touched_opens(kind: str):
    stored, opened = STORED[kind]
    assert opened(stored)


@small_kinds
def test_d4_every_flipped_bit_is_refused_with_one_same_error(kind: str):
    stored, opened = STORED[kind]
    for bit in range(8 * len(stored)):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        refused(opened, bytes(changed))


@small_kinds
def test_d4_every_truncation_is_refused_with_the_same_error(kind: str):
    stored, opened = STORED[kind]
    for length in range(len(stored)):
        refused(opened, stored[:length])
        refused(opened, stored[length + 1 :])
    refused(opened, stored + b"\0")
    refused(opened, stored + stored)


@every_kind
@given(data=st.data())
@settings(max_examples=60)
def test_d4_any_piece_put_elsewhere_is_refused(kind: str, data: st.DataObject):
    stored, opened = STORED[kind]
    places = st.integers(0, len(stored))
    begin, end, at = data.draw(places), data.draw(places), data.draw(places)
    begin, end = min(begin, end), max(begin, end)
    piece, rest = stored[begin:end], stored[:begin] + stored[end:]
    moved = rest[:at] + piece + rest[at:]
    if moved != stored:
        refused(opened, moved)


def test_d4_whole_chunks_that_are_dropped_doubled_or_swapped_are_refused():
    stored, opened = STORED["block of several chunks"]
    begin, chunk = BlockHeader.LENGTH + 56, 16_384 + 16
    head, first, second = stored[:begin], stored[begin:][:chunk], stored[begin + chunk :][:chunk]
    rest = stored[begin + 2 * chunk :]
    assert head + first + second + rest == stored
    assert len(second) == chunk
    for changed in (
        head + first,
        head + first + second,
        head + first + rest,
        head + second + first + rest,
        head + first + first + second + rest,
        head + first + second + second + rest,
        head,
    ):
        refused(opened, changed)


def test_d4_no_content_of_a_broken_block_comes_out_before_its_last_chunk():
    stored, opened = STORED["block of several chunks"]
    refused(opened, stored[:-1] + bytes((stored[-1] ^ 1,)))


@pytest.mark.parametrize("value", [0, 1, 3, 255, 65_535])
@pytest.mark.parametrize(("what", "at"), [("format", 4), ("algorithm", 6)])
def test_a7_blocks_of_an_unknown_format_or_algorithm_are_refused(what: str, at: int, value: int):
    known = {"format": HEADER.FORMAT, "algorithm": 1}[what]
    if value == known:
        value += 1
    stored, opened = STORED["block"]
    clear = stored[:at] + value.to_bytes(2, "big") + stored[at + 2 : BlockHeader.LENGTH]
    refused(opened, clear + stored[BlockHeader.LENGTH :])
    refused(BlockHeader.parse, clear)
    # Not even one that the right key sealed under that very header.
    resealed = seal(KEY, clear + b"\0\7", pad(deflate(b"content")))
    refused(opened, clear + resealed)


@pytest.mark.parametrize("value", [0, 2, 255, 65_535])
@pytest.mark.parametrize("at", [4, 6], ids=["format", "algorithm"])
def test_a7_manifests_of_an_unknown_format_or_algorithm_are_refused(at: int, value: int):
    stored, opened = STORED["manifest"]
    clear = stored[:at] + value.to_bytes(2, "big") + stored[at + 2 : ManifestHeader.LENGTH]
    refused(opened, clear + stored[ManifestHeader.LENGTH :])
    refused(opened, clear + seal(KEY, clear, pad(b"")))


@pytest.mark.parametrize("magic", [b"IBMF", b"IBBL", b"\0\0\0\0"])
def test_a7_another_kind_of_object_is_no_block(magic: bytes):
    stored, opened = STORED["block"]
    refused(opened, magic + stored[4:])
    refused(BlockHeader.parse, magic + stored[4:])


@given(st.integers(1, 3_000), st.sampled_from((METER, SLEEP)))
@settings(max_examples=40)
def test_b4_blocks_show_a_size_class_and_neither_length_nor_category(
    count: int, category: Category
):
    stored = seal_columns(KEY, HEADER, category, half_hours(count))
    assert stored[: BlockHeader.LENGTH] == HEADER.encode()
    content = len(stored) - BlockHeader.LENGTH - sealed_length(0)
    assert content == padded_length(content)


def test_b4_a_month_of_half_hours_has_few_sizes():
    sizes = {len(seal_columns(KEY, HEADER, METER, half_hours(n))) for n in range(1, 1489, 16)}
    assert len(sizes) < 50  # of 1,488 lengths


@given(st.integers(0, 40))
@settings(max_examples=20)
def test_b4_manifests_show_a_size_class_only(count: int):
    listed = Manifest().put([entry(number) for number in range(count)])
    stored = seal_manifest(KEY, LIST_HEADER, listed)
    content = len(stored) - ManifestHeader.LENGTH - sealed_length(0)
    assert content == padded_length(content)


def test_h4_nothing_is_inflated_before_the_seal_was_checked(monkeypatch: pytest.MonkeyPatch):
    inflated: list[bytes] = []

    def inflate(compressed: bytes, *, longest: int) -> bytes:
        inflated.append(compressed)
        return block_inflate(compressed, longest=longest)

    block_inflate = block.inflate
    monkeypatch.setattr(block, "inflate", inflate)
    stored, opened = STORED["block"]
    for at in range(len(stored)):
        refused(opened, stored[:at] + bytes((stored[at] ^ 0x80,)) + stored[at + 1 :])
    assert inflated == []
    opened(stored)
    assert len(inflated) == 1


@pytest.mark.parametrize(
    ("module", "kind"), [(block, "block"), (manifest, "manifest")], ids=["block", "manifest"]
)
def test_h4_what_is_too_long_is_refused_before_it_is_decrypted(
    module: object, kind: str, monkeypatch: pytest.MonkeyPatch
):
    stored, opened = STORED[kind]
    opened(stored)
    monkeypatch.setattr(module, "_LONGEST", 100)
    refused(opened, stored)


def test_h4_an_authentic_bomb_is_refused_at_the_limit():
    bomb = pad(deflate(bytes(LONGEST_BODY + 1)))
    assert len(bomb) < 100_000
    stored = HEADER.encode() + seal(KEY, HEADER.context(METER.number), bomb)
    refused(STORED["block"][1], stored)
