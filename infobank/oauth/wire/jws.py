"""Read signed objects in compact form (RFC 7515, RFC 7519).

The text is taken apart once, strictly; PyJWT's algorithms then check the signature over
exactly the bytes that came.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from jwt.algorithms import ECAlgorithm, OKPAlgorithm, get_default_algorithms

from infobank.errors import InvalidInputError
from infobank.oauth.wire.keys import PublicKey
from infobank.oauth.wire.strictjson import strict_object

LONGEST = 8 * 1024
"""Most characters of a signed object; a proof has about 500."""

LONGEST_IDENTIFIER = 128
"""Most characters of a `jti`, which every worker has to remember."""

SKEW: Final = timedelta(seconds=10)
"""How far ahead of ours a client's clock may be (FAPI 2.0 section 5.3.2)."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_DEEPEST = 6

# A key or an address of a key that the signer chose proves nothing about the signer; an
# extension we do not know must be refused (RFC 7515 section 4.1.11).
_REFUSED_HEADERS: Final = frozenset({"jku", "x5u", "x5c", "crit", "b64", "zip"})

_ALGORITHMS = get_default_algorithms()


@dataclass(frozen=True)
class UnverifiedJws:
    """A signed object nobody has checked yet."""

    header: Mapping[str, object]
    claims: Mapping[str, object] = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    def text_claim(self, name: str) -> str:
        """Return a claim that must be a text.

        Raises:
            InvalidInputError: it is absent or something else.
        """
        value = self.claims.get(name)
        if not isinstance(value, str) or not value:
            raise InvalidInputError(f"{name} must be a text")
        return value

    def instant_claim(self, name: str) -> datetime | None:
        """Return a NumericDate claim (RFC 7519 section 2), or None when it is absent.

        Raises:
            InvalidInputError: it is not a number of seconds since 1970.
        """
        value = self.claims.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidInputError(f"{name} must be a number of seconds")
        if not 0 <= value < 1 << 36:
            raise InvalidInputError(f"{name} must be a number of seconds since 1970")
        return datetime.fromtimestamp(value, UTC)

    def identifier(self) -> str:
        """Return `jti`: 1 to 128 visible ASCII characters.

        Raises:
            InvalidInputError: it is absent or something else.
        """
        jti = self.text_claim("jti")
        if len(jti) > LONGEST_IDENTIFIER or not (jti.isascii() and jti.isprintable()):
            raise InvalidInputError(f"jti must be at most {LONGEST_IDENTIFIER} ASCII characters")
        return jti

    def check_life(self, now: datetime) -> None:
        """Accept an object whose `exp`, `nbf` and `iat`, where present, allow it now.

        Raises:
            InvalidInputError: it has expired, or begins more than 10 s ahead.
        """
        expires = self.instant_claim("exp")
        if expires is not None and expires <= now:
            raise InvalidInputError("exp must be in the future")
        for name in ("iat", "nbf"):
            begins = self.instant_claim(name)
            if begins is not None and begins > now + SKEW:
                raise InvalidInputError(f"{name} must not be in the future")


def read_jws(text: str) -> UnverifiedJws:
    """Return the parts of a compact signed object; the signature is not checked here.

    Raises:
        InvalidInputError: it is too long, malformed, or its header names a key's address,
            a certificate or an extension.
    """
    if len(text) > LONGEST or not _COMPACT.fullmatch(text):
        raise InvalidInputError(f"must be a compact JWS of at most {LONGEST} characters")
    signed, _, signature = text.rpartition(".")
    header, _, claims = signed.partition(".")
    found = _members(header)
    if _REFUSED_HEADERS & found.keys():
        raise InvalidInputError("the header must not hold jku, x5u, x5c, crit, b64 or zip")
    return UnverifiedJws(found, _members(claims), signed.encode(), _decode(signature))


def signature_holds(jws: UnverifiedJws, key: PublicKey) -> bool:
    """Tell whether this key made the signature, with the key's own algorithm."""
    # INVARIANT: the algorithm comes from the key; the header may only agree with it.
    if jws.header.get("alg") != key.algorithm:
        return False
    algorithm = cast("ECAlgorithm | OKPAlgorithm", _ALGORITHMS[key.algorithm])
    return algorithm.verify(jws.signed, key.key, jws.signature)  # type: ignore[arg-type]


def _members(segment: str) -> dict[str, object]:
    try:
        text = _decode(segment).decode()
    except UnicodeDecodeError:
        raise InvalidInputError("must be a compact JWS of UTF-8 JSON") from None
    return strict_object(text, longest=LONGEST, deepest=_DEEPEST)


def _decode(segment: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise InvalidInputError("must be a compact JWS in base64url") from None
