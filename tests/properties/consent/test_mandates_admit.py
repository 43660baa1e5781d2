"""The SQL predicate over mandates finds exactly the residents whose conditions admit an offer."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from deciding.invented import DAY, DIGEST, NOW, POLICIES
from deciding.questions import Draw, question
from hypothesis import given
from hypothesis import strategies as st

from infobank.consent.mandate import Conditions, Mandate
from infobank.consent.terms import Terms
from infobank.db.consenting import mandates
from infobank.db.postgres.engine import create_engine
from infobank.db.unit import Units
from infobank.vocabulary.benefit import Benefit
from infobank.vocabulary.bounds import Onward
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.outputmode import OutputMode

GIVEN, OFFERS = 600, 150
CODES = ("walks", "sleep", "power", "checkup")
CLASSES = ("service", "institute", "broker")


def _mandate(draw: Draw, number: int) -> Mandate:
    """Return a mandate; every third resident has two."""
    begins = NOW - draw.one(0, 1, 40) * DAY + draw.one(0, 0, 1) * timedelta(microseconds=1)
    ends = NOW + draw.one(0, 1, 40) * DAY
    return Mandate(
        mandate_id=UUID(int=5_000 + number),
        version=1,
        resident=UUID(int=1_000 + number - (number % 3 == 0)),
        conditions=Conditions(
            group=draw.one("care", "care", "science"),
            classes=frozenset(draw.some(CLASSES)),
            categories=frozenset(draw.some(CODES)),
            mode=draw.one(OutputMode.RECORDS, OutputMode.RECORDS, OutputMode.ANSWERS),
            least_points=draw.one(0, 0, 5),
        ),
        valid_from=begins,
        valid_until=max(ends, begins + timedelta(microseconds=1)),
        given_by=GivenBy.SELF,
        policy_digest=DIGEST,
        stopped_at=NOW if draw.odd(0.1) else None,
        mac=bytes(32),
    )


def _offer(draw: Draw) -> tuple[Terms, str]:
    drawn = None
    while drawn is None:
        drawn = question(draw).consent
    terms = replace(
        drawn.terms,
        purpose=draw.usually(draw.one("health", "study"), "old", "unheard_of"),
        mode=draw.one(OutputMode.RECORDS, OutputMode.RECORDS, OutputMode.ANSWERS),
        abroad=draw.odd(0.1),
        onward=Onward.OTHERS if draw.odd(0.1) else Onward.NOBODY,
        benefit=Benefit(draw.one(0, 4, 5, 6)),
    )
    return terms, draw.usually(draw.one(*CLASSES), "unheard_of")


async def test_the_residents_found_are_those_whose_mandates_admit(databases):
    draw = Draw(4)
    kept = [_mandate(draw, number) for number in range(GIVEN)]
    units = Units(create_engine(databases.url("infobank_web"), application="drill"))
    async with units() as unit:
        for each in kept:
            await mandates.add(unit, each, [])
        await unit.commit()
    sizes = []
    for terms, recipient_class in (_offer(draw) for _ in range(OFFERS)):
        expected = {
            each.resident
            for each in kept
            if each.live(NOW) and each.conditions.admit(terms, recipient_class, POLICIES)
        }
        found, after = [], mandates.NOBODY
        while page := await mandates.admitting(
            units.direct, terms, recipient_class, POLICIES, NOW, after=after, limit=7
        ):
            found += page
            after = page[-1].resident
        assert [each.resident for each in found] == sorted(expected)
        assert set(found) <= set(kept)
        sizes.append(len(found))
    assert sum(size > 5 for size in sizes) > OFFERS / 10
    await units.close()


@given(st.integers(0, 2**32))
def test_a_narrower_mandate_never_admits_more(seed: int):
    draw = Draw(seed)
    wide = _mandate(draw, 1).conditions
    narrow = replace(
        wide,
        classes=frozenset(draw.some(sorted(wide.classes))),
        categories=frozenset(draw.some(sorted(wide.categories))),
        least_points=wide.least_points + draw.one(0, 1),
    )
    assert wide.covers(narrow)
    assert narrow.covers(wide) is (narrow == wide)
    terms, recipient_class = _offer(draw)
    if narrow.admit(terms, recipient_class, POLICIES):
        assert wide.admit(terms, recipient_class, POLICIES)


@given(st.integers(0, 2**32))
def test_no_mandate_admits_a_recipient_outside_its_classes(seed: int):
    draw = Draw(seed)
    conditions = _mandate(draw, 1).conditions
    terms, recipient_class = _offer(draw)
    if conditions.admit(terms, recipient_class, POLICIES):
        assert recipient_class in conditions.classes
        assert POLICIES.purpose(terms.purpose).group == conditions.group
        assert terms.categories <= conditions.categories - {"checkup"}
