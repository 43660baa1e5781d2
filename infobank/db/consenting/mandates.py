"""Mandates: as they stand, and each of their versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Uuid,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from infobank.consent.consent import Consent
from infobank.consent.mandate import Conditions, Mandate
from infobank.consent.terms import Terms
from infobank.db.across.columns import columns_of, part_of
from infobank.db.consent import consents, to_consent
from infobank.db.direct import Reader
from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId, ResidentId
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.rules.policies import Policies


def _said() -> list[Column[Any]]:
    """Return the columns of what a mandate says in one of its versions."""
    return [
        Column("purpose_group", String(64), nullable=False),
        Column("classes", ARRAY(String), nullable=False),
        Column("categories", ARRAY(String), nullable=False),
        Column("mode", String(16), nullable=False),
        Column("least_points", Integer, nullable=False),
        Column("valid_from", DateTime(timezone=True), nullable=False),
        Column("valid_until", DateTime(timezone=True), nullable=False),
        Column("given_by", String(16), nullable=False),
        Column("policy_digest", LargeBinary(32), nullable=False),
        Column("stopped_at", DateTime(timezone=True)),
        Column("mac", LargeBinary(32), nullable=False),
        Column("changed_at", DateTime(timezone=True), nullable=False),
        Column("changed_by", String(16), nullable=False),
    ]


mandates = Table(
    "mandates",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("mandate_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    *_said(),
    Column("inside", ARRAY(Uuid), nullable=False),
    Index(
        "ix_mandates_purpose_group_mode",
        "purpose_group",
        "mode",
        "resident_id",
        postgresql_where=text("stopped_at IS NULL"),
    ),
    info=declare(
        "resident",
        web="SELECT, INSERT, UPDATE, DELETE",
        publisher="SELECT",
        keyservice="SELECT",
    ),
)
"""`inside` are the providers that it let in when it was given: she saw them then."""

mandate_versions = Table(
    "mandate_versions",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("mandate_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    *_said(),
    info=declare("resident", web="SELECT, INSERT, DELETE"),
)
"""Every version of every mandate, as its row in `mandates` was, mark included."""

_COLUMNS = columns_of({"m": mandates})

ADMITTING = f"""
SELECT DISTINCT ON (m.resident_id) {_COLUMNS} FROM mandates m
WHERE m.purpose_group = $1 AND m.mode = $2 AND m.stopped_at IS NULL
    AND m.valid_from <= $3::timestamptz AND m.valid_until > $3::timestamptz
    AND $4::text = ANY (m.classes) AND m.categories::text[] @> $5::text[] AND m.least_points <= $6
    AND m.resident_id > $7
ORDER BY m.resident_id, m.valid_from, m.mandate_id
LIMIT $8
"""

HELD = """
SELECT m.resident_id, m.mandate_id, m.version FROM mandates m
JOIN unnest($1::uuid[], $2::uuid[]) AS a (resident_id, mandate_id)
    ON a.resident_id = m.resident_id AND a.mandate_id = m.mandate_id
WHERE m.stopped_at IS NULL
ORDER BY m.resident_id, m.mandate_id
FOR SHARE OF m
"""

NAMED = f"""
SELECT {_COLUMNS} FROM mandates m
JOIN unnest($1::uuid[], $2::uuid[]) AS a (resident_id, mandate_id)
    ON a.resident_id = m.resident_id AND a.mandate_id = m.mandate_id
"""

NOBODY = ResidentId(UUID(int=0))


async def add(unit: Unit, mandate: Mandate, inside: Sequence[ProviderId]) -> bool:
    """Keep a new mandate, and which providers it lets in as it is given.

    False when one of this name is kept already; nothing changes then.
    """
    row = _row(mandate, mandate.valid_from, mandate.given_by)
    kept = await unit.connection.execute(
        upsert(mandates)
        .values(inside=list(inside), **row)
        .on_conflict_do_nothing()
        .returning(mandates.c.mandate_id)
    )
    if kept.first() is None:
        return False
    await unit.connection.execute(insert(mandate_versions).values(**row))
    return True


async def change(unit: Unit, changed: Mandate, at: datetime, by: GivenBy) -> None:
    """Keep the next version of a mandate that is `locked`."""
    row = _row(changed, at, by)
    await unit.connection.execute(
        update(mandates)
        .where(
            mandates.c.resident_id == changed.resident,
            mandates.c.mandate_id == changed.mandate_id,
        )
        .values(**row)
    )
    await unit.connection.execute(insert(mandate_versions).values(**row))


async def one(
    unit: Unit, resident: ResidentId, mandate_id: MandateId, *, lock: bool = False
) -> Mandate | None:
    """Return one mandate of a resident; locked, nobody changes it, or gives under it, meanwhile."""
    query = select(mandates).where(
        mandates.c.resident_id == resident, mandates.c.mandate_id == mandate_id
    )
    found = await unit.connection.execute(query.with_for_update() if lock else query)
    row = found.first()
    return to_mandate(row) if row else None


async def of_resident(unit: Unit, resident: ResidentId) -> list[Mandate]:
    """Return all of a resident's mandates, newest first."""
    found = await unit.connection.execute(
        select(mandates)
        .where(mandates.c.resident_id == resident)
        .order_by(mandates.c.valid_from.desc(), mandates.c.mandate_id)
    )
    return [to_mandate(row) for row in found]


