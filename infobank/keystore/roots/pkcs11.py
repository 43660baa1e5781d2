"""Root keys in a hardware security module, or any token that speaks PKCS#11 (OASIS, 2.40 or later).

The keys are drawn in the token and never leave it.
"""

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pkcs11 import Mechanism, PKCS11Error
from pkcs11.mechanisms import GCMParams

from infobank.entropy import Entropy
from infobank.keystore.errors import RootUnavailableError
from infobank.keystore.roots.blocking import Blocking
from infobank.keystore.roots.contract import RootState, must_destroy
from infobank.keystore.roots.login import Login
from infobank.keystore.roots.places import TokenPlace
from infobank.keystore.roots.token import NAME, RootKeyHandle, Token
from infobank.vault.envelope import (
    KEY_LENGTH,
    WRAPPED_LENGTH,
    with_commitment,
    without_commitment,
)
from infobank.vault.errors import SealBrokenError

T = TypeVar("T")

_NONCE = 12
_TAG_BITS = 128
_TRIAL = b"infobank/trial"


class Pkcs11Roots:
    """Keep root keys in a token (`contract.RootKeys`).

    A wrapped key has the form of `docs/spec/keys.md` rule 3, under the token's key itself:
    92 bytes, AES-256-GCM (`CKM_AES_GCM`), nonce from `entropy`.
    """

    def __init__(self, place: TokenPlace, entropy: Entropy, deadline: float) -> None:
        self._login = Login(place)
        self._entropy = entropy
        # A session is for one thread at a time.
        self._blocking = Blocking(NAME, 1, deadline)

    async def wrap(self, epoch: int, inner: bytes, context: bytes) -> bytes:
        """Seal 32 bytes inside the token."""
        plaintext = bytes(with_commitment(inner))
        return await self._ask(lambda token: self._seal(token.key(epoch), plaintext, context))

    async def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Return the 32 bytes that were wrapped."""
        opened = await self._ask(lambda token: self._open(token.key(epoch), wrapped, context))
        return without_commitment(opened)

    async def create_epoch(self) -> int:
        """Let the token draw the key of the next epoch."""

        def create(token: Token) -> int:
            epoch = token.state().newest + 1
            token.create(epoch)
            return epoch

        return await self._ask(create, anew=True)

    async def destroy_epoch(self, epoch: int) -> None:
        """Let the token destroy the key of the oldest epoch."""

        def destroy(token: Token) -> None:
            if must_destroy(epoch, token.state()):
                token.destroy(epoch)

        await self._ask(destroy, anew=True)

    async def describe(self) -> RootState:
        """Return the epochs whose keys the token has."""
        return await self._ask(Token.state, anew=True)

    async def close(self) -> None:
        """Log out, unless the token hangs."""
        with contextlib.suppress(RootUnavailableError):
            await self._blocking.run(self._login.close)
        self._blocking.close()

    async def _ask(self, call: Callable[[Token], T], *, anew: bool = False) -> T:
        return await self._blocking.run(partial(self._login.ask, call, anew=anew))

    def _seal(self, key: RootKeyHandle, plaintext: bytes, context: bytes) -> bytes:
        nonce = self._entropy.bytes(_NONCE)
        return nonce + key.encrypt(
            plaintext,
            mechanism=Mechanism.AES_GCM,
            mechanism_param=GCMParams(nonce, context, _TAG_BITS),
        )

    def _open(self, key: RootKeyHandle, wrapped: bytes, context: bytes) -> bytes:
        if len(wrapped) != WRAPPED_LENGTH:
            raise SealBrokenError
        try:
            return _decrypt(key, wrapped, context)
        except PKCS11Error:
            # Tokens have many names for a wrong tag, and use them for faults of their own
            # too.  A token that opens what it has just sealed is well: the blob is not.
            _decrypt(key, self._seal(key, bytes(KEY_LENGTH), _TRIAL), _TRIAL)
            raise SealBrokenError from None


def _decrypt(key: RootKeyHandle, wrapped: bytes, context: bytes) -> bytes:
    return key.decrypt(
        wrapped[_NONCE:],
        mechanism=Mechanism.AES_GCM,
        mechanism_param=GCMParams(wrapped[:_NONCE], context, _TAG_BITS),
    )
