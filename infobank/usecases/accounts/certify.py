"""Keep what a provider showed: certificates that lapse by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.account import Account
from infobank.accounts.provider import OWN_CLASSES, Provider
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.unit import Units
from infobank.errors import ConflictError, InvalidInputError, NotFoundError
from infobank.usecases.accesslog.record import Record
from infobank.usecases.accounts.register_provider import VETTED_FOR
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.rules.policies import Policies

LONGEST: Final = timedelta(days=3 * 366)
"""How long a certificate counts at most; then it has to be shown anew."""

LONGEST_REFERENCE: Final = 80
"""Characters of what the issuer calls it, such as its number."""

LONGEST_REASON: Final = 200
"""Characters of why a certificate was taken away."""

RENEWED_WITHIN: Final = timedelta(days=90)
"""How long before its end a vetting may be renewed: no term is built up in advance."""

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
        return await self._change(
            provider, _certificates(lambda held: {**held, kind: until}), shown, by
        )

    async def renew(self, provider: ProviderId, by: Account) -> Provider:
        """Vet a provider anew: the new term follows the one that ends, or begins now after a lapse.

        The bank's own desk is vetted like everybody else: without it nothing is published.

        Raises:
            ConflictError: the vetting holds for long enough.
            NotFoundError: there is no such provider, or who says it is no steward.
        """
        now = self.clock.now()

        def renewed(held: Provider) -> Provider:
            if held.vetted_until > now + RENEWED_WITHIN:
                raise ConflictError(f"a vetting is renewed in its last {RENEWED_WITHIN.days} days")
            return replace(held, vetted_until=max(now, held.vetted_until) + VETTED_FOR)

        shown = {"what": "vetting_renewed"}
        return await self._change(provider, renewed, shown, by, also_own=True)

    async def revoke(
        self, provider: ProviderId, kind: str, by: Account, reason: str = ""
    ) -> Provider:
        """Let a certificate count no more, at once; the log says for which reason.

        Raises:
            InvalidInputError: the reason is no line of print, or too long.
            NotFoundError: the provider has none of that kind, or who says it is no steward.
        """

        def without(held: Certificates) -> Certificates:
            if kind not in held:
                raise NotFoundError("this provider has no such certificate")
            return {name: until for name, until in held.items() if name != kind}

        if len(reason) > LONGEST_REASON or (reason and not reason.isprintable()):
            raise InvalidInputError(f"at most {LONGEST_REASON} characters", field="reason")
        shown = {"what": "certificate_revoked", "certificate": kind}
        shown |= {"reason": reason} if reason else {}
        return await self._change(provider, _certificates(without), shown, by)

    async def _change(
        self,
        provider: ProviderId,
        change: Callable[[Provider], Provider],
        shown: Mapping[str, str],
        by: Account,
        *,
        also_own: bool = False,
    ) -> Provider:
        steward, now = by.steward, self.clock.now()
        async with self.units() as unit:
            # A row that the bank did not write is not signed over.
            held = await self.genuine.client(await accounts.locked_provider(unit, provider))
            if held is None or (held.kind in OWN_CLASSES and not also_own):
                raise NotFoundError("there is no such provider")
            changed = await self.genuine.register(change(held))
            await accounts.keep_provider(unit, changed)
            ends = {"vetted_until": changed.vetted_until.isoformat()}
            named = {**shown, **ends, "staff": str(steward), "provider": str(provider)}
            await self.record(unit, Entry(EntryKind.STAFF_ACT, now, None, named, {}))
            await unit.commit()
        return changed


def _certificates(change: Callable[[Certificates], Certificates]) -> Callable[[Provider], Provider]:
    """Return a change of certificates as one of the provider that has them."""
    return lambda held: replace(held, certificates=change(held.certificates))
