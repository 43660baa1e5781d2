"""Believe rows that authorise something only when the key service has marked them.

Writing SQL does not make a consent, a client's key or a vetting: a row without its mark is
as if it did not exist, and the key service sounds an alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from infobank.accounts.provider import Provider, certificate_bytes, client_key_bytes
from infobank.consent.consent import Consent, consent_bytes
from infobank.usecases.vault.keyservice import KeyService, Row
from infobank.vault.bankkeys import RowKind


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
        """Return those consents that are genuine.

        A withdrawn one needs no mark: whoever forges a withdrawal only closes a door.
        """
        live = [each for each in found if each.withdrawn_at is None]
        if not live:
            return list(found)
        marks = await self.keyservice.check([_consent(each) for each in live])
        forged = {each.consent_id for each, genuine in zip(live, marks, strict=True) if not genuine}
        return [each for each in found if each.consent_id not in forged]

    async def party(
        self, consent: Consent | None, provider: Provider | None
    ) -> tuple[Consent | None, Provider | None]:
        """Return a consent and its recipient, each only when it is genuine; in one request."""
        live = consent is not None and consent.withdrawn_at is None
        rows = [_consent(consent)] if consent is not None and live else []
        rows += [_certificate(provider)] if provider is not None else []
        marks = await self.keyservice.check(rows) if rows else []
        return (
            consent if not live or marks[0] else None,
            provider if provider is not None and marks[-1] else None,
        )

    async def client(self, provider: Provider | None) -> Provider | None:
        """Return a provider whose keys and vetting are genuine, else None."""
        if provider is None:
            return None
        marks = await self.keyservice.check([_client_key(provider), _certificate(provider)])
        return provider if all(marks) else None


def _consent(consent: Consent) -> Row:
    return Row(RowKind.CONSENT, consent_bytes(consent), consent.mac)


def _client_key(provider: Provider) -> Row:
    return Row(RowKind.CLIENT_KEY, client_key_bytes(provider), provider.keys_mac)


def _certificate(provider: Provider) -> Row:
    return Row(RowKind.CERTIFICATE, certificate_bytes(provider), provider.certificate_mac)
