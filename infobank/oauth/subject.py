"""Name a resident to one provider, so that no two providers can compare names."""

import hashlib
import hmac

from infobank.oauth.wire.keys import encode
from infobank.vocabulary.identifiers import ProviderId, ResidentId
from infobank.vocabulary.text.canonical import joined

LEAST_KEY_BYTES = 32


def pairwise_subject(key: bytes, provider: ProviderId, resident: ResidentId) -> str:
    """Return the resident's name for this provider: 43 characters, always the same.

    HMAC-SHA-256 under a key of the bank, of at least 32 bytes.  Without the key nobody can
    tell whether two names mean one person (OpenID Connect Core 1.0 section 8.1).

    Raises:
        ValueError: the key is too short.
    """
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"a subject key must have at least {LEAST_KEY_BYTES} bytes")
    named = joined(b"infobank pairwise subject 1", provider.bytes, resident.bytes)
    return encode(hmac.digest(key, named, hashlib.sha256))
