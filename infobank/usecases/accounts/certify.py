"""Keep what a provider showed: certificates that lapse by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account
from infobank.accounts.provider import BANK_DESK, Provider
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.unit import Units
from infobank.errors import InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.rules.policies import Policies

LONGEST: Final = timedelta(days=3 * 366)
"""How long a certificate counts at most; then it has to be shown anew."""

LONGEST_REFERENCE: Final = 80
"""Characters of what the issuer calls it, such as its number."""

Certificates = Mapping[str, datetime]


@dataclass(frozen=True)
class Certify:
    """Issue, renew and revoke a provider's certificates, on one steward's word."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    policies: Policies

    async def __call__(
        self, provider: ProviderId, kind: str, until: datetime, reference: str, by: Account
    ) -> Provider:
        """Keep that a provider showed a certificate, or a newer one of its kind.

        `until` is excluded.

        Raises:
            InvalidInputError: the bank knows no such kind, the certificate is over or would
                count too long, or the reference is no line of print.
            NotFoundError: there is no such provider, or who says it is no steward.
        """
        now = self.clock.now()
        if kind not in self.policies.certificates:
            raise InvalidInputError("the bank knows no such certificate", field="kind")
        if not now < until <= now + LONGEST:
            raise InvalidInputError("it must end later, within three years", field="until")
        if not reference.strip() or not reference.isprintable():
            raise InvalidInputError("a certificate needs its reference", field="reference")
        if len(reference) > LONGEST_REFERENCE:
            raise InvalidInputError(f"at most {LONGEST_REFERENCE} characters", field="reference")
        shown = {
            "what": "certificate_issued",
            "certificate": kind,
            "until": until.isoformat(),
            "reference": reference,
        }
        return await self._change(provider, lambda held: {**held, kind: until}, shown, by)

    async def revoke(self, provider: ProviderId, kind: str, by: Account) -> Provider:
        """Let a certificate count no more, at once.

        Raises:
            NotFoundError: the provider has none of that kind, or who says it is no steward.
        """

        def without(held: Certificates) -> Certificates:
            if kind not in held:
                raise NotFoundError("this provider has no such certificate")
            return {name: until for name, until in held.items() if name != kind}

        shown = {"what": "certificate_revoked", "certificate": kind}
        return await self._change(provider, without, shown, by)

    async def _change(
        self,
        provider: ProviderId,
        change: Callable[[Certificates], Certificates],
        shown: Mapping[str, str],
        by: Account,
    ) -> Provider:
        steward, now = by.steward, self.clock.now()
        async with self.units() as unit:
            # A row that the bank did not write is not signed over.
            held = await self.genuine.client(await accounts.locked_provider(unit, provider))
            if held is None or held.kind == BANK_DESK:
                raise NotFoundError("there is no such provider")
            drawn = replace(held, certificates=change(held.certificates))
            changed = await self.genuine.register(drawn)
            await accounts.keep_provider(unit, changed)
            named = {**shown, "staff": str(steward), "provider": str(provider)}
            await self.record(unit, Entry(EntryKind.STAFF_ACT, now, None, named, {}))
            await unit.commit()
        return changed
