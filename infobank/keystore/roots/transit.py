"""Root keys in the transit engine of OpenBao or HashiCorp Vault.

An epoch is a version of one named key.  The server draws the versions and never gives
one out.
"""

import base64
import binascii
import re

from infobank.keystore.errors import EpochMissingError, RootUnavailableError
from infobank.keystore.roots.blocking import Blocking
from infobank.keystore.roots.contract import RootState, must_destroy
from infobank.keystore.roots.engine import TransitKey, Versions
from infobank.keystore.roots.places import TransitPlace
from infobank.vault.envelope import WRAPPED_LENGTH, with_commitment, without_commitment
from infobank.vault.errors import SealBrokenError

NAME = "transit"

_THREADS = 8
"""Requests at once: a start asks for up to 256 shard keys."""

_CIPHERTEXT = re.compile(rb"vault:v([1-9][0-9]{0,9}):([A-Za-z0-9+/]+=*)")


class TransitRoots:
    """Keep root keys in a transit engine (`contract.RootKeys`).

    A wrapped key is what the server answers: `vault:v<epoch>:` and the Base64 of nonce,
    AES-256-GCM of 32 zero bytes and the key, and tag, 92 bytes; the context is the associated data.
    """

    def __init__(self, place: TransitPlace, deadline: float) -> None:
        self._key = TransitKey(place, deadline)
        self._blocking = Blocking(NAME, _THREADS, deadline)

    async def wrap(self, epoch: int, inner: bytes, context: bytes) -> bytes:
        """Seal 32 bytes inside the server."""
        plaintext = bytes(with_commitment(inner))
        return await self._blocking.run(lambda: self._wrap(epoch, plaintext, context))

    async def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Return the 32 bytes that were wrapped."""
        return await self._blocking.run(lambda: self._unwrap(epoch, wrapped, context))

    async def create_epoch(self) -> int:
        """Let the server draw the next version, or make the key with its first."""
        return await self._blocking.run(self._create)

    async def destroy_epoch(self, epoch: int) -> None:
        """Let the server delete the oldest version: no decryption with it any more, then trim."""
        await self._blocking.run(lambda: self._destroy(epoch))

    async def describe(self) -> RootState:
        """Return the versions the server still has, usable or not."""
        return await self._blocking.run(lambda: _state(self._key.versions()))

    async def close(self) -> None:
        """Let go of the threads, and with them of the connections."""
        self._blocking.close()

    def _wrap(self, epoch: int, plaintext: bytes, context: bytes) -> bytes:
        self._check(epoch)
        wrapped = self._key.encrypt(epoch, plaintext, context).encode()
        try:
            _check_form(epoch, wrapped)
        except SealBrokenError:
            raise RootUnavailableError(
                "the root key's keystore does not answer",
                detail="transit: a ciphertext in another form, or under another version",
            ) from None
        return wrapped

    def _unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        _check_form(epoch, wrapped)
        opened = self._key.decrypt(wrapped.decode(), context)
        if opened is None:
            self._check(epoch)
            raise SealBrokenError
        return without_commitment(opened)

    def _create(self) -> int:
        before = _state(self._key.versions()).newest
        if before:
            self._key.rotate()
        else:
            self._key.create()
        made = _state(self._key.versions()).newest
        if made <= before:
            raise RootUnavailableError("the root key's keystore made no new version")
        return made

    def _destroy(self, epoch: int) -> None:
        versions = self._key.versions()
        if must_destroy(epoch, _state(versions)) and versions is not None:
            self._key.trim(epoch + 1, versions)
            if epoch in _state(self._key.versions()).live:
                raise RootUnavailableError("the root key's keystore kept a version it had to trim")

    def _check(self, epoch: int) -> None:
        versions = self._key.versions()
        if versions is None or not versions.decrypts <= epoch <= versions.newest:
            raise EpochMissingError("the transit key has no such version: destroyed, or never made")


def _state(versions: Versions | None) -> RootState:
    return RootState(NAME, tuple(range(versions.oldest, versions.newest + 1)) if versions else ())


def _check_form(epoch: int, wrapped: bytes) -> None:
    """Accept the one spelling of a wrapped key of this epoch; a server would accept several."""
    parts = _CIPHERTEXT.fullmatch(wrapped)
    if parts is None or int(parts[1]) != epoch:
        raise SealBrokenError
    try:
        sealed = base64.b64decode(parts[2], validate=True)
    except binascii.Error:
        raise SealBrokenError from None
    if len(sealed) != WRAPPED_LENGTH or base64.b64encode(sealed) != parts[2]:
        raise SealBrokenError
