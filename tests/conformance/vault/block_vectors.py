"""Make the vectors of stored blocks and manifests in `docs/spec/vectors/`.

Run `python tests/conformance/vault/block_vectors.py FOLDER` from the checkout; it writes both
documents there.  Sealing is randomised, so a second run gives other sealed bytes that open
to the same contents: the stored files are made once and then never change.
"""

import dataclasses
import json
import sys
from datetime import date
from pathlib import Path
from uuid import UUID

from infobank.vault.block import seal_columns
from infobank.vault.columns.encode import encode_columns
from infobank.vault.envelope import digest
from infobank.vault.header import BlockHeader, ManifestHeader
from infobank.vault.keyring import ResidentKeys
from infobank.vault.manifest import Manifest, ManifestEntry, block_tag, seal_manifest
from infobank.vault.padding import padded_length
from infobank.vault.secret import Secret
from infobank.vocabulary.category import Category, Field, FieldType, Record, Span, TimeUnit
from infobank.vocabulary.columns import Columns
from infobank.vocabulary.text.language import Text

TENANT = UUID("11111111-1111-4111-8111-111111111111")
RESIDENT = UUID("a7222222-2222-4222-8222-222222222222")
DATA_KEY = bytes(range(32))
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


METER = dataclasses.replace(ACTIVITY, number=8, fields=ACTIVITY.fields[:1], time=TimeUnit.MINUTE)
HALF_HOURS = {
    "a day of 25 hours in half hours": [
        Record(date(2026, 11, 1), (n * n % 700,), 30 * n) for n in range(50)
    ],
    "minutes far apart, a value absent": [
        Record(date(2026, 4, 1), (90,), 1439),
        Record(date(2026, 4, 2), (None,), 0),
        Record(date(2026, 4, 30), (40_000,), 717),
    ],
}


WALKS = dataclasses.replace(
    ACTIVITY,
    number=9,
    fields=tuple(Field(f"n{place}", FieldType.NUMBER, NAME) for place in range(4)),
)
COLUMNS = {
    "columns of one width together, a value absent": [
        Record(date(2026, 4, 1), (258, 3, 1286, 70_000)),
        Record(date(2026, 4, 2), (513, 4, None, -70_000)),
    ],
}


def block_vectors() -> dict[str, object]:
    """Return one vector for each list of records."""
    keys = ResidentKeys(2, Secret(DATA_KEY), None)
    every = [(ACTIVITY, *named) for named in RECORDS.items()]
    every += [(METER, *named) for named in HALF_HOURS.items()]
    every += [(WALKS, *named) for named in COLUMNS.items()]
    return {
        "tenant": str(TENANT),
        "resident": str(RESIDENT),
        "schema": ACTIVITY.schema,
        "key_version": 2,
        "data_key": DATA_KEY.hex(),
        "padded_lengths": {
            str(n): padded_length(n) for n in (0, 1, 256, 257, 1000, 1024, 65_537, 10**6)
        },
        "vectors": [
            block_vector(keys, category, generation, comment, records)
            for generation, (category, comment, records) in enumerate(every, start=1)
        ],
    }


def block_vector(
    keys: ResidentKeys, category: Category, generation: int, comment: str, records: list[Record]
) -> dict[str, object]:
    """Return one block: what it is, what it says, and its stored bytes."""
    tag = block_tag(keys.manifest_tag_key(), category.number, date(2026, 4, 1))
    header = BlockHeader(TENANT, RESIDENT, tag, 2, generation)
    key = keys.category_key(category.number)
    columns = Columns.of(category.time, records)
    body = encode_columns(category, columns)
    few = len(records) < 100
    timed = category.time is TimeUnit.MINUTE
    return {
        "comment": comment,
        "category": category.number,
        "category_key": key.hex(),
        "time": category.time.value,
        "columns": [field.type.value for field in category.fields],
        "tag": tag.hex(),
        "generation": generation,
        "body": body.hex() if few else None,
        "records": [
            [r.observed.isoformat(), *([r.minute] if timed else []), *r.values] for r in records
        ]
        if few
        else None,
        "body_sha256": digest(body).hex(),
        "stored": seal_columns(key, header, category, columns).hex(),
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


def main() -> None:
    """Write both documents into the folder named on the command line."""
    folder = Path(sys.argv[1])
    for name, document in (("block", block_vectors()), ("manifest", manifest_vectors())):
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
