"""Make the keys of a new bank."""

from pathlib import Path

from infobank.accesslog.note import Signer
from infobank.entropy import Entropy
from infobank.keystore.file import create_root_file, create_signing_file, write_verifier_file


def make_keys(root: Path, log: Path, origin: str, entropy: Entropy) -> None:
    """Make the root key, the log's signing key, and its public half under the log's name.

    Raises:
        KeyFileError: one exists already: no key is ever overwritten.
    """
    create_root_file(root, entropy)
    private = create_signing_file(log, entropy)
    write_verifier_file(log, Signer(origin, private).key.text)
