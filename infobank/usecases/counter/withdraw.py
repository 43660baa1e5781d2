"""Withdraw for a resident: before her at the counter, or by a form she signed."""

from dataclasses import dataclass
from uuid import UUID

from infobank.accounts.account import Account
from infobank.accounts.counter import PaperForm
from infobank.clock import Clock, day_in
from infobank.consent.consent import Consent
from infobank.consent.ending.notice import Afterwards
from infobank.consent.ending.withdrawal import Scope
from infobank.db import accounts
from infobank.db.unit import Units
from infobank.usecases.consent.withdraw import WithdrawConsent
from infobank.usecases.counter.entries import counter_entry
from infobank.usecases.counter.visit import Visits
from infobank.usecases.vault.keyservice import KeyService
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import ConsentId


@dataclass(frozen=True)
class WithdrawAtCounter:
    """End consents at once on one steward's word: it only makes the bank give less."""

    units: Units
    keyservice: KeyService
    visits: Visits
    withdraw: WithdrawConsent
    clock: Clock
    zone: str

    async def in_visit(
        self, visit_id: UUID, consent: ConsentId, afterwards: Afterwards, by: Account
    ) -> list[Consent]:
        """Withdraw one consent of who stands at the counter; nothing where it ended before.

        Raises:
            NotFoundError: the visit is over.
        """
        visit = await self.visits.one(visit_id, by)
        entry = counter_entry("withdrawal", visit.resident, by.steward, self.clock.now())
        return await self.withdraw.all_of(
            visit.resident, Scope(consent), GivenBy.COUNTER, afterwards, (entry,)
        )

    async def on_paper(
        self, number: str, form: PaperForm, scope: Scope, afterwards: Afterwards, by: Account
    ) -> list[Consent]:
        """Withdraw what a signed form says, of who has this number; return what changed.

        Raises:
            InvalidInputError: nobody has this number, or the form's day cannot be right.
            NotFoundError: who enters it is no steward.
        """
        steward, now = by.steward, self.clock.now()
        form.check(day_in(self.zone, now))
        (index,) = await self.keyservice.index("sign-in", [("handle", number)])
        async with self.units() as unit:
            resident, _ = await accounts.resident_account(unit, index)
        said = {
            "paper": form.reference,
            "signed_on": form.signed_on.isoformat(),
            "reason": form.reason,
        }
        entry = counter_entry("paper", resident, steward, now, said)
        return await self.withdraw.all_of(resident, scope, GivenBy.PAPER, afterwards, (entry,))
