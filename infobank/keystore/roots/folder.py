"""The private folder of root key files: `1.json`, `2.json`, one for each epoch."""

import re
from dataclasses import dataclass
from pathlib import Path

from infobank.entropy import Entropy
from infobank.keystore.errors import EpochMissingError, KeyFileError
from infobank.keystore.privatefile import check_private_folder, destroy_private_file, make_folder
from infobank.keystore.roots.contract import RootState, must_destroy
from infobank.keystore.roots.keyfile import create_root_file, read_root_file
from infobank.vault.keyring import RootKey

NAME = "file"

_FILE = re.compile(r"([1-9][0-9]{0,9})\.json")


@dataclass(frozen=True)
class RootFolder:
    """Name a folder of root keys.  Every method blocks for as long as the disk takes.

    Raises:
        KeyFileError: by every method, when the folder or a file is not private, not whole,
            or lies in a git checkout.
    """

    path: Path

    def state(self) -> RootState:
        """Return the epochs that have a file; none where there is no folder yet."""
        if not self._there():
            return RootState(NAME, ())
        found = (_FILE.fullmatch(path.name) for path in self.path.iterdir())
        return RootState(NAME, tuple(sorted(int(name[1]) for name in found if name)))

    def create(self, entropy: Entropy) -> int:
        """Write the file of the next epoch, whole or not at all; return its number."""
        epoch = self.state().newest + 1
        make_folder(self.path)
        create_root_file(self._file(epoch), entropy, epoch)
        return epoch

    def read(self, epoch: int) -> RootKey:
        """Return the root key of an epoch.

        Raises:
            EpochMissingError: there is no such file.
        """
        file = self._file(epoch)
        if not (self._there() and file.exists()):
            raise EpochMissingError(f"{file} does not exist: it was destroyed, or never made")
        root = read_root_file(file)
        if root.epoch != epoch:
            raise KeyFileError(f"{file} holds the root key of another epoch")
        return root

    def destroy(self, epoch: int) -> None:
        """Overwrite and remove the file of the oldest epoch; idempotent.

        Raises:
            ConflictError, EpochMissingError: as `must_destroy` says.
        """
        if must_destroy(epoch, self.state()):
            destroy_private_file(self._file(epoch))

    def _file(self, epoch: int) -> Path:
        return self.path / f"{epoch}.json"

    def _there(self) -> bool:
        for above in (self.path, *self.path.parents):
            if (above / ".git").exists():
                raise KeyFileError(
                    f"{self.path} lies in the git checkout {above}, where a key is committed"
                    " sooner or later; let INFOBANK_ROOT_KEY name a folder elsewhere"
                )
        if not self.path.exists():
            return False
        check_private_folder(self.path)
        return True
