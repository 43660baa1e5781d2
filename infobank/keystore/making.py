"""Make the keys of a new bank."""

from pathlib import Path

from infobank.accesslog.note import Signer
from infobank.entropy import Entropy
from infobank.keystore.errors import KeyFileError
from infobank.keystore.roots.contract import RootKeys, RootState
from infobank.keystore.roots.folder import RootFolder
from infobank.keystore.signing import create_signing_file, write_verifier_file


def make_keys(root: Path, log: Path, origin: str, entropy: Entropy) -> None:
    """Make a root key in a folder, the log's signing key, and its public half under its name.

    Raises:
        KeyFileError: one exists already: no key is ever overwritten.
    """
    folder = RootFolder(root)
    _check_new(folder.state())
    folder.create(entropy)
    make_log_key(log, origin, entropy)


async def make_root_key(roots: RootKeys) -> None:
    """Make the root key of the first epoch, in whatever keystore the bank uses.

    Raises:
        KeyFileError: there is one already.
    """
    _check_new(await roots.describe())
    await roots.create_epoch()


def make_log_key(log: Path, origin: str, entropy: Entropy) -> None:
    """Make the log's signing key, and its public half under the log's name.

    Raises:
        KeyFileError: it exists already.
    """
    private = create_signing_file(log, entropy)
    write_verifier_file(log, Signer(origin, private).key.text)


def _check_new(state: RootState) -> None:
    if state.live:
        raise KeyFileError(
            f"a root key of epoch {state.newest} exists; a new epoch follows it with"
            " `infobank keys rotate`, and no key is ever overwritten"
        )
