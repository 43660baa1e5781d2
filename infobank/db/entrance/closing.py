"""Take every way in from somebody."""

from sqlalchemy import delete, select

from infobank.db.accounts import accounts
from infobank.db.entrance.challenges import challenges, city_visits
from infobank.db.entrance.enrolments import enrolments
from infobank.db.entrance.links import city_links
from infobank.db.entrance.passkeys import passkeys
from infobank.db.entrance.sessions import sessions
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ResidentId


async def close_accounts(unit: Unit, resident: ResidentId) -> None:
    """Delete a resident's accounts, every way into them, and whatever is signed in by them."""
    mine = select(accounts.c.account_id).where(accounts.c.resident_id == resident)
    for table in (sessions, passkeys, city_links, enrolments, challenges, city_visits):
        await unit.connection.execute(delete(table).where(table.c.account_id.in_(mine)))
    await unit.connection.execute(delete(accounts).where(accounts.c.resident_id == resident))
