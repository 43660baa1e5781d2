"""Put providers in words: to the steward who registered them, and to themselves."""

from collections.abc import Iterable, Mapping

from infobank.accounts.provider import Provider
from infobank.consent.consent import Consent
from infobank.oauth.wire.keys import read_public_key
from infobank.web.portal.views.provider.home import ProviderConsent, ProviderHomePage, ProviderKey
from infobank.web.portal.views.steward.home import RegisteredProvider
from infobank.web.portal.wording.terms import TermsWriter


def registered(provider: Provider, live: int, writer: TermsWriter) -> RegisteredProvider:
    """Return a provider as the steward sees it."""
    return RegisteredProvider(
        provider=writer.recipient(provider),
        client=str(provider.provider_id),
        redirects=provider.redirect_uris,
        kids=tuple(kid for kid, _ in _keys(provider)),
        registered_at=provider.registered_at,
        live_consents=live,
    )


def provider_home(
    provider: Provider,
    counts: tuple[int, int],
    consents: Iterable[tuple[str, Consent]],
    writer: TermsWriter,
) -> ProviderHomePage:
    """Return a provider's own page; `counts` are its consents in force, and all of them."""
    live, total = counts
    return ProviderHomePage(
        provider=writer.recipient(provider),
        client=str(provider.provider_id),
        live=live,
        ended=total - live,
        keys=tuple(
            ProviderKey(kid, key.algorithm, key.thumbprint)
            for kid, key in ((kid, read_public_key(jwk)) for kid, jwk in _keys(provider))
        ),
        redirects=provider.redirect_uris,
        consents=tuple(_consent(subject, consent, writer) for subject, consent in consents),
    )


def _consent(subject: str, consent: Consent, writer: TermsWriter) -> ProviderConsent:
    terms = consent.terms
    return ProviderConsent(
        subject=subject,
        purpose=writer.policies.purpose(terms.purpose).label,
        items=writer.items(terms.items),
        mode=terms.mode,
        until=writer.last_day(terms.valid_until),
        state=consent.state(writer.now),
        ended_at=consent.withdrawn_at,
    )


def _keys(provider: Provider) -> list[tuple[str, Mapping[str, object]]]:
    found = provider.jwks.get("keys")
    keys = [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []
    return [(str(key.get("kid", "")), key) for key in keys]
