"""What a withdrawal takes and leaves, and how far a notice has come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from infobank.consent.consent import Consent
from infobank.consent.ending.notice import (
    Afterwards,
    Followed,
    Notice,
    NoticeKind,
    NoticeState,
    notice_bytes,
)
from infobank.consent.ending.withdrawal import EVERYTHING, Scope
from infobank.consent.terms import Terms
from infobank.errors import InvalidInputError
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, NoticeId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period

NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
WALKS = Item("walks", ("steps", "distance"), OCTOBER)
CHECKS = Item("checks", ("pressure",), OCTOBER)
TERMS = Terms(
    purpose="health",
    mode=OutputMode.RECORDS,
    items=(WALKS, CHECKS),
    valid_from=NOW,
    valid_until=NOW + timedelta(days=30),
    retention_days=10,
    explicit=frozenset({"checks"}),
)
CONSENT = Consent(
    consent_id=ConsentId(UUID(int=1)),
    version=1,
    resident=ResidentId(UUID(int=2)),
    provider=ProviderId(UUID(int=3)),
    terms=TERMS,
    given_at=NOW,
    given_by=GivenBy.SELF,
    policy_digest=bytes(32),
)
NOTICE = Notice(
    notice_id=NoticeId(UUID(int=4)),
    resident=CONSENT.resident,
    provider=CONSENT.provider,
    consent=CONSENT.consent_id,
    kind=NoticeKind.WITHDRAWN,
    items=TERMS.items,
    afterwards=Afterwards.DELETE,
    made_at=NOW,
    deadline=NOW + timedelta(days=30),
)


def test_everything_leaves_nothing():
    assert EVERYTHING.means(CONSENT)
    assert EVERYTHING.taken(TERMS) == TERMS.items
    assert EVERYTHING.left(TERMS) is None


def test_a_field_is_taken_and_the_rest_stays():
    scope = Scope(category="walks", fields=frozenset({"distance", "unheard-of"}))
    left = scope.left(TERMS)
    assert scope.taken(TERMS) == (replace(WALKS, fields=("distance",)),)
    assert left == replace(TERMS, items=(replace(WALKS, fields=("steps",)), CHECKS))


def test_with_a_category_its_explicit_word_goes():
    left = Scope(category="checks").left(TERMS)
    assert left == replace(TERMS, items=(WALKS,), explicit=frozenset())


@pytest.mark.parametrize(
    "scope",
    [
        Scope(consent=ConsentId(UUID(int=9))),
        Scope(provider=ProviderId(UUID(int=9))),
        Scope(purpose="campaign"),
        Scope(category="sleep"),
        Scope(category="walks", fields=frozenset({"pressure"})),
        Scope(provider=CONSENT.provider, purpose="campaign"),
    ],
    ids=["consent", "provider", "purpose", "category", "field", "both"],
)
def test_what_does_not_fit_is_not_meant(scope: Scope):
    assert not scope.means(CONSENT)


def test_fields_need_their_category():
    with pytest.raises(InvalidInputError):
        Scope(fields=frozenset({"steps"}))


def test_a_deletion_is_settled_by_a_statement_alone():
    known = Followed(NOTICE, acknowledged_at=NOW)
    assert not known.settled
    assert replace(known, stated_at=NOW).settled


def test_what_may_be_kept_is_settled_by_an_acknowledgement():
    kept = replace(NOTICE, afterwards=Afterwards.KEEP)
    assert not Followed(kept).settled
    assert Followed(kept, acknowledged_at=NOW).settled


def test_a_notice_is_overdue_from_its_deadline_until_it_is_settled():
    waiting = Followed(NOTICE)
    moment = timedelta(microseconds=1)
    assert waiting.state(NOTICE.deadline - moment) is NoticeState.WAITING
    assert waiting.state(NOTICE.deadline) is NoticeState.OVERDUE
    known = replace(waiting, delivered_at=NOW, acknowledged_at=NOW)
    assert known.state(NOTICE.deadline) is NoticeState.OVERDUE
    assert known.state(NOW) is NoticeState.ACKNOWLEDGED
    assert replace(known, acknowledged_at=None).state(NOW) is NoticeState.DELIVERED
    assert replace(known, stated_at=NOW).state(NOTICE.deadline) is NoticeState.DELETED


@pytest.mark.parametrize(
    "changed",
    [
        {"consent": ConsentId(UUID(int=9))},
        {"provider": ProviderId(UUID(int=9))},
        {"resident": ResidentId(UUID(int=9))},
        {"kind": NoticeKind.ERASURE},
        {"items": (WALKS,)},
        {"afterwards": Afterwards.KEEP},
        {"deadline": NOW},
        {"made_at": NOW - timedelta(days=1)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_a_notice_says_is_marked(changed: dict[str, object]):
    assert notice_bytes(replace(NOTICE, **changed)) != notice_bytes(NOTICE)  # type: ignore[arg-type]
