"""The pages before anything else: signing in, and what to do when something went wrong."""

from dataclasses import dataclass

from infobank.accounts.account import Role
from infobank.vocabulary.text.language import Text


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo city to try the bank as; the form posts `handle`."""

    handle: str
    name: Text
    role: Role
    about: Text


@dataclass(frozen=True)
class SignInPage:
    """`sign_in`: who may be tried; `next_path` is where the reader wanted to go (may be empty)."""

    people: tuple[DemoPerson, ...]
    next_path: str = ""

    def in_role(self, role: Role | str) -> tuple[DemoPerson, ...]:
        """Return the people of one role, which may be given by its text, in the order given."""
        return tuple(person for person in self.people if person.role == role)


EXPLAINED = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 503})
"""The HTTP statuses with words of their own; all others are shown with those of 500."""


EXPLAINED_CODES = frozenset({"invalid_request_uri", "objected", "proxy_over", "restored"})
"""The error codes with words of their own: what to do differs from others of their status."""


@dataclass(frozen=True)
class ErrorPage:
    """`error`: an HTTP status, the stable code of the error and the request's id for questions."""

    status: int
    code: str
    request: str

    @property
    def words(self) -> str:
        """The part of the text keys that explains this error."""
        if self.code in EXPLAINED_CODES:
            return self.code
        return f"s{self.status if self.status in EXPLAINED else 500}"
