"""Prove which client is calling: `private_key_jwt` and nothing else (RFC 7523, FAPI 2.0).

Two steps, because the client's row has to be loaded in between:
`read_assertion` says whose row, `verify_assertion` decides.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from infobank.errors import InvalidInputError
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidClientError
from infobank.oauth.wire.jws import SKEW, UnverifiedJws, read_jws, signature_holds
from infobank.oauth.wire.keys import PublicKey, read_public_key
from infobank.vocabulary.text.canonical import joined

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

LONGEST_LIFE: Final = timedelta(minutes=5)
"""How far ahead `exp` may lie: the replay table keeps an identifier no longer."""

# A typ of another kind of object (dpop+jwt, at+jwt) is refused (RFC 8725 section 3.11).
_TYPES: Final = (None, "JWT", "jwt", "client-authentication+jwt")

# Public keys of RFC 7515 appendix A.3 and RFC 8037 appendix A.2.  Their private halves
# are printed there, so nothing these verify may ever count.
_STAND_INS: Final[dict[object, PublicKey]] = {
    key.algorithm: key
    for key in (
        read_public_key(
            {
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }
        ),
        read_public_key(
            {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
        ),
    )
}


@dataclass(frozen=True)
class UnverifiedAssertion:
    """An assertion nobody has checked: good for finding the client's row, and no more."""

    client_id: str
    jws: UnverifiedJws = field(repr=False)


@dataclass(frozen=True)
class VerifiedAssertion:
    """Proof that the client holds its key; good once.

    # INVARIANT: whoever acts on it has first stored `replay_key` until `expires_at`, in a
    # table all workers share, and was told that it was not there before.
    """

    client_id: str
    jti: str = field(repr=False)
    expires_at: datetime

    @property
    def replay_key(self) -> bytes:
        """32 bytes that name this assertion among all clients' assertions."""
        parts = joined(b"client_assertion", self.client_id.encode(), self.jti.encode())
        return hashlib.sha256(parts).digest()


def read_assertion(
    form: Mapping[str, str], authorization: Sequence[str] = ()
) -> UnverifiedAssertion:
    """Return the assertion of a form, unchecked, and the client it says it is from.

    `authorization` are the request's Authorization headers: a second way to authenticate,
    which RFC 6749 section 2.3 forbids beside the first.

    Raises:
        InvalidClientError: there is none, or another method is tried as well.
    """
    if authorization or "client_secret" in form:
        raise InvalidClientError("another authentication method was used")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise InvalidClientError("client_assertion_type is missing or unknown")
    try:
        jws = read_jws(form.get("client_assertion", ""))
        client_id = jws.text_claim("sub")
    except InvalidInputError as error:
        raise InvalidClientError(f"client_assertion: {error.message}") from error
    if form.get("client_id", client_id) != client_id:
        raise InvalidClientError("client_id is not the subject of the assertion")
    return UnverifiedAssertion(client_id, jws)


def verify_assertion(
    unverified: UnverifiedAssertion, client: Client | None, issuer: str, now: datetime
) -> VerifiedAssertion:
    """Return what the assertion proves about this client, or refuse.

    `client` is the row `unverified.client_id` names, None when there is none.  An unknown
    client costs one signature check like a known one and is refused in the same words.

    Raises:
        InvalidClientError: always with the same public message; `detail` says why.
    """
    jws = unverified.jws
    algorithm = jws.header.get("alg")
    key = client.key(jws.header.get("kid"), algorithm) if client and client.active else None
    held = signature_holds(jws, key or _stand_in(algorithm))
    # INVARIANT: a stand-in's verdict is thrown away: without a key of the client, refuse.
    if client is None or key is None or not held:
        raise InvalidClientError("unknown client, unknown key or wrong signature")
    try:
        expires_at = _check_claims(jws, client.client_id, issuer, now)
        return VerifiedAssertion(client.client_id, jws.identifier(), expires_at)
    except InvalidInputError as error:
        raise InvalidClientError(f"client_assertion: {error.message}") from error


def _stand_in(algorithm: object) -> PublicKey:
    """Return a key to spend the usual time on."""
    return _STAND_INS["EdDSA" if algorithm == "EdDSA" else "ES256"]


def _check_claims(jws: UnverifiedJws, client_id: str, issuer: str, now: datetime) -> datetime:
    """Return the end of the assertion's life after checking every claim (RFC 7523 section 3)."""
    if jws.header.get("typ") not in _TYPES or "jwk" in jws.header:
        raise InvalidInputError("the header is not that of a client assertion")
    if jws.claims.get("iss") != client_id or jws.claims.get("sub") != client_id:
        raise InvalidInputError("iss and sub must both be the client_id")
    # FAPI 2.0 section 5.3.2: the issuer, as a string; no endpoint, no array.
    if jws.claims.get("aud") != issuer:
        raise InvalidInputError("aud must be the issuer")
    jws.check_life(now)
    expires_at = jws.instant_claim("exp")
    if expires_at is None or expires_at > now + LONGEST_LIFE + SKEW:
        raise InvalidInputError("exp must be at most 5 minutes ahead")
    return expires_at
