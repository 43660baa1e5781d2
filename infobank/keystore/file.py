"""The root key and the log's signing key, each in a file outside the checkout."""

import base64
import binascii
import hashlib
import hmac
import json
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.entropy import Entropy
from infobank.keystore.errors import KeyFileError
from infobank.keystore.privatefile import create_private_file, read_private_file
from infobank.vault.envelope import KEY_LENGTH
from infobank.vault.keyring import RootKey

_KIND = "infobank root key"
_VERSION = 1
_MOST_EPOCHS = 2**32 - 1


def create_root_file(path: Path, entropy: Entropy, epoch: int = 1) -> RootKey:
    """Draw a root key and write it to a new file of mode 0600.

    Raises:
        KeyFileError: the file exists already or cannot be written.
    """
    material = entropy.bytes(KEY_LENGTH)
    root = RootKey(epoch, material)
    document = {
        "kind": _KIND,
        "version": _VERSION,
        "epoch": epoch,
        "key": base64.b64encode(material).decode(),
        "check": _check_value(epoch, material),
    }
    create_private_file(path, json.dumps(document, indent=1).encode() + b"\n")
    return root


def read_root_file(path: Path) -> RootKey:
    """Return the root key of a file.

    Raises:
        KeyFileError: the file is missing, open to others, somebody else's, or is not a
            whole root key file.
    """
    content = read_private_file(path)
    try:
        document = json.loads(content)
        epoch, spelled = document["epoch"], document["key"]
        material = base64.b64decode(spelled, validate=True)
        known = (document["kind"], document["version"]) == (_KIND, _VERSION)
        check = document["check"].encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        _refuse(path)
    if not known or type(epoch) is not int or not 1 <= epoch <= _MOST_EPOCHS:
        _refuse(path)
    # Base64 leaves bits over in its last letter; only one spelling of a key is right.
    if len(material) != KEY_LENGTH or base64.b64encode(material) != spelled.encode():
        _refuse(path)
    if not hmac.compare_digest(check, _check_value(epoch, material).encode()):
        _refuse(path)
    return RootKey(epoch, material)


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


def _check_value(epoch: int, material: bytes) -> str:
    """Return what finds a slip of the hand in a restored copy; it protects against nothing else."""
    return hashlib.sha256(b"%s/%d/%s" % (_KIND.encode(), epoch, material)).hexdigest()[:16]


def _refuse(path: Path) -> NoReturn:
    raise KeyFileError(
        f"{path} is not a whole infobank root key file; restore it from its backup"
    ) from None
