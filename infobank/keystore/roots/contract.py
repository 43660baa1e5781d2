"""What every keystore does for the bank: wrap and unwrap keys under the root key of an epoch."""

from dataclasses import dataclass
from typing import Protocol

from infobank.errors import ConflictError
from infobank.keystore.errors import EpochMissingError

MOST_EPOCHS = 2**32 - 1
"""Epochs are numbered in 4 bytes (`docs/spec/keys.md` rule 4)."""

DEADLINE = 5.0
"""Seconds one call may take, where the operator states nothing else."""


@dataclass(frozen=True)
class RootState:
    """What a keystore says of itself: its name, and the epochs whose root key it has, ascending."""

    keystore: str
    live: tuple[int, ...]

    @property
    def newest(self) -> int:
        """Return the number of the newest epoch, 0 when there is none yet."""
        return max(self.live, default=0)

    @property
    def destroyed(self) -> tuple[int, ...]:
        """Return the epochs that have no key any more, as far as the numbering tells."""
        return tuple(epoch for epoch in range(1, self.newest) if epoch not in self.live)


class RootKeys(Protocol):
    """A place that holds the root keys and never gives one out.

    Wrapped keys commit to the root key: none opens under two.  What comes out of one
    keystore opens in no other.  Every failure gives nothing back.

    Every method raises:
        RootUnavailableError: the keystore did not answer within the deadline, or not as its
            interface promises.  A change that was asked for may have happened.
        ConfigurationError: the keystore is not fit to guard a root key.
    """

    async def wrap(self, epoch: int, inner: bytes, context: bytes) -> bytes:
        """Seal 32 bytes under the root key of an epoch, bound to a context that is not kept.

        Raises:
            EpochMissingError: the epoch has no key.
            ValueError: the inner key is not 32 bytes.
        """

    async def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Return the 32 bytes that were wrapped.

        Raises:
            EpochMissingError: the epoch has no key.
            SealBrokenError: any byte, the epoch or the context is not right.
        """

    async def create_epoch(self) -> int:
        """Draw the root key of the next epoch and return its number, 1 for the first.

        The key is durable when this returns.  A call that was cut off leaves either a
        whole new epoch, which `describe` shows, or nothing that counts.
        """

    async def destroy_epoch(self, epoch: int) -> None:
        """Destroy the root key of the oldest living epoch, for good; idempotent.

        Raises:
            ConflictError: the epoch is the newest, or an older one still lives.
            EpochMissingError: the epoch was never made.
        """

    async def describe(self) -> RootState:
        """Return the epochs that have a key."""

    async def close(self) -> None:
        """Let go of sessions, connections and threads; nothing is asked afterwards."""


def must_destroy(epoch: int, state: RootState) -> bool:
    """Tell whether an epoch that may be destroyed still has to be.

    Raises:
        ConflictError: the epoch is the newest, or an older one still lives.
        EpochMissingError: the epoch was never made.
    """
    if epoch in state.destroyed:
        return False
    if epoch not in state.live:
        raise EpochMissingError(f"root epoch {epoch} was never made")
    if epoch == state.newest:
        raise ConflictError("the newest root key is never destroyed; begin a new epoch first")
    if epoch != state.live[0]:
        raise ConflictError(f"root epoch {state.live[0]} is older and must be destroyed first")
    return True
