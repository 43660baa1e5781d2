"""Every rule refuses what it names, alone, and a refusal tells all reasons."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from infobank.consent.consent import Uses
from infobank.consent.decision import Effect, decide
from infobank.consent.mandate import Conditions, Mandate
from infobank.consent.question import Circumstances
from infobank.consent.rules import RULES
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import NumberStep, Precision, TimeStep
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
        ("delete_within_days", "90"),
        ("pass_on_to", "nobody"),
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
    assert reasons(ended(question, resident=UUID(int=9))) == ("consent_of_others",)


def test_another_recipients_consent_is_refused(question):
    assert reasons(ended(question, provider=UUID(int=9))) == ("consent_of_others",)


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
        "board_not_approved",
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


def test_a_purpose_is_over_from_its_last_instant(question, asked):
    assert reasons(with_terms(asked(purpose="campaign"), purpose="campaign")) == (
        "purpose_retired",
    )
    before = replace(
        with_terms(asked(purpose="campaign"), purpose="campaign"),
        now=question.now - timedelta(microseconds=1),
    )
    assert decide(before).permitted


def test_what_the_board_must_see_needs_its_decision(question, asked):
    institute = replace(
        question.request.recipient, code="institute", vetted_until=question.now + timedelta(days=9)
    )
    study = with_terms(asked(purpose="study", recipient=institute), purpose="study")
    assert decide(study).permitted
    assert decide(replace(study, now=study.now + timedelta(hours=38))).permitted
    assert reasons(replace(study, now=study.now + timedelta(hours=39))) == ("board_not_approved",)
    service = with_terms(asked(purpose="study"), purpose="study")
    assert reasons(service) == ("board_not_approved",)


def test_a_recipient_of_no_known_class_is_refused(question, asked):
    stranger = replace(question.request.recipient, code="stranger")
    assert reasons(asked(recipient=stranger)) == ("recipient_inactive",)


def test_a_consent_under_rules_nobody_knows_is_refused(question):
    strange = ended(question, policy_digest=b"\2" * 32)
    assert reasons(strange) == ("unknown_policies",)
    known = replace(question.policies, earlier=frozenset({b"\2" * 32}))
    assert decide(replace(strange, policies=known)).permitted


def finely(question, precision):
    request = question.request
    return replace(
        question, request=replace(request, item=replace(request.item, precision=precision))
    )


def agreed_finely(question, precision):
    items = tuple(replace(item, precision=precision) for item in question.consent.terms.items)
    return with_terms(question, items=items)


def test_what_is_finer_than_agreed_is_refused(question):
    days = agreed_finely(question, Precision(time=TimeStep.DAY))
    assert reasons(days) == ("precision_too_fine",)
    assert decide(finely(days, Precision(time=TimeStep.DAY))).permitted
    coarser = decide(finely(days, Precision(time=TimeStep.MONTH)))
    assert coarser.obligations[-1] == ("coarsen", "month/exact/exact")


def test_a_number_without_bands_cannot_be_told_in_bands(question, asked):
    banded = Precision(number=NumberStep.BAND)
    assert decide(finely(question, banded)).permitted
    both = asked(item=Item("walks", ("steps", "distance"), JULY, banded))
    assert reasons(both) == ("precision_too_fine",)


def test_a_use_beyond_the_last_is_refused(question):
    twice = with_terms(question, most_uses=2)
    assert decide(ended(twice, uses=Uses(total=1))).permitted
    assert reasons(ended(twice, uses=Uses(total=2))) == ("uses_spent",)


def test_a_use_beyond_the_frequency_is_refused(question):
    weekly = with_terms(question, frequency=Frequency(1, 7))
    assert decide(weekly).permitted
    assert reasons(ended(weekly, uses=Uses(total=1, recent=1))) == ("used_too_often",)


def test_a_recipient_abroad_needs_a_consent_to_that(question, asked):
    far = asked(recipient=replace(question.request.recipient, abroad=True))
    assert reasons(far) == ("abroad_not_agreed",)
    assert decide(with_terms(far, abroad=True)).permitted


def test_a_recipient_that_passes_data_on_needs_a_consent_to_that(question, asked):
    broker = asked(recipient=replace(question.request.recipient, code="broker"))
    assert reasons(broker) == ("passing_on_not_agreed",)
    assert reasons(with_terms(broker, onward=Onward.PROCESSORS)) == ("passing_on_not_agreed",)
    assert decide(with_terms(broker, onward=Onward.OTHERS)).permitted


def test_special_care_needs_an_explicit_word_and_a_benefit(asked):
    item = Item("checks", ("pressure",), JULY)
    checked = with_terms(asked(item=item), items=(item,))
    explicit, benefit = frozenset({"checks"}), Benefit(points=1)
    refused = ("special_care_not_explicit",)
    assert reasons(checked) == refused
    assert reasons(with_terms(checked, explicit=explicit)) == refused
    assert reasons(with_terms(checked, benefit=benefit)) == refused
    assert decide(with_terms(checked, explicit=explicit, benefit=benefit)).permitted


def test_a_minor_needs_a_guardian_until_the_day_she_comes_of_age(question):
    of_age = question.now + timedelta(days=1)
    minor = replace(question, circumstances=Circumstances(of_age_from=of_age))
    guarded = ended(minor, given_by=GivenBy.GUARDIAN)
    assert reasons(minor) == ("guardian_needed",)
    assert decide(guarded).permitted
    grown = Circumstances(of_age_from=question.now)
    assert reasons(replace(guarded, circumstances=grown)) == ("guardian_over",)
    assert decide(replace(minor, circumstances=grown)).permitted


def test_shared_data_needs_the_whole_household(question, asked):
    item = Item("meter", ("electricity",), JULY)
    metered = with_terms(asked(item=item), items=(item,))
    assert decide(metered).permitted
    apart = Circumstances(household_agrees=False)
    assert reasons(replace(metered, circumstances=apart)) == ("household_disagrees",)
    assert decide(replace(question, circumstances=apart)).permitted


@pytest.fixture
def mandated(question):
    """Return a question that leans on a consent given under a mandate."""
    mandate = Mandate(
        mandate_id=UUID(int=4),
        version=1,
        resident=question.consent.resident,
        conditions=Conditions(
            "health", frozenset({"service"}), frozenset({"walks"}), OutputMode.RECORDS
        ),
        valid_from=question.now - timedelta(days=1),
        valid_until=question.now + timedelta(days=30),
        given_by=GivenBy.SELF,
        policy_digest=question.policies.digest,
    )
    given = ended(question, mandate=mandate.mandate_id, given_by=GivenBy.MANDATE)
    return replace(given, mandate=mandate)


def test_a_permit_under_a_mandate_says_so(mandated):
    assert decide(mandated).reasons == ("mandate_covers_request",)


@pytest.mark.parametrize(
    "change",
    [
        {"mandate_id": UUID(int=5)},
        {"resident": UUID(int=9)},
        {"stopped": timedelta()},
        {"valid_until": timedelta()},
        {"valid_from": timedelta(microseconds=1)},
        {"group": "research"},
        {"classes": frozenset({"institute"})},
        {"categories": frozenset({"sleep"})},
        {"mode": OutputMode.STATISTICS},
        {"least_points": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_a_mandate_does_not_cover_is_refused(mandated, change):
    ((name, value),) = change.items()
    mandate = mandated.mandate
    if hasattr(mandate.conditions, name):
        other = replace(mandate, conditions=replace(mandate.conditions, **change))
    elif isinstance(value, timedelta):
        instant = {name if name != "stopped" else "stopped_at": mandated.now + value}
        other = replace(mandate, **instant)
    else:
        other = replace(mandate, **change)
    assert reasons(replace(mandated, mandate=other)) == ("outside_mandate",)


def test_a_mandate_that_is_not_there_covers_nothing(mandated):
    assert reasons(replace(mandated, mandate=None)) == ("outside_mandate",)
    assert reasons(ended(mandated, mandate=None)) == ("outside_mandate",)


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
