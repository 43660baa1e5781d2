"""Check that the caller holds a key: DPoP proofs (RFC 9449)."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from infobank.errors import InvalidInputError
from infobank.oauth.errors import InvalidDpopProofError
from infobank.oauth.wire.jws import UnverifiedJws, read_jws, signature_holds
from infobank.oauth.wire.keys import encode, read_public_key
from infobank.vocabulary.text.canonical import joined

PROOF_LIFE: Final = timedelta(seconds=60)
"""How old a proof may be, and so how long its identifier is remembered."""

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Proof:
    """A checked proof: the caller holds the key with thumbprint `jkt`; good once.

    # INVARIANT: whoever acts on it has first stored `replay_key(proof)` until `expires_at`,
    # in a table all workers share, and was told that it was not there before.
    """

    jkt: str
    jti: str = field(repr=False)
    expires_at: datetime


def verify_proof(
    headers: Sequence[str],
    method: str,
    url: str,
    now: datetime,
    *,
    access_token: str | None = None,
    expected_jkt: str | None = None,
) -> Proof:
    """Return what a request's DPoP headers prove (RFC 9449 section 4.3).

    `url` is the public address of the request, from the bank's settings and never from the
    Host header.  `access_token` is the token the request presents: the proof must then
    hold its hash.  `expected_jkt` is the key the request must be made with, if it is known.

    Raises:
        InvalidDpopProofError: there is not exactly one header, or it is not a fresh proof
            for this request by this key.
    """
    if len(headers) != 1:
        raise InvalidDpopProofError("exactly one DPoP header is required")
    try:
        jws = read_jws(headers[0])
        proof = Proof(_check_signature(jws), jws.identifier(), _check_age(jws, now))
        _check_request(jws, method, url)
        _check_token(jws, access_token)
    except InvalidInputError as error:
        raise InvalidDpopProofError(f"DPoP proof: {error.message}") from error
    if expected_jkt is not None and not hmac.compare_digest(proof.jkt, expected_jkt):
        raise InvalidDpopProofError("DPoP proof: made with another key")
    return proof


def replay_key(proof: Proof) -> bytes:
    """Return 32 bytes that name this proof among all keys' proofs.

    The key is part of it: with `jti` alone, one client could use up another's identifiers.
    """
    return hashlib.sha256(joined(b"dpop", proof.jkt.encode(), proof.jti.encode())).digest()


def _check_signature(jws: UnverifiedJws) -> str:
    if jws.header.get("typ") != "dpop+jwt":
        raise InvalidInputError("typ must be dpop+jwt")
    key = read_public_key(jws.header.get("jwk"))
    if not signature_holds(jws, key):
        raise InvalidInputError("the signature must be ES256 or EdDSA by the key in jwk")
    return key.thumbprint


def _check_age(jws: UnverifiedJws, now: datetime) -> datetime:
    """Return when the proof becomes too old."""
    jws.check_life(now)
    issued = jws.instant_claim("iat")
    if issued is None or issued + PROOF_LIFE < now:
        raise InvalidInputError("iat must be at most 60 seconds ago")
    return issued + PROOF_LIFE


def _check_request(jws: UnverifiedJws, method: str, url: str) -> None:
    if jws.text_claim("htm") != method:
        raise InvalidInputError("htm must be the method of the request")
    if _normal(jws.text_claim("htu")) != _normal(url):
        raise InvalidInputError("htu must be the address of the request")


def _check_token(jws: UnverifiedJws, access_token: str | None) -> None:
    if access_token is None:
        return
    digest = hashlib.sha256(access_token.encode("utf-8", "surrogatepass")).digest()
    claimed = jws.text_claim("ath").encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(claimed, encode(digest).encode()):
        raise InvalidInputError("ath must be the hash of the access token")


@lru_cache(maxsize=1024)
def _normal(url: str) -> tuple[str, str, int | None, str]:
    """Return scheme, host, port and path, as RFC 3986 sections 6.2.2.1 and 6.2.3 compare them."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        raise InvalidInputError("htu must be a URL") from None
    if "@" in parts.netloc:
        raise InvalidInputError("htu must not name a user")
    return parts.scheme, parts.hostname or "", port, parts.path or "/"
