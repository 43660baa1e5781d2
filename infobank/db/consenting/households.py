"""Who lives together, which adults agree, and who is a minor: what bears on whose word counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, LargeBinary, Table, Uuid, false

from infobank.accounts.circumstances import Agreed, Home, KeptCircumstances, Member
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
    Column("roster_mac", LargeBinary(32)),
    info=declare("resident", **_GRANTS),
)
"""`left_out`: her agreement is not asked for, because that would put somebody in danger.

`roster_mac` is the mark over all members of the household, the same in each of their rows.
"""

household_agreements = Table(
    "household_agreements",
    records,
    Column("resident_id", Uuid, primary_key=True),
    Column("household_id", Uuid, primary_key=True),
    Column("agreed_at", DateTime(timezone=True), primary_key=True),
    Column("ended_at", DateTime(timezone=True)),
    Column("mac", LargeBinary(32)),
    info=declare("resident", **_GRANTS),
)
"""That one member agrees to what another shares of their household's data, until it ended."""

AGREES = """NOT EXISTS (
    SELECT FROM household_members mine
    JOIN household_members other ON other.household_id = mine.household_id
        AND other.resident_id <> mine.resident_id AND other.adult AND NOT other.left_out
    WHERE mine.resident_id = {resident} AND NOT EXISTS (
        SELECT FROM household_agreements said
        WHERE said.resident_id = other.resident_id
            AND said.household_id = other.household_id AND said.ended_at IS NULL
    )
)"""
"""Whether each adult a resident lives with agrees, marks aside; she is named by an expression."""

_OWN = """(
    SELECT jsonb_build_array(
        r.of_age_from, encode(r.majority_mac, 'hex'), encode(r.homes_mac, 'hex'))
    FROM residents r WHERE r.resident_id = {resident}
)"""
_HOMES = """(
    SELECT jsonb_agg(jsonb_build_array(m.household_id, encode(m.roster_mac, 'hex'), (
        SELECT jsonb_agg(jsonb_build_array(o.resident_id, o.adult, o.left_out))
        FROM household_members o WHERE o.household_id = m.household_id
    ), (
        SELECT jsonb_agg(jsonb_build_array(s.resident_id, s.agreed_at, encode(s.mac, 'hex')))
        FROM household_members o JOIN household_agreements s
            ON s.resident_id = o.resident_id AND s.household_id = o.household_id
        WHERE o.household_id = m.household_id AND s.ended_at IS NULL
    )))
    FROM household_members m WHERE m.resident_id = {resident}
)"""

CIRCUMSTANCES = f"{{resident}} AS whose, {_OWN} AS own, {_HOMES} AS homes"
"""Three columns about a resident, named by an expression: for `to_circumstances`."""

OF_RESIDENTS = f"""
SELECT {CIRCUMSTANCES.format(resident="a.resident_id")}
FROM unnest($1::uuid[]) AS a (resident_id)
"""


def to_circumstances(row: Any) -> KeptCircumstances:  # noqa: ANN401 - a driver's row
    """Build what the columns of a row hold; of whom nothing is kept nothing is marked."""
    named = getattr(row, "_mapping", row)
    of_age_from, majority, lives = named["own"] or (None, None, None)
    return KeptCircumstances(
        ResidentId(named["whose"]),
        datetime.fromisoformat(of_age_from) if of_age_from else None,
        tuple(_home(*home) for home in named["homes"] or ()),
        _mac(majority),
        _mac(lives),
        there=named["own"] is not None,
    )


async def kept_circumstances(
    reader: Reader, residents: Sequence[ResidentId]
) -> Mapping[ResidentId, KeptCircumstances]:
    """Return what is kept that bears on whose word counts, for each resident."""
    rows = await reader.fetch(OF_RESIDENTS, list(residents))
    found = [to_circumstances(row) for row in rows]
    return {each.resident: each for each in found}


def _home(household: str, roster: str | None, members: Any, agreements: Any) -> Home:  # noqa: ANN401 - JSON
    listed = [Member(_resident(each), adult, left_out) for each, adult, left_out in members]
    said = [
        Agreed(_resident(each), datetime.fromisoformat(at), _mac(mac))
        for each, at, mac in agreements or ()
    ]
    return Home(UUID(household), tuple(listed), tuple(said), _mac(roster))


def _resident(text: str) -> ResidentId:
    return ResidentId(UUID(text))


def _mac(text: str | None) -> bytes:
    return bytes.fromhex(text or "")
