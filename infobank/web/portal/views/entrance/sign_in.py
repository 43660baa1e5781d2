"""Where people come in."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

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
    """`sign_in`: the ways in; `people` may be tried in the demo, and are nobody elsewhere.

    `next_path` is where the reader wanted to go (may be empty), `city` whether the city has a
    sign-in of its own, `fault` what went wrong: `passkey`, `city`, `unlinked` or nothing.
    `kept` is what was typed into a form as the session ended; it travels along.
    """

    people: tuple[DemoPerson, ...]
    next_path: str = ""
    city: bool = False
    fault: str = ""
    kept: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def carried(self) -> str:
        """The form that was sent as the session was over, as one field of a form."""
        return urlencode(self.kept)

    def in_role(self, role: Role | str) -> tuple[DemoPerson, ...]:
        """Return the people of one role, which may be given by its text, in the order given."""
        return tuple(person for person in self.people if person.role == role)
