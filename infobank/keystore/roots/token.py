"""The root keys inside one PKCS#11 token, as one session sees them."""

import re
from typing import Protocol, cast

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import NoSuchKey
from pkcs11.mechanisms import GCMParams

from infobank.keystore.errors import RootRefusedError
from infobank.keystore.roots.contract import RootState
from infobank.vault.envelope import KEY_LENGTH

NAME = "pkcs11"

_LABEL = re.compile(r"infobank-root-([1-9][0-9]{0,9})")

_GUARDED = {
    Attribute.TOKEN: True,
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
}
"""What a root key must be: kept by the token, shown after a login only, and never given out."""


class RootKeyHandle(Protocol):
    """What the library's handle of an AES key does; the library adds it without a type."""

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:
        """Encrypt inside the token."""

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:
        """Decrypt inside the token."""

    def destroy(self) -> None:
        """Destroy the key inside the token."""


class Token:
    """Find, make and destroy AES-256 keys labelled `infobank-root-<epoch>`.

    Every method raises the library's own `PKCS11Error`, and:

    Raises:
        RootRefusedError: a key is there twice, or could leave the token.
    """

    def __init__(self, session: pkcs11.Session) -> None:
        self.session = session
        self._keys: dict[int, RootKeyHandle] = {}

    def key(self, epoch: int) -> RootKeyHandle:
        """Return the handle of a root key; the handle is good as long as the session is.

        Raises:
            NoSuchKey: the token has none of this epoch, as far as this session sees.
        """
        if epoch not in self._keys:
            # A search in a session that died leaves the library's lock taken; so ask first.
            self.session.generate_random(8)
            self._keys[epoch] = self._find(epoch)
        return self._keys[epoch]

    def state(self) -> RootState:
        """Return the epochs whose keys are there."""
        keys = self.session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
        names = (_LABEL.fullmatch(key[Attribute.LABEL]) for key in keys)
        return RootState(NAME, tuple(sorted({int(name[1]) for name in names if name})))

    def create(self, epoch: int) -> None:
        """Draw a key inside the token."""
        self.session.generate_key(
            KeyType.AES,
            8 * KEY_LENGTH,
            label=_label(epoch),
            store=True,
            capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
            template={**_GUARDED, Attribute.MODIFIABLE: False},
        )

    def destroy(self, epoch: int) -> None:
        """Destroy a key inside the token (`C_DestroyObject`)."""
        self.key(epoch).destroy()
        del self._keys[epoch]

    def _find(self, epoch: int) -> RootKeyHandle:
        label = _label(epoch)
        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: label}
        found = list(self.session.get_objects(wanted))
        if not found:
            raise NoSuchKey
        if len(found) > 1:
            raise RootRefusedError(f"the token has two keys {label}; find out which is right")
        (key,) = found
        if not isinstance(key, pkcs11.SecretKey) or key.key_length != 8 * KEY_LENGTH:
            raise RootRefusedError(f"{label} in the token is not an AES-256 key")
        if any(key[name] != value for name, value in _GUARDED.items()):
            raise RootRefusedError(f"{label} could leave the token; it was not made by the bank")
        return cast("RootKeyHandle", key)


def _label(epoch: int) -> str:
    return f"infobank-root-{epoch}"
