"""One named key of a transit engine (OpenBao, HashiCorp Vault), over its HTTP API.

The API: https://openbao.org/api-docs/secret/transit
"""

import base64
import binascii
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, VaultError

from infobank.keystore.errors import RootRefusedError, RootUnavailableError
from infobank.keystore.privatefile import read_private_file
from infobank.keystore.roots.places import TransitPlace

KIND = "aes256-gcm96"

_SAFE: dict[str, object] = {
    "type": KIND,
    "derived": False,
    "exportable": False,
    "allow_plaintext_backup": False,
    "deletion_allowed": False,
}
"""What a key must say of itself to guard the bank; `auto_rotate_period` must be 0 besides."""

_CONFUSED = (VaultError, requests.RequestException, AttributeError, TypeError, ValueError)
"""What the library raises at faults of the network, of the server, and at answers in no form."""


@dataclass(frozen=True)
class Versions:
    """Which versions of a key there are: from `oldest` to `newest`.

    The server decrypts from `decrypts` on only, and encrypts from `encrypts` on.
    """

    oldest: int
    decrypts: int
    encrypts: int
    newest: int


class TransitKey:
    """Ask a transit engine for what it does with one key; every method blocks.

    Raises:
        RootUnavailableError: the server is away, sealed, refuses the token, or answers in
            a form its interface does not have.
        KeyFileError: the token's file is missing or not private.
    """

    def __init__(self, place: TransitPlace, deadline: float) -> None:
        self._place = place
        self._deadline = deadline
        self._name = {"name": place.key, "mount_point": place.mount}
        # The library promises nothing about one client in several threads.
        self._own = threading.local()

    def versions(self) -> Versions | None:
        """Return the key's versions, or nothing when there is no such key.

        Raises:
            RootRefusedError: the key could leave the server, or is of another kind.
        """
        try:
            found = self._ask(lambda transit: transit.read_key(**self._name))
        except InvalidPath:
            return None
        except InvalidRequest as error:
            raise _unavailable(error) from None
        if found.get("soft_deleted"):
            return None
        if any(found.get(name) != value for name, value in _SAFE.items()) or found.get(
            "auto_rotate_period", 0
        ):
            raise RootRefusedError(
                f"the transit key {self._place.key} is not a {KIND} key that stays on its server,"
                " is never deleted and rotates only when told; see keys/README.md"
            )
        return Versions(
            oldest=max(1, _number(found, "min_available_version")),
            decrypts=max(1, _number(found, "min_decryption_version")),
            encrypts=_number(found, "min_encryption_version"),
            newest=_number(found, "latest_version"),
        )

    def encrypt(self, version: int, plaintext: bytes, context: bytes) -> str:
        """Return the ciphertext as the server spells it, `vault:v<version>:<base64>`.

        A server makes a key that it does not have: ask for `versions` first.
        """
        found = self._certain(
            lambda transit: transit.encrypt_data(
                plaintext=_spelled(plaintext),
                associated_data=_spelled(context),
                key_version=version,
                **self._name,
            )
        )
        return _text(found, "ciphertext")

    def decrypt(self, ciphertext: str, context: bytes) -> bytes | None:
        """Return the plaintext, or nothing when the server refuses to decrypt this."""
        try:
            found = self._ask(
                lambda transit: transit.decrypt_data(
                    ciphertext=ciphertext, associated_data=_spelled(context), **self._name
                )
            )
        except (InvalidRequest, InvalidPath):
            return None
        try:
            return base64.b64decode(_text(found, "plaintext"), validate=True)
        except binascii.Error:
            raise _wrong() from None

    def create(self) -> None:
        """Make the key with its first version, if there is none."""
        self._certain(
            lambda transit: transit.create_key(
                key_type=KIND,
                derived=False,
                exportable=False,
                allow_plaintext_backup=False,
                **self._name,
            )
        )

    def rotate(self) -> None:
        """Let the server draw the next version."""
        self._certain(lambda transit: transit.rotate_key(**self._name))

    def trim(self, first: int, now: Versions) -> None:
        """Let the server delete every version before `first`, for good; no limit is ever lowered.

        Not in one request, and in this order: the library refuses limits that are equal,
        and the server one for encryption that is below the one for decryption.
        """
        if now.encrypts < first:
            self._configure(min_encryption_version=first)
        if now.decrypts < first:
            self._configure(min_decryption_version=first)
        self._certain(lambda transit: transit.trim_key(min_version=first, **self._name))

    def _configure(self, **limit: int) -> None:
        self._certain(lambda transit: transit.update_key_configuration(**limit, **self._name))

    def _certain(self, call: Callable[[Any], object]) -> dict[str, Any]:
        """Ask for what the server has no reason to refuse."""
        try:
            return self._ask(call)
        except (InvalidRequest, InvalidPath) as error:
            raise _unavailable(error) from None

    def _ask(self, call: Callable[[Any], object]) -> dict[str, Any]:
        """Return the `data` of an answer, empty where it has none.

        Raises:
            InvalidRequest, InvalidPath: the server answers 400 or 404.
        """
        try:
            try:
                answer = call(self._transit())
            except Forbidden:
                # The token may have been renewed meanwhile, and stand in its file.
                answer = call(self._transit(anew=True))
        except (InvalidRequest, InvalidPath):
            raise
        except _CONFUSED as error:
            raise _unavailable(error) from None
        if (
            isinstance(answer, requests.Response)
            and answer.status_code == requests.codes.no_content
        ):
            return {}
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict | None):
            raise _wrong()
        return answer.get("data") or {}

    def _transit(self, *, anew: bool = False) -> Any:  # noqa: ANN401 - the library has no types
        if anew or not hasattr(self._own, "client"):
            self._own.client = self._client()
        return self._own.client.secrets.transit

    def _client(self) -> hvac.Client:
        session = requests.Session()
        # Neither a proxy nor a password of the surroundings comes between.
        session.trust_env = False
        session.verify = str(self._place.ca) if self._place.ca else True
        return hvac.Client(
            url=self._place.url,
            token=read_private_file(self._place.token_file).decode("utf-8", "replace").strip(),
            session=session,
            verify=session.verify,
            timeout=self._deadline,
            # The token goes to the server that was named, and to no other.
            allow_redirects=False,
            namespace=self._place.namespace or None,
        )


def _spelled(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _number(found: dict[str, Any], name: str) -> int:
    value = found.get(name)
    if type(value) is not int or value < 0:
        raise _wrong()
    return value


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise _wrong()
    return value


def _wrong() -> RootUnavailableError:
    return RootUnavailableError(
        "the root key's keystore does not answer", detail="transit: an answer in another form"
    )


def _unavailable(error: Exception) -> RootUnavailableError:
    return RootUnavailableError(
        "the root key's keystore does not answer", detail=f"transit: {type(error).__name__}"
    )
