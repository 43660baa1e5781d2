"""Build small logs the way the bank does: writers, a sequencer, one signed checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.accesslog.checkpoint import Checkpoint, sign_checkpoint
from infobank.accesslog.entry import Entry, EntryKind
from infobank.accesslog.merkle import leaf_hash
from infobank.accesslog.note import Signer
from infobank.accesslog.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Coordinate,
    encode_bundle,
    integrate,
    path_of,
    shown_path,
)
from infobank.accesslog.writer import Prepared, Writer
from infobank.errors import NotFoundError
from infobank.vocabulary.identifiers import ResidentId

SEAL_KEY = bytes(range(32))
START = datetime(2026, 11, 21, 8, 0, 0, 123456, tzinfo=UTC)
SIGNER = Signer("log.example/access/2026h2", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def drawn(label: str, number: int, count: int) -> bytes:
    """Return repeatable bytes that stand for unpredictable ones."""
    return sha256(f"{label} {number}".encode()).digest()[:count]


@dataclass
class Log:
    """A published log: its files, and what they were made of."""

    prepared: list[Prepared]
    leaves: list[bytes]
    files: dict[str, bytes] = field(default_factory=dict)
    signer: Signer = SIGNER

    def fetch(self, path: str) -> bytes:
        """Read one published file."""
        if path not in self.files:
            raise NotFoundError("no such file")
        return self.files[path]

    def publish(self) -> None:
        """Publish tiles, bundles, documents and a checkpoint of the present leaves."""
        grown = integrate(0, {}, [leaf_hash(leaf) for leaf in self.leaves])
        self.files = {path_of(place): tile for place, tile in grown.tiles.items()}
        for first in range(0, len(self.leaves), TILE_WIDTH):
            index, bundle = first // TILE_WIDTH, self.leaves[first : first + TILE_WIDTH]
            documents = [each.shown_document for each in self.prepared[first : first + len(bundle)]]
            place = Coordinate(ENTRIES, index, len(bundle))
            self.files[path_of(place)] = encode_bundle(bundle)
            lines = b"".join(document + b"\n" for document in documents)
            self.files[shown_path(index, len(bundle))] = lines
        self.files["checkpoint"] = self.checkpoint(grown.size, grown.root)

    def checkpoint(self, size: int, root: bytes) -> bytes:
        """Sign a checkpoint."""
        return sign_checkpoint(Checkpoint(self.signer.name, size, root), [self.signer])

    def checkpoint_at(self, size: int) -> bytes:
        """Sign the checkpoint that the log had at a smaller size."""
        grown = integrate(0, {}, [leaf_hash(leaf) for leaf in self.leaves[:size]])
        return self.checkpoint(grown.size, grown.root)


@pytest.fixture
def entry() -> Entry:
    """Return one permit with shown and hidden fields."""
    return sample_entry(0)


def sample_entry(number: int) -> Entry:
    """Return one of many permits."""
    return Entry(
        kind=EntryKind.PERMIT,
        at=START + timedelta(seconds=number),
        resident=ResidentId(UUID(int=number, version=4)),
        shown={"purpose": "research", "count": number, "decision": "permit"},
        hidden={"block_tag": f"tag-{number}"},
    )


@cache
def sample_prepared(number: int) -> Prepared:
    """Return one of many prepared permits, of three writers in turn."""
    each = number % 3
    writer = Writer(drawn("writer", each, 16), drawn("mac", each, 32))
    blinder, nonce = drawn("blinder", number, 32), drawn("nonce", number, 12)
    return writer.prepare(sample_entry(number), number // 3, SEAL_KEY, blinder, nonce)


@pytest.fixture
def make_log() -> Callable[[int], Log]:
    """Return a maker of published logs: three writers in turn, every seventh entry void."""
    return published_log


def published_log(count: int) -> Log:
    """Return a published log of some entries."""
    prepared = [sample_prepared(number) for number in range(count)]
    leaves = [each.leaf_void if at % 7 == 6 else each.leaf for at, each in enumerate(prepared)]
    log = Log(prepared, leaves)
    log.publish()
    return log
