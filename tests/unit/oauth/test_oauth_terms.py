"""The terms a provider may ask for besides, and what it means to leave them out."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from infobank.oauth.authorization_details import parse, render
from infobank.oauth.errors import InvalidAuthorizationDetailsError
from infobank.vocabulary.benefit import NO_BENEFIT, Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.identifiers import ConsentId
from infobank.vocabulary.precision import EXACT, PlaceStep, Precision, TimeStep
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text

Element = dict[str, Any]

GRANT = "0b7c1a2e-0000-4000-8000-000000000001"
TERMS: Element = {
    "precision": {"time": "day", "place": "municipality", "number": "exact"},
    "most_uses": 12,
    "frequency": {"times": 1, "days": 7},
    "onward": "processors",
    "abroad": True,
    "benefit": {"points": 30, "words": {"ja": "割引券", "en": "A voucher"}},
    "consent": GRANT,
}


def test_every_term_is_read(element: Element, policies: Policies, today: date):
    access = parse(json.dumps([element | TERMS]), policies, today)
    assert access.items[0].precision == Precision(TimeStep.DAY, PlaceStep.MUNICIPALITY)
    assert access.most_uses == 12
    assert access.frequency == Frequency(1, 7)
    assert access.onward is Onward.PROCESSORS
    assert access.abroad
    assert access.benefit == Benefit(30, Text("割引券", "A voucher"))
    assert access.consent == ConsentId(UUID(GRANT))


def test_every_term_is_stated_as_it_was_asked_for(
    element: Element, policies: Policies, today: date
):
    (stated,) = render(parse(json.dumps([element | TERMS]), policies, today))
    assert stated == element | TERMS


def test_what_is_left_out_asks_for_nothing(element: Element, policies: Policies, today: date):
    access = parse(json.dumps([element]), policies, today)
    assert access.items[0].precision == EXACT
    assert (access.most_uses, access.frequency, access.consent) == (None, None, None)
    assert (access.onward, access.abroad) == (Onward.NOBODY, False)
    assert access.benefit == NO_BENEFIT
    assert render(access) == [element]


def test_elements_may_differ_in_precision_alone(element: Element, policies: Policies, today: date):
    spring = element | {"precision": {"time": "month"}}
    summer = element | {"period": {"from": "2026-06-01", "to": "2026-08-31"}}
    found = parse(json.dumps([spring, summer]), policies, today)
    assert [item.precision.time for item in found.items] == [TimeStep.MONTH, TimeStep.MINUTE]
    with pytest.raises(InvalidAuthorizationDetailsError, match="alike in every element"):
        parse(json.dumps([spring, summer | {"onward": "others"}]), policies, today)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"precision": {"time": "hour"}}, "[0].precision.time: must be one of minute, day, month"),
        ({"precision": {"time": ["day"]}}, "[0].precision.time: must be a text"),
        ({"precision": {"speed": "low"}}, "[0].precision: speed is unknown"),
        ({"precision": "day"}, "[0].precision: must be an object"),
        ({"precision": {"number": "band"}}, "[0].precision: not all these numbers"),
        ({"most_uses": 0}, "[0].most_uses: must be a whole number from 1 to 1000000"),
        ({"most_uses": 1.5}, "[0].most_uses: must be a whole number"),
        ({"most_uses": True}, "[0].most_uses: must be a whole number"),
        ({"frequency": {"times": 1}}, "[0].frequency: days is missing"),
        ({"frequency": {"times": 0, "days": 7}}, "[0].frequency.times: must be a whole number"),
        ({"frequency": {"times": 1, "days": 367}}, "[0].frequency.days: must be a whole number"),
        ({"onward": "everybody"}, "[0].onward: must be one of nobody, processors, others"),
        ({"abroad": 1}, "[0].abroad: must be true or false"),
        ({"abroad": "no"}, "[0].abroad: must be true or false"),
        ({"benefit": {}}, "[0].benefit: must state points, words or both"),
        ({"benefit": {"points": -1}}, "[0].benefit.points: must be a whole number"),
        ({"benefit": {"words": {"ja": "割引"}}}, "[0].benefit.words: en is missing"),
        ({"consent": "mine"}, "[0].consent: must be a grant_id"),
        ({"consent": GRANT.upper()}, "[0].consent: must be a grant_id"),
        ({"consent": 7}, "[0].consent: must be a text"),
        ({"explicit": ["health_check"]}, "[0]: explicit is unknown"),
    ],
)
def test_a_term_that_breaks_a_rule_is_refused_with_its_place(
    element: Element, policies: Policies, today: date, change: Element, message: str
):
    with pytest.raises(InvalidAuthorizationDetailsError) as caught:
        parse(json.dumps([element | change]), policies, today)
    assert message in caught.value.message


@pytest.mark.parametrize(
    "words",
    [
        "\u202eknab",
        "B\u0430nk",
        "line\nbreak",
        "x" * 301,
        "x" * 10_000,
        "a\u0323\u0323",
        "e\u0301cole",
        " blank",
        "",
    ],
    ids=["bidi", "homoglyph", "newline", "long", "10,000", "piled", "not NFC", "blank", "empty"],
)
def test_words_that_could_deceive_are_refused_wherever_a_provider_writes_them(
    element: Element, policies: Policies, today: date, words: str
):
    both = {"ja": words, "en": words}
    for change in ({"purpose_text": both}, {"benefit": {"words": both}}):
        with pytest.raises(InvalidAuthorizationDetailsError):
            parse(json.dumps([element | change]), policies, today)


def test_markup_is_words_like_any_others(element: Element, policies: Policies, today: date):
    """It is escaped where it is shown; refusing it would refuse honest texts too."""
    markup = "<b onclick=alert(1)>5 & 6</b>"
    asked = element | {"benefit": {"words": {"ja": markup, "en": markup}}}
    words = parse(json.dumps([asked]), policies, today).benefit.words
    assert words is not None
    assert words.en == markup
