"""Believe rows that authorise something only when the key service has marked them.

Writing SQL does not make a consent, a client's key or a vetting: a row without its mark is
as if it did not exist, and the key service sounds an alarm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from infobank.accounts.approval import Approval, approval_bytes
from infobank.accounts.circumstances import KeptCircumstances
from infobank.accounts.provider import Provider, certificate_bytes, client_key_bytes
from infobank.consent.consent import Consent, consent_bytes
from infobank.consent.mandate import Mandate, mandate_bytes
from infobank.consent.question import Circumstances
from infobank.usecases.circumstances import MarkCircumstances, believed, rows_of
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind
from infobank.vocabulary.identifiers import ResidentId


@dataclass(frozen=True)
class Genuine:
    """Mark rows before they are kept, and look for the mark when they are read."""

    keyservice: KeyService

    async def mark(self, consents: Sequence[Consent]) -> list[Consent]:
        """Return consents with their marks, ready to be kept."""
        macs = await self.keyservice.authenticate([_consent(each) for each in consents])
        return [replace(each, mac=mac) for each, mac in zip(consents, macs, strict=True)]

    async def register(self, provider: Provider) -> Provider:
        """Return a provider with its marks, ready to be kept."""
        keys, certificate = await self.keyservice.authenticate(
            [_client_key(provider), _certificate(provider)]
        )
        return replace(provider, keys_mac=keys, certificate_mac=certificate)

    async def consents(self, found: Sequence[Consent]) -> list[Consent]:
        """Return those consents that are genuine, in their order.

        A withdrawn one needs no mark: whoever forges a withdrawal only closes a door.
        """
        live = [each for each in found if each.withdrawn_at is None]
        if not live:
            return list(found)
        marks = iter(await self.keyservice.check([_consent(each) for each in live]))
        return [each for each in found if each.withdrawn_at is not None or next(marks)]

    async def mark_mandate(self, mandate: Mandate) -> Mandate:
        """Return a mandate with its mark, ready to be kept."""
        (mac,) = await self.keyservice.authenticate([_mandate(mandate)])
        return replace(mandate, mac=mac)

    async def mandates(self, found: Sequence[Mandate]) -> list[Mandate]:
        """Return those mandates that are genuine."""
        if not found:
            return []
        marks = await self.keyservice.check([_mandate(each) for each in found])
        return [each for each, genuine in zip(found, marks, strict=True) if genuine]

    async def circumstances(
        self, kept: Mapping[ResidentId, KeptCircumstances]
    ) -> dict[ResidentId, Circumstances]:
        """Return what is believed of residents."""
        return await MarkCircumstances(self.keyservice).genuine(kept)

    async def party(
        self,
        kept: KeptCircumstances,
        consent: Consent | None,
        provider: Provider | None,
        mandate: Mandate | None,
    ) -> tuple[Circumstances, Consent | None, Provider | None, Mandate | None]:
        """Return what is believed of a resident, and her consent, its recipient and its mandate.

        Each only when it is genuine, in one request; a withdrawn consent needs no mark.
        """
        rows, known = {}, rows_of(kept)
        if consent is not None and consent.withdrawn_at is None:
            rows["consent"] = _consent(consent)
        if provider is not None:
            rows["provider"] = _certificate(provider)
        if mandate is not None:
            rows["mandate"] = _mandate(mandate)
        marks = await self.keyservice.check([*known, *rows.values()])
        forged = {
            name for name, genuine in zip(rows, marks[len(known) :], strict=True) if not genuine
        }
        return (
            believed(kept, marks[: len(known)]),
            None if "consent" in forged else consent,
            None if "provider" in forged else provider,
            None if "mandate" in forged else mandate,
        )

    async def of_resident(
        self,
        kept: KeptCircumstances,
        consents: Sequence[Consent],
        versions: Sequence[Consent],
        mandates: Sequence[Mandate],
    ) -> tuple[Circumstances, list[Consent], list[Consent], list[Mandate]]:
        """Return what is believed of a resident, and what of hers is genuine, in one request."""
        known = rows_of(kept)
        live = [each for each in (*consents, *versions) if each.withdrawn_at is None]
        rows = [*known, *map(_consent, live), *map(_mandate, mandates)]
        marks = iter(await self.keyservice.check(rows))
        return (
            believed(kept, list(islice(marks, len(known)))),
            [each for each in consents if each.withdrawn_at is not None or next(marks)],
            [each for each in versions if each.withdrawn_at is not None or next(marks)],
            [each for each in mandates if next(marks)],
        )

    async def ask(self, approval: Approval) -> Approval:
        """Return what a steward asks for with its mark, ready to be kept."""
        (mac,) = await self.keyservice.authenticate([_approval(approval)])
        return replace(approval, mac=mac)

    async def asked(self, approval: Approval | None) -> Approval | None:
        """Return what a steward asked for only when she really did."""
        if approval is None:
            return None
        (genuine,) = await self.keyservice.check([_approval(approval)])
        return approval if genuine else None

    async def client(self, provider: Provider | None) -> Provider | None:
        """Return a provider whose keys and vetting are genuine, else None."""
        if provider is None:
            return None
        marks = await self.keyservice.check([_client_key(provider), _certificate(provider)])
        return provider if all(marks) else None


def _consent(consent: Consent) -> Row:
    return Row(RowKind.CONSENT, consent_bytes(consent), consent.mac)


def _approval(approval: Approval) -> Row:
    return Row(RowKind.APPROVAL, approval_bytes(approval), approval.mac)


def _mandate(mandate: Mandate) -> Row:
    return Row(RowKind.MANDATE, mandate_bytes(mandate), mandate.mac)


def _client_key(provider: Provider) -> Row:
    return Row(RowKind.CLIENT_KEY, client_key_bytes(provider), provider.keys_mac)


def _certificate(provider: Provider) -> Row:
    return Row(RowKind.CERTIFICATE, certificate_bytes(provider), provider.certificate_mac)
