"""Withdraw a consent: when this returns, nothing more is released under it."""

from collections.abc import Iterable
from dataclasses import dataclass

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock
from infobank.consent.consent import Consent
from infobank.consent.errors import UnknownConsentError, WithdrawnConsentError
from infobank.db import consent as consents
from infobank.db.unit import Unit, Units
from infobank.usecases.accesslog.record import Record
from infobank.usecases.consent.give import consent_entry
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId, ResidentId

PATIENCE = "2s"
"""How long a withdrawal waits for releases in flight.

Longer than `disclose.LEASE`, after which a worker refuses by its own clock to release
what it was permitted: so a worker that hangs delays a withdrawal, and cannot outlive it.
"""


async def drain(units: Units, changed: Iterable[Consent]) -> None:
    """Wait until nothing is in flight under what consents permitted before they changed."""
    for consent in changed:
        async with units() as unit:
            if not await consents.drain(unit, consent.consent_id, PATIENCE):
                # Longer than any lease: what was in flight anywhere may leave no more.
                return


@dataclass(frozen=True)
class WithdrawConsent:
    """End a consent on the resident's word alone."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock

    async def __call__(
        self, resident: ResidentId, consent_id: ConsentId, by: GivenBy = GivenBy.SELF
    ) -> Consent:
        """Withdraw, and wait until nothing is in flight under the consent.

        It waits before it refuses a second withdrawal too: whoever hears "withdrawn before",
        in another window or after a first answer that got lost, may rely on it as well.

        Raises:
            UnknownConsentError: the resident has no such consent.
            WithdrawnConsentError: it was withdrawn before.
        """
        now = self.clock.now()
        async with self.units() as unit:
            withdrawn = await consents.withdraw(unit, resident, consent_id, now)
            if withdrawn is None:
                await _explain(unit, resident, consent_id)
            else:
                entry = consent_entry(EntryKind.CONSENT_WITHDRAWN, withdrawn, by)
                await self.record(unit, entry)
                await consents.mark(unit, await self.genuine.mark([withdrawn]))
                await unit.commit()
        # The withdrawal stands.  What was permitted before it may be on its way still.
        async with self.units() as unit:
            await consents.drain(unit, consent_id, PATIENCE)
        if withdrawn is None:
            raise WithdrawnConsentError("this consent was withdrawn before")
        return withdrawn


async def _explain(unit: Unit, resident: ResidentId, consent_id: ConsentId) -> None:
    if await consents.one(unit, resident, consent_id) is None:
        raise UnknownConsentError("you have no such consent")
