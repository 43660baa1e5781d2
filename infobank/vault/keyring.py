"""The tree of keys: root, shards, residents.  `docs/spec/keys.md` has the derivations.

This interface is what later moves into a key-service process of its own: only that
process will hold a `RootKey` or a `ShardKey`, and callers will ask it for one
category key at a time.  Keep it narrow.
"""

from dataclasses import dataclass, replace
from typing import Literal, Self
from uuid import UUID

from infobank.vault.envelope import expand, new_key, unwrap, wrap
from infobank.vault.errors import KeyMissingError, SealBrokenError
from infobank.vault.secret import Guarded, Secret
from infobank.vocabulary.canonical import joined

SHARDS = 256

Kind = Literal["data", "log"]


class RootKey(Secret):
    """The key everything hangs from; `epoch` (1, 2, …) counts its replacements."""

    __slots__ = ("epoch",)

    def __init__(self, epoch: int, material: bytes) -> None:
        super().__init__(material)
        self.epoch = epoch


class ShardKey(Secret):
    """A random key that wraps the keys of about one resident in 256."""

    __slots__ = ("epoch", "shard", "tenant")

    def __init__(self, tenant: UUID, shard: int, epoch: int, material: bytes) -> None:
        super().__init__(material)
        self.tenant = tenant
        self.shard = shard
        self.epoch = epoch


@dataclass(frozen=True)
class WrappedResidentKeys:
    """What is stored of a resident's keys: two wrapped keys, 92 bytes each.

    `data` is None once the resident was erased; `log` outlives it until the legal
    period of the provision records is over, then it is None too.
    """

    version: int
    epoch: int
    data: bytes | None
    log: bytes | None

    def erased(self) -> Self:
        """Return what is left after cryptographic erasure (NIST SP 800-88r2)."""
        return replace(self, data=None)


class ResidentKeys(Guarded):
    """The opened keys of one resident, named by use.

    Raises:
        KeyMissingError: by every method whose key was destroyed.
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
        return self._log.reveal()

    def _derive(self, info: bytes) -> bytes:
        if self._data is None:
            raise KeyMissingError("the resident was erased")
        return expand(self._data.reveal(), info)


def shard_of(resident: UUID) -> int:
    """Return the shard of a resident: the first byte of the random UUID."""
    return resident.bytes[0]


def new_shard(root: RootKey, shard: int, tenant: UUID) -> tuple[ShardKey, bytes]:
    """Draw the key of a shard; return it opened, and wrapped under the root for storing.

    Raises:
        ValueError: there is no such shard.
    """
    if not 0 <= shard < SHARDS:
        raise ValueError(f"shards are numbered 0 to {SHARDS - 1}")
    key = ShardKey(tenant, shard, root.epoch, new_key())
    context = _shard_context(tenant, shard, root.epoch)
    return key, wrap(_wrapping_key(root), key.reveal(), context)


def open_shard(root: RootKey, shard: int, tenant: UUID, wrapped: bytes) -> ShardKey:
    """Return the key of a shard.

    Raises:
        SealBrokenError: it was wrapped for another shard, tenant, epoch or root, or changed.
    """
    context = _shard_context(tenant, shard, root.epoch)
    return ShardKey(tenant, shard, root.epoch, unwrap(_wrapping_key(root), wrapped, context))


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
    wrapping = shard.reveal()
    wrapped = WrappedResidentKeys(
        version,
        shard.epoch,
        wrap(wrapping, data.reveal(), _resident_context("data", shard, resident, version)),
        wrap(wrapping, log.reveal(), _resident_context("log", shard, resident, version)),
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
        context = _resident_context(kind, shard, resident, wrapped.version)
        return Secret(unwrap(shard.reveal(), sealed, context))

    return ResidentKeys(wrapped.version, opened("data", wrapped.data), opened("log", wrapped.log))


def _wrapping_key(root: RootKey) -> bytes:
    # The root key itself only derives: one key, one algorithm.
    return expand(root.reveal(), b"wrap")


def _shard_context(tenant: UUID, shard: int, epoch: int) -> bytes:
    return joined(b"infobank/wrap/v1", b"shard", tenant.bytes, _number(shard, 2), _number(epoch, 4))


def _resident_context(kind: Kind, shard: ShardKey, resident: UUID, version: int) -> bytes:
    return joined(
        b"infobank/wrap/v1",
        kind.encode(),
        shard.tenant.bytes,
        _number(shard.shard, 2),
        resident.bytes,
        _number(version, 4),
        _number(shard.epoch, 4),
    )


def _number(value: int, length: int) -> bytes:
    return value.to_bytes(length, "big")
