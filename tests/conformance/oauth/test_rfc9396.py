"""RFC 9396: rich authorization requests, with examples of the RFC that are not of our type."""

import json
from datetime import date

import pytest

from infobank.oauth.authorization_details import parse
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.vocabulary.rules.policies import Policies

POLICIES = Policies(categories={}, purposes={}, digest=b"\0" * 32)
TODAY = date(2026, 11, 20)
PAYMENT = {
    "type": "payment_initiation",
    "actions": ["initiate", "status", "cancel"],
    "locations": ["https://example.com/payments"],
}


def refusal(text: str) -> str:
    with pytest.raises(InvalidAuthorizationDetailsError) as caught:
        parse(text, POLICIES, TODAY)
    assert caught.value.code == "invalid_authorization_details"
    return caught.value.message


def test_section_2_the_parameter_is_a_list_of_objects():
    for document in ({}, "text", 5, None, [], [5], [[PAYMENT]]):
        assert refusal(json.dumps(document)).startswith("authorization_details")


def test_section_2_every_element_has_a_type():
    assert "type is missing" in refusal(json.dumps([{"actions": ["read"]}]))


def test_section_5_an_unknown_type_is_refused():
    assert "missing" in refusal(json.dumps([PAYMENT]))


def test_section_5_a_known_type_with_an_unknown_member_is_refused():
    element = dict.fromkeys(
        (
            "category",
            "fields",
            "period",
            "purpose",
            "mode",
            "until",
            "retention_days",
        ),
        "x",
    )
    known = {"type": "personal_data/v1"} | element
    assert "locations is unknown" in refusal(json.dumps([known | {"locations": []}]))
    assert "must be personal_data/v1" in refusal(json.dumps([known | {"type": "other"}]))
