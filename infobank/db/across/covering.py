"""One statement that finds every resident whose consent covers a use: a cohort.

INVARIANT: it finds exactly those for whom `consent.decision.decide` permits the use, marks
aside; `tests/properties/consent/test_cohorts_agree.py` holds both to each other.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from infobank.consent.consent import Consent
from infobank.consent.decision import refusing
from infobank.consent.question import DisclosureRequest, Question, Recipient
from infobank.db.consent import around, to_consent
from infobank.db.consenting.households import AGREES
from infobank.db.direct import Reader
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.precision import LADDERS, NumberStep, Precision
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.standing import EVERYTHING

PAGE = 1_000
"""Residents read at a time; the next page goes on where the last one ended."""

_SPARED = """NOT coalesce((
    SELECT bool_or(s.kind = 'restriction' AND s.category IN ($6::text, $7::text) OR
        s.kind = 'objection' AND s.provider_id = c.provider_id AND s.purpose = c.purpose)
    FROM rights_requests s WHERE s.resident_id = c.resident_id AND s.status = 'standing'
), false)"""
_COVERED = """EXISTS (
    SELECT FROM jsonb_array_elements(c.items) i
    WHERE i ->> 'category' = $6::text AND i -> 'fields' ?& $8::text[]
        AND i ->> 'first' <= $9::text AND i ->> 'last' >= $10::text
        AND i -> 'precision' ->> 'time' = ANY ($11::text[])
        AND i -> 'precision' ->> 'place' = ANY ($12::text[])
        AND i -> 'precision' ->> 'number' = ANY ($13::text[])
)"""
_UNSPENT = """(c.most_uses IS NULL AND c.times IS NULL OR coalesce((
    SELECT u.total < coalesce(c.most_uses, u.total + 1) AND (
        c.times IS NULL OR u.recent < c.times OR u.stretch <>
            floor(extract(epoch FROM $3::timestamptz - c.valid_from) / (86400 * c.per_days))
    )
    FROM consent_uses u WHERE u.resident_id = c.resident_id AND u.consent_id = c.consent_id
), true))"""
_EXPLICIT = """(NOT $16::bool OR $6::text = ANY (c.explicit) AND (
    (c.benefit ->> 'points')::int > 0 OR c.benefit -> 'words' <> 'null'
))"""
_OWN_WORD = f"""coalesce((
    SELECT (r.of_age_from > $3::timestamptz) = (CASE c.given_by
        WHEN '{GivenBy.MANDATE}' THEN coalesce((
            SELECT m.given_by FROM mandates m
            WHERE m.resident_id = c.resident_id AND m.mandate_id = c.mandate_id
        ), c.given_by) ELSE c.given_by END = '{GivenBy.GUARDIAN}')
    FROM residents r WHERE r.resident_id = c.resident_id
), true)"""
_INSIDE_MANDATE = f"""CASE WHEN c.mandate_id IS NULL THEN c.given_by <> '{GivenBy.MANDATE}'
ELSE NOT c.abroad AND c.onward <> 'others' AND EXISTS (
    SELECT FROM mandates m
    WHERE m.resident_id = c.resident_id AND m.mandate_id = c.mandate_id
        AND m.stopped_at IS NULL
        AND m.valid_from <= $3::timestamptz AND m.valid_until > $3::timestamptz
        AND m.purpose_group = $18::text AND $19::text = ANY (m.classes) AND m.mode = c.mode
        AND m.least_points <= (c.benefit ->> 'points')::int
        AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(c.items) i
            WHERE i ->> 'category' <> ALL (m.categories)
                OR i ->> 'category' <> ALL ($20::text[])
        )
) END"""
_HOUSEHOLD = f"""(NOT $17::bool OR {AGREES.format(resident="c.resident_id")})"""

COVERS = f"""FROM consents c
WHERE c.provider_id = $1 AND c.purpose = $2 AND c.withdrawn_at IS NULL
    AND c.valid_from <= $3::timestamptz AND c.valid_until > $3::timestamptz
    AND c.mode = $4 AND c.policy_digest = ANY ($5::bytea[])
    AND {_COVERED}
    AND {_UNSPENT}
    AND (NOT $14::bool OR c.abroad) AND (NOT $15::bool OR c.onward = 'others')
    AND {_EXPLICIT}
    AND {_OWN_WORD}
    AND {_INSIDE_MANDATE}
    AND {_HOUSEHOLD}
    AND {_SPARED}
