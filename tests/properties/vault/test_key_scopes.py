"""What each leaked key opens, tried on every stored object of a small bank.

Assertions A1 and A3 of the reference checklist; `docs/spec/keys.md`, "What a leaked key opens".
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.errors import LogTamperedError
from infobank.accesslog.leaf import Leaf
from infobank.accesslog.writer import Writer, open_sealed
from infobank.vault.block import open_columns, seal_columns
from infobank.vault.errors import SealBrokenError
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.keyring import (
    ResidentKeys,
    ShardKey,
    WrappedResidentKeys,
    new_resident_keys,
    open_resident_keys,
    rewrap,
    shard_of,
)
from infobank.vault.manifest import Manifest, block_tag, open_manifest, seal_manifest
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.text.language import Text

TENANT = UUID(int=1)
NAME = Text("", "")
MONTHS = (date(2026, 4, 1), date(2026, 5, 1))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
WRITER = Writer(bytes(16), bytes(32), 1)
VERSION = 1


@dataclass(frozen=True)
class Block:
    """A stored block, and all that is not secret about it."""

    resident: UUID
    category: Category
    header: BlockHeader
    stored: bytes

    def opens(self, key: bytes) -> bool:
        """Tell whether it opens, as the bank opens it, under a key."""
        try:
            return bool(open_columns(key, self.header, self.category, self.stored))
        except SealBrokenError:
            return False

    def own_key(self, category_key: bytes) -> tuple[bytes, bytes]:
        """Return the key and the nonce of this one sealing (C2SP chunked-encryption)."""
        salt = self.stored[BlockHeader.LENGTH :][:24]
        info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt
        context = self.header.context(self.category.number)
        derived = HKDFExpand(SHA512(), 76, info + context).derive(category_key)
        return derived[:32], derived[32:44]

    def decrypts(self, own_key: bytes, nonces: Iterable[bytes]) -> bool:
        """Tell whether a sealing's key decrypts this block under any of the nonces."""
        chunk = self.stored[BlockHeader.LENGTH + 56 :]
        for nonce in nonces:
            try:
                AESGCM(own_key).decrypt(nonce, chunk, None)
            except InvalidTag:
                continue
            return True
        return False


@dataclass(frozen=True)
class Listing:
    """A stored manifest."""

    resident: UUID
    header: ManifestHeader
    stored: bytes

    def opens(self, key: bytes) -> bool:
        """Tell whether it opens under a key."""
        try:
            return open_manifest(key, self.header, self.stored).version == 1
        except SealBrokenError:
            return False


@dataclass(frozen=True)
class Logged:
    """A stored entry of the access log."""

    resident: UUID
    leaf: Leaf
    sealed: bytes

    def opens(self, key: bytes) -> bool:
        """Tell whether it opens under a key."""
        try:
            return open_sealed(key, self.sealed, self.leaf)[0].resident == self.resident
        except LogTamperedError:
            return False


@dataclass(frozen=True)
class Bank:
    """A bank in which everybody has a block of each category and month, a manifest and an entry."""

    shards: dict[int, ShardKey]
    wrapped: dict[UUID, WrappedResidentKeys]
    keys: dict[UUID, ResidentKeys]
    categories: list[Category]
    stored: list[Block | Listing | Logged]

    def blocks(self) -> Iterator[Block]:
        """Return the blocks among what is stored."""
        yield from (each for each in self.stored if isinstance(each, Block))

    def opened_by(self, *keys: bytes) -> list[Block | Listing | Logged]:
        """Return everything that opens under one of the keys."""
        return [each for each in self.stored if any(each.opens(key) for key in keys)]


def category(number: int) -> Category:
    fields = (Field("value", FieldType.NUMBER, NAME, maximum=10**6),)
    return Category(f"category_{number}", number, 1, NAME, NAME, Span.MONTH, fields)


def everything_of(resident: UUID, keys: ResidentKeys, categories: list[Category]):
    """Yield what is stored about one resident."""
    for each in categories:
        for month in MONTHS:
            tag = block_tag(keys.manifest_tag_key(), each.number, month)
            header = BlockHeader(TENANT, resident, tag, VERSION, 1)
            columns = Columns.of(each.time, [Record(month, (each.number,))])
            stored = seal_columns(keys.category_key(each.number), header, each, columns)
            yield Block(resident, each, header, stored)
    listed = ManifestHeader(TENANT, resident, VERSION, 1)
    manifest = replace(Manifest(), version=1)
    yield Listing(resident, listed, seal_manifest(keys.manifest_key(), listed, manifest))
    entry = Entry(EntryKind.DEPOSIT, NOW, ResidentId(resident), {}, {})
    prepared = WRITER.prepare(entry, 0, keys.log_key(), os.urandom(32), os.urandom(12))
    yield Logged(resident, Leaf.parse(prepared.leaf), prepared.sealed)


