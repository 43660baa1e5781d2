"""What can go wrong at the rights desk, and when somebody acts for another."""

from infobank.errors import ConflictError, InfobankError, InvalidInputError, NotFoundError


class UnknownRightsRequestError(NotFoundError):
    """Say that the resident made no such request."""

    code = "unknown_rights_request"


class RightsRequestOverError(ConflictError):
    """Say that the request was decided, lifted or fetched for the last time already."""

    code = "rights_request_over"


class UnconfirmedError(InvalidInputError):
    """Refuse to close an account that nobody has confirmed to close."""

    code = "unconfirmed"


class ObjectedError(ConflictError):
    """Refuse a consent against which the resident has an objection standing."""

    code = "objected"


class UnknownProxyError(NotFoundError):
    """Say that this account may act for nobody of that name."""

    code = "unknown_proxy"


class ProxyOverError(InfobankError):
    """Refuse to act for somebody for whom one may act no more, or not in this."""

    code = "proxy_over"


class CounterRefusedError(InvalidInputError):
    """Say that a card's number and a code do not belong together, or count no more."""

    code = "counter_refused"

    def __init__(self) -> None:
        super().__init__("number and code do not open a visit", field="code")


class CounterLockedError(ConflictError):
    """Refuse codes for somebody for whom too many wrong ones were tried."""

    code = "counter_locked"


class HeldError(ConflictError):
    """Refuse to erase somebody whose data must be kept while a legal hold stands."""

    code = "held"
