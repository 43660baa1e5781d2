"""A service provider as the protocol knows it: an identifier, keys and addresses.

Keys are registered by value.  The bank never fetches anything a client names: that is
how servers are made to call their own network (assertion 30 of the security list).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from infobank.errors import InvalidInputError
from infobank.oauth.errors import InvalidClientMetadataError, InvalidRedirectUriError
from infobank.oauth.wire.keys import PublicKey, read_public_key
from infobank.oauth.wire.strictjson import strict_object
from infobank.vocabulary.identifiers import ProviderId

MOST_KEYS = 5
LONGEST_JWKS = 8 * 1024
LONGEST_KEY_IDENTIFIER = 128
LONGEST_REDIRECT_URI = 1024
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_DEEPEST = 5


@dataclass(frozen=True)
class Client:
    """A registered provider; `jwks` went through `check_jwks`, the addresses were checked too.

    An inactive client is answered exactly like an unknown one.
    """

    provider_id: ProviderId
    jwks: Mapping[str, object] = field(repr=False)
    redirect_uris: tuple[str, ...]
    active: bool

    @property
    def client_id(self) -> str:
        """The provider's UUID in its usual text form."""
        return str(self.provider_id)

    def redirects_to(self, uri: str) -> bool:
        """Tell whether this very text is registered (RFC 9700 section 4.1.3: exact match)."""
        return uri in self.redirect_uris

    def key(self, identifier: object, algorithm: object) -> PublicKey | None:
        """Return the key with this `kid`, or the only key when the client names none.

        None when there is no such key or it is for another algorithm.
        """
        entries = _entries(self.jwks)
        if identifier is not None:
            entries = [entry for entry in entries if entry.get("kid") == identifier]
        if len(entries) != 1:
            return None
        key = read_public_key(entries[0])
        return key if key.algorithm == algorithm else None


def provider_of(client_id: str) -> ProviderId | None:
    """Return the provider a `client_id` names, or None when it is not a UUID as we write it."""
    try:
        provider = UUID(client_id)
    except ValueError:
        return None
    return ProviderId(provider) if str(provider) == client_id else None


def check_jwks(document: str) -> dict[str, object]:
    """Return the key set of a client that is being registered.

    One to five public keys, EC P-256 or Ed25519, each with a `kid` of its own.

    Raises:
        InvalidClientMetadataError: the text is anything else; the message says what.
    """
    try:
        jwks = strict_object(document, longest=LONGEST_JWKS, deepest=_DEEPEST)
        entries = _entries(jwks)
        thumbprints = {read_public_key(entry).thumbprint for entry in entries}
    except InvalidInputError as error:
        raise InvalidClientMetadataError(f"jwks: {error.message}") from error
    if not 1 <= len(entries) <= MOST_KEYS or len(thumbprints) != len(entries):
        raise InvalidClientMetadataError(f"jwks: must hold 1 to {MOST_KEYS} different keys")
    _check_identifiers([entry.get("kid") for entry in entries])
    return jwks


def _entries(jwks: Mapping[str, object]) -> list[dict[str, object]]:
    entries = jwks.get("keys")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InvalidInputError("must be an object with a list of keys")
    return entries


def _check_identifiers(identifiers: list[object]) -> None:
    for identifier in identifiers:
        if not isinstance(identifier, str) or not 1 <= len(identifier) <= LONGEST_KEY_IDENTIFIER:
            raise InvalidClientMetadataError(
                f"jwks: each key must have a kid of 1 to {LONGEST_KEY_IDENTIFIER} characters"
            )
    if len(set(identifiers)) != len(identifiers):
        raise InvalidClientMetadataError("jwks: each kid must be unique")


def check_redirect_uri(uri: str, *, loopback: bool) -> None:
    """Accept a redirect address for registration.

    `https` always; `http` only to the machine itself and only when `loopback` is given,
    which the demo alone does.

    Raises:
        InvalidRedirectUriError: it is anything else, has a fragment or a user, or holds
            characters that readers of addresses disagree about.
    """
    if not 1 <= len(uri) <= LONGEST_REDIRECT_URI or not _plain(uri):
        raise InvalidRedirectUriError(
            f"a redirect address must be 1 to {LONGEST_REDIRECT_URI} plain ASCII characters"
        )
    parts = _split(uri)
    if "#" in uri or "@" in parts.netloc:
        raise InvalidRedirectUriError("a redirect address must have no fragment and no user")
    if parts.scheme == "https" and parts.hostname:
        return
    if not (loopback and parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise InvalidRedirectUriError("a redirect address must begin with https:// and a host")


def _plain(uri: str) -> bool:
    return all("!" <= sign <= "~" and sign not in '\\"<>^`{|}*' for sign in uri)


def _split(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        raise InvalidRedirectUriError("a redirect address must be a URL") from None
    return parts