"""

COVERING = f"""
SELECT {around("c")}, c.*
{COVERS}
    AND (c.resident_id, c.consent_id) > ($21, $22)
ORDER BY c.resident_id, c.consent_id
LIMIT $23
"""
"""With the index over recipient, purpose, resident and consent a page reads its own rows alone.

What is asked about each resident is one value, looked up by her key: as a join it would read
everybody's rows for a page.
"""

COUNTED = f"SELECT count(*) FROM (SELECT DISTINCT c.resident_id {COVERS} LIMIT $21) counted"


class Place(NamedTuple):
    """Where a page ended."""

    resident: UUID
    consent: UUID


START = Place(UUID(int=0), UUID(int=0))


@dataclass(frozen=True)
class Use:
    """What a recipient wants, of whomever lets it."""

    recipient: Recipient
    purpose: str
    item: Item
    mode: OutputMode

    def of(self, resident: ResidentId) -> DisclosureRequest:
        """Return the same, wanted of one resident."""
        return DisclosureRequest(resident, self.recipient, self.purpose, self.item, self.mode)


async def covering(
    reader: Reader,
    use: Use,
    policies: Policies,
    now: datetime,
    *,
    after: Place = START,
    limit: int = PAGE,
) -> list[Consent]:
    """Return the consents that cover a use at an instant, by resident, after a place."""
    if not _possible(use, policies, now):
        return []
    rows = await reader.fetch(COVERING, *arguments(use, policies, now), *after, limit)
    return [_consent(row) for row in rows]


async def residents_covered(
    reader: Reader, use: Use, policies: Policies, now: datetime, limit: int
) -> int:
    """Return how many residents let a use at an instant; at most `limit` are counted."""
    if not _possible(use, policies, now):
        return 0
    (row,) = await reader.fetch(COUNTED, *arguments(use, policies, now), limit)
    return int(row[0])


async def pages(
    reader: Reader, use: Use, policies: Policies, now: datetime, limit: int = PAGE
) -> AsyncIterator[list[Consent]]:
    """Yield all consents that cover a use, page by page: memory stays flat over any number."""
    after = START
    while found := await covering(reader, use, policies, now, after=after, limit=limit):
        yield found
        after = Place(found[-1].resident, found[-1].consent_id)


def _possible(use: Use, policies: Policies, now: datetime) -> bool:
    """Tell whether the bank allows a use at all: that nobody consented is all that may refuse."""
    asked = Question(use.of(ResidentId(START.resident)), None, policies, now)
    if refusing(asked) != ("no_consent",):
        return False
    banded = use.item.precision.number is NumberStep.BAND
    bandless = policies.categories[use.item.category].bandless
    return not banded or bandless.isdisjoint(use.item.names)


def arguments(use: Use, policies: Policies, now: datetime) -> tuple[object, ...]:
    """Return the first parameters of a statement over `COVERS`."""
    item, recipient = use.item, use.recipient
    category = policies.categories[item.category]
    return (
        recipient.provider,
        use.purpose,
        now,
        use.mode.value,
        [policies.digest, *policies.earlier],
        item.category,
        EVERYTHING,
        list(item.fields),
        item.period.first.isoformat(),
        item.period.last.isoformat(),
        *_finer(item.precision),
        recipient.abroad,
        policies.recipients[recipient.code].passes_on,
        category.special_care,
        category.household,
        policies.purposes[use.purpose].group,
        recipient.code,
        [code for code, each in policies.categories.items() if not each.special_care],
    )


def _finer(precision: Precision) -> list[list[str]]:
    """Return, for each ladder, the steps that are no coarser."""
    values = [[step.value for step in ladder] for ladder in LADDERS]
    return [
        steps[: steps.index(step) + 1]
        for steps, step in zip(values, precision.steps.values(), strict=True)
    ]


def _consent(row: Any) -> Consent:  # noqa: ANN401 - a driver's row
    stands_in: Any = SimpleNamespace(**row)
    return to_consent(stands_in)
