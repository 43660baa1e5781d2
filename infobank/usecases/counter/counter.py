"""Everything about the counter that the outside may ask for, in one value."""

from dataclasses import dataclass

from infobank.usecases.counter.assist import AssistConsent
from infobank.usecases.counter.codes import MakeCodes
from infobank.usecases.counter.visit import Visits
from infobank.usecases.counter.withdraw import WithdrawAtCounter


@dataclass(frozen=True)
class Counter:
    """Codes, visits, consents taken down, and withdrawals."""

    codes: MakeCodes
    visits: Visits
    assist: AssistConsent
    withdraw: WithdrawAtCounter
