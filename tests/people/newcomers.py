"""Residents beside the demo's cast, for tests that use one up."""

from collections.abc import Sequence
from typing import cast

from running_bank import BankServer

from infobank.accounts.account import Role
from infobank.vocabulary.category import Record
from infobank.vocabulary.identifiers import ResidentId

TOWN = "town"


def newcomer(
    server: BankServer,
    handle: str,
    records: dict[str, Sequence[Record]] | None = None,
) -> ResidentId:
    """Let somebody move in who signs in with a handle; without records, with taro's steps."""

    async def move_in() -> ResidentId:
        bank = server.bank
        home = (await bank.enrol(TOWN, [handle], create=True))[handle]
        for code, held in brought.items():
            await bank.deposit(bank.policies.category(code), TOWN, {home: held})
        await bank.sign_in.open_account(handle, Role.RESIDENT, resident=home)
        return home

    brought = records or {"daily_activity": server.deposited("taro", "daily_activity")}
    found = server.run(move_in())
    cast("dict[str, ResidentId]", server.residents)[handle] = found
    return found
