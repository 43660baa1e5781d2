"""What whoever meets an error can do, by its code; where none is named, by its status."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from infobank.vocabulary.text.language import Text
from infobank.web.portal.texts import Words
from infobank.web.portal.views.everybody.documentation import ErrorLine, ErrorRow

BY_CODE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "access_denied": "respect",
        "consent_withdrawn": "delete",
        "forged_form": "reload",
        "insufficient_scope": "reasons",
        "invalid_authorization_details": "details",
        "invalid_client": "assertion",
        "invalid_dpop_proof": "proof",
        "invalid_grant": "ask_again",
        "invalid_request_uri": "ask_again",
        "invalid_token": "renew",
        "request_deferred": "keep",
        "sign_in_required": "sign_in",
        "step_up": "sign_in",
    }
)

BY_STATUS: Final[Mapping[int, str]] = MappingProxyType(
    {
        400: "request",
        401: "sign_in",
        403: "not_allowed",
        404: "look",
        409: "look_again",
        410: "gone",
        422: "request",
        500: "tell",
        503: "wait",
        504: "wait",
    }
)


def error_lines(rows: tuple[ErrorRow, ...], words: Words) -> tuple[ErrorLine, ...]:
    """Return the catalogue with what to do about each error."""
    return tuple(ErrorLine(row.code, row.status, row.meaning, _remedy(row, words)) for row in rows)


def _remedy(row: ErrorRow, words: Words) -> Text:
    return words(f"remedy.{BY_CODE.get(row.code) or BY_STATUS[row.status]}")
