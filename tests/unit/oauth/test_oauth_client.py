"""What a client may register: public keys by value and exact addresses."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from infobank.oauth.client import Client, check_jwks, check_redirect_uri, provider_of
from infobank.oauth.errors import InvalidClientMetadataError, InvalidRedirectUriError

# RFC 7515 appendix A.3 and RFC 8037 appendix A.2, public halves.
P256 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "kid": "a",
}
ED25519 = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "kid": "b",
}


def jwks(*keys: object) -> str:
    return json.dumps({"keys": keys})


def test_both_kinds_of_key_are_taken():
    assert check_jwks(jwks(P256, ED25519)) == {"keys": [P256, ED25519]}


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{}",
        '{"jwks_uri": "https://walk.example/keys"}',
        '{"keys": {}}',
        '{"keys": []}',
        '{"keys": ["key"]}',
        '{"keys": [], "keys": []}',
        jwks(P256, P256 | {"kid": "same point"}),
        jwks(P256, ED25519 | {"kid": "a"}),
        jwks({name: value for name, value in P256.items() if name != "kid"}),
        jwks(P256 | {"kid": ""}),
        jwks(P256 | {"kid": 5}),
        jwks(P256 | {"kid": "x" * 129}),
        jwks(P256 | {"d": "A" * 43}),
        jwks(P256 | {"use": "enc"}),
        jwks(P256 | {"alg": "ES384"}),
        jwks(P256 | {"crv": "P-384"}),
        jwks(P256 | {"y": "A" * 43}),
        jwks(P256 | {"x": P256["x"] + "A"}),
        jwks({"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "r"}),
        jwks({"kty": "oct", "k": "AAAA", "kid": "s"}),
        jwks(ED25519 | {"x": ED25519["x"][:-1] + "p"}),
        jwks(P256 | {"comment": "x" * 8192}),
        "[" * 4000,
    ],
)
def test_a30_other_key_sets_are_refused(document: str):
    with pytest.raises(InvalidClientMetadataError):
        check_jwks(document)


def test_at_most_five_keys_are_taken(make_keys: Callable[[int], str]):
    assert len(check_jwks(make_keys(5))["keys"]) == 5  # type: ignore[arg-type]
    with pytest.raises(InvalidClientMetadataError, match="1 to 5"):
        check_jwks(make_keys(6))


@pytest.fixture
def make_keys() -> Callable[[int], str]:
    from base64 import urlsafe_b64encode  # noqa: PLC0415  only this fixture makes keys

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    def make(count: int) -> str:
        points = (
            Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32).public_key().public_bytes_raw()
            for n in range(count)
        )
        return jwks(
            *(
                ED25519 | {"x": urlsafe_b64encode(x).rstrip(b"=").decode(), "kid": str(n)}
                for n, x in enumerate(points)
            )
        )

    return make


def test_a_key_is_found_by_identifier_and_algorithm():
    client = Client(provider_of_int(1), check_jwks(jwks(P256, ED25519)), (), active=True)
    found = client.key("b", "EdDSA")
    assert found is not None
    assert found.algorithm == "EdDSA"
    assert client.key("b", "ES256") is None
    assert client.key("c", "ES256") is None
    assert client.key(None, "ES256") is None


def provider_of_int(number: int) -> Any:  # noqa: ANN401  a NewType over UUID
    return UUID(int=number)


@pytest.mark.parametrize(
    ("uri", "loopback"),
    [
        ("https://walk.example/callback", False),
        ("https://walk.example:8443/callback?x=1", False),
        ("http://127.0.0.1:9000/callback", True),
        ("http://localhost/callback", True),
        ("http://[::1]:9000/callback", True),
    ],
)
def test_an_exact_address_may_be_registered(uri: str, *, loopback: bool):
    check_redirect_uri(uri, loopback=loopback)
    if loopback:
        with pytest.raises(InvalidRedirectUriError):
            check_redirect_uri(uri, loopback=False)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "https:///callback",
        "https://",
        "http://walk.example/callback",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "https://me@walk.example/",
        "https://walk.example/#part",
        "https://walk.example/#",
        "https://*.walk.example/",
        "https://walk.example/a b",
        "https://walk.example\\@evil.example/",
        "https://walk.example:x/",
        "https://[walk.example/",
        "https://歩く.example/",
        "https://walk.example/\n",
        "javascript:alert(1)",
        "com.example.app:/callback",
        "https://walk.example/" + "x" * 1024,
    ],
)
def test_a01_other_addresses_are_not_registered(uri: str):
    with pytest.raises(InvalidRedirectUriError):
        check_redirect_uri(uri, loopback=True)


def test_a_client_identifier_is_a_uuid_as_we_write_it():
    text = "00000000-0000-0000-0000-0000000000ab"
    assert provider_of(text) == UUID(int=0xAB)
    for other in (text.upper(), text.replace("-", ""), f"{{{text}}}", "", "x", "0" * 10_000):
        assert provider_of(other) is None