async def behind(reader: Reader, held: Sequence[Consent]) -> Mapping[MandateId, Mandate]:
    """Return the mandates that consents name, by their names."""
    named = [(each.resident, each.mandate) for each in held if each.mandate is not None]
    if not named:
        return {}
    rows = await reader.fetch(NAMED, [each[0] for each in named], [each[1] for each in named])
    found = map(_read, rows)
    return {each.mandate_id: each for each in found}


async def admitting(
    reader: Reader,
    terms: Terms,
    recipient_class: str,
    policies: Policies,
    now: datetime,
    *,
    after: ResidentId = NOBODY,
    limit: int,
) -> list[Mandate]:
    """Return a live mandate that admits offered terms of each resident who has one.

    By resident, after one of them; of several mandates of a resident, the oldest.

    INVARIANT: it finds exactly those whose conditions `admit` the terms;
    `tests/properties/consent/test_mandates_admit.py` holds both to each other.
    """
    purpose = policies.purposes.get(terms.purpose)
    if purpose is None:
        return []
    # What no conditions admit is admitted by none: these fit as closely as any can.
    fitting = Conditions(purpose.group, frozenset({recipient_class}), terms.categories, terms.mode)
    if not fitting.admit(terms, recipient_class, policies):
        return []
    rows = await reader.fetch(
        ADMITTING,
        purpose.group,
        terms.mode.value,
        now,
        recipient_class,
        sorted(terms.categories),
        terms.benefit.points,
        after,
        limit,
    )
    return [_read(row) for row in rows]


async def held(unit: Unit, found: Sequence[Mandate]) -> list[Mandate]:
    """Return those of the mandates that still stand as they were read, until the unit ends."""
    rows = await unit.fetch(
        HELD, [each.resident for each in found], [each.mandate_id for each in found]
    )
    standing = {(mandate_id, version) for _, mandate_id, version in rows}
    return [each for each in found if (each.mandate_id, each.version) in standing]


async def given_under(unit: Unit, resident: ResidentId, mandate_id: MandateId) -> list[Consent]:
    """Return the consents given under a mandate that were not withdrawn, in one order."""
    found = await unit.connection.execute(
        select(consents)
        .where(
            consents.c.resident_id == resident,
            consents.c.mandate_id == mandate_id,
            consents.c.withdrawn_at.is_(None),
        )
        .order_by(consents.c.consent_id)
    )
    return [to_consent(row) for row in found]


async def begun(
    unit: Unit, found: Sequence[Mandate], provider: ProviderId, now: datetime
) -> frozenset[MandateId]:
    """Return the mandates under which a provider was let in once: its first wait is over."""
    rows = await unit.connection.execute(
        select(consents.c.mandate_id)
        .where(
            consents.c.resident_id.in_([each.resident for each in found]),
            consents.c.mandate_id.in_([each.mandate_id for each in found]),
            consents.c.provider_id == provider,
            consents.c.valid_from <= now,
            or_(
                consents.c.withdrawn_at.is_(None),
                consents.c.withdrawn_at > consents.c.valid_from,
            ),
        )
        .distinct()
    )
    return frozenset(MandateId(mandate) for mandate in rows.scalars())


async def given_to(unit: Unit, provider: ProviderId, consent_id: ConsentId) -> Consent | None:
    """Return a consent to a provider that no browser brought: by a mandate, or at the counter."""
    found = await unit.connection.execute(
        select(consents).where(
            consents.c.consent_id == consent_id,
            or_(
                consents.c.mandate_id.is_not(None),
                consents.c.given_by == GivenBy.COUNTER.value,
            ),
            consents.c.provider_id == provider,
        )
    )
    row = found.first()
    return to_consent(row) if row else None


def _read(row: Any) -> Mandate:  # noqa: ANN401 - a row of either driver
    """Build the mandate that a row of `_COLUMNS` holds."""
    return to_mandate(part_of(row, "m", mandates))


def to_mandate(row: Any) -> Mandate:  # noqa: ANN401 - a row, or what stands in for one
    """Build the mandate a row holds."""
    return Mandate(
        mandate_id=MandateId(row.mandate_id),
        version=row.version,
        resident=ResidentId(row.resident_id),
        conditions=Conditions(
            group=row.purpose_group,
            classes=frozenset(row.classes),
            categories=frozenset(row.categories),
            mode=OutputMode(row.mode),
            least_points=row.least_points,
        ),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        given_by=GivenBy(row.given_by),
        policy_digest=row.policy_digest,
        stopped_at=row.stopped_at,
        mac=row.mac,
    )


def _row(mandate: Mandate, at: datetime, by: GivenBy) -> dict[str, object]:
    conditions = mandate.conditions
    return {
        "resident_id": mandate.resident,
        "mandate_id": mandate.mandate_id,
        "version": mandate.version,
        "purpose_group": conditions.group,
        "classes": sorted(conditions.classes),
        "categories": sorted(conditions.categories),
        "mode": conditions.mode.value,
        "least_points": conditions.least_points,
        "valid_from": mandate.valid_from,
        "valid_until": mandate.valid_until,
        "given_by": mandate.given_by.value,
        "policy_digest": mandate.policy_digest,
        "stopped_at": mandate.stopped_at,
        "mac": mandate.mac,
        "changed_at": at,
        "changed_by": by.value,
    }
