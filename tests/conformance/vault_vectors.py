"""Make the vectors of `docs/spec/vectors/`.

Run `python tests/conformance/vault_vectors.py FOLDER` from the checkout; it writes the three
documents there.  Sealing is randomised, so a second run gives other sealed bytes that open
to the same contents: the stored files are made once and then never change.
"""

import json
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

from infobank.vault.bankkeys import BankKeys, blind_index
from infobank.vault.block import seal_block
from infobank.vault.columns import encode_records
from infobank.vault.envelope import digest
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.keyring import (
    ResidentKeys,
    RootKey,
    ShardKey,
    new_resident_keys,
    new_shard,
    open_resident_keys,
)
from infobank.vault.manifest import Manifest, ManifestEntry, block_tag, seal_manifest
from infobank.vault.padding import padded_length
from infobank.vault.secret import Secret
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span
from infobank.vocabulary.language import Text

TENANT = UUID("11111111-1111-4111-8111-111111111111")
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
DATA_KEY = bytes(range(32))
LOG_KEY = bytes(range(32, 64))
ROOT = RootKey(3, bytes(range(64, 96)))
NAME = Text("", "")

ACTIVITY = Category(
    "activity",
    7,
    1,
    NAME,
    NAME,
    Span.MONTH,
    (
        Field("steps", FieldType.NUMBER, NAME, maximum=200_000),
        Field("balance", FieldType.NUMBER, NAME, minimum=-(2**62), maximum=2**62),
        Field("place", FieldType.CODE, NAME, codes=(("home", NAME), ("駅", NAME))),
        Field("note", FieldType.TEXT, NAME, longest=100),
    ),
)
RECORDS = {
    "one record, nothing absent": [Record(date(2026, 4, 1), (8123, -5, "home", ""))],
    "gaps, absent values, both texts": [
        Record(date(2026, 4, 1), (0, None, "home", None)),
        Record(date(2026, 4, 2), (199_999, 2**62, "駅", None)),
        Record(date(2026, 4, 9), (None, -(2**62), None, None)),
        Record(date(2026, 4, 30), (128, 1, "駅", None)),
    ],
    "before 1970": [Record(date(1969, 12, 31), (1, 2, "home", "古い"))],
    "more than one chunk": [
        Record(date.fromordinal(730_000 + n), (n * n * 7919 % 200_001, n**4, "home", f"{n * n}"))
        for n in range(2_000)
    ],
}


def block_vectors() -> dict[str, object]:
    """Return one vector for each list of records."""
    keys = ResidentKeys(2, Secret(DATA_KEY), None)
    tag = block_tag(keys.manifest_tag_key(), ACTIVITY.number, date(2026, 4, 1))
    vectors = []
    for generation, (comment, records) in enumerate(RECORDS.items(), start=1):
        header = BlockHeader(TENANT, RESIDENT, tag, 2, generation)
        key = keys.category_key(ACTIVITY.number)
        few = len(records) < 100
        vectors.append(
            {
                "comment": comment,
                "generation": generation,
                "body": encode_records(ACTIVITY, records).hex() if few else None,
                "records": [[r.observed.isoformat(), *r.values] for r in records] if few else None,
                "body_sha256": digest(encode_records(ACTIVITY, records)).hex(),
                "stored": seal_block(key, header, ACTIVITY, records).hex(),
            }
        )
    return {
        "tenant": str(TENANT),
        "resident": str(RESIDENT),
        "category": ACTIVITY.number,
        "schema": ACTIVITY.schema,
        "columns": [field.type.value for field in ACTIVITY.fields],
        "key_version": 2,
        "tag": tag.hex(),
        "data_key": DATA_KEY.hex(),
        "category_key": keys.category_key(ACTIVITY.number).hex(),
        "padded_lengths": {
            str(n): padded_length(n) for n in (0, 1, 256, 257, 1000, 1024, 65_537, 10**6)
        },
        "vectors": vectors,
    }


