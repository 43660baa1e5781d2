"""Check the access token of a read, at the resource server (RFC 9449 section 7).

A token that passes says who calls and which consent is meant.  What may be read is the
consent's to say, decided anew for every read.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime

from infobank.oauth.dpop import Proof
from infobank.oauth.errors import InvalidTokenError, OAuthError, description
from infobank.oauth.token import StoredToken, TokenKind
from infobank.oauth.wire.keys import ALGORITHMS

LONGEST_TOKEN = 256

# token68 of RFC 9110 section 11.2; the scheme's name is case-insensitive.
_DPOP = re.compile(rf"dpop +([A-Za-z0-9._~+/-]{{1,{LONGEST_TOKEN}}}=*)", re.IGNORECASE)


def read_access_token(headers: Sequence[str]) -> str:
    """Return the access token of a request's Authorization headers.

    Raises:
        InvalidTokenError: there is not exactly one header, or its scheme is not DPoP: a
            bound token presented as Bearer is a stolen one (RFC 9449 section 7.2).
    """
    if len(headers) != 1:
        raise InvalidTokenError("not exactly one Authorization header")
    found = _DPOP.fullmatch(headers[0])
    if found is None:
        raise InvalidTokenError("not the DPoP scheme")
    return found[1]


def check_access_token(stored: StoredToken | None, proof: Proof, now: datetime) -> StoredToken:
    """Return the token a read may use; `stored` is the row of its hash.

    `proof` was checked with this very token, so that its `ath` is known to fit.

    Raises:
        InvalidTokenError: it is unknown, not an access token, another key's, expired or
            revoked; always in the same words.
    """
    if stored is None or stored.kind is not TokenKind.ACCESS:
        raise InvalidTokenError("unknown, or not an access token")
    if not hmac.compare_digest(stored.jkt, proof.jkt):
        raise InvalidTokenError("another key than the token's")
    if not stored.alive(now):
        raise InvalidTokenError("expired or revoked")
    return stored


def challenge(resource_metadata: str, error: OAuthError | None = None) -> str:
    """Return the WWW-Authenticate value of a 401 or 403 (RFC 9449 7.1, RFC 9728 5.1).

    `resource_metadata` is the address of the metadata document.  Without `error` the
    request simply had no token (RFC 6750 section 3.1).
    """
    members = {} if error is None else {"error": error.code}
    if error is not None:
        members["error_description"] = description(error.message)
    members |= {"algs": " ".join(ALGORITHMS), "resource_metadata": resource_metadata}
    return "DPoP " + ", ".join(f'{name}="{value}"' for name, value in members.items())
