"""The manifest says which blocks count, and shows nothing to who cannot open it."""

import dataclasses
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from infobank.errors import ConflictError
from infobank.vault import manifest as module
from infobank.vault.envelope import digest, seal
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import ManifestHeader
from infobank.vault.manifest import (
    Manifest,
    ManifestEntry,
    block_tag,
    open_manifest,
    seal_manifest,
)
from infobank.vault.padding import pad
from infobank.vocabulary.period import Period

KEY = bytes(range(32))


def entry(category: int = 7, month: int = 4, generation: int = 1) -> ManifestEntry:
    start = date(2026, month, 1)
    return ManifestEntry(
        tag=block_tag(KEY, category, start),
        category=category,
        start=start,
        generation=generation,
        digest=digest(b"stored %d" % generation),
        records=10,
        first=start.replace(day=5),
        last=start.replace(day=20),
    )


MANIFEST = Manifest().put([entry(month=5), entry(month=4), entry(category=300)])
HEADER = ManifestHeader(UUID(int=1), UUID(int=2), 1, MANIFEST.version)


def test_a_manifest_opens_to_its_entries_in_order():
    opened = open_manifest(KEY, HEADER, seal_manifest(KEY, HEADER, MANIFEST))
    assert opened == MANIFEST
    places = [(e.category, e.start.month) for e in opened.entries]
    assert places == [(7, 4), (7, 5), (300, 4)]


@pytest.mark.parametrize(
    "other",
    [{"tenant": UUID(int=9)}, {"resident": UUID(int=9)}, {"key_version": 2}, {"version": 0}],
    ids=lambda other: next(iter(other)),
)
def test_anothers_manifest_and_an_older_one_are_refused(other: dict[str, Any]):
    elsewhere = dataclasses.replace(HEADER, **other)
    manifest = dataclasses.replace(MANIFEST, version=elsewhere.version)
    stored = seal_manifest(KEY, elsewhere, manifest)
    for found in (stored, HEADER.encode() + stored[ManifestHeader.LENGTH :]):
        with pytest.raises(SealBrokenError):
            open_manifest(KEY, HEADER, found)


def test_another_key_opens_nothing():
    with pytest.raises(SealBrokenError):
        open_manifest(bytes(32), HEADER, seal_manifest(KEY, HEADER, MANIFEST))


def test_a_manifest_is_not_sealed_under_another_version():
    with pytest.raises(ValueError, match="version"):
        seal_manifest(KEY, dataclasses.replace(HEADER, version=9), MANIFEST)


@pytest.mark.parametrize("body", [b"x", bytes(73), b"\x7f" * 74], ids=["1", "73", "no such day"])
def test_authentic_rubbish_is_broken_too(body: bytes):
    clear = HEADER.encode()
    with pytest.raises(SealBrokenError):
        open_manifest(KEY, HEADER, clear + seal(KEY, clear, pad(body)))


@pytest.mark.parametrize("months", [(5, 4), (4, 4)], ids=["not in order", "twice"])
def test_authentic_entries_out_of_order_are_broken(months: tuple[int, int]):
    clear = HEADER.encode()
    body = b"".join(entry(month=month).encode() for month in months)
    with pytest.raises(SealBrokenError):
        open_manifest(KEY, HEADER, clear + seal(KEY, clear, pad(body)))


def test_an_entry_is_found_by_category_and_span():
    assert MANIFEST.entry(7, date(2026, 5, 1)) == entry(month=5)
    assert MANIFEST.entry(7, date(2026, 6, 1)) is None
    assert MANIFEST.entry(8, date(2026, 5, 1)) is None


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), [4, 5]),
        (date(2026, 4, 20), date(2026, 5, 4), [4]),
        (date(2026, 4, 21), date(2026, 5, 5), [5]),
        (date(2026, 4, 21), date(2026, 5, 4), []),
        (date(2026, 4, 6), date(2026, 4, 6), [4]),
    ],
)
def test_blocks_of_a_period_are_those_with_records_near_it(
    first: date, last: date, months: list[int]
):
    found = MANIFEST.within(7, Period(first, last))
    assert [e.start.month for e in found] == months


def test_each_put_is_one_version_and_keeps_the_rest():
    after = MANIFEST.put([entry(generation=2)])
    assert after.version == MANIFEST.version + 1
    assert after.entry(7, date(2026, 4, 1)) == entry(generation=2)
    assert after.entry(7, date(2026, 5, 1)) == entry(month=5)
    assert MANIFEST.entry(7, date(2026, 4, 1)) == entry(generation=1)


@pytest.mark.parametrize("generation", [0, 1, 3])
def test_a_generation_that_does_not_follow_is_refused(generation: int):
    with pytest.raises(ConflictError):
        MANIFEST.put([entry(generation=generation)])


def test_a_new_block_begins_with_generation_one():
    with pytest.raises(ConflictError):
        Manifest().put([entry(generation=2)])


def test_a_resident_has_a_most_of_blocks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    with pytest.raises(ConflictError):
        MANIFEST.put([entry(month=6)])


def test_an_entry_confirms_its_block_and_no_other():
    entry().confirm(b"stored 1")
    with pytest.raises(SealBrokenError):
        entry().confirm(b"stored 0")


def test_tags_depend_on_key_category_and_span():
    april, may = date(2026, 4, 1), date(2026, 5, 1)
    tags = {
        block_tag(key, category, start)
        for key in (KEY, bytes(32))
        for category in (7, 8)
        for start in (april, may)
    }
    assert len(tags) == 8
    assert {len(tag) for tag in tags} == {16}
