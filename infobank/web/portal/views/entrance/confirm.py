"""Prove anew who sits there."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ProveAgainPage:
    """`confirm`: the ways to prove it; `kept` are the fields that go on to `action` afterwards.

    `next_path` is the page that she goes on to; None when it is a form that was sent.
    """

    action: str
    kept: tuple[tuple[str, str], ...] = field(repr=False)
    passkey: bool
    city: bool
    demo: bool
    fault: bool = False
    next_path: str | None = None


@dataclass(frozen=True)
class ConfirmedPage:
    """`confirmed`: it is proven; go on in the other window."""