def make_bank(residents: list[UUID], numbers: list[int]) -> Bank:
    shards = {
        number: ShardKey(TENANT, number, 1, os.urandom(32))
        for number in {shard_of(resident) for resident in residents}
    }
    made = {each: new_resident_keys(shards[shard_of(each)], each) for each in residents}
    keys = {resident: opened for resident, (opened, _) in made.items()}
    categories = [category(number) for number in numbers]
    stored = [thing for each in residents for thing in everything_of(each, keys[each], categories)]
    wrapped = {resident: sealed for resident, (_, sealed) in made.items()}
    return Bank(shards, wrapped, keys, categories, stored)


residents = st.builds(
    lambda shard, rest: UUID(bytes=bytes((shard,)) + rest),
    st.sampled_from((0, 167)),
    st.binary(min_size=15, max_size=15),
)
banks = st.builds(
    make_bank,
    st.lists(residents, min_size=2, max_size=4, unique=True),
    st.lists(st.integers(1, 65_535), min_size=2, max_size=3, unique=True),
)
small = settings(max_examples=20, deadline=None)


@small
@given(banks)
def test_a1_one_leaked_block_key_opens_exactly_one_block(bank: Bank):
    blocks = list(bank.blocks())
    own = [
        each.own_key(bank.keys[each.resident].category_key(each.category.number)) for each in blocks
    ]
    for place, (key, _) in enumerate(own):
        # The thief is even told the nonces of all other blocks.
        nonces = [nonce for _, nonce in own]
        assert [each for each in blocks if each.decrypts(key, nonces)] == [blocks[place]]
        assert bank.opened_by(key) == []


@small
@given(banks)
def test_a1_one_leaked_category_key_opens_only_that_category_of_that_resident(bank: Bank):
    for resident, keys in bank.keys.items():
        for each in bank.categories:
            opened = bank.opened_by(keys.category_key(each.number))
            assert opened == [
                block
                for block in bank.blocks()
                if (block.resident, block.category) == (resident, each)
            ]
            assert len(opened) == len(MONTHS)


@small
@given(banks)
def test_a1_one_leaked_resident_key_opens_only_that_resident_and_never_the_log(bank: Bank):
    for resident, keys in bank.keys.items():
        numbers = [each.number for each in bank.categories]
        derived = [keys.category_key(number) for number in numbers] + [keys.manifest_key()]
        opened = bank.opened_by(bytes(keys._data.reveal()), *derived)
        assert opened == [
            each
            for each in bank.stored
            if each.resident == resident and not isinstance(each, Logged)
        ]
        (entry,) = bank.opened_by(keys.log_key())
        assert isinstance(entry, Logged)
        assert entry.resident == resident
        assert bank.opened_by(keys.manifest_tag_key(), keys.export_key()) == []


@small
@given(banks)
def test_a1_one_leaked_shard_key_opens_only_the_residents_of_its_shard(bank: Bank):
    for number, shard in bank.shards.items():
        opened = set()
        for resident, wrapped in bank.wrapped.items():
            thief = ShardKey(TENANT, shard_of(resident), 1, bytes(shard.reveal()))
            try:
                open_resident_keys(thief, resident, wrapped)
            except SealBrokenError:
                continue
            opened.add(resident)
        assert opened == {each for each in bank.wrapped if shard_of(each) == number}


@small
@given(banks)
def test_a3_what_is_stored_opens_as_it_stands_after_a_new_epoch(bank: Bank):
    for number, shard in bank.shards.items():
        later = ShardKey(TENANT, number, 2, os.urandom(32))
        rows = [row for row in bank.wrapped.items() if shard_of(row[0]) == number]
        for resident, wrapped in rewrap(shard, later, rows):
            with open_resident_keys(later, resident, wrapped) as keys:
                derived = [keys.category_key(each.number) for each in bank.categories]
                opened = bank.opened_by(*derived, keys.manifest_key(), keys.log_key())
            assert opened == [each for each in bank.stored if each.resident == resident]
