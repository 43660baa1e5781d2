"""Every rule refuses what it names, alone, and a refusal tells all reasons."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from infobank.consent.decision import Effect, decide
from infobank.consent.rules import RULES
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.standing import EVERYTHING, Standing

JULY = Period(date(2026, 7, 1), date(2026, 7, 31))


def reasons(question) -> tuple[str, ...]:
    decision = decide(question)
    assert decision.effect is Effect.DENY
    assert decision.obligations == ()
    return decision.reasons


def ended(question, **parts):
    return replace(question, consent=replace(question.consent, **parts))


def with_terms(question, **parts):
    return ended(question, terms=replace(question.consent.terms, **parts))


def test_a_covered_request_is_permitted_with_its_duties(question):
    decision = decide(question)
    assert decision.permitted
    assert decision.reasons == ("consent_covers_request",)
    assert [(duty.name, duty.parameter) for duty in decision.obligations] == [
        ("delete_within_days", "90")
    ]
    assert decision.consent_version == 1
    assert decision.policy_digest == question.policies.digest


def test_no_consent_is_refused(question):
    assert reasons(replace(question, consent=None)) == ("no_consent",)


def test_a_withdrawn_consent_is_refused(question):
    assert reasons(ended(question, withdrawn_at=question.now)) == ("consent_withdrawn",)


def test_the_last_instant_of_a_consent_is_excluded(question):
    end = question.consent.terms.valid_until
    assert decide(replace(question, now=end - timedelta(microseconds=1))).permitted is False
    vetted = replace(question.request.recipient, vetted_until=end + timedelta(days=1))
    late = replace(question, request=replace(question.request, recipient=vetted))
    assert decide(replace(late, now=end - timedelta(microseconds=1))).permitted
    assert reasons(replace(late, now=end)) == ("consent_over",)


def test_a_consent_that_begins_later_is_refused(question):
    later = with_terms(question, valid_from=question.now + timedelta(seconds=1))
    assert reasons(later) == ("consent_not_begun",)


def test_another_residents_consent_is_refused(question):
    assert reasons(ended(question, resident=UUID(int=9))) == ("consent_of_other_resident",)


def test_another_recipients_consent_is_refused(question):
    assert reasons(ended(question, provider=UUID(int=9))) == ("consent_for_other_recipient",)


def test_a_consent_for_another_purpose_is_refused(question):
    assert reasons(with_terms(question, purpose="adverts")) == ("consent_for_other_purpose",)


def test_a_consent_in_another_form_is_refused(question):
    other = with_terms(question, mode=OutputMode.STATISTICS)
    assert reasons(other) == ("consent_for_other_mode",)


@pytest.mark.parametrize(
    "item",
    [
        Item("walks", ("steps",), Period(date(2026, 5, 31), date(2026, 7, 31))),
        Item("walks", ("steps",), Period(date(2026, 7, 1), date(2026, 10, 1))),
    ],
    ids=["a day before", "a day after"],
)
def test_a_day_outside_the_agreed_period_is_refused(asked, item):
    assert reasons(asked(item=item)) == ("item_not_covered",)


def test_a_field_that_was_not_agreed_is_refused(question):
    narrow = (Item("walks", ("distance",), JULY),)
    assert reasons(with_terms(question, items=narrow)) == ("item_not_covered",)


def test_an_unknown_category_is_refused_for_all_it_breaks(asked):
    found = reasons(asked(item=Item("genome", ("a",), JULY)))
    assert found == (
        "unknown_category",
        "unknown_field",
        "category_not_for_purpose",
        "item_not_covered",
    )


def test_an_unknown_field_is_refused(asked):
    found = reasons(asked(item=Item("walks", ("weight",), JULY)))
    assert found == ("unknown_field", "item_not_covered")


def test_no_field_at_all_is_refused(asked):
    assert reasons(asked(item=Item("walks", (), JULY))) == ("unknown_field",)


def test_an_unknown_purpose_is_refused(asked):
    assert reasons(asked(purpose="adverts")) == (
        "unknown_purpose",
        "mode_not_for_purpose",
        "category_not_for_purpose",
        "consent_for_other_purpose",
    )


def test_a_category_outside_the_purpose_is_refused_even_when_agreed(asked):
    sleep = Item("sleep", ("hours",), JULY)
    agreed = with_terms(asked(item=sleep), items=(sleep,))
    assert reasons(agreed) == ("category_not_for_purpose",)


def test_a_suspended_recipient_is_refused(question, asked):
    suspended = replace(question.request.recipient, active=False)
    assert reasons(asked(recipient=suspended)) == ("recipient_inactive",)


def test_a_vetting_lapses_by_itself(question, asked):
    lapsed = replace(question.request.recipient, vetted_until=question.now)
    assert reasons(asked(recipient=lapsed)) == ("recipient_unvetted",)
    never = replace(question.request.recipient, vetted_until=None)
    assert reasons(asked(recipient=never)) == ("recipient_unvetted",)


@pytest.mark.parametrize("frozen", [{"walks"}, {EVERYTHING}, {"sleep", "walks"}])
def test_a_restricted_category_is_refused_whatever_was_agreed(question, frozen):
    held = ended(question, standing=Standing(frozenset(frozen)))
    assert reasons(held) == ("restricted",)


def test_the_restriction_of_another_category_changes_nothing(question):
    assert decide(ended(question, standing=Standing(frozenset({"sleep"})))).permitted


def test_an_objection_to_the_use_is_refused_whatever_was_agreed(question):
    assert reasons(ended(question, standing=Standing(objected=True))) == ("objected",)


def test_all_reasons_are_told_in_the_order_of_the_rules(question, asked):
    suspended = replace(question.request.recipient, active=False)
    worst = ended(asked(recipient=suspended, purpose="adverts"), withdrawn_at=question.now)
    found = reasons(worst)
    order = [rule.name for rule in RULES]
    assert {"recipient_inactive", "unknown_purpose", "consent_withdrawn"} <= set(found)
    assert sorted(found, key=order.index) == list(found)


def test_rule_names_are_unique():
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
