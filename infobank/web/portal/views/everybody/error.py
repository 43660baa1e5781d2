"""What the page says when something went wrong: what happened, and what to do."""

from dataclasses import dataclass

from infobank.vocabulary.text.language import Text

EXPLAINED = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 503})
"""The HTTP statuses with words of their own; all others are shown with those of 400 or 500."""


EXPLAINED_CODES = frozenset({"invalid_request_uri", "objected", "proxy_over", "restored"})
"""The error codes with words of their own: what to do differs from others of their status."""


@dataclass(frozen=True)
class ErrorPage:
    """`error`: an HTTP status, the stable code of the error and the request's id for questions.

    `meaning` is what the catalogue says of the code.
    `again` when opening the same page once more is safe and may help.
    """

    status: int
    code: str
    meaning: Text
    request: str
    again: bool = False

    @property
    def words(self) -> str:
        """The part of the text keys that explains this error."""
        if self.code in EXPLAINED_CODES:
            return self.code
        if self.status in EXPLAINED:
            return f"s{self.status}"
        return "s500" if self.status >= 500 else "s400"  # noqa: PLR2004 - RFC 9110
