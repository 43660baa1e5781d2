"""Proofs of possession: one header, this request, this key, now (RFC 9449)."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infobank.oauth.dpop import Proof, replay_key, verify_proof
from infobank.oauth.errors import InvalidDpopProofError

URL = "https://bank.example/oauth/token"
Sign = Callable[..., str]


def accept(text: str, now: datetime) -> Proof:
    return verify_proof([text], "POST", URL, now)


def test_a_proof_tells_its_key_and_how_long_to_remember_it(
    make_proof: Sign, now: datetime, proof: Proof
):
    assert accept(make_proof(), now) == proof


def test_a_proof_by_an_ed25519_key_is_taken(make_proof: Sign, now: datetime):
    key = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
    x = urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
    signed = make_proof({"jwk": jwk}, key=key, algorithm="EdDSA")
    assert len(accept(signed, now).jkt) == 43


@pytest.mark.parametrize("count", [0, 2])
def test_a21_missing_or_two_headers_are_refused(make_proof: Sign, now: datetime, count: int):
    with pytest.raises(InvalidDpopProofError, match="exactly one"):
        verify_proof([make_proof()] * count, "POST", URL, now)


@pytest.mark.parametrize(
    "claims",
    [
        {"htm": "GET"},
        {"htm": None},
        {"htm": "post"},
        {"htu": "https://bank.example/oauth/par"},
        {"htu": "https://bank.example:8443/oauth/token"},
        {"htu": "http://bank.example/oauth/token"},
        {"htu": "https://bank.example/oauth/token/"},
        {"htu": "https://bank.example/oauth/TOKEN"},
        {"htu": "https://me@bank.example/oauth/token"},
        {"htu": "https://bank.example:x/oauth/token"},
        {"htu": "https://[bank.example/oauth/token"},
        {"htu": None},
        {"htu": 5},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 129},
        {"jti": "é"},
        {"jti": ["one"]},
        {"iat": None},
        {"iat": True},
        {"iat": "now"},
        {"iat": -1},
        {"iat": 10**400},
        {"iat": 1e308},
        {"exp": 1},
    ],
)
def test_a21_wrong_claims_are_refused(make_proof: Sign, now: datetime, claims: dict[str, object]):
    with pytest.raises(InvalidDpopProofError):
        accept(make_proof(**claims), now)


@pytest.mark.parametrize(
    "htu",
    [
        "HTTPS://BANK.example/oauth/token",
        "https://bank.example:443/oauth/token",
        "https://bank.example/oauth/token?x=1",
        "https://bank.example/oauth/token#part",
    ],
)
def test_a21_query_fragment_and_case_of_host_do_not_count(
    make_proof: Sign, now: datetime, htu: str
):
    assert accept(make_proof(htu=htu), now).jti == "one"


@pytest.mark.parametrize(
    ("age", "taken"), [(60, True), (61, False), (-10, True), (-11, False), (-61, False)]
)
def test_a21_a44_a_proof_is_good_from_10_seconds_ahead_to_60_behind(
    make_proof: Sign, now: datetime, age: int, *, taken: bool
):
    signed = make_proof(iat=int(now.timestamp()) - age)
    if taken:
        assert accept(signed, now).expires_at == now + timedelta(seconds=60 - age)
    else:
        with pytest.raises(InvalidDpopProofError, match="iat"):
            accept(signed, now)


def test_a21_a_proof_for_a_token_holds_its_hash(make_proof: Sign, now: datetime):
    digest = hashlib.sha256(b"token").digest()
    ath = urlsafe_b64encode(digest).rstrip(b"=").decode()
    signed = make_proof(ath=ath)
    assert verify_proof([signed], "POST", URL, now, access_token="token").jti == "one"
    for text, token in ((signed, "another"), (make_proof(), "token"), (make_proof(ath="é"), "t")):
        with pytest.raises(InvalidDpopProofError, match="ath"):
            verify_proof([text], "POST", URL, now, access_token=token)


@pytest.mark.parametrize(
    "change",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"jwk": None},
        {"jwk": "key"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"jwk": {"kty": "RSA", "n": "AAAA", "e": "AQAB"}},
        {"jwk": {"kty": "EC", "crv": "P-384", "x": "A" * 64, "y": "A" * 64}},
        {"jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}},
        {"jwk": {"kty": ["EC"], "crv": "P-256"}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert"},
        {"x5c": ["MII"]},
        {"crit": ["exp"], "exp": 1},
    ],
)
def test_a21_a25_wrong_headers_are_refused(
    make_proof: Sign, now: datetime, change: dict[str, object]
):
    with pytest.raises(InvalidDpopProofError):
        accept(make_proof(change), now)


@pytest.mark.parametrize(
    "extra", [{"d": "A" * 43}, {"use": "enc"}, {"alg": "ES384"}, {"key_ops": ["sign"]}]
)
def test_a21_a_private_key_or_one_for_another_use_is_refused(
    make_proof: Sign, now: datetime, proof_key: ec.EllipticCurvePrivateKey, extra: dict[str, object]
):
    numbers = proof_key.public_key().public_numbers()
    x, y = (
        urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode()
        for n in (numbers.x, numbers.y)
    )
    jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
    assert accept(make_proof({"jwk": jwk}), now)
    with pytest.raises(InvalidDpopProofError, match="key"):
        accept(make_proof({"jwk": jwk | extra}), now)


def test_a21_symmetric_and_absent_signatures_are_refused(make_proof: Sign, now: datetime):
    for algorithm, key in (("HS256", b"\1" * 32), ("none", None)):
        with pytest.raises(InvalidDpopProofError):
            accept(make_proof(key=key, algorithm=algorithm), now)


def test_a21_a_signature_by_another_key_or_a_changed_one_is_refused(
    make_proof: Sign, now: datetime, other_key: ec.EllipticCurvePrivateKey
):
    with pytest.raises(InvalidDpopProofError, match="signature"):
        accept(make_proof(key=other_key), now)
    head, claims, _ = make_proof().split(".")
    for signature in ("AAAA", "A" * 86, "A"):
        with pytest.raises(InvalidDpopProofError):
            accept(f"{head}.{claims}.{signature}", now)


def test_a_proof_by_another_key_than_expected_is_refused(
    make_proof: Sign, now: datetime, proof: Proof, other_proof: Proof
):
    assert verify_proof([make_proof()], "POST", URL, now, expected_jkt=proof.jkt) == proof
    with pytest.raises(InvalidDpopProofError, match="another key"):
        verify_proof([make_proof()], "POST", URL, now, expected_jkt=other_proof.jkt)


def test_a_proof_longer_than_8_kib_is_refused(make_proof: Sign, now: datetime):
    with pytest.raises(InvalidDpopProofError, match="8192"):
        accept(make_proof(filling="x" * 8192), now)


def test_a22_a_proof_is_remembered_by_key_and_identifier(proof: Proof, other_proof: Proof):
    same = Proof(proof.jkt, proof.jti, proof.expires_at + timedelta(seconds=5))
    another = Proof(proof.jkt, "two", proof.expires_at)
    assert replay_key(proof) == replay_key(same)
    assert len({replay_key(each) for each in (proof, other_proof, another)}) == 3
    assert len(replay_key(proof)) == 32
