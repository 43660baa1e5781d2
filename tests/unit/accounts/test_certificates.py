"""A recipient counts as vetted until the first certificate that its class needs lapses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from infobank.accounts.provider import Provider, certificate_bytes, certified_until
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.rules.recipient import RecipientClass
from infobank.vocabulary.text.language import Text

NOW = datetime(2026, 10, 1, tzinfo=UTC)
WORDS = Text("試し", "trial")
ADVISER = RecipientClass("adviser", WORDS, WORDS, frozenset({"p_mark", "isms"}))


@pytest.fixture
def provider() -> Provider:
    """A provider vetted for a year, whose ISMS ends first."""
    return Provider(
        provider_id=ProviderId(UUID(int=1)),
        kind="adviser",
        name=WORDS,
        jwks={},
        redirect_uris=(),
        active=True,
        vetted_until=NOW + timedelta(days=365),
        registered_at=NOW,
        certificates={
            "p_mark": NOW + timedelta(days=200),
            "isms": NOW + timedelta(days=100),
            "of no use": NOW,
        },
    )


def test_the_first_needed_certificate_to_lapse_ends_it(provider: Provider):
    assert certified_until(provider, ADVISER) == NOW + timedelta(days=100)


def test_the_vetting_itself_may_end_first(provider: Provider):
    vetted = replace(provider, vetted_until=NOW + timedelta(days=1))
    assert certified_until(vetted, ADVISER) == NOW + timedelta(days=1)


def test_a_class_without_certificates_needs_the_vetting_alone(provider: Provider):
    plain = replace(ADVISER, certificates=frozenset())
    assert certified_until(replace(provider, certificates={}), plain) == provider.vetted_until


def test_a_missing_certificate_or_an_unknown_class_is_no_vetting(provider: Provider):
    only = {"p_mark": provider.certificates["p_mark"]}
    assert certified_until(replace(provider, certificates=only), ADVISER) is None
    assert certified_until(provider, None) is None


def test_a_provider_in_another_country_is_abroad(provider: Provider):
    assert not provider.abroad
    assert replace(provider, country="US").abroad


def test_the_mark_covers_certificates_and_country(provider: Provider):
    others = [
        replace(provider, country="US"),
        replace(provider, certificates={}),
        replace(provider, certificates={**provider.certificates, "isms": provider.vetted_until}),
    ]
    assert certificate_bytes(provider) not in {certificate_bytes(each) for each in others}
