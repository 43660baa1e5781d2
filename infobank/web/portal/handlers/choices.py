"""How pages are read: the language, furigana and eras, chosen by an address and then kept."""

from collections.abc import Mapping
from types import MappingProxyType

from aiohttp import web

from infobank.vocabulary.text.language import Language
from infobank.web.state import SURROUNDINGS

YEAR = 365 * 24 * 3600

ON, OFF = "on", "off"
ERA, WESTERN = "era", "western"

COOKIES: Mapping[str, str] = MappingProxyType(
    {"lang": "language", "furigana": "furigana", "dates": "dates"}
)
"""The cookie that keeps each choice, by its parameter."""

VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "lang": frozenset(language.value for language in Language),
        "furigana": frozenset({ON, OFF}),
        "dates": frozenset({ERA, WESTERN}),
    }
)


def language_of(request: web.Request) -> Language:
    """Return the language asked for: by this address, by an earlier choice, by the browser."""
    chosen = _chosen(request, "lang")
    if chosen is not None:
        return Language(chosen)
    accepted = request.headers.get("Accept-Language", "").lower()
    first = accepted.split(",", 1)[0].strip()
    return Language.EN if first.startswith("en") else Language.JA


def furigana_of(request: web.Request, language: Language) -> bool:
    """Tell whether readings stand above Chinese characters: by themselves in easy Japanese."""
    default = ON if language is Language.EASY else OFF
    return language.japanese and (_chosen(request, "furigana") or default) == ON


def era_of(request: web.Request) -> bool:
    """Tell whether years of the era are written too."""
    return _chosen(request, "dates") == ERA


def remember(
    request: web.Request, response: web.StreamResponse, choices: Mapping[str, str]
) -> None:
    """Keep the choices among some parameters in the browser for a year; others are ignored."""
    for name, cookie in COOKIES.items():
        if choices.get(name) in VALUES[name]:
            response.set_cookie(
                cookie,
                choices[name],
                max_age=YEAR,
                samesite="Lax",
                secure=request.app[SURROUNDINGS].secure,
                httponly=True,
            )


def _chosen(request: web.Request, name: str) -> str | None:
    for asked in (request.query.get(name), request.cookies.get(COOKIES[name])):
        if asked in VALUES[name]:
            return asked
    return None
