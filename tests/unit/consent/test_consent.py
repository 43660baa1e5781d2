"""A consent holds what was agreed to, never more than was asked for, and always ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from infobank.consent.change import agree, narrow
from infobank.consent.consent import ConsentState, Uses, consent_bytes
from infobank.consent.errors import EmptyConsentError, WideningError
from infobank.errors import InvalidInputError
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.identifiers import MandateId
from infobank.vocabulary.precision import NumberStep, PlaceStep, Precision, TimeStep


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
        {"most_uses": None},
        {"most_uses": 11},
        {"frequency": None},
        {"frequency": Frequency(3, 7)},
        {"frequency": Frequency(1, 1)},
        {"onward": Onward.OTHERS},
        {"abroad": True},
        {"benefit": Benefit(points=4)},
    ],
    ids=str,
)
def test_terms_that_ask_for_more_or_give_less_are_not_covered(consent, change):
    held = replace(
        consent.terms,
        most_uses=10,
        frequency=Frequency(2, 7),
        onward=Onward.PROCESSORS,
        benefit=Benefit(points=5),
    )
    assert held.covers(held)
    assert not held.covers(replace(held, **change))
    with pytest.raises(WideningError):
        narrow(held, replace(held, **change))


def test_narrowing_keeps_only_what_is_narrower(consent):
    held = replace(consent.terms, most_uses=10)
    wanted = replace(
        held,
        retention_days=0,
        most_uses=1,
        frequency=Frequency(1, 30),
        valid_until=held.valid_until - timedelta(days=1),
        benefit=Benefit(points=1),
        items=(held.items[0].without(frozenset({"distance"})),),
    )
    assert narrow(held, wanted) == wanted
    with pytest.raises(WideningError):
        narrow(wanted, held)


@pytest.mark.parametrize(
    ("coarse", "fine"),
    [
        (Precision(time=TimeStep.DAY), Precision()),
        (Precision(place=PlaceStep.MUNICIPALITY), Precision(place=PlaceStep.MESH)),
        (Precision(number=NumberStep.BAND), Precision(time=TimeStep.MONTH)),
    ],
)
def test_finer_items_are_not_covered(consent, coarse, fine):
    (item,) = consent.terms.items
    held = replace(consent.terms, items=(replace(item, precision=coarse),))
    finer = replace(consent.terms, items=(replace(item, precision=fine),))
    assert not held.covers(finer)
    coarser = replace(item, precision=coarse.coarser(fine))
    assert held.covers(replace(held, items=(coarser,)))


@pytest.mark.parametrize(
    "change",
    [
        {"items": ()},
        {"retention_days": -1},
        {"most_uses": 0},
        {"most_uses": 1_000_001},
        {"explicit": frozenset({"checks"})},
        {"valid_until": datetime(2027, 1, 1)},  # noqa: DTZ001 - what is refused
    ],
    ids=str,
)
def test_terms_that_contradict_themselves_are_refused(consent, change):
    with pytest.raises(InvalidInputError):
        replace(consent.terms, **change)


@pytest.mark.parametrize(("times", "days"), [(0, 1), (1, 0), (1, 367), (1_000_001, 1)])
def test_a_frequency_without_sense_is_refused(times, days):
    with pytest.raises(InvalidInputError):
        Frequency(times, days)


def test_agreeing_keeps_the_explicit_word_only_for_what_was_agreed(consent):
    asked = consent.terms
    agreed = agree(asked, asked.items, asked.valid_from, frozenset({"walks", "checks"}))
    assert agreed.explicit == {"walks"}


def test_a_consent_is_spent_with_its_last_use(consent):
    counted = replace(consent, terms=replace(consent.terms, most_uses=2))
    assert counted.terms.counted
    used = [replace(counted, uses=Uses(total=total)).spent() for total in (0, 1, 2)]
    assert used == [False, False, True]
    assert not replace(consent, uses=Uses(total=9)).spent()


def test_a_stretch_begins_anew_with_each_of_its_lengths(consent):
    begun = consent.terms.valid_from
    often = replace(
        consent,
        terms=replace(consent.terms, frequency=Frequency(1, 7)),
        uses=Uses(total=1, stretch=0, recent=1),
    )
    assert often.too_often(begun + timedelta(days=7, microseconds=-1))
    assert not often.too_often(begun + timedelta(days=7))
    assert not replace(often, uses=Uses()).too_often(begun)


@pytest.mark.parametrize(
    "change",
    [
        {"most_uses": 3},
        {"frequency": Frequency(1, 7)},
        {"onward": Onward.OTHERS},
        {"abroad": True},
        {"benefit": Benefit(points=1)},
        {"explicit": frozenset({"walks"})},
        {"retention_days": 91},
    ],
    ids=str,
)
def test_the_mark_of_a_consent_covers_every_term(consent, change):
    changed = replace(consent, terms=replace(consent.terms, **change))
    assert consent_bytes(changed) != consent_bytes(consent)


def test_the_mark_of_a_consent_covers_its_mandate_and_precision(consent):
    (item,) = consent.terms.items
    coarse = replace(item, precision=Precision(time=TimeStep.DAY))
    changed = (
        replace(consent, mandate=MandateId(UUID(int=4))),
        replace(consent, terms=replace(consent.terms, items=(coarse,))),
        replace(consent, withdrawn_at=consent.given_at),
    )
    assert len({consent_bytes(one) for one in (consent, *changed)}) == 4


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
