"""Put providers and the board's decisions in words, as whoever vets them reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from infobank.accounts.provider import OWN_CLASSES, Provider, certified_until
from infobank.clock import day_in
from infobank.usecases.accounts.certify import RENEWED_WITHIN
from infobank.usecases.accounts.vetting import Decided, Vetted
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.text.language import Text
from infobank.web.portal.views.filled import FilledForm, Option
from infobank.web.portal.views.shared import Certificate
from infobank.web.portal.views.steward.providers import (
    Decision,
    ProviderLine,
    ProviderPage,
    PurposeLine,
)
from infobank.web.portal.wording.terms import TermsWriter

SOON: Final = timedelta(days=30)
"""From when on a certificate that lapses is shown as work to do."""


@dataclass(frozen=True)
class VettingWriter:
    """Write what is known of providers at one instant."""

    terms: TermsWriter

    def line(
        self, provider: Provider, *, decided: bool, live: Counted | None = None
    ) -> ProviderLine:
        """Return a provider as the list shows it."""
        known = self.terms.policies.recipients.get(provider.kind)
        until, now = certified_until(provider, known), self.terms.now
        ends = until if until is not None and until > now and provider.active else None
        return ProviderLine(
            client=str(provider.provider_id),
            recipient=self.terms.recipient(provider),
            ends=self.terms.last_day(ends) if ends else None,
            lapsing=ends is not None and ends <= now + SOON,
            decided=decided,
            live=live,
        )

    def page(self, vetted: Vetted, line: ProviderLine, form: FilledForm, done: str) -> ProviderPage:
        """Return a provider whole."""
        provider, policies = vetted.provider, self.terms.policies
        shown = provider.certificates
        return ProviderPage(
            line=line,
            country=provider.country,
            registered_at=provider.registered_at,
            vetted_until=self.terms.last_day(provider.vetted_until),
            renewable=provider.vetted_until <= self.terms.now + RENEWED_WITHIN,
            redirects=provider.redirect_uris,
            kids=tuple(key_names(provider.jwks)),
            certificates=tuple(self._certificate(provider, kind) for kind in sorted(shown)),
            lacking=tuple(self._lacking(provider)),
            kinds=self._kinds(policies.certificates),
            held=self._kinds(shown),
            purposes=tuple(
                PurposeLine(policies.purpose(code).label, held.live, held.total)
                for code, held in vetted.consents.items()
            ),
            decisions=tuple(each.summary for each in vetted.decisions),
            objections=vetted.objections,
            asked=str(vetted.asked[0].approval_id) if vetted.asked else "",
            form=form,
            done=done,
        )

    def decision(self, decided: Decided, providers: Mapping[str, Text]) -> Decision:
        """Return a decision of the board; `providers` names providers by their identifiers."""
        each, policies, now = decided.decision, self.terms.policies, self.terms.now
        named = (providers.get(str(one), Text(str(one), str(one))) for one in each.providers)
        classes = (policies.recipient(code).label for code in sorted(each.classes))
        return Decision(
            code=each.code,
            summary=each.summary,
            recipients=(*classes, *named),
            purposes=tuple(policies.purpose(code).label for code in sorted(each.purposes)),
            categories=tuple(policies.category(code).label for code in sorted(each.categories)),
            modes=tuple(sorted(mode.value for mode in each.modes)),
            first=day_in(self.terms.zone, each.valid_from),
            last=self.terms.last_day(each.valid_until),
            holds=each.valid_from <= now < each.valid_until,
            minutes=each.minutes,
            digest=decided.digest,
            since=decided.since,
        )

    def classes(self) -> tuple[Option, ...]:
        """Return the classes of recipients that a provider may belong to."""
        known = self.terms.policies.recipients
        return tuple(Option(code, known[code].label) for code in known if code not in OWN_CLASSES)

    def _kinds(self, codes: Iterable[str]) -> tuple[Option, ...]:
        known = self.terms.policies.certificates
        return tuple(Option(code, known.get(code, Text(code, code))) for code in sorted(codes))

    def _certificate(self, provider: Provider, kind: str) -> Certificate:
        until = provider.certificates[kind]
        name = self.terms.policies.certificates.get(kind, Text(kind, kind))
        return Certificate(name, self.terms.last_day(until), until <= self.terms.now)

    def _lacking(self, provider: Provider) -> Iterable[Text]:
        known = self.terms.policies.recipients.get(provider.kind)
        for kind in sorted(known.certificates) if known else ():
            until = provider.certificates.get(kind)
            if until is None or until <= self.terms.now:
                yield self.terms.policies.certificates[kind]


def key_names(jwks: Mapping[str, object]) -> Iterable[str]:
    """Yield the names of the keys in a set."""
    found = jwks.get("keys")
    for key in found if isinstance(found, list) else []:
        if isinstance(key, dict):
            yield str(key.get("kid", ""))
