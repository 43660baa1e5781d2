"""Exchange a code, and later a refresh token, for an access token (RFC 6749, FAPI 2.0).

Tokens are opaque and carry no rights: each points at its consent, so that narrowing or
withdrawing the consent reaches tokens that are already out.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from infobank.entropy import Entropy
from infobank.oauth.authorization_details import RequestedAccess, render
from infobank.oauth.client import Client
from infobank.oauth.dpop import Proof
from infobank.oauth.errors import (
    CodeReplayedError,
    InvalidGrantError,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)
from infobank.oauth.wire.form import Pairs, single
from infobank.vocabulary.identifiers import ConsentId, ResidentId

CODE_LIFE: Final = timedelta(seconds=60)
"""FAPI 2.0 section 5.3.2: at most 60 seconds."""

ACCESS_TOKEN_LIFE: Final = timedelta(seconds=300)

SECRET_BYTES: Final = 32

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class GrantType(StrEnum):
    """What a token is asked for with; the last is the bank's own."""

    CODE = "authorization_code"
    REFRESH = "refresh_token"
    CONSENT = "urn:infobank:params:oauth:grant-type:consent"


class TokenKind(StrEnum):
    """What a token is for; one kind is never taken for the other."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True)
class StoredCode:
    """An authorization code as it was kept: found by its hash, good once, for 60 seconds."""

    client_id: str
    redirect_uri: str
    code_challenge: str = field(repr=False)
    jkt: str
    consent_id: ConsentId
    resident_id: ResidentId = field(repr=False)
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class StoredToken:
    """An access or refresh token as it was kept: found by its hash, bound to a key."""

    kind: TokenKind
    client_id: str
    jkt: str
    consent_id: ConsentId
    resident_id: ResidentId = field(repr=False)
    expires_at: datetime
    revoked_at: datetime | None = None

    def alive(self, now: datetime) -> bool:
        """Tell whether it has neither expired nor been revoked."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class CodeExchange:
    """A token request that presents a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5)."""

    code: str = field(repr=False)
    redirect_uri: str
    code_verifier: str = field(repr=False)


@dataclass(frozen=True)
class Refresh:
    """A token request that presents a refresh token (RFC 6749 section 6)."""

    refresh_token: str = field(repr=False)


@dataclass(frozen=True)
class ConsentGrant:
    """A token request that names a consent the bank gave under a mandate of the resident."""

    consent_id: ConsentId


def new_secret(entropy: Entropy) -> str:
    """Return a new code or token: 256 unpredictable bits as 43 characters of base64url."""
    return base64.urlsafe_b64encode(entropy.bytes(SECRET_BYTES)).rstrip(b"=").decode()


def secret_hash(text: str) -> bytes:
    """Return the 32 bytes under which a code, token or request_uri is kept.

    Plain SHA-256 is enough, because the secret has 256 bits: nothing to guess.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def read_token_request(pairs: Pairs) -> CodeExchange | Refresh | ConsentGrant:
    """Return what a token request presents; its rows have to be loaded next.

    Raises:
        UnsupportedGrantTypeError: it is neither a code, nor a refresh token, nor a consent.
        InvalidGrantError: the consent is no `grant_id`.
        InvalidRequestError: a parameter is missing, comes twice, or would change what the
            consent says: narrow the consent, not the token.
    """
    form = single(pairs)
    if {"scope", "authorization_details"} & form.keys():
        raise InvalidRequestError("a token has what its consent has; ask with a pushed request")
    match form.get("grant_type"):
        case GrantType.CODE:
            return CodeExchange(
                _required(form, "code"),
                _required(form, "redirect_uri"),
                _required(form, "code_verifier"),
            )
        case GrantType.REFRESH:
            return Refresh(_required(form, "refresh_token"))
        case GrantType.CONSENT:
            return ConsentGrant(_grant_id(_required(form, "grant_id")))
        case None:
            raise InvalidRequestError("grant_type is required")
        case _:
            raise UnsupportedGrantTypeError(f"grant_type must be one of {', '.join(GrantType)}")


def _grant_id(text: str) -> ConsentId:
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise InvalidGrantError("grant_id must be the name of a consent")
    return ConsentId(found)


def _required(form: dict[str, str], name: str) -> str:
    if name not in form:
        raise InvalidRequestError(f"{name} is required")
    return form[name]


def check_code_exchange(
    exchange: CodeExchange, client: Client, stored: StoredCode | None, proof: Proof, now: datetime
) -> StoredCode:
    """Return the code that may now be redeemed; `stored` is the row of its hash.

    Does not mark it used: the caller does, in one conditional update, and refuses when
    that finds it used.

    Raises:
        CodeReplayedError: its own client redeemed it before; revoke what it issued.
        InvalidGrantError: it is unknown, another client's or key's, expired, or comes with
            another address or verifier.  Nothing may be written then: a stranger who has
            seen a code must not be able to burn it.
    """
    if stored is None or not client.active or stored.client_id != client.client_id:
        raise InvalidGrantError("unknown code, or another client's")
    if not hmac.compare_digest(stored.jkt, proof.jkt):
        raise InvalidGrantError("another key than the request's")
    if exchange.redirect_uri != stored.redirect_uri:
        raise InvalidGrantError("another redirect_uri than the request's")
    if not _verifies(exchange.code_verifier, stored.code_challenge):
        raise InvalidGrantError("code_verifier does not match")
    # INVARIANT: only the true client with the true key and verifier gets this far, so
    # nobody else can have its tokens revoked by showing a code again.
    if stored.used_at is not None:
        raise CodeReplayedError("code used before")
    if stored.expires_at <= now:
        raise InvalidGrantError("code expired")
    return stored


def _verifies(verifier: str, challenge: str) -> bool:
    """Tell whether the verifier has the shape of RFC 7636 section 4.1 and this S256 challenge."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    computed: str = create_s256_code_challenge(verifier)
    return hmac.compare_digest(computed, challenge)


def check_refresh(
    client: Client, stored: StoredToken | None, proof: Proof, now: datetime
) -> StoredToken:
    """Return the refresh token that may be used; `stored` is the row of its hash.

    It stays as it is: bound to a key, it need not rotate (FAPI 2.0 section 5.3.2.1 item 9).

    Raises:
        InvalidGrantError: it is unknown, another client's or key's, expired or revoked.
            Nothing may be written then.
    """
    if stored is None or not client.active or stored.client_id != client.client_id:
        raise InvalidGrantError("unknown refresh token, or another client's")
    if stored.kind is not TokenKind.REFRESH:
        raise InvalidGrantError("not a refresh token")
    if not hmac.compare_digest(stored.jkt, proof.jkt):
        raise InvalidGrantError("another key than the token's")
    if not stored.alive(now):
        raise InvalidGrantError("expired or revoked")
    return stored


def token_response(
    access_token: str,
    refresh_token: str | None,
    life: timedelta,
    granted: RequestedAccess,
    consent_id: ConsentId,
) -> dict[str, object]:
    """Return the members of a token response; send it with `Cache-Control: no-store`.

    `life` is how long the access token counts: never beyond its consent.
    `authorization_details` is what the consent grants now (RFC 9396 section 7), not what
    was asked for; `grant_id` names the consent (Grant Management for OAuth 2.0).
    """
    members: dict[str, object] = {
        "access_token": access_token,
        "token_type": "DPoP",
        "expires_in": int(life.total_seconds()),
        "authorization_details": render(granted),
        "grant_id": str(consent_id),
    }
    return members if refresh_token is None else members | {"refresh_token": refresh_token}
