"""Access tokens at the resource server: bound to a key, and pointing at a consent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from infobank.oauth.access import challenge, check_access_token, read_access_token
from infobank.oauth.dpop import Proof
from infobank.oauth.errors import InsufficientScopeError, InvalidTokenError
from infobank.oauth.token import StoredToken, TokenKind


def test_the_holder_of_the_key_may_use_the_token(
    access_token: StoredToken, proof: Proof, now: datetime
):
    assert check_access_token(access_token, proof, now) is access_token


def test_another_key_or_time_or_kind_is_refused_in_the_same_words(
    access_token: StoredToken, proof: Proof, other_proof: Proof, now: datetime
):
    messages = set()
    for row, key, instant in (
        (None, proof, now),
        (access_token, other_proof, now),
        (access_token, proof, now + timedelta(seconds=300)),
        (replace(access_token, revoked_at=now), proof, now),
        (replace(access_token, kind=TokenKind.REFRESH), proof, now),
    ):
        with pytest.raises(InvalidTokenError) as caught:
            check_access_token(row, key, instant)
        assert caught.value.status == 401
        messages.add(caught.value.message)
    assert len(messages) == 1


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
def test_a23_the_scheme_is_dpop_in_any_case(scheme: str):
    assert read_access_token([f"{scheme} abc-_."]) == "abc-_."


@pytest.mark.parametrize(
    "headers",
    [
        [],
        ["DPoP abc", "DPoP abc"],
        ["DPoP abc", "Bearer abc"],
        ["Bearer abc"],
        ["Basic abc"],
        ["DPoP"],
        ["DPoP "],
        ["DPoP abc def"],
        ["DPoP abc,def"],
        ["DPoP abc\n"],
        ["DPoP é"],
        ["DPoP " + "x" * 257],
    ],
)
def test_a23_bearer_and_malformed_presentations_are_refused(headers: list[str]):
    with pytest.raises(InvalidTokenError):
        read_access_token(headers)


def test_a26_a_client_assertion_is_no_access_token(assertion: Callable[..., str]):
    with pytest.raises(InvalidTokenError):
        read_access_token([f"DPoP {assertion()}"])


def test_the_challenge_says_what_is_wrong_and_where_to_read_on():
    metadata = "https://bank.example/.well-known/oauth-protected-resource"
    assert challenge(metadata) == (f'DPoP algs="ES256 EdDSA", resource_metadata="{metadata}"')
    assert challenge(metadata, InvalidTokenError("expired")) == (
        'DPoP error="invalid_token", error_description="the access token is not valid", '
        f'algs="ES256 EdDSA", resource_metadata="{metadata}"'
    )
    quoted = challenge(metadata, InsufficientScopeError('a "quoted" \\ 日\n'))
    assert "a 'quoted' / ??" in quoted
