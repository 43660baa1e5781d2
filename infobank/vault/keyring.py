"""The tree of keys: root, shards, residents.  `docs/spec/keys.md` has the derivations.

Root and shard keys are in the key service alone.  It opens a resident's keys for the
work at hand, wipes them, and gives out one derived key at a time.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, get_args
from uuid import UUID

from infobank.errors import ConflictError
from infobank.vault.envelope import KeyWrap, Material, expand, new_key
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.secret import Secret, Wipeable
from infobank.vocabulary.text.canonical import joined

SHARDS = 256

MOST_WRAPS = 2**31
"""Wraps under one shard key: half of what random nonces allow (NIST SP 800-38D section 8.3)."""

Kind = Literal["data", "log"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LENGTH_4 = (4).to_bytes(4, "big")


class RootKey(Secret):
    """The key everything hangs from; `epoch` (1, 2, …) counts its replacements."""

    __slots__ = ("epoch",)

    def __init__(self, epoch: int, material: Material) -> None:
        super().__init__(material)
        self.epoch = epoch


class ShardKey(Secret):
    """A random key that wraps the keys of about one resident in 256.

    Raises:
        ValueError: there is no such shard; and by every method once the key was wiped.
    """

    __slots__ = ("_cipher", "_epoch", "_starts", "epoch", "shard", "tenant")

    def __init__(self, tenant: UUID, shard: int, epoch: int, material: Material) -> None:
        if not 0 <= shard < SHARDS:
            raise ValueError(f"shards are numbered 0 to {SHARDS - 1}")
        super().__init__(material)
        self.tenant = tenant
        self.shard = shard
        self.epoch = epoch
        self._cipher: KeyWrap | None = KeyWrap(self.reveal())
        # What residents' contexts share is joined once: a rewrap makes millions of them.
        place = (tenant.bytes, _number(shard, 2))
        self._starts = {
            kind: joined(b"infobank/wrap/v1", kind.encode(), *place) + _number(16, 4)
            for kind in KINDS
        }
        self._epoch = joined(_number(epoch, 4))

    def wipe(self) -> None:
        """Overwrite the key, and let the cipher go that was made of it."""
        super().wipe()
        self._cipher = None

    def cipher(self) -> KeyWrap:
        """Return what wraps and unwraps under this key, to be kept nowhere."""
        if self._cipher is None:
            raise ValueError("the shard key was wiped")
        return self._cipher

    def context(self, kind: Kind, resident: UUID, version: int) -> bytes:
        """Return what one wrapped key of a resident is bound to."""
        return self._starts[kind] + resident.bytes + self._end(version)

    def contexts(
        self, residents: Iterable[bytes], versions: Sequence[int]
    ) -> dict[Kind, list[bytes]]:
        """Return what the wrapped keys of residents, given by their 16 bytes, are bound to."""
        ends = {version: self._end(version) for version in set(versions)}
        whose = [each + ends[version] for each, version in zip(residents, versions, strict=True)]
        return {kind: [start + each for each in whose] for kind, start in self._starts.items()}

    def _end(self, version: int) -> bytes:
        return _LENGTH_4 + version.to_bytes(4, "big") + self._epoch


class WrappedResidentKeys(NamedTuple):
    """What is stored of a resident's keys: two wrapped keys, 92 bytes each.

    `data` is None once the resident was erased; `log` outlives it until the legal
    period of the provision records is over, then it is None too.
    """

    version: int
    epoch: int
    data: bytes | None
    log: bytes | None

    def erased(self) -> "WrappedResidentKeys":
        """Return what is left after cryptographic erasure (NIST SP 800-88r2)."""
        return self._replace(data=None)


class ResidentKeys(Wipeable):
    """The opened keys of one resident, named by use; what is derived is the caller's.

    Raises:
        KeyMissingError: by every method whose key was destroyed.
        ValueError: by every method once the keys were wiped.
    """

    __slots__ = ("_data", "_log", "version")

    def __init__(self, version: int, data: Secret | None, log: Secret | None) -> None:
        self.version = version
        self._data = data
        self._log = log

    def category_key(self, category_number: int) -> bytes:
        """Return the key that seals the blocks of one category."""
        return self._derive(b"data/%d" % category_number)

    def manifest_key(self) -> bytes:
        """Return the key that seals the manifest."""
        return self._derive(b"manifest")

    def manifest_tag_key(self) -> bytes:
        """Return the key that turns category and span into a block's tag."""
        return self._derive(b"manifest-tag")

    def export_key(self) -> bytes:
        """Return the key that seals the resident's export while it waits to be fetched."""
        return self._derive(b"export")

    def log_key(self) -> bytes:
        """Return the key that seals the resident's own log entries."""
        if self._log is None:
            raise KeyMissingError("the resident's log key was destroyed")
        return bytes(self._log.reveal())

    def wipe(self) -> None:
        """Overwrite both keys."""
        for held in (self._data, self._log):
            if held is not None:
                held.wipe()

    def _derive(self, info: bytes) -> bytes:
        if self._data is None:
            raise KeyMissingError("the resident was erased")
        return expand(self._data.reveal(), info)


