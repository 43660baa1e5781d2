"""Root keys in a private folder: for one machine that has no keystore of its own.

Who is root on the machine can read them; `keys/README.md` says what that means.
"""

from pathlib import Path

from infobank.entropy import Entropy
from infobank.keystore.roots.blocking import Blocking
from infobank.keystore.roots.contract import RootState
from infobank.keystore.roots.folder import NAME, RootFolder
from infobank.vault.envelope import expand, unwrap, wrap

_THREADS = 1


class FileRoots:
    """Keep root keys in files (`contract.RootKeys`).

    No key stays in memory: each call reads its file, so a key that was destroyed, by any
    process, is gone for this one too.
    """

    def __init__(self, folder: Path, entropy: Entropy, deadline: float) -> None:
        self._folder = RootFolder(folder)
        self._entropy = entropy
        self._blocking = Blocking(NAME, _THREADS, deadline)

    async def wrap(self, epoch: int, inner: bytes, context: bytes) -> bytes:
        """Seal 32 bytes as `docs/spec/keys.md` rules 3 and 4 say: 92 bytes."""
        return await self._blocking.run(lambda: wrap(self._wrapping_key(epoch), inner, context))

    async def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Return the 32 bytes that were wrapped."""
        return await self._blocking.run(lambda: unwrap(self._wrapping_key(epoch), wrapped, context))

    async def create_epoch(self) -> int:
        """Write the file of the next epoch; it appears whole or not at all."""
        return await self._blocking.run(lambda: self._folder.create(self._entropy))

    async def destroy_epoch(self, epoch: int) -> None:
        """Overwrite and remove the file of the oldest epoch."""
        await self._blocking.run(lambda: self._folder.destroy(epoch))

    async def describe(self) -> RootState:
        """Return the epochs that have a file."""
        return await self._blocking.run(self._folder.state)

    async def close(self) -> None:
        """Let go of the thread."""
        self._blocking.close()

    def _wrapping_key(self, epoch: int) -> bytes:
        with self._folder.read(epoch) as root:
            # The root key itself only derives: one key, one algorithm.
            return expand(root.reveal(), b"wrap")
