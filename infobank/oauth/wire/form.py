"""Read the parameters of a form or a query."""

from collections.abc import Sequence
from typing import TypeAlias

from infobank.oauth.errors import InvalidRequestError

Pairs: TypeAlias = Sequence[tuple[str, str]]
"""Parameters as they came: in order, repetitions kept, percent-decoding done."""

LONGEST_FORM = 64 * 1024
"""Most bytes of names and values together; a request for 20 elements needs about 8 KiB."""

MOST_PARAMETERS = 40


def single(pairs: Pairs) -> dict[str, str]:
    """Return the parameters by name, those without a value left out (RFC 6749 section 3.1).

    Raises:
        InvalidRequestError: a parameter comes twice (RFC 6749 sections 3.1, 3.2), or there
            are too many or too long ones.
    """
    if len(pairs) > MOST_PARAMETERS:
        raise InvalidRequestError(f"at most {MOST_PARAMETERS} parameters are read")
    if sum(_size(name) + _size(value) for name, value in pairs) > LONGEST_FORM:
        raise InvalidRequestError(f"at most {LONGEST_FORM} bytes of parameters are read")
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise InvalidRequestError("a parameter must not come twice")
    return {name: value for name, value in parameters.items() if value}


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
