"""The rules of each day, by the digest of their files: an old decision is read against them."""

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from sqlalchemy import Column, DateTime, LargeBinary, Table, select
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.db.direct import Reader
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.text.canonical import canonical_json

policy_versions = Table(
    "policy_versions",
    records,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    Column("files", LargeBinary, nullable=False),
    info=declare(
        "reference",
        web="SELECT, INSERT",
        sequencer="SELECT",
        publisher="SELECT, INSERT",
        keyservice="SELECT",
    ),
)
"""The files of a policies folder, each once; no role may change or delete them.

`files` is compressed JSON of their texts by path.  Whoever reads them computes the digest
again: what was put in place of them is not what it says.
"""


async def keep(unit: Unit, digest: bytes, files: Mapping[str, bytes], at: datetime) -> None:
    """Keep the files of the rules in force, if they are new."""
    texts = {path: content.decode() for path, content in files.items()}
    row = {"digest": digest, "loaded_at": at, "files": zlib.compress(canonical_json(texts))}
    await unit.connection.execute(upsert(policy_versions).values(**row).on_conflict_do_nothing())


async def versions(unit: Unit) -> AsyncIterator[tuple[datetime, Mapping[str, bytes]]]:
    """Yield the rules that were ever in force, newest first, each with since when."""
    query = select(policy_versions.c.loaded_at, policy_versions.c.files)
    found = await unit.connection.stream(query.order_by(policy_versions.c.loaded_at.desc()))
    async for row in found:
        yield row.loaded_at, _files(row.files)


async def digests(reader: Reader) -> frozenset[bytes]:
    """Return the digests of all rules that were ever in force."""
    return frozenset(row[0] for row in await reader.fetch("SELECT digest FROM policy_versions"))


async def files_of(unit: Unit, digest: bytes) -> Mapping[str, bytes] | None:
    """Return the files that are kept under a digest."""
    query = select(policy_versions.c.files).where(policy_versions.c.digest == digest)
    kept = (await unit.connection.execute(query)).scalar_one_or_none()
    return None if kept is None else _files(kept)


def _files(kept: bytes) -> Mapping[str, bytes]:
    texts: Mapping[str, str] = json.loads(zlib.decompress(kept))
    return {path: text.encode() for path, text in texts.items()}
