"""What the key service does for the rest of the bank: the one way to a key.

The process that parses the Internet's input holds no root key and no shard key.  It asks
here, over a socket (`infobank.keystore.service`), and is given no more than the work at
hand needs: a category key only against an entry that is durable in the access log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol

from infobank.accesslog.entry import EntryRef
from infobank.db.ending.destroyed import Escrow
from infobank.db.keys import Move
from infobank.db.rotation.epochs import EpochLife
from infobank.vault.bankkeys import RowKind, WriterKeys
from infobank.vault.ending.receipt import LogKey
from infobank.vault.errors import KeyMissingError
from infobank.vault.manifest import ManifestState
from infobank.vault.secret import Guarded
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId

EXPORT = 0
"""Stands for the export key where a category's number is asked for; no category has it."""


class OpenedResident(Guarded):
    """What may be known of a resident without opening a record.

    `version` is that of the resident's keys; `held` is the manifest that counts, and
    `following` the one that a deposit has announced and may have written.

    Raises:
        KeyMissingError: by each method whose key was destroyed.
    """

    __slots__ = ("_log", "_manifest", "_tag", "following", "held", "version")

    def __init__(
        self,
        version: int,
        keys: tuple[bytes | None, bytes | None, bytes | None],
        held: ManifestState,
        following: ManifestState | None,
    ) -> None:
        self.version = version
        self._log, self._manifest, self._tag = keys
        self.held = held
        self.following = following

    @property
    def erased(self) -> bool:
        """Tell whether the data key was destroyed."""
        return self._tag is None

    def log_key(self) -> bytes:
        """Return the key that seals the resident's own log entries."""
        return _present(self._log)

    def manifest_key(self) -> bytes:
        """Return the key that seals the manifest."""
        return _present(self._manifest)

    def tag_key(self) -> bytes:
        """Return the key that turns category and span into a block's tag."""
        return _present(self._tag)

    def material(self) -> tuple[bytes | None, bytes | None, bytes | None]:
        """Return log, manifest and tag key, to be handed over a socket."""
        return self._log, self._manifest, self._tag


def residents_digest(residents: Sequence[ResidentId]) -> str:
    """Return the SHA-256 by which an entry about many residents names them all."""
    return sha256(b"".join(each.bytes for each in sorted(set(residents)))).hexdigest()


@dataclass(frozen=True)
class Wanted:
    """A category key that is asked for, and the durable entry that permits it.

    `consent` is the one a permit leans on; entries that lean on none leave it out.
    """

    resident: ResidentId
    category: int
    permit: EntryRef
    consent: ConsentId | None = None


@dataclass(frozen=True)
class Row:
    """A row that authorises something: its kind, its bytes, and the MAC it carries."""

    kind: RowKind
    content: bytes
    mac: bytes = b""


@dataclass(frozen=True)
class Destroyed:
    """What became of an erased resident's keys.

    `epoch` is the root key under which backups of the destroyed key still open, until
    that root key is destroyed itself; `epoch_begun` is when it was taken into use.
    `holders` is among how many people any two open the log key, 0 where nobody does.
    """

    at: datetime
    epoch: int
    epoch_begun: datetime
    provision_until: date | None
    log_key: LogKey
    holders: int


@dataclass(frozen=True)
class Settled:
    """Log keys of erased residents: destroyed because their time was over, or given to holders."""

    destroyed: int
    given: int


class KeyService(Protocol):
    """Make, open, release and destroy keys.

    Every method raises `UnavailableError` when the key service or its database is away.
    """

    async def writer(self) -> WriterKeys:
        """Return the log-writing keys of a process that has none yet."""

    async def writers(self, prefixes: Sequence[bytes]) -> list[WriterKeys]:
        """Return other processes' log-writing keys, to check what they wrote."""

    async def create(self, residents: Sequence[ResidentId]) -> None:
        """Make random keys for new residents, durably; an existing key is never replaced."""

    async def open(self, residents: Sequence[ResidentId]) -> dict[ResidentId, OpenedResident]:
        """Open what may be known of residents without opening a record.

        Raises:
            KeyMissingError: a resident has no key.
            SealBrokenError: a wrapped key is not what was stored.
        """

    async def release(self, wanted: Sequence[Wanted]) -> list[bytes]:
        """Give out category keys, each against its durable entry, in the order asked.

        Raises:
            KeyRefusedError: an entry does not permit what is asked; none is given out.
        """

    async def announce(self, moves: Sequence[Move]) -> None:
        """Note, durably, which manifest a deposit is about to write.

        Raises:
            SealBrokenError: the manifest it follows is not the one that counts.
        """

    async def confirm(self, written: Sequence[tuple[ResidentId, int]]) -> None:
        """Note that announced manifests (resident, version) were written."""

    async def index(self, name: str, identifiers: Sequence[tuple[str, str]]) -> list[bytes]:
        """Return the blind index of each identifier (source, identifier) in a named index."""

    async def pairwise(self, provider: ProviderId, residents: Sequence[ResidentId]) -> list[str]:
        """Return the names by which a provider knows residents."""

    async def authenticate(self, rows: Sequence[Row]) -> list[bytes]:
        """Return the MAC of each row."""

    async def check(self, rows: Sequence[Row]) -> list[bool]:
        """Tell of each row whether it carries the MAC it must."""

    async def destroy(self, resident: ResidentId, permit: EntryRef) -> Destroyed:
        """Destroy a resident's data key, against a durable entry that says so; idempotent.

        The entry says until when provision records are kept (`provision_until`).

        Raises:
            KeyRefusedError: the entry does not say so, or a legal hold stands.
            KeyMissingError: there is no such resident.
        """

    async def escrow(self, resident: ResidentId) -> Escrow | None:
        """Return an erased resident's log key as two holders open it; None when they have none."""

    async def epochs(self) -> list[EpochLife]:
        """Return the lives of the root keys, oldest first: times and counts, never a key."""

    async def sign(self, document: bytes) -> bytes:
        """Return the Ed25519 signature under a receipt."""

    async def receipt_key(self) -> bytes:
        """Return the public key that checks receipts, 32 bytes."""

    async def reachable(self) -> None:
        """Return when the key service and its database answer."""


def _present(key: bytes | None) -> bytes:
    if key is None:
        raise KeyMissingError("the resident was erased")
    return key