def manifest_vectors() -> dict[str, object]:
    """Return one sealed manifest and the places of its blocks."""
    keys = ResidentKeys(2, Secret(DATA_KEY), None)
    places = ((7, date(2026, 4, 1), 1), (7, date(2026, 5, 1), 1), (300, date(1970, 1, 1), 1))
    entries = [
        ManifestEntry(
            tag=block_tag(keys.manifest_tag_key(), category, start),
            category=category,
            start=start,
            generation=generation,
            digest=digest(b"block of %d" % category),
            records=30,
            first=start,
            last=start.replace(day=28),
        )
        for category, start, generation in places
    ]
    manifest = Manifest(41).put(entries)
    header = ManifestHeader(TENANT, RESIDENT, 2, manifest.version)
    stored = seal_manifest(keys.manifest_key(), header, manifest)
    return {
        "tenant": str(TENANT),
        "resident": str(RESIDENT),
        "key_version": 2,
        "version": manifest.version,
        "data_key": DATA_KEY.hex(),
        "manifest_key": keys.manifest_key().hex(),
        "manifest_tag_key": keys.manifest_tag_key().hex(),
        "entries": [entry.encode().hex() for entry in manifest.entries],
        "tags": [
            [entry.category, entry.start.isoformat(), entry.tag.hex()] for entry in manifest.entries
        ],
        "stored": stored.hex(),
        "digest": digest(stored).hex(),
    }


def key_vectors() -> dict[str, object]:
    """Return the derived keys of fixed root and data keys, and wrapped keys to be opened."""
    bank = BankKeys(ROOT, TENANT)
    shard, wrapped_shard = new_shard(ROOT, RESIDENT.bytes[0], TENANT)
    fixed = ShardKey(TENANT, RESIDENT.bytes[0], ROOT.epoch, bytes(range(96, 128)))
    _, wrapped = new_resident_keys(fixed, RESIDENT, version=5)
    opened = open_resident_keys(fixed, RESIDENT, wrapped)
    resident = ResidentKeys(1, Secret(DATA_KEY), Secret(LOG_KEY))
    writer = UUID(int=9)
    return {
        "tenant": str(TENANT),
        "resident": str(RESIDENT),
        "root": {"epoch": ROOT.epoch, "key": ROOT.reveal().hex()},
        "shard": {
            "number": shard.shard,
            "wrapped": wrapped_shard.hex(),
            "key": shard.reveal().hex(),
        },
        "resident_keys": {
            "shard_key": fixed.reveal().hex(),
            "version": wrapped.version,
            "wrapped_data": (wrapped.data or b"").hex(),
            "wrapped_log": (wrapped.log or b"").hex(),
            "category_key_7": opened.category_key(7).hex(),
            "log_key": opened.log_key().hex(),
        },
        "derived": {
            "data_key": DATA_KEY.hex(),
            "data/7": resident.category_key(7).hex(),
            "data/65535": resident.category_key(65_535).hex(),
            "manifest": resident.manifest_key().hex(),
            "manifest-tag": resident.manifest_tag_key().hex(),
            "export": resident.export_key().hex(),
        },
        "bank": {
            "index/source": bank.index_key("source").hex(),
            "pairwise": bank.pairwise_key().hex(),
            "log": bank.bank_log_key().hex(),
            "writer": [str(writer), bank.writer_mac_key(writer).hex()],
        },
        "blind_index": [
            [source, name, blind_index(bank.index_key("source"), source, name).hex()]
            for source, name in (
                ("fitbit", "1503960366"),
                ("fitbit", "１５０３９６０３６６"),
                ("住民", "ｶﾞ"),
            )
        ],
    }


def main() -> None:
    """Write the three documents into the folder named on the command line."""
    folder = Path(sys.argv[1])
    for name, document in (
        ("block", block_vectors()),
        ("manifest", manifest_vectors()),
        ("keys", key_vectors()),
    ):
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
