"""Wrap residents' keys under a new epoch, beside the bare library opening and sealing the same."""

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from asyncpg.pgproto import pgproto
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from ground import Ground
from table import Line, ratio

from infobank.vault.keyring import (
    KINDS,
    ShardKey,
    WrappedResidentKeys,
    new_resident_keys,
    open_resident_keys,
    rewrap,
)

TENANT, SHARD = UUID(int=1), 0xA7
RESIDENTS = 20_000
BATCH = 500
ROUNDS = 10
NONCE = 12

Rows = list[tuple[UUID, WrappedResidentKeys]]


def measure(_: Ground) -> Iterator[Line]:
    """Count wrapped keys a second of CPU, two a resident, and time opening a resident's."""
    older, newer = (ShardKey(TENANT, SHARD, epoch, os.urandom(32)) for epoch in (1, 2))
    # A row comes out of the database with asyncpg's own kind of UUID.
    residents = [pgproto.UUID(bytes((SHARD,)) + os.urandom(15)) for _ in range(RESIDENTS)]
    rows = [(resident, new_resident_keys(older, resident)[1]) for resident in residents]
    batches = [rows[at : at + BATCH] for at in range(0, RESIDENTS, BATCH)]
    ours, bare, opening = fastest(
        [partial(rewrap, older, newer, batch) for batch in batches],
        [
            partial(library_alone, *ciphers(older, newer), bound(older, newer, batch))
            for batch in batches
        ],
        [partial(opened, older, batch) for batch in batches],
    )
    rate, least = 2 * RESIDENTS / ours, 2 * RESIDENTS / bare
    yield Line("rewrap", rate, "keys/s CPU", f"two a resident, {BATCH} at a time; issue: 300,000")
    yield Line("rewrap, library alone", least, "keys/s CPU", "open and seal the same bytes")
    yield ratio("rewrap", rate, least, "none stated")
    yield Line("open resident keys", opening / RESIDENTS * 1e6, "µs CPU", "both keys, then wiped")


def fastest(*works: list[Callable[[], object]]) -> list[float]:
    """Return seconds of CPU of each work in its fastest round; others slow every round down."""
    rounds = [[cpu_seconds(work) for work in works] for _ in range(ROUNDS)]
    return [min(taken) for taken in zip(*rounds, strict=True)]


def cpu_seconds(work: list[Callable[[], object]]) -> float:
    """Return how long the parts of a work keep a processor busy."""
    begun = time.process_time()
    for part in work:
        part()
    return time.process_time() - begun


def ciphers(older: ShardKey, newer: ShardKey) -> tuple[AESGCM, AESGCM]:
    """Return the library's own objects."""
    return AESGCM(older.reveal()), AESGCM(newer.reveal())


def bound(older: ShardKey, newer: ShardKey, rows: Rows) -> list[tuple[bytes, ...]]:
    """Return nonce, sealed bytes and both contexts of every wrapped key, made beforehand."""
    return [
        (key[:NONCE], key[NONCE:], *(shard.context(kind, resident, 1) for shard in (older, newer)))
        for resident, wrapped in rows
        for kind, key in zip(KINDS, wrapped[2:], strict=True)
    ]


def library_alone(older: AESGCM, newer: AESGCM, keys: list[tuple[bytes, ...]]) -> None:
    """Open and seal, check nothing, draw nothing, keep nothing."""
    for nonce, sealed, context, following in keys:
        newer.encrypt(nonce, older.decrypt(nonce, sealed, context), following)


def opened(shard: ShardKey, rows: Rows) -> None:
    """Open residents' keys, as each disclosure does."""
    for resident, wrapped in rows:
        open_resident_keys(shard, resident, wrapped).wipe()
