"""The privacy budget's spends, and what was published: tables and statements."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import distinct_on

from infobank.db.metadata import declare, records
from infobank.db.unit import Unit
from infobank.publication.budget import Spend

spends = Table(
    "spends",
    records,
    Column("release_id", String(96), primary_key=True),
    Column("statistic", String(64), nullable=False, index=True),
    Column("epsilon_numerator", BigInteger, nullable=False),
    Column("epsilon_denominator", BigInteger, nullable=False),
    Column("spent_at", DateTime(timezone=True), nullable=False),
    info=declare("reference", web="SELECT", publisher="SELECT, INSERT"),
)
"""What was spent stays spent: no role may change or delete a row."""

releases = Table(
    "releases",
    records,
    Column("release_id", String(96), primary_key=True),
    Column("statistic", String(64), nullable=False),
    Column("period_first", Date, nullable=False),
    Column("period_last", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
    Column("figures", LargeBinary, nullable=False),
    Column("signed_manifest", LargeBinary, nullable=False),
    info=declare("reference", web="SELECT", publisher="SELECT, INSERT"),
)

release_files = Table(
    "release_files",
    records,
    Column("release_id", String(96), primary_key=True),
    Column("name", String(96), primary_key=True),
    Column("media_type", String(96), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    info=declare("reference", web="SELECT", publisher="SELECT, INSERT"),
)


@dataclass(frozen=True)
class PublishedRelease:
    """A release as it was published; `figures` is its canonical JSON."""

    release_id: str
    statistic: str
    first: date
    last: date
    version: int
    published_at: datetime
    figures: bytes
    signed_manifest: bytes


@dataclass(frozen=True)
class PublishedFile:
    """One rendered file of a release: the very bytes that are served."""

    name: str
    media_type: str
    digest: bytes
    body: bytes


async def lock_budget(unit: Unit) -> None:
    """Let one publication at a time look at the budget and spend from it."""
    await unit.connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('infobank/budget', 0))")
    )


async def all_spends(unit: Unit) -> list[Spend]:
    """Return every spend there ever was, oldest first."""
    found = await unit.connection.execute(select(spends).order_by(spends.c.spent_at))
    return [
        Spend(
            statistic=row.statistic,
            release=row.release_id,
            epsilon=Fraction(row.epsilon_numerator, row.epsilon_denominator),
            at=row.spent_at,
        )
        for row in found
    ]


async def add_spend(unit: Unit, spend: Spend) -> None:
    """Write a spend; the same release twice is refused by its key."""
    await unit.connection.execute(
        insert(spends).values(
            release_id=spend.release,
            statistic=spend.statistic,
            epsilon_numerator=spend.epsilon.numerator,
            epsilon_denominator=spend.epsilon.denominator,
            spent_at=spend.at,
        )
    )


async def add_release(unit: Unit, release: PublishedRelease, files: list[PublishedFile]) -> None:
    """Keep a release and its files; both are immutable."""
    await unit.connection.execute(
        insert(releases).values(
            release_id=release.release_id,
            statistic=release.statistic,
            period_first=release.first,
            period_last=release.last,
            version=release.version,
            published_at=release.published_at,
            figures=release.figures,
            signed_manifest=release.signed_manifest,
        )
    )
    await unit.connection.execute(
        insert(release_files),
        [
            {
                "release_id": release.release_id,
                "name": file.name,
                "media_type": file.media_type,
                "digest": file.digest,
                "body": file.body,
            }
            for file in files
        ],
    )


async def releases_of(unit: Unit, statistic: str) -> list[PublishedRelease]:
    """Return the releases of a statistic, newest period and version first."""
    found = await unit.connection.execute(
        select(releases)
        .where(releases.c.statistic == statistic)
        .order_by(releases.c.period_first.desc(), releases.c.version.desc())
    )
    return [_release(row) for row in found]


async def newest_releases(unit: Unit) -> list[str]:
    """Return the names of the newest version of every release, newest period first."""
    newest = (
        select(releases.c.release_id, releases.c.statistic, releases.c.period_first)
        .ext(distinct_on(releases.c.statistic, releases.c.period_first))
        .order_by(releases.c.statistic, releases.c.period_first, releases.c.version.desc())
        .subquery()
    )
    found = await unit.connection.execute(
        select(newest.c.release_id).order_by(newest.c.statistic, newest.c.period_first.desc())
    )
    return list(found.scalars())


async def release_of(unit: Unit, release_id: str) -> PublishedRelease | None:
    """Return one release."""
    found = await unit.connection.execute(
        select(releases).where(releases.c.release_id == release_id)
    )
    row = found.first()
    return _release(row) if row else None


async def file_of(unit: Unit, release_id: str, name: str) -> PublishedFile | None:
    """Return one file of a release."""
    found = await unit.connection.execute(
        select(release_files).where(
            release_files.c.release_id == release_id, release_files.c.name == name
        )
    )
    row = found.first()
    return PublishedFile(row.name, row.media_type, row.digest, row.body) if row else None


def _release(row: Row[Any]) -> PublishedRelease:
    return PublishedRelease(
        release_id=row.release_id,
        statistic=row.statistic,
        first=row.period_first,
        last=row.period_last,
        version=row.version,
        published_at=row.published_at,
        figures=row.figures,
        signed_manifest=row.signed_manifest,
    )
