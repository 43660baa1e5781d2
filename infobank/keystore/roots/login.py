"""One login at one PKCS#11 token, kept as long as it lives and made again when it died."""

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import pkcs11
from pkcs11.exceptions import (
    NoSuchKey,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    UserPinNotInitialized,
)

from infobank.keystore.errors import EpochMissingError, RootRefusedError, RootUnavailableError
from infobank.keystore.privatefile import read_private_file
from infobank.keystore.roots.places import TokenPlace
from infobank.keystore.roots.token import Token

if TYPE_CHECKING:
    from pkcs11 import _pkcs11

T = TypeVar("T")

_WRONG_PIN = (
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    UserPinNotInitialized,
)


class Login:
    """Ask a token for things, in one thread, as the only user of its library in this process.

    Raises:
        RootUnavailableError: by `ask`; the token is away, or fails twice.
        RootRefusedError: by `ask`; the token does not take the PIN, or its keys are unsafe.
        KeyFileError: by `ask`; the PIN's file is missing or not private.
    """

    def __init__(self, place: TokenPlace) -> None:
        self._place = place
        self._library: _pkcs11.lib | None = None
        self._open: Token | None = None
        self._wrong_pin = False

    def ask(self, call: Callable[[Token], T], *, anew: bool = False) -> T:
        """Return what a call makes of the token.

        When it fails it is called once more, after a new login: sessions die, and an old
        one goes on showing the token of yesterday.  With `anew` the first is a new one.

        Raises:
            EpochMissingError: the token has no key of the epoch.
        """
        if not anew:
            with contextlib.suppress(PKCS11Error):
                return call(self._open or self._log_in())
        self.close()
        try:
            return call(self._log_in())
        except NoSuchKey:
            raise EpochMissingError("the token has no root key of this epoch") from None
        except PKCS11Error as error:
            self.close()
            raise RootUnavailableError(
                "the root key's keystore does not answer", detail=f"pkcs11: {type(error).__name__}"
            ) from None

    def close(self) -> None:
        """End the session, and let the library forget what it knew of its tokens."""
        token, self._open = self._open, None
        library, self._library = self._library, None
        with contextlib.suppress(PKCS11Error):
            if token is not None:
                token.session.close()
        with contextlib.suppress(PKCS11Error):
            # A token that was away is seen again only by a library that begins anew.
            if library is not None:
                library.finalize()

    def _log_in(self) -> Token:
        if self._wrong_pin:
            # INVARIANT: a wrong PIN is tried once; tokens lock themselves after a few times.
            raise RootRefusedError(
                f"the PIN in {self._place.pin_file} was refused; mend it and restart"
            )
        pin = read_private_file(self._place.pin_file).decode("utf-8", "replace").strip()
        if not self._place.module.is_file():
            raise RootRefusedError(
                f"{self._place.module} does not exist; see INFOBANK_PKCS11_MODULE"
            )
        self._library = pkcs11.lib(str(self._place.module))
        token = self._library.get_token(token_label=self._place.token)
        try:
            self._open = Token(token.open(rw=True, user_pin=pin))
        except _WRONG_PIN as error:
            self._wrong_pin = True
            raise RootRefusedError(
                f"the token {self._place.token} does not take the PIN in {self._place.pin_file}",
                detail=type(error).__name__,
            ) from None
        return self._open
