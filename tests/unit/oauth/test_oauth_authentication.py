"""Clients prove themselves by `private_key_jwt` and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from infobank.oauth import authentication
from infobank.oauth.authentication import ASSERTION_TYPE, read_assertion, verify_assertion
from infobank.oauth.client import Client
from infobank.oauth.errors import InvalidClientError, OAuthError
from infobank.oauth.wire.jws import UnverifiedJws
from infobank.oauth.wire.keys import PublicKey

Sign = Callable[..., str]


@pytest.fixture
def verify(
    client: Client, issuer: str, now: datetime
) -> Callable[..., authentication.VerifiedAssertion]:
    def run(text: str, whose: Client | None = client) -> authentication.VerifiedAssertion:
        form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
        return verify_assertion(read_assertion(form), whose, issuer, now)

    return run


Verify = Callable[..., authentication.VerifiedAssertion]


def test_an_assertion_proves_its_client_once(
    assertion: Sign, verify: Verify, client: Client, now: datetime
):
    verified = verify(assertion())
    assert (verified.client_id, verified.jti) == (client.client_id, "one")
    assert verified.expires_at == now + timedelta(seconds=60)
    assert len(verified.replay_key) == 32


def test_a_client_with_one_key_need_not_name_it(assertion: Sign, verify: Verify):
    assert verify(assertion({"kid": None})).jti == "one"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://bank.example/oauth/token"},
        {"aud": "https://bank.example/oauth/par"},
        {"aud": "https://bank.example/"},
        {"aud": ["https://bank.example"]},
        {"aud": None},
        {"iss": "another"},
        {"iss": None},
        {"exp": None},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": 4102444800},
        {"nbf": 4102444800},
        {"jti": None},
        {"jti": "x" * 129},
    ],
)
def test_a19_a25_wrong_claims_are_refused(
    assertion: Sign, verify: Verify, claims: dict[str, object]
):
    with pytest.raises(InvalidClientError):
        verify(assertion(**claims))


def test_an_assertion_that_lives_longer_than_5_minutes_is_refused(
    assertion: Sign, verify: Verify, now: datetime
):
    assert verify(assertion(exp=int(now.timestamp()) + 300))
    with pytest.raises(InvalidClientError):
        verify(assertion(exp=int(now.timestamp()) + 311))


@pytest.mark.parametrize(("ahead", "taken"), [(10, True), (61, False)])
@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a44_a_clock_10_seconds_ahead_is_taken_and_61_is_not(
    assertion: Sign, verify: Verify, now: datetime, claim: str, ahead: int, *, taken: bool
):
    signed = assertion(**{claim: int(now.timestamp()) + ahead})
    if taken:
        assert verify(signed).jti == "one"
    else:
        with pytest.raises(InvalidClientError):
            verify(signed)


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "foreign"},
        {"kid": ["k1"]},
        {"typ": "dpop+jwt"},
        {"typ": "at+jwt"},
        {"typ": ["JWT"]},
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "EC"}},
        {"x5u": "https://evil.example/cert"},
        {"crit": ["b64"], "b64": True},
    ],
)
def test_a25_headers_that_choose_a_key_or_another_kind_are_refused(
    assertion: Sign, verify: Verify, header: dict[str, Any]
):
    with pytest.raises(InvalidClientError):
        verify(assertion(header))


def test_a19_a25_other_algorithms_are_refused(
    assertion: Sign, verify: Verify, client_key: ec.EllipticCurvePrivateKey
):
    public = client_key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for algorithm, key in (("none", None), ("HS256", public), ("RS256", other), ("PS256", other)):
        with pytest.raises(InvalidClientError):
            verify(assertion(key=key, algorithm=algorithm))


def refusal(run: Callable[[], object]) -> OAuthError:
    with pytest.raises(InvalidClientError) as caught:
        run()
    return caught.value


def test_a19_unknown_and_known_clients_are_refused_in_the_same_words(
    assertion: Sign, verify: Verify, client: Client, other_key: ec.EllipticCurvePrivateKey
):
    refusals = [
        refusal(lambda: verify(assertion(), None)),
        refusal(lambda: verify(assertion(), replace(client, active=False))),
        refusal(lambda: verify(assertion(key=other_key))),
        refusal(lambda: verify(assertion({"kid": "foreign"}))),
        refusal(lambda: verify(assertion(aud="https://other.example"))),
        refusal(lambda: verify("a.b.c")),
    ]
    assert len({str(error.document()) for error in refusals}) == 1
    assert {error.status for error in refusals} == {401}


def test_a19_an_unknown_client_costs_one_signature_check_too(
    assertion: Sign, verify: Verify, client: Client, monkeypatch: pytest.MonkeyPatch
):
    checked: list[str] = []
    really = authentication.signature_holds

    def counted(jws: UnverifiedJws, key: PublicKey) -> bool:
        checked.append(key.algorithm)
        return really(jws, key)

    monkeypatch.setattr(authentication, "signature_holds", counted)
    for whose in (client, None):
        for header in ({"kid": "k1"}, {"kid": "foreign"}):
            if whose is None or header["kid"] == "foreign":
                refusal(lambda whose=whose, header=header: verify(assertion(header), whose))
            else:
                verify(assertion(header), whose)
    assert checked == ["ES256"] * 4


def test_a_stand_in_key_opens_nothing(assertion: Sign, verify: Verify, client: Client):
    # RFC 7515 appendix A.3 prints the private half of the stand-in.
    secret = int.from_bytes(
        bytes.fromhex("8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2")
    )
    stand_in = ec.derive_private_key(secret, ec.SECP256R1())
    signed = assertion({"kid": "foreign"}, key=stand_in)
    for whose in (client, None):
        assert refusal(lambda whose=whose: verify(signed, whose)).code == "invalid_client"


@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": "x"},
        {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
        {"client_assertion": ""},
        {"client_assertion": "x" * 9000},
        {"client_id": "another"},
    ],
)
def test_a19_another_method_or_a_second_one_is_refused(assertion: Sign, change: dict[str, str]):
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion()}
    assert read_assertion(form).client_id
    with pytest.raises(InvalidClientError):
        read_assertion(form | change)


def test_a19_an_authorization_header_beside_the_assertion_is_refused(assertion: Sign):
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion()}
    with pytest.raises(InvalidClientError):
        read_assertion(form, ["Basic eDp5"])


def test_a19_an_assertion_is_remembered_by_client_and_identifier(
    assertion: Sign, verify: Verify, client: Client
):
    first, second = verify(assertion()), verify(assertion(jti="two"))
    elsewhere = replace(first, client_id="another")
    assert len({each.replay_key for each in (first, second, elsewhere)}) == 3
    assert first.replay_key == verify(assertion(iat=None)).replay_key
    assert client.client_id not in str(first.replay_key)


def test_a39_neither_assertion_nor_identifier_is_shown(assertion: Sign, verify: Verify):
    text = assertion(jti="tellme")
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}
    shown = repr(read_assertion(form)) + repr(verify(text))
    assert "tellme" not in shown
    assert text.rpartition(".")[2] not in shown