def shard_of(resident: UUID) -> int:
    """Return the shard of a resident: the first byte of the random UUID."""
    return resident.bytes[0]


def shard_context(tenant: UUID, shard: int, epoch: int) -> bytes:
    """Return what a shard key is bound to when it is wrapped under a root key."""
    return joined(b"infobank/wrap/v1", b"shard", tenant.bytes, _number(shard, 2), _number(epoch, 4))


def bank_context(tenant: UUID, use: str, epoch: int) -> bytes:
    """Return what a key of the bank is bound to when it is wrapped under a root key."""
    return joined(b"infobank/wrap/v1", b"bank", tenant.bytes, use.encode(), _number(epoch, 4))


def check_wraps(count: int) -> None:
    """Let a shard key wrap until it has wrapped `count` keys in all.

    Raises:
        ConflictError: that is more than one key may wrap; a new epoch gives a new one.
    """
    if count > MOST_WRAPS:
        raise ConflictError("the shard key has wrapped all it may; begin a new epoch")


def new_resident_keys(
    shard: ShardKey, resident: UUID, version: int = 1
) -> tuple[ResidentKeys, WrappedResidentKeys]:
    """Draw a resident's data key and log key; return them opened, and wrapped for storing.

    INVARIANT: both are random and derived from nothing, so destroying the wrapped data
    key destroys the data, and destroying it leaves the log key alone.

    Raises:
        ValueError: the resident belongs to another shard.
    """
    if shard_of(resident) != shard.shard:
        raise ValueError("the resident belongs to another shard")
    data, log = Secret(new_key()), Secret(new_key())

    def wrapped_as(kind: Kind, key: Secret) -> bytes:
        return shard.cipher().wrap(key.reveal(), shard.context(kind, resident, version))

    wrapped = WrappedResidentKeys(
        version, shard.epoch, wrapped_as("data", data), wrapped_as("log", log)
    )
    return ResidentKeys(version, data, log), wrapped


def open_resident_keys(
    shard: ShardKey, resident: UUID, wrapped: WrappedResidentKeys
) -> ResidentKeys:
    """Return a resident's keys: those that were not destroyed.

    Raises:
        SealBrokenError: they were wrapped for another resident, shard, tenant, version,
            epoch or use, or changed.
    """
    if wrapped.epoch != shard.epoch:
        raise SealBrokenError

    def opened(kind: Kind, sealed: bytes | None) -> Secret | None:
        if sealed is None:
            return None
        return Secret(shard.cipher().unwrap(sealed, shard.context(kind, resident, wrapped.version)))

    return ResidentKeys(wrapped.version, opened("data", wrapped.data), opened("log", wrapped.log))


def rewrap(
    older: ShardKey, newer: ShardKey, rows: Iterable[tuple[UUID, WrappedResidentKeys]]
) -> list[tuple[UUID, WrappedResidentKeys]]:
    """Wrap residents' keys, unchanged, under the same shard's key of a later epoch.

    What was destroyed stays destroyed.  A row costs `newer` two wraps at most.  Batches of
    some hundred rows are fastest: they stay in the processor's cache.

    Raises:
        ValueError: the keys are not of one shard, or `newer` is not later.
        SealBrokenError: a row is not what was stored under `older`; nothing is returned.
    """
    if (older.tenant, older.shard) != (newer.tenant, newer.shard) or newer.epoch <= older.epoch:
        raise ValueError("keys are rewrapped under a later epoch of the same shard")
    kept = list(rows)
    if any(wrapped.epoch != older.epoch for _, wrapped in kept):
        raise SealBrokenError
    residents = [resident.bytes for resident, _ in kept]
    versions = [wrapped.version for _, wrapped in kept]
    had, gets = older.contexts(residents, versions), newer.contexts(residents, versions)

    def renewed(kind: Kind, sealed: list[bytes | None]) -> list[bytes | None]:
        return newer.cipher().rewrap(older.cipher(), sealed, had[kind], gets[kind])

    data = renewed("data", [wrapped.data for _, wrapped in kept])
    log = renewed("log", [wrapped.log for _, wrapped in kept])
    return [
        (resident, WrappedResidentKeys(wrapped.version, newer.epoch, data_key, log_key))
        for (resident, wrapped), data_key, log_key in zip(kept, data, log, strict=True)
    ]


def _number(value: int, length: int) -> bytes:
    return value.to_bytes(length, "big")
