"""Who lives together, which adults agree, and who is a minor: what bears on whose word counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Boolean, Column, DateTime, Table, Uuid, false

from infobank.consent.question import ADULT_ALONE, Circumstances
from infobank.db.direct import Reader
from infobank.db.metadata import declare, records
from infobank.vocabulary.identifiers import ResidentId

_GRANTS = {
    "web": "SELECT, INSERT, UPDATE, DELETE",
    "publisher": "SELECT",
    "keyservice": "SELECT",
}

household_members = Table(
    "household_members",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("household_id", Uuid, primary_key=True, index=True),
    Column("adult", Boolean, nullable=False),
    Column("left_out", Boolean, nullable=False, server_default=false()),
    info=declare("resident", **_GRANTS),
)
"""`left_out`: her agreement is not asked for, because that would put somebody in danger."""

household_agreements = Table(
    "household_agreements",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("household_id", Uuid, primary_key=True),
    Column("agreed_at", DateTime(timezone=True), primary_key=True),
    Column("ended_at", DateTime(timezone=True)),
    info=declare("resident", **_GRANTS),
)
"""That one member agrees to what another shares of their household's data, until it ended."""

_OF_AGE_FROM = "(SELECT r.of_age_from FROM residents r WHERE r.resident_id = {resident})"

_AGREES = """NOT EXISTS (
    SELECT FROM household_members mine
    JOIN household_members other ON other.household_id = mine.household_id
        AND other.resident_id <> mine.resident_id AND other.adult AND NOT other.left_out
    WHERE mine.resident_id = {resident} AND NOT EXISTS (
        SELECT FROM household_agreements said
        WHERE said.resident_id = other.resident_id
            AND said.household_id = other.household_id AND said.ended_at IS NULL
    )
)"""

CIRCUMSTANCES = f"{_OF_AGE_FROM} AS of_age_from, {_AGREES} AS household_agrees"
"""Two columns about a resident, named by an expression: for `to_circumstances`."""

OF_RESIDENTS = f"""
SELECT a.resident_id, {CIRCUMSTANCES.format(resident="a.resident_id")}
FROM unnest($1::uuid[]) AS a (resident_id)
"""


def to_circumstances(of_age_from: datetime | None, household_agrees: bool) -> Circumstances:  # noqa: FBT001 - a row's columns
    """Build what the columns hold."""
    if of_age_from is None and household_agrees:
        return ADULT_ALONE
    return Circumstances(of_age_from, household_agrees)


async def circumstances_of(
    reader: Reader, residents: Sequence[ResidentId]
) -> Mapping[ResidentId, Circumstances]:
    """Return what bears on whose word counts, for each resident."""
    rows = await reader.fetch(OF_RESIDENTS, list(residents))
    return {
        ResidentId(resident): to_circumstances(of_age_from, agrees)
        for resident, of_age_from, agrees in rows
    }
