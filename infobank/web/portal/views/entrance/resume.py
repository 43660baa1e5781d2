"""A form that was sent as the session was over: kept in the page, to be sent again."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ResumePage:
    """`resume`: signed in again; `kept` is what was typed, sent to `action` by one button."""

    action: str
    kept: tuple[tuple[str, str], ...] = field(repr=False)
