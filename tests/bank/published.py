"""What the bank signed, checked by a JOSE library and the keys that the bank publishes."""

from typing import Any

import jwt
import requests
from provider_client import SECONDS
from running_bank import BankServer


def keys(server: BankServer) -> dict[str, Any]:
    """Return the bank's public keys, found as anybody finds them."""
    metadata = requests.get(
        f"{server.url}/.well-known/oauth-authorization-server", timeout=SECONDS
    ).json()
    found: dict[str, Any] = requests.get(metadata["jwks_uri"], timeout=SECONDS).json()
    return found


def claims(
    server: BankServer, signed: str, kind: str, audience: str | None = None
) -> dict[str, Any]:
    """Return what a token of this `typ` says; its signature, issuer and audience are checked."""
    header = jwt.get_unverified_header(signed)
    assert header["typ"] == kind
    key = jwt.PyJWKSet.from_dict(keys(server))[header["kid"]]
    said: dict[str, Any] = jwt.decode(signed, key, ["EdDSA"], audience=audience, issuer=server.url)
    return said
