"""A call on a whole city is answered in steps, and each resident gives at most once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from mandates import call, conditions, grants
from outage import database_away
from provider_client import ProviderClient, register
from running_bank import BankServer

from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.cli.custody.retention import open_daily
from infobank.consent.mandate import Conditions
from infobank.errors import UnavailableError
from infobank.usecases.mandates.call import PAGE
from infobank.vocabulary.outputmode import OutputMode

MORE = 3
"""Residents with a mandate beyond those who are asked at once."""


@pytest.fixture(scope="module", autouse=True)
def _city(bank_server: BankServer) -> None:
    """Let more residents give a mandate than one step asks."""
    bank, said = bank_server.bank, conditions()
    wanted = Conditions(
        said["group"],
        frozenset(said["classes"]),
        frozenset(said["categories"]),
        OutputMode(said["mode"]),
    )

    async def give() -> None:
        homes = await bank.enrol("city", [str(each) for each in range(PAGE + MORE)], create=True)
        until = bank.clock.now() + timedelta(days=180)
        for home in homes.values():
            await bank.mandates.give(home, wanted, until)

    bank_server.run(give())


def made(client: ProviderClient) -> str:
    """Make a call that the first residents answer at once; return its address."""
    answer = call(client)
    assert answer.status_code == 202, answer.text
    document = answer.json()
    assert answer.headers["Location"] == f"/api/v1/calls/{document['call']}"
    assert document["answered"] is False
    assert len(shown(client, document["call"])["grants"]) == PAGE
    name: str = document["call"]
    return name


def shown(client: ProviderClient, name: str) -> dict[str, Any]:
    """Return what a call was given, each resident at most once."""
    found: dict[str, Any] = grants(client, name).json()
    subjects = [each["subject"] for each in found["grants"]]
    assert len(set(subjects)) == len(subjects)
    return found


def test_a_call_answers_at_once_for_the_first_and_the_daily_work_goes_on_with_the_others(
    bank_server: BankServer,
):
    client = register(bank_server)
    name = made(client)
    settings = bank_server.settings

    async def work() -> None:
        async with open_daily(settings, Databases(settings, None)) as daily:
            await daily()
            await daily()

    bank_server.run(work())
    found = shown(client, name)
    assert found["answered"] is True
    assert len(found["grants"]) == PAGE + MORE


def test_two_who_go_on_with_a_call_at_once_ask_nobody_twice(bank_server: BankServer):
    client = register(bank_server)
    name = made(client)
    settings = bank_server.settings

    async def work() -> int:
        async with open_bank(settings, Databases(settings, None)) as other:
            calls = (bank_server.bank.mandates.call, other.mandates.call)
            return sum(await asyncio.gather(*(each.go_on() for each in calls)))

    assert bank_server.run(work()) == MORE
    assert len(shown(client, name)["grants"]) == PAGE + MORE
    assert bank_server.run(bank_server.bank.mandates.call.all_open()) == 0


def test_a_call_that_loses_the_database_goes_on_where_it_stopped(bank_server: BankServer):
    client = register(bank_server)
    name = made(client)
    calls = bank_server.bank.mandates.call
    with database_away(bank_server), pytest.raises(UnavailableError):
        bank_server.run(calls.go_on())
    assert shown(client, name)["answered"] is False
    assert bank_server.run(calls.go_on()) == MORE
    assert shown(client, name)["answered"] is True
