"""A consent, a request that it covers, and the rules of an invented day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from infobank.consent.consent import Consent
from infobank.consent.question import DisclosureRequest, Question, Recipient
from infobank.consent.terms import Terms
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ProviderId, ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.rules.board import BoardDecision
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.language import Text

NOW = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
WORDS = Text("試し", "trial")


def _field(name: str, band: int = 0) -> Field:
    return Field(name, FieldType.NUMBER, WORDS, maximum=100_000, band=band)


def _category(code: str, number: int, *fields: Field, **marks: bool) -> Category:
    return Category(code, number, 1, WORDS, WORDS, Span.YEAR, fields, **marks)


def _purpose(code: str, *categories: str, **marks: object) -> Purpose:
    records = frozenset({OutputMode.RECORDS})
    longest = timedelta(days=366)
    return Purpose(
        code, "dpv:HealthPromotion", WORDS, WORDS, records, frozenset(categories), longest, **marks
    )


@pytest.fixture(scope="session")
def policies() -> Policies:
    """Return rules with one of everything a rule looks at.

    The board let institutes study walks, on the day of `NOW` and the day after.
    """
    categories = (
        _category("walks", 1, _field("steps", band=1000), _field("distance")),
        _category("sleep", 2, _field("hours")),
        _category("checks", 3, _field("pressure"), special_care=True),
        _category("meter", 4, _field("electricity"), household=True),
    )
    purposes = (
        _purpose("health", "walks", "checks", "meter", group="health"),
        _purpose("campaign", "walks", group="health", retired_at=NOW),
        _purpose("study", "walks", group="research", board=True),
    )
    classes = (
        RecipientClass("service", WORDS, WORDS),
        RecipientClass("institute", WORDS, WORDS),
        RecipientClass("broker", WORDS, WORDS, passes_on=True),
    )
    decided = BoardDecision(
        code="walking",
        classes=frozenset({"institute"}),
        providers=frozenset(),
        purposes=frozenset({"study"}),
        categories=frozenset({"walks"}),
        modes=frozenset({OutputMode.RECORDS}),
        valid_from=NOW - timedelta(hours=9),
        valid_until=NOW + timedelta(hours=39),
        minutes="https://infobank.example/board/walking",
        summary=WORDS,
    )
    return Policies(
        {one.code: one for one in categories},
        {one.code: one for one in purposes},
        b"\1" * 32,
        recipients={one.code: one for one in classes},
        board=(decided,),
    )


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
