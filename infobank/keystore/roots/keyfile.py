"""The file of one root key: what is written, and what is accepted back."""

import base64
import binascii
import hashlib
import hmac
import json
from pathlib import Path
from typing import NoReturn

from infobank.entropy import Entropy
from infobank.keystore.errors import KeyFileError
from infobank.keystore.privatefile import create_private_file, read_private_file
from infobank.keystore.roots.contract import MOST_EPOCHS
from infobank.vault.envelope import KEY_LENGTH
from infobank.vault.keyring import RootKey

_KIND = "infobank root key"
_VERSION = 1


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
    if not known or type(epoch) is not int or not 1 <= epoch <= MOST_EPOCHS:
        _refuse(path)
    # Base64 leaves bits over in its last letter; only one spelling of a key is right.
    if len(material) != KEY_LENGTH or base64.b64encode(material) != spelled.encode():
        _refuse(path)
    if not hmac.compare_digest(check, _check_value(epoch, material).encode()):
        _refuse(path)
    return RootKey(epoch, material)


def _check_value(epoch: int, material: bytes) -> str:
    """Return what finds a slip of the hand in a restored copy; it protects against nothing else."""
    return hashlib.sha256(b"%s/%d/%s" % (_KIND.encode(), epoch, material)).hexdigest()[:16]


def _refuse(path: Path) -> NoReturn:
    raise KeyFileError(
        f"{path} is not a whole infobank root key file; restore it from its backup"
    ) from None
