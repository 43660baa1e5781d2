"""The consents whose use a restriction stops."""

from datetime import datetime

from sqlalchemy import update

from infobank.consent.consent import Consent
from infobank.db.consent import consents, to_consent
from infobank.db.unit import Unit
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ResidentId
from infobank.vocabulary.standing import EVERYTHING


async def outdate(
    unit: Unit, resident: ResidentId, category: str, now: datetime, by: GivenBy
) -> list[Consent]:
    """Grow the version of every consent that covers a category and may still be used.

    A decision made against the older version holds no more: it is made again, and sees
    what stands by then.  The rows lose their marks; the caller has them marked anew.
    """
    condition = (
        (consents.c.resident_id == resident)
        & consents.c.withdrawn_at.is_(None)
        & (consents.c.valid_until > now)
    )
    if category != EVERYTHING:
        condition &= consents.c["items"].contains([{"category": category}])
    changed = await unit.connection.execute(
        update(consents)
        .where(condition)
        .values(version=consents.c.version + 1, changed_at=now, changed_by=by.value, mac=None)
        .returning(*consents.c)
    )
    return [to_consent(row) for row in changed]
