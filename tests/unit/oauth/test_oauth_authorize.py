"""Opening a pushed request, and the address back to the client."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from infobank.oauth.authorize import (
    Reference,
    StoredRequest,
    error_redirect,
    read_reference,
    success_redirect,
)
from infobank.oauth.checks import check_authorize, check_pushed
from infobank.oauth.client import Client
from infobank.oauth.errors import (
    AccessDeniedError,
    InvalidRequestError,
    InvalidRequestUriError,
    OAuthError,
    RequestDeferredError,
)
from infobank.oauth.pushed import REQUEST_URI_PREFIX
from infobank.vocabulary.rules.policies import Policies

REQUEST_URI = REQUEST_URI_PREFIX + "x" * 43


@pytest.fixture
def stored(
    form: dict[str, str], client: Client, policies: Policies, today: date, now: datetime
) -> StoredRequest:
    request = check_pushed(list(form.items()), client, None, policies, today)
    return StoredRequest(request, now + timedelta(seconds=90))


@pytest.fixture
def reference(client: Client) -> Reference:
    return read_reference([("client_id", client.client_id), ("request_uri", REQUEST_URI)])


def test_a10_a_request_opens_twice_before_the_decision_and_not_after(
    reference: Reference, client: Client, stored: StoredRequest, now: datetime
):
    for _ in range(2):
        assert check_authorize(reference, client, stored, now) == stored.request
    with pytest.raises(InvalidRequestUriError):
        check_authorize(reference, client, replace(stored, decided_at=now), now)


def test_a10_a_request_opens_for_90_seconds(
    reference: Reference, client: Client, stored: StoredRequest, now: datetime
):
    assert check_authorize(reference, client, stored, now + timedelta(seconds=89))
    with pytest.raises(InvalidRequestUriError):
        check_authorize(reference, client, stored, now + timedelta(seconds=90))


def test_a10_unknown_and_foreign_requests_are_refused_in_the_same_words(
    reference: Reference,
    client: Client,
    other_client: Client,
    stored: StoredRequest,
    now: datetime,
):
    foreign = replace(reference, client_id=other_client.client_id)
    messages = set()
    for whose, named, row in (
        (foreign, other_client, stored),
        (foreign, client, stored),
        (reference, other_client, stored),
        (reference, None, stored),
        (reference, client, None),
        (reference, replace(client, active=False), stored),
        (reference, replace(client, redirect_uris=()), stored),
    ):
        with pytest.raises(InvalidRequestUriError) as caught:
            check_authorize(whose, named, row, now)
        messages.add(caught.value.message)
        assert not caught.value.redirectable
    assert len(messages) == 1


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("client_id", "x")],
        [("request_uri", REQUEST_URI)],
        [("client_id", "x"), ("response_type", "code"), ("redirect_uri", "https://evil.example")],
        [("client_id", "x"), ("request_uri", REQUEST_URI), ("request_uri", REQUEST_URI)],
        [("client_id", "x"), ("request_uri", "https://evil.example/request")],
        [("client_id", "x"), ("request_uri", REQUEST_URI + "x")],
        [("client_id", "x"), ("request_uri", REQUEST_URI + "\n")],
    ],
)
def test_a02_a10_a_plain_or_malformed_request_is_refused_without_a_redirect(
    pairs: list[tuple[str, str]],
):
    with pytest.raises((InvalidRequestError, InvalidRequestUriError)) as caught:
        read_reference(pairs)
    assert not caught.value.redirectable


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("https://walk.example/callback", []),
        ("https://walk.example/callback?", []),
        ("https://walk.example/callback?x=1", [("x", "1")]),
        ("https://walk.example/callback?x=%20&", [("x", " ")]),
    ],
)
def test_a08_every_answer_names_its_issuer_and_keeps_the_query(
    issuer: str, uri: str, kept: list[tuple[str, str]]
):
    state = "a&iss=https://evil.example#é"
    success = success_redirect(uri, "co/de", state, issuer)
    assert parse_qsl(urlsplit(success).query) == [
        *kept,
        ("code", "co/de"),
        ("state", state),
        ("iss", issuer),
    ]
    for error in (AccessDeniedError("no"), RequestDeferredError("later")):
        refusal = error_redirect(uri, error, None, issuer)
        assert refusal.startswith(uri)
        assert parse_qsl(urlsplit(refusal).query) == [
            *kept,
            ("error", error.code),
            ("error_description", error.message),
            ("iss", issuer),
        ]


def subclasses(kind: type[OAuthError]) -> set[type[OAuthError]]:
    below = set(kind.__subclasses__())
    return below.union(*(subclasses(each) for each in below))


def test_a02_only_the_residents_own_answers_travel_through_the_browser(issuer: str):
    travelling = {kind for kind in subclasses(OAuthError) if kind.redirectable}
    assert travelling == {AccessDeniedError, RequestDeferredError}
    for kind in subclasses(OAuthError) - travelling:
        with pytest.raises(ValueError, match="must not be redirected"):
            error_redirect("https://walk.example/", kind("x"), None, issuer)


def test_a39_the_request_uri_is_not_shown(reference: Reference):
    assert "x" * 43 not in repr(reference)
