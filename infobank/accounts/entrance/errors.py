"""What can go wrong on the way into an account."""

from infobank.errors import ConflictError, InfobankError, InvalidInputError


class CeremonyError(InvalidInputError):
    """Refuse a passkey's answer, always in the same words; the detail says why."""

    code = "passkey_refused"

    def __init__(self, detail: str) -> None:
        super().__init__("the passkey was not accepted", field="answer", detail=detail)


class CounterBackError(CeremonyError):
    """Refuse a passkey whose counter went back: there may be a copy of it."""


class CodeRefusedError(InvalidInputError):
    """Refuse an enrolment code that is unknown, used, stopped or over; nobody learns which."""

    code = "code_refused"

    def __init__(self) -> None:
        super().__init__("this code does not count, or no more", field="code")


class CodeWaitsError(ConflictError):
    """Say that a recovery's code counts only later, so that its owner can stop it."""

    code = "code_waits"


class LastWayError(ConflictError):
    """Refuse to take the only way in from an account."""

    code = "last_way"


class CityRefusedError(InfobankError):
    """Refuse what came back from the city's sign-in; the detail says why."""

    code = "city_refused"

    def __init__(self, detail: str) -> None:
        super().__init__("the city's sign-in was not accepted", detail=detail)


class UnlinkedError(InfobankError):
    """Say that no account belongs to this person at the city: none is made silently."""

    code = "city_unlinked"


class StepUpError(InfobankError):
    """Ask for a fresh proof of who sits there, before what was asked is done."""

    code = "step_up"
