"""The SQL predicate finds exactly the residents for whom the function permits."""

from dataclasses import replace
from uuid import UUID

import pytest
from deciding.invented import NOW, POLICIES
from deciding.questions import Draw, question

from infobank.consent.decision import decide
from infobank.consent.mandate import Mandate
from infobank.consent.question import Question
from infobank.db import consent as consents
from infobank.db.across.covering import Place, Use, covering, pages, residents_covered
from infobank.db.consenting import mandates
from infobank.db.postgres.engine import create_engine
from infobank.db.unit import Units

ROWS, USES = 2_000, 60

RESIDENT = """INSERT INTO residents (resident_id, opened_at, synthetic, of_age_from)
VALUES ($1, $2, true, $3)"""
MEMBER = """INSERT INTO household_members (resident_id, household_id, adult, left_out)
VALUES ($1, $2, $3, false)"""
STOPPED = """INSERT INTO rights_requests (resident_id, request_id, kind, status, given_by, asked_at,
    due, category, provider_id, purpose, steps, sealed, sealed_value)
VALUES ($1, $2, $3, 'standing', 'self', $4, $5, $6, $7, $8, '[]', '', '')"""


@pytest.fixture(scope="module")
def asked() -> list[Question]:
    """Return questions at one instant, each about a resident of her own."""
    draw, found = Draw(3), []
    while len(found) < ROWS:
        drawn = question(draw)
        if drawn.consent is None or drawn.now != NOW:
            continue
        resident = UUID(int=1_000 + len(found))
        consent = replace(drawn.consent, consent_id=resident, resident=resident)
        found.append(replace(drawn, consent=consent, mandate=_hers(drawn, resident)))
    return found


def _hers(drawn: Question, resident: UUID) -> Mandate | None:
    """Return the mandate of a question: the resident's own, or another's where it was another's."""
    mandate, consent = drawn.mandate, drawn.consent
    if mandate is None or consent is None:
        return None
    other = mandate.resident != consent.resident
    return replace(mandate, resident=UUID(int=resident.int + (3 << 64)) if other else resident)


async def _keep(units: Units, asked: list[Question]) -> None:
    async with units() as unit:
        await consents.add(unit, [question.consent for question in asked])
        for question in asked:
            await _keep_around(unit, question)
        await unit.commit()


async def _keep_around(unit, question: Question) -> None:
    consent, circumstances = question.consent, question.circumstances
    resident, standing = consent.resident, consent.standing

    async def put(statement, *values):
        await unit.connection.exec_driver_sql(statement, values)

    await put(RESIDENT, resident, NOW, circumstances.of_age_from)
    if question.mandate is not None:
        await mandates.add(unit, question.mandate, [])
    if not circumstances.household_agrees:
        home = UUID(int=resident.int + (1 << 64))
        await put(MEMBER, resident, home, True)
        await put(MEMBER, UUID(int=resident.int + (2 << 64)), home, True)
    stops = [("restriction", each, None, "") for each in standing.frozen]
    stops += [("objection", "", consent.provider, consent.terms.purpose)] * standing.objected
    for number, (kind, *about) in enumerate(stops):
        await put(STOPPED, resident, UUID(int=number), kind, NOW, NOW.date(), *about)


def _uses(asked: list[Question]) -> list[Use]:
    requests = [question.request for question in asked[:USES]]
    return [Use(each.recipient, each.purpose, each.item, each.mode) for each in requests]


def _permitted(asked: list[Question], use: Use) -> list[UUID]:
    found = [
        consent.resident
        for question in asked
        if (consent := question.consent)
        and decide(replace(question, request=use.of(consent.resident))).permitted
    ]
    return sorted(found)


async def test_a_cohort_is_whom_the_function_permits(databases, asked):
    units = Units(create_engine(databases.url("infobank_web"), application="drill"))
    await _keep(units, asked)
    counted, mandated = [], 0
    for use in _uses(asked):
        found = await covering(units.direct, use, POLICIES, NOW, limit=ROWS)
        assert [consent.resident for consent in found] == _permitted(asked, use), use
        assert await residents_covered(units.direct, use, POLICIES, NOW, ROWS) == len(found)
        assert await residents_covered(units.direct, use, POLICIES, NOW, 5) == min(len(found), 5)
        counted.append(len(found))
        mandated += sum(consent.mandate is not None for consent in found)
    assert mandated
    assert sum(count > 5 for count in counted) > USES / 5
    await _read_in_pages(units, max(zip(counted, _uses(asked), strict=True), key=lambda x: x[0])[1])
    await units.close()


async def _read_in_pages(units: Units, use: Use) -> None:
    """Read the largest cohort three at a time: nobody twice, nobody left out."""
    whole = await covering(units.direct, use, POLICIES, NOW)
    found, after = [], Place(UUID(int=0), UUID(int=0))
    while page := await covering(units.direct, use, POLICIES, NOW, after=after, limit=3):
        found += page
        after = Place(page[-1].resident, page[-1].consent_id)
    assert found == whole
    assert [
        each async for page in pages(units.direct, use, POLICIES, NOW) for each in page
    ] == whole
