"""Judge an ID token (OpenID Connect Core 1.0 section 3.1.3.7)."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

from infobank.errors import InvalidInputError
from infobank.oauth.city.client import CityClient

ALGORITHMS: Final = ("ES256", "ES384", "PS256", "RS256", "EdDSA")
"""Signatures with public keys only: `none` and HMAC are not read."""

LEEWAY: Final = timedelta(seconds=60)
"""How far the city's clock may be from ours."""

LONGEST_SUBJECT: Final = 255
"""Characters of a subject (section 2)."""


class UnknownKeyError(InvalidInputError):
    """Say that the token is signed by a key that is not among the known ones."""

    code = "city_unknown_key"


def subject(
    token: str, keys: Mapping[str, object], client: CityClient, nonce: str, now: datetime
) -> tuple[str, datetime | None]:
    """Return who signed in at the city, and when she last proved it there.

    Raises:
        UnknownKeyError: its key is not among `keys`, a JWK Set; the set may have changed.
        InvalidInputError: it is signed otherwise, over, another issuer's, for another client,
            or answers another visit.
    """
    try:
        header = jwt.get_unverified_header(token)
        claims = _verified(token, _key(header, keys), client)
        _check_times(claims, now)
    except jwt.PyJWTError as error:
        raise InvalidInputError("the ID token is not accepted", detail=type(error).__name__) from (
            None
        )
    shown = claims.get("nonce")
    if not isinstance(shown, str) or not hmac.compare_digest(shown.encode(), nonce.encode()):
        raise InvalidInputError("the ID token answers another visit")
    if claims.get("azp", client.client_id) != client.client_id:
        raise InvalidInputError("the ID token is for another client")
    who = claims["sub"]
    if not isinstance(who, str) or not 0 < len(who) <= LONGEST_SUBJECT:
        raise InvalidInputError("the ID token names nobody")
    proven = claims.get("auth_time")
    if not isinstance(proven, int) or isinstance(proven, bool):
        return who, None
    return who, datetime.fromtimestamp(proven, now.tzinfo)


def _verified(token: str, key: jwt.PyJWK, client: CityClient) -> dict[str, Any]:
    # Times are looked at by our own clock, below.
    found = jwt.decode(
        token,
        key.key,
        algorithms=list(ALGORITHMS),
        audience=client.client_id,
        issuer=client.issuer,
        options={
            "require": ["iss", "sub", "aud", "exp", "iat"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    audience = found["aud"]
    if isinstance(audience, list) and len(audience) > 1 and "azp" not in found:
        raise InvalidInputError("the ID token is for several and says not for whom")
    return found


def _key(header: Mapping[str, object], keys: Mapping[str, object]) -> jwt.PyJWK:
    if header.get("alg") not in ALGORITHMS:
        raise InvalidInputError("the ID token is signed in a way that is not read")
    try:
        usable = jwt.PyJWKSet.from_dict(dict(keys)).keys
    except jwt.PyJWKSetError:
        usable = []
    named = [each for each in usable if each.key_id == header.get("kid") and _signs(each)]
    if "kid" not in header:
        named = [each for each in usable if _signs(each)]
    if len(named) != 1:
        raise UnknownKeyError("the ID token is signed by an unknown key")
    (key,) = named
    stated = key.algorithm_name
    if stated is not None and stated != header["alg"]:
        raise InvalidInputError("the key is for another kind of signature")
    return key


def _signs(key: jwt.PyJWK) -> bool:
    return key.public_key_use in {None, "sig"} and key.key_type in {"RSA", "EC", "OKP"}


def _check_times(claims: Mapping[str, object], now: datetime) -> None:
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    begins = max(_time(claims, "iat"), _time(claims, "nbf") if "nbf" in claims else 0)
    if not begins - leeway <= at < _time(claims, "exp") + leeway:
        raise InvalidInputError("the ID token is over, or does not count yet")


def _time(claims: Mapping[str, object], name: str) -> float:
    found = claims[name]
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise InvalidInputError("the ID token has no times")
    return float(found)
