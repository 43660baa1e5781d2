"""Every version of a consent, and of a mandate, as it once was."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from infobank.consent.consent import Consent
from infobank.consent.mandate import Mandate
from infobank.db.consent import consent_versions, to_consent
from infobank.db.consenting.mandates import mandate_versions, to_mandate
from infobank.db.unit import Unit
from infobank.vocabulary.identifiers import ConsentId, MandateId, ResidentId


async def of_resident(unit: Unit, resident: ResidentId) -> list[Consent]:
    """Return every version of all of a resident's consents: by consent, the first one first."""
    return await _all(unit, consent_versions.c.resident_id == resident)


async def of_consent(unit: Unit, resident: ResidentId, consent_id: ConsentId) -> Sequence[Consent]:
    """Return every version of a consent, the first one first."""
    return await _all(unit, _of(resident, consent_id))


async def one(
    unit: Unit, resident: ResidentId, consent_id: ConsentId, version: int
) -> Consent | None:
    """Return a consent as one of its versions was."""
    found = await _all(unit, _of(resident, consent_id) & (consent_versions.c.version == version))
    return found[0] if found else None


async def of_mandate(
    unit: Unit, resident: ResidentId, mandate_id: MandateId, version: int
) -> Mandate | None:
    """Return a mandate as one of its versions was."""
    query = select(mandate_versions).where(
        mandate_versions.c.resident_id == resident,
        mandate_versions.c.mandate_id == mandate_id,
        mandate_versions.c.version == version,
    )
    row = (await unit.connection.execute(query)).first()
    return to_mandate(row) if row else None


def _of(resident: ResidentId, consent_id: ConsentId) -> Any:  # noqa: ANN401 - a SQL expression
    return (consent_versions.c.resident_id == resident) & (
        consent_versions.c.consent_id == consent_id
    )


async def _all(unit: Unit, condition: Any) -> list[Consent]:  # noqa: ANN401 - a SQL expression
    found = await unit.connection.execute(
        select(consent_versions)
        .where(condition)
        .order_by(consent_versions.c.consent_id, consent_versions.c.version)
    )
    return [to_consent(row) for row in found]
