"""Register a service provider: the steward vets it, its keys come by value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from infobank.accesslog.entry import Entry, EntryKind
from infobank.accounts.provider import BANK_DESK, HOME, OWN_CLASSES, Provider, check_name
from infobank.clock import Clock
from infobank.db import accounts
from infobank.db.unit import Unit, Units
from infobank.entropy import Entropy, new_uuid
from infobank.errors import InvalidInputError
from infobank.oauth.client import check_jwks, check_redirect_uri
from infobank.usecases.accesslog.record import Record
from infobank.usecases.genuine import Genuine
from infobank.usecases.mandates.tell import Tell
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.rules.policies import Policies
from infobank.vocabulary.text.language import Text

VETTED_FOR = timedelta(days=365)
"""How long a vetting counts; then provision to the provider stops by itself."""

MOST_REDIRECTS = 10

SERVICE = "service"
"""The class of a provider that the steward puts into no other."""

_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class RegisterProvider:
    """Add a provider on the steward's word, and list those there are."""

    units: Units
    record: Record
    genuine: Genuine
    clock: Clock
    entropy: Entropy
    policies: Policies
    tell: Tell
    demo: bool

    async def __call__(
        self,
        name: Text,
        redirect_uris: Sequence[str],
        jwks: str,
        *,
        kind: str = SERVICE,
        country: str = HOME,
    ) -> Provider:
        """Register a provider; its `client_id` is its identifier.

        `kind` is its class of recipients, `country` where it is (ISO 3166-1, two letters).

        Raises:
            InvalidInputError: a name could deceive, there is no redirect address, or the class
                or the country is none that a provider can have.
            OAuthError: the keys or an address cannot be accepted; the message says why.
        """
        if not 1 <= len(redirect_uris) <= MOST_REDIRECTS:
            raise InvalidInputError(
                f"a provider needs 1 to {MOST_REDIRECTS} redirect addresses",
                field="redirect_uris",
            )
        for uri in redirect_uris:
            check_redirect_uri(uri, loopback=self.demo)
        if kind in OWN_CLASSES or kind not in self.policies.recipients:
            raise InvalidInputError("the bank knows no such class of recipients", field="kind")
        if not _COUNTRY.fullmatch(country):
            raise InvalidInputError("a country is two capital letters", field="country")
        checked = Text(check_name(name.ja, "name_ja"), check_name(name.en, "name_en"))
        return await self._add(kind, checked, tuple(redirect_uris), check_jwks(jwks), country)

    async def desk(self) -> Provider:
        """Return the bank's own publication desk, made when there is none yet."""
        async with self.units() as unit:
            found = await accounts.publication_desk(unit)
        name = Text("インフォバンク 統計公表係", "infobank publication desk")
        return found or await self._add(BANK_DESK, name, (), {"keys": []})

    async def all(self) -> list[Provider]:
        """Return every provider, oldest first."""
        async with self.units() as unit:
            return await accounts.all_providers(unit)

    async def one(self, provider_id: ProviderId) -> Provider | None:
        """Return one provider."""
        async with self.units() as unit:
            return await accounts.provider_of(unit, provider_id)

    async def _add(
        self,
        kind: str,
        name: Text,
        redirect_uris: tuple[str, ...],
        jwks: dict[str, object],
        country: str = HOME,
    ) -> Provider:
        now = self.clock.now()
        drawn = Provider(
            provider_id=ProviderId(new_uuid(self.entropy)),
            kind=kind,
            name=name,
            jwks=jwks,
            redirect_uris=redirect_uris,
            active=True,
            vetted_until=now + VETTED_FOR,
            registered_at=now,
            country=country,
        )
        provider = await self.genuine.register(drawn)
        async with self.units() as unit:
            await accounts.add_provider(unit, provider)
            await self._log(unit, provider, now)
            await unit.commit()
        await self.tell.newcomer(provider)
        return provider

    async def _log(self, unit: Unit, provider: Provider, now: datetime) -> None:
        shown = {
            "provider": str(provider.provider_id),
            "kind_of_provider": provider.kind,
            "country": provider.country,
        }
        await self.record(unit, Entry(EntryKind.PROVIDER_REGISTERED, now, None, shown, {}))
