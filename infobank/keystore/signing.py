"""The access log's signing key, in a file outside the checkout, and its public half beside it."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.entropy import Entropy
from infobank.keystore.errors import KeyFileError
from infobank.keystore.privatefile import create_private_file, read_private_file
from infobank.vault.envelope import KEY_LENGTH


def create_signing_file(path: Path, entropy: Entropy) -> Ed25519PrivateKey:
    """Draw the access log's Ed25519 signing key and write it to a new file (PKCS#8 PEM).

    Raises:
        KeyFileError: the file exists already or cannot be written.
    """
    key = Ed25519PrivateKey.from_private_bytes(entropy.bytes(KEY_LENGTH))
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    create_private_file(path, pem)
    return key


def read_signing_file(path: Path) -> Ed25519PrivateKey:
    """Return the access log's signing key.

    Raises:
        KeyFileError: the file is missing, open to others, somebody else's, or holds no
            Ed25519 private key.
    """
    content = read_private_file(path)
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is not an Ed25519 private key in PKCS#8 PEM form")
    return key


def public_half(private: Path) -> Path:
    """Return where the public half of the log's key stands: beside the private one."""
    return private.with_suffix(".vkey")


def write_verifier_file(private: Path, text: str) -> None:
    """Write the public half of the log's key where every process of the bank may read it.

    Raises:
        KeyFileError: the place cannot be written.
    """
    try:
        public_half(private).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise KeyFileError(f"{public_half(private)} cannot be written: {error.strerror}") from None


def read_verifier_file(private: Path) -> str:
    """Return the public half of the log's key, as its one line of text.

    Raises:
        KeyFileError: it is missing or cannot be read.
    """
    try:
        return public_half(private).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise KeyFileError(
            f"{public_half(private)} cannot be read; `infobank keys make` writes it"
        ) from None
