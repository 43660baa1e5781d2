"""Read JSON from a stranger, with limits and without surprises.

The standard reader keeps the last of two equal names, takes `NaN`, and recurses as deep
as it is told to.  Two parts of a system that read such text differently are a hole.
"""

import json
import re
from typing import NoReturn

from infobank.errors import InvalidInputError

MOST_BRACKETS = 1000
"""Opening and closing ones together; a request for 20 elements has 122."""

# Skip to the next bracket outside a string, or to the end.  Possessive, and nothing it
# can stand before makes it fail (an unfinished string reaches the end too): so no text
# makes the search go back, and it stays linear.
_TO_BRACKET = re.compile(r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.?)*+(?:"|\Z))*+([\[\]{}]|\Z)', re.DOTALL)

_STEP = {"[": 1, "{": 1, "]": -1, "}": -1, "": 0}


def strict_json(text: str, *, longest: int, deepest: int) -> object:
    """Return the value of a JSON text of at most `longest` bytes and `deepest` nestings.

    Raises:
        InvalidInputError: it is not JSON, is too long or too deep, repeats a name, or
            holds a number JSON does not know.  Nothing else is ever raised.
    """
    if len(text.encode("utf-8", "surrogatepass")) > longest:
        raise InvalidInputError(f"must be at most {longest} bytes of JSON")
    if _tangled(text, deepest):
        raise InvalidInputError(
            f"must be JSON of at most {deepest} levels and {MOST_BRACKETS} brackets"
        )
    try:
        return json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse_constant)
    except ValueError:
        raise InvalidInputError("must be JSON") from None


def strict_object(text: str, *, longest: int, deepest: int) -> dict[str, object]:
    """Return the members of a JSON object, read as `strict_json` does.

    Raises:
        InvalidInputError: it is not a JSON object within the limits.
    """
    value = strict_json(text, longest=longest, deepest=deepest)
    if not isinstance(value, dict):
        raise InvalidInputError("must be a JSON object")
    return value


def _tangled(text: str, deepest: int) -> bool:
    """Tell whether brackets nest too deep or are too many; stops where they first are."""
    depth = 0
    for count, bracket in enumerate(_TO_BRACKET.finditer(text)):
        depth += _STEP[bracket[1]]
        if depth > deepest or count > MOST_BRACKETS:
            return True
    return False


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidInputError("must not repeat a name in a JSON object")
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise InvalidInputError("must not hold NaN or Infinity")
