"""Everything about mandates that the outside may ask for, in one value."""

from dataclasses import dataclass

from infobank.usecases.mandates.call import CallOnMandates
from infobank.usecases.mandates.change import ChangeMandate
from infobank.usecases.mandates.give import GiveMandate
from infobank.usecases.mandates.reach import ReachOfMandates
from infobank.usecases.mandates.request import AnswerRequest
from infobank.usecases.mandates.tell import Tell


@dataclass(frozen=True)
class Mandates:
    """What residents do about their mandates, and providers that call on them."""

    give: GiveMandate
    change: ChangeMandate
    reach: ReachOfMandates
    call: CallOnMandates
    request: AnswerRequest
    tell: Tell

    async def __call__(self) -> tuple[int, int]:
        """Do what is due every day; return how many were told of a provider, and answered for."""
        return await self.tell.newcomers(), await self.call.all_open()
