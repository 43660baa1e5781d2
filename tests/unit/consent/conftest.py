"""A consent, a request that it covers, and the rules of an invented day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from infobank.consent.consent import Consent, Terms
from infobank.consent.question import DisclosureRequest, Question, Recipient
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.language import Text
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.policies import Policies
from infobank.vocabulary.purpose import Purpose

NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
WORDS = Text("試し", "trial")


def _field(name: str) -> Field:
    return Field(name, FieldType.NUMBER, WORDS, maximum=100_000)


@pytest.fixture(scope="session")
def policies() -> Policies:
    walks = Category("walks", 1, 1, WORDS, WORDS, Span.YEAR, (_field("steps"), _field("distance")))
    sleep = Category("sleep", 2, 1, WORDS, WORDS, Span.YEAR, (_field("hours"),))
    health = Purpose(
        "health",
        "dpv:HealthPromotion",
        WORDS,
        WORDS,
        frozenset({OutputMode.RECORDS}),
        frozenset({"walks"}),
        timedelta(days=366),
    )
    return Policies({"walks": walks, "sleep": sleep}, {"health": health}, b"\1" * 32)


@pytest.fixture
def consent() -> Consent:
    summer = Period(date(2026, 6, 1), date(2026, 9, 30))
    return Consent(
        consent_id=ConsentId(UUID(int=1)),
        version=1,
        resident=ResidentId(UUID(int=2)),
        provider=ProviderId(UUID(int=3)),
        terms=Terms(
            purpose="health",
            mode=OutputMode.RECORDS,
            items=(Item("walks", ("steps", "distance"), summer),),
            valid_from=NOW - timedelta(days=1),
            valid_until=NOW + timedelta(days=30),
            retention_days=90,
        ),
        given_at=NOW - timedelta(days=1),
        given_by=GivenBy.SELF,
        policy_digest=b"\1" * 32,
    )


@pytest.fixture
def question(consent: Consent, policies: Policies) -> Question:
    request = DisclosureRequest(
        resident=consent.resident,
        recipient=Recipient(consent.provider, active=True, vetted_until=NOW + timedelta(days=1)),
        purpose="health",
        item=Item("walks", ("steps",), Period(date(2026, 7, 1), date(2026, 7, 31))),
        mode=OutputMode.RECORDS,
    )
    return Question(request, consent, policies, NOW)


@pytest.fixture
def asked(question: Question):
    """Return the question with parts of its request replaced."""

    def change(**parts: object) -> Question:
        return replace(question, request=replace(question.request, **parts))

    return change
