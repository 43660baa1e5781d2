"""The root of every error the bank raises on purpose.

Each noun adds its own subclasses beside its own code.  A refusal to disclose is
not an error: it is a `consent.decision.Decision`.
"""

from typing import ClassVar


class InfobankError(Exception):
    """Report what was wrong and what would be right.

    `code` is stable and may be published; `message` may be shown to the caller;
    `detail` is private and goes to the operator's log only.  Neither may hold a
    deposited value, a name, a token or a key.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail


class InvalidInputError(InfobankError):
    """Refuse input that breaks a stated rule; `field` names the place, never the value."""

    code = "invalid_input"

    def __init__(self, message: str, *, field: str = "", detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.field = field


class NotFoundError(InfobankError):
    """Say that nothing with that name exists, or that the caller may not know whether it does."""

    code = "not_found"


class ConflictError(InfobankError):
    """Refuse a change because the thing changed meanwhile, or was already done."""

    code = "conflict"


class UnavailableError(InfobankError):
    """Say that a part the bank depends on is away; nothing was disclosed or half written."""

    code = "unavailable"


class ConfigurationError(InfobankError):
    """Refuse to start: a setting or a policy file is missing, unsafe or contradictory."""

    code = "configuration"
