"""Answer a resident's questions about her consents, each by the decision itself."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from infobank.accounts.provider import Provider
from infobank.clock import Clock, day_begins
from infobank.consent.consent import Consent
from infobank.consent.decision import PERMITTED, Decision, decide
from infobank.consent.errors import UnknownConsentError
from infobank.consent.mandate import Mandate
from infobank.consent.question import Circumstances, DisclosureRequest
from infobank.db import accounts
from infobank.db import consent as consents
from infobank.db.consenting import mandates, versions
from infobank.db.consenting.households import kept_circumstances
from infobank.db.unit import Units
from infobank.usecases.consent.grounds import Grounds, recipient_of
from infobank.usecases.genuine import Genuine
from infobank.vocabulary.identifiers import ConsentId, MandateId, ProviderId, ResidentId
from infobank.vocabulary.item import Item, covered
from infobank.vocabulary.rules.policies import Policies


@dataclass(frozen=True)
class Sight:
    """That a recipient may see an item of hers: under which consent, since when, and why."""

    consent: Consent
    provider: Provider
    item: Item
    since: datetime
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """What a recipient would see no more; `kept` are consents that would still show it."""

    sight: Sight
    kept: tuple[ConsentId, ...]


@dataclass(frozen=True)
class _Known:
    """What was read about a resident at once, as far as it is genuine."""

    consents: Sequence[Consent]
    versions: Mapping[ConsentId, Sequence[Consent]]
    providers: Mapping[ProviderId, Provider]
    circumstances: Circumstances
    mandates: Mapping[MandateId, Mandate]


@dataclass(frozen=True)
class AskConsents:
    """Tell who sees what, who saw it on a day, and what a withdrawal would stop."""

    units: Units
    genuine: Genuine
    clock: Clock
    policies: Policies
    zone: str

    async def covering(
        self, resident: ResidentId, category: str, field: str | None = None
    ) -> list[Sight]:
        """Return who may see a category of hers, or one field of it, now.

        Raises:
            InvalidInputError: the bank has no such category or field.
        """
        self._check(category, field)
        known = await self._read(resident)
        return [sight for sight in self._sights(known) if _tells(sight.item, category, field)]

    async def seen(self, resident: ResidentId) -> Mapping[str, frozenset[ProviderId]]:
        """Return who may see some of each category of hers now; one that nobody sees is absent."""
        found: defaultdict[str, set[ProviderId]] = defaultdict(set)
        known = await self._read(resident, stood=False)
        for _, provider, item, _ in self._permitted(known):
            found[item.category].add(provider.provider_id)
        return {code: frozenset(providers) for code, providers in found.items()}

    async def covering_on(
        self, resident: ResidentId, category: str, field: str | None, day: date
    ) -> list[Sight]:
        """Return who could see it at any time of a day, by the consents as they stood then.

        The consents alone answer, each as it stood: what she had stopped, how often it was used
        and who its recipient was are not kept with their time, and hold nobody out.

        Raises:
            InvalidInputError: the bank has no such category or field.
        """
        self._check(category, field)
        known = await self._read(resident)
        begins, ends = (day_begins(self.zone, each) for each in (day, day + timedelta(days=1)))
        found = {
            (consent.consent_id, item): Sight(
                consent, known.providers[consent.provider], item, since, PERMITTED
            )
            for kept in known.versions.values()
            for consent, since, until in _stood(kept)
            for item in consent.terms.items
            if since < ends and begins < until and _tells(item, category, field)
        }
        return list(found.values())

    async def stops(self, resident: ResidentId, consent_id: ConsentId) -> list[Stop]:
        """Return what would be seen no more if she withdrew a consent now.

        Raises:
            UnknownConsentError: the resident has no such consent.
        """
        known = await self._read(resident)
        if all(each.consent_id != consent_id for each in known.consents):
            raise UnknownConsentError("you have no such consent")
        sights = list(self._sights(known))
        return [
            Stop(sight, tuple(_showing(sight, sights)))
            for sight in sights
            if sight.consent.consent_id == consent_id
        ]

    def _check(self, category: str, field: str | None) -> None:
        known = self.policies.category(category)
        if field is not None:
            known.field(field)

    async def _read(self, resident: ResidentId, *, stood: bool = True) -> _Known:
        """Return what is known of her now; her consents' versions too, unless not `stood`."""
        async with self.units() as unit:
            found = await consents.of_resident(unit, resident)
            kept = await versions.of_resident(unit, resident) if stood else []
            providers = {each.provider_id: each for each in await accounts.all_providers(unit)}
            kept_of_her = await kept_circumstances(unit, [resident])
            behind = await mandates.of_resident(unit, resident)
        circumstances, genuine, as_stood, named = await self.genuine.of_resident(
            kept_of_her[resident], found, kept, behind
        )
        by_consent: defaultdict[ConsentId, list[Consent]] = defaultdict(list)
        for each in as_stood:
            by_consent[each.consent_id].append(each)
        known = {each.mandate_id: each for each in named}
        return _Known(genuine, by_consent, providers, circumstances, known)

    def _sights(self, known: _Known) -> Iterator[Sight]:
        for consent, provider, item, reasons in self._permitted(known):
            since = _since(consent, known.versions.get(consent.consent_id, ()), item)
            yield Sight(consent, provider, item, since, reasons)

    def _permitted(
        self, known: _Known
    ) -> Iterator[tuple[Consent, Provider, Item, tuple[str, ...]]]:
        """Yield each item that a recipient may see now, and why."""
        now = self.clock.now()
        for consent in known.consents:
            provider = known.providers[consent.provider]
            for item in consent.terms.items:
                decision = self._decide(known, consent, provider, item, now)
                if decision.permitted:
                    yield consent, provider, item, decision.reasons

    def _decide(
        self, known: _Known, consent: Consent, provider: Provider, item: Item, now: datetime
    ) -> Decision:
        terms = consent.terms
        recipient = recipient_of(provider, self.policies)
        request = DisclosureRequest(consent.resident, recipient, terms.purpose, item, terms.mode)
        mandate = known.mandates.get(consent.mandate) if consent.mandate else None
        grounds = Grounds(consent, known.circumstances, mandate)
        return decide(grounds.question(request, self.policies, now))


def _tells(item: Item, category: str, field: str | None) -> bool:
    return item.category == category and (field is None or field in item.names)


def _stood(kept: Sequence[Consent]) -> Iterator[tuple[Consent, datetime, datetime]]:
    """Yield each version of a consent that counted: since when, and until when."""
    changes = [*(version.changed.at for version in kept[1:]), None]
    for version, changed in zip(kept, changes, strict=True):
        terms = version.terms
        since = max(version.changed.at, terms.valid_from)
        until = min(terms.valid_until, changed or terms.valid_until)
        if version.withdrawn_at is None and since < until:
            yield version, since, until


def _since(consent: Consent, kept: Sequence[Consent], item: Item) -> datetime:
    """Return since when, without a break, a consent has covered what it covers now."""
    since = kept[-1].changed.at if kept else consent.given_at
    for version, begun, _ in reversed(list(_stood(kept))):
        if not covered(item, version.terms.items):
            break
        since = begun
    return since


def _showing(sight: Sight, sights: Iterable[Sight]) -> Iterator[ConsentId]:
    """Yield the other consents under which the same recipient sees all of the same item."""
    for other in sights:
        if (
            other.consent.consent_id != sight.consent.consent_id
            and other.consent.provider == sight.consent.provider
            and other.item.covers(sight.item)
        ):
            yield other.consent.consent_id
