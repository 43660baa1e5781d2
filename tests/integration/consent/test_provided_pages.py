"""A provider leafs through what it was given, however much of it is not counted."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from provider_client import FIELDS, register
from running_bank import BankServer

from infobank.consent.consent import ConsentState
from infobank.consent.terms import Terms
from infobank.errors import NotFoundError
from infobank.usecases.provider.provided import PAGE
from infobank.vocabulary.counted import Counted
from infobank.vocabulary.identifiers import ProviderId
from infobank.vocabulary.item import Item
from infobank.vocabulary.outputmode import OutputMode
from infobank.vocabulary.period import Period


@pytest.fixture(scope="module")
def provider(bank_server: BankServer) -> ProviderId:
    """Return a provider with one consent more than a page shows."""
    now, last = bank_server.bank.clock.now(), bank_server.last_day
    terms = Terms(
        purpose="health_promotion",
        mode=OutputMode.RECORDS,
        items=(Item("daily_activity", FIELDS, Period(last, last)),),
        valid_from=now,
        valid_until=now + timedelta(days=30),
        retention_days=30,
    )
    made = ProviderId(UUID(register(bank_server).client_id))
    homes = [bank_server.residents["hanako"]]
    for _ in range(PAGE + 1):
        bank_server.run(bank_server.bank.grant(homes, made, terms))
    return made


def test_every_consent_is_on_one_of_the_pages(bank_server: BankServer, provider: ProviderId):
    provided = bank_server.bank.provider_desk.provided
    first, second = (bank_server.run(provided.consents(provider, number)) for number in (1, 2))
    assert [len(each.consents) for each in (first, second)] == [PAGE, 1]
    assert [each.further for each in (first, second)] == [True, False]
    assert {(each.total, each.pages) for each in (first, second)} == {(Counted(PAGE + 1), 2)}
    named = [consent.consent_id for page in (first, second) for _, consent in page.consents]
    assert len(set(named)) == PAGE + 1


def test_pages_go_on_beyond_what_is_counted(bank_server: BankServer, provider: ProviderId):
    provided = replace(bank_server.bank.provider_desk.provided, most=3)
    first, second = (bank_server.run(provided.consents(provider, number)) for number in (1, 2))
    assert {(each.total, each.pages) for each in (first, second)} == {(Counted(3, more=True), None)}
    assert [each.further for each in (first, second)] == [True, False]
    with pytest.raises(NotFoundError):
        bank_server.run(provided.consents(provider, 3))


def test_what_is_counted_is_what_was_asked_for(bank_server: BankServer, provider: ProviderId):
    provided = bank_server.bank.provider_desk.provided
    asked = ((ConsentState.LIVE, "health_promotion"), (ConsentState.WITHDRAWN, None))
    found = [bank_server.run(provided.consents(provider, 1, *each)) for each in asked]
    assert [each.total for each in found] == [Counted(PAGE + 1), Counted(0)]
    assert [each.pages for each in found] == [2, 1]
