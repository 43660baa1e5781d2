"""Withdrawing, narrowing and waiting never give anybody more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from infobank.consent.consent import Consent, Terms, agree
from infobank.consent.decision import decide
from infobank.consent.errors import WideningError
from infobank.consent.question import DisclosureRequest, Question, Recipient
from infobank.consent.rules import RULES
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import Item
from infobank.vocabulary.language import Text
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.policies import Policies
from infobank.vocabulary.purpose import Purpose
from infobank.vocabulary.standing import Standing

WORDS = Text("試し", "trial")
NAMES = ("a", "b", "c")
FIELDS = tuple(Field(name, FieldType.NUMBER, WORDS, maximum=9) for name in NAMES)
POLICIES = Policies(
    {code: Category(code, n, 1, WORDS, WORDS, Span.YEAR, FIELDS) for n, code in enumerate("xy", 1)},
    {
        code: Purpose(
            code, "dpv:x", WORDS, WORDS, frozenset(modes), frozenset("xy"), timedelta(days=999)
        )
        for code, modes in (("p", {OutputMode.RECORDS}), ("q", set(OutputMode)))
    },
    b"\0" * 32,
)
START = datetime(2026, 1, 1, tzinfo=UTC)

days = st.integers(0, 40).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
periods = st.tuples(days, days).map(lambda pair: Period(*sorted(pair)))
items = st.builds(
    Item,
    category=st.sampled_from(["x", "y", "z"]),
    fields=st.sets(st.sampled_from([*NAMES, "d"]), min_size=1).map(lambda s: tuple(sorted(s))),
    period=periods,
)
instants = st.integers(-5, 60).map(lambda n: START + timedelta(days=n))
whom = st.sampled_from([UUID(int=1), UUID(int=2)])
purposes = st.sampled_from(["p", "q", "unknown"])


@st.composite
def consents(draw):
    first = draw(instants)
    terms = Terms(
        purpose=draw(purposes),
        mode=draw(st.sampled_from(OutputMode)),
        items=tuple(draw(st.lists(items, min_size=1, max_size=3))),
        valid_from=first,
        valid_until=first + timedelta(days=draw(st.integers(1, 50))),
        retention_days=draw(st.integers(0, 9)),
    )
    withdrawn = draw(st.none() | instants)
    parties = draw(whom), draw(whom)
    return Consent(UUID(int=7), 1, *parties, terms, first, GivenBy.SELF, POLICIES.digest, withdrawn)


requests = st.builds(
    DisclosureRequest,
    resident=whom,
    recipient=st.builds(
        Recipient, provider=whom, active=st.booleans(), vetted_until=st.none() | instants
    ),
    purpose=purposes,
    item=items,
    mode=st.sampled_from(OutputMode),
)
questions = st.builds(
    Question,
    request=requests,
    consent=st.none() | consents(),
    policies=st.just(POLICIES),
    now=instants,
)


@given(questions)
def test_every_denial_has_a_reason_and_every_permit_a_consent(question):
    decision = decide(question)
    assert decision.reasons
    if decision.permitted:
        assert question.consent is not None
        assert any(item.covers(question.request.item) for item in question.consent.terms.items)
    else:
        assert set(decision.reasons) <= {rule.name for rule in RULES}


@given(questions, instants)
def test_withdrawing_never_widens(question, when):
    if question.consent is None:
        return
    withdrawn = replace(question, consent=replace(question.consent, withdrawn_at=when))
    assert not decide(withdrawn).permitted


standings = st.builds(
    Standing, frozen=st.frozensets(st.sampled_from("xy*")), objected=st.booleans()
)


@given(questions, standings)
def test_what_a_resident_stops_never_widens(question, standing):
    if question.consent is None:
        return
    stopped = replace(question, consent=replace(question.consent, standing=standing))
    if decide(stopped).permitted:
        assert decide(question).permitted
        assert not standing.freezes(question.request.item.category)
        assert not standing.objected


@given(questions, st.integers(0, 100))
def test_what_is_over_stays_over(question, later):
    decision = decide(question)
    if "consent_over" in decision.reasons:
        after = replace(question, now=question.now + timedelta(days=later))
        assert "consent_over" in decide(after).reasons


@given(questions, st.data())
def test_a_narrower_consent_never_permits_more(question, data):
    if question.consent is None:
        return
    terms = question.consent.terms
    kept = data.draw(st.lists(st.sampled_from(terms.items), min_size=1, max_size=3))
    narrow = [
        replace(item, fields=item.fields[: data.draw(st.integers(1, len(item.fields)))])
        for item in kept
    ]
    narrower = replace(question.consent, terms=replace(terms, items=tuple(narrow)))
    if decide(replace(question, consent=narrower)).permitted:
        assert decide(question).permitted


@given(consents(), st.lists(items, min_size=1, max_size=3))
def test_nothing_is_agreed_to_that_was_not_asked_for(consent, agreed):
    asked = consent.terms
    try:
        terms = agree(asked, tuple(agreed), asked.valid_from)
    except WideningError:
        return
    assert _single_values(terms.items) <= _single_values(asked.items)


@given(consents(), st.data())
def test_any_part_of_what_was_asked_can_be_agreed_to(consent, data):
    asked = consent.terms
    kept = data.draw(st.lists(st.sampled_from(asked.items), min_size=1, max_size=3))
    part = tuple(
        replace(item, fields=item.fields[: data.draw(st.integers(1, len(item.fields)))])
        for item in kept
    )
    assert agree(asked, part, asked.valid_from).items == part


def _single_values(some):
    """Return everything items speak of: each category, field and day."""
    return {
        (item.category, name, date.fromordinal(day))
        for item in some
        for name in item.fields
        for day in range(item.period.first.toordinal(), item.period.last.toordinal() + 1)
    }


@given(questions, st.sampled_from(["recipient", "purpose", "category"]))
def test_striking_something_off_the_rules_never_permits_more(question, what):
    policies = question.policies
    if what == "recipient":
        struck = replace(question.request.recipient, active=False)
        changed = replace(question, request=replace(question.request, recipient=struck))
    elif what == "purpose":
        changed = replace(question, policies=replace(policies, purposes={}))
    else:
        changed = replace(question, policies=replace(policies, categories={}))
    assert not decide(changed).permitted
