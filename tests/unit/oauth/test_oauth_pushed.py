"""The pushed request endpoint: each check, and their order."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from infobank.entropy import Entropy, new_uuid
from infobank.oauth import authorize, pushed
from infobank.oauth.checks import AUTHORIZE, PUSHED, check_pushed
from infobank.oauth.client import Client
from infobank.oauth.dpop import Proof
from infobank.oauth.errors import (
    InvalidAuthorizationDetailsError,
    InvalidRequestError,
    InvalidScopeError,
    OAuthError,
    UnauthorizedClientError,
    UnsupportedResponseTypeError,
)
from infobank.oauth.pushed import PushedRequest, new_request_uri, pushed_response
from infobank.vocabulary.rules.policies import Policies

Form = dict[str, str]
Run = Callable[..., PushedRequest]


@pytest.fixture
def push(client: Client, policies: Policies, today: date) -> Run:
    def run(form: Form, proof_jkt: str | None = None) -> PushedRequest:
        return check_pushed(list(form.items()), client, proof_jkt, policies, today)

    return run


def test_the_order_of_the_checks_is_pinned():
    assert list(PUSHED) == [
        pushed.check_no_duplicates,
        pushed.check_client_active,
        pushed.check_no_request_object,
        pushed.check_response_type,
        pushed.check_redirect,
        pushed.check_pkce_s256,
        pushed.check_state_and_nonce_sizes,
        pushed.check_request_id,
        pushed.check_no_scope,
        pushed.check_dpop_jkt,
        pushed.check_details,
    ]
    assert list(AUTHORIZE) == [
        authorize.check_owner,
        authorize.check_not_expired,
        authorize.check_not_decided,
        authorize.check_still_registered,
    ]


def test_a_complete_request_is_taken(push: Run, form: Form, client: Client, proof: Proof):
    request = push(form)
    assert request.client_id == client.client_id
    assert request.redirect_uri == form["redirect_uri"]
    assert request.state == "xyz"
    assert request.code_challenge == form["code_challenge"]
    assert request.jkt == proof.jkt
    assert request.access.items[0].fields == ("steps",)


def test_an_unknown_parameter_is_ignored(push: Run, form: Form):
    assert push(form | {"prompt": "consent"}) == push(form)


@pytest.mark.parametrize(
    "uri",
    [
        "https://walk.example/callbacK",
        "https://walk.example/callback/",
        "https://walk.example/callback?",
        "https://walk.example/callback#",
        "https://walk.example:443/callback",
        "https://WALK.example/callback",
        "https://me@walk.example/callback",
        "https://walk.example/%63allback",
        "https://walk.example/./callback",
        "https://walk.example/x/%2e%2e/callback",
        "http://walk.example/callback",
        "",
    ],
)
def test_a01_an_address_that_differs_by_one_letter_is_refused(push: Run, form: Form, uri: str):
    with pytest.raises(InvalidRequestError, match="redirect_uri") as caught:
        push(form | {"redirect_uri": uri})
    assert not caught.value.redirectable


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "another"}, InvalidRequestError),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, InvalidRequestError),
        ({"request": "a.b.c"}, InvalidRequestError),
        ({"response_type": "token"}, UnsupportedResponseTypeError),
        ({"response_type": "code id_token"}, UnsupportedResponseTypeError),
        ({"response_type": ""}, InvalidRequestError),
        ({"response_mode": "fragment"}, InvalidRequestError),
        ({"code_challenge": ""}, InvalidRequestError),
        ({"code_challenge": "x" * 42}, InvalidRequestError),
        ({"code_challenge": "x" * 44}, InvalidRequestError),
        ({"code_challenge": "=" * 43}, InvalidRequestError),
        ({"code_challenge_method": "plain"}, InvalidRequestError),
        ({"code_challenge_method": ""}, InvalidRequestError),
        ({"state": "x" * 513}, InvalidRequestError),
        ({"state": "x\n"}, InvalidRequestError),
        ({"nonce": "x" * 513}, InvalidRequestError),
        ({"scope": "openid"}, InvalidScopeError),
        ({"dpop_jkt": ""}, InvalidRequestError),
        ({"dpop_jkt": "short"}, InvalidRequestError),
        ({"authorization_details": ""}, InvalidAuthorizationDetailsError),
        ({"authorization_details": "[]"}, InvalidAuthorizationDetailsError),
        ({"filling": "x" * 70_000}, InvalidRequestError),
        ({f"p{n}": "x" for n in range(40)}, InvalidRequestError),
    ],
)
def test_a02_a07_a11_a_faulty_request_is_refused_without_a_redirect(
    push: Run,
    form: Form,
    change: Form,
    error: type[OAuthError],
):
    with pytest.raises(error) as caught:
        push(form | change)
    assert type(caught.value) is error
    assert not caught.value.redirectable


def test_a11_a_repeated_parameter_is_refused(
    form: Form, client: Client, policies: Policies, today: date
):
    for again in (("state", "xyz"), ("state", ""), ("unknown", "1"), ("unknown", "2")):
        pairs = [*form.items(), ("unknown", "1"), again]
        with pytest.raises(InvalidRequestError, match="twice"):
            check_pushed(pairs, client, None, policies, today)


def test_a_suspended_client_is_refused(form: Form, client: Client, policies: Policies, today: date):
    suspended = replace(client, active=False)
    with pytest.raises(UnauthorizedClientError):
        check_pushed(list(form.items()), suspended, None, policies, today)


def test_the_code_is_bound_to_the_key_of_the_proof(
    push: Run,
    form: Form,
    proof: Proof,
    other_proof: Proof,
):
    without = {name: value for name, value in form.items() if name != "dpop_jkt"}
    assert push(without, proof.jkt).jkt == proof.jkt
    assert push(form, proof.jkt).jkt == proof.jkt
    with pytest.raises(InvalidRequestError, match="dpop_jkt"):
        push(form, other_proof.jkt)
    with pytest.raises(InvalidRequestError, match="dpop_jkt"):
        push(without)


def test_what_is_asked_for_is_checked_against_the_policies(
    push: Run,
    form: Form,
    element: dict[str, Any],
):
    details = json.dumps([element | {"category": "profile", "fields": ["sex"]}])
    with pytest.raises(InvalidAuthorizationDetailsError, match="must not be used"):
        push(form | {"authorization_details": details})


def test_the_answer_names_a_reference_nobody_can_guess(entropy: Entropy):
    first, second = new_request_uri(entropy), new_request_uri(entropy)
    assert first != second
    assert len(first) == len("urn:ietf:params:oauth:request_uri:") + 43
    name = new_uuid(entropy)
    assert pushed_response(first, name) == {
        "request_uri": first,
        "expires_in": 90,
        "request_id": str(name),
    }


def test_a_request_names_the_counter_offer_it_accepts_by_a_uuid(push: Run, form: Form):
    name = "b2a7f1c0-1111-4111-8111-111111111111"
    assert push(form).accepts is None
    assert str(push(form | {"request_id": name}).accepts) == name
    with pytest.raises(InvalidRequestError, match="request_id"):
        push(form | {"request_id": "x"})


def test_a39_neither_state_nor_challenge_is_shown(push: Run, form: Form):
    shown = repr(push(form | {"state": "tellme"}))
    assert "tellme" not in shown
    assert form["code_challenge"] not in shown
