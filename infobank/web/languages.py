"""In which language a caller wants words (RFC 9110 section 12.5.4)."""

from collections.abc import Iterator
from typing import Final

from aiohttp import hdrs, web

from infobank.vocabulary.text.language import Language

LONGEST_LIST: Final = 20
"""Language ranges that are read of an Accept-Language header; nobody needs more."""


def language_asked(request: web.Request, otherwise: Language = Language.EN) -> Language:
    """Return the language that a caller likes best of those the bank speaks.

    Easy Japanese is `ja-x-easy`; whatever else begins with `ja` is Japanese, with `en` English.
    """
    known = [(weight, found) for weight, found in _asked(request) if weight > 0]
    return max(known, key=lambda each: each[0])[1] if known else otherwise


def _asked(request: web.Request) -> Iterator[tuple[float, Language]]:
    text = ",".join(request.headers.getall(hdrs.ACCEPT_LANGUAGE, ()))
    for part in text.split(",")[:LONGEST_LIST]:
        name, _, parameter = part.strip().lower().partition(";")
        found = _known(name.strip())
        if found is not None:
            yield _weight(parameter), found


def _known(name: str) -> Language | None:
    if name == Language.EASY:
        return Language.EASY
    primary = name.partition("-")[0]
    return Language(primary) if primary in (Language.JA, Language.EN) else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
