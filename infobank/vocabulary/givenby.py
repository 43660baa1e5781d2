"""Who speaks for a resident when something is asked or agreed to."""

from enum import StrEnum


class GivenBy(StrEnum):
    """Whose act it was: written beside consents and requests, and in the access log as `by`."""

    SELF = "self"
    GUARDIAN = "guardian"
    """Her proxy 代理人: a legal representative, or an agent she appointed (APPI article 37(3))."""
    MANDATE = "mandate"
    """The bank, because a standing condition of hers said so."""
    COUNTER = "counter"
    """The resident, at the city's counter: a steward entered what she said, on her code."""
    PAPER = "paper"
    """The resident, on a signed form; a steward entered it."""
