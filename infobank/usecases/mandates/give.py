"""Give a mandate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from infobank.accesslog.entry import EntryKind
from infobank.clock import Clock
from infobank.consent.errors import MinorMandateError
from infobank.consent.mandate import Conditions, Mandate
from infobank.db.consenting import mandates
from infobank.db.consenting.households import kept_circumstances
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
        form: UUID | None = None,
    ) -> Mandate:
        """Give a mandate from now on; every mandate ends.

        What a guardian gives for a minor ends, at the latest, as she comes of age.  What
        the same `form` gave before, sent twice, is given no second time.

        Raises:
            InvalidInputError: the conditions may not be agreed to beforehand, or it would hold
                longer than the house allows.
            MinorMandateError: the resident is a minor, and it is her own word.
        """
        now = self.clock.now()
        inside = [
            each.provider.provider_id for each in await self.reach.preview(resident, conditions)
        ]
        days = self.policies.house.mandate_days
        if until > now + timedelta(days=days):
            raise InvalidInputError(f"a mandate ends within {days} days", field="until")
        async with self.units() as unit:
            drawn = Mandate(
                mandate_id=self._name(resident, form),
                version=1,
                resident=resident,
                conditions=conditions,
                valid_from=now,
                valid_until=await self._bounded(unit, resident, until, now, by),
                given_by=by,
                policy_digest=self.policies.digest,
            )
            given = await self.genuine.mark_mandate(drawn)
            if not await mandates.add(unit, given, inside):
                return await mandates.one(unit, resident, given.mandate_id) or given
            await self.record(unit, mandate_entry(EntryKind.MANDATE_GIVEN, given, now, by))
            await unit.commit()
        return given

    def _name(self, resident: ResidentId, form: UUID | None) -> MandateId:
        """Return a new name; that of a form is the resident's own, whatever the form says."""
        return MandateId(new_uuid(self.entropy) if form is None else uuid5(resident, str(form)))

    async def _bounded(
        self, unit: Unit, resident: ResidentId, until: datetime, now: datetime, by: GivenBy
    ) -> datetime:
        """Return when a mandate ends: a minor's as she comes of age, when she decides anew.

        Raises:
            MinorMandateError: a minor gives it herself.
        """
        known = await self.genuine.circumstances(await kept_circumstances(unit, [resident]))
        of_age = known[resident].of_age_from
        if of_age is None or of_age <= now:
            return until
        if by is not GivenBy.GUARDIAN:
            raise MinorMandateError("a minor's guardian gives mandates for her")
        return min(until, of_age)
