"""The demo provider's key: made once, its public half handed to the bank by value."""

import json
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from infobank.keystore.privatefile import create_private_file, read_private_file

KEY_ID = "walkcoach-1"


def public_keys(private: Path) -> dict[str, object]:
    """Return the JWK Set of the provider's key, made and kept first when it is new.

    Raises:
        KeyFileError: the file cannot be made or read, or others can read it.
    """
    if not private.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        create_private_file(private, pem)
    kept = serialization.load_pem_private_key(read_private_file(private), password=None)
    if not isinstance(kept, ec.EllipticCurvePrivateKey):
        raise TypeError("the demo provider's key is of another kind")
    public = json.loads(ECAlgorithm.to_jwk(kept.public_key()))
    return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "ES256"}]}
