"""Banks that live later on the same databases, and people with a passkey."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from authenticator import Authenticator
from running_bank import BankServer

from infobank.accounts.account import Role
from infobank.accounts.entrance.device import Device
from infobank.accounts.entrance.passkey import Holder
from infobank.accounts.entrance.session import Session
from infobank.app.bank import open_bank
from infobank.app.installation import Databases
from infobank.clock import ShiftedClock
from infobank.usecases.bank import Bank

Later = Callable[..., AbstractContextManager[Bank]]
Enrol = Callable[..., tuple[Authenticator, str, Session]]


@pytest.fixture
def later(bank_server: BankServer) -> Later:
    """Return what opens the same bank so much later, such as `later(minutes=6)`."""

    @contextmanager
    def opened(**shift: float) -> Iterator[Bank]:
        settings, found = bank_server.settings, []
        clock = ShiftedClock(timedelta(**shift))

        @asynccontextmanager
        async def bank() -> AsyncIterator[None]:
            async with open_bank(settings, Databases(settings, None), clock) as opened:
                found.append(opened)
                yield

        with bank_server.loop.holding(bank()):
            yield found[0]

    return opened


@pytest.fixture
def enrol(bank_server: BankServer) -> Enrol:
    """Return what opens an account and makes its first passkey."""

    def enrolled(
        handle: str, role: Role = Role.AUDITOR, **made: object
    ) -> tuple[Authenticator, str, Session]:
        enrolments = bank_server.bank.entrance.enrolments
        device = Authenticator(bank_server.url, handle.encode() * 4, **made)
        code = bank_server.run(enrolments.open(handle, role))
        answer = device.create(bank_server.run(enrolments.ask(code, role.value)))
        begun = bank_server.run(enrolments.enrol(code, answer, Holder.PHONE, Device()))
        return device, *begun

    return enrolled
