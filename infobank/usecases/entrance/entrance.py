"""The ways in, in one value."""

from dataclasses import dataclass

from infobank.usecases.entrance.calls import LookForCalls
from infobank.usecases.entrance.city import City
from infobank.usecases.entrance.enrolments import Enrolments
from infobank.usecases.entrance.passkeys import Passkeys
from infobank.usecases.entrance.recovery import Recovery
from infobank.usecases.entrance.sessions import Sessions


@dataclass(frozen=True)
class Entrance:
    """Sessions, what begins them and calls in them; `city` is None without the city's sign-in."""

    sessions: Sessions
    passkeys: Passkeys
    enrolments: Enrolments
    recovery: Recovery
    calls: LookForCalls
    city: City | None
