"""One statement that counts what calls for a resident, for every page she opens."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from infobank.db.consenting import requests
from infobank.db.entrance import enrolments
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import AccountId, ResidentId


class Calls(NamedTuple):
    """How many requests wait for an answer, and whether a recovery of the account waits."""

    waiting: int = 0
    recovering: bool = False


async def calls(unit: Unit, resident: ResidentId, account: AccountId, now: datetime) -> Calls:
    """Return what calls for a resident who is signed in by an account, her own or a guardian's."""
    waiting, recovering = requests.counted(resident, now), enrolments.recovers(account, now)
    found = await unit.connection.execute(select(waiting, recovering))
    return Calls(*found.one())
