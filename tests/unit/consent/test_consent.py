"""A consent holds what was agreed to, never more than was asked for, and always ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from infobank.consent.consent import ConsentState, agree
from infobank.consent.errors import EmptyConsentError, WideningError
from infobank.errors import InvalidInputError


def test_agreeing_to_part_keeps_only_that_part(consent):
    asked, now = consent.terms, consent.terms.valid_from
    part = asked.items[0].without(frozenset({"distance"}))
    agreed = agree(asked, (part,), now)
    assert [item.fields for item in agreed.items] == [("steps",)]
    assert asked.covers(agreed)
    assert not agreed.covers(asked)


def test_agreeing_to_nothing_is_refused(consent):
    with pytest.raises(EmptyConsentError):
        agree(consent.terms, (), consent.terms.valid_from)


def test_agreeing_to_more_than_was_asked_is_refused(consent):
    wide = replace(consent.terms.items[0], fields=("steps", "distance", "weight"))
    with pytest.raises(WideningError):
        agree(consent.terms, (wide,), consent.terms.valid_from)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "other"},
        {"retention_days": 91},
        {"items": ()},
    ],
    ids=["purpose", "retention", "items"],
)
def test_terms_that_ask_for_more_are_not_covered(consent, change):
    if change == {"items": ()}:
        with pytest.raises(EmptyConsentError):
            replace(consent.terms, **change)
        return
    assert not consent.terms.covers(replace(consent.terms, **change))


def test_a_longer_consent_is_not_covered(consent):
    longer = replace(consent.terms, valid_until=consent.terms.valid_until + timedelta(seconds=1))
    assert not consent.terms.covers(longer)


def test_a_consent_must_end_after_it_begins(consent):
    with pytest.raises(InvalidInputError, match="end after it begins"):
        replace(consent.terms, valid_until=consent.terms.valid_from)


def test_a_consent_tells_where_it_stands(consent):
    begin, end = consent.terms.valid_from, consent.terms.valid_until
    assert consent.state(begin - timedelta(seconds=1)) is ConsentState.WAITING
    assert consent.state(begin) is ConsentState.LIVE
    assert consent.state(end) is ConsentState.ENDED
    assert replace(consent, withdrawn_at=begin).state(end) is ConsentState.WITHDRAWN
