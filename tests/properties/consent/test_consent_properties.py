"""Withdrawing, narrowing and waiting never give anybody more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from infobank.consent.change import agree, narrow
from infobank.consent.consent import Consent, Uses
from infobank.consent.decision import decide
from infobank.consent.errors import WideningError
from infobank.consent.question import Circumstances, DisclosureRequest, Question, Recipient
from infobank.consent.rules import RULES
from infobank.consent.terms import Terms
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Frequency, Onward
from infobank.vocabulary.category import Category, Field, FieldType, Span
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period
from infobank.vocabulary.precision import NumberStep, PlaceStep, Precision, TimeStep
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.rules.purpose import Purpose
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.standing import Standing
from infobank.vocabulary.text.language import Text

WORDS = Text("試し", "trial")
NAMES = ("a", "b", "c")
FIELDS = tuple(Field(name, FieldType.NUMBER, WORDS, maximum=9, band=3) for name in NAMES)
POLICIES = Policies(
    {
        "x": Category("x", 1, 1, WORDS, WORDS, Span.YEAR, FIELDS),
        "y": Category("y", 2, 1, WORDS, WORDS, Span.YEAR, FIELDS, special_care=True),
    },
    {
        code: Purpose(
            code, "dpv:x", WORDS, WORDS, frozenset(modes), frozenset("xy"), timedelta(days=999)
        )
        for code, modes in (("p", {OutputMode.RECORDS}), ("q", set(OutputMode)))
    },
    b"\0" * 32,
    recipients={
        "service": RecipientClass("service", WORDS, WORDS),
        "broker": RecipientClass("broker", WORDS, WORDS, passes_on=True),
    },
)
START = datetime(2026, 1, 1, tzinfo=UTC)

days = st.integers(0, 40).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
periods = st.tuples(days, days).map(lambda pair: Period(*sorted(pair)))
items = st.builds(
    Item,
    category=st.sampled_from(["x", "y", "z"]),
    fields=st.sets(st.sampled_from([*NAMES, "d"]), min_size=1).map(lambda s: tuple(sorted(s))),
    period=periods,
    precision=st.builds(
        Precision,
        time=st.sampled_from(TimeStep),
        place=st.sampled_from(PlaceStep),
        number=st.sampled_from(NumberStep),
    ),
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
        most_uses=draw(st.none() | st.integers(1, 3)),
        frequency=draw(
            st.none() | st.builds(Frequency, times=st.integers(1, 3), days=st.integers(1, 9))
        ),
        onward=draw(st.sampled_from(Onward)),
        abroad=draw(st.booleans()),
        benefit=draw(st.builds(Benefit, points=st.integers(0, 2))),
    )
    asked = sorted(terms.categories)
    terms = replace(terms, explicit=draw(st.frozensets(st.sampled_from(asked))))
    uses = draw(
        st.builds(
            Uses, total=st.integers(0, 3), stretch=st.integers(0, 3), recent=st.integers(0, 3)
        )
    )
    withdrawn = draw(st.none() | instants)
    parties = draw(whom), draw(whom)
    by = draw(st.sampled_from([GivenBy.SELF, GivenBy.GUARDIAN]))
    return Consent(
        UUID(int=7), 1, *parties, terms, first, by, POLICIES.digest, withdrawn, uses=uses
    )


requests = st.builds(
    DisclosureRequest,
    resident=whom,
    recipient=st.builds(
        Recipient,
        provider=whom,
        active=st.booleans(),
        vetted_until=st.none() | instants,
        code=st.sampled_from(["service", "broker"]),
        abroad=st.booleans(),
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
    circumstances=st.builds(
        Circumstances, of_age_from=st.none() | instants, household_agrees=st.booleans()
    ),
)


@st.composite
def answered(draw):
    """Return a question made to fit its consent, so that many of them are permitted."""
    question = draw(questions.filter(lambda one: one.consent is not None))
    consent, request = question.consent, question.request
    terms = replace(consent.terms, purpose="q", mode=OutputMode.RECORDS)
    held = terms.items[0]
    item = replace(held, category="x", fields=held.fields[:1])
    if "d" in item.fields:
        item = replace(item, fields=("a",))
    items = (replace(item, fields=NAMES), *terms.items)
    explicit = terms.explicit & {one.category for one in items}
    recipient = replace(
        request.recipient,
        provider=consent.provider,
        active=True,
        vetted_until=terms.valid_until,
        abroad=request.recipient.abroad and terms.abroad,
        code="broker" if terms.passed_on else "service",
    )
    return replace(
        question,
        consent=replace(
            consent, terms=replace(terms, items=items, explicit=explicit), withdrawn_at=None
        ),
        request=replace(
            request,
            resident=consent.resident,
            recipient=recipient,
            purpose="q",
            mode=OutputMode.RECORDS,
            item=item,
        ),
        now=terms.valid_from + timedelta(days=draw(st.integers(0, 3))),
    )


@settings(deadline=None)
@given(answered())
def test_what_fits_a_consent_is_refused_only_for_time_use_and_age(question):
    """Otherwise what is said of such questions would say little."""
    assert set(decide(question).reasons) <= {
        "consent_covers_request",
        "consent_over",
        "recipient_unvetted",
        "uses_spent",
        "used_too_often",
        "guardian_needed",
        "guardian_over",
    }


def test_what_fits_a_consent_can_be_permitted():
    quick = settings(deadline=None, phases=[Phase.generate])
    found = find(answered(), lambda question: decide(question).permitted, settings=quick)
    assert not decide(replace(found, consent=None)).permitted


@settings(deadline=None)
@given(questions)
def test_every_denial_has_a_reason_and_every_permit_a_consent(question):
    decision = decide(question)
    assert decision.reasons
    if decision.permitted:
        assert question.consent is not None
        assert any(item.covers(question.request.item) for item in question.consent.terms.items)
    else:
        assert set(decision.reasons) <= {rule.name for rule in RULES}


@settings(deadline=None)
@given(questions, instants)
def test_withdrawing_never_widens(question, when):
    if question.consent is None:
        return
    withdrawn = replace(question, consent=replace(question.consent, withdrawn_at=when))
    assert not decide(withdrawn).permitted


standings = st.builds(
    Standing, frozen=st.frozensets(st.sampled_from("xy*")), objected=st.booleans()
)


@settings(deadline=None)
@given(questions, standings)
def test_what_a_resident_stops_never_widens(question, standing):
    if question.consent is None:
        return
    stopped = replace(question, consent=replace(question.consent, standing=standing))
    if decide(stopped).permitted:
        assert decide(question).permitted
        assert not standing.freezes(question.request.item.category)
        assert not standing.objected


@settings(deadline=None)
@given(questions, st.integers(0, 100))
def test_what_is_over_stays_over(question, later):
    decision = decide(question)
    if "consent_over" in decision.reasons:
        after = replace(question, now=question.now + timedelta(days=later))
        assert "consent_over" in decide(after).reasons


@settings(deadline=None)
@given(questions, st.data())
def test_a_narrower_consent_never_permits_more(question, data):
    if question.consent is None:
        return
    terms = question.consent.terms
    kept = data.draw(st.lists(st.sampled_from(terms.items), min_size=1, max_size=3))
    less = [
        replace(item, fields=item.fields[: data.draw(st.integers(1, len(item.fields)))])
        for item in kept
    ]
    explicit = terms.explicit & {item.category for item in less}
    narrower = replace(question.consent, terms=replace(terms, items=tuple(less), explicit=explicit))
    if decide(replace(question, consent=narrower)).permitted:
        assert decide(question).permitted


NARROWER = (
    {"most_uses": 1},
    {"frequency": Frequency(1, 366)},
    {"onward": Onward.NOBODY},
    {"abroad": False},
    {"retention_days": 0},
    {"explicit": frozenset()},
)


@settings(deadline=None)
@given(answered(), st.sampled_from(NARROWER))
def test_narrowing_one_term_never_permits_more(question, change):
    terms = question.consent.terms
    try:
        narrower = narrow(terms, replace(terms, **change))
    except WideningError:
        return
    assert terms.covers(narrower)
    narrowed = replace(question, consent=replace(question.consent, terms=narrower))
    if decide(narrowed).permitted:
        assert decide(question).permitted


@settings(deadline=None)
@given(answered(), items.map(lambda item: item.precision))
def test_a_coarser_consent_never_permits_more(question, precision):
    terms = question.consent.terms
    coarser = tuple(
        replace(item, precision=item.precision.coarser(precision)) for item in terms.items
    )
    changed = replace(
        question, consent=replace(question.consent, terms=replace(terms, items=coarser))
    )
    assert terms.covers(changed.consent.terms)
    if decide(changed).permitted:
        assert decide(question).permitted


@settings(deadline=None)
@given(consents(), consents(), consents())
def test_covering_is_an_order(one, two, three):
    first, second, third = one.terms, two.terms, three.terms
    assert first.covers(first)
    if first.covers(second) and second.covers(third):
        assert first.covers(third)


@settings(deadline=None)
@given(answered(), st.integers(0, 9))
def test_a_further_use_never_permits_more(question, more):
    uses = question.consent.uses
    used = Uses(uses.total + more, uses.stretch, uses.recent + more)
    if decide(replace(question, consent=replace(question.consent, uses=used))).permitted:
        assert decide(question).permitted


@settings(deadline=None)
@given(consents(), st.lists(items, min_size=1, max_size=3))
def test_nothing_is_agreed_to_that_was_not_asked_for(consent, agreed):
    asked = consent.terms
    try:
        terms = agree(asked, tuple(agreed), asked.valid_from)
    except WideningError:
        return
    assert _single_values(terms.items) <= _single_values(asked.items)


@settings(deadline=None)
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


@settings(deadline=None)
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
