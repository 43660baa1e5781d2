"""Give a mandate."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock
from infobank.consent.errors import MinorMandateError
from infobank.consent.mandate import Conditions, Mandate
from infobank.db.consenting import mandates
from infobank.db.consenting.households import circumstances_of
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import InvalidInputError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.usecases.mandates.entries import mandate_entry
from infobank.usecases.mandates.reach import ReachOfMandates
from infobank.vocabulary.givenby import GivenBy
from infobank.vocabulary.identifiers import MandateId, ResidentId
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class GiveMandate:
    """Let a resident say beforehand which requests the bank answers for her."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    entropy: Entropy
    policies: Policies
    reach: ReachOfMandates

    async def __call__(
        self,
        resident: ResidentId,
        conditions: Conditions,
        until: datetime,
        by: GivenBy = GivenBy.SELF,
    ) -> Mandate:
        """Give a mandate from now on; every mandate ends.

        Raises:
            InvalidInputError: the conditions may not be agreed to beforehand, or it would hold
                longer than the house allows.
            MinorMandateError: the resident is not of age.
        """
        now = self.clock.now()
        inside = [
            each.provider.provider_id for each in await self.reach.preview(resident, conditions)
        ]
        days = self.policies.house.mandate_days
        if until > now + timedelta(days=days):
            raise InvalidInputError(f"a mandate ends within {days} days", field="until")
        drawn = Mandate(
            mandate_id=MandateId(new_uuid(self.entropy)),
            version=1,
            resident=resident,
            conditions=conditions,
            valid_from=now,
            valid_until=until,
            given_by=by,
            policy_digest=self.policies.digest,
        )
        given = await self.genuine.mark_mandate(drawn)
        async with self.units() as unit:
            await _check_of_age(unit, resident, now)
            await mandates.add(unit, given, inside)
            await self.record(unit, mandate_entry(EntryKind.MANDATE_GIVEN, given, now, by))
            await unit.commit()
        return given


async def _check_of_age(unit: Unit, resident: ResidentId, now: datetime) -> None:
    """Accept a resident whose standing word counts: a minor's does not, whoever gives it."""
    of_age = (await circumstances_of(unit, [resident]))[resident].of_age_from
    if of_age is not None and now < of_age:
        raise MinorMandateError("a minor's requests are answered one by one")
