"""In what form data leaves the bank."""

from enum import StrEnum


class OutputMode(StrEnum):
    """The form in which a recipient gets what a consent covers."""

    RECORDS = "records"
    """The records themselves."""
    ANSWERS = "answers"
    """An answer computed inside the bank; the records stay."""
    STATISTICS = "statistics"
    """A differentially private figure over many residents; nothing about one."""
