"""What can be wrong in the vault."""

from typing import ClassVar

from infobank.errors import InfobankError


class SealBrokenError(InfobankError):
    """Refuse a sealed thing that is not exactly what was asked for.

    Changed, foreign, truncated, stale, of an unknown format, under another key: all
    give this one error with this one message, so that who can put bytes into the
    store learns nothing from the answer.
    """

    code: ClassVar[str] = "seal_broken"

    def __init__(self) -> None:
        super().__init__("a sealed object is not what was stored there")


class KeyMissingError(InfobankError):
    """Say that a key was destroyed: what it sealed cannot be opened by anybody again."""

    code: ClassVar[str] = "key_missing"


class UnknownSchemaError(InfobankError):
    """Refuse an authentic block whose category had other fields when it was written."""

    code: ClassVar[str] = "unknown_schema"


class KeyRefusedError(InfobankError):
    """Refuse a key that no durable log entry permits; the answer never says which check failed."""

    code: ClassVar[str] = "key_refused"

    def __init__(self) -> None:
        super().__init__("no durable entry of the access log permits this key")
